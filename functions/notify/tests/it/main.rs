//! What people of a workspace are told, and how often: names are the promises.

#![cfg(test)]

use aws_lambda_events::event::sqs::SqsEvent;
use domain::notice::{Told, Topic};
use domain::settings::{Connection, Workspace};
use domain::{ConnectionId, Message, Moment, Notice, Randomness, Work, WorkspaceId};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use lambda_runtime::{Context, LambdaEvent};
use notify::Function;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use store::Store;
use store::audit::Actor;
use store::connect_link::ConnectLink;
use store::connection::{Activation, ConnectionNote};
use store::credential::Credential;
use store::due::Arm;
use store::offer::{Given, Offer};
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

    /// What keeps the connection from working is told. Returns the message that the poll sends for it.
    async fn tell(&self, told: Option<Told>, notice: Notice) -> Message {
        let work = Work::Notify { notice };
        let arm = Arm {
            work: work.clone(),
            at: self.clock.now(),
        };
        self.store.tell_of_connection(&self.connection().await, told, &arm).await.unwrap();
        Message::new(workspace(), work)
    }

    /// Workday withholds a permission, and a poll sees it.
    async fn withhold(&self) -> (Told, Message) {
        let connection = self.connection().await;
        let withheld = BTreeMap::from([("Get_Candidates".to_owned(), self.clock.now())]);
        self.store.note(&connection, ConnectionNote::Withheld(withheld)).await.unwrap();
        let told = Told {
            since: self.clock.now(),
            ended: None,
        };
        (told, self.tell(Some(told), told.notice(&connection.connection)).await)
    }

    /// The permission is there again, and a poll sees that.
    async fn give(&self, told: Told) -> Message {
        let connection = self.connection().await;
        let given = ConnectionNote::Withheld(BTreeMap::new());
        self.store.note(&connection, given).await.unwrap();
        let connection = connection.connection;
        self.tell(None, Notice::WorksAgain { connection, told }).await
    }

    fn subjects(&self) -> Vec<String> {
        self.mails().into_iter().map(|mail| mail.subject).collect()
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

#[tokio::test]
async fn a_missing_permission_is_told_by_its_name_and_its_end_to_whoever_heard_of_it() {
    let fixture = fixture(Some(ADDRESS)).await;
    let (told, missing) = fixture.withhold().await;
    assert_eq!(fixture.deliver(&missing).await + fixture.deliver(&missing).await, 0);
    assert_eq!(fixture.subjects(), ["A permission is missing in Workday (acme_preview)"]);
    assert!(fixture.mails()[0].text.as_deref().unwrap().contains("Get_Candidates"));
    let again = fixture.give(told).await;
    assert_eq!(fixture.deliver(&again).await + fixture.deliver(&again).await, 0);
    assert_eq!(fixture.subjects()[1..], ["Workday (acme_preview) works again"]);
    assert_eq!(fixture.due().await, 0);
}

#[tokio::test]
async fn what_was_over_before_its_mail_left_is_not_told_and_neither_is_its_end() {
    let fixture = fixture(Some(ADDRESS)).await;
    let (told, missing) = fixture.withhold().await;
    let again = fixture.give(told).await;
    assert_eq!(fixture.deliver(&missing).await + fixture.deliver(&again).await, 0);
    assert_eq!(fixture.subjects(), [""; 0]);
    assert_eq!(fixture.due().await, 0);
}

#[tokio::test]
async fn a_connection_that_is_connected_again_works_again() {
    let fixture = fixture(Some(ADDRESS)).await;
    let ended = fixture.refuse().await;
    assert_eq!(fixture.deliver(&ended).await, 0);
    let host = "wd2-impl-services1.workday.com";
    let activation = Activation {
        host,
        ..Activation::default()
    };
    fixture
        .store
        .activate_connection(&fixture.connection().await, activation)
        .await
        .unwrap();
    let connection = fixture.connection().await;
    let told = connection.standing.told.unwrap();
    assert!(told.ended.is_some(), "the first poll that finds it well says so");
    let connection = connection.connection;
    let again = fixture.tell(None, Notice::WorksAgain { connection, told }).await;
    assert_eq!(fixture.deliver(&again).await, 0);
    assert_eq!(
        fixture.subjects(),
        [
            "Please connect Workday (acme_preview) to HeyMilo again",
            "Workday (acme_preview) works again"
        ]
    );
}

#[tokio::test]
async fn access_that_came_by_a_connect_link_is_told_while_it_waits_to_be_accepted() {
    let fixture = fixture(Some(ADDRESS)).await;
    let connection = fixture.connection().await;
    let now = fixture.clock.now();
    let link = ConnectLink {
        workspace: workspace(),
        connection: connection.connection.clone(),
        hash: "an invented hash".into(),
        made_by: Actor::Operator,
        made_at: now,
        ends_at: now.plus(Duration::from_hours(24)),
        expires_at: now.plus(Duration::from_hours(24)).epoch_seconds(),
    };
    fixture.store.put_connect_link(&link).await.unwrap();
    let mut offer = Offer::attempt(&link, connection.clone(), link.ends_at);
    offer.proven_at = Some(now);
    fixture.store.put_offer(offer, &Given::default()).await.unwrap();
    assert_eq!(fixture.due().await, 1, "told even when no message comes of it");
    let notice = Notice::AccessWaits {
        connection: connection.connection,
        proven_at: now,
    };
    let message = Message::new(workspace(), Work::Notify { notice });
    assert_eq!(fixture.deliver(&message).await + fixture.deliver(&message).await, 0);
    assert_eq!(fixture.subjects(), ["Access to Workday (acme_preview) waits for you to accept it"]);
    assert_eq!(fixture.due().await, 0);
}

#[tokio::test]
async fn what_an_address_does_not_want_to_be_told_of_is_not_told() {
    let fixture = fixture(Some(ADDRESS)).await;
    let (told, missing) = fixture.withhold().await;
    assert_eq!(fixture.deliver(&missing).await, 0);
    let mut settings = fixture.store.workspace(&workspace()).await.unwrap().unwrap();
    settings.not_told.insert(Topic::WorksAgain);
    fixture.store.save_workspace(&settings, &[]).await.unwrap();
    let again = fixture.give(told).await;
    assert_eq!(fixture.deliver(&again).await, 0);
    assert_eq!(fixture.subjects().len(), 1);
    assert_eq!(fixture.due().await, 0);
}
