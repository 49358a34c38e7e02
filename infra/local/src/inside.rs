//! What runs: the pollers, what is left for them to do, and how its end is waited for.

use crate::functions::Functions;
use crate::hazards::Mishaps;
use crate::mapping::Poller;
use crate::overview::Overview;
use admin::Admin;
use lambda_kit::Clock;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::Store;
use testkit::EmbeddedAws;
use testkit::template::Queue;

/// How soon `drain` looks, and how soon it does when it has waited for long.
const LOOK: Duration = Duration::from_millis(20);
const LOOK_AFTER_LONG: Duration = Duration::from_millis(160);

/// What is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Messages not deleted and not in a dead-letter queue: waiting, hidden, or being worked on.
    pub messages: usize,
    /// Messages in dead-letter queues.
    pub dead: usize,
    /// Invocations that run now.
    pub running: usize,
}

/// What the tasks on the product's runtime share.
#[derive(Debug, Clone)]
pub(crate) struct Inside {
    pub(crate) clock: Clock,
    /// Received messages are shown again by the pollers, not by the queues.
    pub(crate) keeps_visibility: bool,
    /// Instead of the queues' declared visibility.
    pub(crate) visibility: Option<Duration>,
    pub(crate) aws: EmbeddedAws,
    pub(crate) queues: Arc<Vec<(Queue, String)>>,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) functions: Arc<Functions>,
    pub(crate) running: Arc<AtomicUsize>,
    pub(crate) overview: Overview,
    pub(crate) mishaps: Mishaps,
}

impl Inside {
    /// The table that the functions share.
    pub(crate) fn store(&self) -> &Store {
        &self.functions.store
    }

    /// The administrator's hands, for addresses and keys.
    pub(crate) fn admin(&self) -> &Admin {
        &self.functions.admin
    }

    /// Starts every event source mapping.
    pub(crate) fn poll(&self) {
        for function in &self.functions.declared {
            for mapping in &function.mappings {
                let Some((queue, url)) = self.queues.iter().find(|(declared, _)| declared.id == mapping.queue) else {
                    continue;
                };
                let poller = Poller {
                    client: self.sqs.clone(),
                    queue_url: url.clone(),
                    mapping: Arc::new(mapping.clone()),
                    function: Arc::new(function.clone()),
                    functions: Arc::clone(&self.functions),
                    running: Arc::clone(&self.running),
                    clock: self.clock.clone(),
                    mishaps: self.mishaps.clone(),
                    aws: self.aws.clone(),
                    arrivals: self.aws.arrivals(&queue.id),
                    visibility: self.keeps_visibility.then(|| self.visibility.unwrap_or(queue.visibility)),
                };
                tokio::spawn(poller.run());
            }
        }
    }

    /// Brings a message to a queue, by its logical id.
    pub(crate) async fn bring(&self, queue: &str, body: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        let found = self.queues.iter().find(|(declared, _)| declared.id == queue);
        let (_, url) = found.ok_or_else(|| format!("there is no queue {queue}"))?;
        self.sqs.send_message().queue_url(url).message_body(body).send().await?;
        Ok(())
    }

    /// What is left to do.
    pub(crate) async fn backlog(&self) -> Result<Backlog, Box<dyn Error + Send + Sync>> {
        use aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages as Waiting;
        let (mut sent, mut dead) = (0, 0);
        for (queue, url) in self.queues.iter() {
            if queue.redrive.is_some() {
                sent += self.aws.backlog(&queue.id);
                continue;
            }
            let asked = self
                .sqs
                .get_queue_attributes()
                .queue_url(url)
                .attribute_names(Waiting)
                .send()
                .await?;
            let waiting = asked.attributes.as_ref().and_then(|attributes| attributes.get(&Waiting));
            dead += waiting.and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
        }
        Ok(Backlog {
            messages: sent.saturating_sub(dead),
            dead,
            running: self.running.load(Ordering::SeqCst),
        })
    }

    /// Waits until no message is left outside the dead-letter queues and nothing runs. The error is what was left.
    pub(crate) async fn drain(&self, patience: Duration) -> Result<Backlog, Box<dyn Error + Send + Sync>> {
        let ends_at = self.clock.now().plus(patience);
        let mut wait = LOOK;
        loop {
            // A message is deleted only after its invocation ended, so nothing left means nothing runs for it.
            let left = self.backlog().await?;
            if left.messages == 0 && left.running == 0 {
                return Ok(left);
            }
            if self.clock.now() > ends_at {
                return Err(format!("still to do after {patience:?}: {left:?}").into());
            }
            self.clock.sleep(wait).await;
            wait = (wait * 2).min(LOOK_AFTER_LONG);
        }
    }

    /// Waits until running invocations are done, or patience ends.
    pub(crate) async fn finish(&self, patience: Duration) {
        let ends_at = self.clock.now().plus(patience);
        while self.running.load(Ordering::SeqCst) > 0 && self.clock.now() < ends_at {
            self.clock.sleep(LOOK).await;
        }
    }
}
