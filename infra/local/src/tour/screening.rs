//! From the invitation to the report, for one person already ordered: the candidate's side and the record's.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::browser::{Browser, between};
use super::sights::{LONG, Person, TEST, accepted, assessment, list, local_state, mails_to, order_in, our_attachments, workday_records};
use super::{Chapter, Outcome, Servers, Tour, eventually};
use serde_json::{Value, json};
use std::io::Write;

const ANSWER: &str = "I led a team of six in a warehouse for four years, planned the shifts, kept the safety records and trained new \
    colleagues on the forklift. For example, when a delivery failed I called the customer, found another carrier and we delivered the same day.";

/// Every step of it, printed one by one.
pub(super) async fn screen_and_check<Out: Write>(tour: &mut Tour<'_, Out>, person: &Person) -> Chapter {
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let link = tour.step("the candidate is invited", invited(&browser, &servers, person)).await?;
    tour.look("the record shows it", record_shows(&browser, &servers, person, "HEYMILO_INVITED"))
        .await?;
    let interview = tour.step("the candidate opens the link", open_link(&browser, &link)).await?;
    tour.step("the candidate completes the screening", complete(&browser, &interview))
        .await?;
    tour.look("the record shows it", record_shows(&browser, &servers, person, "HEYMILO_COMPLETED"))
        .await?;
    let report = tour
        .step(
            "status, score, note and link are on the record",
            result_on_record(&browser, &servers, person),
        )
        .await?;
    tour.look("the PDF is among the attachments, once", attachment(&browser, &servers, person))
        .await?;
    tour.look("View Report opens", view_report(&browser, &report)).await?;
    tour.look("nothing happened twice", once(&browser, &servers, person)).await?;
    Ok(())
}

/// The same in one go, for chapters about something else. The result is the View Report address.
pub(super) async fn screened_to_the_end(browser: &Browser, servers: &Servers, person: &Person) -> Result<String, String> {
    let (link, _) = invited(browser, servers, person).await?;
    let (interview, _) = open_link(browser, &link).await?;
    complete(browser, &interview).await?;
    record_shows(browser, servers, person, "HEYMILO_COMPLETED").await?;
    let (report, _) = result_on_record(browser, servers, person).await?;
    attachment(browser, servers, person).await?;
    once(browser, servers, person).await?;
    Ok(report)
}

/// Waits for the one mail; the result is the link in it.
pub(super) async fn invited(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<String> {
    order_in(browser, servers, person, |order| !order["invited_at"].is_null()).await?;
    let state = local_state(browser, servers).await?;
    let mails: Vec<&Value> = list(&state["outbox"])
        .filter(|mail| mail["to"].to_string().contains(&person.email))
        .collect();
    let [mail] = mails.as_slice() else {
        return Err(format!("{} mails were sent", mails.len()));
    };
    let text = mail["text"].as_str().ok_or("the mail has no text")?;
    let start = text
        .find(&format!("{}/i/", servers.product))
        .ok_or("the mail has no link of ours")?;
    let link: String = text
        .chars()
        .skip(text[..start].chars().count())
        .take_while(|c| !c.is_whitespace())
        .collect();
    if !text.contains("An AI conducts this interview") {
        return Err(String::from("the mail does not say that an AI interviews"));
    }
    let theirs = browser.json(&format!("{}/__stand-in/mails", servers.heymilo)).await?;
    let theirs = theirs.to_string().matches(&person.email).count();
    if theirs > 0 {
        return Err(format!("HeyMilo sent {theirs} mails too"));
    }
    Ok((link, String::from("one mail from us with the AI notice, none from HeyMilo")))
}

async fn record_shows(browser: &Browser, servers: &Servers, person: &Person, status: &str) -> Outcome<()> {
    eventually(LONG, || async {
        let record = assessment(browser, servers, person).await?;
        if record["status"] == json!(status) {
            Ok(())
        } else {
            Err(format!("the record shows {}", record["status"]))
        }
    })
    .await?;
    Ok(((), String::from(status)))
}

async fn open_link(browser: &Browser, link: &str) -> Outcome<String> {
    let page = browser.open(link).await?;
    if !page.text().contains("AI") {
        return Err(String::from("the page says nothing about the AI"));
    }
    let start = browser.post(link, &[]).await?;
    let interview = start
        .location
        .filter(|_| start.status == 303)
        .ok_or("the button does not lead to the interview")?;
    Ok((
        interview,
        String::from("the notice is shown, the button leads to HeyMilo's interview"),
    ))
}

async fn complete(browser: &Browser, interview: &str) -> Outcome<()> {
    accepted(browser.post(&format!("{interview}/start"), &[]).await?.status)?;
    for answered in 0..20 {
        let page = browser.open(interview).await?.text();
        let Some(question) = between(&page, "name=\"question_id\" value=\"", "\"") else {
            return if answered > 0 {
                Ok(((), format!("{answered} questions answered")))
            } else {
                Err(String::from("there was no question"))
            };
        };
        let choice = between(&page, "type=\"radio\" name=\"answer\" value=\"", "\"").unwrap_or(ANSWER);
        let answer = browser
            .post(&format!("{interview}/answer"), &[("question_id", question), ("answer", choice)])
            .await?;
        accepted(answer.status)?;
    }
    Err(String::from("the interview does not end"))
}

async fn result_on_record(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<String> {
    let record = assessment(browser, servers, person).await?;
    let line = list(&record["lines"])
        .find(|line| line["test"] == json!(TEST))
        .ok_or("there is no result line")?;
    let score: f64 = line["score"]
        .as_str()
        .and_then(|score| score.parse().ok())
        .or_else(|| line["score"].as_f64())
        .ok_or("there is no score")?;
    let url = line["url"].as_str().ok_or("there is no View Report link")?;
    let note = record["comment"].as_str().ok_or("there is no note")?;
    let missing = ["View Report:", "HM-"].into_iter().find(|part| !note.contains(part));
    if let Some(part) = missing {
        return Err(format!("the note has no {part}"));
    }
    if !url.starts_with(&format!("{}/r/", servers.product)) {
        return Err(String::from("the link does not lead to us"));
    }
    Ok((
        url.to_owned(),
        format!(
            "score {score}, note of {} characters, additional data of {}",
            note.len(),
            line["comment"].as_str().map_or(0, str::len)
        ),
    ))
}

async fn attachment(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<()> {
    let found = eventually(LONG, || async {
        match our_attachments(browser, servers, person).await? {
            none if none.is_empty() => Err(String::from("there is no attachment")),
            found => Ok(found),
        }
    })
    .await?;
    let [file] = found.as_slice() else {
        return Err(format!("there are {} attachments", found.len()));
    };
    let id = file["id"].as_str().unwrap_or_default();
    let page = browser.open(&format!("{}/recruiter/attachments/{id}", servers.workday)).await?;
    if page.body.starts_with(b"%PDF-") {
        let name = file["filename"].as_str().unwrap_or_default();
        Ok(((), format!("{name}, {} KB", page.body.len() / 1024)))
    } else {
        Err(String::from("the download is not a PDF"))
    }
}

async fn view_report(browser: &Browser, url: &str) -> Outcome<()> {
    let page = browser.open(url).await?.text();
    let parts = ["Transcript", "Score", "Qualifier", "AI"];
    if let Some(part) = parts.into_iter().find(|part| !page.contains(part)) {
        return Err(format!("the page has no {part}"));
    }
    let pdf = browser.open(&format!("{url}/report.pdf")).await?;
    let again = browser.open(&format!("{url}/report.pdf")).await?;
    if !pdf.body.starts_with(b"%PDF-") || pdf.body != again.body {
        return Err(String::from("the PDF is not one, or differs from one opening to the next"));
    }
    Ok((
        (),
        String::from("transcript, score breakdown, qualifier responses, AI insights; the same PDF each time"),
    ))
}

async fn once(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<()> {
    let mails = mails_to(browser, servers, person).await?;
    let heymilo = browser.json(&format!("{}/__stand-in/state", servers.heymilo)).await?;
    let interviews = list(&heymilo["interviews"])
        .filter(|interview| interview["email"] == json!(person.email))
        .count();
    if (mails, interviews) == (1, 1) {
        Ok(((), String::from("one mail, one interview, one note, one attachment")))
    } else {
        Err(format!("{mails} mails, {interviews} interviews"))
    }
}

/// The stages an application has been in, by Workday's record, oldest first.
pub(super) async fn stages(browser: &Browser, servers: &Servers, person: &Person) -> Result<Vec<String>, String> {
    let records = workday_records(browser, servers, "applications").await?;
    let application = list(&records["applications"]).find(|application| application["id"] == json!(person.application));
    let application = application.ok_or("Workday has no such application")?;
    let stages = list(&application["steps"]).filter_map(|step| step["stage"].as_str());
    Ok(stages.map(str::to_owned).collect())
}
