//! From the invitation to the report, for one person already ordered: the candidate's side and the record's.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::people::People;
use crate::sights::{LONG, mails_to, screening_in, screenings_of};
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Person, TEST, eventually, list};
use serde_json::{Value, json};
use std::io::Write;

/// Every step of it, printed one by one.
pub(crate) async fn screen_and_check<Out: Write>(tour: &mut Tour<'_, Out>, person: &Person) -> Chapter {
    let people = &tour.people.clone();
    let link = tour.step("the candidate is invited", invited(people, person)).await?;
    tour.look("the record shows it", record_shows(people, person, "HEYMILO_INVITED"))
        .await?;
    let interview = tour.step("the candidate opens the link", open_link(people, &link)).await?;
    tour.step("the candidate completes the screening", complete(people, &interview))
        .await?;
    tour.look("the record shows it", record_shows(people, person, "HEYMILO_COMPLETED"))
        .await?;
    let report = tour
        .step("status, score, note and link are on the record", result_on_record(people, person))
        .await?;
    tour.look("the PDF is among the attachments, once", attachment(people, person))
        .await?;
    tour.look("View Report opens", view_report(people, &report)).await?;
    tour.look("nothing happened twice", once(people, person)).await?;
    Ok(())
}

/// The same in one go, for chapters about something else. The result is the View Report address.
pub(crate) async fn screened_to_the_end(people: &People, person: &Person) -> Result<String, String> {
    let (link, _) = invited(people, person).await?;
    let (interview, _) = open_link(people, &link).await?;
    complete(people, &interview).await?;
    record_shows(people, person, "HEYMILO_COMPLETED").await?;
    let (report, _) = result_on_record(people, person).await?;
    attachment(people, person).await?;
    once(people, person).await?;
    Ok(report)
}

/// Waits for the one mail; the result is the link in it.
pub(crate) async fn invited(people: &People, person: &Person) -> Outcome<String> {
    screening_in(people, person, |screening| screening.state == "Invited").await?;
    let mails = mails_to(people, person).await?;
    let [mail] = mails.as_slice() else {
        return Err(format!("{} mails were sent", mails.len()));
    };
    let link = mail.link(&format!("{}/i/", people.world.product))?;
    if !mail.text.contains("An AI conducts this interview") {
        return Err(String::from("the mail does not say that an AI interviews"));
    }
    let theirs = people.anybody.json(&format!("{}/__stand-in/mails", people.world.heymilo)).await?;
    let theirs = theirs.to_string().matches(&person.email).count();
    if theirs > 0 {
        return Err(format!("HeyMilo sent {theirs} mails too"));
    }
    Ok((link, String::from("one mail from us with the AI notice, none from HeyMilo")))
}

/// Our line on the record reads so, and the whole of it where no other vendor's test stands beside ours.
async fn record_shows(people: &People, person: &Person, status: &str) -> Outcome<()> {
    eventually(LONG, || async {
        let record = people.recruiter.assessment(person).await?;
        let lines: Vec<&Value> = list(&record["lines"]).collect();
        let ours = lines
            .iter()
            .any(|line| line["test"] == json!(TEST) && line["status"] == json!(status));
        if ours && (lines.len() > 1 || record["status"] == json!(status)) {
            Ok(())
        } else {
            Err(format!("the record shows {}", record["status"]))
        }
    })
    .await?;
    Ok(((), String::from(status)))
}

pub(crate) async fn open_link(people: &People, link: &str) -> Outcome<String> {
    let notice = people.candidate.read_notice(link).await?;
    notice.must_say(&["AI"])?;
    let interview = people.candidate.start(&notice).await?;
    Ok((
        interview,
        String::from("the notice is shown, the button leads to HeyMilo's interview"),
    ))
}

pub(crate) async fn complete(people: &People, interview: &str) -> Outcome<()> {
    let answered = people.candidate.answer(interview).await?;
    Ok(((), format!("{answered} questions answered")))
}

async fn result_on_record(people: &People, person: &Person) -> Outcome<String> {
    let record = people.recruiter.assessment(person).await?;
    let ours: Vec<&Value> = list(&record["lines"]).filter(|line| line["test"] == json!(TEST)).collect();
    let [line] = ours.as_slice() else {
        return Err(format!("there are {} result lines", ours.len()));
    };
    let score: f64 = line["score"]
        .as_str()
        .and_then(|score| score.parse().ok())
        .or_else(|| line["score"].as_f64())
        .ok_or("there is no score")?;
    let url = line["url"].as_str().ok_or("there is no View Report link")?;
    // Beside another vendor's test the whole's comment is not ours: our line carries the note.
    let is_shared = list(&record["lines"]).count() > 1;
    let note = if is_shared { &line["comment"] } else { &record["comment"] };
    let note = note.as_str().ok_or("there is no note")?;
    let missing = ["View Report:", "HM-"].into_iter().find(|part| !note.contains(part));
    if let Some(part) = missing {
        return Err(format!("the note has no {part}"));
    }
    if !url.starts_with(&format!("{}/r/", people.world.product)) {
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

async fn attachment(people: &People, person: &Person) -> Outcome<()> {
    let found = eventually(LONG, || async {
        match people.recruiter.reports(person).await? {
            none if none.is_empty() => Err(String::from("there is no attachment")),
            found => Ok(found),
        }
    })
    .await?;
    let [file] = found.as_slice() else {
        return Err(format!("there are {} attachments", found.len()));
    };
    let page = people.recruiter.download(file).await?;
    if page.body.starts_with(b"%PDF-") {
        let name = file["filename"].as_str().unwrap_or_default();
        Ok(((), format!("{name}, {} KB", page.body.len() / 1024)))
    } else {
        Err(String::from("the download is not a PDF"))
    }
}

async fn view_report(people: &People, url: &str) -> Outcome<()> {
    let recruiter = &people.recruiter.browser;
    recruiter.open(url).await?.must_say(&["Transcript", "Score", "Qualifier", "AI"])?;
    let pdf = recruiter.open(&format!("{url}/report.pdf")).await?;
    let again = recruiter.open(&format!("{url}/report.pdf")).await?;
    let kind = pdf.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    let is_whole = pdf.body.starts_with(b"%PDF-") && pdf.body.trim_ascii_end().ends_with(b"%%EOF");
    if kind != Some("application/pdf") || !is_whole || pdf.body != again.body {
        return Err(format!(
            "the PDF, {} bytes of {kind:?}, is not a whole one, or differs from one opening to the next",
            pdf.body.len()
        ));
    }
    Ok((
        (),
        String::from("transcript, score breakdown, qualifier responses, AI insights; the same PDF each time"),
    ))
}

async fn once(people: &People, person: &Person) -> Outcome<()> {
    let mails = mails_to(people, person).await?.len();
    let heymilo = people.anybody.json(&format!("{}/__stand-in/state", people.world.heymilo)).await?;
    let interviews = list(&heymilo["interviews"])
        .filter(|interview| interview["email"] == json!(person.email))
        .count();
    let screenings = screenings_of(people, person).await?.len();
    if (mails, interviews, screenings) == (1, 1, 1) {
        Ok(((), String::from("one mail, one interview, one screening, one note, one attachment")))
    } else {
        Err(format!("{mails} mails, {interviews} interviews, {screenings} screenings"))
    }
}
