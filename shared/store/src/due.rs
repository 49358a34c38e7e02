//! Due rows: the outbox and the only timer in the system.
//!
//! A row says "this work is due at this moment". It is written in the transaction of the state change that causes
//! the work; the queue message sent afterwards only saves the wait for the sweep. A worker takes the row, works, and
//! finishes or parks it; a worker that dies leaves a row that becomes due again.

use crate::key::{self, Key};
use crate::row::{number, same_workspace, text};
use crate::{Store, StoreError, Transaction};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::{Message, Moment, Work, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::time::Duration;

/// Shards of the due index: enough that no partition is hot, few enough to read each minute.
pub const SHARDS: u8 = 16;
/// How often one worker does work that is armed anew while it works.
const ROUNDS: u32 = 4;

/// Work to be done at a moment, to be written with a state change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    pub work: Work,
    pub at: Moment,
}

/// A due row as it stands in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub workspace: WorkspaceId,
    /// `WORK` is a reserved word of DynamoDB's expressions.
    #[serde(rename = "due_work")]
    pub work: Work,
    pub due_at: Moment,
    #[serde(rename = "due_shard")]
    shard: String,
    /// Changes with every arming: whoever finishes an older one deletes nothing.
    generation: String,
    /// A worker is on it until then.
    #[serde(default)]
    taken_until: Option<Moment>,
}

impl Due {
    /// The queue message that announces this row.
    pub fn message(&self) -> Message {
        Message::new(self.workspace.clone(), self.work.clone())
    }
}

/// What becomes of a due row after its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Done: the row goes. The word is for the log.
    Finished(&'static str),
    /// Not now: due again at that moment.
    Park(Moment, &'static str),
}

/// Proof that this worker took the due row.
#[derive(Debug, Clone)]
#[must_use = "a taken row must be finished or parked"]
struct Taken {
    key: Key,
    generation: String,
}

fn shard(workspace: &WorkspaceId, work: &Work) -> String {
    let hash = format!("{workspace}{}", work.key())
        .bytes()
        .fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    shard_name(u8::try_from(hash % u32::from(SHARDS)).unwrap_or(0))
}

fn shard_name(shard: u8) -> String {
    format!("DUE#{shard}")
}

fn row(store: &Store, workspace: &WorkspaceId, arm: &Arm) -> Result<(Key, Due), StoreError> {
    let due = Due {
        workspace: workspace.clone(),
        work: arm.work.clone(),
        due_at: arm.at,
        shard: shard(workspace, &arm.work),
        generation: store.generation()?,
        taken_until: None,
    };
    Ok((key::due(workspace, &arm.work), due))
}

/// Arming keeps the row's `taken_until`: a worker under way finishes first, sees the new generation and goes round
/// again, so two workers never bring the same order forward at once.
const ARM: &str = "SET workspace = :workspace, due_work = :work, due_at = :at, due_shard = :shard, generation = :generation";

fn arm_values(due: &Due) -> Result<[(&'static str, AttributeValue); 5], StoreError> {
    let work = serde_dynamo::to_attribute_value(&due.work).map_err(|error| StoreError::corrupt("DUE", "work", error))?;
    Ok([
        (":workspace", text(due.workspace.as_str())),
        (":work", work),
        (":at", number(due.due_at.0)),
        (":shard", text(&due.shard)),
        (":generation", text(&due.generation)),
    ])
}

impl Transaction {
    /// Arms a due row with the other changes; replaces an older arming of the same work.
    pub(crate) fn arm(&mut self, store: &Store, workspace: &WorkspaceId, arm: &Arm) -> Result<(), StoreError> {
        let (key, due) = row(store, workspace, arm)?;
        self.update(&store.table, &key, ARM, &arm_values(&due)?)
    }
}

impl Store {
    /// Arms a due row by itself, where no other row changes.
    pub async fn arm(&self, workspace: &WorkspaceId, arm: &Arm) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.arm(self, workspace, arm)?;
        self.commit(transaction).await
    }

    /// Does the work of a message under its due row: taken first, finished or parked after. When there is nothing to
    /// do, or another worker is on it, the message is a leftover and `work` never starts. When the row was armed anew
    /// meanwhile, the work is done again at once. When `work` fails, or dies with its process, the row becomes due
    /// again after `lease`.
    pub async fn work_on<E, F>(
        &self,
        message: &Message,
        clock: impl Fn() -> Moment,
        lease: Duration,
        work: impl Fn() -> F,
    ) -> Result<&'static str, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<Next, E>>,
    {
        let now = clock();
        let Some(mut taken) = self.take(message, now, now.plus(lease)).await? else {
            return Ok("nothing_due");
        };
        for _ in 0..ROUNDS {
            let (settled, outcome) = match work().await? {
                Next::Finished(outcome) => (self.finish(&taken).await?, outcome),
                Next::Park(at, outcome) => (self.park(&taken, at).await?, outcome),
            };
            if settled {
                return Ok(outcome);
            }
            let Some(again) = self.retake(&taken, clock().plus(lease)).await? else {
                return Ok(outcome);
            };
            taken = again;
        }
        self.park(&taken, clock()).await?;
        Ok("armed_again_and_again")
    }

    /// Takes due work until `until`. `None`: there is nothing to do, or another worker is on it.
    async fn take(&self, message: &Message, now: Moment, until: Moment) -> Result<Option<Taken>, StoreError> {
        let key = key::due(&message.workspace, &message.work);
        let taken = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression("SET taken_until = :until, due_at = :until")
            .condition_expression(
                "attribute_exists(pk) AND (attribute_not_exists(taken_until) OR attribute_type(taken_until, :null) OR taken_until <= :now)",
            )
            .expression_attribute_values(":until", number(until.0))
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":null", text("NULL"))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match taken.map_err(StoreError::from) {
            Ok(answer) => {
                let due: Due = crate::row::body(answer.attributes.unwrap_or_default(), "a due row")?;
                same_workspace(&message.workspace, &due.workspace)?;
                Ok(Some(Taken {
                    key,
                    generation: due.generation,
                }))
            }
            Err(StoreError::ConditionFailed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps a row that was armed anew while its work was done. `None`: the row is gone.
    async fn retake(&self, taken: &Taken, until: Moment) -> Result<Option<Taken>, StoreError> {
        let kept = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(taken.key.attributes()))
            .update_expression("SET taken_until = :until, due_at = :until")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":until", number(until.0))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match kept.map_err(StoreError::from) {
            Ok(answer) => {
                let due: Due = crate::row::body(answer.attributes.unwrap_or_default(), "a due row")?;
                Ok(Some(Taken {
                    key: taken.key.clone(),
                    generation: due.generation,
                }))
            }
            Err(StoreError::ConditionFailed) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The work is done: removes the row. `false`: it was armed anew meanwhile.
    async fn finish(&self, taken: &Taken) -> Result<bool, StoreError> {
        let removed = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(taken.key.attributes()))
            .condition_expression("generation = :generation")
            .expression_attribute_values(":generation", text(&taken.generation))
            .send()
            .await;
        unless_armed_anew(removed.map_err(StoreError::from).map(|_| ()))
    }

    /// The work waits until `at`: burns no receive count and knows no limit of any queue. `false`: armed anew.
    async fn park(&self, taken: &Taken, at: Moment) -> Result<bool, StoreError> {
        let parked = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(taken.key.attributes()))
            .update_expression("SET due_at = :at REMOVE taken_until")
            .condition_expression("generation = :generation")
            .expression_attribute_values(":at", number(at.0))
            .expression_attribute_values(":generation", text(&taken.generation))
            .send()
            .await;
        unless_armed_anew(parked.map_err(StoreError::from).map(|_| ()))
    }

    /// Up to `limit` rows of one shard that are due, oldest first. The index is eventually consistent, which costs a
    /// minute at worst.
    pub async fn due(&self, shard: u8, now: Moment, limit: i32) -> Result<Vec<Due>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND due_at <= :now")
            .expression_attribute_values(":shard", text(&shard_name(shard)))
            .expression_attribute_values(":now", number(now.0))
            .limit(limit)
            .send()
            .await?;
        answer
            .items
            .unwrap_or_default()
            .into_iter()
            .map(|item| crate::row::body(item, "a due row"))
            .collect()
    }

    /// Moves a due row on before its message is sent, so that the next sweep does not send it again at once.
    /// `false` when another sweep, an arming or a worker was first.
    pub async fn postpone(&self, due: &Due, until: Moment) -> Result<bool, StoreError> {
        let postponed = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::due(&due.workspace, &due.work).attributes()))
            .update_expression("SET due_at = :until")
            .condition_expression("due_at = :seen AND generation = :generation")
            .expression_attribute_values(":until", number(until.0))
            .expression_attribute_values(":seen", number(due.due_at.0))
            .expression_attribute_values(":generation", AttributeValue::S(due.generation.clone()))
            .send()
            .await;
        match postponed.map_err(StoreError::from) {
            Ok(_) => Ok(true),
            Err(StoreError::ConditionFailed) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// All due rows of a workspace: for what is released, for status pages and tests.
    pub async fn due_rows(&self, workspace: &WorkspaceId) -> Result<Vec<Due>, StoreError> {
        self.query(&key::workspace(workspace).pk, "DUE#", "a due row").await
    }
}

fn unless_armed_anew(result: Result<(), StoreError>) -> Result<bool, StoreError> {
    match result {
        Ok(()) => Ok(true),
        Err(StoreError::ConditionFailed) => Ok(false),
        Err(error) => Err(error),
    }
}
