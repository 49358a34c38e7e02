//! API Gateway's payload format 2.0: a real request becomes the event, the function's answer a real response.

use axum::http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Moment;
use lambda_http::Body;
use serde_json::{Map, Value, json};

/// The most API Gateway takes of a body, and Lambda of an event or an answer.
pub(crate) const LARGEST_BODY: usize = 10 * 1024 * 1024;
const LARGEST_EVENT: usize = 6 * 1024 * 1024;

/// Why a request or an answer did not pass.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    TooLarge,
    Unreadable,
}

/// What of a route matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matched {
    pub(crate) key: String,
    /// The value of `{proxy+}`.
    pub(crate) proxy: Option<String>,
}

/// The request as the function gets it.
pub(crate) fn request(request: &Request<()>, body: &[u8], matched: &Matched, now: Moment) -> Result<lambda_http::Request, Refused> {
    let event = event(request, body, matched, now).to_string();
    if event.len() > LARGEST_EVENT {
        return Err(Refused::TooLarge);
    }
    lambda_http::request::from_str(&event).map_err(|_unreadable| Refused::Unreadable)
}

fn event(request: &Request<()>, body: &[u8], matched: &Matched, now: Moment) -> Value {
    let (uri, method, headers) = (request.uri(), request.method(), request.headers());
    let mut event = json!({
        "version": "2.0",
        "routeKey": matched.key,
        "rawPath": uri.path(),
        "rawQueryString": uri.query().unwrap_or_default(),
        "headers": joined(headers),
        "requestContext": context(uri, method, headers, matched, now),
        "isBase64Encoded": false,
    });
    let Some(object) = event.as_object_mut() else { return event };
    let cookies: Vec<&str> = texts(headers, header::COOKIE).flat_map(|line| line.split("; ")).collect();
    if !cookies.is_empty() {
        object.insert("cookies".into(), cookies.into());
    }
    if let Some(proxy) = &matched.proxy {
        object.insert("pathParameters".into(), json!({ "proxy": proxy }));
    }
    if !body.is_empty() {
        let plain = if is_text(headers) { std::str::from_utf8(body).ok() } else { None };
        object.insert("isBase64Encoded".into(), plain.is_none().into());
        object.insert("body".into(), plain.map_or_else(|| STANDARD.encode(body), str::to_owned).into());
    }
    event
}

fn context(uri: &Uri, method: &Method, headers: &HeaderMap, matched: &Matched, now: Moment) -> Value {
    let first = |name| texts(headers, name).next();
    json!({
        "accountId": "123456789012",
        "apiId": "local",
        "domainName": first(header::HOST).unwrap_or("localhost"),
        "domainPrefix": "local",
        "http": {
            "method": method.as_str(), "path": uri.path(), "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
            "userAgent": first(header::USER_AGENT).unwrap_or_default()
        },
        "requestId": format!("local-{}", now.0),
        "routeKey": matched.key,
        "stage": "$default",
        "timeEpoch": now.0,
    })
}

/// One value a name, as API Gateway joins them; cookies go their own way.
fn joined(headers: &HeaderMap) -> Value {
    let mut object = Map::new();
    for name in headers.keys().filter(|name| *name != header::COOKIE) {
        let values: Vec<&str> = texts(headers, name.clone()).collect();
        object.insert(name.as_str().to_owned(), values.join(",").into());
    }
    Value::Object(object)
}

fn texts(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

/// API Gateway hands these on as text and everything else, forms included, in base64.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = texts(headers, header::CONTENT_TYPE).next().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.starts_with("text/") || matches!(kind.as_str(), "application/json" | "application/javascript" | "application/xml")
}

/// The function's answer as the client gets it.
pub(crate) fn response(answer: lambda_http::Response<Body>) -> Result<Response<axum::body::Body>, Refused> {
    let (parts, body) = answer.into_parts();
    let (bytes, size) = match body {
        Body::Empty => (Vec::new(), 0),
        Body::Text(text) => {
            let size = text.len();
            (text.into_bytes(), size)
        }
        Body::Binary(bytes) => {
            // It crosses Lambda's limit in base64.
            let size = bytes.len().div_ceil(3) * 4;
            (bytes, size)
        }
        _ => return Err(Refused::Unreadable),
    };
    if size > LARGEST_EVENT {
        return Err(Refused::TooLarge);
    }
    Ok(Response::from_parts(parts, bytes.into()))
}

/// API Gateway's own answers.
pub(crate) fn message(status: StatusCode, message: &str) -> Response<axum::body::Body> {
    let mut response = Response::new(json!({ "message": message }).to_string().into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::RequestExt;

    fn check(kind: &str, body: &[u8], text: bool) {
        let sent = Request::post("http://127.0.0.1:8470/webhooks/heymilo/a?x=1&x=2")
            .header("Content-Type", kind)
            .header("Cookie", "a=1; b=2")
            .header("X-Two", "1")
            .header("X-Two", "2")
            .body(())
            .unwrap();
        let matched = Matched {
            key: "POST /webhooks/{proxy+}".into(),
            proxy: Some("heymilo/a".into()),
        };
        let got = request(&sent, body, &matched, Moment(1_700_000_000_000)).unwrap();
        assert_eq!(got.uri().path(), "/webhooks/heymilo/a");
        assert_eq!(got.query_string_parameters().all("x").unwrap().len(), 2);
        assert_eq!(got.path_parameters().first("proxy"), Some("heymilo/a"));
        assert_eq!(got.headers()["x-two"], "1,2");
        assert!(got.headers()["cookie"].to_str().unwrap().contains("b=2"));
        assert_eq!(got.body().as_ref(), body);
        assert_eq!(matches!(got.body(), Body::Text(_)), text, "{kind}");
    }

    #[test]
    fn a_request_reaches_the_function_as_it_was_sent() {
        check("application/json; charset=utf-8", "{\"name\":\"Zoë\"}".as_bytes(), true);
        check("application/x-www-form-urlencoded", b"a=1&b=2", false);
        check("application/octet-stream", &[0xff, 0, 1], false);
        check("text/plain", &[0xff, 0, 1], false);
    }

    #[test]
    fn what_lambda_cannot_carry_is_refused() {
        let sent = Request::post("/webhooks/a").body(()).unwrap();
        let matched = Matched {
            key: "$default".into(),
            proxy: None,
        };
        let outcome = request(&sent, &vec![0; 5 * 1024 * 1024], &matched, Moment(0));
        assert_eq!(outcome.unwrap_err(), Refused::TooLarge);
        let answer = lambda_http::Response::new(Body::Binary(vec![0; 5 * 1024 * 1024]));
        assert_eq!(response(answer).unwrap_err(), Refused::TooLarge);
        assert!(response(lambda_http::Response::new(Body::Binary(vec![0; 4 * 1024 * 1024]))).is_ok());
    }
}
