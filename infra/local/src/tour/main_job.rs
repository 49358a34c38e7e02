//! The main job: a recruiter's move, the candidate's screening, the report on the record.

#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::browser::{Browser, between};
use super::{Outcome, Servers, Tour, eventually};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

/// Longest wait for the product to follow what a person did.
const LONG: Duration = Duration::from_mins(1);
const TEST: &str = "HEYMILO_AI_SCREEN";
const ANSWER: &str = "I led a team of six in a warehouse for four years, planned the shifts, kept the safety records and trained new \
    colleagues on the forklift. For example, when a delivery failed I called the customer, found another carrier and we delivered the same day.";

/// One application of the linked requisition, as the recruiter sees it.
#[derive(Debug, Clone)]
struct Person {
    application: String,
    candidate: String,
    email: String,
}

/// Chapter one: nothing but a stage move.
pub(super) async fn by_bare_stage_move<Out: Write>(tour: &mut Tour<'_, Out>) -> std::io::Result<()> {
    tour.chapter("A recruiter moves a candidate into Assessment; nothing else is asked of them")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let Some(requisition) = tour
        .step("Workday is connected and a requisition is linked", linked(&browser, &servers))
        .await?
    else {
        return Ok(());
    };
    let Some(person) = tour
        .step("a candidate waits in Review", waiting(&browser, &servers, &requisition, 0))
        .await?
    else {
        return Ok(());
    };
    let moved = tour
        .step(
            "the recruiter moves them to Assessment",
            move_to(&browser, &servers, &person, "ASSESSMENT"),
        )
        .await?;
    if moved.is_some() {
        screen_and_check(tour, &person).await?;
    }
    Ok(())
}

/// Chapter two: the recruiter submits Assess; Workday pushes, or the poll finds it.
pub(super) async fn by_assess_submit<Out: Write>(tour: &mut Tour<'_, Out>) -> std::io::Result<()> {
    tour.chapter("A recruiter orders the screening with Assess")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let Some(requisition) = tour.step("the same requisition", linked(&browser, &servers)).await? else {
        return Ok(());
    };
    let Some(person) = tour
        .step("another candidate waits in Review", waiting(&browser, &servers, &requisition, 0))
        .await?
    else {
        return Ok(());
    };
    let ordered = async {
        move_to(&browser, &servers, &person, "ASSESSMENT").await?;
        let url = format!("{}/recruiter/applications/{}/assess", servers.workday, person.application);
        let page = browser.post(&url, &[("status", "HEYMILO_SEND_INVITE"), ("test", TEST)]).await?;
        accepted(page.status).map(|()| ((), String::from("the send status and our test were submitted")))
    };
    if tour.step("the recruiter moves them and submits Assess", ordered).await?.is_some() {
        screen_and_check(tour, &person).await?;
    }
    Ok(())
}

/// Chapter three: leaving and coming back is a new visit that a person must decide about.
pub(super) async fn never_twice<Out: Write>(tour: &mut Tour<'_, Out>) -> std::io::Result<()> {
    tour.chapter("A screened candidate leaves the stage and comes back")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let Some(requisition) = tour.step("the same requisition", linked(&browser, &servers)).await? else {
        return Ok(());
    };
    let Some(person) = tour
        .step("a screened candidate", screened(&browser, &servers, &requisition))
        .await?
    else {
        return Ok(());
    };
    let leave = async {
        move_to(&browser, &servers, &person, "INTERVIEW").await?;
        // The product must have seen the application outside the stage before it comes back.
        eventually(LONG, || async {
            let state = local_state(&browser, &servers).await?;
            let row = application_row(&state, &person).ok_or("the application is not known")?;
            if row["in_stage"] == json!(false) {
                Ok(())
            } else {
                Err(String::from("the product has not noticed"))
            }
        })
        .await?;
        Ok(((), String::from("the poll noticed")))
    };
    if tour.step("they move on to Interview", leave).await?.is_none() {
        return Ok(());
    }
    let back = async {
        move_to(&browser, &servers, &person, "ASSESSMENT").await?;
        let order = order_in(&browser, &servers, &person, |order| {
            order["visit"] == json!(2) && order["state"] == json!("needs_review")
        })
        .await?;
        let mails = mails_to(&browser, &servers, &person).await?;
        if order["reason"] != json!("already_screened") || mails != 1 {
            return Err(format!("reason {}, {mails} mails", order["reason"]));
        }
        Ok(((), String::from("visit 2 is needs_review(already_screened); still one mail")))
    };
    tour.step("they come back to Assessment", back).await?;
    Ok(())
}

/// Chapter four: people and calls that cannot be served end visibly, and nothing is sent.
pub(super) async fn awkward_people<Out: Write>(tour: &mut Tour<'_, Out>) -> std::io::Result<()> {
    tour.chapter("What cannot be served ends visibly")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let stranger = async {
        let url = format!("{}/webhooks/workday/production.0000000000000000", servers.product);
        let page = browser
            .post_json(&url, &json!({"Assessment_ID": "RECRUITING_ASSESSMENT-1-10"}))
            .await?;
        if page.status == 401 && page.body.is_empty() {
            Ok(((), String::from("401, empty body")))
        } else {
            Err(format!("answered {}", page.status))
        }
    };
    tour.step("a stranger calls the webhook", stranger).await?;
    let Some(requisition) = tour.step("the same requisition", linked(&browser, &servers)).await? else {
        return Ok(());
    };
    let Some(person) = tour
        .step(
            "a candidate without an email address",
            without_email(&browser, &servers, &requisition),
        )
        .await?
    else {
        return Ok(());
    };
    let refused = async {
        move_to(&browser, &servers, &person, "ASSESSMENT").await?;
        let order = order_in(&browser, &servers, &person, |order| order["state"] == json!("refused")).await?;
        let reason = order["reason"].as_str().unwrap_or_default().to_owned();
        let record = eventually(LONG, || async {
            let record = assessment(&browser, &servers, &person).await?;
            if record["status"] == json!("HEYMILO_ERROR") {
                Ok(record)
            } else {
                Err(format!("the record shows {}", record["status"]))
            }
        })
        .await?;
        if record["comment"]
            .as_str()
            .is_some_and(|comment| comment.contains("no email address"))
        {
            Ok(((), format!("refused({reason}), and the record tells the recruiter what to do")))
        } else {
            Err(format!("the comment is {}", record["comment"]))
        }
    };
    tour.step("the recruiter moves them to Assessment", refused).await?;
    Ok(())
}

/// From the invitation to the report, for one person already ordered.
async fn screen_and_check<Out: Write>(tour: &mut Tour<'_, Out>, person: &Person) -> std::io::Result<()> {
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let Some(link) = tour.step("the candidate is invited", invited(&browser, &servers, person)).await? else {
        return Ok(());
    };
    tour.step("the record shows it", record_shows(&browser, &servers, person, "HEYMILO_INVITED"))
        .await?;
    let Some(interview) = tour.step("the candidate opens the link", open_link(&browser, &link)).await? else {
        return Ok(());
    };
    if tour
        .step("the candidate completes the screening", complete(&browser, &interview))
        .await?
        .is_none()
    {
        return Ok(());
    }
    tour.step("the record shows it", record_shows(&browser, &servers, person, "HEYMILO_COMPLETED"))
        .await?;
    let Some(report) = tour
        .step(
            "status, score, note and link are on the record",
            result_on_record(&browser, &servers, person),
        )
        .await?
    else {
        return Ok(());
    };
    tour.step("the PDF is among the attachments, once", attachment(&browser, &servers, person))
        .await?;
    tour.step("View Report opens", view_report(&browser, &report)).await?;
    tour.step("nothing happened twice", once(&browser, &servers, person)).await?;
    Ok(())
}

async fn linked(browser: &Browser, servers: &Servers) -> Outcome<String> {
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

async fn waiting(browser: &Browser, servers: &Servers, requisition: &str, skip: usize) -> Outcome<Person> {
    let records = workday_records(browser, servers).await?;
    let people = people(&records, requisition, |step, candidate| {
        step == "REVIEW" && candidate["email"].is_string()
    });
    let person = people.into_iter().nth(skip).ok_or("nobody with an email address is in Review")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

async fn without_email(browser: &Browser, servers: &Servers, requisition: &str) -> Outcome<Person> {
    let records = workday_records(browser, servers).await?;
    let people = people(&records, requisition, |step, candidate| {
        step != "ASSESSMENT" && candidate["email"].is_null()
    });
    let person = people.into_iter().next().ok_or("everybody has an email address")?;
    let checked = person.application.clone();
    Ok((person, checked))
}

async fn screened(browser: &Browser, servers: &Servers, requisition: &str) -> Outcome<Person> {
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

async fn move_to(browser: &Browser, servers: &Servers, person: &Person, stage: &str) -> Outcome<()> {
    let url = format!("{}/recruiter/applications/{}/move", servers.workday, person.application);
    let page = browser.post(&url, &[("stage", stage)]).await?;
    accepted(page.status)?;
    Ok(((), format!("moved to {stage} on the recruiter's page")))
}

async fn invited(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<String> {
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
    if !text.contains("an AI conducts the screening") {
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
        let records = workday_records(browser, servers).await?;
        let ours: Vec<Value> = list(&records["attachments"])
            .filter(|file| {
                file["candidate"] == json!(person.candidate)
                    && file["filename"].as_str().is_some_and(|name| name.starts_with("HeyMilo Report"))
            })
            .cloned()
            .collect();
        match ours.as_slice() {
            [] => Err(String::from("there is no attachment")),
            _ => Ok(ours),
        }
    })
    .await?;
    let [file] = found.as_slice() else {
        return Err(format!("there are {} attachments", found.len()));
    };
    let page = browser
        .open(&format!(
            "{}/recruiter/attachments/{}",
            servers.workday,
            file["id"].as_str().unwrap_or_default()
        ))
        .await?;
    if page.body.starts_with(b"%PDF-") {
        Ok((
            (),
            format!("{}, {} KB", file["filename"].as_str().unwrap_or_default(), page.body.len() / 1024),
        ))
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

async fn mails_to(browser: &Browser, servers: &Servers, person: &Person) -> Result<usize, String> {
    let state = local_state(browser, servers).await?;
    Ok(list(&state["outbox"])
        .filter(|mail| mail["to"].to_string().contains(&person.email))
        .count())
}

async fn order_in(browser: &Browser, servers: &Servers, person: &Person, wanted: impl Fn(&Value) -> bool) -> Result<Value, String> {
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

fn application_row(state: &Value, person: &Person) -> Option<Value> {
    list(&state["applications"])
        .find(|row| row["application"] == json!(person.application))
        .cloned()
}

async fn local_state(browser: &Browser, servers: &Servers) -> Result<Value, String> {
    browser.json(&format!("{}/__local/state", servers.product)).await
}

async fn workday_records(browser: &Browser, servers: &Servers) -> Result<Value, String> {
    let state = browser.json(&format!("{}/__stand-in/state", servers.workday)).await?;
    Ok(if state["records"].is_object() {
        state["records"].clone()
    } else {
        state
    })
}

/// The latest assessment of a person's application.
async fn assessment(browser: &Browser, servers: &Servers, person: &Person) -> Result<Value, String> {
    let records = workday_records(browser, servers).await?;
    let assessment = list(&records["assessments"]).rfind(|assessment| assessment["application"] == json!(person.application));
    assessment.cloned().ok_or_else(|| String::from("the application has no assessment"))
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
            })
        })
        .collect()
}

fn list(value: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn accepted(status: u16) -> Result<(), String> {
    if (200..400).contains(&status) {
        Ok(())
    } else {
        Err(format!("answered {status}"))
    }
}
