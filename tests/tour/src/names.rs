//! Names in other scripts and full of markup, for a job whose title is both: they arrive everywhere as they are.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::people::People;
use crate::screening::screened_to_the_end;
use crate::sights::{applicant, mails_to, ordered};
use crate::tenant::{AWKWARD_NAMES, REQUISITION, TITLE};
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Person, list, words};
use serde_json::{Value, json};
use std::io::Write;

/// Both at once, each checked where they are read.
pub(crate) async fn unharmed<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("Awkward names and titles arrive unharmed")?;
    let people = &tour.people.clone();
    let [scripts, markup] = AWKWARD_NAMES;
    let both = async {
        let both = [applicant(people, scripts).await?, applicant(people, markup).await?];
        let names = both.each_ref().map(|person| person.name.as_str()).join("; ");
        for person in &both {
            ordered(people, person).await?;
        }
        Ok((both, names))
    };
    let [scripts, markup] = tour.step("the recruiter orders two screenings", both).await?;
    let to_the_end = async {
        let [first, second] = [&scripts, &markup].map(|person| screened_to_the_end(people, person));
        let (first, second) = tokio::join!(first, second);
        Ok((
            [first?, second?],
            String::from("invited, screened, each with one report on the record"),
        ))
    };
    let reports = tour.step("both take the screening", to_the_end).await?;
    for (person, report) in [&scripts, &markup].into_iter().zip(&reports) {
        tour.look(&person.application.clone(), everywhere(people, person, report)).await?;
    }
    Ok(())
}

/// The name and the job's title, character by character, wherever a person or a vendor reads them.
async fn everywhere(people: &People, person: &Person, report: &str) -> Outcome<()> {
    let mails = mails_to(people, person).await?;
    let mail = mails.first().ok_or("there is no mail")?;
    let job = format!("applying for {TITLE} at");
    must_hold("the mail's subject", &mail.subject, &[TITLE])?;
    must_hold("the mail's text", &mail.text, &[&format!("Hello {},", person.name), &job])?;
    must_hold("the mail's page", &words(&mail.html), &[&format!("Hello {},", person.name), TITLE])?;
    let heymilo = people.anybody.json(&format!("{}/__stand-in/state", people.world.heymilo)).await?;
    let interview = list(&heymilo["interviews"]).find(|interview| interview["email"] == json!(person.email));
    let name_there = interview.and_then(|interview| interview["name"].as_str()).unwrap_or_default();
    must_hold("HeyMilo", name_there, &[&person.name])?;
    let record = people.recruiter.assessment(person).await?;
    let note = record["comment"].as_str().unwrap_or_default();
    must_hold("the note in Workday", note, &[&format!("Job: {TITLE} ({REQUISITION})")])?;
    let page = people.recruiter.browser.open(report).await?;
    must_hold("the View Report page", &page.words(), &[&person.name, TITLE])?;
    if ["<Ltd>", "<Night>"].iter().any(|markup| page.text().contains(markup)) {
        return Err(String::from("the View Report page takes a name for markup"));
    }
    let files = people.recruiter.reports(person).await?;
    let file = files.first().map_or("", |file| file["filename"].as_str().unwrap_or_default());
    must_hold("the PDF's name", file, &[REQUISITION])?;
    if !file.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-')) {
        return Err(format!("the PDF is called {file:?}"));
    }
    let checked = "mail, HeyMilo, note, View Report page and the PDF's name";
    Ok(((), format!("{} in {checked}", person.name)))
}

fn must_hold(where_: &str, text: &str, parts: &[&str]) -> Result<(), String> {
    match parts.iter().find(|part| !text.contains(**part)) {
        None => Ok(()),
        Some(part) => Err(format!("{where_} has no {part:?} but {}", Value::from(text))),
    }
}
