//! The tick: every due row's message goes to its queue, oldest first. What goes wrong with a row, a shard or a queue is that
//! one's: the others are announced.

use crate::function::Function;
use domain::{Message, Moment};
use lambda_kit::telemetry::chain;
use lambda_runtime::Error;
use store::StoreError;
use store::due::{Announcement, SHARDS};

/// Rows read of one shard in one tick; what is left comes a minute later.
const PER_SHARD: i32 = 200;

/// Sends the messages of all due rows. Returns how many. The error is the last shard's, where none could be read.
pub(crate) async fn send_due(function: &Function) -> Result<usize, Error> {
    let now = function.clock.now();
    let (mut sent, mut read, mut failed) = (0, 0, None);
    for shard in 0..SHARDS {
        match function.store.to_announce(shard, now, PER_SHARD).await {
            Ok(due) => {
                read += 1;
                sent += announce(function, &due, now).await;
            }
            Err(error) => {
                tracing::error!(shard, error = chain(&error), "a shard's rows are announced a minute later");
                failed = Some(error);
            }
        }
    }
    tracing::info!(sent, "due rows announced");
    match failed {
        Some(error) if read == 0 => Err(error.into()),
        Some(_) | None => Ok(sent),
    }
}

/// Announces rows. Returns how many messages were meant for the queues: what a queue does not take comes a minute later.
async fn announce(function: &Function, due: &[Announcement], now: Moment) -> usize {
    let mut messages: Vec<Message> = Vec::new();
    for announcement in due {
        match noted(function, announcement, now).await {
            Ok(message) => messages.extend(message),
            Err(error) => tracing::error!(
                row = announcement.name(),
                error = chain(&error),
                "a row is announced a minute later"
            ),
        }
    }
    if let Err(error) = function.queues.send_all(&messages).await {
        tracing::error!(error = chain(&error), "rows of this tick are announced again");
    }
    messages.len()
}

/// The message to send, once it is noted. `None`: somebody else was first, or this release cannot do the work.
async fn noted(function: &Function, announcement: &Announcement, now: Moment) -> Result<Option<Message>, StoreError> {
    if !function.store.note_announced(announcement, now).await? {
        return Ok(None);
    }
    if announcement.message.is_none() {
        tracing::warn!(
            row = announcement.name(),
            outcome = "unknown_work",
            "work that this release does not know is set aside"
        );
    }
    Ok(announcement.message.clone())
}
