//! The consent page of the authorization code grant.

use std::sync::Arc;

use axum::{
    extract::{Path, RawForm, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::SignedDuration;
use url::Url;

use super::layout::{escape, not_found, page};
use crate::{
    identifier::token,
    model::AuthorizationCode,
    oauth::{Fields, fields},
    tenant::Tenant,
};

const CODE_SECONDS: i64 = 600;
const AREAS: [&str; 5] = ["Recruiting", "Staffing", "Integration", "System", "Jobs & Positions"];

/// An authorization request whose client and redirect URI are the registered ones.
struct Authorization {
    redirect_uri: Url,
    registered_uri: String,
    state: Option<String>,
    code_challenge: Option<String>,
}

/// `GET /{tenant}/authorize`.
pub(super) async fn show(State(tenant): State<Arc<Tenant>>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    if name != tenant.name {
        return not_found(&tenant.name);
    }
    let query = query.unwrap_or_default();
    match read(&tenant, &fields(query.as_bytes())) {
        Ok(_) => page("Allow access to Workday", &tenant.name, &form(&tenant, &query)),
        Err(message) => (StatusCode::BAD_REQUEST, message).into_response(),
    }
}

/// `POST /{tenant}/authorize`, with the same query and the field `decision`.
pub(super) async fn decide(
    State(tenant): State<Arc<Tenant>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    RawForm(body): RawForm,
) -> Response {
    if name != tenant.name {
        return not_found(&tenant.name);
    }
    let query = fields(query.unwrap_or_default().as_bytes());
    let authorization = match read(&tenant, &query) {
        Ok(authorization) => authorization,
        Err(message) => return (StatusCode::BAD_REQUEST, message).into_response(),
    };
    let approved = fields(&body).get("decision").is_some_and(|decision| decision == "approve");
    let mut target = authorization.redirect_uri.clone();
    if approved {
        let code = issue_code(&tenant, &authorization);
        target.query_pairs_mut().append_pair("code", &code);
    } else {
        target.query_pairs_mut().append_pair("error", "access_denied");
    }
    if let Some(state) = &authorization.state {
        target.query_pairs_mut().append_pair("state", state);
    }
    Redirect::to(target.as_str()).into_response()
}

/// Checks a request; whatever is wrong with client or redirect URI is shown here, never redirected.
fn read(tenant: &Tenant, query: &Fields) -> Result<Authorization, &'static str> {
    let field = |name: &str| query.get(name).map(String::as_str);
    if field("response_type") != Some("code") {
        return Err("unsupported_response_type: only code is supported.");
    }
    if field("client_id") != Some(&tenant.credentials.client_id) {
        return Err("invalid_client: the client id is unknown.");
    }
    let redirect_uri = field("redirect_uri").ok_or("invalid_request: redirect_uri is missing.")?;
    let registered = tenant.read(|state, _| state.settings.redirect_uris.iter().any(|uri| uri == redirect_uri));
    if !registered {
        return Err("invalid_request: the redirect_uri is not the registered one.");
    }
    let code_challenge = field("code_challenge").map(str::to_owned);
    if code_challenge.is_some() && field("code_challenge_method") != Some("S256") {
        return Err("invalid_request: only the code challenge method S256 is supported.");
    }
    Ok(Authorization {
        redirect_uri: Url::parse(redirect_uri)
            .ok()
            .ok_or("invalid_request: the redirect_uri is not a URL.")?,
        registered_uri: redirect_uri.to_owned(),
        state: field("state").map(str::to_owned),
        code_challenge,
    })
}

fn issue_code(tenant: &Tenant, authorization: &Authorization) -> String {
    tenant.change(|state, _| {
        let code = token("code", &tenant.name, state.next_number());
        let moment = state.clock.now();
        let granted = AuthorizationCode {
            redirect_uri: authorization.registered_uri.clone(),
            code_challenge: authorization.code_challenge.clone(),
            expires: moment.checked_add(SignedDuration::from_secs(CODE_SECONDS)).unwrap_or(moment),
        };
        state.access.codes.insert(code.clone(), granted);
        code
    })
}

fn form(tenant: &Tenant, query: &str) -> String {
    let areas: String = AREAS.iter().map(|area| format!("<li>{}</li>", escape(area))).collect();
    format!(
        "<p><strong>HeyMilo</strong> asks for access to the tenant <strong>{}</strong> as you, in these functional areas:</p><ul>{areas}</ul>\
<form method=\"post\" class=\"inline\" action=\"/{}/authorize?{}\"><button name=\"decision\" value=\"approve\">Allow</button> \
<button class=\"plain\" name=\"decision\" value=\"deny\">Deny</button></form>",
        escape(&tenant.name),
        super::layout::segment(&tenant.name),
        escape(query),
    )
}
