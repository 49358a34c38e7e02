//! Who comes back, and what cannot be served: it ends visibly, and nothing is sent.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::people::People;
use crate::sights::{LONG, mails_to, moved, ordered, screened, screening_in, without_email};
use crate::tenant::REQUISITION;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Person, eventually, list};
use serde_json::json;
use std::io::Write;

/// Why a deployed product is not walked through it.
const NEEDS_LOCAL_STATE: &str = "that the product has noticed somebody leave is told by /__local/state alone";

/// Leaving and coming back is a new visit that a person must decide about.
pub(crate) async fn never_twice<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.local_chapter("A screened candidate left the stage and comes back", NEEDS_LOCAL_STATE)?;
    let people = &tour.people.clone();
    let person = tour.step("a screened candidate", screened(people)).await?;
    tour.step("the product notices that they left", left(people, &person)).await?;
    tour.look("the recruiter moves them back to Assessment", back(people, &person))
        .await?;
    Ok(())
}

/// The product must have seen the application outside the stage before it comes back.
async fn left(people: &People, person: &Person) -> Outcome<()> {
    eventually(LONG, || async {
        let state = people.world.local_state(&people.anybody).await?;
        let mut rows = list(&state["applications"]);
        let row = rows.find(|row| row["application"] == json!(person.application));
        let row = row.ok_or("the application is not known")?;
        if row["in_stage"] == json!(false) {
            Ok(())
        } else {
            Err(String::from("the product has not noticed"))
        }
    })
    .await?;
    Ok(((), String::from("the poll noticed")))
}

async fn back(people: &People, person: &Person) -> Outcome<()> {
    moved(people, person, "ASSESSMENT").await?;
    let again = screening_in(people, person, |screening| {
        screening.visit == "visit 2" && screening.state.starts_with("Needs review")
    })
    .await?;
    let mails = mails_to(people, person).await?.len();
    if !again.state.contains("screened in an earlier visit") || mails != 1 {
        return Err(format!("{}; {mails} mails", again.state));
    }
    Ok((
        (),
        String::from("visit 2 needs review: screened in an earlier visit; still one mail"),
    ))
}

/// Who cannot be served ends visibly, and nothing is sent.
pub(crate) async fn who_cannot_be_served<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("What cannot be served ends visibly")?;
    let people = &tour.people.clone();
    let person = tour
        .step("a candidate without an email address", without_email(people, REQUISITION))
        .await?;
    tour.look("the recruiter orders their screening", refused(people, &person)).await?;
    Ok(())
}

async fn refused(people: &People, person: &Person) -> Outcome<()> {
    ordered(people, person).await?;
    screening_in(people, person, |screening| {
        screening.state.starts_with("Not invited") && screening.state.contains("no email address that can be used")
    })
    .await?;
    let record = eventually(LONG, || async {
        let record = people.recruiter.assessment(person).await?;
        if record["status"] == json!("HEYMILO_ERROR") {
            Ok(record)
        } else {
            Err(format!("the record shows {}", record["status"]))
        }
    })
    .await?;
    let comment = record["comment"].as_str().unwrap_or_default();
    if comment.contains("no email address") {
        Ok(((), String::from("not invited, and page and record say what to do")))
    } else {
        Err(format!("the comment is {comment:?}"))
    }
}
