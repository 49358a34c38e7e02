//! Faults planned by a test: which operation fails next, how often and in which way.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// One planned fault; `operation` is a SOAP operation, `OAuth_Token` or `*`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fault {
    #[serde(default = "any_operation")]
    pub(crate) operation: String,
    /// How many matching calls it hits.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// How many matching calls it lets through first.
    #[serde(default)]
    pub(crate) after: u32,
    pub(crate) kind: FaultKind,
    /// Waiting time before the answer; for the two time-outs, how long the caller is left hanging.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    /// Seconds for the `Retry-After` header of `http429` and `http503`.
    #[serde(default)]
    pub(crate) retry_after: Option<u64>,
}

/// The ways to fail. Those that say so happen after the effect; all others instead of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    #[serde(rename = "http401")]
    Http401,
    #[serde(rename = "http403")]
    Http403,
    #[serde(rename = "http404")]
    Http404,
    #[serde(rename = "http409")]
    Http409,
    #[serde(rename = "http500")]
    Http500,
    #[serde(rename = "http503")]
    Http503,
    #[serde(rename = "http429")]
    Http429,
    /// A maintenance page with status 503.
    Html,
    /// A maintenance page with status 200.
    #[serde(rename = "html200")]
    Html200,
    Timeout,
    /// The effect happens, the answer never comes.
    TimeoutAfterEffect,
    /// The connection is closed without an answer.
    Reset,
    /// The effect happens, then the connection is closed without an answer.
    ResetAfterEffect,
    /// The effect happens, the answer breaks off half-way.
    Truncated,
    ServerFault,
    ProcessingFault,
    /// A business rule of the tenant's own refuses the request.
    ValidationFault,
    /// It cannot tell which of several Assess steps is meant, though none is shown.
    AmbiguousEvent,
    NotAuthorized,
    AuthFault,
    /// The effect happens, the answer is not well-formed XML.
    Malformed,
    /// The effect happens, the answer is larger than anybody reads.
    Oversized,
    /// The effect happens, the answer says that it is page 1 of 3, whichever was asked for.
    SamePage,
    /// Only slow: the answer is right, after `delay_ms`.
    Slow,
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    faults: Mutex<Vec<Fault>>,
}

impl FaultPlan {
    /// Replaces the plan.
    pub(crate) fn set(&self, faults: Vec<Fault>) {
        *self.lock() = faults;
    }

    /// The plan as it is now.
    pub(crate) fn list(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// The fault that hits this call, if any; the first matching rule of the plan counts down.
    pub(crate) fn take(&self, operation: &str) -> Option<Fault> {
        let mut faults = self.lock();
        let fault = faults
            .iter_mut()
            .find(|fault| fault.times > 0 && (fault.operation == "*" || fault.operation == operation))?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        fault.times -= 1;
        let hit = fault.clone();
        faults.retain(|fault| fault.times > 0);
        Some(hit)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn any_operation() -> String {
    "*".to_owned()
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_hits_its_operation_as_often_as_planned() {
        let plan = FaultPlan::default();
        plan.set(serde_json::from_str(r#"[{"operation":"Assess_Candidate","times":2,"after":1,"kind":"http503"}]"#).unwrap());
        assert!(plan.take("Get_Candidates").is_none());
        assert!(plan.take("Assess_Candidate").is_none());
        assert!(plan.take("Assess_Candidate").is_some());
        assert!(plan.take("Assess_Candidate").is_some());
        assert!(plan.take("Assess_Candidate").is_none());
    }
}
