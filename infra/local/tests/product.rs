//! The product over the embedded services and the stand-ins: driven by hand, killed, started again.
#![expect(clippy::unwrap_used, reason = "helpers of a test: there a panic is the report")]

use bytes::Bytes;
use drive::{Browser, Page};
use http::Method;
use local::demo::{self, Place, StandInOptions, StandIns};
use local::{Options, Product, Tick};
use std::net::SocketAddr;
use std::time::Duration;
use testkit::{EmbeddedAws, Fault, Kind, Service, When};

const PATIENCE: Duration = Duration::from_mins(1);

struct Bench {
    aws: EmbeddedAws,
    stand_ins: StandIns,
}

impl Bench {
    async fn new() -> Self {
        let wanted = StandInOptions {
            folder: None,
            contract: None,
            workday: Some(Place::FREE),
            heymilo: Some(Place::FREE),
        };
        Self {
            aws: EmbeddedAws::start(testkit::Options::default()).await.unwrap(),
            stand_ins: StandIns::start(&wanted).await.unwrap(),
        }
    }

    fn options(&self, listen: Option<SocketAddr>) -> Options {
        let mut options = Options {
            tick: Tick::ByHand,
            visibility: Some(Duration::from_secs(1)),
            ..Options::new(self.stand_ins.heymilo_url().unwrap())
        };
        options.listen = listen.unwrap_or(options.listen);
        options
    }

    async fn connected(&self) -> Product {
        let product = Box::pin(Product::start(self.options(None), &self.aws)).await.unwrap();
        let (workday, heymilo) = (self.stand_ins.workday_url().unwrap(), self.stand_ins.heymilo_url().unwrap());
        Box::pin(demo::connect(&product, workday, heymilo, 3_600)).await.unwrap();
        product
    }
}

async fn state(product: &Product) -> serde_json::Value {
    let browser = Browser::new().unwrap();
    browser.json(&format!("{}/__local/state", product.url)).await.unwrap()
}

async fn get(product: &Product, path: &str, headers: &[(&str, &str)]) -> Page {
    let url = format!("{}{path}", product.url);
    let page = Browser::new().unwrap();
    page.request(Method::GET, &url, headers, Bytes::new()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setup_is_worked_off_and_survives_a_kill() {
    let bench = Bench::new().await;
    let product = bench.connected().await;
    product.tick().await.unwrap();
    let left = product.drain(PATIENCE).await.unwrap();
    assert_eq!((left.messages, left.dead), (0, 0));
    let before = state(&product).await;
    assert_eq!(before["connections"][0]["state"], "active");
    assert!(
        before["mappings"][0]["baseline_at"].is_i64(),
        "the baseline was not taken: {before}"
    );

    let address: SocketAddr = product.url.strip_prefix("http://").unwrap().parse().unwrap();
    product.kill().await;
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "the killed product still answers"
    );
    let product = Box::pin(Product::start(bench.options(Some(address)), &bench.aws)).await.unwrap();
    let workspace = domain::WorkspaceId::new(demo::WORKSPACE).unwrap();
    product.know_workspaces(&[workspace]);
    let after = state(&product).await;
    assert_eq!(after["mappings"], before["mappings"]);
    assert_eq!(after["orders"], before["orders"]);
    product.stop().await;
    bench.stand_ins.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_goes_on_after_the_table_was_away() {
    let bench = Bench::new().await;
    let product = bench.connected().await;
    product.drain(PATIENCE).await.unwrap();
    bench.aws.faults().plan(Fault {
        times: 4,
        ..Fault::once(Service::DynamoDb, "*", When::BeforeEffect, Kind::Unavailable)
    });
    let address = product
        .admin()
        .integration_endpoint(&domain::ConnectionId::new(demo::CONNECTION).unwrap());
    assert!(address.starts_with(&product.url));
    // The tick may meet the fault itself; the next one does its work.
    if product.tick().await.is_err() {
        product.tick().await.unwrap();
    }
    bench.aws.faults().clear();
    product.drain(PATIENCE).await.unwrap();
    product.stop().await;
    bench.stand_ins.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_pages_answer_this_machine_only() {
    let bench = Bench::new().await;
    let product = bench.connected().await;
    let shown = async |path| get(&product, path, &[]).await.text();
    assert!(shown("/__local/outbox").await.contains("Outbox"));
    assert!(shown("/__local/nothing").await.contains("/__local/state"));
    let rebound = get(&product, "/__local/sign-in", &[("host", "rebound.example.com")]).await;
    assert_eq!(rebound.status, 403, "{}", rebound.text());
    product.stop().await;
    bench.stand_ins.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_a_mail_goes_by_its_queue_to_the_function_that_keeps_it() {
    let bench = Bench::new().await;
    let product = bench.connected().await;
    let sent_by = domain::MailTags {
        workspace: domain::WorkspaceId::new(demo::WORKSPACE).unwrap(),
        owner: domain::OwnerId::new("o1").unwrap(),
        step: "a1-invitation".into(),
    };
    let tags: serde_json::Map<String, serde_json::Value> = sent_by
        .pairs()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), serde_json::json!([value])))
        .collect();
    let event = serde_json::json!({ "detail": { "eventType": "Delivery", "mail": { "messageId": "0100-1", "tags": tags } } });
    let environment = lambda_kit::Environment::from_pairs(bench.aws.environment());
    let aws = lambda_kit::Aws::with_http_client(&environment, &lambda_kit::Clock::system(), bench.aws.http_client()).unwrap();
    let sqs = aws_sdk_sqs::Client::new(aws.sdk_config());
    let queues = sqs.list_queues().send().await.unwrap();
    let queue = queues.queue_urls().iter().find(|url| url.ends_with("DeliveryQueue")).unwrap();
    sqs.send_message()
        .queue_url(queue)
        .message_body(event.to_string())
        .send()
        .await
        .unwrap();
    let left = product.drain(PATIENCE).await.unwrap();
    assert_eq!((left.messages, left.dead), (0, 0));
    let kept = product
        .store()
        .evidence(&sent_by.workspace, &sent_by.owner, &sent_by.step)
        .await
        .unwrap();
    assert_eq!(
        kept.map(|evidence| (evidence.message_id, evidence.event)),
        Some(("0100-1".into(), "Delivery".into()))
    );
    product.stop().await;
    bench.stand_ins.stop().await;
}
