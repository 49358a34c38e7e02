//! Queue messages: a version, a workspace and the ids of the work. No personal data, ever.
//!
//! A message is a hint that a due row exists; losing or doubling one changes nothing.

use crate::id::{ConnectionId, HintId, JobRequisitionId, OrderId, PostingId, WorkspaceId};
use crate::moment::Moment;
use crate::notice::Notice;
use serde::{Deserialize, Serialize};

/// The body's version; a reader that does not know it lets the message go to the dead-letter queue.
pub const VERSION: u8 = 1;

/// One piece of work of one workspace, as it stands in a queue body and in a due row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Body version, [`VERSION`].
    pub v: u8,
    /// The workspace whose rows the work may touch.
    pub workspace: WorkspaceId,
    /// What is to be done.
    pub work: Work,
}

/// What is to be done, and to which row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Work {
    /// Workday said, or a poll saw, that an application may have moved: confirm it.
    ConfirmHint { hint: HintId },
    /// Bring an order forward: gates, interview, invite.
    AdvanceOrder { order: OrderId },
    /// HeyMilo said that an interview moved: find its order and re-read it.
    ReadInterview { hint: HintId },
    /// Re-read an order's interview and bring its Workday record up to date.
    WriteBack { order: OrderId },
    /// Poll one Workday connection for orders that no hint announced.
    PollConnection { connection: ConnectionId },
    /// Poll one posting's candidate list for progress that no event announced.
    PollPosting { posting: PostingId },
    /// Record who is in the assessment stage already when a requisition is linked.
    Baseline {
        connection: ConnectionId,
        requisition: JobRequisitionId,
    },
    /// Refresh the requisition index of a connection.
    RefreshRequisitions { connection: ConnectionId },
    /// Try out what a connection may do in Workday.
    TryOut { connection: ConnectionId },
    /// Tell people of the workspace.
    Notify { notice: Notice },
    /// What work waited for has come about: what has not been tried `since` then goes on now.
    Release { cause: Cause, since: Moment },
    /// Announce what a tick left of the workspace's due rows.
    AnnounceRest,
}

/// What work waited for: a baseline, or what a person mended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cause {
    /// Somebody said who writes to candidates.
    WhoSends,
    /// HeyMilo's key was entered.
    #[serde(rename = "heymilo_key")]
    HeyMiloKey,
    /// A connection was made or checked, or its settings were saved.
    Workday { connection: ConnectionId },
    /// Who was in the stage of a newly linked requisition is recorded.
    Baseline {
        connection: ConnectionId,
        requisition: JobRequisitionId,
    },
}

impl Cause {
    /// Whether it says anything about this connection's work.
    pub fn concerns(&self, connection: &ConnectionId) -> bool {
        match self {
            Self::WhoSends | Self::HeyMiloKey => true,
            Self::Workday { connection: mended } | Self::Baseline { connection: mended, .. } => mended == connection,
        }
    }

    fn key(&self) -> String {
        match self {
            Self::WhoSends => "WHO_SENDS".to_owned(),
            Self::HeyMiloKey => "HEYMILO_KEY".to_owned(),
            Self::Workday { connection } => format!("WORKDAY#{connection}"),
            Self::Baseline { connection, requisition } => format!("BASELINE#{connection}#{requisition}"),
        }
    }
}

/// The queues of the template, by what their consumer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Consumed by `invite-sender`.
    Order,
    /// Consumed by `result-writeback`.
    Writeback,
    /// Consumed by `sweeper`.
    Sweep,
    /// Consumed by `notify`.
    Notice,
    /// Consumed by `sweeper` as well, so that it waits behind no poll.
    Announce,
}

impl Queue {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Order, Self::Writeback, Self::Sweep, Self::Notice, Self::Announce];

    /// The word for it in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Writeback => "writeback",
            Self::Sweep => "sweep",
            Self::Notice => "notice",
            Self::Announce => "announce",
        }
    }
}

impl Work {
    /// The queue whose consumer does this work.
    pub fn queue(&self) -> Queue {
        match self {
            Self::ConfirmHint { .. } | Self::AdvanceOrder { .. } => Queue::Order,
            Self::ReadInterview { .. } | Self::WriteBack { .. } => Queue::Writeback,
            Self::PollConnection { .. }
            | Self::PollPosting { .. }
            | Self::Baseline { .. }
            | Self::RefreshRequisitions { .. }
            | Self::TryOut { .. }
            | Self::Release { .. } => Queue::Sweep,
            Self::Notify { .. } => Queue::Notice,
            Self::AnnounceRest => Queue::Announce,
        }
    }

    /// A stable key: one due row per key exists at a time.
    pub fn key(&self) -> String {
        match self {
            Self::ConfirmHint { hint } => format!("HINT#{hint}"),
            Self::AdvanceOrder { order } => format!("ORDER#{order}"),
            Self::ReadInterview { hint } => format!("INTERVIEW#{hint}"),
            Self::WriteBack { order } => format!("WRITEBACK#{order}"),
            Self::PollConnection { connection } => format!("CONNECTION#{connection}"),
            Self::PollPosting { posting } => format!("POSTING#{posting}"),
            Self::Baseline { connection, requisition } => format!("BASELINE#{connection}#{requisition}"),
            Self::RefreshRequisitions { connection } => format!("REQUISITIONS#{connection}"),
            Self::TryOut { connection } => format!("TRYOUT#{connection}"),
            Self::Notify { notice } => format!("NOTICE#{}", notice.owner()),
            Self::Release { cause, .. } => format!("RELEASE#{}", cause.key()),
            Self::AnnounceRest => "ANNOUNCE".to_owned(),
        }
    }
}

impl Message {
    /// A message of the current version.
    pub fn new(workspace: WorkspaceId, work: Work) -> Self {
        Self {
            v: VERSION,
            workspace,
            work,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_ids_only_and_refuses_what_it_does_not_know() {
        let message = Message::new(
            WorkspaceId::new("acme").unwrap(),
            Work::AdvanceOrder {
                order: OrderId::new("abc").unwrap(),
            },
        );
        let body = serde_json::to_string(&message).unwrap();
        assert_eq!(body, r#"{"v":1,"workspace":"acme","work":{"kind":"advance_order","order":"abc"}}"#);
        assert_eq!(serde_json::from_str::<Message>(&body).unwrap(), message);
        for poison in [
            r#"{"v":1,"workspace":"acme","work":{"kind":"unknown","order":"abc"}}"#,
            r#"{"v":1,"workspace":"a#b","work":{"kind":"advance_order","order":"abc"}}"#,
            r#"{"v":1,"work":{"kind":"advance_order","order":"abc"}}"#,
        ] {
            assert!(serde_json::from_str::<Message>(poison).is_err());
        }
    }
}
