//! Signing in with a company's account.

use crate::people::People;
use crate::tour::{Chapter, Outcome, Tour};
use drive::{Browser, Page};
use std::io::Write;

const STARTED_BESIDE: &str = "a company's sign-in service runs beside a local run only";

/// From the first page to the company's sign-in service, and back as somebody of the workspace.
pub(crate) async fn signs_in<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.local_chapter("Somebody of the company signs in with its account", STARTED_BESIDE)?;
    let people = &tour.people.clone();
    let browser = Browser::new()?;
    let company = tour
        .step("they open the first page and press the button", begin(people, &browser))
        .await?;
    tour.step(
        "they choose their account there and come back",
        come_back(people, &browser, &company),
    )
    .await?;
    Ok(())
}

async fn begin(people: &People, browser: &Browser) -> Outcome<Page> {
    let first = browser.get(&format!("{}/", people.world.product)).await?;
    let company = browser.submit(&first.form("/sign-in/begin")?).await?;
    company.must_say(&["Sign in at the example company"])?;
    if company.url.as_str().starts_with(&people.world.product) {
        return Err(String::from("the page is ours and not the company's"));
    }
    let checked = format!("answered {}, and led on to the company's own page", first.status.as_u16());
    Ok((company, checked))
}

async fn come_back(people: &People, browser: &Browser, company: &Page) -> Outcome<()> {
    let page = browser.submit(&company.form("/authorize")?).await?;
    page.must_say(&["Available Integrations"])?;
    if !page.url.as_str().starts_with(&people.world.product) {
        return Err(String::from("they do not come back to us"));
    }
    Ok(((), String::from("the workspace's integrations are shown")))
}
