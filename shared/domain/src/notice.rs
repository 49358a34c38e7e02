//! What people of a workspace are told of by mail: ids only, for a queue body and a due row.

use crate::id::{ConnectionId, OwnerId, digest};
use crate::moment::Moment;
use serde::{Deserialize, Serialize};

/// One thing to tell, once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case", deny_unknown_fields)]
pub enum Notice {
    /// Workday refused the connection's access for good: nothing of the tenant moves until a person connects again.
    /// The epoch tells this time from the next.
    ReconnectRequired { connection: ConnectionId, epoch: u64 },
    /// A permission, or an id, is missing in Workday since then: what needs it waits for a person.
    NeedsAPerson { connection: ConnectionId, since: Moment },
    /// Access that came by a connect link was proven then, and waits to be accepted.
    AccessWaits { connection: ConnectionId, proven_at: Moment },
    /// Screenings need a person since then; none did before.
    ScreeningsWait { since: Moment },
    /// What people were told of a connection is over.
    WorksAgain { connection: ConnectionId, told: Told },
}

/// What people were told of a connection last, as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Told {
    pub since: Moment,
    /// Of access that Workday ended: the epoch it was of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<u64>,
}

impl Told {
    /// The notice that told it.
    pub fn notice(self, connection: &ConnectionId) -> Notice {
        let (connection, since) = (connection.clone(), self.since);
        match self.ended {
            Some(epoch) => Notice::ReconnectRequired { connection, epoch },
            None => Notice::NeedsAPerson { connection, since },
        }
    }
}

/// What a workspace may wish not to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A connection needs a person: access, permissions, ids, what waits to be accepted.
    Connection,
    /// Screenings need a person.
    Screenings,
    /// A connection works again.
    WorksAgain,
}

impl Topic {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 3] = [Self::Connection, Self::Screenings, Self::WorksAgain];

    /// Its name in rows and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Screenings => "screenings",
            Self::WorksAgain => "works_again",
        }
    }
}

impl Notice {
    /// What it is about.
    pub fn topic(&self) -> Topic {
        match self {
            Self::ReconnectRequired { .. } | Self::NeedsAPerson { .. } | Self::AccessWaits { .. } => Topic::Connection,
            Self::ScreeningsWait { .. } => Topic::Screenings,
            Self::WorksAgain { .. } => Topic::WorksAgain,
        }
    }

    /// Under which the ledger keeps that it was told.
    pub fn owner(&self) -> OwnerId {
        let of = |parts: &[&str]| OwnerId::from_digest(digest(parts));
        let at = |moment: &Moment| moment.0.to_string();
        match self {
            Self::ReconnectRequired { connection, epoch } => of(&["notice", "reconnect_required", connection.as_str(), &epoch.to_string()]),
            Self::NeedsAPerson { connection, since } => of(&["notice", "needs_a_person", connection.as_str(), &at(since)]),
            Self::AccessWaits { connection, proven_at } => of(&["notice", "access_waits", connection.as_str(), &at(proven_at)]),
            Self::ScreeningsWait { since } => of(&["notice", "screenings_wait", &at(since)]),
            Self::WorksAgain { connection, told } => {
                let told = told.notice(connection).owner();
                of(&["notice", "works_again", connection.as_str(), told.as_str()])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn production() -> ConnectionId {
        ConnectionId::new("production").unwrap()
    }

    #[test]
    fn each_time_that_access_ends_is_told_once() {
        let notice = |epoch| Notice::ReconnectRequired {
            connection: production(),
            epoch,
        };
        assert_eq!(notice(2).owner(), notice(2).owner());
        assert_ne!(notice(2).owner(), notice(3).owner());
    }

    #[test]
    fn that_it_works_again_is_told_once_for_each_time_that_it_did_not() {
        let again = |since, ended| Notice::WorksAgain {
            connection: production(),
            told: Told {
                since: Moment(since),
                ended,
            },
        };
        assert_eq!(again(1, Some(2)).owner(), again(9, Some(2)).owner());
        assert_ne!(again(1, None).owner(), again(9, None).owner());
        assert_ne!(again(1, None).owner(), again(1, Some(2)).owner());
        let body = serde_json::to_string(&again(1, None)).unwrap();
        assert_eq!(serde_json::from_str::<Notice>(&body).unwrap(), again(1, None));
    }
}
