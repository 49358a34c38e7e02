//! The end of a connection, and its return: nothing reaches Workday in between, and nobody is lost.

use crate::connect::{FORM, allow, card_says, save_client, to_workday};
use crate::people::People;
use crate::screening::invited;
use crate::sights::{LONG, connection, ordered, push_answered, screenings_of, waiting};
use crate::tenant::REQUISITION;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Form, Page, Person, eventually, pass, throughout};
use std::io::Write;
use std::time::Duration;

/// Longer than due work and polls ever wait in the tour.
const QUIET: Duration = Duration::from_secs(5);
/// How long nothing comes once what was under way has ended.
const UNDER_WAY: Duration = Duration::from_secs(1);

/// Why a deployed product is not walked through it.
const NEEDS_OFTEN_POLLS: &str =
    "silence must outlast several looks at Workday, and each return waits for the next: every two seconds in a local run, minutes here";

/// Nothing reaches Workday in between, and nobody is lost.
pub(crate) async fn after_disconnecting<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.local_chapter("The owner disconnects Workday, and connects it again", NEEDS_OFTEN_POLLS)?;
    let people = &tour.people.clone();
    let disconnected = tour.step("the owner presses Disconnect, and confirms", disconnect(people)).await?;
    tour.look("the Workday card says so", card_says(people, "Disconnected")).await?;
    let meanwhile = tour.step("a candidate waits in Review", waiting(people, REQUISITION)).await?;
    tour.step(
        "the recruiter orders a screening: Workday's push",
        push_is_refused(people, &meanwhile),
    )
    .await?;
    tour.look("no call reaches Workday", silence(people, &meanwhile)).await?;
    let form = tour.step("the owner presses Connect again", again(people, &disconnected)).await?;
    let saved = tour.step("they enter the API client", save_client(people, form)).await?;
    let consent = tour.step("they continue to Workday", to_workday(people, &saved)).await?;
    tour.step("they allow the access there and come back", allow(people, &consent))
        .await?;
    tour.look("who was moved meanwhile", invitation(people, &meanwhile)).await?;
    let next = async {
        let (person, _) = waiting(people, REQUISITION).await?;
        people.recruiter.move_to(&person, "ASSESSMENT").await?;
        invitation(people, &person).await
    };
    tour.look("the next stage move", next).await?;
    Ok(())
}

async fn disconnect(people: &People) -> Outcome<Page> {
    let asked = people.owner.ask_to_disconnect(&connection(people).await?).await?;
    asked.must_say(&["Nobody new is invited", "Keep it"])?;
    let page = people.owner.disconnect(&asked).await?;
    page.must_say(&["Workday is disconnected.", "The linked requisitions are kept"])?;
    // What was under way when the button was pressed comes to its end; after that every call would be one too many.
    eventually(LONG, || async {
        people.recruiter.forget_calls().await?;
        pass(UNDER_WAY).await;
        match people.recruiter.calls().await?.as_slice() {
            [] => Ok(()),
            calls => Err(format!("Workday is still called: {}", calls.join(", "))),
        }
    })
    .await?;
    Ok((page, String::from("asked first; the links are kept")))
}

/// The recruiter's submit launches the integration system, and its process monitor shows our answer.
async fn push_is_refused(people: &People, person: &Person) -> Outcome<()> {
    ordered(people, person).await?;
    push_answered(people, 410).await?;
    Ok(((), String::from("answered 410 Gone")))
}

async fn silence(people: &People, person: &Person) -> Outcome<()> {
    throughout(QUIET, || async {
        match people.recruiter.calls().await?.as_slice() {
            [] => Ok(()),
            calls => Err(format!("Workday was called: {}", calls.join(", "))),
        }
    })
    .await?;
    let theirs = screenings_of(people, person).await?.len();
    if theirs == 0 {
        Ok((
            (),
            format!("none in {} s, token requests included; nobody is invited", QUIET.as_secs()),
        ))
    } else {
        Err(format!("there are {theirs} screenings"))
    }
}

async fn again(people: &People, disconnected: &Page) -> Outcome<Form> {
    let page = people.owner.browser.open(disconnected.link("Connect again")?.as_str()).await?;
    page.must_say(&["Connect Workday again"])?;
    Ok((page.form(FORM)?, String::from("the form knows the tenant")))
}

async fn invitation(people: &People, person: &Person) -> Outcome<()> {
    invited(people, person).await?;
    Ok(((), format!("{} is invited, once", person.application)))
}
