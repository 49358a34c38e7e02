//! An owner connects the workspace: HeyMilo's key, who writes to candidates, and Workday by signing in there.

use super::browser::{Browser, Page};
use super::form::Form;
use super::html::texts;
use super::sights::connection;
use super::{Chapter, Outcome, Servers, Tour, tenant};
use serde_json::json;
use std::io::Write;

const ACTIVE: &str = "Workday Integration Active";

/// Chapter one: Connect Now, by OAuth.
pub(super) async fn by_consent<Out: Write>(tour: &mut Tour<'_, Out>) -> Chapter {
    tour.chapter("An owner connects Workday by signing in there")?;
    let (owner, servers) = (tour.owner.clone(), tour.servers.clone());
    tour.step(
        "both vendors' tenants are as customers have them",
        tenant::prepare(&tour.browser.clone(), &servers),
    )
    .await?;
    tour.step("the owner opens their sign-in link", sign_in(&owner, &servers)).await?;
    tour.step("they enter HeyMilo's API key in Settings", enter_api_key(&owner, &servers))
        .await?;
    tour.step("they say who writes to candidates", answer_who_sends(&owner, &servers))
        .await?;
    let form = tour
        .step("Integrations, Workday, Connect Now", connect_now(&owner, &servers))
        .await?;
    let saved = tour
        .step("they enter address, tenant and API client", save_client(&owner, &servers, form))
        .await?;
    let consent = tour.step("they continue to Workday", to_workday(&owner, &servers, &saved)).await?;
    tour.step("they allow the access there and come back", allow(&owner, &servers, &consent))
        .await?;
    tour.step("the Workday card says so", card_says(&owner, &servers, ACTIVE)).await?;
    tour.step("Workday's integration system is told where to push", set_up_push(&owner, &servers))
        .await?;
    Ok(())
}

async fn sign_in(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let refused = owner.get(&format!("{}/integrations", servers.product)).await?;
    if refused.status != 401 {
        return Err(format!("a stranger is answered {}", refused.status));
    }
    let page = owner.visit(&format!("{}/__local/sign-in", servers.product)).await?;
    page.must_say(&["Available Integrations", "Workday", "Connect Now"])?;
    Ok(((), format!("{}; strangers are answered 401", page.trail.join(" → "))))
}

async fn enter_api_key(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let page = owner.open(&format!("{}/settings", servers.product)).await?;
    let form = page.form("/settings/heymilo")?.fill("api_key", heymilo_stand_in::DEFAULT_API_KEY)?;
    let page = owner.submit(&form).await?;
    page.must_say(&["Connected as Acme Talent (example)"])?;
    page.must_not_say(heymilo_stand_in::DEFAULT_API_KEY)?;
    Ok(((), String::from("connected as Acme Talent (example); the key is not shown again")))
}

async fn answer_who_sends(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let page = owner.open(&format!("{}/settings", servers.product)).await?;
    page.must_say(&["Nobody is invited yet."])?;
    let we = page.form("/settings/who-sends")?.fill("sender", "we")?;
    owner.submit(&we).await?.must_say(&["two invitations"])?;
    let confirmed = owner.submit(&we.fill("communications_off", "on")?).await?;
    confirmed.must_say(&["This integration sends", "Confirmed by local-owner"])?;
    confirmed.must_not_say("Nobody is invited yet.")?;
    Ok(((), String::from("we send; refused without the confirmation, recorded with it")))
}

/// From the card to the form, and the redirection URI from the form into Workday's *Register API Client*.
async fn connect_now(owner: &Browser, servers: &Servers) -> Outcome<Form> {
    let page = owner.open(&format!("{}/integrations", servers.product)).await?;
    let page = owner.open(page.link("Connect Now")?.as_str()).await?;
    page.must_say(&["Register API Client", "Authorization Code Grant"])?;
    let redirect_uri = texts(&page.text(), "<code>", "</code>").into_iter().next();
    let redirect_uri = redirect_uri.ok_or("the page shows no redirection URI")?;
    let registered = json!({ "redirect_uris": [&redirect_uri] });
    owner.tell(&format!("{}/__stand-in/settings", servers.workday), &registered).await?;
    let shown = redirect_uri
        .strip_prefix(&servers.product)
        .ok_or("the redirection URI is not ours")?;
    let checked = format!("the form asks for an API client with the redirection URI {shown}, which Workday now has");
    Ok((page.form("/integrations/workday/new")?, checked))
}

/// Fills the form with what the administrator has from Workday.
pub(super) async fn save_client(owner: &Browser, servers: &Servers, form: Form) -> Outcome<Page> {
    let workday = workday_stand_in::Credentials::default();
    let form = form
        .fill("services_url", &servers.workday)?
        .fill("sign_in_url", &servers.workday)?
        .fill("tenant", &workday_stand_in::Options::default().tenant)?
        .fill("client_id", &workday.client_id)?
        .fill("client_secret", &workday.client_secret)?;
    let page = owner.submit(&form).await?;
    page.must_say(&["The API client is stored", "Continue to Workday"])?;
    page.must_not_say(&workday.client_secret)?;
    let trail = page.trail.join(" → ");
    Ok((page, format!("{trail}; not connected yet, the secret is not shown again")))
}

/// Workday's own page, where the person decides.
pub(super) async fn to_workday(owner: &Browser, servers: &Servers, saved: &Page) -> Outcome<Page> {
    let page = owner.visit(saved.link("Continue to Workday")?.as_str()).await?;
    page.must_say(&["asks for access", "Recruiting"])?;
    if !page.url.as_str().starts_with(&servers.workday) {
        return Err(String::from("the consent page is not Workday's"));
    }
    let trail = page.trail.join(" → ");
    Ok((page, format!("{trail} on Workday's host")))
}

/// Approves, and follows Workday's redirect through the callback back to the connection's page.
pub(super) async fn allow(owner: &Browser, servers: &Servers, consent: &Page) -> Outcome<()> {
    let approve = consent.form("/authorize")?.fill("decision", "approve")?;
    let page = owner.submit(&approve).await?;
    page.must_say(&[ACTIVE, "the Workday account that local-owner approved with"])?;
    let query = page.url.query().unwrap_or_default();
    if query.contains("code=") || query.contains("state=") {
        return Err(String::from("the code stays in the address bar"));
    }
    let connection = connection(owner, servers).await?;
    if !page
        .trail
        .iter()
        .any(|path| path.ends_with(&format!("/oauth/workday/callback/{connection}")))
    {
        return Err(format!("the way back was {}", page.trail.join(" → ")));
    }
    Ok(((), format!("{}; {ACTIVE}, no code in the address", page.trail.join(" → "))))
}

/// What the Workday card on Integrations says.
pub(super) async fn card_says(owner: &Browser, servers: &Servers, words: &str) -> Outcome<()> {
    let page = owner.open(&format!("{}/integrations", servers.product)).await?;
    page.must_say(&[words])?;
    Ok(((), words.to_owned()))
}

/// The connection's page makes a password; a Workday administrator copies it into the integration system's attributes.
async fn set_up_push(owner: &Browser, servers: &Servers) -> Outcome<()> {
    let connection = connection(owner, servers).await?;
    let page = owner
        .open(&format!("{}/integrations/workday/{connection}", servers.product))
        .await?;
    let page = owner.submit(&page.form("/push")?).await?;
    page.must_say(&["it is shown only once"])?;
    let [endpoint, username, password] = ["Endpoint URL", "Username", "Password"].map(|name| {
        let shown = format!("<dt>{name}</dt><dd><code>");
        texts(&page.text(), &shown, "</code>").into_iter().next()
    });
    let missing = || String::from("the page does not show all three attributes");
    let (endpoint, username, password) = (
        endpoint.ok_or_else(missing)?,
        username.ok_or_else(missing)?,
        password.ok_or_else(missing)?,
    );
    let system = owner.open(&format!("{}/recruiter/integration-system", servers.workday)).await?;
    let form = system.form("/recruiter/integration-system")?;
    let form = form
        .fill("endpoint_url", &endpoint)?
        .fill("username", &username)?
        .fill("password", &password)?;
    owner.submit(&form).await?;
    let again = owner
        .open(&format!("{}/integrations/workday/{connection}", servers.product))
        .await?;
    again.must_not_say(&password)?;
    Ok((
        (),
        String::from("endpoint, user name and password are copied; the password is shown once"),
    ))
}
