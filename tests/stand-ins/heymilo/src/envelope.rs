//! HeyMilo's answer shapes: the single and the list envelope, `APIErrorResponse`, and `FastAPI`'s `HTTPValidationError`.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// An answer before it becomes bytes.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

/// A refusal in `APIErrorResponse` shape (400, 401, 404, 429).
pub(crate) fn refusal(status: StatusCode, code: &str, message: &str, param: Option<&str>) -> Answer {
    let category = match status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        _ => "invalid_request_error",
    };
    let error = json!({"type": category, "code": code, "message": message, "param": param, "doc_url": null, "errors": []});
    Answer {
        status,
        body: json!({ "error": error }),
    }
}

/// 404 in `APIErrorResponse` shape.
pub(crate) fn not_found(what: &str, param: &str) -> Answer {
    refusal(StatusCode::NOT_FOUND, "resource_missing", &format!("No such {what}."), Some(param))
}

/// `{"data": .., "meta": null}`.
pub(crate) fn single(status: StatusCode, data: &Value) -> Answer {
    Answer {
        status,
        body: json!({"data": data, "meta": null}),
    }
}

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<Value>,
    pub(crate) has_more: bool,
    pub(crate) total_count: usize,
    pub(crate) url: String,
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        let pagination = json!({"has_more": page.has_more, "total_count": page.total_count, "url": page.url});
        Self {
            status: StatusCode::OK,
            body: json!({"data": page.items, "pagination": pagination}),
        }
    }
}

/// One entry of `HTTPValidationError.detail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) location: Vec<String>,
    pub(crate) message: String,
    pub(crate) kind: &'static str,
}

/// 422 in `HTTPValidationError` shape; it never echoes the input, which may be personal.
pub(crate) fn unprocessable(violations: &[Violation]) -> Answer {
    let detail: Vec<Value> = violations
        .iter()
        .map(|violation| json!({"loc": violation.location, "msg": violation.message, "type": violation.kind}))
        .collect();
    Answer {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        body: json!({ "detail": detail }),
    }
}
