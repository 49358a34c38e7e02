//! Interviews that a posting's poll looks for: those that may still move, and for a month those that ended.

use crate::error::took_place;
use crate::row::{attribute, number};
use crate::{Store, StoreError, Transaction, key};
use domain::order::InterviewFate;
use domain::{InterviewId, Moment, Order, OrderId, OrderState, PostingId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// An interview that HeyMilo may still say something new of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInterview {
    pub interview: InterviewId,
    pub order: OrderId,
    /// It began about then, or later.
    pub since: Moment,
    /// It ended, as far as is known.
    #[serde(default)]
    pub over: Option<Over>,
}

/// How an interview ended, and what was seen of it since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    pub at: Moment,
    /// Without a result: a later deadline lets the candidate go on.
    pub expired: bool,
    #[serde(default)]
    pub last_look: Option<LastLook>,
}

/// What HeyMilo said when the interview was looked at last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLook {
    pub at: Moment,
    /// Its status and score, as text; compared and never read.
    pub said: String,
}

impl Transaction {
    /// What the posting's poll is to do with the order's interview from now on.
    pub(crate) fn leave_interview(&mut self, table: &str, order: &Order, fate: &InterviewFate) -> Result<(), StoreError> {
        let (bound, over) = match fate {
            InterviewFate::Untouched => return Ok(()),
            InterviewFate::Closed(bound) => {
                let key = key::open_interview(&order.workspace, &bound.posting, &bound.interview);
                return self.delete_as(table, &key, |delete| delete);
            }
            InterviewFate::Open(bound) => (bound, None),
            InterviewFate::Over(bound) => {
                let over = Over {
                    at: order.updated_at,
                    expired: matches!(order.state, OrderState::Expired { .. }),
                    last_look: None,
                };
                (bound, Some(over))
            }
        };
        let open = OpenInterview {
            interview: bound.interview.clone(),
            order: order.order.clone(),
            since: order.created_at,
            over,
        };
        self.put(
            table,
            &key::open_interview(&order.workspace, &bound.posting, &bound.interview),
            &open,
        )
    }
}

impl Store {
    /// The posting's interviews that a poll looks for.
    pub async fn open_interviews(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<Vec<OpenInterview>, StoreError> {
        self.query(&format!("W#{workspace}#P#{posting}"), "OPEN#", "an open interview")
            .await
    }

    /// Remembers what HeyMilo says of an interview that ended. Nothing, where something became of it meanwhile.
    pub async fn looked_at_interview(
        &self,
        (workspace, posting): (&WorkspaceId, &PostingId),
        open: &OpenInterview,
        look: LastLook,
    ) -> Result<(), StoreError> {
        let Some(over) = &open.over else { return Ok(()) };
        let looked = Over {
            last_look: Some(look),
            ..over.clone()
        };
        let looked = attribute(&looked, "a look at an interview")?;
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::open_interview(workspace, posting, &open.interview).attributes()))
            .update_expression("SET #over = :looked")
            .condition_expression("#over.#at = :at")
            .expression_attribute_names("#over", "over")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":looked", looked)
            .expression_attribute_values(":at", number(over.at.0));
        took_place(update.send().await).map(drop)
    }

    /// Nothing more is expected of an interview.
    pub async fn forget_interview(&self, workspace: &WorkspaceId, posting: &PostingId, interview: &InterviewId) -> Result<(), StoreError> {
        self.delete(&key::open_interview(workspace, posting, interview)).await
    }
}
