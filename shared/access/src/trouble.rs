//! What a failure means for the work: wait, give up with a reason, or fail the record.

use domain::order::WaitReason;
use lambda_kit::batch::{Done, RecordError};
use std::time::Duration;
use store::StoreError;

/// Why the work cannot go on now.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Passing: park the work and try again; no receive count is burnt.
    #[error("the work waits: {reason:?}")]
    Park {
        reason: WaitReason,
        /// When the vendor asked for a pause.
        after: Option<Duration>,
    },
    /// The vendor refused the request for good; the text is the vendor's own, for a person to read.
    #[error("the vendor refused: {message}")]
    Refused { message: String },
    /// Somebody else changed the row first: decide anew on what stands now. Neither a failure nor a wait.
    #[error("somebody was first")]
    Again,
    /// A person disconnected; nothing is to be sent for this connection any more.
    #[error("the connection is not active")]
    Disconnected,
    /// Our own table or secrets failed: the record goes back to the queue.
    #[error("our own infrastructure failed")]
    Infrastructure(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Trouble {
    /// What the queue is told when the work could not park itself: our own failures come back.
    pub fn give_back(self) -> Result<Done, RecordError> {
        match self {
            Self::Infrastructure(source) => Err(RecordError::unavailable(source)),
            // The due row is taken until its lease ends and comes back then.
            Self::Park { .. } => Ok(Done("parked_by_lease")),
            Self::Again => Ok(Done("somebody_was_first")),
            Self::Disconnected => Ok(Done("disconnected")),
            Self::Refused { message } => {
                tracing::error!(reason = message, "a refusal that no order could record");
                Ok(Done("refused"))
            }
        }
    }

    pub(crate) fn workday_credential_refused() -> Self {
        Self::Park {
            reason: WaitReason::WorkdayCredentialRefused,
            after: Some(Duration::from_mins(15)),
        }
    }

    pub(crate) fn heymilo_key_refused() -> Self {
        Self::Park {
            reason: WaitReason::HeyMiloCredentialRefused,
            after: Some(Duration::from_mins(15)),
        }
    }

    /// A list that never ends does not mend itself within seconds, and each try costs calls.
    fn pages_repeat(reason: WaitReason) -> Self {
        Self::Park {
            reason,
            after: Some(Duration::from_mins(15)),
        }
    }

    /// What a failed call to Workday means, the credential aside.
    pub fn from_workday(error: workday::Error) -> Self {
        match error {
            workday::Error::Unauthorized => Self::workday_credential_refused(),
            workday::Error::Throttled { retry_after } => Self::Park { reason: WaitReason::RateLimited, after: retry_after },
            workday::Error::Connect(_)
            | workday::Error::TimedOut
            | workday::Error::Interrupted(_)
            | workday::Error::Malformed { .. }
            | workday::Error::TooLarge
            // A wrong address or a missing permission is mended by a person; the order waits for it, visibly.
            | workday::Error::NotFound
            | workday::Error::NotAuthorized { .. } => Self::Park { reason: WaitReason::WorkdayUnavailable, after: None },
            workday::Error::Unavailable { retry_after, .. } => Self::Park { reason: WaitReason::WorkdayUnavailable, after: retry_after },
            workday::Error::PagesRepeat { .. } => Self::pages_repeat(WaitReason::WorkdayUnavailable),
            workday::Error::Rejected(fault) if fault.is_failure() => {
                Self::Park { reason: WaitReason::WorkdayUnavailable, after: None }
            }
            workday::Error::Rejected(fault) => Self::Refused { message: fault.to_string() },
        }
    }

    /// What a failed call to HeyMilo means.
    pub fn from_heymilo(error: &heymilo::Error) -> Self {
        match error {
            heymilo::Error::Unauthorized | heymilo::Error::Forbidden => Self::heymilo_key_refused(),
            heymilo::Error::Throttled { retry_after } => Self::Park {
                reason: WaitReason::RateLimited,
                after: *retry_after,
            },
            heymilo::Error::Connect(_)
            | heymilo::Error::TimedOut(_)
            | heymilo::Error::Interrupted(_)
            | heymilo::Error::Unavailable { .. }
            | heymilo::Error::Malformed { .. }
            | heymilo::Error::TooLarge { .. } => Self::Park {
                reason: WaitReason::HeyMiloUnavailable,
                after: None,
            },
            heymilo::Error::PagesRepeat => Self::pages_repeat(WaitReason::HeyMiloUnavailable),
            heymilo::Error::NotFound => Self::Refused {
                message: "HeyMilo has no such object".into(),
            },
            heymilo::Error::Rejected(problem) => Self::Refused {
                message: problem.to_string(),
            },
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ConditionFailed => Self::Again,
            // Nothing was written; a moment later it can be.
            StoreError::Throttled => Self::Park {
                reason: WaitReason::StepHeld,
                after: Some(Duration::from_secs(1)),
            },
            StoreError::Corrupt { .. } | StoreError::Sealed | StoreError::ForeignWorkspace | StoreError::Unavailable(_) => {
                Self::Infrastructure(Box::new(error))
            }
        }
    }
}
