//! An event source mapping: receive a batch, invoke the function, delete what it did not report as failed.
//!
//! What is reported, and everything of an invocation that failed, stays hidden until its visibility ends and is then
//! received again, until SQS moves it to the dead-letter queue.

use crate::functions::Functions;
use crate::hazards::{Fate, Mishaps};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName};
use lambda_kit::Clock;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testkit::EmbeddedAws;
use testkit::template::{Function, Mapping};
use tokio::sync::{Notify, Semaphore};

/// SQS's own limit for one `ReceiveMessage` and one `DeleteMessageBatch`.
const RECEIVE_LIMIT: usize = 10;
/// How long an empty queue is left alone when nothing is said to have arrived: messages that become visible again say nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// After a call to SQS failed.
const PAUSE: Duration = Duration::from_millis(500);
/// Invocations at a time where the template names no ceiling: what Lambda's pollers start with.
const CONCURRENCY: usize = 5;

/// One mapping at work.
#[derive(Debug, Clone)]
pub(crate) struct Poller {
    pub(crate) client: Client,
    pub(crate) queue_url: String,
    pub(crate) mapping: Arc<Mapping>,
    pub(crate) function: Arc<Function>,
    pub(crate) functions: Arc<Functions>,
    /// Invocations that run now, of all mappings.
    pub(crate) running: Arc<AtomicUsize>,
    pub(crate) clock: Clock,
    pub(crate) mishaps: Mishaps,
    /// Knows which messages are deleted.
    pub(crate) aws: EmbeddedAws,
    /// Told when a message can be received.
    pub(crate) arrivals: Arc<Notify>,
    /// How long a received message stays hidden, where that is not the queue's own matter: the embedded SQS knows the
    /// wall clock only.
    pub(crate) visibility: Option<Duration>,
}

impl Poller {
    /// Polls until its task is ended.
    pub(crate) async fn run(self) {
        let concurrency = self.mapping.maximum_concurrency.unwrap_or(CONCURRENCY);
        let permits = Arc::new(Semaphore::new(concurrency));
        loop {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
                return;
            };
            let messages = self.gather().await;
            if messages.is_empty() {
                continue;
            }
            let poller = self.clone();
            tokio::spawn(async move {
                poller.running.fetch_add(1, Ordering::SeqCst);
                poller.process(messages).await;
                poller.running.fetch_sub(1, Ordering::SeqCst);
                drop(permit);
            });
        }
    }

    /// A batch: what is there, or what arrives within the window after the first message.
    async fn gather(&self) -> Vec<Message> {
        let mut messages = self.receive(self.mapping.batch_size).await;
        if messages.is_empty() {
            self.wait(self.visibility.is_none().then_some(LOOK_AGAIN)).await;
            return messages;
        }
        let ends_at = self.clock.now().plus(self.mapping.window);
        while messages.len() < self.mapping.batch_size && self.clock.now() < ends_at {
            let more = self.receive(self.mapping.batch_size - messages.len()).await;
            if more.is_empty() {
                self.wait(Some(ends_at.since(self.clock.now()))).await;
            }
            messages.extend(more);
        }
        messages
    }

    /// Waits for a message, but no longer than that.
    async fn wait(&self, longest: Option<Duration>) {
        let arrival = self.arrivals.notified();
        match longest {
            Some(longest) => self.clock.timeout(longest, arrival).await.unwrap_or_default(),
            None => arrival.await,
        }
    }

    async fn receive(&self, most: usize) -> Vec<Message> {
        let call = self
            .client
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(i32::try_from(most.min(RECEIVE_LIMIT)).unwrap_or(1))
            .message_system_attribute_names(MessageSystemAttributeName::All);
        match call.send().await {
            Ok(answer) => {
                let messages = self.befallen(answer.messages.unwrap_or_default()).await;
                if let Some(visibility) = self.visibility.filter(|_| !messages.is_empty()) {
                    tokio::spawn(self.clone().show_again(messages.clone(), visibility));
                }
                messages
            }
            Err(error) => {
                tracing::warn!(
                    queue = self.mapping.queue,
                    error = lambda_kit::telemetry::chain(&error),
                    "the queue cannot be read"
                );
                self.clock.sleep(PAUSE).await;
                Vec::new()
            }
        }
    }

    /// The messages that nothing befalls, or that it befalls later. What is lost is deleted, as if it had never been sent.
    async fn befallen(&self, mut messages: Vec<Message>) -> Vec<Message> {
        let mut lost = Vec::new();
        messages.retain(|message| {
            let fate = self.mishaps.next(&self.mapping.queue);
            match fate {
                None => {}
                Some(Fate::Lost) => lost.push(message.clone()),
                Some(Fate::Twice(after) | Fate::Late(after)) => {
                    let (poller, message) = (self.clone(), message.clone());
                    tokio::spawn(async move {
                        poller.clock.sleep(after).await;
                        poller.process(vec![message]).await;
                    });
                }
            }
            matches!(fate, None | Some(Fate::Twice(_)))
        });
        if !lost.is_empty() {
            self.delete(&lost.iter().collect::<Vec<_>>()).await;
        }
        messages
    }

    /// Lets messages be received again when their visibility ends, unless they are deleted by then.
    async fn show_again(self, messages: Vec<Message>, visibility: Duration) {
        self.clock.sleep(visibility).await;
        let is_left = |message: &Message| message.receipt_handle.as_deref().is_some_and(|handle| self.aws.has_message(handle));
        for message in messages.into_iter().filter(is_left) {
            let show = self.client.change_message_visibility().queue_url(&self.queue_url);
            let show = show.set_receipt_handle(message.receipt_handle).visibility_timeout(0);
            if show.send().await.is_ok() {
                tracing::debug!(queue = self.mapping.queue, "a message is shown again");
            }
        }
    }

    async fn process(&self, messages: Vec<Message>) {
        let event = json!({ "Records": messages.iter().map(|message| self.record(message)).collect::<Vec<_>>() });
        let done = match self.functions.invoke(&self.function, event).await {
            Ok(answer) => succeeded(&messages, &answer, self.mapping.reports_batch_item_failures),
            Err(error) => {
                let (function, error) = (&self.function.id, lambda_kit::telemetry::chain(&error));
                tracing::error!(function, error, "the invocation failed; its messages come back");
                Vec::new()
            }
        };
        for batch in done.chunks(RECEIVE_LIMIT) {
            self.delete(batch).await;
        }
    }

    fn record(&self, message: &Message) -> Value {
        let attributes = message.attributes.iter().flatten();
        let attributes: Map<String, Value> = attributes
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().into()))
            .collect();
        json!({
            "messageId": message.message_id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": attributes,
            "messageAttributes": {},
            "md5OfBody": message.md5_of_body,
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:eu-central-1:123456789012:{}", self.mapping.queue),
            "awsRegion": "eu-central-1",
        })
    }

    async fn delete(&self, messages: &[&Message]) {
        let mut call = self.client.delete_message_batch().queue_url(&self.queue_url);
        for (index, message) in messages.iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .set_receipt_handle(message.receipt_handle.clone());
            if let Ok(entry) = entry.build() {
                call = call.entries(entry);
            }
        }
        if let Err(error) = call.send().await {
            tracing::warn!(
                queue = self.mapping.queue,
                error = lambda_kit::telemetry::chain(&error),
                "done messages come back"
            );
        }
    }
}

/// The messages that Lambda would delete. An answer that names no message of the batch counts as a failure of all.
fn succeeded<'a>(messages: &'a [Message], answer: &Value, reports_failures: bool) -> Vec<&'a Message> {
    let reported = answer
        .get("batchItemFailures")
        .and_then(Value::as_array)
        .filter(|_| reports_failures);
    let identifier = |failure: &'_ Value| failure.get("itemIdentifier").and_then(Value::as_str).map(str::to_owned);
    let Some(failed) = reported.into_iter().flatten().map(identifier).collect::<Option<BTreeSet<String>>>() else {
        return Vec::new();
    };
    let is_failed = |message: &&Message| message.message_id.as_ref().is_some_and(|id| failed.contains(id));
    if messages.iter().filter(is_failed).count() != failed.len() {
        return Vec::new();
    }
    messages.iter().filter(|message| !is_failed(message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &Value, reports_failures: bool, deleted: &[&str]) {
        let messages: Vec<Message> = ["a", "b", "c"].map(|id| Message::builder().message_id(id).build()).to_vec();
        let done = succeeded(&messages, answer, reports_failures);
        let ids: Vec<&str> = done.iter().map(|message| message.message_id.as_deref().unwrap()).collect();
        assert_eq!(ids, deleted, "{answer}");
    }

    #[test]
    fn only_what_did_not_fail_is_deleted() {
        check(&json!({"batchItemFailures": []}), true, &["a", "b", "c"]);
        check(&json!(null), true, &["a", "b", "c"]);
        check(&json!({"batchItemFailures": [{"itemIdentifier": "b"}]}), true, &["a", "c"]);
        check(&json!({"batchItemFailures": [{"itemIdentifier": "b"}]}), false, &["a", "b", "c"]);
        check(&json!({"batchItemFailures": [{"itemIdentifier": ""}]}), true, &[]);
        check(&json!({"batchItemFailures": [{"itemIdentifier": "z"}]}), true, &[]);
        check(&json!({"batchItemFailures": [{}]}), true, &[]);
    }
}
