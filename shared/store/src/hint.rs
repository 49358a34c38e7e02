//! Inbound hints: the ids somebody sent us, stored before we answer 202. Never the truth.

use crate::row::same_workspace;
use crate::{Arm, Store, StoreError, Transaction, key};
use domain::message::Cause;
use domain::{ConnectionId, HintId, JobRequisitionId, Moment, OrderId, PostingId, Work, WorkspaceId};
use serde::{Deserialize, Serialize};

/// The event type of a poll that saw that an interview may have ended, or begun anew, by its agent's deadline: who reads the
/// interview then reads the agent too.
pub const AGENT_TO_BE_READ: &str = "poll:agent";

/// Ids extracted from a webhook or found by a poll. All of them claims, none of them believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    pub workspace: WorkspaceId,
    pub hint: HintId,
    #[serde(flatten)]
    pub about: About,
    pub received_at: Moment,
    /// Why the hint led nowhere, if it did.
    #[serde(default)]
    pub outcome: Option<String>,
    #[serde(default)]
    pub tries: u32,
    /// The requisition whose baseline it waits for.
    #[serde(default)]
    pub waits_for: Option<JobRequisitionId>,
    /// TTL attribute: hints are evidence for 400 days.
    pub expires_at: i64,
}

/// What a hint is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum About {
    /// Workday pushed, or a poll saw, something about an application.
    Application {
        connection: ConnectionId,
        /// `Recruiting_Assessment_ID`.
        #[serde(default)]
        assessment: Option<String>,
        /// Assess Candidate event (WID).
        #[serde(default)]
        assess_event: Option<String>,
        /// `Job_Application_ID`.
        #[serde(default)]
        application: Option<String>,
        /// `Candidate_ID`.
        #[serde(default)]
        candidate: Option<String>,
        /// `Job_Requisition_ID`.
        #[serde(default)]
        requisition: Option<String>,
    },
    /// HeyMilo reported an event of an interview.
    Interview {
        posting: PostingId,
        interview: String,
        event_type: String,
    },
    /// HeyMilo answered an order with an interview that was over: its result is to be kept for a person.
    FoundOver { order: OrderId },
    /// The mail service said that the mail of an order's step came back, or never left.
    MailReturned { order: OrderId, step: String },
}

const KEPT_SECONDS: i64 = 400 * 86_400;

impl Hint {
    /// A hint received at `now`. Its id is made of what it says, so that the same report is the same row.
    pub fn new(workspace: WorkspaceId, about: About, now: Moment) -> Self {
        let hint = match &about {
            About::Application {
                connection,
                assessment,
                assess_event,
                application,
                candidate,
                requisition,
            } => HintId::derive(&[
                workspace.as_str(),
                "application",
                connection.as_str(),
                assessment.as_deref().unwrap_or_default(),
                assess_event.as_deref().unwrap_or_default(),
                application.as_deref().unwrap_or_default(),
                candidate.as_deref().unwrap_or_default(),
                requisition.as_deref().unwrap_or_default(),
            ]),
            About::Interview {
                posting,
                interview,
                event_type,
            } => HintId::derive(&[workspace.as_str(), "interview", posting.as_str(), interview, event_type]),
            About::FoundOver { order } => HintId::derive(&[workspace.as_str(), "found_over", order.as_str()]),
            About::MailReturned { order, step } => HintId::derive(&[workspace.as_str(), "mail_returned", order.as_str(), step]),
        };
        Self {
            workspace,
            hint,
            about,
            received_at: now,
            outcome: None,
            tries: 0,
            waits_for: None,
            expires_at: now.epoch_seconds() + KEPT_SECONDS,
        }
    }

    /// Whether what came about is what the hint waits for.
    pub fn is_released_by(&self, cause: &Cause) -> bool {
        let About::Application { connection, .. } = &self.about else {
            return false;
        };
        cause.concerns(connection)
            && match cause {
                Cause::Workday { .. } => true,
                Cause::Baseline { requisition, .. } => self.waits_for.as_ref() == Some(requisition),
                Cause::WhoSends | Cause::HeyMiloKey => false,
            }
    }

    /// The work that follows from the hint.
    pub fn work(&self) -> Work {
        match self.about {
            About::Application { .. } | About::MailReturned { .. } => Work::ConfirmHint { hint: self.hint.clone() },
            About::Interview { .. } | About::FoundOver { .. } => Work::ReadInterview { hint: self.hint.clone() },
        }
    }
}

impl Transaction {
    /// Puts a hint and the due row of its work.
    pub(crate) fn hint(&mut self, store: &Store, hint: &Hint) -> Result<(), StoreError> {
        self.put(&store.table, &key::hint(&hint.workspace, &hint.hint), hint)?;
        let arm = Arm {
            work: hint.work(),
            at: hint.received_at,
        };
        self.arm(store, &hint.workspace, &arm)
    }
}

impl Store {
    /// Stores a hint and the due row of its work in one transaction. Repeating it re-arms the work: the second
    /// report may be of a new move.
    pub async fn record_hint(&self, hint: &Hint) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.hint(self, hint)?;
        self.commit(transaction).await
    }

    /// Stores what became of a hint, or how often it was tried.
    pub async fn update_hint(&self, hint: &Hint) -> Result<(), StoreError> {
        self.put(&key::hint(&hint.workspace, &hint.hint), hint).await
    }

    /// The stored hint.
    pub async fn hint(&self, workspace: &WorkspaceId, hint: &HintId) -> Result<Option<Hint>, StoreError> {
        let found: Option<Hint> = self.read(&key::hint(workspace, hint), "a hint").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }
}
