//! Order rows, and the claim that makes an interview one order's and nobody else's.

use crate::application::Application;
use crate::interview::{OpenInterview, poll_of};
use crate::row::{Item, item, number, same_workspace, text};
use crate::sealing::Place;
use crate::{Arm, Store, StoreError, Transaction, key};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::order::{Change, ContactFate, Entry};
use domain::{ConnectionId, InterviewId, JobApplicationId, Moment, Order, OrderId, PostingId, WorkspaceId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who owns an interview: found by an event's interview id, with a consistent read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterviewClaim {
    pub workspace: WorkspaceId,
    pub interview: InterviewId,
    /// `ORDER` and `OWNER` are reserved words of DynamoDB's expressions.
    #[serde(rename = "held_by")]
    pub order: OrderId,
    pub connection: ConnectionId,
    pub application: JobApplicationId,
    /// The interview is no older than this, by a margin: where a poll begins to look for it.
    pub since: Moment,
    /// HeyMilo's interview link, sealed: whoever holds it can answer in the candidate's name.
    sealed_url: String,
}

impl InterviewClaim {
    /// Whether it is the order's application that has the interview, on whichever visit.
    fn is_of(&self, order: &Order) -> bool {
        self.application == order.application && self.connection == order.connection
    }
}

/// Orders that need a person, on a page.
const REVIEWS_A_PAGE: i32 = 50;

/// A page of the orders that need a person.
#[derive(Debug, Clone)]
pub struct Reviews {
    pub orders: Vec<Order>,
    /// Where the next page goes on; none: this is the last.
    pub next: Option<ReviewCursor>,
}

/// The last order of a page. As text it is `<milliseconds>-<order>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewCursor {
    at: Moment,
    order: OrderId,
}

impl fmt::Display for ReviewCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.at.0, self.order)
    }
}

impl ReviewCursor {
    /// Where the index says that a page ends.
    fn of(workspace: &WorkspaceId, last: &Item) -> Option<Self> {
        Some(Self {
            at: Moment(last.get("review_at")?.as_n().ok()?.parse().ok()?),
            order: key::order_of_partition(workspace, last.get("pk")?.as_s().ok()?)?,
        })
    }

    /// Reads what [`fmt::Display`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        let (at, order) = text.split_once('-')?;
        Some(Self {
            at: Moment(at.parse().ok()?),
            order: OrderId::new(order).ok()?,
        })
    }
}

/// What came of binding an interview to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The interview is this order's, which now stands so.
    Bound(Box<Order>),
    /// It belongs to another application's order and is never re-bound.
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
    fn save_order(&mut self, table: &str, order: &Order) -> Result<(), StoreError> {
        let mut row = item(&key::order(&order.workspace, &order.order), &order.clone().stored())?;
        row.insert("recent".into(), text(&format!("W#{}", order.workspace)));
        row.insert("recent_at".into(), number(order.updated_at.0));
        if order.needs_a_person() {
            row.insert("review".into(), text(&format!("W#{}", order.workspace)));
            row.insert("review_at".into(), number(order.updated_at.0));
        }
        if order.version == 0 {
            self.put_item(table, row, Some("attribute_not_exists(pk)"), &[])
        } else {
            self.put_item(table, row, Some("version = :seen"), &[(":seen", number(order.version))])
        }
    }

    /// Everything a change says is to be stored with the order.
    pub(crate) fn change(&mut self, store: &Store, change: &Change) -> Result<(), StoreError> {
        let (table, order) = (&store.table, &change.order);
        self.save_order(table, order)?;
        if let Some(work) = &change.work {
            let arm = Arm {
                work: work.clone(),
                at: order.updated_at,
            };
            self.arm(store, &order.workspace, &arm)?;
        }
        if let Some(entry) = &change.entry {
            self.put(table, &key::history(&order.workspace, &order.order, entry.at, order.version), entry)?;
        }
        self.leave_interview(store, order, &change.interview)?;
        match change.contact {
            ContactFate::Untouched => Ok(()),
            ContactFate::Removed => self.delete_as(table, &key::contact(&order.workspace, &order.order), |delete| delete),
        }
    }
}

/// The order of a row of a list. One that cannot be read is left out and told: it keeps no other from being shown.
fn listed(workspace: &WorkspaceId, row: Item) -> Option<Order> {
    let partition = row.get("pk").and_then(|pk| pk.as_s().ok()).cloned().unwrap_or_default();
    match crate::row::body(row, "an order") {
        Ok(order) => Some(order),
        Err(error) => {
            tell_unreadable(workspace, key::order_of_partition(workspace, &partition).as_ref(), &error);
            None
        }
    }
}

fn tell_unreadable(workspace: &WorkspaceId, order: Option<&OrderId>, error: &StoreError) {
    let order = order.map(OrderId::as_str);
    tracing::warn!(workspace = %workspace, order, error = error as &dyn std::error::Error, "an order cannot be read and is passed over");
}

impl Store {
    /// The order's row, for who goes through many of them: one that cannot be read is passed over and told.
    pub async fn order_if_readable(&self, workspace: &WorkspaceId, order: &OrderId) -> Result<Option<Order>, StoreError> {
        match self.order(workspace, order).await {
            Err(error @ StoreError::Corrupt { .. }) => {
                tell_unreadable(workspace, Some(order), &error);
                Ok(None)
            }
            read => read,
        }
    }

    /// The order's row.
    pub async fn order(&self, workspace: &WorkspaceId, order: &OrderId) -> Result<Option<Order>, StoreError> {
        let found: Option<Order> = self.read(&key::order(workspace, order), "an order").await?;
        if let Some(found) = &found {
            same_workspace(workspace, &found.workspace)?;
        }
        Ok(found)
    }

    /// Stores a change in one transaction: order, due row, history, interview and contact rows, and the application's
    /// lock row where that changes for the same reason. [`StoreError::ConditionFailed`]: one of them is not as it was
    /// read. Returns the order as it now stands.
    pub async fn save_change(&self, change: Change, application: Option<&Application>) -> Result<Order, StoreError> {
        let change = self.leaving_others_alone(change).await?;
        let mut transaction = Transaction::default();
        transaction.change(self, &change)?;
        if let Some(application) = application {
            transaction.save_application(&self.table, application)?;
        }
        self.commit(transaction).await?;
        Ok(change.order.stored())
    }

    /// What happened to an order, oldest first.
    pub async fn history(&self, workspace: &WorkspaceId, order: &OrderId) -> Result<Vec<Entry>, StoreError> {
        self.query(&key::order(workspace, order).pk, "HISTORY#", "an entry of the history")
            .await
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
            let rows = answer.items.unwrap_or_default().into_iter();
            orders.extend(rows.filter_map(|row| listed(workspace, row)));
            start = answer.last_evaluated_key;
            if start.is_none() || i32::try_from(orders.len()).unwrap_or(i32::MAX) >= limit {
                return Ok(orders);
            }
        }
    }

    /// A page of the orders that need a person, latest change first (eventually consistent). The index holds no others, so
    /// that none is out of sight however many orders a workspace has.
    pub async fn reviews(&self, workspace: &WorkspaceId, after: Option<&ReviewCursor>) -> Result<Reviews, StoreError> {
        self.first_reviews(workspace, after, REVIEWS_A_PAGE).await
    }

    /// Whether any order needs a person (eventually consistent).
    pub async fn needs_a_person(&self, workspace: &WorkspaceId) -> Result<bool, StoreError> {
        Ok(!self.first_reviews(workspace, None, 1).await?.orders.is_empty())
    }

    async fn first_reviews(&self, workspace: &WorkspaceId, after: Option<&ReviewCursor>, at_most: i32) -> Result<Reviews, StoreError> {
        let start = after.map(|cursor| {
            let mut start = key::order(workspace, &cursor.order).attributes();
            start.insert("review".into(), text(&format!("W#{workspace}")));
            start.insert("review_at".into(), number(cursor.at.0));
            start
        });
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("review")
            .key_condition_expression("review = :workspace")
            .expression_attribute_values(":workspace", text(&format!("W#{workspace}")))
            .scan_index_forward(false)
            .limit(at_most)
            .set_exclusive_start_key(start)
            .send()
            .await?;
        let rows = answer.items.unwrap_or_default().into_iter();
        Ok(Reviews {
            orders: rows.filter_map(|row| listed(workspace, row)).collect(),
            next: answer.last_evaluated_key.and_then(|last| ReviewCursor::of(workspace, &last)),
        })
    }

    /// Binds an interview to the order that the change is about, and marks it open for the agent's poll, all in one transaction.
    /// Another attempt or visit of the same application takes it over; another application's is [`Binding::Shared`].
    pub async fn bind_interview(&self, change: Change, posting: &PostingId, url: &SecretString) -> Result<Binding, StoreError> {
        let order = &change.order;
        let Some(interview) = order.interview.clone() else {
            return Err(StoreError::Corrupt {
                row: order.order.to_string(),
                expected: "an order with an interview",
                source: None,
            });
        };
        let key = key::interview(&order.workspace, &interview);
        let holder = self.interview(&order.workspace, &interview).await?;
        if holder.as_ref().is_some_and(|holder| !holder.is_of(order)) {
            return Ok(Binding::Shared);
        }
        let since = holder.as_ref().map_or(order.created_at, |holder| holder.since);
        let claim = self.claim_of(order, (&interview, url), since)?;
        let open = OpenInterview {
            interview: interview.clone(),
            order: order.order.clone(),
            since,
            over: None,
        };
        let mut transaction = Transaction::default();
        match &holder {
            None => transaction.put_new(&self.table, &key, &claim)?,
            Some(holder) => {
                let held_by = [(":holder", text(holder.order.as_str()))];
                transaction.put_item(&self.table, item(&key, &claim)?, Some("held_by = :holder"), &held_by)?;
            }
        }
        transaction.put(&self.table, &key::open_interview(&order.workspace, posting, &interview), &open)?;
        let poll = poll_of(order, posting);
        // An agent that was unlinked meanwhile, with nobody left to look for, is polled no more; and a poll that is under way may
        // end so, having looked before this one was there.
        if !transaction.expect_parked(self, &order.workspace, &poll.work).await? {
            transaction.arm(self, &order.workspace, &poll)?;
        }
        transaction.change(self, &change)?;
        self.commit(transaction).await?;
        Ok(Binding::Bound(Box::new(change.order.stored())))
    }

    /// Claims an interview that is over, where it is nobody's: another visit of the application keeps it. `false`: it is
    /// another application's.
    pub async fn claim_if_free(&self, order: &Order, interview: (&InterviewId, &SecretString)) -> Result<bool, StoreError> {
        let claim = self.claim_of(order, interview, order.created_at)?;
        if self.put_new(&key::interview(&order.workspace, interview.0), &claim).await? {
            return Ok(true);
        }
        let holder = self.interview(&order.workspace, interview.0).await?;
        Ok(holder.is_none_or(|holder| holder.is_of(order)))
    }

    fn claim_of(
        &self,
        order: &Order,
        (interview, url): (&InterviewId, &SecretString),
        since: Moment,
    ) -> Result<InterviewClaim, StoreError> {
        Ok(InterviewClaim {
            workspace: order.workspace.clone(),
            interview: interview.clone(),
            order: order.order.clone(),
            connection: order.connection.clone(),
            application: order.application.clone(),
            since,
            sealed_url: self.keyring.seal_text(url_place(&order.workspace, interview), url)?,
        })
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
}
