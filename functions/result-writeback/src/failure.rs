//! What Workday's refusal of a write means for the ledger, once for every effect on Workday.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::ledger::{Called, LookFailed};
use workday::{Certainty, Error, FaultReason};

/// A wrong id or a missing permission is mended by the Workday administrator; until then the write waits.
const UNTIL_MENDED: Duration = Duration::from_mins(15);

/// The failure of an effect's last call, kept for whoever decides about the work.
#[derive(Debug, Default)]
pub(crate) struct LastFailure(Mutex<Option<Error>>);

/// An effect on Workday remembers why its last call failed.
pub(crate) trait WorkdayFailure {
    /// The failure of the last call, if it failed.
    fn into_error(self) -> Option<Error>;
}

impl LastFailure {
    fn keep(&self, error: Error) -> Option<Duration> {
        let after = error.retry_after();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        after
    }

    /// What a failed write came to: refused for good, not sent, or unknown.
    pub(crate) fn called(&self, error: Error) -> Called {
        match (error.fault_reason(), error.certainty()) {
            // Somebody changes ids or permissions; what is asked for stays right.
            (Some(FaultReason::InvalidReference | FaultReason::NotAuthorized), _) => {
                self.keep(error);
                Called::NotSent {
                    retry_after: Some(UNTIL_MENDED),
                }
            }
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

    /// The kept failure.
    pub(crate) fn into_error(self) -> Option<Error> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
