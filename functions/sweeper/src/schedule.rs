//! The tick: every due row's message goes to its queue, oldest first.

use crate::function::Function;
use domain::Message;
use lambda_runtime::Error;
use std::time::Duration;
use store::due::SHARDS;

/// Rows read of one shard in one tick; what is left comes a minute later.
const PER_SHARD: i32 = 200;
/// A sent row is sent again after this, if nobody took it: a lost message costs no more.
const RESEND: Duration = Duration::from_mins(5);

/// Sends the messages of all due rows. Returns how many.
pub(crate) async fn send_due(function: &Function) -> Result<usize, Error> {
    let now = function.clock.now();
    let mut sent = 0;
    for shard in 0..SHARDS {
        let mut messages: Vec<Message> = Vec::new();
        for due in function.store.due(shard, now, PER_SHARD).await? {
            if function.store.postpone(&due, now.plus(RESEND)).await? {
                messages.push(due.message());
            }
        }
        sent += messages.len();
        if !messages.is_empty() {
            function.queues.send_all(&messages).await?;
        }
    }
    tracing::info!(sent, "due rows announced");
    Ok(sent)
}
