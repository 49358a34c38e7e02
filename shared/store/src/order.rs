//! Order rows, and the claim that makes an interview one order's and nobody else's.

use crate::row::{item, number, same_workspace, text};
use crate::sealing::Place;
use crate::{Arm, Store, StoreError, Transaction, key};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{InterviewId, Moment, Order, OrderId, PostingId, WorkspaceId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// Who owns an interview: found by an event's interview id, with a consistent read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterviewClaim {
    pub workspace: WorkspaceId,
    pub interview: InterviewId,
    pub order: OrderId,
    /// HeyMilo's interview link, sealed: whoever holds it can answer in the candidate's name.
    sealed_url: String,
}

/// An interview that may still move: what a poll of the posting looks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInterview {
    pub interview: InterviewId,
    pub order: OrderId,
    pub since: Moment,
}

/// What came of binding an interview to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The interview is this order's (now, or since an earlier try).
    Bound,
    /// It belongs to another order and is never re-bound.
    Shared,
}

fn url_place<'a>(workspace: &'a WorkspaceId, interview: &'a InterviewId) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: interview.as_str(),
        kind: "interview_url",
        version: 1,
    }
}

impl Transaction {
    /// Writes an order if its row is as it was read; bumps its version.
    pub(crate) fn save_order(&mut self, table: &str, order: &Order) -> Result<(), StoreError> {
        let next = Order {
            version: order.version + 1,
            ..order.clone()
        };
        let mut row = item(&key::order(&order.workspace, &order.order), &next)?;
        row.insert("recent".into(), text(&format!("W#{}", order.workspace)));
        row.insert("recent_at".into(), number(order.updated_at.0));
        if order.version == 0 {
            self.put_item(table, row, Some("attribute_not_exists(pk)"), &[])
        } else {
            self.put_item(table, row, Some("version = :seen"), &[(":seen", number(order.version))])
        }
    }
}

impl Store {
    /// The order's row.
    pub async fn order(&self, workspace: &WorkspaceId, order: &OrderId) -> Result<Option<Order>, StoreError> {
        let found: Option<Order> = self.read(&key::order(workspace, order), "an order").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// Saves a changed order with the work that follows; refuses if the row changed since it was read. Returns the
    /// order as it now stands.
    pub async fn save_order(&self, order: Order, arms: &[Arm]) -> Result<Order, StoreError> {
        let mut transaction = Transaction::default();
        transaction.save_order(&self.table, &order)?;
        for arm in arms {
            transaction.arm(self, &order.workspace, arm)?;
        }
        self.commit(transaction).await?;
        Ok(Order {
            version: order.version + 1,
            ..order
        })
    }

    /// Up to `limit` orders of a workspace, latest change first (eventually consistent).
    pub async fn recent_orders(&self, workspace: &WorkspaceId, limit: i32) -> Result<Vec<Order>, StoreError> {
        let mut orders = Vec::new();
        let mut start = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .index_name("recent")
                .key_condition_expression("recent = :workspace")
                .expression_attribute_values(":workspace", AttributeValue::S(format!("W#{workspace}")))
                .scan_index_forward(false)
                .limit(limit)
                .set_exclusive_start_key(start)
                .send()
                .await?;
            for item in answer.items.unwrap_or_default() {
                orders.push(crate::row::body(item, "an order")?);
            }
            start = answer.last_evaluated_key;
            if start.is_none() || i32::try_from(orders.len()).unwrap_or(i32::MAX) >= limit {
                return Ok(orders);
            }
        }
    }

    /// Binds an interview to an order, once and for all, and marks it open for polling.
    pub async fn bind_interview(
        &self,
        order: &Order,
        posting: &PostingId,
        interview: &InterviewId,
        interview_url: &SecretString,
        now: Moment,
    ) -> Result<Binding, StoreError> {
        if let Some(claim) = self.interview(&order.workspace, interview).await? {
            return Ok(if claim.order == order.order {
                Binding::Bound
            } else {
                Binding::Shared
            });
        }
        let claim = InterviewClaim {
            workspace: order.workspace.clone(),
            interview: interview.clone(),
            order: order.order.clone(),
            sealed_url: self.keyring.seal_text(url_place(&order.workspace, interview), interview_url)?,
        };
        let open = OpenInterview {
            interview: interview.clone(),
            order: order.order.clone(),
            since: now,
        };
        let mut transaction = Transaction::default();
        transaction.put_new(&self.table, &key::interview(&order.workspace, interview), &claim)?;
        transaction.put(&self.table, &key::open_interview(&order.workspace, posting, interview), &open)?;
        match self.commit(transaction).await {
            Ok(()) => Ok(Binding::Bound),
            Err(StoreError::ConditionFailed) => match self.interview(&order.workspace, interview).await? {
                Some(claim) if claim.order == order.order => Ok(Binding::Bound),
                Some(_) => Ok(Binding::Shared),
                None => Err(StoreError::ConditionFailed),
            },
            Err(error) => Err(error),
        }
    }

    /// Who owns an interview.
    pub async fn interview(&self, workspace: &WorkspaceId, interview: &InterviewId) -> Result<Option<InterviewClaim>, StoreError> {
        let found: Option<InterviewClaim> = self.read(&key::interview(workspace, interview), "an interview claim").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// HeyMilo's interview link of a claim.
    pub fn interview_url(&self, claim: &InterviewClaim) -> Result<SecretString, StoreError> {
        self.keyring
            .open_text(url_place(&claim.workspace, &claim.interview), &claim.sealed_url)
    }

    /// The interviews of a posting that may still move.
    pub async fn open_interviews(&self, workspace: &WorkspaceId, posting: &PostingId) -> Result<Vec<OpenInterview>, StoreError> {
        self.query(&format!("W#{workspace}#P#{posting}"), "OPEN#", "an open interview")
            .await
    }

    /// The interview needs no more polling.
    pub async fn close_interview(&self, workspace: &WorkspaceId, posting: &PostingId, interview: &InterviewId) -> Result<(), StoreError> {
        self.delete(&key::open_interview(workspace, posting, interview)).await
    }
}
