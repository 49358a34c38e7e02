//! One application with several assess events, and another vendor at work on them.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::browser::Browser;
use super::screening::screened_to_the_end;
use super::sights::{Person, TEST, applicant, assessments, list, local_state, mails_to, move_to, order_in};
use super::tenant::SEVERAL_EVENTS;
use super::{Chapter, Outcome, Servers, Tour};
use serde_json::{Value, json};
use std::io::Write;

const OTHER_TEST: &str = "OTHER_VENDOR_TEST";

/// Chapter seven: one order, the right event, and nobody else's line touched.
pub(super) async fn several_on_one_application<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("An application has two assess events, and another vendor writes to both")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let person = async {
        let person = applicant(&browser, &servers, SEVERAL_EVENTS).await?;
        order_twice(&browser, &servers, &person).await?;
        Ok((
            person,
            String::from("first the other vendor's test, then an event of its own for ours"),
        ))
    };
    let person = tour
        .step("the recruiter moves a candidate and submits Assess twice", person)
        .await?;
    let other = async {
        order_in(&browser, &servers, &person, |order| order["written_at"].is_i64()).await?;
        other_result(&browser, &servers, &person, "88").await?;
        let lines = other_lines(&browser, &servers, &person).await?;
        Ok((lines, String::from("their results stand on both events, ours is invited")))
    };
    let before = tour.step("the other vendor writes to our event too", other).await?;
    tour.step("the candidate takes our screening", async {
        screened_to_the_end(&browser, &servers, &person).await?;
        Ok(((), String::from("completed")))
    })
    .await?;
    tour.look("by Workday's record", right_event(&browser, &servers, &person, &before))
        .await?;
    Ok(())
}

async fn order_twice(browser: &Browser, servers: &Servers, person: &Person) -> Result<(), String> {
    move_to(browser, servers, person, "ASSESSMENT").await?;
    let assess = format!("{}/__stand-in/assess", servers.workday);
    let theirs = json!({ "application": person.application, "status": "OTHER_VENDOR_SEND_INVITE", "test": OTHER_TEST });
    browser.tell(&assess, &theirs).await?;
    other_result(browser, servers, person, "91").await?;
    let ours = json!({ "application": person.application, "status": "HEYMILO_SEND_INVITE", "test": TEST, "new_event": true });
    browser.tell(&assess, &ours).await?;
    Ok(())
}

/// The other vendor's result, on the application's latest event.
async fn other_result(browser: &Browser, servers: &Servers, person: &Person, score: &str) -> Result<(), String> {
    let result = json!({
        "application": person.application, "test": OTHER_TEST, "status": "OTHER_VENDOR_PASSED", "score": score,
        "comment": "Coding & <logic>", "url": "https://other-vendor.example.com/r/1",
    });
    browser.tell(&format!("{}/__stand-in/result", servers.workday), &result).await?;
    Ok(())
}

async fn other_lines(browser: &Browser, servers: &Servers, person: &Person) -> Result<Vec<Value>, String> {
    let assessments = assessments(browser, servers, person).await?;
    let lines = assessments.iter().flat_map(|assessment| list(&assessment["lines"]));
    Ok(lines.filter(|line| line["test"] == json!(OTHER_TEST)).cloned().collect())
}

async fn right_event(browser: &Browser, servers: &Servers, person: &Person, before: &[Value]) -> Outcome<()> {
    let events = assessments(browser, servers, person).await?;
    let [first, second] = events.as_slice() else {
        return Err(format!("there are {} events", events.len()));
    };
    let ours = |event: &Value| list(&event["lines"]).filter(|line| line["test"] == json!(TEST)).count();
    if (ours(first), ours(second)) != (0, 1) || first["status"] != json!("OTHER_VENDOR_PASSED") {
        return Err(format!("our lines stand on {first} and {second}"));
    }
    let after = other_lines(browser, servers, person).await?;
    if after.len() != 2 || after != before {
        return Err(format!("the other vendor's lines were {before:?} and are {after:?}"));
    }
    let state = local_state(browser, servers).await?;
    let orders = list(&state["orders"])
        .filter(|order| order["application"] == json!(person.application))
        .count();
    let mails = mails_to(browser, servers, person).await?;
    if (orders, mails) == (1, 1) {
        Ok((
            (),
            String::from("one order, one mail, our result on our event alone, their two lines as they wrote them"),
        ))
    } else {
        Err(format!("{orders} orders, {mails} mails"))
    }
}
