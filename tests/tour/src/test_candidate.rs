//! A test candidate: whom the Workday administrator made up goes the whole way, and the setup guide ticks each stage.

use crate::main_job::UNTIL_LOOKED;
use crate::people::People;
use crate::screening::{complete, invited, open_link};
use crate::sights::{connection, moved, waiting};
use crate::tenant::REQUISITION;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Form, Page, Person, eventually};
use std::io::Write;

const ALLOWED: &str = "@example.com";
const CONFIRMATION: &str = "I confirm: this is a person whom our Workday administrator made up for this test";
/// The stages of the guide, in their order.
const STAGES: [&str; 6] = [
    "Moved into the Assessment stage, and found",
    "Invited",
    "Opened the link",
    "Started",
    "Finished, and the result is there",
    "Workday\u{2019}s record shows it",
];

/// From a name to the last tick.
pub(crate) async fn each_stage_is_ticked<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("A test candidate goes the whole way, and the setup guide ticks each stage")?;
    let people = &tour.people.clone();
    let person = tour.step("a candidate waits in Review", waiting(people, REQUISITION)).await?;
    tour.look("without a word that they are made up nobody is named", unconfirmed(people, &person))
        .await?;
    tour.look("nor anybody whose address may not be written to", unlisted(people, &person))
        .await?;
    tour.step("the owner allows their address", allowed(people)).await?;
    tour.step("the owner names them", named(people, &person)).await?;
    tour.look("nothing is ticked yet", ticked(people, 0)).await?;
    tour.step("the recruiter moves them to Assessment", moved(people, &person, "ASSESSMENT"))
        .await?;
    tour.step("a look at Workday finds it, and two stages are ticked", ticked(people, 2))
        .await?;
    let link = tour.step("the candidate is invited", invited(people, &person)).await?;
    let interview = tour.step("the candidate opens the link", open_link(people, &link)).await?;
    tour.look("the third stage is ticked", ticked(people, 3)).await?;
    tour.step("the candidate starts", start(people, &interview)).await?;
    tour.look("the fourth stage is ticked", ticked(people, 4)).await?;
    tour.step("the candidate completes the screening", complete(people, &interview))
        .await?;
    tour.look("all stages are ticked", ticked(people, STAGES.len())).await?;
    Ok(())
}

async fn guide(people: &People) -> Result<String, String> {
    Ok(format!("/integrations/workday/{}/setup", connection(people).await?))
}

async fn form(people: &People, person: &Person) -> Result<Form, String> {
    let page = people.owner.page(&guide(people).await?).await?;
    page.form("/setup/test-candidate")?.fill("number", &person.candidate)
}

async fn unconfirmed(people: &People, person: &Person) -> Outcome<()> {
    let refused = people.owner.browser.send_form(&form(people, person).await?).await?;
    says_no(&refused, "Please confirm that this is a person")
}

fn says_no(page: &Page, sentence: &str) -> Outcome<()> {
    if page.status.as_u16() == 422 && page.words().contains(sentence) {
        Ok(((), format!("answered 422: {sentence}…")))
    } else {
        Err(format!("answered {}: {}", page.status, page.words()))
    }
}

async fn unlisted(people: &People, person: &Person) -> Outcome<()> {
    let confirmed = form(people, person).await?.choose(CONFIRMATION)?;
    let refused = people.owner.browser.send_form(&confirmed).await?;
    says_no(&refused, "is not on this connection")
}

async fn allowed(people: &People) -> Outcome<()> {
    let page = people.owner.connection(&connection(people).await?).await?;
    let form = page.form("/settings")?.fill("Allowed addresses", ALLOWED)?;
    people.owner.browser.submit(&form).await?;
    Ok(((), format!("{ALLOWED} is on the connection\u{2019}s list")))
}

async fn named(people: &People, person: &Person) -> Outcome<()> {
    let confirmed = form(people, person).await?.choose(CONFIRMATION)?;
    people.owner.browser.submit(&confirmed).await?;
    let page = people.owner.page(&guide(people).await?).await?;
    page.must_say(&[person.application.as_str()])?;
    Ok(((), person.application.clone()))
}

async fn start(people: &People, interview: &str) -> Outcome<()> {
    people.candidate.begin(interview).await?;
    Ok(((), String::from("HeyMilo's interview is begun")))
}

/// The first so many stages, and no other, are ticked within a while.
async fn ticked(people: &People, stages: usize) -> Outcome<()> {
    let guide = guide(people).await?;
    eventually(UNTIL_LOOKED, || async {
        let items = people.owner.page(&guide).await?.texts("li");
        for (number, stage) in STAGES.iter().enumerate() {
            let item = items.iter().find(|item| item.starts_with(stage));
            let item = item.ok_or_else(|| format!("the guide has no stage {stage:?}"))?;
            if item.ends_with("Done") != (number < stages) {
                return Err(format!("of {stages} stages: {item}"));
            }
        }
        Ok(())
    })
    .await?;
    Ok(((), format!("{stages} of {} on {guide}", STAGES.len())))
}
