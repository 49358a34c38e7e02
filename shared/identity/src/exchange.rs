//! One request to the issuer and its answer.

use crate::{IdentityError, Wire};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, Request, Response, StatusCode};
use serde::Deserialize;
use tower::ServiceExt;
use url::Url;

/// Discovery documents and key sets are a few kilobytes.
const LARGEST_ANSWER: usize = 256 * 1024;
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A document that anybody may read.
pub(crate) async fn get(wire: &Wire, address: &Url) -> Result<Vec<u8>, IdentityError> {
    let response = send(wire, Request::new(Method::GET, address.clone())).await?;
    match response.status() {
        StatusCode::OK => read(response).await,
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => Err(IdentityError::Unavailable(None)),
        _ => Err(IdentityError::Unusable("it has no document where one should be")),
    }
}

/// The standard's error answer.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// A request to the token endpoint.
pub(crate) async fn post_form(
    wire: &Wire,
    address: &Url,
    form: String,
    authorization: Option<HeaderValue>,
) -> Result<Vec<u8>, IdentityError> {
    let mut request = Request::new(Method::POST, address.clone());
    request.headers_mut().insert(CONTENT_TYPE, FORM);
    if let Some(authorization) = authorization {
        request.headers_mut().insert(AUTHORIZATION, authorization);
    }
    *request.body_mut() = Some(Body::from(form));
    let response = send(wire, request).await?;
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(IdentityError::Unavailable(None));
    }
    let body = read(response).await?;
    if status.is_success() {
        return Ok(body);
    }
    match serde_json::from_slice::<Refusal>(&body) {
        Ok(refusal) if refusal.error == "invalid_grant" => Err(IdentityError::CodeRefused),
        Ok(_) | Err(_) => Err(IdentityError::ClientRefused),
    }
}

async fn send(wire: &Wire, mut request: Request) -> Result<Response, IdentityError> {
    request.headers_mut().insert(ACCEPT, JSON);
    let answered = wire.clone().oneshot(request).await;
    answered.map_err(|error| IdentityError::Unavailable(Some(error)))
}

async fn read(mut response: Response) -> Result<Vec<u8>, IdentityError> {
    let mut body = Vec::new();
    let broken = |error: reqwest::Error| IdentityError::Unavailable(Some(error.without_url().into()));
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST_ANSWER {
            return Err(IdentityError::Unusable("its answer is too long"));
        }
    }
    Ok(body)
}
