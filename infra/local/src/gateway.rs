//! The HTTP API: routes of the template, one invocation per request, and the pages of the local run beside them.

use crate::functions::{Functions, InvocationError};
use crate::overview::{self, Overview};
use crate::payload::{self, LARGEST_BODY, Matched, Refused};
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use lambda_kit::Clock;
use std::sync::Arc;
use testkit::template::Route;

/// What a request meets.
#[derive(Debug, Clone)]
pub(crate) struct Gateway {
    pub(crate) functions: Arc<Functions>,
    pub(crate) routes: Arc<Vec<Route>>,
    pub(crate) overview: Overview,
    pub(crate) clock: Clock,
}

/// All paths lead through here.
pub(crate) fn router(gateway: Gateway) -> axum::Router {
    axum::Router::new().fallback(serve).with_state(gateway)
}

async fn serve(State(gateway): State<Gateway>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let head = axum::http::Request::from_parts(parts, ());
    if let Some(page) = head.uri().path().strip_prefix(overview::PREFIX) {
        return overview::serve(&gateway.overview, page, &head).await;
    }
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return payload::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    gateway.invoke(&head, &body).await
}

impl Gateway {
    async fn invoke(&self, head: &axum::http::Request<()>, body: &[u8]) -> Response {
        let Some((function, matched)) = route(&self.routes, head.method(), head.uri().path()) else {
            return payload::message(StatusCode::NOT_FOUND, "Not Found");
        };
        let Some(declared) = self.functions.declaration(function) else {
            return payload::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        };
        let request = match payload::request(head, body, &matched, self.clock.now()) {
            Ok(request) => request,
            Err(Refused::TooLarge) => return payload::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
            Err(Refused::Unreadable) => return payload::message(StatusCode::BAD_REQUEST, "Bad Request"),
        };
        let outcome = Box::pin(self.functions.request(declared, request)).await;
        let too_large = |_refused| InvocationError::AnswerTooLarge;
        answered(function, outcome.and_then(|answer| payload::response(answer).map_err(too_large)))
    }
}

fn answered(function: &str, outcome: Result<Response, InvocationError>) -> Response {
    match outcome {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(
                function,
                error = lambda_kit::telemetry::chain(&error),
                "the invocation ended without an answer"
            );
            match error {
                InvocationError::TimedOut => payload::message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
                InvocationError::Failed(_)
                | InvocationError::Panicked
                | InvocationError::Died
                | InvocationError::AnswerTooLarge
                | InvocationError::NotItsEvent(_) => payload::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
            }
        }
    }
}

/// The function of a request: a full match first, then the longest `{proxy+}`, then `$default`; a named method before `ANY`.
fn route<'a>(routes: &'a [Route], method: &Method, path: &str) -> Option<(&'a str, Matched)> {
    let ranked = routes.iter().filter_map(|route| {
        let (rank, proxy) = fit(&route.key, method, path)?;
        Some((rank, route, proxy))
    });
    let (_, route, proxy) = ranked.max_by_key(|(rank, _, _)| *rank)?;
    let matched = Matched {
        key: route.key.clone(),
        proxy,
    };
    Some((&route.function, matched))
}

/// How well a route key fits: (full match, length of the fixed part, method named), and what `{proxy+}` stands for.
fn fit(key: &str, method: &Method, path: &str) -> Option<((bool, usize, bool), Option<String>)> {
    if key == "$default" {
        return Some(((false, 0, false), None));
    }
    let (wanted, pattern) = key.split_once(' ')?;
    if wanted != "ANY" && wanted != method.as_str() {
        return None;
    }
    let named = wanted != "ANY";
    match pattern.strip_suffix("{proxy+}") {
        None => (pattern == path).then_some(((true, pattern.len(), named), None)),
        Some(prefix) => {
            let rest = path.strip_prefix(prefix).filter(|rest| !rest.is_empty())?;
            Some(((false, prefix.len(), named), Some(rest.to_owned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::Template;

    fn check(method: &Method, path: &str, function: &str, proxy: Option<&str>) {
        let routes = Template::of_repository().unwrap().routes().unwrap();
        let (found, matched) = route(&routes, method, path).unwrap();
        assert_eq!((found, matched.proxy.as_deref()), (function, proxy), "{method} {path}");
    }

    #[test]
    fn requests_find_their_function_as_at_api_gateway() {
        check(&Method::GET, "/", "ConsoleFunction", None);
        check(&Method::GET, "/integrations", "ConsoleFunction", None);
        check(
            &Method::POST,
            "/webhooks/workday/c.mac",
            "WebhookIntakeFunction",
            Some("workday/c.mac"),
        );
        check(&Method::GET, "/webhooks/workday/c.mac", "ConsoleFunction", None);
        check(&Method::POST, "/i/token", "InvitePageFunction", Some("token"));
        check(&Method::GET, "/i/", "ConsoleFunction", None);
        check(&Method::GET, "/r/token/report.pdf", "ReportPageFunction", Some("token/report.pdf"));
        check(
            &Method::GET,
            "/oauth/workday/callback/c",
            "OauthCallbackFunction",
            Some("callback/c"),
        );
    }
}
