//! The token endpoint over the wire.

use std::time::Duration;

use secrecy::ExposeSecret;
use workday::oauth::{TokenEndpoint, TokenError};

use crate::stub::{Stub, hanging_up_after, http, silent};

fn endpoint(stub: &Stub) -> TokenEndpoint {
    TokenEndpoint {
        url: stub.url.join("/ccx/oauth2/acme/token").unwrap(),
        client_id: "client".into(),
        client_secret: "canary-secret".into(),
        client_in_body: Some(false),
    }
}

#[tokio::test]
async fn a_refresh_token_is_traded() {
    let stub = Stub::answering(200, &[], r#"{"access_token":"new","token_type":"Bearer","expires_in":3600}"#).await;
    let answer = endpoint(&stub).refresh(&http(), &"old+/=".into()).await.unwrap();
    assert_eq!(answer.access_token.expose_secret(), "new");
    assert_eq!(answer.expires_in, Duration::from_hours(1));
    assert!(answer.refresh_token.is_none());

    let request = stub.received();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/ccx/oauth2/acme/token"));
    assert_eq!(request.header("authorization"), Some("Basic Y2xpZW50OmNhbmFyeS1zZWNyZXQ="));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.text(), "grant_type=refresh_token&refresh_token=old%2B%2F%3D");
}

#[tokio::test]
async fn a_code_is_traded_with_and_without_a_verifier() {
    let redirect_uri = "https://example.com/oauth/workday/callback/1";
    let start = "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fworkday%2Fcallback%2F1";
    for (verifier, expected) in [(None, start.to_owned()), (Some("v".into()), format!("{start}&code_verifier=v"))] {
        let stub = Stub::answering(200, &[], r#"{"access_token":"a","refresh_token":"r"}"#).await;
        let answer = endpoint(&stub)
            .exchange_code(&http(), &"c".into(), redirect_uri, verifier.as_ref())
            .await
            .unwrap();
        assert_eq!(answer.refresh_token.unwrap().expose_secret(), "r");
        assert_eq!(stub.received().text(), expected);
    }
}

#[tokio::test]
async fn refusals_and_failures() {
    let refused = async |status, headers, body: &'static str| {
        let stub = Stub::answering(status, headers, body).await;
        endpoint(&stub).refresh(&http(), &"canary-refresh".into()).await.unwrap_err()
    };
    let error = refused(400, &[], r#"{"error":"invalid_grant","error_description":"canary"}"#).await;
    assert!(matches!(error, TokenError::InvalidGrant));
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert!(matches!(
        refused(401, &[], r#"{"error":"invalid_client"}"#).await,
        TokenError::InvalidClient
    ));
    let error = refused(429, &[("retry-after", "5")], "").await;
    assert!(matches!(error, TokenError::Transient { retry_after: Some(wait) } if wait == Duration::from_secs(5)));
    assert!(matches!(refused(503, &[], "").await, TokenError::Transient { retry_after: None }));
    assert!(matches!(refused(200, &[], "canary").await, TokenError::Malformed));
}

#[tokio::test]
async fn no_answer_is_transient() {
    let (closed, listener) = silent().await;
    drop(listener);
    for url in [closed, hanging_up_after(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{").await] {
        let endpoint = TokenEndpoint {
            url,
            client_id: "client".into(),
            client_secret: "canary-secret".into(),
            client_in_body: None,
        };
        assert!(!format!("{endpoint:?}").contains("canary"));
        let error = endpoint.refresh(&http(), &"r".into()).await.unwrap_err();
        assert!(matches!(error, TokenError::Transient { .. }));
    }
}

#[tokio::test]
async fn an_error_is_read_whatever_the_status_it_comes_with() {
    let refused = async |status, code: &'static str| {
        let body = format!(r#"{{"error":"{code}","error_description":"canary"}}"#);
        let stub = Stub::answering(status, &[], body).await;
        endpoint(&stub).refresh(&http(), &"canary-refresh".into()).await.unwrap_err()
    };
    for status in [200, 400, 401, 403] {
        assert!(
            matches!(refused(status, "invalid_grant").await, TokenError::InvalidGrant),
            "{status}"
        );
        assert!(
            matches!(refused(status, "invalid_client").await, TokenError::InvalidClient),
            "{status}"
        );
        let error = refused(status, "invalid_request").await;
        assert!(
            matches!(&error, TokenError::Refused { code, .. } if code == "invalid_request"),
            "{status} {error:?}"
        );
        // What passes is no refusal, whatever it is called.
        for code in ["temporarily_unavailable", "server_error"] {
            assert!(
                matches!(refused(status, code).await, TokenError::Transient { .. }),
                "{status} {code}"
            );
        }
    }
    // A server that fails may say anything: it counts when it goes on saying so.
    assert!(matches!(refused(500, "invalid_grant").await, TokenError::Refused { .. }));
    assert!(matches!(refused(503, "server_error").await, TokenError::Transient { .. }));
    assert!(matches!(refused(429, "invalid_grant").await, TokenError::Transient { .. }));
}
