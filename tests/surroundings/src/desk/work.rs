//! Orders as rows say they stand, and the work that a function is handed.

use super::{Desk, INVOCATION, REQUISITION};
use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use domain::order::{Change, Entrance, Subject};
use domain::{InterviewId, JobApplicationId, JobRequisitionId, Message, Moment, Order, OrderId, Work, WorkdayCandidateId};
use lambda_runtime::Context;
use serde_json::json;
use std::time::Duration;
use store::application::Application;
use store::due::Arm;
use store::hint::{About, Hint};
use store::order::Binding;

impl Desk {
    /// Whose screening an order of one of the demo's applications for the linked requisition is.
    pub fn subject(&self, application: &str) -> Subject {
        let number: usize = application.rsplit('-').next().unwrap().parse().unwrap();
        Subject {
            workspace: self.id(),
            connection: self.connection_id(),
            application: JobApplicationId::new(application).unwrap(),
            candidate: WorkdayCandidateId::new(format!("C{number:05}")).unwrap(),
            requisition: JobRequisitionId::new(REQUISITION).unwrap(),
        }
    }

    /// The lock row of an application that was seen in the stage, on this visit.
    pub fn lock_row(&self, application: &str, visit: u32) -> Application {
        let subject = self.subject(application);
        let row = json!({
            "workspace": subject.workspace, "connection": subject.connection, "requisition": subject.requisition,
            "application": subject.application, "candidate": subject.candidate, "visit": visit, "in_stage": true, "attempt": 1,
            "seen_at": self.clock.now(),
        });
        serde_json::from_value(row).unwrap()
    }

    /// Stores a change as the function that makes it would, without its announcement.
    pub async fn save(&self, change: Change) -> Order {
        self.store.save_change(change, None).await.unwrap()
    }

    /// A confirmed order of an application's first visit, with its lock row.
    pub async fn confirmed(&self, application: &str, event: Option<&str>) -> Order {
        self.confirmed_on_visit(1, application, event).await
    }

    /// The same of another visit.
    pub async fn confirmed_on_visit(&self, visit: u32, application: &str, event: Option<&str>) -> Order {
        let entrance = Entrance {
            posting: Some(self.posting()),
            withdrawn: false,
            screened_before: false,
            moved_long_ago: false,
        };
        let change = Order::begin(
            self.subject(application),
            visit,
            entrance,
            event.map(str::to_owned),
            self.clock.now(),
        );
        let subject = self.subject(application);
        let known = self
            .store
            .application(&subject.workspace, &subject.connection, &subject.requisition, &subject.application)
            .await;
        let row = Application {
            version: known.unwrap().map_or(0, |row| row.version),
            ..self.lock_row(application, visit)
        };
        self.store.save_change(change, Some(&row)).await.unwrap()
    }

    /// An invited order, whose interview exists at HeyMilo.
    pub async fn invited(&self, application: &str, event: Option<&str>) -> Order {
        self.with_interview(&self.confirmed(application, event).await).await
    }

    /// The order, invited to the interview that HeyMilo answers with.
    pub async fn with_interview(&self, order: &Order) -> Order {
        let body = json!({
            "name": "Dana Example", "email": "dana.example@example.com", "metadata": { "external_id": order.order },
        });
        let interview = self.ingest(&body).await;
        let id = InterviewId::new(interview["interview_id"].as_str().unwrap()).unwrap();
        let url = interview["interview_url"].as_str().unwrap().into();
        let change = order.clone().bind(id, self.posting(), self.clock.now());
        match self.store.bind_interview(change, &self.posting(), &url).await.unwrap() {
            Binding::Bound(order) => self.save(order.invite(self.clock.now())).await,
            Binding::Shared => panic!("a new interview is nobody else's"),
        }
    }

    /// The order of an application's visit as it stands now.
    pub async fn order_of(&self, application: &str, visit: u32) -> Option<Order> {
        let id = OrderId::derive(&self.connection_id(), &JobApplicationId::new(application).unwrap(), visit);
        self.store.order(&self.id(), &id).await.unwrap()
    }

    /// An order as it stands now.
    pub async fn again(&self, order: &Order) -> Order {
        self.store.order(&order.workspace, &order.order).await.unwrap().unwrap()
    }

    /// The orders that are listed for a person's attention.
    pub async fn listed(&self) -> Vec<OrderId> {
        let listed = self.store.reviews(&self.id(), None).await.unwrap();
        listed.orders.iter().map(|order| order.order.clone()).collect()
    }

    /// A hint, stored with its due row.
    pub async fn hint(&self, about: About) -> Hint {
        let hint = Hint::new(self.id(), about, self.clock.now());
        self.store.record_hint(&hint).await.unwrap();
        hint
    }

    /// What a poll says of an application that it sees in the stage.
    pub fn seen_in_stage(&self, application: &str) -> About {
        let subject = self.subject(application);
        About::Application {
            connection: subject.connection,
            assessment: None,
            assess_event: None,
            application: Some(application.to_owned()),
            candidate: Some(subject.candidate.to_string()),
            requisition: None,
        }
    }

    /// A hint as it stands now.
    pub async fn hint_again(&self, hint: &Hint) -> Hint {
        self.store.hint(&hint.workspace, &hint.hint).await.unwrap().unwrap()
    }

    /// Arms work for now.
    pub async fn arm(&self, work: Work) {
        let arm = Arm {
            work,
            at: self.clock.now(),
        };
        self.store.arm(&self.id(), &arm).await.unwrap();
    }

    /// Parks work until a moment.
    pub async fn arm_at(&self, work: Work, at: Moment) {
        self.store.arm(&self.id(), &Arm { work, at }).await.unwrap();
    }

    /// When work is due; none: it is finished.
    pub async fn due(&self, work: &Work) -> Option<Moment> {
        let rows = self.store.due_rows(&self.id()).await.unwrap();
        rows.into_iter().find(|row| row.work == *work).map(|row| row.free_at())
    }

    /// How long from now work is due, in whole seconds rounded up: calls wait for their turn in between. Fails the test
    /// when the work is finished.
    pub async fn due_in(&self, work: &Work) -> Duration {
        let due = self.due(work).await.unwrap_or_else(|| panic!("{} is finished", work.key()));
        Duration::from_secs((due.since(self.clock.now()) + Duration::from_millis(999)).as_secs())
    }

    /// One message of a batch for each piece of work, with a number for its id.
    pub fn batch(&self, work: &[Work]) -> SqsEvent {
        let body = |work: &Work| serde_json::to_string(&Message::new(self.id(), work.clone())).unwrap();
        batch_of(work.iter().map(body))
    }

    /// What Lambda tells of one invocation.
    pub fn context(&self) -> Context {
        let mut context = Context::default();
        context.deadline = u64::try_from(self.clock.now().plus(INVOCATION).0).unwrap();
        context
    }

    /// The work of the messages that wait in a queue, taken out of it.
    pub async fn announced(&self, queue: &str) -> Vec<Work> {
        let messages: Vec<Message> = self.bench.messages(queue).await.unwrap();
        messages.into_iter().map(|message| message.work).collect()
    }
}

/// A batch of messages with these bodies, with a number for their ids.
pub fn batch_of(bodies: impl Iterator<Item = String>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = bodies
        .enumerate()
        .map(|(number, body)| {
            let mut message = SqsMessage::default();
            message.message_id = Some(number.to_string());
            message.body = Some(body);
            message
        })
        .collect();
    event
}
