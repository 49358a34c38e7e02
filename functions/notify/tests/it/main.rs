//! What people of a workspace are told, and how often: names are the promises.

#![cfg(test)]

use aws_lambda_events::event::sqs::SqsEvent;
use domain::settings::{Connection, Workspace};
use domain::{ConnectionId, Message, Moment, Notice, Randomness, Work, WorkspaceId};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use lambda_runtime::{Context, LambdaEvent};
use notify::Function;
use serde_json::json;
use std::time::Duration;
use store::Store;
use store::connection::Activation;
use store::credential::Credential;
use testkit::{Bench, Fault, Kind, Service, When};

const NOW: Moment = Moment(1_800_000_000_000);
const ADDRESS: &str = "hr-systems@example.com";

struct Fixture {
    bench: Bench,
    function: Function,
    store: Store,
    clock: Clock,
}

fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

/// A workspace with an active connection, signed in by user name and password.
async fn fixture(notices_to: Option<&str>) -> Fixture {
    let bench = Bench::of("notify").await.unwrap();
    let environment = Environment::from_pairs(bench.variables().unwrap());
    let clock = Clock::shifted(NOW);
    let aws = Aws::with_http_client(&environment, &clock, bench.aws.http_client()).unwrap();
    let secrets = Secrets::new(&aws, clock.clone());
    // Of these a pause is never so short that the same delivery tries again.
    let outside = Outside::new(aws, clock.clone()).with_randomness(Randomness::new(testkit::seeded(1)));
    let store = work::open_store(&environment, &outside, &secrets).await.unwrap();
    let settings: Workspace = serde_json::from_value(json!({
        "workspace": "acme", "name": "Acme Inc.", "notices_to": notices_to
    }))
    .unwrap();
    store.save_workspace(&settings, &[]).await.unwrap();
    let connection: Connection = serde_json::from_value(json!({
        "workspace": "acme", "connection": "production", "state": "active", "connected_at": 0,
        "services_url": "https://wd2-impl-services1.workday.com", "tenant": "acme_preview",
    }))
    .unwrap();
    let connection = store.save_connection(&connection, &[]).await.unwrap();
    let credential = Credential::UsernameToken {
        username: "HeyMilo_ISU@acme_preview".into(),
        password: "an invented password".to_owned().into(),
    };
    store.put_credential(&connection, &credential).await.unwrap();
    Fixture {
        function: Function::new(&environment, &outside).await.unwrap(),
        bench,
        store,
        clock,
    }
}

impl Fixture {
    async fn connection(&self) -> Connection {
        let id = ConnectionId::new("production").unwrap();
        self.store.connection(&workspace(), &id).await.unwrap().unwrap()
    }

    /// Workday refuses the credential. Returns the message that the tick sends for it.
    async fn refuse(&self) -> Message {
        let connection = self.connection().await;
        let stored = self.store.credential(&workspace(), &connection.connection).await.unwrap().unwrap();
        self.store
            .require_reauthorization(&connection, stored.version, self.clock.now())
            .await
            .unwrap();
        let notice = Notice::ReconnectRequired {
            connection: connection.connection,
            epoch: connection.standing.epoch,
        };
        Message::new(workspace(), Work::Notify { notice })
    }

    /// Delivers a message; how many records failed.
    async fn deliver(&self, message: &Message) -> usize {
        let event: SqsEvent = serde_json::from_value(json!({
            "Records": [{ "messageId": "m1", "body": serde_json::to_string(message).unwrap(), "eventSource": "aws:sqs" }]
        }))
        .unwrap();
        let mut context = Context::default();
        context.deadline = u64::try_from(self.clock.now().plus(Duration::from_mins(1)).0).unwrap();
        let answer = self.function.handle(LambdaEvent::new(event, context)).await.unwrap();
        answer.batch_item_failures.len()
    }

    fn mails(&self) -> Vec<testkit::Mail> {
        self.bench.aws.outbox().mails()
    }

    async fn due(&self) -> usize {
        self.store.due_rows(&workspace()).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_connection_that_workday_ended_is_told_once_to_the_address_that_was_named() {
    let fixture = fixture(Some(ADDRESS)).await;
    let message = fixture.refuse().await;
    assert_eq!(fixture.due().await, 1, "told even when no message comes of it");
    assert_eq!(fixture.deliver(&message).await + fixture.deliver(&message).await, 0);
    let mails = fixture.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, [ADDRESS]);
    let text = mails[0].text.as_deref().unwrap();
    assert!(text.contains("/integrations/workday/production"), "{text}");
    assert_eq!(fixture.due().await, 0);
}

#[tokio::test]
async fn what_a_person_mended_meanwhile_is_not_told() {
    let fixture = fixture(Some(ADDRESS)).await;
    let message = fixture.refuse().await;
    let host = "wd2-impl-services1.workday.com";
    fixture
        .store
        .activate_connection(
            &fixture.connection().await,
            Activation {
                host,
                ..Activation::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(fixture.deliver(&message).await, 0);
    assert!(fixture.mails().is_empty());
    assert_eq!(fixture.due().await, 0);
}

#[tokio::test]
async fn where_nobody_is_named_nobody_is_told_and_nothing_is_left_to_do() {
    let fixture = fixture(None).await;
    let message = fixture.refuse().await;
    assert_eq!(fixture.deliver(&message).await, 0);
    assert!(fixture.mails().is_empty());
    assert_eq!(fixture.due().await, 0);
}

#[tokio::test]
async fn an_outage_of_the_mail_service_delays_the_notice_and_does_not_lose_it() {
    let fixture = fixture(Some(ADDRESS)).await;
    let message = fixture.refuse().await;
    let throttled = Fault::once(Service::Ses, "SendEmail", When::BeforeEffect, Kind::Throttled);
    fixture.bench.aws.faults().plan(throttled);
    assert_eq!(fixture.deliver(&message).await, 0, "no receive is burnt");
    assert!(fixture.mails().is_empty());
    assert_eq!(fixture.due().await, 1);
    fixture.clock.advance(Duration::from_hours(1));
    assert_eq!(fixture.deliver(&message).await, 0);
    assert_eq!(fixture.mails().len(), 1);
}

#[tokio::test]
async fn what_the_mail_service_refuses_is_tried_again_while_it_is_true() {
    let fixture = fixture(Some(ADDRESS)).await;
    let message = fixture.refuse().await;
    let unverified = Kind::Refused(400, "MailFromDomainNotVerifiedException");
    let refused = Fault::once(Service::Ses, "SendEmail", When::BeforeEffect, unverified);
    fixture.bench.aws.faults().plan(refused);
    assert_eq!(fixture.deliver(&message).await, 0);
    assert_eq!(
        (fixture.mails().len(), fixture.due().await),
        (0, 1),
        "an operator may mend the sender"
    );
    fixture.clock.advance(Duration::from_hours(6));
    assert_eq!(fixture.deliver(&message).await, 0);
    assert_eq!((fixture.mails().len(), fixture.due().await), (1, 0));
}
