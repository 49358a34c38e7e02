//! The token endpoint, and the key it signs with.

use crate::page::{Fields, json_answer};
use crate::{CLIENT_ID, CLIENT_SECRET, Company};
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::sync::Arc;

const KEY_ID: &str = "k1";
/// Seconds.
const TOKEN_LASTS: i64 = 300;

/// A key of this run.
#[derive(Debug)]
pub(crate) struct Signer(EcdsaKeyPair);

impl Signer {
    pub(crate) fn new() -> Option<Self> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random);
        pair.ok().map(Self)
    }

    fn sign(&self, claims: &Value) -> Option<String> {
        let encoded = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encoded(&json!({"alg": "ES256", "kid": KEY_ID})), encoded(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref())))
    }
}

/// 128 random bits as text.
pub(crate) fn random() -> Option<String> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(BASE64URL_NOPAD.encode(&bytes))
}

pub(crate) async fn keys(State(company): State<Arc<Company>>) -> Response {
    if company.settings().down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let point = company.signer.0.public_key().as_ref();
    let half = |from: usize| BASE64URL_NOPAD.encode(point.get(from..from.saturating_add(32)).unwrap_or_default());
    json_answer(&json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "kid": KEY_ID, "x": half(1), "y": half(33)}]}))
}

/// Trades a code for an ID token.
pub(crate) async fn serve(State(company): State<Arc<Company>>, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if company.settings().down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let client = format!("Basic {}", BASE64.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}").as_bytes()));
    let named = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if named != Some(client.as_str()) {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    // Whoever brings it uses it up.
    let Some(code) = company.codes().remove(field("code")) else {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let challenge = digest::digest(&digest::SHA256, field("code_verifier").as_bytes());
    let proven = BASE64URL_NOPAD.encode(challenge.as_ref()) == code.challenge && field("redirect_uri") == code.redirect_uri;
    if field("grant_type") != "authorization_code" || !proven {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant");
    }
    let now = (company.now)();
    let person = &code.person;
    let mut claims = json!({
        "iss": company.url, "aud": CLIENT_ID, "sub": format!("subject-{person}"), "iat": now, "exp": now.saturating_add(TOKEN_LASTS),
        "nonce": code.nonce, "name": format!("The example {person}"), "email": format!("{person}@example.com"), "email_verified": true,
        "heymilo_role": person, "heymilo_workspace": company.workspace,
    });
    if let Some(said) = claims.as_object_mut() {
        said.extend(company.settings().claims.clone());
        said.retain(|_, value| !value.is_null());
    }
    match company.signer.sign(&claims) {
        Some(id_token) => json_answer(&json!({"id_token": id_token, "access_token": "unused", "token_type": "Bearer"})),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        json!({ "error": code }).to_string(),
    )
        .into_response()
}
