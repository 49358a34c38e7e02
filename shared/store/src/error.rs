//! Why a call to the table failed, named by what the caller can do about it.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use std::error::Error;

/// A failed call to the table.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer was first: an answer, not an incident. Read again and decide anew.
    #[error("the row changed meanwhile")]
    ConditionFailed,
    /// DynamoDB asks us to slow down, or two transactions met: nothing was done or judged; safe to repeat.
    #[error("the table is throttled or the row is in another transaction")]
    Throttled,
    /// A row does not read back as what it should be.
    #[error("row {row} is not readable as {expected}")]
    Corrupt {
        row: String,
        expected: &'static str,
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// A sealed value does not open: wrong key, or moved from another row.
    #[error("a sealed value does not open here")]
    Sealed,
    /// Row or message belong to different workspaces.
    #[error("the row belongs to another workspace")]
    ForeignWorkspace,
    /// DynamoDB is not reachable or refused the call.
    #[error("the table is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl<E, R> From<SdkError<E, R>> for StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        match error.code() {
            Some("ConditionalCheckFailedException") => Self::ConditionFailed,
            Some("TransactionCanceledException") => Self::cancelled(error),
            Some(
                "TransactionConflictException"
                | "TransactionInProgressException"
                | "ProvisionedThroughputExceededException"
                | "ThrottlingException"
                | "RequestLimitExceeded",
            ) => Self::Throttled,
            Some(_) | None => Self::Unavailable(Box::new(error)),
        }
    }
}

/// Whether a conditional write took place; `false`: its condition did not hold, because somebody was first.
pub(crate) fn took_place<T>(written: Result<T, impl Into<StoreError>>) -> Result<bool, StoreError> {
    match written.map_err(Into::into) {
        Ok(_) => Ok(true),
        Err(StoreError::ConditionFailed) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the reasons of a cancelled transaction, one a row, say together.
fn judged(reasons: &[CancellationReason]) -> Option<StoreError> {
    let codes: Vec<&str> = reasons
        .iter()
        .filter_map(|reason| reason.code())
        .filter(|code| *code != "None")
        .collect();
    let are = |known: &[&str]| !codes.is_empty() && codes.iter().all(|code| known.contains(code));
    if are(&["ConditionalCheckFailed"]) {
        return Some(StoreError::ConditionFailed);
    }
    // Beside a row that met another transaction or a limit, a failed condition is not the whole answer: ask again.
    are(&[
        "ConditionalCheckFailed",
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ])
    .then_some(StoreError::Throttled)
}

impl StoreError {
    /// A cancelled transaction: its reasons decide. A conflict or throttling is not somebody who was first.
    fn cancelled(error: impl Error + Send + Sync + 'static) -> Self {
        let answer = error.source().and_then(|source| source.downcast_ref::<TransactWriteItemsError>());
        let judgement = match answer {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => judged(cancelled.cancellation_reasons()),
            Some(_) | None => None,
        };
        judgement.unwrap_or_else(|| Self::Unavailable(Box::new(error)))
    }

    /// The system gives no random bytes: nothing new can be written now.
    pub(crate) fn no_randomness() -> Self {
        Self::Unavailable("the system gives no random bytes".into())
    }

    pub(crate) fn corrupt(row: &str, expected: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Corrupt {
            row: row.to_owned(),
            expected,
            source: Some(Box::new(source)),
        }
    }
}
