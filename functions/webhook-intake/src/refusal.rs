//! Every way in which a webhook is not taken, and its one answer: the table of `error → status` of this function.

use crate::limits::Excess;
use lambda_http::Body;
use lambda_http::http::Response;
use lambda_kit::telemetry::{chain, metric};
use store::StoreError;
use web::answer;

/// Why a request is answered without a stored hint.
pub(crate) enum Refusal {
    /// Not from whom it claims to be; says nothing.
    Unauthorized(&'static str),
    /// Another method than POST.
    Method,
    /// More than a cap allows.
    TooLarge(Excess),
    /// A stable code and a sentence that says what to send instead.
    Unusable(&'static str, String),
    /// What the sender reports to was disconnected.
    Gone,
    /// Our own table does not answer: the sender should repeat the request.
    Unavailable(StoreError),
    /// Our own table took too long; whether the hint is stored is not known, so the sender repeats it.
    TimedOut,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

/// The answer to a refused request; logged here and nowhere else.
pub(crate) fn respond(refusal: Refusal) -> Response<Body> {
    match refusal {
        Refusal::Unauthorized(sender) => {
            metric("WebhookUnauthorized", 1.0, &[("Sender", sender)]);
            tracing::warn!(sender, outcome = "unauthorized", "webhook refused");
            answer::unauthorized()
        }
        Refusal::Method => {
            tracing::warn!(outcome = "method_not_allowed", "webhook refused");
            answer::method_not_allowed("POST")
        }
        Refusal::TooLarge(excess) => {
            tracing::warn!(outcome = "too_large", "webhook refused");
            answer::too_large(&excess.to_string())
        }
        Refusal::Unusable(code, message) => {
            tracing::warn!(outcome = code, "webhook refused");
            answer::bad_request(code, &message)
        }
        Refusal::Gone => {
            tracing::warn!(outcome = "disconnected", "webhook refused");
            answer::gone(
                "disconnected",
                "This connection was disconnected. Remove the integration that calls this address.",
            )
        }
        Refusal::TimedOut => {
            tracing::error!(outcome = "timed_out", "the hint was not stored in time");
            answer::unavailable()
        }
        Refusal::Unavailable(error) => {
            tracing::error!(outcome = "unavailable", error = chain(&error), "the hint was not stored");
            answer::unavailable()
        }
    }
}
