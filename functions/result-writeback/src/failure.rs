//! What Workday's refusal of a write means for the ledger, once for every effect on Workday.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::ledger::{Called, LookFailed};
use workday::{Certainty, Error, FaultReason};

/// A wrong id or a missing permission is mended by the Workday administrator; until then the write waits.
const UNTIL_MENDED: Duration = Duration::from_mins(15);
/// It is looked at less and less often, and at once when the setting is saved.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// How long a write waits that a person must mend first, looked at so often before.
pub(crate) fn until_mended(looks: u32) -> Duration {
    UNTIL_MENDED.saturating_mul(1 << looks.min(7)).min(LONGEST_WAIT)
}

/// Whether the failure is one that the administrator mends by an id or a permission: what was asked for stays right.
pub(crate) fn is_mended_by_a_person(error: &Error) -> bool {
    let reason = error.fault_reason();
    matches!(reason, Some(FaultReason::InvalidReference | FaultReason::NotAuthorized)) || matches!(error, Error::NotAuthorized { .. })
}

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
        if is_mended_by_a_person(&error) {
            self.keep(error);
            return Called::NotSent {
                retry_after: Some(UNTIL_MENDED),
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

    /// The kept failure.
    pub(crate) fn into_error(self) -> Option<Error> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
