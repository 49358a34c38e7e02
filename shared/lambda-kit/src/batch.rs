//! The rules of an SQS batch, once: one bad record never takes another with it, and none is dropped.
//!
//! A record is acknowledged only if its handler said so. Time-outs, panics, poison and unreachable infrastructure of
//! ours are item failures, which SQS delivers again and finally moves to the dead-letter queue.

use crate::clock::Clock;
use crate::telemetry::chain;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Message, Moment, message};
use futures::FutureExt;
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tracing::Instrument;
use tracing::field::Empty;

/// Left unused at the end of an invocation, for the answer to reach Lambda.
const HEADROOM: Duration = Duration::from_secs(2);

/// How long the batch, and each record of it, may take.
#[derive(Debug, Clone)]
pub struct Budget {
    clock: Clock,
    ends_at: Moment,
    record_cap: Duration,
}

impl Budget {
    /// A batch with `time_left` for everything and at most `record_cap` for one record.
    pub fn new(clock: &Clock, time_left: Duration, record_cap: Duration) -> Self {
        Self {
            ends_at: clock.now().plus(time_left.saturating_sub(HEADROOM)),
            clock: clock.clone(),
            record_cap,
        }
    }

    /// The time Lambda leaves to this invocation.
    pub fn from_context(context: &lambda_runtime::Context, clock: &Clock, record_cap: Duration) -> Self {
        let deadline = Moment(i64::try_from(context.deadline).unwrap_or(i64::MAX));
        Self::new(clock, deadline.since(clock.now()), record_cap)
    }

    /// The time for the next record; zero: none is left to start one.
    fn for_next_record(&self) -> Duration {
        self.ends_at.since(self.clock.now()).min(self.record_cap)
    }
}

/// The record's work is done, parked or recorded as impossible: SQS may forget it. Names the outcome for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done(pub &'static str);

/// Our own infrastructure (table, secrets, queue) is unreachable: SQS delivers the record again.
#[derive(Debug, thiserror::Error)]
#[error("our own infrastructure is unreachable")]
pub struct RecordError(#[source] Box<dyn Error + Send + Sync>);

impl RecordError {
    /// Wraps the failure of our own infrastructure; a vendor's failure is parked, not returned.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// A record without a message id: reporting it as failed would make Lambda repeat the batch, leaving it out would lose it.
#[derive(Debug, thiserror::Error)]
#[error("the batch has a record without a message id")]
struct RecordWithoutId;

/// Reads each record's body with `parse`, hands it to `handler`, in order, and reports the failed ones in that order.
///
/// Fails as a whole, before any work, if a record has no message id.
pub async fn run<T, P, F, Fut>(event: SqsEvent, budget: Budget, parse: P, handler: F) -> Result<SqsBatchResponse, lambda_runtime::Error>
where
    P: Fn(&str) -> Option<T>,
    F: Fn(T) -> Fut,
    Fut: Future<Output = Result<Done, RecordError>>,
{
    let started = budget.clock.now();
    let records = event.records;
    let ids = records
        .iter()
        .map(|record| record.message_id.as_deref().filter(|id| !id.is_empty()));
    let ids: Vec<String> = ids.map(|id| id.map(str::to_owned)).collect::<Option<_>>().ok_or(RecordWithoutId)?;
    let mut response = SqsBatchResponse::default();
    for (id, record) in ids.iter().zip(&records) {
        let receive_count = record.attributes.get("ApproximateReceiveCount").map_or("", String::as_str);
        let span = tracing::info_span!("record", message_id = id, receive_count, workspace = Empty, work = Empty);
        let body = record.body.as_deref().unwrap_or_default();
        let acknowledged = match span.in_scope(|| understood(body, &parse)) {
            Some(parsed) => handle(parsed, &budget, &handler).instrument(span).await,
            None => false,
        };
        if !acknowledged {
            response.add_failure(id);
        }
    }
    tracing::info!(
        records = records.len(),
        failed = response.batch_item_failures.len(),
        duration_ms = milliseconds(budget.clock.now().since(started)),
        "batch finished"
    );
    Ok(response)
}

/// What a body says; one that cannot be understood is told in the log without its text, which may hold anything.
fn understood<T>(body: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    let parsed = parse(body);
    if parsed.is_none() {
        tracing::error!(outcome = "poison", "the message body cannot be understood");
    }
    parsed
}

async fn handle<T, F, Fut>(parsed: T, budget: &Budget, handler: &F) -> bool
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = Result<Done, RecordError>>,
{
    let time = budget.for_next_record();
    if time.is_zero() {
        tracing::warn!(outcome = "not_started", "no time is left for this record");
        return false;
    }
    let started = budget.clock.now();
    // A panic inside `handler` itself, before it returns its future, is caught as well. Boxed, because what a handler
    // awaits of an SDK is nested too deeply for the compiler to lay out together with the runtime around it.
    let work = AssertUnwindSafe(Box::pin(async { handler(parsed).await })).catch_unwind();
    let outcome = budget.clock.timeout(time, work).await;
    let duration_ms = milliseconds(budget.clock.now().since(started));
    match outcome {
        Ok(Ok(Ok(Done(outcome)))) => {
            tracing::info!(outcome, duration_ms, "record done");
            return true;
        }
        Ok(Ok(Err(error))) => tracing::error!(outcome = "unavailable", duration_ms, error = chain(&error), "record failed"),
        // The panic's own text is dropped: it may quote what it choked on.
        Ok(Err(_panic)) => tracing::error!(outcome = "panic", duration_ms, "record failed"),
        Err(_elapsed) => tracing::warn!(outcome = "timed_out", duration_ms, "record failed"),
    }
    false
}

/// The parser of our own queues: a piece of work, whose workspace and key the record's log lines name.
pub fn message(body: &str) -> Option<Message> {
    let message: Message = serde_json::from_str(body).ok()?;
    if message.v != message::VERSION {
        return None;
    }
    let record = tracing::Span::current();
    record.record("workspace", tracing::field::display(&message.workspace));
    record.record("work", message.work.key());
    Some(message)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{message as parse, *};
    use aws_lambda_events::event::sqs::SqsMessage;
    use domain::{OrderId, Work, WorkspaceId};
    use std::sync::Mutex;

    const LONG: Duration = Duration::from_mins(1);
    const CAP: Duration = Duration::from_secs(20);

    fn message(order: &str) -> Message {
        let order = OrderId::new(order).unwrap();
        Message::new(WorkspaceId::new("acme").unwrap(), Work::AdvanceOrder { order })
    }

    fn event(records: &[(&str, String)]) -> SqsEvent {
        let mut event = SqsEvent::default();
        for (id, body) in records {
            let mut record = SqsMessage::default();
            record.message_id = Some((*id).to_owned());
            record.body = Some(body.clone());
            event.records.push(record);
        }
        event
    }

    fn orders(orders: &[&str]) -> SqsEvent {
        let bodies: Vec<(&str, String)> = orders
            .iter()
            .map(|order| (*order, serde_json::to_string(&message(order)).unwrap()))
            .collect();
        event(&bodies)
    }

    fn failed(response: &SqsBatchResponse) -> Vec<&str> {
        response
            .batch_item_failures
            .iter()
            .map(|failure| failure.item_identifier.as_str())
            .collect()
    }

    /// Does what the order's id says.
    async fn obey(message: Message) -> Result<Done, RecordError> {
        let Work::AdvanceOrder { order } = message.work else {
            return Ok(Done("other"));
        };
        match order.as_str().split('-').next().unwrap() {
            "panic" => panic!("a bug"),
            "down" => Err(RecordError::unavailable("the table does not answer")),
            "hang" => std::future::pending().await,
            _ => Ok(Done("done")),
        }
    }

    /// Runs the batch where its clock is the only time.
    fn run_for<Fut>(time: Duration, event: SqsEvent, handler: impl Fn(Message) -> Fut) -> Result<SqsBatchResponse, lambda_runtime::Error>
    where
        Fut: Future<Output = Result<Done, RecordError>>,
    {
        let clock = Clock::manual(Moment(0));
        clock.run(run(event, Budget::new(&clock, time, CAP), parse, handler)).unwrap()
    }

    #[test]
    fn each_record_fails_alone_and_failures_keep_their_order() {
        let event = orders(&["ok-1", "panic-1", "ok-2", "down-1", "hang-1", "ok-3"]);
        let response = run_for(LONG, event, obey).unwrap();
        assert_eq!(failed(&response), ["panic-1", "down-1", "hang-1"]);
    }

    #[test]
    fn poison_in_any_position_fails_alone() {
        let valid = serde_json::to_string(&message("ok")).unwrap();
        let poison = [
            "",
            "not json",
            "{}",
            &valid.replace(r#""v":1"#, r#""v":2"#),
            &valid.replace("advance_order", "x"),
        ];
        for poison in poison {
            for position in 0..3 {
                let mut records = vec![("a", valid.clone()), ("b", valid.clone())];
                records.insert(position, ("poison", poison.to_owned()));
                let response = run_for(LONG, event(&records), obey).unwrap();
                assert_eq!(failed(&response), ["poison"], "{poison}");
            }
        }
    }

    #[test]
    fn records_that_cannot_start_in_time_are_given_back_untouched() {
        let started = Mutex::new(vec![]);
        let handler = |message: Message| {
            started.lock().unwrap().push(message.work.key());
            obey(message)
        };
        let event = orders(&["hang-1", "hang-2", "ok-1"]);
        let response = run_for(Duration::from_secs(30), event, handler).unwrap();
        assert_eq!(failed(&response), ["hang-1", "hang-2", "ok-1"]);
        assert_eq!(*started.lock().unwrap(), ["ORDER#hang-1", "ORDER#hang-2"]);
    }

    #[test]
    fn a_record_without_an_id_fails_the_invocation_before_any_work() {
        for id in [None, Some(String::new())] {
            let mut event = orders(&["ok-1", "ok-2"]);
            event.records[1].message_id = id;
            let handler = |_message| async { panic!("work was done") };
            assert!(run_for(LONG, event, handler).is_err());
        }
    }

    #[test]
    fn a_handler_that_panics_before_its_future_is_caught() {
        fn broken(_message: Message) -> std::future::Ready<Result<Done, RecordError>> {
            panic!("a bug")
        }
        let response = run_for(LONG, orders(&["a"]), broken).unwrap();
        assert_eq!(failed(&response), ["a"]);
    }

    #[test]
    fn bodies_of_any_other_kind_keep_to_the_same_rules() {
        let handler = |number: u32| async move {
            match number {
                0 => Err(RecordError::unavailable("down")),
                1 => panic!("a bug"),
                _ => Ok(Done("done")),
            }
        };
        let event = event(&[("a", "0".into()), ("b", "7".into()), ("c", "seven".into()), ("d", "1".into())]);
        let clock = Clock::manual(Moment(0));
        let batch = run(event, Budget::new(&clock, LONG, CAP), |body| body.parse().ok(), handler);
        let response = clock.run(batch).unwrap().unwrap();
        assert_eq!(failed(&response), ["a", "c", "d"]);
    }

    #[test]
    fn the_budget_ends_before_lambda_does() {
        let mut context = lambda_runtime::Context::default();
        context.deadline = 10_000;
        let budget = Budget::from_context(&context, &Clock::manual(Moment(5_000)), CAP);
        assert!(budget.for_next_record() <= Duration::from_secs(3));
        let spent = Budget::from_context(&context, &Clock::manual(Moment(20_000)), CAP);
        assert!(spent.for_next_record().is_zero());
    }
}
