//! Connect by consent: the way to Workday and back. What must not work is in `hostile_callbacks` and `hostile_hosts`.

use crate::browser::{Answer, Browser};
use crate::fixture::{Fixture, PUBLIC_URL, fixture, workspace};
use console::setup::{ClientRegistration, ConnectionDraft};
use domain::ConnectionId;
use domain::standing::ConnectionState;
use lambda_http::http::StatusCode;
use serde_json::json;
use store::session::Role;
use url::Url;

pub(crate) const CONNECTION: &str = "wd-consent";

pub(crate) fn id() -> ConnectionId {
    ConnectionId::new(CONNECTION).unwrap()
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
    fixture
        .workday_setting(json!({"redirect_uris": [fixture.admin().redirect_uri(&connection)]}))
        .await;
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

pub(crate) async fn start(browser: &mut Browser<'_>) -> Url {
    let answer = browser.get(&format!("/oauth/workday/start/{CONNECTION}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    Url::parse(answer.location()).unwrap()
}

/// What a person presses on Workday's page; the result is the path and query Workday sends the browser to.
pub(crate) async fn decide(fixture: &Fixture, page: &Url, decision: &str) -> String {
    let call = fixture
        .http
        .post(page.clone())
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = call.body(format!("decision={decision}")).send().await.unwrap();
    let location = answer.headers().get("location").expect("a redirect").to_str().unwrap().to_owned();
    location.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

pub(crate) fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse(PUBLIC_URL).unwrap().join(address).unwrap();
    url.query_pairs()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

pub(crate) fn assert_clean(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        !answer.location().contains("code=") && !answer.location().contains("state="),
        "{}",
        answer.location()
    );
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn approving_in_workday_connects() {
    for pkce in [false, true] {
        let fixture = fixture().await;
        prepared(&fixture, pkce).await;
        let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
        browser
            .get(&format!("/integrations/workday/{CONNECTION}"))
            .await
            .assert_shows("Continue to Workday");
        let page = start(&mut browser).await;
        assert_eq!(page.path(), format!("/{}/authorize", fixture.workday.tenant));
        assert_eq!(parameter(page.as_str(), "state").len(), 43);
        assert_eq!(parameter(page.as_str(), "code_challenge_method"), if pkce { "S256" } else { "" });
        let back = decide(&fixture, &page, "approve").await;
        let answer = browser.get(&back).await;
        assert_clean(&answer);
        let page = browser.follow(answer).await;
        page.assert_shows("Workday Integration Active");
        page.assert_shows("the Workday account that owner@example.com approved with");
        assert_eq!(state_of(&fixture).await, ConnectionState::Active);
        // The same answer again: its state is used up, and the connection lives on.
        let again = browser.get(&back).await;
        assert_eq!(again.location(), "/integrations?problem=authorization-over");
        assert_eq!(state_of(&fixture).await, ConnectionState::Active);
    }
}

#[tokio::test]
async fn consent_with_an_empty_refresh_token_is_not_renewable_and_connects_nothing() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    fixture.workday_setting(json!({"refresh_tokens": "empty"})).await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = start(&mut browser).await;
    let back = decide(&fixture, &page, "approve").await;
    let answer = browser.get(&back).await;
    assert!(answer.location().ends_with("problem=not-renewable"), "{}", answer.location());
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
    assert!(fixture.store().credential(&workspace(), &id()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_disconnected_connection_is_connected_again_by_consent() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = start(&mut browser).await;
    let back = decide(&fixture, &page, "approve").await;
    browser.get(&back).await;
    fixture.admin().disconnect(&workspace(), &id()).await.unwrap();
    assert_eq!(state_of(&fixture).await, ConnectionState::Disconnected);

    prepare(&fixture, CONNECTION, false).await;
    let path = format!("/integrations/workday/{CONNECTION}");
    browser.get(&path).await.assert_shows("Continue to Workday");
    let page = start(&mut browser).await;
    let back = decide(&fixture, &page, "approve").await;
    let answer = browser.get(&back).await;
    browser.follow(answer).await.assert_shows("Workday Integration Active");
    assert_eq!(state_of(&fixture).await, ConnectionState::Active);
}

#[tokio::test]
async fn what_is_stored_of_the_journey_is_neither_state_nor_verifier() {
    let fixture = fixture().await;
    prepared(&fixture, true).await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = start(&mut browser).await;
    let state = parameter(page.as_str(), "state");
    let hash = lambda_kit::signing::token_hash(&state);
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
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = start(&mut browser).await;
    let back = decide(&fixture, &page, "deny").await;
    let answer = browser.get(&back).await;
    assert_clean(&answer);
    browser.follow(answer).await.assert_shows("were not approved in Workday");
    let state = parameter(start(&mut browser).await.as_str(), "state");
    let answer = browser
        .get(&format!(
            "/oauth/workday/callback/{CONNECTION}?error=unauthorized_client&error_description=sesame&state={state}"
        ))
        .await;
    assert_clean(&answer);
    let page = browser.follow(answer).await;
    page.assert_shows("Workday refused the sign-in");
    page.assert_hides("sesame");
    // An answer without a code that Workday knows.
    let state = parameter(start(&mut browser).await.as_str(), "state");
    let answer = browser
        .get(&format!("/oauth/workday/callback/{CONNECTION}?code=guessed&state={state}"))
        .await;
    assert_eq!(
        answer.location(),
        format!("/integrations/workday/{CONNECTION}?problem=grant-refused")
    );
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
}

#[tokio::test]
async fn without_the_permission_to_read_the_connection_is_not_active() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let faults = format!("{}/__stand-in/faults", fixture.workday.url);
    fixture
        .control(
            &faults,
            Some(json!([{"operation": "Get_Job_Requisitions", "times": 1, "kind": "not_authorized"}])),
        )
        .await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = start(&mut browser).await;
    let back = decide(&fixture, &page, "approve").await;
    let answer = browser.get(&back).await;
    browser
        .follow(answer)
        .await
        .assert_shows("Activate Pending Security Policy Changes");
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
    let answer = browser.post(&format!("/integrations/workday/{CONNECTION}/check"), &[]).await;
    browser.follow(answer).await.assert_shows("Workday Integration Active");
}

#[tokio::test]
async fn the_issuer_that_was_asked_is_accepted() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let back = decide(&fixture, &start(&mut browser).await, "approve").await;
    let answer = browser.get(&format!("{back}&iss={}", fixture.workday.url)).await;
    assert_eq!(answer.location(), format!("/integrations/workday/{CONNECTION}?done=connected"));
}
