//! The function at its desk, and what it is handed.

use aws_lambda_events::event::sqs::SqsEvent;
use domain::{Order, Work};
use lambda_runtime::LambdaEvent;
use result_writeback::Function;
use serde_json::{Value, json};
use std::ops::Deref;
use store::hint::{About, Hint};
use surroundings::{APPLICATION, Desk, at_desk};

pub(crate) const OURS: &str = "HEYMILO_AI_SCREEN";
pub(crate) const THEIRS: &str = "OTHER_VENDOR_TEST";

pub(crate) struct Fixture {
    function: Function,
    desk: Desk,
}

impl Deref for Fixture {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

/// Runs a test of the function.
pub(crate) fn test(test: impl AsyncFnOnce(Fixture)) {
    at_desk("result-writeback", async |desk| {
        let function = Function::new(&desk.environment, &desk.outside).await.unwrap();
        test(Fixture { function, desk }).await;
    });
}

impl Fixture {
    /// A batch of one, which does not go back to the queue.
    pub(crate) async fn take(&self, work: &Work) {
        assert_eq!(self.take_batch(self.batch(std::slice::from_ref(work))).await, [""; 0]);
    }

    /// The messages that go back to the queue, by number.
    pub(crate) async fn take_batch(&self, batch: SqsEvent) -> Vec<String> {
        let response = self.function.handle(LambdaEvent::new(batch, self.context())).await.unwrap();
        let failed = response.batch_item_failures.into_iter();
        failed.map(|failure| failure.item_identifier).collect()
    }

    /// The function follows a hint; the word for where it led.
    pub(crate) async fn follow(&self, hint: &Hint) -> Option<String> {
        self.take(&hint.work()).await;
        self.hint_again(hint).await.outcome
    }

    /// HeyMilo reports something of an order's interview, and the function looks.
    pub(crate) async fn reported(&self, order: &Order, event_type: &str) -> Option<String> {
        let interview = order.interview.as_ref().unwrap().to_string();
        self.follow(&self.hint(self.event(&interview, event_type)).await).await
    }

    pub(crate) fn event(&self, interview: &str, event_type: &str) -> About {
        About::Interview {
            posting: self.posting(),
            interview: interview.to_owned(),
            event_type: event_type.to_owned(),
        }
    }

    /// Something happens to an order's interview at HeyMilo.
    pub(crate) async fn at_interview(&self, order: &Order, what: &str, body: Value) {
        let interview = order.interview.as_ref().unwrap();
        self.tell_heymilo(&format!("interviews/{interview}/{what}"), body).await;
    }

    /// An invited order in the stage, ordered by an event of ours or by a bare move.
    pub(crate) async fn invited_in_stage(&self, by_event: bool) -> Order {
        self.move_to_assessment(APPLICATION, true).await;
        let event = if by_event {
            Some(self.submit_assess(APPLICATION, OURS).await)
        } else {
            None
        };
        self.invited(APPLICATION, event.as_deref()).await
    }

    /// One ordered by an event, after the candidate withdrew in Workday.
    pub(crate) async fn withdrawn(&self) -> Order {
        let order = self.invited_in_stage(true).await;
        self.save(order.withdraw(self.clock.now()).unwrap()).await
    }

    /// An invited order, completed, as the function saw it.
    pub(crate) async fn completed(&self, order: &Order) -> Order {
        self.at_interview(order, "complete", json!({})).await;
        assert_eq!(self.reported(order, "report_available").await.as_deref(), Some("completed"));
        self.again(order).await
    }

    /// The function brings the record up to date.
    pub(crate) async fn write(&self, order: &Order) -> Order {
        self.take(&write(order)).await;
        self.again(order).await
    }

    /// Time passes until the write is due again, and the function takes it once more.
    pub(crate) async fn write_when_due(&self, order: &Order) -> Order {
        self.clock.advance(self.due_in(&write(order)).await);
        self.write(order).await
    }

    /// How often an operation of Workday was called.
    pub(crate) async fn called(&self, operation: &str) -> usize {
        self.workday_calls().await.iter().filter(|called| *called == operation).count()
    }

    /// Our attachments of the order's candidate.
    pub(crate) async fn reports(&self) -> Vec<Value> {
        let mut files = self.records("attachments").await;
        files.retain(|file| file["candidate"] == "C00001" && file["filename"].as_str().unwrap().starts_with("HeyMilo Report"));
        files
    }
}

pub(crate) fn write(order: &Order) -> Work {
    Work::WriteBack {
        order: order.order.clone(),
    }
}
