//! What the recruiter, the candidate and the product see: the records in Workday and the state of the product.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::people::People;
use crate::tenant::{AWKWARD_NAMES, REQUISITION, SEVERAL_EVENTS};
use crate::tour::Outcome;
use drive::{Mail, Person, eventually, list};
use serde_json::{Value, json};
use std::time::Duration;

/// Longest wait for the product to follow what a person did.
pub(crate) const LONG: Duration = Duration::from_mins(1);

/// The requisition's link, once its baseline is taken.
pub(crate) async fn linked(people: &People, requisition: &str) -> Outcome<()> {
    eventually(LONG, || async {
        let state = local_state(people).await?;
        let active = list(&state["connections"]).any(|connection| connection["state"] == json!("active"));
        if !active {
            return Err(String::from("no connection is active"));
        }
        let ready = |mapping: &Value| mapping["requisition"] == json!(requisition) && !mapping["baseline_at"].is_null();
        if list(&state["mappings"]).any(ready) {
            Ok(())
        } else {
            Err(format!("{requisition} is not linked, or has no baseline yet"))
        }
    })
    .await?;
    Ok(((), format!("{requisition}, its baseline is taken")))
}

/// The connection's id: the tour makes one.
pub(crate) async fn connection(people: &People) -> Result<String, String> {
    let state = local_state(people).await?;
    let connection = list(&state["connections"]).find_map(|connection| connection["connection"].as_str());
    connection.map(str::to_owned).ok_or_else(|| String::from("there is no connection"))
}

/// The next candidate with an email address in Review.
pub(crate) async fn waiting(people: &People, requisition: &str) -> Outcome<Person> {
    let reserved = |person: &Person| AWKWARD_NAMES.contains(&person.application.as_str()) || person.application == SEVERAL_EVENTS;
    let in_review = |stage: &str, candidate: &Value| stage == "REVIEW" && candidate["email"].is_string();
    let mut all = people.recruiter.people(requisition, in_review).await?.into_iter();
    let person = all.find(|person| !reserved(person));
    let person = person.ok_or("nobody with an email address is in Review")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

/// A certain application of [`REQUISITION`].
pub(crate) async fn applicant(people: &People, application: &str) -> Result<Person, String> {
    people.recruiter.applicant(REQUISITION, application).await
}

pub(crate) async fn without_email(people: &People, requisition: &str) -> Outcome<Person> {
    let nowhere = |stage: &str, candidate: &Value| stage != "ASSESSMENT" && candidate["email"].is_null();
    let person = people.recruiter.people(requisition, nowhere).await?.into_iter().next();
    let person = person.ok_or("everybody has an email address")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(crate) async fn screened(people: &People) -> Outcome<Person> {
    let state = local_state(people).await?;
    let order = list(&state["orders"])
        .find(|order| order["state"] == json!("completed"))
        .ok_or("no order is completed")?;
    let person = applicant(people, order["application"].as_str().unwrap_or_default()).await?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(crate) async fn moved(people: &People, person: &Person, stage: &str) -> Outcome<()> {
    people.recruiter.move_to(person, stage).await?;
    Ok(((), format!("moved to {stage} on the recruiter's page")))
}

/// Our mails to a person, oldest first.
pub(crate) async fn mails_to(people: &People, person: &Person) -> Result<Vec<Mail>, String> {
    let state = local_state(people).await?;
    let theirs = list(&state["outbox"]).filter(|mail| mail["to"].to_string().contains(&person.email));
    let text = |mail: &Value, field: &str| mail[field].as_str().unwrap_or_default().to_owned();
    let read = theirs.map(|mail| Mail {
        to: mail["to"].to_string(),
        subject: text(mail, "subject"),
        text: text(mail, "text"),
        html: text(mail, "html"),
    });
    Ok(read.collect())
}

pub(crate) async fn order_in(people: &People, person: &Person, wanted: impl Fn(&Value) -> bool) -> Result<Value, String> {
    eventually(LONG, || async {
        let state = local_state(people).await?;
        let orders: Vec<&Value> = list(&state["orders"])
            .filter(|order| order["application"] == json!(person.application))
            .collect();
        match orders.iter().find(|order| wanted(order)) {
            Some(order) => Ok((*order).clone()),
            None => Err(format!(
                "the orders are {:?}",
                orders.iter().map(|order| (&order["state"], &order["reason"])).collect::<Vec<_>>()
            )),
        }
    })
    .await
}

pub(crate) fn application_row(state: &Value, person: &Person) -> Option<Value> {
    list(&state["applications"])
        .find(|row| row["application"] == json!(person.application))
        .cloned()
}

pub(crate) async fn local_state(people: &People) -> Result<Value, String> {
    people.anybody.json(&format!("{}/__local/state", people.servers.product)).await
}
