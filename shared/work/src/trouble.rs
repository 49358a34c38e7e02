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
