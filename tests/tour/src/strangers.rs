//! Who has no business here: without the right password, or with a link that nobody was given.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use crate::people::People;
use crate::sights::connection;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{basic, list};
use http::Method;
use serde_json::json;
use std::io::Write;

/// The user that the connection's page makes a password for (`infra/workday-admin-guide.md`).
const PUSH_USER: &str = "heymilo";

/// Whoever has no business here is told nothing.
pub(crate) async fn told_nothing<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("Strangers are told nothing")?;
    let people = &tour.people.clone();
    tour.look("a push to a connection that is none", unknown_connection(people)).await?;
    tour.look("a push with a wrong password, and with none", wrong_password(people))
        .await?;
    tour.look("a report link that nobody was given", made_up_report(people)).await?;
    Ok(())
}

async fn unknown_connection(people: &People) -> Outcome<()> {
    let endpoint = format!("{}/webhooks/workday/production.0000000000000000", people.world.product);
    refused(people, &endpoint, None).await
}

async fn wrong_password(people: &People) -> Outcome<()> {
    let page = people.owner.connection(&connection(people).await?).await?;
    let endpoint = page.fact("Endpoint URL")?;
    refused(people, &endpoint, Some(&basic(PUSH_USER, "guessed"))).await?;
    refused(people, &endpoint, None).await
}

async fn refused(people: &People, endpoint: &str, credential: Option<&str>) -> Outcome<()> {
    let hint = json!({"Assessment_ID": "RECRUITING_ASSESSMENT-1-10"}).to_string();
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(credential.map(|credential| ("authorization", credential)));
    let page = people.anybody.request(Method::POST, endpoint, &headers, hint.into()).await?;
    if page.status == 401 && page.body.is_empty() {
        Ok(((), String::from("401, empty body")))
    } else {
        Err(format!("answered {} with {} bytes", page.status, page.body.len()))
    }
}

/// A real one with another end.
async fn made_up_report(people: &People) -> Outcome<()> {
    let records = people.recruiter.records("assessments").await?;
    let mut lines = list(&records["assessments"]).flat_map(|assessment| list(&assessment["lines"]));
    let ours = |url: &str| url.starts_with(&people.world.product);
    let real = lines.find_map(|line| line["url"].as_str().filter(|url| ours(url)));
    let real = real.ok_or("no record has a View Report link")?;
    let end = if real.ends_with("aaaa") { "bbbb" } else { "aaaa" };
    let (kept, _) = real.split_at(real.len().saturating_sub(end.len()));
    for path in ["", "/report.pdf"] {
        let page = people.anybody.get(&format!("{kept}{end}{path}")).await?;
        if page.status != 404 {
            return Err(format!("answered {}", page.status));
        }
    }
    Ok(((), String::from("404 for the page and for the PDF")))
}
