//! An owner connects the workspace: HeyMilo's key, who writes to candidates, and Workday by signing in there.

use crate::people::People;
use crate::sights::connection;
use crate::tenant::{self, TENANT};
use crate::tour::{Chapter, Outcome, Tour};
use drive::{ApiClient, Form, Page, WhoSends};
use serde_json::json;
use std::io::Write;

pub(crate) const ACTIVE: &str = "Workday Integration Active";
/// What the stand-ins know from the start (README).
const API_KEY: &str = "heymilo-local-key";
pub(crate) const FORM: &str = "/connect";
pub(crate) const CLIENT: (&str, &str) = ("heymilo-demo-client", "demo-client-secret");

/// Connect Now, by OAuth.
pub(crate) async fn by_consent<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("An owner connects Workday by signing in there")?;
    let people = &tour.people.clone();
    tour.step("both vendors' tenants are as customers have them", tenant::prepare(people))
        .await?;
    tour.step("the owner opens their sign-in link", sign_in(people)).await?;
    tour.step("they enter HeyMilo's API key in Settings", enter_api_key(people)).await?;
    tour.step("they say who writes to candidates", answer_who_sends(people)).await?;
    let form = tour.step("Integrations, Workday, Connect Now", connect_now(people)).await?;
    let form = tour.step("they mistype the tenant and are led back", mistype(people, form)).await?;
    let saved = tour
        .step("they enter address, tenant and API client", save_client(people, form))
        .await?;
    let consent = tour.step("they continue to Workday", to_workday(people, &saved)).await?;
    tour.step("they allow the access there and come back", allow(people, &consent))
        .await?;
    tour.step("the Workday card says so", card_says(people, ACTIVE)).await?;
    tour.step("they have Workday looked at every minute", look_every_minute(people))
        .await?;
    tour.step("Workday's integration system is told where to push", set_up_push(people))
        .await?;
    Ok(())
}

async fn sign_in(people: &People) -> Outcome<()> {
    let refused = people.owner.ask("/integrations").await?;
    if refused.status != 401 {
        return Err(format!("a stranger is answered {}", refused.status));
    }
    let page = people.owner.sign_in(&people.world.sign_in).await?;
    page.must_say(&["Available Integrations", "Workday", "Connect Now"])?;
    let again = people.anybody.get(&people.world.sign_in).await?;
    if again.status != 401 {
        return Err(format!("the link works twice: {}", again.status));
    }
    let trail = page.trail.join(" → ");
    Ok(((), format!("{trail}; the link works once, strangers are answered 401")))
}

async fn enter_api_key(people: &People) -> Outcome<()> {
    let page = people.owner.enter_api_key(API_KEY).await?;
    page.must_say(&["Connected as Acme Talent (example)"])?;
    page.must_not_say(API_KEY)?;
    Ok(((), String::from("connected as Acme Talent (example); the key is not shown again")))
}

async fn answer_who_sends(people: &People) -> Outcome<()> {
    people.owner.page("/settings").await?.must_say(&["Nobody is invited yet."])?;
    let unconfirmed = people.owner.answer_who_sends(WhoSends::We { confirmed: false }).await?;
    unconfirmed.must_say(&["two invitations"])?;
    let confirmed = people.owner.answer_who_sends(WhoSends::We { confirmed: true }).await?;
    confirmed.must_say(&["This integration sends", &format!("Confirmed by {}", people.world.owner)])?;
    confirmed.must_not_say("Nobody is invited yet.")?;
    Ok(((), String::from("we send; refused without the confirmation, recorded with it")))
}

/// From the card to the form, and the redirection URI from the form into Workday's *Register API Client*.
async fn connect_now(people: &People) -> Outcome<Form> {
    let page = people.owner.connect_now().await?;
    page.must_say(&["Register API Client", "Authorization Code Grant"])?;
    let redirect_uri = page
        .texts("code")
        .into_iter()
        .find(|text| text.contains("/oauth/workday/callback/"));
    let redirect_uri = redirect_uri.ok_or("the page shows no redirection URI")?;
    let registered = json!({ "redirect_uris": [&redirect_uri] });
    people.recruiter.control("settings", &registered).await?;
    let shown = redirect_uri
        .strip_prefix(&people.world.product)
        .ok_or("the redirection URI is not ours")?;
    let checked = format!("the form asks for an API client with the redirection URI {shown}, which Workday now has");
    Ok((page.form(FORM)?, checked))
}

fn client(people: &People, tenant: &str) -> ApiClient {
    ApiClient {
        services_url: people.world.workday.clone(),
        sign_in_url: people.world.workday.clone(),
        tenant: tenant.to_owned(),
        client_id: CLIENT.0.to_owned(),
        client_secret: CLIENT.1.to_owned(),
    }
}

/// What is not proven yet is corrected in the form it was typed into.
async fn mistype(people: &People, form: Form) -> Outcome<Form> {
    let mistyped = format!("{TENANT}_typo");
    let page = people.owner.save_client(form, &client(people, &mistyped)).await?;
    page.must_say(&[&mistyped, "Change what was entered"])?;
    let page = people.owner.browser.open(page.link("Change what was entered")?.as_str()).await?;
    Ok((page.form(FORM)?, format!("{mistyped} stands in the form again, to be corrected")))
}

/// Fills the form with what the administrator has from Workday.
pub(crate) async fn save_client(people: &People, form: Form) -> Outcome<Page> {
    let client = client(people, TENANT);
    let page = people.owner.save_client(form, &client).await?;
    page.must_say(&["The API client is stored", "Continue to Workday"])?;
    page.must_not_say(&client.client_secret)?;
    let trail = page.trail.join(" → ");
    Ok((page, format!("{trail}; not connected yet, the secret is not shown again")))
}

/// Workday's own page, where the person decides.
pub(crate) async fn to_workday(people: &People, saved: &Page) -> Outcome<Page> {
    let page = people.owner.continue_to_workday(saved).await?;
    page.must_say(&["asks for access", "Recruiting"])?;
    if !page.url.as_str().starts_with(&people.world.workday) {
        return Err(String::from("the consent page is not Workday's"));
    }
    let trail = page.trail.join(" → ");
    Ok((page, format!("{trail} on Workday's host")))
}

/// Approves, and follows Workday's redirect through the callback back to the connection's page.
pub(crate) async fn allow(people: &People, consent: &Page) -> Outcome<()> {
    let page = people.owner.approve(consent).await?;
    page.must_say(&[ACTIVE, "the Workday account that approved the access"])?;
    let query = page.url.query().unwrap_or_default();
    if query.contains("code=") || query.contains("state=") {
        return Err(String::from("the code stays in the address bar"));
    }
    let callback = format!("/oauth/workday/callback/{}", connection(people).await?);
    if !page.trail.iter().any(|path| path.ends_with(&callback)) {
        return Err(format!("the way back was {}", page.trail.join(" → ")));
    }
    Ok(((), format!("{}; {ACTIVE}, no code in the address", page.trail.join(" → "))))
}

/// What the Workday card on Integrations says.
pub(crate) async fn card_says(people: &People, words: &str) -> Outcome<()> {
    people.owner.page("/integrations").await?.must_say(&[words])?;
    Ok(((), words.to_owned()))
}

/// A bare move is found by a look alone, and a person waits. It is looked at now: what was saved counts from the next look.
async fn look_every_minute(people: &People) -> Outcome<()> {
    let page = people.owner.look_every(&connection(people).await?, 1).await?;
    page.must_say(&[ACTIVE])?;
    let every = page.fact("Checks Workday every")?;
    if every == "60 seconds" {
        Ok(((), format!("saved, and the access checked again; looks every {every}")))
    } else {
        Err(format!("it looks every {every}"))
    }
}

/// The connection's page makes a password; a Workday administrator copies it into the integration system's attributes.
async fn set_up_push(people: &People) -> Outcome<()> {
    let connection = connection(people).await?;
    let page = people.owner.make_push_credential(&connection).await?;
    page.must_say(&["it is shown only once"])?;
    let (endpoint, password) = (page.fact("Endpoint URL")?, page.fact("Password")?);
    people
        .recruiter
        .configure_push(&endpoint, &page.fact("Username")?, &password)
        .await?;
    people.owner.connection(&connection).await?.must_not_say(&password)?;
    Ok((
        (),
        String::from("endpoint, user name and password are copied; the password is shown once"),
    ))
}

/// The end.
pub(crate) async fn sign_out<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("The owner leaves")?;
    let people = &tour.people.clone();
    tour.look("they sign out", signed_out(people)).await?;
    Ok(())
}

async fn signed_out(people: &People) -> Outcome<()> {
    let left = people.owner.sign_out().await?;
    let refused = people.owner.ask("/integrations").await?;
    match (left.status.as_u16(), refused.status.as_u16()) {
        (303, 401) => Ok(((), String::from("the pages answer 401 again"))),
        (left, after) => Err(format!("answered {left}, then {after}")),
    }
}
