//! What it says about itself, and the page on which people sign in.

use crate::token::random;
use crate::{CLIENT_ID, Code, Company, PEOPLE, Settings};
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{DOCTYPE, html};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

/// Query parameters or form fields by name.
pub(crate) type Fields = BTreeMap<String, String>;

pub(crate) async fn set(State(company): State<Arc<Company>>, body: String) -> Response {
    match serde_json::from_str::<Settings>(&body) {
        Ok(settings) => {
            *company.settings() = settings;
            json_answer(&json!({}))
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

pub(crate) fn json_answer(value: &serde_json::Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

pub(crate) async fn configuration(State(company): State<Arc<Company>>) -> Response {
    if company.settings().down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let url = &company.url;
    json_answer(&json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// What must be asked for, and how.
fn asked(fields: &Fields) -> Result<(Code, Url), &'static str> {
    let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
    if field("client_id") != Some(CLIENT_ID) {
        return Err("unknown client");
    }
    if field("response_type") != Some("code") || field("code_challenge_method") != Some("S256") {
        return Err("response_type must be code, code_challenge_method S256");
    }
    if !field("scope").unwrap_or_default().split(' ').any(|scope| scope == "openid") {
        return Err("scope must name openid");
    }
    let redirect_uri = field("redirect_uri").ok_or("redirect_uri is missing")?;
    let back = Url::parse(redirect_uri).map_err(|_unparsable| "redirect_uri is no address")?;
    let local = matches!(back.host_str(), Some("127.0.0.1" | "localhost")) && back.path() == "/sign-in/callback";
    if !local {
        return Err("redirect_uri is not registered");
    }
    let code = Code {
        redirect_uri: redirect_uri.to_owned(),
        challenge: field("code_challenge").ok_or("code_challenge is missing")?.to_owned(),
        nonce: field("nonce").ok_or("nonce is missing")?.to_owned(),
        person: field("person").unwrap_or_default().to_owned(),
    };
    Ok((code, back))
}

/// The page on which one of the people is chosen.
pub(crate) async fn people(State(company): State<Arc<Company>>, Query(fields): Query<Fields>) -> Response {
    if company.settings().down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if let Err(refused) = asked(&fields) {
        return (StatusCode::BAD_REQUEST, refused).into_response();
    }
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Sign in at the example company" }
                style { "button { font: inherit; padding: .5rem 1rem; }" }
            }
            body {
                main {
                    h1 { "Sign in at the example company" }
                    p { "A stand-in for your company\u{2019}s sign-in service. Who are you?" }
                    @for person in PEOPLE {
                        form method="post" action="/authorize" {
                            @for (name, value) in &fields { input type="hidden" name=(name) value=(value); }
                            input type="hidden" name="person" value=(person);
                            button { "Sign in as " (person) }
                        }
                    }
                }
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// Sends the browser back with a code.
pub(crate) async fn choose(State(company): State<Arc<Company>>, Form(fields): Form<Fields>) -> Response {
    let (code, mut back) = match asked(&fields) {
        Ok(asked) => asked,
        Err(refused) => return (StatusCode::BAD_REQUEST, refused).into_response(),
    };
    let Some(token) = random().filter(|_| PEOPLE.contains(&code.person.as_str())) else {
        return (StatusCode::BAD_REQUEST, "nobody of that name").into_response();
    };
    let another = company.settings().answers_as_another;
    let issuer = if another { "https://another.example.com" } else { &company.url };
    back.query_pairs_mut()
        .append_pair("code", &token)
        .append_pair("state", fields.get("state").map_or("", String::as_str))
        .append_pair("iss", issuer);
    company.codes().insert(token, code);
    Redirect::to(back.as_str()).into_response()
}
