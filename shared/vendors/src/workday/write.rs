//! One write to Workday as a step of the ledger, and what Workday's refusal of it means: once for every effect here.

use super::Workday;
use domain::Moment;
use domain::order::WaitReason;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::ledger::{self, Called, Effect, LookFailed, Step, StepOutcome, Timing};
use work::{Trouble, giving_up};
use workday::{Certainty, Error, FaultReason};

/// The refusal that makes a write-back limited, as the ledger remembers it: the application never was in an Assess step.
pub(crate) const NEVER_IN_ASSESSMENT: &str = "never_in_assessment";

/// How a write ended, when it did not have to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It stands in Workday; what the ledger remembers of it.
    There(String),
    /// The application was in no Assess step that we may write to.
    NoPlace,
    /// Workday does not take it, in Workday's words.
    Refused(String),
    /// A person must mend something in Workday first: the words say what Workday does not take.
    Mend(String),
}

impl Workday {
    /// Runs one write as a ledger step. Workday's own word for a failure decides what becomes of the work.
    pub async fn write<E: WorkdayEffect>(&self, step: &Step<'_>, timing: Timing, now: Moment, effect: E) -> Result<Written, Trouble> {
        let until = match ledger::run(&self.vendors.store, step, timing, now, &effect).await? {
            StepOutcome::Done(result) => return Ok(Written::There(result)),
            StepOutcome::Refused(reason) if reason == NEVER_IN_ASSESSMENT => return Ok(Written::NoPlace),
            StepOutcome::Refused(reason) => return Ok(Written::Refused(reason)),
            StepOutcome::Review => return Ok(Written::Refused("unproven".into())),
            StepOutcome::Park { until, .. } => until,
        };
        let Some(error) = effect.into_failure().0.into_inner().unwrap_or_else(PoisonError::into_inner) else {
            return Err(Trouble::Park {
                reason: WaitReason::OutcomeUnknown,
                after: Some(until.since(now)),
            });
        };
        if is_mended_by_a_person(&error) {
            return Ok(Written::Mend(error.to_string()));
        }
        match self.trouble(error).await {
            Trouble::Park { reason, after } => Err(Trouble::Park {
                reason,
                after: Some(after.unwrap_or_default().max(until.since(now))),
            }),
            // The ledger tries again: whatever refuses a mere look is mended by a person, too.
            Trouble::Refused { message } => Ok(Written::Mend(message)),
            other @ (Trouble::Again | Trouble::Disconnected | Trouble::Infrastructure(_)) => Err(other),
        }
    }
}

/// Whether the failure is one that the administrator mends by an id or a permission: what was asked for stays right.
fn is_mended_by_a_person(error: &Error) -> bool {
    let reason = error.fault_reason();
    matches!(reason, Some(FaultReason::InvalidReference | FaultReason::NotAuthorized)) || matches!(error, Error::NotAuthorized { .. })
}

/// An effect on Workday, which remembers why its last call failed.
pub trait WorkdayEffect: Effect {
    /// The failure of the last call, if it failed.
    fn into_failure(self) -> LastFailure;
}

/// The failure of an effect's last call, kept for whoever decides about the work.
#[derive(Debug, Default)]
pub struct LastFailure(Mutex<Option<Error>>);

impl LastFailure {
    fn keep(&self, error: Error) -> Option<Duration> {
        let after = error.retry_after();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        after
    }

    /// What a failed write came to: refused for good, not sent, or unknown.
    pub(crate) fn called(&self, error: Error) -> Called {
        if is_mended_by_a_person(&error) {
            self.keep(error);
            return Called::NotSent {
                retry_after: Some(giving_up::until_mended(0)),
            };
        }
        match (error.fault_reason(), error.certainty()) {
            // The set of events changed since we read it: read again.
            (Some(FaultReason::AmbiguousEvent), _) => Called::NotSent {
                retry_after: self.keep(error),
            },
            (_, Certainty::Refused) if matches!(error, Error::Rejected(_)) => Called::Refused(error.to_string()),
            (_, Certainty::Refused | Certainty::NotSent) => Called::NotSent {
                retry_after: self.keep(error),
            },
            (_, Certainty::Unknown) => {
                self.keep(error);
                Called::Unknown
            }
        }
    }

    /// What a failed read-back came to.
    pub(crate) fn look_failed(&self, error: Error) -> LookFailed {
        LookFailed {
            retry_after: self.keep(error),
        }
    }
}
