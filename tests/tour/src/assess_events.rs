//! One application with several assess events, and another vendor at work on them.

use crate::people::People;
use crate::screening::screened_to_the_end;
use crate::sights::{applicant, mails_to, screening_in, screenings_of};
use crate::tenant::SEVERAL_EVENTS;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Person, TEST, list};
use serde_json::{Value, json};
use std::io::Write;

const OTHER_TEST: &str = "OTHER_VENDOR_TEST";

/// One order, the right event, and nobody else's line touched.
pub(crate) async fn several_on_one_application<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("An application has two assess events, and another vendor writes to both")?;
    let people = &tour.people.clone();
    let person = async {
        let person = applicant(people, SEVERAL_EVENTS).await?;
        order_twice(people, &person).await?;
        Ok((
            person,
            String::from("first the other vendor's test, then an event of its own for ours"),
        ))
    };
    let person = tour
        .step("the recruiter moves a candidate and submits Assess twice", person)
        .await?;
    let other = async {
        screening_in(people, &person, |screening| screening.record == "Up to date").await?;
        other_result(people, &person, "88").await?;
        let lines = other_lines(people, &person).await?;
        Ok((lines, String::from("their results stand on both events, ours is invited")))
    };
    let before = tour.step("the other vendor writes to our event too", other).await?;
    tour.step("the candidate takes our screening", async {
        screened_to_the_end(people, &person).await?;
        Ok(((), String::from("completed")))
    })
    .await?;
    tour.look("by Workday's record", right_event(people, &person, &before)).await?;
    Ok(())
}

async fn order_twice(people: &People, person: &Person) -> Result<(), String> {
    people.recruiter.move_to(person, "ASSESSMENT").await?;
    let theirs = json!({ "application": person.application, "status": "OTHER_VENDOR_SEND_INVITE", "test": OTHER_TEST });
    people.recruiter.control("assess", &theirs).await?;
    other_result(people, person, "91").await?;
    let ours = json!({ "application": person.application, "status": "HEYMILO_SEND_INVITE", "test": TEST, "new_event": true });
    people.recruiter.control("assess", &ours).await?;
    Ok(())
}

/// The other vendor's result, on the application's latest event.
async fn other_result(people: &People, person: &Person, score: &str) -> Result<(), String> {
    let result = json!({
        "application": person.application, "test": OTHER_TEST, "status": "OTHER_VENDOR_PASSED", "score": score,
        "comment": "Coding & <logic>", "url": "https://other-vendor.example.com/r/1",
    });
    people.recruiter.control("result", &result).await?;
    Ok(())
}

async fn other_lines(people: &People, person: &Person) -> Result<Vec<Value>, String> {
    let assessments = people.recruiter.assessments(person).await?;
    let lines = assessments.iter().flat_map(|assessment| list(&assessment["lines"]));
    Ok(lines.filter(|line| line["test"] == json!(OTHER_TEST)).cloned().collect())
}

async fn right_event(people: &People, person: &Person, before: &[Value]) -> Outcome<()> {
    let events = people.recruiter.assessments(person).await?;
    let [first, second] = events.as_slice() else {
        return Err(format!("there are {} events", events.len()));
    };
    let ours = |event: &Value| list(&event["lines"]).filter(|line| line["test"] == json!(TEST)).count();
    let theirs = |event: &Value| event["status"] == json!("OTHER_VENDOR_PASSED");
    if (ours(first), ours(second)) != (0, 1) || !theirs(first) || !theirs(second) {
        return Err(format!("our lines stand on {first} and {second}"));
    }
    let after = other_lines(people, person).await?;
    if after.len() != 2 || after != before {
        return Err(format!("the other vendor's lines were {before:?} and are {after:?}"));
    }
    let orders = screenings_of(people, person).await?.len();
    let mails = mails_to(people, person).await?.len();
    if (orders, mails) == (1, 1) {
        Ok((
            (),
            String::from("one screening, one mail, our result on our line alone, their lines and their status as they wrote them"),
        ))
    } else {
        Err(format!("{orders} screenings, {mails} mails"))
    }
}
