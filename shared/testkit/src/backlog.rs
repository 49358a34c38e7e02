//! How many messages were sent to a queue and not deleted yet, hidden ones included: what the embedded SQS does not
//! tell. Read off the calls that pass the router.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The undeleted messages of each queue. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backlog(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Message ids by queue name; a message that SQS moved to a dead-letter queue stays under the queue it was sent to.
    messages: BTreeMap<String, BTreeSet<String>>,
    /// The message a receipt handle deletes.
    handles: BTreeMap<String, String>,
    /// Who waits for a queue's messages.
    arrivals: BTreeMap<String, Arc<Notify>>,
}

impl Backlog {
    /// Messages sent to the queue of that name and not deleted.
    pub(crate) fn of(&self, queue: &str) -> usize {
        self.state().messages.get(queue).map_or(0, BTreeSet::len)
    }

    /// Whether the message that was received under a handle is not deleted yet.
    pub(crate) fn has(&self, handle: &str) -> bool {
        self.state().handles.contains_key(handle)
    }

    /// Notified of each message that can be received.
    pub(crate) fn arrivals(&self, queue: &str) -> Arc<Notify> {
        Arc::clone(self.state().arrivals.entry(queue.to_owned()).or_default())
    }

    /// Takes note of a call that SQS took.
    pub(crate) fn note(&self, operation: &str, request: &[u8], answer: &[u8]) {
        let request: Value = serde_json::from_slice(request).unwrap_or_default();
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let url = request.get("QueueUrl").and_then(Value::as_str).unwrap_or_default();
        let queue = url.rsplit('/').next().unwrap_or_default().to_owned();
        let mut state = self.state();
        match operation {
            "SendMessage" => state.sent(queue, &[&answer]),
            "SendMessageBatch" => state.sent(queue, &items(&answer, "Successful")),
            "ReceiveMessage" => state.received(&items(&answer, "Messages")),
            "DeleteMessage" => state.deleted(&[&request]),
            "DeleteMessageBatch" => state.deleted(&items(&request, "Entries")),
            "ChangeMessageVisibility" => state.arrived(&queue),
            "PurgeQueue" => drop(state.messages.remove(&queue)),
            _ => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn arrived(&self, queue: &str) {
        if let Some(waiting) = self.arrivals.get(queue) {
            // Kept for the next who waits, if nobody does.
            waiting.notify_one();
        }
    }

    fn sent(&mut self, queue: String, messages: &[&Value]) {
        self.arrived(&queue);
        let ids = messages.iter().filter_map(|message| text(message, "MessageId"));
        self.messages.entry(queue).or_default().extend(ids);
    }

    fn received(&mut self, messages: &[&Value]) {
        let pairs = messages
            .iter()
            .map(|message| text(message, "ReceiptHandle").zip(text(message, "MessageId")));
        self.handles.extend(pairs.flatten());
    }

    fn deleted(&mut self, entries: &[&Value]) {
        for handle in entries.iter().filter_map(|entry| text(entry, "ReceiptHandle")) {
            if let Some(id) = self.handles.remove(&handle) {
                for ids in self.messages.values_mut() {
                    ids.remove(&id);
                }
            }
        }
    }
}

fn items<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten().collect()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}
