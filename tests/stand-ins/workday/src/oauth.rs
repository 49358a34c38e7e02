//! The OAuth 2.0 token endpoint: refresh token and authorization code grants, with the errors of the facts.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::Engine as _;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    breakage,
    identifier::token,
    model::{self, AuthorizationCode},
    settings::{ClientProof, RefreshTokens},
    tenant::Tenant,
};

/// How the call log and planned faults name the token endpoint.
pub(crate) const OPERATION: &str = "OAuth_Token";

/// Form fields or query parameters by name.
pub(crate) type Fields = BTreeMap<String, String>;

/// Reads a form body or query string.
pub(crate) fn fields(encoded: &[u8]) -> Fields {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}

/// Why a token request is refused: status, OAuth error code, description.
#[derive(Debug)]
struct TokenError(StatusCode, &'static str, &'static str);

const INVALID_CLIENT: TokenError = TokenError(StatusCode::UNAUTHORIZED, "invalid_client", "The client id or secret is wrong.");
// Workday is reported to answer 401 where the standard says 400.
const INVALID_GRANT: TokenError = TokenError(
    StatusCode::UNAUTHORIZED,
    "invalid_grant",
    "The refresh token or code is invalid, expired or revoked.",
);

/// `POST /ccx/oauth2/{tenant}/token`.
pub(crate) async fn serve(State(tenant): State<Arc<Tenant>>, Path(name): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let call = tenant.calls.start(OPERATION);
    let fault = tenant.faults.take(OPERATION);
    if let Some(fault) = &fault
        && let Some(response) = breakage::before_effect(&tenant.clock, fault).await
    {
        call.finish(&format!("planned {:?}", fault.kind), Some(response.status().as_u16()));
        return response;
    }
    if name != tenant.name {
        call.finish("invalid tenant name", Some(503));
        return (StatusCode::SERVICE_UNAVAILABLE, "invalid tenant name").into_response();
    }
    let refusal = tenant.read(|state, _| state.settings.token_refusal.clone());
    let (status, answer) = match (refusal, grant(&tenant, &headers, &fields(&body))) {
        (Some(refusal), _) => (
            StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST),
            json!({"error": refusal.error, "error_description": refusal.error_description}),
        ),
        (None, Ok(answer)) => (StatusCode::OK, answer),
        (None, Err(TokenError(status, error, description))) => (status, json!({"error": error, "error_description": description})),
    };
    let outcome = answer.get("error").and_then(Value::as_str).unwrap_or("ok").to_owned();
    let text = answer.to_string();
    if let Some(fault) = &fault
        && let Some(broken) = breakage::after_effect(&tenant.clock, fault, &text).await
    {
        call.finish(&format!("planned {:?} after: {outcome}", fault.kind), Some(status.as_u16()));
        return broken.into_response("application/json");
    }
    call.finish(&outcome, Some(status.as_u16()));
    (status, [("content-type", "application/json"), ("cache-control", "no-store")], text).into_response()
}

/// Whether a bearer token was handed out and has not expired.
pub(crate) fn is_live_access_token(tenant: &Tenant, bearer: &str) -> bool {
    tenant.read(|state, _| {
        state
            .access
            .bearer_tokens
            .get(bearer)
            .is_some_and(|expires| *expires > state.clock.now())
    })
}

fn grant(tenant: &Tenant, headers: &HeaderMap, form: &Fields) -> Result<Value, TokenError> {
    authenticate_client(tenant, headers, form)?;
    let field = |name: &str| form.get(name).map(String::as_str);
    match field("grant_type") {
        Some("refresh_token") => match field("refresh_token") {
            Some(refresh_token) => refresh(tenant, refresh_token),
            None => Err(invalid_request("refresh_token is missing.")),
        },
        Some("authorization_code") => exchange_code(tenant, form),
        Some(_) => Err(TokenError(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "The grant type is not supported.",
        )),
        None => Err(invalid_request("grant_type is missing.")),
    }
}

fn authenticate_client(tenant: &Tenant, headers: &HeaderMap, form: &Fields) -> Result<(), TokenError> {
    let basic = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "));
    let looks_in = tenant.read(|state, _| state.settings.client_proof);
    let (id, secret) = match basic {
        Some(_) if looks_in == ClientProof::Body => return Err(INVALID_CLIENT),
        Some(encoded) => decode_basic(encoded).ok_or(INVALID_CLIENT)?,
        None => (
            form.get("client_id").cloned().unwrap_or_default(),
            form.get("client_secret").cloned().unwrap_or_default(),
        ),
    };
    let own = &tenant.credentials;
    if id == own.client_id && secret == own.client_secret {
        Ok(())
    } else {
        Err(INVALID_CLIENT)
    }
}

fn decode_basic(encoded: &str) -> Option<(String, String)> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn refresh(tenant: &Tenant, refresh_token: &str) -> Result<Value, TokenError> {
    tenant.change(|state, _| {
        let position = state
            .access
            .refresh_tokens
            .iter()
            .position(|known| known == refresh_token)
            .ok_or(INVALID_GRANT)?;
        let rotated = state.settings.rotate_refresh_tokens.then(|| {
            // The old one is dead at once.
            state.access.refresh_tokens.remove(position);
            new_refresh_token(tenant, state)
        });
        Ok(access_token(tenant, state, rotated))
    })
}

fn exchange_code(tenant: &Tenant, form: &Fields) -> Result<Value, TokenError> {
    let field = |name: &str| form.get(name).map(String::as_str);
    let code = field("code").ok_or(invalid_request("code is missing."))?;
    tenant.change(|state, _| {
        // A code is spent by the first attempt, right or wrong.
        let granted = state.access.codes.remove(code).ok_or(INVALID_GRANT)?;
        if granted.expires <= state.clock.now() || field("redirect_uri") != Some(&granted.redirect_uri) {
            return Err(INVALID_GRANT);
        }
        if !verifier_fits(&granted, field("code_verifier")) {
            return Err(INVALID_GRANT);
        }
        let refresh_token = (state.settings.refresh_tokens == RefreshTokens::Given).then(|| new_refresh_token(tenant, state));
        Ok(access_token(tenant, state, refresh_token))
    })
}

fn verifier_fits(granted: &AuthorizationCode, verifier: Option<&str>) -> bool {
    match (&granted.code_challenge, verifier) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(challenge), Some(verifier)) => {
            let digest = Sha256::digest(verifier.as_bytes());
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest) == *challenge
        }
    }
}

/// The token answer, with a new refresh token if there is one.
fn access_token(tenant: &Tenant, state: &mut model::State, refresh_token: Option<String>) -> Value {
    let moment = state.clock.now();
    state.access.bearer_tokens.retain(|_, expires| *expires > moment);
    let seconds = state.settings.token_seconds;
    let access_token = token("access", &tenant.name, state.next_number());
    let expires = moment.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(moment);
    state.access.bearer_tokens.insert(access_token.clone(), expires);
    let mut answer = Map::new();
    answer.insert("access_token".to_owned(), json!(access_token));
    answer.insert("token_type".to_owned(), json!("Bearer"));
    answer.insert("expires_in".to_owned(), json!(seconds));
    let empty = (state.settings.refresh_tokens == RefreshTokens::Empty).then(String::new);
    if let Some(refresh_token) = refresh_token.or(empty) {
        answer.insert("refresh_token".to_owned(), json!(refresh_token));
    }
    Value::Object(answer)
}

fn new_refresh_token(tenant: &Tenant, state: &mut model::State) -> String {
    let refresh_token = token("refresh", &tenant.name, state.next_number());
    state.access.refresh_tokens.push(refresh_token.clone());
    refresh_token
}

const fn invalid_request(description: &'static str) -> TokenError {
    TokenError(StatusCode::BAD_REQUEST, "invalid_request", description)
}
