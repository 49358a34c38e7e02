//! The end of a connection, and its return: nothing reaches Workday in between, and nobody is lost.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::browser::{Browser, Page};
use super::connect::{allow, card_says, save_client, to_workday};
use super::screening::invited;
use super::sights::{LONG, Person, calls, connection, list, local_state, move_to, submit_assess, waiting, workday_records};
use super::tenant::REQUISITION;
use super::{Chapter, Outcome, Servers, Tour, eventually, throughout};
use serde_json::json;
use std::io::Write;
use std::time::Duration;

/// Longer than due work and polls ever wait in the tour.
const QUIET: Duration = Duration::from_secs(5);

/// Chapter nine, the last.
pub(super) async fn after_disconnecting<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("The owner disconnects Workday, and connects it again")?;
    let (owner, browser, servers) = (tour.owner.clone(), tour.browser.clone(), tour.servers.clone());
    let disconnected = tour
        .step("the owner presses Disconnect, and confirms", disconnect(&owner, &servers))
        .await?;
    tour.look("the Workday card says so", card_says(&owner, &servers, "Disconnected"))
        .await?;
    let meanwhile = tour
        .step("a candidate waits in Review", waiting(&browser, &servers, REQUISITION))
        .await?;
    tour.step(
        "the recruiter orders a screening: Workday's push",
        push_is_refused(&browser, &servers, &meanwhile),
    )
    .await?;
    tour.look("no call reaches Workday", silence(&browser, &servers, &meanwhile))
        .await?;
    let form = tour
        .step("the owner presses Enter access again", again(&owner, &disconnected))
        .await?;
    let saved = tour.step("they enter the API client", save_client(&owner, &servers, form)).await?;
    let consent = tour.step("they continue to Workday", to_workday(&owner, &servers, &saved)).await?;
    tour.step("they allow the access there and come back", allow(&owner, &servers, &consent))
        .await?;
    tour.look("who was moved meanwhile", invitation(&browser, &servers, &meanwhile))
        .await?;
    let next = async {
        let (person, _) = waiting(&browser, &servers, REQUISITION).await?;
        move_to(&browser, &servers, &person, "ASSESSMENT").await?;
        invitation(&browser, &servers, &person).await
    };
    tour.look("the next stage move", next).await?;
    tour.look("the owner signs out", sign_out(&owner, &servers)).await?;
    Ok(())
}

async fn disconnect(owner: &Browser, servers: &Servers) -> Outcome<Page> {
    let connection = connection(owner, servers).await?;
    let page = owner
        .open(&format!("{}/integrations/workday/{connection}", servers.product))
        .await?;
    let asked = owner.open(page.link("Disconnect")?.as_str()).await?;
    asked.must_say(&["Nobody new is invited", "Keep it"])?;
    let page = owner.submit(&asked.form("/disconnect")?).await?;
    page.must_say(&["Workday is disconnected.", "The linked requisitions are kept"])?;
    // From here on every call would be one too many.
    owner.delete(&format!("{}/__stand-in/calls", servers.workday)).await?;
    Ok((page, String::from("asked first; the links are kept")))
}

/// The recruiter's submit launches the integration system, and its process monitor shows our answer.
async fn push_is_refused(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<()> {
    move_to(browser, servers, person, "ASSESSMENT").await?;
    submit_assess(browser, servers, person).await?;
    eventually(LONG, || async {
        let records = workday_records(browser, servers, "pushes").await?;
        let push = list(&records["pushes"]).next_back().ok_or("nothing was pushed")?;
        match push["http_status"].as_u64() {
            Some(410) => Ok(()),
            other => Err(format!("the push was answered {other:?}")),
        }
    })
    .await?;
    Ok(((), String::from("answered 410 Gone")))
}

async fn silence(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<()> {
    throughout(QUIET, || async {
        match calls(browser, servers).await?.as_slice() {
            [] => Ok(()),
            calls => Err(format!("Workday was called: {}", calls.join(", "))),
        }
    })
    .await?;
    let state = local_state(browser, servers).await?;
    let theirs = list(&state["orders"])
        .filter(|order| order["application"] == json!(person.application))
        .count();
    if theirs == 0 {
        Ok((
            (),
            format!("none in {} s, token requests included; nobody is invited", QUIET.as_secs()),
        ))
    } else {
        Err(format!("there are {theirs} orders"))
    }
}

async fn again(owner: &Browser, disconnected: &Page) -> Outcome<super::form::Form> {
    let page = owner.open(disconnected.link("Enter access again")?.as_str()).await?;
    page.must_say(&["Connect Workday again"])?;
    Ok((page.form("/integrations/workday/new")?, String::from("the form knows the tenant")))
}

async fn invitation(browser: &Browser, servers: &Servers, person: &Person) -> Outcome<()> {
    invited(browser, servers, person).await?;
    Ok(((), format!("{} is invited, once", person.application)))
}

async fn sign_out(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let page = owner.open(&format!("{}/integrations", servers.product)).await?;
    let left = owner.send_form(&page.form("/sign-out")?).await?;
    let refused = owner.get(&format!("{}/integrations", servers.product)).await?;
    match (left.status, refused.status) {
        (303, 401) => Ok(((), String::from("the pages answer 401 again"))),
        (left, after) => Err(format!("answered {left}, then {after}")),
    }
}
