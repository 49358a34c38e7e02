//! What the recruiter, the candidate and the product see: the records in Workday and the state of the product.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::browser::Browser;
use super::{Outcome, Servers, eventually};
use serde_json::{Value, json};
use std::time::Duration;

/// Longest wait for the product to follow what a person did.
pub(super) const LONG: Duration = Duration::from_mins(1);

/// One application of the linked requisition, as the recruiter sees it.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) application: String,
    pub(super) candidate: String,
    pub(super) email: String,
}

pub(super) async fn linked(browser: &Browser, servers: &Servers) -> Outcome<String> {
    let requisition = eventually(LONG, || async {
        let state = local_state(browser, servers).await?;
        let active = list(&state["connections"]).any(|connection| connection["state"] == json!("active"));
        if !active {
            return Err(String::from("no connection is active"));
        }
        let mapping = list(&state["mappings"]).find(|mapping| !mapping["baseline_at"].is_null());
        let requisition = mapping.and_then(|mapping| mapping["requisition"].as_str());
        requisition
            .map(str::to_owned)
            .ok_or_else(|| String::from("no linked requisition has its baseline yet"))
    })
    .await?;
    let checked = format!("{requisition}, its baseline is taken");
    Ok((requisition, checked))
}

pub(super) async fn waiting(browser: &Browser, servers: &Servers, requisition: &str, skip: usize) -> Outcome<Person> {
    let records = workday_records(browser, servers).await?;
    let people = people(&records, requisition, |step, candidate| {
        step == "REVIEW" && candidate["email"].is_string()
    });
    let person = people.into_iter().nth(skip).ok_or("nobody with an email address is in Review")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(super) async fn without_email(browser: &Browser, servers: &Servers, requisition: &str) -> Outcome<Person> {
    let records = workday_records(browser, servers).await?;
    let people = people(&records, requisition, |step, candidate| {
        step != "ASSESSMENT" && candidate["email"].is_null()
    });
    let person = people.into_iter().next().ok_or("everybody has an email address")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(super) async fn screened(browser: &Browser, servers: &Servers, requisition: &str) -> Outcome<Person> {
    let state = local_state(browser, servers).await?;
    let order = list(&state["orders"])
        .find(|order| order["state"] == json!("completed"))
        .ok_or("no order is completed")?;
    let application = order["application"].as_str().unwrap_or_default().to_owned();
    let records = workday_records(browser, servers).await?;
    let person = people(&records, requisition, |_, _| true)
        .into_iter()
        .find(|person| person.application == application);
    let person = person.ok_or("the recruiter does not see them")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(super) async fn move_to(browser: &Browser, servers: &Servers, person: &Person, stage: &str) -> Outcome<()> {
    let url = format!("{}/recruiter/applications/{}/move", servers.workday, person.application);
    let page = browser.post(&url, &[("stage", stage)]).await?;
    accepted(page.status)?;
    Ok(((), format!("moved to {stage} on the recruiter's page")))
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

pub(super) async fn workday_records(browser: &Browser, servers: &Servers) -> Result<Value, String> {
    let state = browser.json(&format!("{}/__stand-in/state", servers.workday)).await?;
    Ok(if state["records"].is_object() {
        state["records"].clone()
    } else {
        state
    })
}

/// The latest assessment of a person's application.
pub(super) async fn assessment(browser: &Browser, servers: &Servers, person: &Person) -> Result<Value, String> {
    let records = workday_records(browser, servers).await?;
    let assessment = list(&records["assessments"]).rfind(|assessment| assessment["application"] == json!(person.application));
    assessment.cloned().ok_or_else(|| String::from("the application has no assessment"))
}

pub(super) fn people(records: &Value, requisition: &str, wanted: impl Fn(&str, &Value) -> bool) -> Vec<Person> {
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
