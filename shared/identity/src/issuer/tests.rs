//! What an issuer must say of itself before anybody is sent there, and what it is told.

use super::*;
use serde_json::{Value, json};
use std::error::Error;
use tower::service_fn;

const ISSUER: &str = "https://issuer.example.com";

fn party() -> RelyingParty {
    RelyingParty {
        issuer: ISSUER.to_owned(),
        client_id: "us: one".to_owned(),
        redirect_uri: "https://ours.example.com/sign-in/callback".to_owned(),
    }
}

/// An issuer that answers whatever it is asked with this.
fn answering(status: u16, body: String) -> Wire {
    Wire::new(service_fn(move |_request: reqwest::Request| {
        let answer = http::Response::builder().status(status).body(body.clone()).unwrap();
        async move { Ok::<_, Box<dyn Error + Send + Sync>>(reqwest::Response::from(answer)) }
    }))
}

/// A good document, with a change.
fn document(name: &str, value: Value) -> String {
    let mut document = json!({
        "issuer": ISSUER, "authorization_endpoint": "https://login.example.com/authorize?tenant=1",
        "token_endpoint": "https://issuer.example.com/token", "jwks_uri": "https://issuer.example.com/keys",
    });
    document[name] = value;
    document.to_string()
}

async fn issuer(name: &str, value: Value) -> Issuer {
    party().discover(&answering(200, document(name, value))).await.unwrap()
}

#[tokio::test]
async fn a_document_of_another_issuer_or_one_that_leads_out_of_tls_is_refused() {
    for (name, value) in [
        ("issuer", json!("https://other.example.com")),
        ("issuer", json!("https://issuer.example.com/")),
        ("issuer", json!(null)),
        ("authorization_endpoint", json!("http://issuer.example.com/authorize")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("token_endpoint", json!("http://issuer.example.com/token")),
        ("jwks_uri", json!("http://issuer.example.com/keys")),
        ("jwks_uri", json!("/keys")),
        ("long", json!("x".repeat(300 * 1024))),
    ] {
        let refused = party().discover(&answering(200, document(name, value.clone()))).await;
        assert!(matches!(refused, Err(IdentityError::Unusable(_))), "{name}: {refused:?}");
    }
    // No redirect is followed; what is no answer at all is tried again.
    for (status, again) in [(302, false), (404, false), (429, true), (503, true)] {
        let refused = party().discover(&answering(status, document("other", json!(1)))).await.unwrap_err();
        assert_eq!(matches!(refused, IdentityError::Unavailable(_)), again, "{status}");
    }
}

#[tokio::test]
async fn who_signs_in_is_sent_with_a_challenge_and_never_with_its_verifier() {
    // The example of RFC 7636, appendix B.
    let verifier = SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let page = issuer("other", json!(1)).await.sign_in_page("s-1", "n-1", &verifier);
    assert!(
        page.as_str()
            .starts_with("https://login.example.com/authorize?tenant=1&response_type=code&client_id=us%3A+one&"),
        "{page}"
    );
    let query = page.query().unwrap();
    for part in [
        "state=s-1",
        "nonce=n-1",
        "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method=S256",
        "redirect_uri=https%3A%2F%2Fours.example.com%2Fsign-in%2Fcallback",
    ] {
        assert!(query.split('&').any(|pair| pair == part), "{part}: {page}");
    }
    assert!(!query.contains(verifier.expose_secret()));
}

#[tokio::test]
async fn an_answer_names_its_issuer_where_that_issuer_always_does() {
    let silent = issuer("other", json!(1)).await;
    let always = issuer("authorization_response_iss_parameter_supported", json!(true)).await;
    for (named, of_silent, of_always) in [
        (Some(ISSUER), true, true),
        (Some("https://other.example.com"), false, false),
        (Some(""), false, false),
        (None, true, false),
    ] {
        assert_eq!(
            (silent.is_answer_of(named), always.is_answer_of(named)),
            (of_silent, of_always),
            "{named:?}"
        );
    }
}

#[tokio::test]
async fn our_secret_goes_in_the_header_unless_the_issuer_takes_forms_only() {
    let secret = SecretString::from("a+b");
    let (body, header) = issuer("other", json!(1)).await.token_request(&[("code", "c")], &secret).unwrap();
    let header = header.unwrap();
    assert_eq!(
        (body.as_str(), header.to_str().unwrap()),
        ("code=c", format!("Basic {}", BASE64.encode(b"us%3A+one:a%2Bb")).as_str())
    );
    assert!(header.is_sensitive());
    let forms = issuer("token_endpoint_auth_methods_supported", json!(["client_secret_post"])).await;
    let (body, header) = forms.token_request(&[("code", "c")], &secret).unwrap();
    assert_eq!((body.as_str(), header), ("code=c&client_id=us%3A+one&client_secret=a%2Bb", None));
}
