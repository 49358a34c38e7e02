//! What the recruiter, the candidate and the product see: the records in Workday and the state of the product.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::browser::Browser;
use super::tenant::{AWKWARD_NAMES, REQUISITION, SEVERAL_EVENTS};
use super::{Outcome, Servers, eventually};
use serde_json::{Value, json};
use std::time::Duration;

/// Longest wait for the product to follow what a person did.
pub(super) const LONG: Duration = Duration::from_mins(1);

/// Our test, as it is agreed with Workday.
pub(super) const TEST: &str = "HEYMILO_AI_SCREEN";

/// One application of the linked requisition, as the recruiter sees it.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) application: String,
    pub(super) candidate: String,
    pub(super) email: String,
    pub(super) name: String,
}

/// The requisition's link, once its baseline is taken.
pub(super) async fn linked(browser: &Browser, servers: &Servers, requisition: &str) -> Outcome<()> {
    eventually(LONG, || async {
        let state = local_state(browser, servers).await?;
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
pub(super) async fn connection(browser: &Browser, servers: &Servers) -> Result<String, String> {
    let state = local_state(browser, servers).await?;
    let connection = list(&state["connections"]).find_map(|connection| connection["connection"].as_str());
    connection.map(str::to_owned).ok_or_else(|| String::from("there is no connection"))
}

/// The next candidate with an email address in Review.
pub(super) async fn waiting(browser: &Browser, servers: &Servers, requisition: &str) -> Outcome<Person> {
    let records = workday_records(browser, servers, "candidates,applications").await?;
    let reserved = |person: &Person| AWKWARD_NAMES.contains(&person.application.as_str()) || person.application == SEVERAL_EVENTS;
    let people = people(&records, requisition, |step, candidate| {
        step == "REVIEW" && candidate["email"].is_string()
    });
    let person = people.into_iter().find(|person| !reserved(person));
    let person = person.ok_or("nobody with an email address is in Review")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

/// A certain application of [`REQUISITION`].
pub(super) async fn applicant(browser: &Browser, servers: &Servers, application: &str) -> Result<Person, String> {
    let records = workday_records(browser, servers, "candidates,applications").await?;
    let mut people = people(&records, REQUISITION, |_, _| true).into_iter();
    let found = people.find(|person| person.application == application);
    found.ok_or_else(|| format!("Workday has no {application}"))
}

pub(super) async fn without_email(browser: &Browser, servers: &Servers, requisition: &str) -> Outcome<Person> {
    let records = workday_records(browser, servers, "candidates,applications").await?;
    let people = people(&records, requisition, |step, candidate| {
        step != "ASSESSMENT" && candidate["email"].is_null()
    });
    let person = people.into_iter().next().ok_or("everybody has an email address")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(super) async fn screened(browser: &Browser, servers: &Servers) -> Outcome<Person> {
    let state = local_state(browser, servers).await?;
    let order = list(&state["orders"])
        .find(|order| order["state"] == json!("completed"))
        .ok_or("no order is completed")?;
    let person = applicant(browser, servers, order["application"].as_str().unwrap_or_default()).await?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(super) async fn move_to(browser: &Browser, servers: &Servers, person: &Person, stage: &str) -> Outcome<()> {
    let url = format!("{}/recruiter/applications/{}/move", servers.workday, person.application);
    let page = browser.post(&url, &[("stage", stage)]).await?;
    accepted(page.status)?;
    Ok(((), format!("moved to {stage} on the recruiter's page")))
}

/// The recruiter submits the Assess task with the send status and our test.
pub(super) async fn submit_assess(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<()> {
    let url = format!("{}/recruiter/applications/{}/assess", servers.workday, person.application);
    let page = browser.post(&url, &[("status", "HEYMILO_SEND_INVITE"), ("test", TEST)]).await?;
    accepted(page.status)?;
    Ok(((), String::from("the send status and our test were submitted")))
}

pub(super) async fn mails_to(browser: &Browser, servers: &Servers, person: &Person) -> Result<usize, String> {
    let state = local_state(browser, servers).await?;
    Ok(list(&state["outbox"])
        .filter(|mail| mail["to"].to_string().contains(&person.email))
        .count())
}

pub(super) async fn order_in(
    browser: &Browser,
    servers: &Servers,
    person: &Person,
    wanted: impl Fn(&Value) -> bool,
) -> Result<Value, String> {
    eventually(LONG, || async {
        let state = local_state(browser, servers).await?;
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

pub(super) fn application_row(state: &Value, person: &Person) -> Option<Value> {
    list(&state["applications"])
        .find(|row| row["application"] == json!(person.application))
        .cloned()
}

pub(super) async fn local_state(browser: &Browser, servers: &Servers) -> Result<Value, String> {
    browser.json(&format!("{}/__local/state", servers.product)).await
}

/// Workday's records of some kinds, separated by commas.
pub(super) async fn workday_records(browser: &Browser, servers: &Servers, kinds: &str) -> Result<Value, String> {
    let address = format!("{}/__stand-in/state?only={kinds}", servers.workday);
    Ok(browser.json(&address).await?["records"].take())
}

/// The operations Workday was called for since its record was last cleared, token requests included.
pub(super) async fn calls(browser: &Browser, servers: &Servers) -> Result<Vec<String>, String> {
    let record = browser.json(&format!("{}/__stand-in/calls", servers.workday)).await?;
    let operations = list(&record["calls"]).filter_map(|call| call["operation"].as_str());
    Ok(operations.map(str::to_owned).collect())
}

/// The assessments of a person's application, oldest first.
pub(super) async fn assessments(browser: &Browser, servers: &Servers, person: &Person) -> Result<Vec<Value>, String> {
    let records = workday_records(browser, servers, "assessments").await?;
    let theirs = list(&records["assessments"]).filter(|assessment| assessment["application"] == json!(person.application));
    Ok(theirs.cloned().collect())
}

/// The latest assessment of a person's application.
pub(super) async fn assessment(browser: &Browser, servers: &Servers, person: &Person) -> Result<Value, String> {
    let latest = assessments(browser, servers, person).await?.pop();
    latest.ok_or_else(|| String::from("the application has no assessment"))
}

/// Our reports among a person's attachments.
pub(super) async fn our_attachments(browser: &Browser, servers: &Servers, person: &Person) -> Result<Vec<Value>, String> {
    let records = workday_records(browser, servers, "attachments").await?;
    let ours = |file: &&Value| file["filename"].as_str().is_some_and(|name| name.starts_with("HeyMilo Report"));
    let theirs = list(&records["attachments"]).filter(|file| file["candidate"] == json!(person.candidate));
    Ok(theirs.filter(ours).cloned().collect())
}

fn people(records: &Value, requisition: &str, wanted: impl Fn(&str, &Value) -> bool) -> Vec<Person> {
    let candidate_of = |application: &Value| list(&records["candidates"]).find(|candidate| candidate["id"] == application["candidate"]);
    list(&records["applications"])
        .filter(|application| application["requisition"] == json!(requisition))
        .filter_map(|application| {
            let candidate = candidate_of(application)?;
            let step = application["steps"].as_array()?.last()?["stage"].as_str()?;
            wanted(step, candidate).then(|| Person {
                application: application["id"].as_str().unwrap_or_default().to_owned(),
                candidate: application["candidate"].as_str().unwrap_or_default().to_owned(),
                email: candidate["email"].as_str().unwrap_or_default().to_owned(),
                name: ["first_name", "last_name"]
                    .map(|part| candidate[part].as_str().unwrap_or_default())
                    .join(" "),
            })
        })
        .collect()
}

pub(super) fn list(value: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(super) fn accepted(status: u16) -> Result<(), String> {
    if (200..400).contains(&status) {
        Ok(())
    } else {
        Err(format!("answered {status}"))
    }
}
