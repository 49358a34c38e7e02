//! What people of a workspace are told of by mail: ids only, for a queue body and a due row.

use crate::id::{ConnectionId, OwnerId, digest};
use serde::{Deserialize, Serialize};

/// One thing to tell, once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case", deny_unknown_fields)]
pub enum Notice {
    /// Workday refused the connection's access for good: nothing of the tenant moves until a person connects again.
    /// The epoch tells this time from the next.
    ReconnectRequired { connection: ConnectionId, epoch: u64 },
}

impl Notice {
    /// Under which the ledger keeps that it was told.
    pub fn owner(&self) -> OwnerId {
        match self {
            Self::ReconnectRequired { connection, epoch } => {
                OwnerId::from_digest(digest(&["notice", "reconnect_required", connection.as_str(), &epoch.to_string()]))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_that_access_ends_is_told_once() {
        let notice = |epoch| Notice::ReconnectRequired {
            connection: ConnectionId::new("production").unwrap(),
            epoch,
        };
        assert_eq!(notice(2).owner(), notice(2).owner());
        assert_ne!(notice(2).owner(), notice(3).owner());
    }
}
