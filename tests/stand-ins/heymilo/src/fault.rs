//! Faults on order: which call fails, how, how often.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 500 with plain text; nothing was done.
    Http500,
    /// 503 with JSON of no documented shape; nothing was done.
    Http503,
    /// 429 in HeyMilo's error shape; nothing was done.
    Http429,
    /// 401 in HeyMilo's error shape, as with a key that is revoked; nothing was done.
    Http401,
    /// 403 in HeyMilo's error shape; nothing was done.
    Http403,
    /// 409 in HeyMilo's error shape; nothing was done.
    Http409,
    /// 422 in HeyMilo's error shape, about a field that it does not name; nothing was done.
    Http422,
    /// 404 in HeyMilo's error shape, as with the key of another workspace; nothing was done.
    NotFound,
    /// No answer for `delay_ms` (two minutes by default), then a closed connection; nothing was done.
    Timeout,
    /// As `timeout`, but the work was done.
    TimeoutAfterEffect,
    /// The connection closes without an answer; nothing was done.
    Reset,
    /// As `reset`, but the work was done.
    ResetAfterEffect,
    /// The work was done, half of the answer's body arrives.
    Truncated,
    /// The work was done, the answer's body is not JSON.
    NonJson,
    /// A gateway's HTML page with 502; nothing was done.
    Html,
    /// The work was done, the answer is JSON of a wrong shape.
    WrongShape,
    /// The work was done, the answer is larger than anybody reads.
    Oversized,
    /// The first page of a list, whichever was asked for, and always with more to come.
    SamePage,
    /// An ordinary answer, `delay_ms` late.
    Slow,
}

impl FaultKind {
    /// The word used in the control API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Http500 => "http500",
            Self::Http503 => "http503",
            Self::Http429 => "http429",
            Self::Http401 => "http401",
            Self::Http403 => "http403",
            Self::Http409 => "http409",
            Self::Http422 => "http422",
            Self::NotFound => "not_found",
            Self::Timeout => "timeout",
            Self::TimeoutAfterEffect => "timeout_after_effect",
            Self::Reset => "reset",
            Self::ResetAfterEffect => "reset_after_effect",
            Self::Truncated => "truncated",
            Self::NonJson => "non_json",
            Self::Html => "html",
            Self::WrongShape => "wrong_shape",
            Self::Oversized => "oversized",
            Self::SamePage => "same_page",
            Self::Slow => "slow",
        }
    }

    /// Whether the call's work is done before it fails.
    pub(crate) fn has_effect(self) -> bool {
        match self {
            Self::TimeoutAfterEffect
            | Self::ResetAfterEffect
            | Self::Truncated
            | Self::NonJson
            | Self::WrongShape
            | Self::Oversized
            | Self::SamePage
            | Self::Slow => true,
            Self::Http401
            | Self::Http403
            | Self::Http409
            | Self::Http422
            | Self::Http500
            | Self::Http503
            | Self::Http429
            | Self::NotFound
            | Self::Timeout
            | Self::Reset
            | Self::Html => false,
        }
    }
}

/// A fault waiting for its calls.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(default = "every_operation")]
    operation: String,
    #[serde(default = "once")]
    times: u32,
    pub(crate) kind: FaultKind,
    #[serde(default)]
    delay_ms: Option<u64>,
}

fn every_operation() -> String {
    "*".to_owned()
}

fn once() -> u32 {
    1
}

impl Fault {
    /// How long the answer is held back.
    pub(crate) fn delay(&self) -> Duration {
        let hangs = matches!(self.kind, FaultKind::Timeout | FaultKind::TimeoutAfterEffect);
        let usual = if hangs { 120_000 } else { 0 };
        Duration::from_millis(self.delay_ms.unwrap_or(usual))
    }
}

/// The faults not yet used up, first come first served.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    fn with<R>(&self, action: impl FnOnce(&mut Vec<Fault>) -> R) -> R {
        action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds faults behind those that wait.
    pub(crate) fn add(&self, faults: Vec<Fault>) {
        self.with(|waiting| waiting.extend(faults.into_iter().filter(|fault| fault.times > 0)));
    }

    /// Forgets all faults.
    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    /// The faults that wait.
    pub(crate) fn waiting(&self) -> Vec<Fault> {
        self.with(|waiting| waiting.clone())
    }

    /// Takes one turn of the first fault meant for an operation.
    pub(crate) fn take(&self, operation: &str) -> Option<Fault> {
        self.with(|waiting| {
            let fault = waiting
                .iter_mut()
                .find(|fault| fault.operation == "*" || fault.operation == operation)?;
            fault.times = fault.times.saturating_sub(1);
            let taken = fault.clone();
            waiting.retain(|fault| fault.times > 0);
            Some(taken)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultKind, Faults};

    #[test]
    fn a_fault_hits_its_operation_and_is_used_up() {
        let faults = Faults::default();
        let read = |text| serde_json::from_str::<Fault>(text).unwrap();
        faults.add(vec![
            read(r#"{"operation":"getPosting","times":2,"kind":"http503"}"#),
            read(r#"{"kind":"reset"}"#),
        ]);
        assert_eq!(faults.take("getPosting").unwrap().kind, FaultKind::Http503);
        assert_eq!(faults.take("listWebhooks").unwrap().kind, FaultKind::Reset);
        assert_eq!(faults.take("getPosting").unwrap().kind, FaultKind::Http503);
        assert!(faults.take("getPosting").is_none());
    }
}
