//! Queues and secrets against the embedded AWS services, through the real SDK.

#![cfg(test)]

use domain::{Message, Moment, OrderId, Work, WorkspaceId};
use lambda_kit::{Aws, Clock, Environment, QueueError, Queues, SecretError, Secrets};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use testkit::{EmbeddedAws, Fault, Kind, Options, Service, When};

struct Fixture {
    embedded: EmbeddedAws,
    aws: Aws,
    environment: Environment,
    sqs: aws_sdk_sqs::Client,
    order_queue: String,
}

async fn fixture() -> Fixture {
    let embedded = EmbeddedAws::start(Options::default()).await.unwrap();
    let mut pairs = embedded.environment();
    let aws = Aws::with_http_client(&Environment::from_pairs(pairs.clone()), &Clock::system(), embedded.http_client()).unwrap();
    let sqs = aws_sdk_sqs::Client::new(aws.sdk_config());
    let order_queue = sqs.create_queue().queue_name("OrderQueue").send().await.unwrap().queue_url.unwrap();
    pairs.push(("ORDER_QUEUE_URL".into(), order_queue.clone()));
    Fixture {
        embedded,
        aws,
        environment: Environment::from_pairs(pairs),
        sqs,
        order_queue,
    }
}

fn order(number: usize) -> Message {
    let order = OrderId::new(format!("order-{number}")).unwrap();
    Message::new(WorkspaceId::new("acme").unwrap(), Work::AdvanceOrder { order })
}

async fn drain(fixture: &Fixture) -> Vec<Message> {
    let mut messages = Vec::new();
    loop {
        let call = fixture
            .sqs
            .receive_message()
            .queue_url(&fixture.order_queue)
            .max_number_of_messages(10);
        let received = call.send().await.unwrap().messages.unwrap_or_default();
        if received.is_empty() {
            return messages;
        }
        messages.extend(
            received
                .iter()
                .map(|message| serde_json::from_str::<Message>(message.body().unwrap()).unwrap()),
        );
    }
}

#[tokio::test]
async fn messages_arrive_ten_to_a_call() {
    let fixture = fixture().await;
    let queues = Queues::new(&fixture.aws, &fixture.environment).unwrap();
    let messages: Vec<Message> = (0..25).map(order).collect();
    queues.send_all(&messages).await.unwrap();
    queues.send(&order(25)).await.unwrap();
    assert_eq!(fixture.embedded.faults().calls(Service::Sqs, "SendMessageBatch"), 3);
    let arrived = drain(&fixture).await;
    assert_eq!(arrived.len(), 26);
    assert!((0..26).all(|number| arrived.contains(&order(number))));
}

#[tokio::test]
async fn a_queue_that_refuses_is_an_error_and_the_other_batches_are_tried() {
    let fixture = fixture().await;
    let queues = Queues::new(&fixture.aws, &fixture.environment).unwrap();
    let refused = Fault::once(
        Service::Sqs,
        "SendMessageBatch",
        When::BeforeEffect,
        Kind::Refused(400, "InvalidAddress"),
    );
    fixture.embedded.faults().plan(refused);
    let messages: Vec<Message> = (0..15).map(order).collect();
    assert!(matches!(queues.send_all(&messages).await, Err(QueueError::Unavailable(_))));
    assert_eq!(drain(&fixture).await.len(), 5);
}

#[tokio::test]
async fn a_secret_is_created_replaced_cached_and_deleted() {
    let fixture = fixture().await;
    let clock = Clock::manual(Moment(0));
    let (secrets, elsewhere) = (Secrets::new(&fixture.aws, clock.clone()), Secrets::new(&fixture.aws, clock.clone()));
    let reads = || fixture.embedded.faults().calls(Service::SecretsManager, "GetSecretValue");
    assert!(matches!(secrets.read("heymilo/a").await, Err(SecretError::Missing)));
    secrets.write("heymilo/a", &SecretString::from("one")).await.unwrap();
    elsewhere.write("heymilo/a", &SecretString::from("two")).await.unwrap();
    let before = reads();
    assert_eq!(secrets.read("heymilo/a").await.unwrap().expose_secret(), "one", "cached");
    assert_eq!(reads(), before);
    clock.advance(Duration::from_mins(5));
    assert_eq!(
        secrets.read("heymilo/a").await.unwrap().expose_secret(),
        "two",
        "read again after five minutes"
    );
    secrets.delete("heymilo/a").await.unwrap();
    secrets.delete("heymilo/a").await.unwrap();
    assert!(matches!(secrets.read("heymilo/a").await, Err(SecretError::Missing)));
    secrets.write("heymilo/a", &SecretString::from("three")).await.unwrap();
    assert!(!format!("{secrets:?}").contains("three"));
}

#[tokio::test]
async fn secrets_that_do_not_answer_are_no_missing_ones() {
    let fixture = fixture().await;
    let hung = Fault {
        times: 3,
        ..Fault::once(Service::SecretsManager, "GetSecretValue", When::BeforeEffect, Kind::Unavailable)
    };
    fixture.embedded.faults().plan(hung);
    let secrets = Secrets::new(&fixture.aws, Clock::manual(Moment(0)));
    assert!(matches!(secrets.read("heymilo/signing").await, Err(SecretError::Unavailable(_))));
}
