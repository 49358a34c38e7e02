//! Connect by consent: the way to Workday and back. What must not work is in `hostile_callbacks`.

use crate::fixture::{Fixture, PUBLIC_URL, fixture, location, workspace};
use admin::{Act, Actor, ClientRegistration, ConnectionDraft};
use domain::ConnectionId;
use domain::standing::ConnectionState;
use drive::{Owner, Page};
use lambda_http::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use store::session::Role;
use url::Url;
use web::{SessionCookie, SessionToken};

pub(crate) const CONNECTION: &str = "wd-consent";

pub(crate) fn id() -> ConnectionId {
    ConnectionId::new(CONNECTION).unwrap()
}

/// How the calls of the token endpoint ended, by Workday's own record.
async fn token_calls(fixture: &Fixture) -> Vec<String> {
    let calls = format!("{}/__stand-in/calls", fixture.workday.url);
    let record = fixture.outside.json(&calls).await.unwrap();
    let calls = record["calls"].as_array().unwrap().iter();
    let tokens = calls.filter(|call| call["operation"] == "OAuth_Token");
    tokens.map(|call| call["outcome"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn prepared(fixture: &Fixture, pkce: bool) {
    fixture.connect_heymilo().await;
    prepare(fixture, CONNECTION, pkce).await;
}

pub(crate) async fn prepare(fixture: &Fixture, connection: &str, pkce: bool) {
    prepare_at(fixture, connection, &fixture.workday.url, pkce).await;
}

/// With the consent page at an address of its own.
pub(crate) async fn prepare_at(fixture: &Fixture, connection: &str, sign_in_url: &str, pkce: bool) {
    let connection = ConnectionId::new(connection).unwrap();
    let redirect_uris = [fixture.admin().redirect_uri(&connection)];
    fixture.control("settings", json!({"redirect_uris": redirect_uris})).await;
    let draft = ConnectionDraft {
        sign_in_url: Some(sign_in_url.to_owned()),
        ..ConnectionDraft::new(connection, &fixture.workday.url, &fixture.workday.tenant)
    };
    let client = ClientRegistration {
        client_id: "heymilo-demo-client".to_owned(),
        client_secret: "demo-client-secret".to_owned().into(),
        pkce,
    };
    fixture.admin().prepare_consent(&workspace(), draft, client).await.unwrap();
}

pub(crate) async fn state_of(fixture: &Fixture) -> ConnectionState {
    fixture
        .store()
        .connection(&workspace(), &id())
        .await
        .unwrap()
        .unwrap()
        .standing
        .state
}

pub(crate) async fn start(owner: &Owner) -> Url {
    let answer = owner.ask(&format!("/oauth/workday/start/{CONNECTION}")).await.unwrap();
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    Url::parse(&location(&answer)).unwrap()
}

/// What a person presses on Workday's page; the result is the path and query Workday sends the owner to.
pub(crate) async fn decide(fixture: &Fixture, page: &Url, decision: &str) -> String {
    let answer = fixture.outside.post(page.as_str(), &[("decision", decision)]).await.unwrap();
    location(&answer).strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

pub(crate) fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse(PUBLIC_URL).unwrap().join(address).unwrap();
    url.query_pairs()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

pub(crate) fn assert_clean(answer: &Page) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let location = location(answer);
    assert!(!location.contains("code=") && !location.contains("state="), "{location}");
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_token_endpoint_that_takes_the_secret_in_the_body_only_is_asked_that_way_from_then_on() {
    let fixture = fixture().await;
    prepared(&fixture, true).await;
    fixture.control("settings", json!({"client_proof": "body"})).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let back = decide(&fixture, &start(&owner).await, "approve").await;
    owner.ask(&back).await.unwrap();
    assert_eq!(state_of(&fixture).await, ConnectionState::Active);
    // Whoever approved is whose act it is, and not the operator's, who made the link.
    let acts = fixture.admin().acts(&workspace(), None).await.unwrap().entries;
    assert_eq!(acts[0].what, Act::Connected);
    assert!(matches!(acts[0].who, Actor::Guest { .. }), "{:?}", acts[0].who);
    assert_eq!(token_calls(&fixture).await, ["invalid_client", "ok"]);
    fixture.clock.advance(Duration::from_hours(2));
    fixture.admin().check_again(&workspace(), &id()).await.unwrap();
    assert_eq!(token_calls(&fixture).await, ["invalid_client", "ok", "ok"], "it is remembered");
}

#[tokio::test]
async fn approving_in_workday_connects() {
    for pkce in [false, true] {
        let fixture = fixture().await;
        prepared(&fixture, pkce).await;
        let owner = fixture.signed_in(Role::Owner).await;
        let ours = owner.connection(CONNECTION).await.unwrap();
        ours.must_say(&["Continue to Workday"]).unwrap();
        let page = start(&owner).await;
        assert_eq!(page.path(), format!("/{}/authorize", fixture.workday.tenant));
        assert_eq!(parameter(page.as_str(), "state").len(), 43);
        assert_eq!(parameter(page.as_str(), "code_challenge_method"), if pkce { "S256" } else { "" });
        let back = decide(&fixture, &page, "approve").await;
        let answer = owner.ask(&back).await.unwrap();
        assert_clean(&answer);
        let page = owner.browser.follow(answer).await.unwrap();
        let who = "the Workday account that approved the access";
        page.must_say(&["Workday Integration Active", who]).unwrap();
        assert_eq!(state_of(&fixture).await, ConnectionState::Active);
        // The same answer again: its state is used up, and the connection lives on.
        let again = owner.ask(&back).await.unwrap();
        assert_eq!(location(&again), "/integrations problem:authorization-over");
        assert_eq!(state_of(&fixture).await, ConnectionState::Active);
    }
}

#[tokio::test]
async fn consent_with_an_empty_refresh_token_is_not_renewable_and_connects_nothing() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    fixture.control("settings", json!({"refresh_tokens": "empty"})).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let page = start(&owner).await;
    let back = decide(&fixture, &page, "approve").await;
    let answer = owner.ask(&back).await.unwrap();
    assert!(location(&answer).ends_with("problem:not-renewable"), "{}", location(&answer));
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
    assert!(fixture.store().credential(&workspace(), &id()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_disconnected_connection_is_connected_again_by_consent() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let page = start(&owner).await;
    let back = decide(&fixture, &page, "approve").await;
    owner.ask(&back).await.unwrap();
    fixture.admin().disconnect(&workspace(), &id()).await.unwrap();
    assert_eq!(state_of(&fixture).await, ConnectionState::Disconnected);

    prepare(&fixture, CONNECTION, false).await;
    let ours = owner.connection(CONNECTION).await.unwrap();
    ours.must_say(&["Continue to Workday"]).unwrap();
    let page = start(&owner).await;
    let back = decide(&fixture, &page, "approve").await;
    let answer = owner.ask(&back).await.unwrap();
    owner
        .browser
        .follow(answer)
        .await
        .unwrap()
        .must_say(&["Workday Integration Active"])
        .unwrap();
    assert_eq!(state_of(&fixture).await, ConnectionState::Active);
}

#[tokio::test]
async fn what_is_stored_of_the_journey_is_neither_state_nor_verifier() {
    let fixture = fixture().await;
    prepared(&fixture, true).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let page = start(&owner).await;
    let state = parameter(page.as_str(), "state");
    let hash = keys::token_hash(&state);
    let asked = fixture
        .store()
        .take_authorization(&hash, fixture.clock.now())
        .await
        .unwrap()
        .unwrap();
    assert!(!format!("{asked:?}").contains(&state));
    assert!(asked.sealed_verifier.is_some());
}

#[tokio::test]
async fn refusals_of_workday_are_explained_and_change_nothing() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let page = start(&owner).await;
    let back = decide(&fixture, &page, "deny").await;
    let answer = owner.ask(&back).await.unwrap();
    assert_clean(&answer);
    owner
        .browser
        .follow(answer)
        .await
        .unwrap()
        .must_say(&["were not approved in Workday"])
        .unwrap();
    let state = parameter(start(&owner).await.as_str(), "state");
    let answer = owner
        .ask(&format!(
            "/oauth/workday/callback/{CONNECTION}?error=unauthorized_client&error_description=sesame&state={state}"
        ))
        .await
        .unwrap();
    assert_clean(&answer);
    let page = owner.browser.follow(answer).await.unwrap();
    page.must_say(&["Workday refused the sign-in"]).unwrap();
    assert!(!page.text().contains("sesame"));
    // An answer without a code that Workday knows.
    let state = parameter(start(&owner).await.as_str(), "state");
    let answer = owner
        .ask(&format!("/oauth/workday/callback/{CONNECTION}?code=guessed&state={state}"))
        .await
        .unwrap();
    assert_eq!(
        location(&answer),
        format!("/integrations/workday/{CONNECTION} problem:grant-refused")
    );
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
}

#[tokio::test]
async fn without_the_permission_to_read_the_connection_is_not_active() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let refused_once = json!([{"operation": "Get_Job_Requisitions", "times": 1, "kind": "not_authorized"}]);
    fixture.control("faults", refused_once).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let page = start(&owner).await;
    let back = decide(&fixture, &page, "approve").await;
    let answer = owner.ask(&back).await.unwrap();
    owner
        .browser
        .follow(answer)
        .await
        .unwrap()
        .must_say(&["Activate Pending Security Policy Changes"])
        .unwrap();
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
    let ours = owner.connection(CONNECTION).await.unwrap();
    owner
        .browser
        .submit(&ours.form("/check").unwrap())
        .await
        .unwrap()
        .must_say(&["Workday Integration Active"])
        .unwrap();
}

#[tokio::test]
async fn the_issuer_that_was_asked_is_accepted() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let owner = fixture.signed_in(Role::Owner).await;
    let back = decide(&fixture, &start(&owner).await, "approve").await;
    let answer = owner.ask(&format!("{back}&iss={}", fixture.workday.url)).await.unwrap();
    assert_eq!(location(&answer), format!("/integrations/workday/{CONNECTION} done:connected"));
}

#[tokio::test]
async fn a_guest_of_a_connect_link_approves_in_workday_and_it_waits_to_be_accepted() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let admin = fixture.admin();
    let begun = admin.begin_connection(&workspace()).await.unwrap().connection;
    fixture
        .control("settings", json!({"redirect_uris": [admin.redirect_uri(&begun)]}))
        .await;
    let link = admin.make_connect_link(&workspace(), &begun).await.unwrap();
    let session = SessionToken::random().unwrap();
    let token = link.rsplit('/').next().unwrap();
    let lasts = admin.enter_by_link(&begun, token, &session.session_hash()).await.unwrap();
    let cookie = SessionCookie::of_guest(admin.public_url()).set(web::answer::accepted(), &session, lasts);
    let cookie = cookie.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let guest = admin.guest(session.session_hash()).await.unwrap().unwrap();
    let draft = ConnectionDraft {
        sign_in_url: Some(fixture.workday.url.clone()),
        ..ConnectionDraft::new(begun.clone(), &fixture.workday.url, &fixture.workday.tenant)
    };
    let client = ClientRegistration {
        client_id: "heymilo-demo-client".to_owned(),
        client_secret: "demo-client-secret".to_owned().into(),
        pkce: false,
    };
    admin.offer_client(&guest, draft, client).await.unwrap();
    let browser = fixture.stranger();
    browser.browser.take_cookie(&PUBLIC_URL.parse().unwrap(), &cookie);
    let start = format!("/oauth/workday/start/{begun}");
    assert_eq!(
        browser.ask(&start).await.unwrap().status,
        StatusCode::UNAUTHORIZED,
        "a guest is nobody of the workspace"
    );
    let answer = browser.ask(&format!("{start}?guest")).await.unwrap();
    let page = Url::parse(&location(&answer)).unwrap();
    let back = decide(&fixture, &page, "approve").await;
    let answer = browser.ask(&back).await.unwrap();
    assert_clean(&answer);
    assert_eq!(location(&answer), format!("/connect/{begun}"));
    let state = |connection| async move { admin.connection(&workspace(), connection).await.unwrap().standing.state };
    assert_eq!(state(&begun).await, ConnectionState::Pending);
    let offer = admin.offer(&workspace(), &begun).await.unwrap().unwrap();
    admin.accept_offer(&workspace(), &begun, offer.proven_at.unwrap()).await.unwrap();
    assert_eq!(state(&begun).await, ConnectionState::Active);
    assert!(
        admin.client_registration(&workspace(), &begun).await.is_ok(),
        "to approve anew one day"
    );
}
