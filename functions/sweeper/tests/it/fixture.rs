//! The function at its desk, and what it is handed.

use domain::{JobRequisitionId, Message, Order, Work};
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use std::ops::Deref;
use store::application::Application;
use store::hint::{About, Hint};
use surroundings::{Desk, REQUISITION, at_desk, batch_of};
use sweeper::Function;

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
    at_desk("sweeper", async |desk| {
        let function = Function::new(&desk.environment, &desk.outside).await.unwrap();
        test(Fixture { function, desk }).await;
    });
}

impl Fixture {
    /// What Lambda is answered to an event.
    pub(crate) async fn handle(&self, event: Value) -> Result<Value, lambda_runtime::Error> {
        self.function.handle(LambdaEvent::new(event, self.context())).await
    }

    /// The schedule's minute: how many messages were sent.
    pub(crate) async fn tick(&self) -> u64 {
        let event = json!({ "source": "aws.scheduler", "detail-type": "Scheduled Event" });
        self.handle(event).await.unwrap()["sent"].as_u64().unwrap()
    }

    /// Work is due, and the function takes it; it does not go back to the queue.
    pub(crate) async fn take(&self, work: &Work) {
        self.arm(work.clone()).await;
        let batch = serde_json::to_value(self.batch(std::slice::from_ref(work))).unwrap();
        assert_eq!(self.handle(batch).await.unwrap()["batchItemFailures"], json!([]));
    }

    /// The function takes a message as it came, due or not; it does not go back to the queue.
    pub(crate) async fn take_message(&self, message: &Message) {
        let body = serde_json::to_string(message).unwrap();
        let batch = serde_json::to_value(batch_of(std::iter::once(body))).unwrap();
        assert_eq!(self.handle(batch).await.unwrap()["batchItemFailures"], json!([]));
    }

    pub(crate) fn connection_poll(&self) -> Work {
        Work::PollConnection {
            connection: self.connection_id(),
        }
    }

    pub(crate) fn posting_poll(&self) -> Work {
        Work::PollPosting { posting: self.posting() }
    }

    pub(crate) fn baseline(&self) -> Work {
        Work::Baseline {
            connection: self.connection_id(),
            requisition: JobRequisitionId::new(REQUISITION).unwrap(),
        }
    }

    pub(crate) fn index(&self) -> Work {
        Work::RefreshRequisitions {
            connection: self.connection_id(),
        }
    }

    /// The hints that the queue announces, as they are stored.
    pub(crate) async fn hinted(&self, queue: &str) -> Vec<Hint> {
        let mut hints = Vec::new();
        for work in self.announced(queue).await {
            let (Work::ConfirmHint { hint } | Work::ReadInterview { hint }) = work else {
                panic!("{} is no hint", work.key());
            };
            hints.push(self.store.hint(&self.id(), &hint).await.unwrap().unwrap());
        }
        hints
    }

    /// The applications that hints of a poll are about, sorted.
    pub(crate) async fn hinted_applications(&self) -> Vec<String> {
        let mut applications: Vec<String> = self
            .hinted("OrderQueue")
            .await
            .into_iter()
            .filter_map(|hint| match hint.about {
                About::Application { application, .. } => application,
                About::Interview { .. } | About::FoundOver { .. } | About::MailReturned { .. } => None,
            })
            .collect();
        applications.sort();
        applications
    }

    /// The lock row of an application of the linked requisition.
    pub(crate) async fn row(&self, application: &str) -> Option<Application> {
        let of = self.subject(application);
        self.store
            .application(&of.workspace, &of.connection, &of.requisition, &of.application)
            .await
            .unwrap()
    }

    /// The order of an application's first visit.
    pub(crate) async fn order(&self, application: &str) -> Option<Order> {
        self.order_of(application, 1).await
    }
}
