//! Sending work to the queues. A message is a hint that a due row exists: losing or doubling one changes nothing, so
//! callers store the row first and may treat a failed send as a delay.

use crate::aws::Aws;
use crate::environment::{ConfigError, Environment};
use crate::telemetry::chain;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use aws_types::SdkConfig;
use domain::{Message, Queue, Work, WorkspaceId};
use std::error::Error;
use std::sync::{Arc, OnceLock};

/// The most entries SQS `SendMessageBatch` takes.
const BATCH_LIMIT: usize = 10;

/// A message that was not, or perhaps not, sent.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The function's configuration names no such queue.
    #[error("the function has no URL of the {0:?} queue")]
    NotConfigured(Queue),
    /// SQS took the call and refused some of its entries.
    #[error("SQS refused {refused} of {sent} messages")]
    Refused {
        /// How many were refused.
        refused: usize,
        /// How many were sent in the call.
        sent: usize,
    },
    /// SQS could not be reached or failed.
    #[error("SQS could not be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// The queues this function may send to.
#[derive(Debug, Clone)]
pub struct Queues {
    config: SdkConfig,
    client: Arc<OnceLock<Client>>,
    urls: Arc<Urls>,
}

#[derive(Debug)]
struct Urls {
    order: Option<String>,
    writeback: Option<String>,
    sweep: Option<String>,
    notice: Option<String>,
    announce: Option<String>,
}

impl Queues {
    /// From `ORDER_QUEUE_URL`, `WRITEBACK_QUEUE_URL`, `SWEEP_QUEUE_URL`, `NOTICE_QUEUE_URL` and `ANNOUNCE_QUEUE_URL`; each is optional, sending to an absent one is an error.
    pub fn new(aws: &Aws, environment: &Environment) -> Result<Self, ConfigError> {
        let url = |name: &str| match environment.optional(name) {
            // SQS wants the URL back exactly as it was given; parsing only proves that it is one.
            Some(url) => environment.url(name).map(|_proven| Some(url)),
            None => Ok(None),
        };
        Ok(Self {
            config: aws.sdk_config().clone(),
            client: Arc::default(),
            urls: Arc::new(Urls {
                order: url("ORDER_QUEUE_URL")?,
                writeback: url("WRITEBACK_QUEUE_URL")?,
                sweep: url("SWEEP_QUEUE_URL")?,
                notice: url("NOTICE_QUEUE_URL")?,
                announce: url("ANNOUNCE_QUEUE_URL")?,
            }),
        })
    }

    /// Sends one message to the queue whose consumer does its work.
    pub async fn send(&self, message: &Message) -> Result<(), QueueError> {
        self.client()
            .send_message()
            .queue_url(self.url(message.work.queue())?)
            .message_body(body(message)?)
            .message_group_id(group(message))
            .send()
            .await
            .map_err(|error| QueueError::Unavailable(error.into()))?;
        Ok(())
    }

    /// Announces work whose due row is committed. A lost message costs the wait for the sweep, so a failure is only logged.
    pub async fn announce(&self, workspace: &WorkspaceId, work: Work) {
        let message = Message::new(workspace.clone(), work);
        if let Err(error) = self.send(&message).await {
            tracing::warn!(workspace = %workspace, work = message.work.key(), error = chain(&error), "the work waits for the sweep");
        }
    }

    /// Sends messages, ten to a call, each to the queue whose consumer does its work. Tries them all; the error is the first.
    pub async fn send_all(&self, messages: &[Message]) -> Result<(), QueueError> {
        let mut outcome = Ok(());
        for queue in Queue::ALL {
            let of_queue: Vec<&Message> = messages.iter().filter(|message| message.work.queue() == queue).collect();
            for batch in of_queue.chunks(BATCH_LIMIT) {
                outcome = outcome.and(self.send_batch(queue, batch).await);
            }
        }
        outcome
    }

    async fn send_batch(&self, queue: Queue, messages: &[&Message]) -> Result<(), QueueError> {
        let mut call = self.client().send_message_batch().queue_url(self.url(queue)?);
        for (index, message) in messages.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(body(message)?)
                .message_group_id(group(message))
                .build()
                .map_err(|error| QueueError::Unavailable(error.into()))?;
            call = call.entries(entry);
        }
        let answer = call.send().await.map_err(|error| QueueError::Unavailable(error.into()))?;
        match answer.failed().len() {
            0 => Ok(()),
            refused => Err(QueueError::Refused {
                refused,
                sent: messages.len(),
            }),
        }
    }

    fn url(&self, queue: Queue) -> Result<&str, QueueError> {
        let url = match queue {
            Queue::Order => &self.urls.order,
            Queue::Writeback => &self.urls.writeback,
            Queue::Sweep => &self.urls.sweep,
            Queue::Notice => &self.urls.notice,
            Queue::Announce => &self.urls.announce,
        };
        url.as_deref().ok_or(QueueError::NotConfigured(queue))
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| Client::new(&self.config))
    }
}

fn body(message: &Message) -> Result<String, QueueError> {
    serde_json::to_string(message).map_err(|error| QueueError::Unavailable(error.into()))
}

/// On a standard queue the group makes SQS's fair queueing hold back a busy workspace instead of everyone else.
fn group(message: &Message) -> &str {
    message.workspace.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{OrderId, Work, WorkspaceId};

    #[tokio::test]
    async fn a_queue_without_a_url_is_an_error_before_any_call() {
        let environment = crate::aws::tests::environment();
        let aws = Aws::from_environment(&environment, &crate::Clock::system()).unwrap();
        let queues = Queues::new(&aws, &environment).unwrap();
        let order = OrderId::new("order-1").unwrap();
        let message = Message::new(WorkspaceId::new("acme").unwrap(), Work::AdvanceOrder { order });
        for outcome in [queues.send(&message).await, queues.send_all(&[message]).await] {
            assert!(matches!(outcome, Err(QueueError::NotConfigured(Queue::Order))));
        }
    }
}
