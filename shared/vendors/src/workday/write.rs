//! One write to Workday as a step of the ledger, and what Workday's refusal of it means: once for every effect here.

use super::Workday;
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
    pub async fn write<E: WorkdayEffect>(&self, step: &Step<'_>, timing: Timing, effect: E) -> Result<Written, Trouble> {
        let clock = &self.vendors.clock;
        let until = match ledger::run(&self.vendors.store, step, timing, || clock.now(), &effect).await? {
            StepOutcome::Done(result) => {
                self.worked().await;
                self.note_given(E::OPERATION).await;
                self.note_proven(&[&[E::OPERATION], &effect.names()[..]].concat()).await;
                return Ok(Written::There(result));
            }
            StepOutcome::Refused(reason) if reason == NEVER_IN_ASSESSMENT => return Ok(Written::NoPlace),
            StepOutcome::Refused(reason) => return Ok(Written::Refused(reason)),
            StepOutcome::Review => return Ok(Written::Refused("It cannot be told whether Workday took an earlier write.".into())),
            StepOutcome::Park { until, .. } => until,
        };
        let Some(error) = effect.into_failure().0.into_inner().unwrap_or_else(PoisonError::into_inner) else {
            return Err(Trouble::Park {
                reason: WaitReason::OutcomeUnknown,
                after: Some(until.since(clock.now())),
            });
        };
        let error = self.judged(error, E::OPERATION).await;
        if is_mended_by_a_person(&error) {
            if let Error::NotAuthorized { operation, .. } = &error {
                self.note_withheld(operation).await;
            }
            return Ok(Written::Mend(error.to_string()));
        }
        match self.meaning(error).await {
            Trouble::Park { reason, after } => Err(Trouble::Park {
                reason,
                after: Some(until.since(clock.now())).max(after).filter(|wait| !wait.is_zero()),
            }),
            // The ledger tries again: whatever refuses a mere look is mended by a person, too.
            Trouble::Refused { message } => Ok(Written::Mend(message)),
            other @ (Trouble::Again | Trouble::Disconnected | Trouble::Infrastructure(_)) => Err(other),
        }
    }
}

/// Whether the failure is one that the administrator mends by an id or a permission: what was asked for stays right.
fn is_mended_by_a_person(error: &Error) -> bool {
    matches!(
        error.fault_reason(),
        Some(FaultReason::InvalidReference | FaultReason::NotAuthorized)
    )
}

/// An effect on Workday, which remembers why its last call failed.
pub trait WorkdayEffect: Effect {
    /// The operation that causes it.
    const OPERATION: &'static str;

    /// The ids of the tenant's own that it writes.
    fn names(&self) -> Vec<&str>;

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

#[cfg(test)]
mod tests {
    use super::*;
    use workday::{Fault, FaultKind};

    fn rejected(kind: FaultKind, message: &str) -> Error {
        Error::Rejected(Fault {
            code: "SOAP-ENV:Client.validationError".into(),
            message: message.into(),
            details: Vec::new(),
            kind,
        })
    }

    fn unavailable() -> Error {
        Error::Unavailable {
            status: 503,
            retry_after: SOON,
            fault: None,
        }
    }

    const SOON: Option<Duration> = Some(Duration::from_secs(7));
    /// Nobody looks sooner at what a person must mend.
    const UNTIL_MENDED: Called = Called::NotSent {
        retry_after: Some(Duration::from_mins(15)),
    };

    /// The table: what a failed write came to, and whether a person must mend something.
    #[test]
    fn what_a_failed_write_came_to_depends_on_what_workday_certainly_did() {
        use FaultKind::{Processing, Validation};
        let again = |retry_after| Called::NotSent { retry_after };
        for (error, expected, is_mended) in [
            // An id or a permission: what was asked for stays right.
            (
                rejected(Validation, "Invalid ID value. 'X' is not a valid ID value"),
                UNTIL_MENDED,
                true,
            ),
            (rejected(Validation, "The task submitted is not authorized."), UNTIL_MENDED, true),
            (
                rejected(Processing, "You must have access to the Document Category"),
                UNTIL_MENDED,
                true,
            ),
            (
                Error::NotAuthorized {
                    operation: "Get_Candidates",
                    message: "no".into(),
                },
                UNTIL_MENDED,
                true,
            ),
            // Events changed since they were read: the next look sees which.
            (
                rejected(
                    Validation,
                    "You must specify the event because there is more than 1 in progress or on record.",
                ),
                again(None),
                false,
            ),
            // It never took the call.
            (Error::Connect("refused".into()), again(None), false),
            (Error::Throttled { retry_after: SOON }, again(SOON), false),
            (Error::Unauthorized, again(None), false),
            (Error::NotFound, again(None), false),
            // It may have acted.
            (unavailable(), Called::Unknown, false),
            (Error::TimedOut, Called::Unknown, false),
            (Error::Interrupted("reset".into()), Called::Unknown, false),
            (Error::Malformed { detail: "odd" }, Called::Unknown, false),
            (Error::TooLarge, Called::Unknown, false),
            (rejected(Processing, "Processing error occurred."), Called::Unknown, false),
        ] {
            let described = format!("{error:?}");
            assert_eq!(is_mended_by_a_person(&error), is_mended, "{described}");
            let failure = LastFailure::default();
            assert_eq!(failure.called(error), expected, "{described}");
            assert!(
                failure.0.into_inner().unwrap().is_some(),
                "kept for who decides about the work: {described}"
            );
        }
    }

    #[test]
    fn only_a_plain_refusal_of_the_request_is_for_good_and_keeps_workdays_own_words() {
        for message in ["Score must be a number", "The Business Process must be in progress"] {
            let failure = LastFailure::default();
            let called = failure.called(rejected(FaultKind::Validation, message));
            assert!(matches!(&called, Called::Refused(words) if words.contains(message)), "{called:?}");
        }
    }

    #[test]
    fn a_look_that_failed_says_when_workday_wants_to_be_asked_again() {
        let failure = LastFailure::default();
        assert_eq!(failure.look_failed(unavailable()), LookFailed { retry_after: SOON });
        assert_eq!(failure.look_failed(Error::TimedOut), LookFailed { retry_after: None });
    }
}
