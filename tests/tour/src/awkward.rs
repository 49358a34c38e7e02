//! Who comes back, and what cannot be served: it ends visibly, and nothing is sent.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::people::People;
use crate::sights::{LONG, application_row, local_state, mails_to, moved, order_in, screened, without_email};
use crate::tenant::REQUISITION;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Person, eventually};
use serde_json::json;
use std::io::Write;

/// Chapter four: leaving and coming back is a new visit that a person must decide about.
pub(crate) async fn never_twice<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A screened candidate left the stage and comes back")?;
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
        let state = local_state(people).await?;
        let row = application_row(&state, person).ok_or("the application is not known")?;
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
    let order = order_in(people, person, |order| {
        order["visit"] == json!(2) && order["state"] == json!("needs_review")
    })
    .await?;
    let mails = mails_to(people, person).await?.len();
    if order["reason"] != json!("already_screened") || mails != 1 {
        return Err(format!("reason {}, {mails} mails", order["reason"]));
    }
    Ok(((), String::from("visit 2 is needs_review(already_screened); still one mail")))
}

/// Chapter eight: people and calls that cannot be served end visibly, and nothing is sent.
pub(crate) async fn who_cannot_be_served<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("What cannot be served ends visibly")?;
    let people = &tour.people.clone();
    tour.look("a stranger calls the webhook", stranger(people)).await?;
    let person = tour
        .step("a candidate without an email address", without_email(people, REQUISITION))
        .await?;
    tour.look("the recruiter moves them to Assessment", refused(people, &person))
        .await?;
    Ok(())
}

async fn stranger(people: &People) -> Outcome<()> {
    let url = format!("{}/webhooks/workday/production.0000000000000000", people.servers.product);
    let hint = json!({"Assessment_ID": "RECRUITING_ASSESSMENT-1-10"});
    let page = people.anybody.post_json(&url, &hint).await?;
    if page.status == 401 && page.body.is_empty() {
        Ok(((), String::from("401, empty body")))
    } else {
        Err(format!("answered {}", page.status))
    }
}

async fn refused(people: &People, person: &Person) -> Outcome<()> {
    moved(people, person, "ASSESSMENT").await?;
    let order = order_in(people, person, |order| order["state"] == json!("refused")).await?;
    let reason = order["reason"].as_str().unwrap_or_default().to_owned();
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
        Ok(((), format!("refused({reason}), and the record tells the recruiter what to do")))
    } else {
        Err(format!("the comment is {comment:?}"))
    }
}
