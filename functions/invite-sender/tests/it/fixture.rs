//! The function at its desk, and what it is handed.

use aws_lambda_events::event::sqs::SqsEvent;
use domain::{Order, Work};
use invite_sender::Function;
use lambda_runtime::LambdaEvent;
use serde_json::json;
use std::ops::Deref;
use store::application::{Application, Present};
use store::contact::Contact;
use store::hint::{About, Hint};
use surroundings::{Desk, at_desk};

pub(crate) const MAIL: &str = "dana.example@example.com";

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
    at_desk("invite-sender", async |desk| {
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

    /// The function takes a hint; the word for where it led.
    pub(crate) async fn confirm(&self, hint: &Hint) -> Option<String> {
        self.take(&hint.work()).await;
        self.hint_again(hint).await.outcome
    }

    /// The lock row of an application of the linked requisition.
    pub(crate) async fn row(&self, application: &str) -> Application {
        let of = self.subject(application);
        let row = self
            .store
            .application(&of.workspace, &of.connection, &of.requisition, &of.application)
            .await;
        row.unwrap().unwrap()
    }

    /// Who is listed as present in the stage: one, and nobody else.
    pub(crate) async fn listed_alone(&self) -> Present {
        let listed = self.store.present(&self.id(), &self.connection_id()).await.unwrap();
        let [listed] = listed.try_into().unwrap();
        listed
    }

    /// The function brings an order forward as far as it can go.
    pub(crate) async fn advance(&self, order: &Order) -> Order {
        self.take(&advance(order)).await;
        self.again(order).await
    }

    /// Time passes until the order is due again, and the function takes it once more.
    pub(crate) async fn advance_when_due(&self, order: &Order) -> Order {
        self.clock.advance(self.due_in(&advance(order)).await);
        self.advance(order).await
    }

    /// What a push says: an event and nothing else.
    pub(crate) fn pushed(&self, event: &str) -> About {
        About::Application {
            connection: self.connection_id(),
            assessment: None,
            assess_event: Some(event.to_owned()),
            application: None,
            candidate: None,
            requisition: None,
        }
    }

    /// An interview that HeyMilo had of the person before any order, and how far they came in it.
    pub(crate) async fn interview_from_before(&self, outcome: &str) -> String {
        let known = self.ingest(&json!({ "name": "Dana Example", "email": MAIL })).await;
        let interview = known["interview_id"].as_str().unwrap().to_owned();
        self.tell_heymilo(&format!("interviews/{interview}/complete"), json!({ "outcome": outcome }))
            .await;
        interview
    }

    /// A confirmed order with the person behind it, as confirming leaves it.
    pub(crate) async fn ready(&self, application: &str, email: Option<&str>) -> Order {
        self.move_to_assessment(application, true).await;
        let order = self.confirmed(application, None).await;
        let contact = Contact {
            name: "Dana Example".into(),
            email: email.map(str::to_owned),
            phone: None,
            read_at: self.clock.now(),
        };
        self.store.put_contact(&order.workspace, &order.order, &contact).await.unwrap();
        order
    }
}

pub(crate) fn advance(order: &Order) -> Work {
    Work::AdvanceOrder {
        order: order.order.clone(),
    }
}

pub(crate) fn write_back(order: &Order) -> Work {
    Work::WriteBack {
        order: order.order.clone(),
    }
}

/// State and reason, as rows say them.
pub(crate) fn stands(order: &Order) -> (&'static str, Option<&'static str>) {
    (order.state.name(), order.state.reason())
}
