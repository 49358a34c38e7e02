//! Interviews that a posting's poll looks for: those that may still move, and for a month those that ended.

use crate::error::took_place;
use crate::row::{attribute, body, item, number, text};
use crate::{Arm, Store, StoreError, Transaction, key};
use domain::order::{BoundInterview, Change, InterviewFate};
use domain::{InterviewId, Moment, Order, OrderId, PostingId, Work, WorkspaceId};
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
    /// By the agent's deadline: a later one lets the candidate go on.
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

/// Holds a row of the poll's only where it is the order's, or nobody's.
const OURS: &str = "attribute_not_exists(pk) OR #order = :order";
/// Another application's interview is never taken over.
const SAME_APPLICATION: &str = "#connection = :connection AND #application = :application";

impl Transaction {
    /// What the posting's poll is to do with the order's interview from now on.
    pub(crate) fn leave_interview(&mut self, store: &Store, order: &Order, fate: &InterviewFate) -> Result<(), StoreError> {
        match fate {
            InterviewFate::Untouched => Ok(()),
            InterviewFate::Closed(bound) => {
                let key = key::open_interview(&order.workspace, &bound.posting, &bound.interview);
                self.delete_as(&store.table, &key, |delete| {
                    delete
                        .condition_expression(OURS)
                        .expression_attribute_names("#order", "order")
                        .expression_attribute_values(":order", text(order.order.as_str()))
                })
            }
            InterviewFate::Open(bound) => self.watch(store, order, bound, None),
            InterviewFate::Over(bound) => self.watch(store, order, bound, Some(over(order))),
            InterviewFate::TakenOver(bound) => self.take_over(store, order, bound),
        }
    }

    fn watch(&mut self, store: &Store, order: &Order, bound: &BoundInterview, over: Option<Over>) -> Result<(), StoreError> {
        let row = item(
            &key::open_interview(&order.workspace, &bound.posting, &bound.interview),
            &OpenInterview::of(order, bound, over),
        )?;
        self.put_as(&store.table, row, |put| {
            put.condition_expression(OURS)
                .expression_attribute_names("#order", "order")
                .expression_attribute_values(":order", text(order.order.as_str()))
        })
    }

    /// The claim, the poll's row, and the poll itself, which may have ended with the agent's last link.
    fn take_over(&mut self, store: &Store, order: &Order, bound: &BoundInterview) -> Result<(), StoreError> {
        let claim = key::interview(&order.workspace, &bound.interview);
        self.update_as(&store.table, &claim, |update| {
            update
                .update_expression("SET held_by = :order")
                .condition_expression(SAME_APPLICATION)
                .expression_attribute_names("#connection", "connection")
                .expression_attribute_names("#application", "application")
                .expression_attribute_values(":connection", text(order.connection.as_str()))
                .expression_attribute_values(":application", text(order.application.as_str()))
                .expression_attribute_values(":order", text(order.order.as_str()))
        })?;
        let row = key::open_interview(&order.workspace, &bound.posting, &bound.interview);
        self.put(&store.table, &row, &OpenInterview::of(order, bound, Some(over(order))))?;
        self.arm(store, &order.workspace, &poll_of(order, &bound.posting))
    }
}

/// The agent's poll, now.
pub(crate) fn poll_of(order: &Order, posting: &PostingId) -> Arm {
    Arm {
        work: Work::PollPosting { posting: posting.clone() },
        at: order.updated_at,
    }
}

impl OpenInterview {
    fn of(order: &Order, bound: &BoundInterview, over: Option<Over>) -> Self {
        Self {
            interview: bound.interview.clone(),
            order: order.order.clone(),
            since: order.created_at,
            over,
        }
    }
}

/// It ended as the order says.
fn over(order: &Order) -> Over {
    Over {
        at: order.updated_at,
        expired: order.goes_by_deadline(false),
        last_look: None,
    }
}

impl Store {
    /// The change without what becomes of the poll's row, where that looks for the interview on another visit's behalf.
    pub(crate) async fn leaving_others_alone(&self, change: Change) -> Result<Change, StoreError> {
        let bound = match &change.interview {
            InterviewFate::Untouched | InterviewFate::TakenOver(_) => return Ok(change),
            InterviewFate::Open(bound) | InterviewFate::Over(bound) | InterviewFate::Closed(bound) => bound,
        };
        let key = key::open_interview(&change.order.workspace, &bound.posting, &bound.interview);
        let row: Option<OpenInterview> = self.read(&key, "an open interview").await?;
        Ok(match row {
            Some(row) if row.order != change.order.order => Change {
                interview: InterviewFate::Untouched,
                ..change
            },
            Some(_) | None => change,
        })
    }

    /// The posting's interviews that a poll looks for, and how many there are beside them that cannot be read.
    pub async fn watched_interviews(
        &self,
        workspace: &WorkspaceId,
        posting: &PostingId,
    ) -> Result<(Vec<OpenInterview>, usize), StoreError> {
        let rows = self.items(&format!("W#{workspace}#P#{posting}"), "OPEN#").await?;
        let all = rows.len();
        let read = rows.into_iter().filter_map(|row| match body(row, "an open interview") {
            Ok(open) => Some(open),
            Err(error) => {
                let error: StoreError = error;
                tracing::warn!(workspace = %workspace, posting = %posting, error = &error as &dyn std::error::Error, "an open interview cannot be read and is passed over");
                None
            }
        });
        let read: Vec<OpenInterview> = read.collect();
        let unreadable = all.saturating_sub(read.len());
        Ok((read, unreadable))
    }

    /// The posting's interviews that a poll looks for.
    pub async fn open_interviews(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<Vec<OpenInterview>, StoreError> {
        Ok(self.watched_interviews(workspace, posting).await?.0)
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
