//! Connect by consent: the way to Workday and back, and every way that must not work.

use crate::browser::{Answer, Browser};
use crate::fixture::{Fixture, PUBLIC_URL, fixture, workspace};
use console::setup::{ClientRegistration, ConnectionDraft};
use domain::ConnectionId;
use domain::settings::ConnectionState;
use lambda_http::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use store::session::Role;
use url::Url;

const CONNECTION: &str = "wd-consent";

fn id() -> ConnectionId {
    ConnectionId::new(CONNECTION).unwrap()
}

async fn prepared(fixture: &Fixture, pkce: bool) {
    fixture.connect_heymilo().await;
    prepare(fixture, CONNECTION, pkce).await;
}

async fn prepare(fixture: &Fixture, connection: &str, pkce: bool) {
    let connection = ConnectionId::new(connection).unwrap();
    fixture
        .workday_setting(json!({"redirect_uris": [fixture.admin().redirect_uri(&connection)]}))
        .await;
    let draft = ConnectionDraft {
        sign_in_url: Some(fixture.workday.url.clone()),
        ..ConnectionDraft::new(connection, &fixture.workday.url, &fixture.workday.tenant)
    };
    let client = ClientRegistration {
        client_id: "heymilo-demo-client".to_owned(),
        client_secret: "demo-client-secret".to_owned().into(),
        pkce,
    };
    fixture.admin().prepare_consent(&workspace(), draft, client).await.unwrap();
}

async fn state_of(fixture: &Fixture) -> ConnectionState {
    fixture.store().connection(&workspace(), &id()).await.unwrap().unwrap().state
}

async fn start(browser: &mut Browser<'_>) -> Url {
    let answer = browser.get(&format!("/oauth/workday/start/{CONNECTION}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    Url::parse(answer.location()).unwrap()
}

/// What a person presses on Workday's page; the result is the path and query Workday sends the browser to.
async fn decide(fixture: &Fixture, page: &Url, decision: &str) -> String {
    let call = fixture
        .http
        .post(page.clone())
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = call.body(format!("decision={decision}")).send().await.unwrap();
    let location = answer.headers().get("location").expect("a redirect").to_str().unwrap().to_owned();
    location.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse(PUBLIC_URL).unwrap().join(address).unwrap();
    url.query_pairs()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn assert_clean(answer: &Answer) {
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

/// Each case brings back a genuine code and changes one thing about who brings it, where and when.
#[tokio::test]
async fn an_answer_that_is_not_this_sessions_is_refused() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let foreign = "/integrations?problem=authorization-foreign";

    // Another session, even of the same person.
    let back = decide(&fixture, &start(&mut owner).await, "approve").await;
    let mut other = Browser::signed_in(&fixture, Role::Owner).await;
    assert_eq!(other.get(&back).await.location(), foreign);
    // The owner cannot use it any more either: one try is one try.
    assert_eq!(owner.get(&back).await.location(), "/integrations?problem=authorization-over");

    // Nobody signed in.
    let back = decide(&fixture, &start(&mut owner).await, "approve").await;
    assert_eq!(Browser::new(&fixture).get(&back).await.status, StatusCode::UNAUTHORIZED);

    // Another connection's address: the code of one, the path of the other.
    let back = decide(&fixture, &start(&mut owner).await, "approve").await;
    let elsewhere = back.replace(CONNECTION, "wd-other");
    assert_eq!(owner.get(&elsewhere).await.location(), foreign);

    // An issuer that is not the host that was asked.
    for issuer in ["https://evil.example.com", "", "https://impl.workday.com/", "HTTP://127.0.0.1"] {
        let back = decide(&fixture, &start(&mut owner).await, "approve").await;
        assert_eq!(owner.get(&format!("{back}&iss={issuer}")).await.location(), foreign, "{issuer}");
    }

    // Too late.
    let back = decide(&fixture, &start(&mut owner).await, "approve").await;
    fixture.clock.advance(Duration::from_secs(601));
    assert_eq!(owner.get(&back).await.location(), "/integrations?problem=authorization-over");

    // After signing out and in again.
    let back = decide(&fixture, &start(&mut owner).await, "approve").await;
    owner.post("/sign-out", &[]).await;
    let mut again = Browser::signed_in(&fixture, Role::Owner).await;
    assert_eq!(again.get(&back).await.location(), foreign);
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
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

#[tokio::test]
async fn hostile_addresses_and_states_lead_nowhere() {
    let fixture = fixture().await;
    prepared(&fixture, false).await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let unknown = "A".repeat(43);
    for query in [
        "",
        "code=a",
        &format!("code=a&state={unknown}"),
        &format!("error=access_denied&state={unknown}"),
        "state=%00",
        "code=a&code=b&state=c",
    ] {
        let answer = browser.get(&format!("/oauth/workday/callback/{CONNECTION}?{query}")).await;
        assert_clean(&answer);
        assert!(answer.location().starts_with("/integrations?problem="), "{}", answer.location());
    }
    for path in [
        "/oauth/workday/start/",
        "/oauth/workday/start/a/b",
        "/oauth/workday/other/wd-consent",
        "/oauth/workday/callback",
        "/oauth/other/start/wd-consent",
        "/oauth/workday/start/a%23b/",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = browser.get("/oauth/workday/start/unknown").await;
    assert_eq!(answer.location(), "/integrations?problem=connection-unknown");
    assert_eq!(
        browser
            .post_raw(&format!("/oauth/workday/start/{CONNECTION}"), &[], "x=y")
            .await
            .status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(state_of(&fixture).await, ConnectionState::Pending);
}

/// Hosts of the consent and services addresses; the table of hosts themselves is `lambda_kit`'s.
#[tokio::test]
async fn hostile_hosts_are_refused_in_both_addresses() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let hostile = [
        "https://evil.example.com",
        "https://workday.com",
        "https://myworkday.com",
        "https://workday.com.evil.example",
        "https://evilworkday.com",
        "https://impl.workday.com.",
        "https://impl.workday.com:8443",
        "http://impl.workday.com",
        "ftp://impl.workday.com",
        "//impl.workday.com",
        "impl.workday.com",
        "https://user@impl.workday.com",
        "https://user:password@impl.workday.com",
        "https://impl.workday.com@evil.example",
        "https://10.0.0.1",
        "https://192.168.1.1",
        "https://172.16.0.1",
        "https://169.254.169.254",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "https://0x7f000001",
        "https://2130706433",
        "https://017700000001",
        "https://127.1",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[fe80::1]",
        "https://[64:ff9b::a9fe:a9fe]",
        "https://xn--80ak6aa92e.workday.com",
        "https://\u{430}pple.workday.com",
        "https://.workday.com",
        "https://a..workday.com",
        "https://-a.workday.com",
        "https://a_b.workday.com",
        "https://a%2eworkday.com",
        "https://impl.workday.com\\@evil.example",
        "https://impl\u{3002}workday.com",
        "https:\\\\impl.workday.com",
        "https:///impl.workday.com@evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://impl.workday.com\u{0}",
        "https://impl.workday\u{ad}.com",
        "https://im pl.workday.com",
        "https://impl.workday.com\r\nHost: evil.example",
        "https://evil.example#.workday.com",
        "https://evil.example?.workday.com",
        "https://evil.example/.workday.com",
        "gopher://impl.workday.com",
        "http://127.0.0.1.nip.io",
        "https://localhost",
        "https://localtest.me",
    ];
    assert!(hostile.len() >= 50);
    for host in hostile {
        for (services, sign_in) in [(host, "https://impl.workday.com"), ("https://wd2-impl-services1.workday.com", host)] {
            let draft = ConnectionDraft {
                sign_in_url: Some(sign_in.to_owned()),
                ..ConnectionDraft::new(id(), services, "acme")
            };
            let client = ClientRegistration {
                client_id: "c".to_owned(),
                client_secret: "s".to_owned().into(),
                pkce: false,
            };
            let refused = fixture.admin().prepare_consent(&workspace(), draft, client).await;
            assert!(refused.is_err(), "{services:?} {sign_in:?} was accepted");
        }
    }
    assert!(fixture.store().connection(&workspace(), &id()).await.unwrap().is_none());
}
