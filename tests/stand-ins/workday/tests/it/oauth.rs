//! The token endpoint and the consent page.

use base64::Engine as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use workday_stand_in::{Credentials, Options};

use crate::client::{FORM, Fixture, envelope, get, post_form, send, sign_in, token};

const CALLBACK: &str = "https://heymilo.example.com/oauth/workday/callback";
const EMPTY_REQUEST: &str = "<wd:Get_Candidates_Request/>";

fn with_callback() -> Options {
    Options {
        credentials: Credentials {
            redirect_uris: vec![CALLBACK.to_owned()],
            ..Credentials::default()
        },
        ..Options::default()
    }
}

/// The `Location` of an approved or denied consent, as query fields.
async fn decide(fixture: &Fixture, query: &str, decision: &str) -> Vec<(String, String)> {
    let url = format!("{}/acme_preview/authorize?{query}", fixture.running.url);
    assert!(get(&url).await.body.contains("Allow"));
    let answer = post_form(&url, &format!("decision={decision}")).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.starts_with(CALLBACK));
    let location = url::Url::parse(location).unwrap();
    location.query_pairs().into_owned().collect()
}

fn query(extra: &str) -> String {
    format!("response_type=code&client_id=heymilo-demo-client&redirect_uri={CALLBACK}&state=a%26b{extra}")
}

#[tokio::test]
async fn refresh_tokens_rotate_only_when_asked_to() {
    let fixture = Fixture::start().await;
    let form = "grant_type=refresh_token&refresh_token=demo-refresh-token";
    assert!(token(&fixture.running.url, form).await.json().get("refresh_token").is_none());
    fixture
        .control("settings", json!({"rotate_refresh_tokens": true, "token_seconds": 60}))
        .await;
    let rotated = token(&fixture.running.url, form).await.json();
    assert_eq!(rotated["expires_in"], 60);
    let old = token(&fixture.running.url, form).await;
    assert_eq!((old.status, old.json()["error"].as_str()), (401, Some("invalid_grant")));
    let new = rotated["refresh_token"].as_str().unwrap();
    let again = token(&fixture.running.url, &format!("grant_type=refresh_token&refresh_token={new}")).await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn wrong_client_tenant_or_grant_is_refused() {
    let fixture = Fixture::start().await;
    let url = &fixture.running.url;
    let body_client = "grant_type=refresh_token&refresh_token=demo-refresh-token&client_id=heymilo-demo-client&client_secret=";
    for (path, form, status, error) in [
        (
            "/ccx/oauth2/acme_preview/token",
            format!("{body_client}demo-client-secret"),
            200,
            "access_token",
        ),
        (
            "/ccx/oauth2/acme_preview/token",
            format!("{body_client}wrong"),
            401,
            "invalid_client",
        ),
        (
            "/ccx/oauth2/other/token",
            format!("{body_client}demo-client-secret"),
            503,
            "invalid tenant name",
        ),
        ("/ccx/oauth2/token", String::new(), 404, ""),
    ] {
        let answer = send("POST", &format!("{url}{path}"), &[FORM], form).await.unwrap();
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body.contains(error), "{}", answer.body);
    }
    let unsupported = token(url, "grant_type=client_credentials").await;
    assert_eq!(unsupported.json()["error"], "unsupported_grant_type");
    assert_eq!(token(url, "").await.json()["error"], "invalid_request");
}

#[tokio::test]
async fn a_revoked_token_is_dead_until_the_admin_issues_another() {
    let fixture = Fixture::start().await;
    fixture.control("revoke", json!({})).await;
    let dead = fixture.soap(EMPTY_REQUEST).await;
    assert_eq!(dead.status, 401);
    assert!(dead.body.contains("SOAP-ENV:Client.authenticationError"));
    assert!(dead.body.contains("Authentication_Fault"));
    fixture.control("issue", json!({"refresh_token": "demo-refresh-token"})).await;
    sign_in(&fixture.running.url).await;
    fixture.finish().await;
}

#[tokio::test]
async fn an_approved_code_is_exchanged_once_with_its_verifier() {
    let fixture = Fixture::with(with_callback()).await;
    let verifier = "a-verifier-of-at-least-43-characters-0123456789";
    let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let query = query(&format!("&code_challenge={challenge}&code_challenge_method=S256"));
    let exchange = |code: &str, extra: &str| format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}{extra}");
    for (extra, status) in [(format!("&code_verifier={verifier}"), 200), (String::new(), 401)] {
        let answer = decide(&fixture, &query, "approve").await;
        assert_eq!(answer[1], ("state".to_owned(), "a&b".to_owned()));
        let form = exchange(&answer[0].1, &extra);
        let granted = token(&fixture.running.url, &form).await;
        assert_eq!(granted.status, status, "{}", granted.body);
        assert_eq!(granted.json().get("refresh_token").is_some(), status == 200);
        assert_eq!(token(&fixture.running.url, &form).await.json()["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn a_denial_goes_back_and_a_foreign_redirect_never_does() {
    let fixture = Fixture::with(with_callback()).await;
    let denied = decide(&fixture, &query(""), "deny").await;
    assert_eq!(denied[0], ("error".to_owned(), "access_denied".to_owned()));
    let foreign = query("").replace("callback", "callback/other");
    let answer = get(&format!("{}/acme_preview/authorize?{foreign}", fixture.running.url)).await;
    assert_eq!(answer.status, 400);
    assert!(!answer.headers.contains_key("location"));
}

#[tokio::test]
async fn the_integration_user_may_sign_each_request_instead() {
    let fixture = Fixture::start().await;
    let header = |user: &str| {
        format!(
            "<wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" soapenv:mustUnderstand=\"1\"><wsse:UsernameToken><wsse:Username>{user}</wsse:Username><wsse:Password>demo-isu-password</wsse:Password></wsse:UsernameToken></wsse:Security>"
        )
    };
    for (user, status) in [("HeyMilo_ISU@acme_preview", 200), ("HeyMilo_ISU", 500), ("HeyMilo_ISU@acme", 500)] {
        let body = envelope(&header(user), EMPTY_REQUEST);
        let answer = send("POST", &fixture.service(), &[crate::client::XML], body).await.unwrap();
        assert_eq!(answer.status, status, "{user}");
        assert_eq!(answer.body.contains("invalid username or password"), status == 500);
    }
    fixture.finish().await;
}
