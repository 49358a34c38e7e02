//! The tick: every due row's message goes to its queue. Each workspace and queue gets a share of a tick, oldest rows first;
//! what is left of a workspace goes on beside the ticks, as work of its own. What goes wrong with a row, a shard or a queue is
//! that one's: the others are announced.

use crate::function::Function;
use domain::{Message, Moment, Work, WorkspaceId};
use futures::StreamExt;
use futures::stream;
use lambda_kit::telemetry::chain;
use lambda_runtime::Error;
use std::collections::BTreeSet;
use std::time::Duration;
use store::announcing::{Announcement, Lanes, SHARDS};
use store::due::{Arm, Next};
use store::{Store, StoreError};
use work::Trouble;

/// Rows announced of one workspace and queue before it is the next one's turn.
const SHARE: u16 = 100;
/// Shards read at the same time.
const SHARDS_AT_ONCE: usize = 4;
/// Rows noted at the same time in each of them.
const WRITES_AT_ONCE: usize = 16;
/// Messages gathered before they are sent.
const SENT_TOGETHER: usize = 100;
/// The rest of one workspace is announced for so long at a time; then it is another's turn, and the next tick sees what is left.
const LONGEST_REST: Duration = Duration::from_secs(50);

/// What was announced.
#[derive(Debug, Default)]
struct Announced {
    /// Messages meant for the queues: what a queue does not take comes again a minute later.
    sent: usize,
    /// Rows whose work this release does not know.
    unknown: usize,
    /// The workspaces that have more than their share.
    left: BTreeSet<WorkspaceId>,
    /// Why reading ended before the end.
    failed: Option<StoreError>,
}

/// Sends the messages of due rows, a share of each workspace and queue. Returns how many. The error is a shard's, where none
/// could be read.
pub(crate) async fn send_due(function: &Function) -> Result<usize, Error> {
    let shards = stream::iter(0..SHARDS).map(|shard| announce(function, Lanes::of_shard(shard)));
    let shards: Vec<Announced> = shards.buffer_unordered(SHARDS_AT_ONCE).collect().await;
    let is_blind = shards.iter().all(|shard| shard.failed.is_some());
    let mut all = Announced::default();
    for shard in shards {
        all.sent += shard.sent;
        all.unknown += shard.unknown;
        all.left.extend(shard.left);
        all.failed = all.failed.or(shard.failed);
    }
    tracing::info!(sent = all.sent, unknown = all.unknown, left = all.left.len(), "due rows announced");
    for workspace in &all.left {
        leave(function, workspace).await;
    }
    match all.failed {
        Some(error) if is_blind => Err(error.into()),
        Some(_) | None => Ok(all.sent),
    }
}

/// Leaves the rest of a workspace's rows to a worker: one at a time, since it is work under a due row as well.
async fn leave(function: &Function, workspace: &WorkspaceId) {
    let arm = Arm {
        work: Work::AnnounceRest,
        at: function.clock.now(),
    };
    match function.store.arm(workspace, &arm).await {
        Ok(()) => function.queues.announce(workspace, arm.work).await,
        Err(error) => tracing::error!(workspace = %workspace, error = chain(&error), "the rest of a workspace waits for the next tick"),
    }
}

/// Announces what a tick left of a workspace's due rows, in turns of its queues.
pub(crate) async fn announce_rest(function: &Function, workspace: &WorkspaceId) -> Result<Next, Trouble> {
    let began = function.clock.now();
    let mut sent = 0;
    loop {
        let turn = announce(function, Lanes::of_workspace(workspace)).await;
        sent += turn.sent;
        if let Some(error) = turn.failed {
            return Err(error.into());
        }
        let is_stuck = turn.sent + turn.unknown == 0;
        if turn.left.is_empty() || is_stuck || function.clock.now().since(began) > LONGEST_REST {
            tracing::info!(workspace = %workspace, sent, "the rest of a workspace's due rows announced");
            return Ok(Next::Finished("rest_announced"));
        }
    }
}

/// Announces a share of each lane.
async fn announce(function: &Function, mut lanes: Lanes) -> Announced {
    let now = function.clock.now();
    let mut announced = Announced::default();
    let mut messages = Vec::new();
    loop {
        match function.store.next_lane(&mut lanes, now, SHARE).await {
            Ok(Some(lane)) => {
                announced.left.extend(lane.left);
                let noted: Vec<Noted> = stream::iter(lane.rows)
                    .map(|row| note(&function.store, row, now))
                    .buffer_unordered(WRITES_AT_ONCE)
                    .collect()
                    .await;
                for row in noted {
                    match row {
                        Noted::ToSend(message) => messages.push(message),
                        Noted::Unknown => announced.unknown += 1,
                        Noted::NotOurs => {}
                    }
                }
            }
            Ok(None) => break,
            Err(error) => {
                tracing::error!(error = chain(&error), "rows that could not be read are announced a minute later");
                announced.failed = Some(error);
                break;
            }
        }
        if messages.len() >= SENT_TOGETHER {
            announced.sent += send(function, std::mem::take(&mut messages)).await;
        }
    }
    announced.sent += send(function, messages).await;
    announced
}

/// What came of noting that a row is announced.
enum Noted {
    ToSend(Message),
    /// This release cannot do the work: the row is set aside.
    Unknown,
    /// Somebody else was first, or the table failed.
    NotOurs,
}

async fn note(store: &Store, row: Announcement, now: Moment) -> Noted {
    let message = row.message.clone();
    match (store.note_announced(&row, now).await, message) {
        (Ok(true), Some(message)) => Noted::ToSend(message),
        (Ok(true), None) => {
            tracing::warn!(
                row = row.name(),
                outcome = "unknown_work",
                "work that this release does not know is set aside"
            );
            Noted::Unknown
        }
        (Ok(false), _) => Noted::NotOurs,
        (Err(error), _) => {
            tracing::error!(row = row.name(), error = chain(&error), "a row is announced a minute later");
            Noted::NotOurs
        }
    }
}

async fn send(function: &Function, messages: Vec<Message>) -> usize {
    if let Err(error) = function.queues.send_all(&messages).await {
        tracing::error!(error = chain(&error), "rows of this tick are announced again");
    }
    messages.len()
}
