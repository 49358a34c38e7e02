//! Why a call to the table failed, named by what the caller can do about it.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A failed call to the table.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer was first: an answer, not an incident. Read again and decide anew.
    #[error("the row changed meanwhile")]
    ConditionFailed,
    /// DynamoDB asks us to slow down; safe to repeat.
    #[error("the table is throttled")]
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
            Some("ConditionalCheckFailedException" | "TransactionCanceledException" | "TransactionConflictException") => {
                Self::ConditionFailed
            }
            Some("ProvisionedThroughputExceededException" | "ThrottlingException" | "RequestLimitExceeded") => Self::Throttled,
            Some(_) | None => Self::Unavailable(Box::new(error)),
        }
    }
}

impl StoreError {
    pub(crate) fn corrupt(row: &str, expected: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Corrupt {
            row: row.to_owned(),
            expected,
            source: Some(Box::new(source)),
        }
    }
}
