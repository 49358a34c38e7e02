//! Due rows: the outbox and the only timer in the system.
//!
//! A row says "this work is due at this moment". It is written in the transaction of the state change that causes
//! the work; the queue message sent afterwards only saves the wait for the sweep. A worker takes the row, works, and
//! finishes or parks it; a worker that dies leaves a row that becomes due again.
//!
//! `due_at` says when the work may be done and is checked when it is taken: a stray, doubled or redriven message never
//! does parked work early. `announce_place` says when its message is sent (again), within the rows of its workspace and queue:
//! see [`crate::announcing`].

use crate::error::took_place;
use crate::key::{self, Key};
use crate::row::{attribute, number, same_workspace, text};
use crate::{Store, StoreError, Transaction};
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::{Message, Moment, Work, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::time::Duration;

/// Functions' clocks differ by this much on an ordinary day: a message that is so early is not turned away.
const EARLY: Duration = Duration::from_secs(2);
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
    announce_place: String,
    #[serde(rename = "due_shard")]
    shard: String,
    /// Changes with every arming: whoever finishes an older one deletes nothing.
    generation: String,
    /// A worker is on it until then.
    #[serde(default)]
    taken_until: Option<Moment>,
}

impl Due {
    /// When somebody can take it: its moment, or the end of the lease of whoever is on it.
    pub fn free_at(&self) -> Moment {
        self.taken_until.map_or(self.due_at, |until| until.max(self.due_at))
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
struct Taken<'a> {
    message: &'a Message,
    key: Key,
    /// What is to be done: the row's, which may say more than the message of an earlier arming.
    work: Work,
    generation: String,
}

fn row(store: &Store, workspace: &WorkspaceId, arm: &Arm) -> Result<(Key, Due), StoreError> {
    let due = Due {
        workspace: workspace.clone(),
        work: arm.work.clone(),
        due_at: arm.at,
        announce_place: key::due_place(workspace, &arm.work, arm.at),
        shard: key::due_shard_of(workspace),
        generation: store.generation()?,
        taken_until: None,
    };
    Ok((key::due(workspace, &arm.work), due))
}

/// Arming keeps the row's `taken_until`: a worker under way finishes first, sees the new generation and goes round
/// again, so two workers never bring the same order forward at once.
const ARM: &str = "SET workspace = :workspace, due_work = :work, due_at = :at, announce_place = :place, due_shard = :shard, \
                   generation = :generation REMOVE announced";

/// Nobody announces it while a worker is on it; a worker that dies leaves it to be announced when the lease ends.
const TAKE: &str = "SET taken_until = :until, announce_place = :place REMOVE announced";

fn arm_values(due: &Due) -> Result<[(&'static str, AttributeValue); 6], StoreError> {
    let work = attribute(&due.work, "work")?;
    Ok([
        (":workspace", text(due.workspace.as_str())),
        (":work", work),
        (":at", number(due.due_at.0)),
        (":place", text(&due.announce_place)),
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

    /// Holds the other changes only while the work is parked, with nobody on it, as it is now. `false`: it is not, and they
    /// are held by nothing.
    pub(crate) async fn expect_parked(&mut self, store: &Store, workspace: &WorkspaceId, work: &Work) -> Result<bool, StoreError> {
        let key = key::due(workspace, work);
        let due: Option<Due> = store.read(&key, "a due row").await?;
        let Some(due) = due.filter(|due| due.taken_until.is_none()) else {
            return Ok(false);
        };
        self.expect(&store.table, &key, |check| {
            check
                .condition_expression(
                    "generation = :generation AND (attribute_not_exists(taken_until) OR attribute_type(taken_until, :null))",
                )
                .expression_attribute_values(":generation", text(&due.generation))
                .expression_attribute_values(":null", text("NULL"))
        })?;
        Ok(true)
    }
}

impl Store {
    /// Arms a due row by itself, where no other row changes.
    pub async fn arm(&self, workspace: &WorkspaceId, arm: &Arm) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        transaction.arm(self, workspace, arm)?;
        self.commit(transaction).await
    }

    /// Does the work of a message under its due row, as the row says it: taken first, finished or parked after. When there is nothing to
    /// do, or another worker is on it, the message is a leftover and `work` never starts. When the row was armed anew
    /// meanwhile, the work is done again at once. When `work` fails, or dies with its process, the row becomes due
    /// again after `lease`.
    pub async fn work_on<E, F>(
        &self,
        message: &Message,
        clock: impl Fn() -> Moment,
        lease: Duration,
        work: impl Fn(Work) -> F,
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
            let (settled, outcome) = match work(taken.work.clone()).await? {
                Next::Finished(outcome) => (self.finish(&taken).await?, outcome),
                Next::Park(at, outcome) => (self.park(&taken, at).await?, outcome),
            };
            if settled {
                return Ok(outcome);
            }
            let now = clock();
            let Some(again) = self.retake(&taken, now, now.plus(lease)).await? else {
                self.give_back(&taken).await?;
                return Ok(outcome);
            };
            taken = again;
        }
        self.park(&taken, clock()).await?;
        Ok("armed_again_and_again")
    }

    /// Takes due work until `until`. `None`: there is nothing to do, or another worker is on it.
    async fn take<'a>(&self, message: &'a Message, now: Moment, until: Moment) -> Result<Option<Taken<'a>>, StoreError> {
        let free = "due_at <= :soon AND (attribute_not_exists(taken_until) OR attribute_type(taken_until, :null) OR taken_until <= :now)";
        let taking = self
            .taking(message, now, until, free)
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":null", text("NULL"));
        taken(message, taking).await
    }

    /// Keeps a row that was armed anew while its work was done. `None`: it is gone, or armed for later.
    async fn retake<'a>(&self, before: &Taken<'a>, now: Moment, until: Moment) -> Result<Option<Taken<'a>>, StoreError> {
        taken(before.message, self.taking(before.message, now, until, "due_at <= :soon")).await
    }

    fn taking(&self, message: &Message, now: Moment, until: Moment, condition: &str) -> UpdateItemFluentBuilder {
        let Message { workspace, work, .. } = message;
        self.update_due(&key::due(workspace, work), TAKE, condition)
            .expression_attribute_values(":until", number(until.0))
            .expression_attribute_values(":place", text(&key::due_place(workspace, work, until)))
            .expression_attribute_values(":soon", number(now.plus(EARLY).0))
            .return_values(ReturnValue::AllNew)
    }

    fn update_due(&self, key: &Key, update: &str, condition: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .condition_expression(condition)
    }

    /// Leaves a row that was armed for later to whoever takes it then: the arming placed it in the index. Nothing is to do
    /// where it is gone.
    async fn give_back(&self, taken: &Taken<'_>) -> Result<(), StoreError> {
        let update = "REMOVE taken_until";
        let given = self.update_due(&taken.key, update, "attribute_exists(pk)").send().await;
        took_place(given).map(drop)
    }

    /// The work is done: removes the row. `false`: it was armed anew meanwhile.
    async fn finish(&self, taken: &Taken<'_>) -> Result<bool, StoreError> {
        let removed = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(taken.key.attributes()))
            .condition_expression("generation = :generation")
            .expression_attribute_values(":generation", text(&taken.generation))
            .send()
            .await;
        took_place(removed)
    }

    /// The work waits until `at`: burns no receive count and knows no limit of any queue. `false`: armed anew.
    async fn park(&self, taken: &Taken<'_>, at: Moment) -> Result<bool, StoreError> {
        let update = "SET due_at = :at, announce_place = :place REMOVE taken_until, announced";
        let parked = self
            .update_due(&taken.key, update, "generation = :generation")
            .expression_attribute_values(":at", number(at.0))
            .expression_attribute_values(":place", text(&key::due_place(&taken.message.workspace, &taken.message.work, at)))
            .expression_attribute_values(":generation", text(&taken.generation))
            .send()
            .await;
        took_place(parked)
    }

    /// All due rows of a workspace that this release can read: for what is released, for status pages and tests.
    pub async fn due_rows(&self, workspace: &WorkspaceId) -> Result<Vec<Due>, StoreError> {
        let rows = self.items(&key::workspace(workspace).pk, "DUE#").await?;
        Ok(rows.into_iter().filter_map(|row| crate::row::body(row, "a due row").ok()).collect())
    }
}

/// The row as it was taken. `None`: its condition did not hold.
async fn taken(message: &Message, taking: UpdateItemFluentBuilder) -> Result<Option<Taken<'_>>, StoreError> {
    let answer = match taking.send().await.map_err(StoreError::from) {
        Ok(answer) => answer,
        Err(StoreError::ConditionFailed) => return Ok(None),
        Err(error) => return Err(error),
    };
    let due: Due = crate::row::body(answer.attributes.unwrap_or_default(), "a due row")?;
    same_workspace(&message.workspace, &due.workspace)?;
    Ok(Some(Taken {
        message,
        key: key::due(&message.workspace, &message.work),
        work: due.work,
        generation: due.generation,
    }))
}
