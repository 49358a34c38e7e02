//! Signing in at a company's issuer: the way there and back, and every way in which it must not be gone.

use crate::browser::{Answer, Browser};
use crate::fixture::{Fixture, PUBLIC_URL, fixture, workspace};
use crate::people::invite;
use admin::Problem;
use bytes::Bytes;
use domain::WorkspaceId;
use lambda_http::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use store::session::Role;

const OURS: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

/// A fixture whose issuer may speak for the workspace.
pub(crate) async fn tied() -> Fixture {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    fixture.admin().tie_issuer(&workspace(), &fixture.issuer.url).await.unwrap();
    fixture
}

/// What the issuer says from now on.
pub(crate) async fn issuer_says(fixture: &Fixture, settings: Value) {
    let address = format!("{}/__stand-in/settings", fixture.issuer.url);
    fixture.control(&address, Some(settings)).await;
}

/// Begins a sign-in: the issuer's page.
pub(crate) async fn begin(browser: &mut Browser, fields: &str) -> String {
    // A body that is empty has no content type here.
    let fields = format!("{fields}&none=");
    let answer = browser.post_raw("/sign-in/begin", &OURS, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.location().to_owned()
}

/// Presses a person's button on the issuer's page: where that leads, as a path of ours.
pub(crate) async fn choose(page: &str, person: &str) -> String {
    let (address, query) = page.split_once('?').unwrap();
    let outside = drive::Browser::new().unwrap();
    let shown = outside.get(page).await.unwrap();
    assert!(shown.text().contains(&format!("Sign in as {person}")), "{}", shown.text());
    let form = Bytes::from(format!("{query}&person={person}"));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = outside.request(Method::POST, address, &headers, form).await.unwrap();
    let location = answer.headers["location"].to_str().unwrap();
    location.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

/// The whole way, with what the last step answers.
pub(crate) async fn sign_in(browser: &mut Browser, person: &str, fields: &str) -> Answer {
    let page = begin(browser, fields).await;
    let back = choose(&page, person).await;
    browser.get(&back).await
}

/// Whether an answer gives the browser a session.
fn gives_session(answer: &Answer) -> bool {
    let cookies = answer.headers.get_all("set-cookie");
    cookies.iter().any(|cookie| cookie.to_str().unwrap().starts_with("session="))
}

#[tokio::test]
async fn whom_their_company_vouches_for_signs_in_with_the_role_it_gives_them() {
    let fixture = tied().await;
    for person in ["owner", "admin", "viewer"] {
        let mut browser = Browser::new(&fixture);
        let stranger = browser.get("/").await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
        stranger.assert_shows("Sign in with your company account");
        let answer = sign_in(&mut browser, person, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!(answer.location(), "/integrations");
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
        }
        let page = browser.get("/integrations").await;
        page.assert_shows(&format!("Söhne · {person}"));
        assert_eq!(page.text.contains("You are a viewer."), person == "viewer");
        // The second visit is the same person.
        assert!(gives_session(&sign_in(&mut Browser::new(&fixture), person, "").await));
    }
    let people = fixture.admin().people(&workspace()).await.unwrap();
    let names: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"owner@example.com"), "{names:?}");
}

#[tokio::test]
async fn a_way_back_that_is_not_this_browsers_own_or_not_its_first_signs_nobody_in() {
    let fixture = tied().await;
    let refused = |answer: &Answer, what: &str, words: &str| {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}: {}", answer.text);
        assert!(!gives_session(answer), "{what}");
        assert!(answer.text.contains(words), "{what}: {}", answer.text);
    };
    let (foreign, over, denied) = ("was started in this browser", "was finished already", "sent you back without");
    // Another browser: without a journey, and with one of its own.
    let mut browser = Browser::new(&fixture);
    let page = begin(&mut browser, "").await;
    let back = choose(&page, "owner").await;
    refused(&Browser::new(&fixture).get(&back).await, "no cookie", foreign);
    let mut other = Browser::new(&fixture);
    begin(&mut other, "").await;
    refused(&other.get(&back).await, "another browser's", foreign);
    refused(&browser.get(&back).await, "a state that somebody used", over);
    // A replay of state and code by the browser itself.
    let page = begin(&mut browser, "").await;
    let back = choose(&page, "owner").await;
    let cookie = browser.cookie().unwrap();
    assert!(gives_session(&browser.get(&back).await));
    refused(&Browser::with_cookie(&fixture, &cookie).get(&back).await, "a replay", over);
    // A used code under a fresh state.
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let page = begin(&mut browser, "").await;
    let fresh = choose(&page, "owner").await;
    let own = fresh.split("code=").nth(1).unwrap().split('&').next().unwrap();
    refused(&browser.get(&fresh.replace(own, code)).await, "a replayed code", denied);
    // A code of another journey: its challenge is another one.
    let (first, second) = (begin(&mut other, "").await, begin(&mut browser, "").await);
    let (stolen, fresh) = (choose(&first, "owner").await, choose(&second, "owner").await);
    let code_of = |back: &str| back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    refused(
        &browser.get(&fresh.replace(&code_of(&fresh), &code_of(&stolen))).await,
        "an injected code",
        denied,
    );
    // Mix-up: the answer is of another issuer, or does not say of whom though this issuer always says.
    issuer_says(&fixture, json!({"answers_as_another": true})).await;
    let page = begin(&mut browser, "").await;
    refused(
        &browser.get(&choose(&page, "owner").await).await,
        "another issuer's answer",
        foreign,
    );
    issuer_says(&fixture, json!({})).await;
    let page = begin(&mut browser, "").await;
    let back = choose(&page, "owner").await;
    let unnamed = back.split("&iss=").next().unwrap();
    refused(&browser.get(unnamed).await, "nobody's answer", foreign);
    // The person pressed Cancel; a state that is guessed; a journey that took too long.
    let page = begin(&mut browser, "").await;
    let state = page.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let cancelled = format!("/sign-in/callback?error=access_denied&state={state}");
    refused(&browser.get(&cancelled).await, "cancelled", denied);
    begin(&mut browser, "").await;
    refused(&browser.get("/sign-in/callback?code=c&state=guessed").await, "a guess", over);
    let page = begin(&mut browser, "").await;
    let back = choose(&page, "owner").await;
    fixture.clock.advance(Duration::from_mins(11));
    refused(&browser.get(&back).await, "too late", over);
}

#[tokio::test]
async fn a_token_that_is_not_for_us_signs_nobody_in() {
    let fixture = tied().await;
    for claims in [
        json!({"iss": "https://other.example.com"}),
        json!({"aud": "somebody-else"}),
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"exp": 1}),
        json!({"iat": 1}),
        json!({"sub": ""}),
    ] {
        issuer_says(&fixture, json!({"claims": claims})).await;
        let answer = sign_in(&mut Browser::new(&fixture), "owner", "").await;
        assert_eq!((answer.status, gives_session(&answer)), (StatusCode::FORBIDDEN, false), "{claims}");
        answer.assert_shows("could not be trusted");
    }
}

#[tokio::test]
async fn an_issuer_speaks_for_the_workspaces_that_the_operator_tied_it_to_and_no_other() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let attempt = async |claims: Value| {
        issuer_says(&fixture, json!({ "claims": claims })).await;
        sign_in(&mut Browser::new(&fixture), "owner", "").await
    };
    let refused = attempt(json!({})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_shows("may not speak for this workspace");
    fixture.admin().tie_issuer(&workspace(), &fixture.issuer.url).await.unwrap();
    attempt(json!({"heymilo_workspace": "globex"}))
        .await
        .assert_shows("may not speak for this workspace");
    for nobody in [
        json!({"heymilo_workspace": null}),
        json!({"heymilo_role": null}),
        json!({"heymilo_role": "king"}),
    ] {
        let refused = attempt(nobody.clone()).await;
        assert_eq!(
            (refused.status, gives_session(&refused)),
            (StatusCode::FORBIDDEN, false),
            "{nobody}"
        );
        refused.assert_shows("Please ask an owner of the workspace for an invitation");
    }
    let several = attempt(json!({"heymilo_workspace": ["acme", "globex"]})).await;
    assert_eq!((several.status, gives_session(&several)), (StatusCode::OK, false));
    several.assert_shows("Which workspace?");
    let mut browser = Browser::new(&fixture);
    assert!(gives_session(&sign_in(&mut browser, "owner", "workspace=acme").await));
    let other = sign_in(&mut Browser::new(&fixture), "owner", "workspace=globex").await;
    other.assert_shows("may not speak for this workspace");
    // A tie that is undone ends what it gave.
    assert_eq!(browser.get("/integrations").await.status, StatusCode::OK);
    fixture.admin().untie_issuer(&workspace(), &fixture.issuer.url).await.unwrap();
    assert_eq!(browser.get("/integrations").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whom_the_company_names_in_another_workspace_belongs_to_the_first_no_more() {
    let fixture = tied().await;
    let globex = WorkspaceId::new("globex").unwrap();
    fixture.admin().tie_issuer(&globex, &fixture.issuer.url).await.unwrap();
    // Somebody else owns it, too: a workspace keeps its last owner.
    let claims = json!({"heymilo_role": "owner"});
    issuer_says(&fixture, json!({ "claims": claims })).await;
    sign_in(&mut Browser::new(&fixture), "viewer", "").await;
    let mut browser = Browser::new(&fixture);
    assert!(gives_session(&sign_in(&mut browser, "owner", "").await));
    issuer_says(
        &fixture,
        json!({"claims": {"heymilo_role": "owner", "heymilo_workspace": "globex"}}),
    )
    .await;
    assert!(gives_session(&sign_in(&mut Browser::new(&fixture), "owner", "").await));
    let people = fixture.admin().people(&workspace()).await.unwrap();
    let names: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["viewer@example.com"]);
    assert_eq!(browser.get("/integrations").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn only_the_issuer_at_which_people_sign_in_is_allowed_and_what_was_not_allowed_is_not_said_to_be_forbidden() {
    let fixture = tied().await;
    let slip = format!("{}/", fixture.issuer.url);
    let admin = fixture.admin();
    let allowed = admin.tie_issuer(&workspace(), &slip).await.unwrap_err();
    assert_eq!(allowed.problem, Problem::IssuerForeign);
    let forbidden = admin.untie_issuer(&workspace(), &slip).await.unwrap_err();
    assert_eq!(forbidden.problem, Problem::IssuerNeverTied);
    assert!(gives_session(&sign_in(&mut Browser::new(&fixture), "owner", "").await));
}

#[tokio::test]
async fn while_the_issuer_is_down_the_page_says_so_and_sessions_go_on() {
    let fixture = tied().await;
    let mut browser = Browser::new(&fixture);
    sign_in(&mut browser, "viewer", "").await;
    let mut late = Browser::new(&fixture);
    let page = begin(&mut late, "").await;
    let back = choose(&page, "viewer").await;
    issuer_says(&fixture, json!({"down": true})).await;
    let begun = Browser::new(&fixture).post_raw("/sign-in/begin", &OURS, "none=").await;
    for answer in [begun, late.get(&back).await] {
        assert_eq!((answer.status, gives_session(&answer)), (StatusCode::SERVICE_UNAVAILABLE, false));
        answer.assert_shows("does not answer right now");
        answer.assert_shows("Sign in again");
    }
    assert_eq!(browser.get("/integrations").await.status, StatusCode::OK);
    let forged = Browser::new(&fixture)
        .post_raw("/sign-in/begin", &[("sec-fetch-site", "cross-site")], "")
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_is_refused_on_the_way_tries_again_with_the_invitation_they_brought() {
    let fixture = tied().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let nobody = json!({"email_verified": false, "heymilo_role": null, "heymilo_workspace": null});
    issuer_says(&fixture, json!({ "claims": nobody })).await;
    let invitation = invite(&mut owner, "admin", "admin").await;
    let token = invitation.rsplit('/').next().unwrap();
    let kept = format!("name=\"invitation\" value=\"{token}\"");
    let fields = format!("invitation={token}");
    let mut browser = Browser::new(&fixture);
    let unverified = sign_in(&mut browser, "admin", &fields).await;
    unverified.assert_shows("has not verified your email address");
    unverified.assert_shows(&kept);
    // Another browser with the same answer learns nothing of it.
    let page = begin(&mut browser, &fields).await;
    let back = choose(&page, "admin").await;
    let mut other = Browser::new(&fixture);
    begin(&mut other, "").await;
    other.get(&back).await.assert_hides(token);
    issuer_says(&fixture, json!({"down": true})).await;
    let begun = browser.post_raw("/sign-in/begin", &OURS, &format!("{fields}&none=")).await;
    begun.assert_shows("does not answer right now");
    begun.assert_shows(&kept);
    // One that is over would only be refused again.
    issuer_says(
        &fixture,
        json!({"claims": {"email_verified": true, "heymilo_role": null, "heymilo_workspace": null}}),
    )
    .await;
    sign_in(&mut browser, "admin", &fields).await;
    let over = sign_in(&mut browser, "admin", &fields).await;
    over.assert_shows("was accepted already");
    over.assert_hides(token);
}

#[tokio::test]
async fn a_client_secret_that_is_not_stored_yet_is_named_as_the_operators_matter_and_one_that_is_replaced_counts_at_once() {
    let fixture = tied().await;
    fixture.secrets.delete("sign-in-client").await.unwrap();
    let refused = sign_in(&mut Browser::new(&fixture), "owner", "").await;
    assert_eq!((refused.status, gives_session(&refused)), (StatusCode::FORBIDDEN, false));
    refused.assert_shows("not set up completely");
    let write = async |secret: &str| fixture.secrets.write("sign-in-client", &secret.to_owned().into()).await.unwrap();
    write("of another client").await;
    sign_in(&mut Browser::new(&fixture), "owner", "")
        .await
        .assert_shows("cannot be used");
    write(issuer_stand_in::CLIENT_SECRET).await;
    assert!(gives_session(&sign_in(&mut Browser::new(&fixture), "owner", "").await));
}

#[tokio::test]
async fn a_name_that_nobody_checked_does_not_pass_for_an_address() {
    let fixture = tied().await;
    let claims = json!({"email_verified": false, "name": "boss@example.com"});
    issuer_says(&fixture, json!({ "claims": claims })).await;
    let mut browser = Browser::new(&fixture);
    assert!(gives_session(&sign_in(&mut browser, "owner", "").await));
    browser.get("/people").await.assert_hides("@example.com");
    issuer_says(&fixture, json!({"claims": {"email_verified": false, "name": "Dana Example"}})).await;
    assert!(gives_session(&sign_in(&mut browser, "admin", "").await));
    browser.get("/people").await.assert_shows("Dana Example");
}
