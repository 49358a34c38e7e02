//! What the owner and the recruiter see: the product's pages, and who stands where in Workday.

use crate::people::People;
use crate::tenant::{AWKWARD_NAMES, REQUISITION, SEVERAL_EVENTS, TENANT};
use crate::tour::Outcome;
use drive::{Mail, Person, eventually, list};
use serde_json::Value;
use std::time::Duration;

/// Longest wait for the product to follow what a person did.
pub(crate) const LONG: Duration = Duration::from_mins(1);

/// The agent's ATS Configuration.
pub(crate) const AGENT_PAGE: &str = "/agents/13D77095";

/// The requisition's link, once its baseline is taken.
pub(crate) async fn linked(people: &People, requisition: &str) -> Outcome<()> {
    eventually(LONG, || async {
        let rows = people.owner.page(AGENT_PAGE).await?.rows();
        let of_it = |row: &&Vec<String>| row.first().is_some_and(|cell| cell.ends_with(requisition));
        let link = rows.iter().find(of_it).ok_or_else(|| format!("{requisition} is not linked"))?;
        if link.iter().any(|cell| cell.starts_with("Inviting")) {
            Ok(())
        } else {
            Err(format!("{requisition} shows {link:?}"))
        }
    })
    .await?;
    Ok(((), format!("{requisition}, its baseline is taken")))
}

/// The connection's id: the tour makes one.
pub(crate) async fn connection(people: &People) -> Result<String, String> {
    let card = people.owner.page("/integrations").await?;
    let page = card.link(TENANT)?;
    let id = page.path_segments().and_then(|mut path| path.next_back());
    id.map(str::to_owned).ok_or_else(|| String::from("there is no connection"))
}

/// The next candidate with an email address in Review.
pub(crate) async fn waiting(people: &People, requisition: &str) -> Outcome<Person> {
    let reserved = |person: &Person| AWKWARD_NAMES.contains(&person.application.as_str()) || person.application == SEVERAL_EVENTS;
    let in_review = |stage: &str, candidate: &Value| stage == "REVIEW" && has_email(candidate);
    let mut all = people.recruiter.people(requisition, in_review).await?.into_iter();
    let person = all.find(|person| !reserved(person));
    let person = person.ok_or("nobody with an email address is in Review")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

fn has_email(candidate: &Value) -> bool {
    candidate.get("email").is_some_and(Value::is_string)
}

/// A certain application of [`REQUISITION`].
pub(crate) async fn applicant(people: &People, application: &str) -> Result<Person, String> {
    people.recruiter.applicant(REQUISITION, application).await
}

pub(crate) async fn without_email(people: &People, requisition: &str) -> Outcome<Person> {
    let nowhere = |stage: &str, candidate: &Value| stage != "ASSESSMENT" && !has_email(candidate);
    let person = people.recruiter.people(requisition, nowhere).await?.into_iter().next();
    let person = person.ok_or("everybody has an email address")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(crate) async fn screened(people: &People) -> Outcome<Person> {
    let all = screenings(people).await?;
    let screening = all.iter().find(|screening| screening.state.starts_with("Completed"));
    let screening = screening.ok_or("no screening is completed")?;
    let person = applicant(people, &screening.application).await?;
    let checked = person.application.clone();
    Ok((person, checked))
}

pub(crate) async fn moved(people: &People, person: &Person, stage: &str) -> Outcome<()> {
    people.recruiter.move_to(person, stage).await?;
    Ok(((), format!("moved to {stage} on the recruiter's page")))
}

/// By the Assess task, which Workday pushes: nobody waits for a look at Workday.
pub(crate) async fn ordered(people: &People, person: &Person) -> Result<(), String> {
    people.recruiter.move_to(person, "ASSESSMENT").await?;
    people.recruiter.submit_assess(person).await
}

/// Workday's process monitor shows that the last push was answered so.
pub(crate) async fn push_answered(people: &People, status: u64) -> Result<(), String> {
    eventually(LONG, || async {
        let records = people.recruiter.records("pushes").await?;
        let push = records.get("pushes").and_then(|pushes| list(pushes).next_back());
        let answer = push.ok_or("nothing was pushed")?.get("http_status").and_then(Value::as_u64);
        if answer == Some(status) {
            Ok(())
        } else {
            Err(format!("the push was answered {answer:?}"))
        }
    })
    .await
}

/// Our mails to a person, oldest first.
pub(crate) async fn mails_to(people: &People, person: &Person) -> Result<Vec<Mail>, String> {
    let mails = people.world.mails(&people.anybody).await?.into_iter();
    Ok(mails.filter(|mail| mail.to.contains(&person.email)).collect())
}

/// A row of Activity.
#[derive(Debug, Clone)]
pub(crate) struct Screening {
    pub(crate) application: String,
    /// Whether it is a later visit to the stage, in words.
    pub(crate) visit: String,
    /// Where it stands, and what that means.
    pub(crate) state: String,
    /// What the Workday record shows of it.
    pub(crate) record: String,
}

/// What Activity shows, most recent change first.
pub(crate) async fn screenings(people: &People) -> Result<Vec<Screening>, String> {
    let rows = people.owner.page("/activity").await?.rows();
    Ok(rows.iter().filter_map(|row| screening(row)).collect())
}

fn screening(row: &[String]) -> Option<Screening> {
    let [who, _requisition, state, record, ..] = row else {
        return None;
    };
    // The candidate's id, then the application's, then which visit and attempt.
    let (_candidate, application) = who.split_once(' ')?;
    let (application, visit) = application.split_once(", ").unwrap_or((application, ""));
    Some(Screening {
        application: application.to_owned(),
        visit: visit.to_owned(),
        state: state.clone(),
        record: record.clone(),
    })
}

/// A person's screenings.
pub(crate) async fn screenings_of(people: &People, person: &Person) -> Result<Vec<Screening>, String> {
    let mut all = screenings(people).await?;
    all.retain(|screening| screening.application == person.application);
    Ok(all)
}

/// A person's screening that is as wanted, as soon as Activity shows it.
pub(crate) async fn screening_in(people: &People, person: &Person, wanted: impl Fn(&Screening) -> bool) -> Result<Screening, String> {
    eventually(LONG, || async {
        let all = screenings_of(people, person).await?;
        let found = all.iter().find(|screening| wanted(screening)).cloned();
        found.ok_or_else(|| {
            format!(
                "Activity shows {:?}",
                all.iter().map(|screening| &screening.state).collect::<Vec<_>>()
            )
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_activity_says_whose_it_is_and_where_it_stands() {
        let row = [
            "C1 JOB_APPLICATION-3-3, visit 2",
            "Job R1, Agent",
            "Needs review Why",
            "",
            "just now",
            "",
        ]
        .map(str::to_owned);
        let read = screening(&row).unwrap();
        let words = [&read.application, &read.visit, &read.state, &read.record].map(String::as_str);
        assert_eq!(words, ["JOB_APPLICATION-3-3", "visit 2", "Needs review Why", ""]);
        assert_eq!(
            screening(&["C1 JOB_APPLICATION-3-31", "", "Invited", "Up to date"].map(str::to_owned))
                .unwrap()
                .visit,
            ""
        );
        assert!(screening(&["Linked".to_owned()]).is_none());
        assert!(screening(&["Candidate", "Job requisition", "State", "Workday record"].map(str::to_owned)).is_none());
    }
}
