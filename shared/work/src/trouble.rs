//! What a failure means for the work: wait, give up with a reason, or fail the record.

use domain::order::WaitReason;
use lambda_kit::batch::Done;
use lambda_kit::telemetry::chain;
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
    /// Our own table or secrets failed: the due row brings the work back.
    #[error("our own infrastructure failed")]
    Infrastructure(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Trouble {
    /// What the queue is told when the work could not park itself. The due row brings it back, when its lease ends or its
    /// announcement is old: a message that were to come back, too, would only end in a dead-letter queue.
    pub fn left_to_the_row(self) -> Done {
        match self {
            Self::Infrastructure(source) => {
                tracing::error!(
                    outcome = "unavailable",
                    error = chain(source.as_ref()),
                    "our own table or secrets failed"
                );
                Done("unavailable")
            }
            Self::Park { .. } => Done("parked_by_lease"),
            Self::Again => Done("somebody_was_first"),
            Self::Disconnected => Done("disconnected"),
            Self::Refused { message } => {
                tracing::error!(reason = message, "a refusal that no order could record");
                Done("refused")
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
