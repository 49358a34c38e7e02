//! The functions that people reach by browser, over embedded AWS services and the vendors' stand-ins.

use console::Function;
use console::setup::{Admin, Person, Setup};
use domain::order::{Change, ContactFate, InterviewFate};
use domain::{Message, Order, WorkspaceId};
use heymilo_stand_in::{DEFAULT_API_KEY, HeyMiloStandIn};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use store::Store;
use store::session::Role;
use testkit::{EmbeddedAws, Options};
use workday_stand_in::WorkdayStandIn;

pub(crate) const PUBLIC_URL: &str = "http://127.0.0.1:8470";
pub(crate) const POSTING: &str = "13D77095";
const KEYRING: &str = r#"{"current": "a", "a": "an invented key of at least thirty-two characters"}"#;

pub(crate) struct Fixture {
    pub(crate) console: Function,
    pub(crate) consent: oauth_callback::Function,
    pub(crate) report: report_page::Function,
    pub(crate) clock: Clock,
    pub(crate) workday: workday_stand_in::Running,
    pub(crate) heymilo: heymilo_stand_in::Running,
    pub(crate) http: reqwest::Client,
    sqs: aws_sdk_sqs::Client,
    environment: Environment,
    pub(crate) embedded: EmbeddedAws,
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

pub(crate) async fn fixture() -> Fixture {
    let embedded = EmbeddedAws::start(Options::default()).await.unwrap();
    let workday = WorkdayStandIn::start(workday_stand_in::Options::default()).await.unwrap();
    let heymilo = HeyMiloStandIn::start(heymilo_stand_in::Options::default()).await.unwrap();
    let mut pairs = embedded.environment();
    let clock = Clock::shifted(Clock::system().now());
    let aws = Aws::with_http_client(&Environment::from_pairs(pairs.clone()), &clock, embedded.http_client()).unwrap();
    testkit::create_table(&aws_sdk_dynamodb::Client::new(aws.sdk_config()), "heymilo-table")
        .await
        .unwrap();
    let sqs = aws_sdk_sqs::Client::new(aws.sdk_config());
    for (variable, name) in [
        ("ORDER_QUEUE_URL", "OrderQueue"),
        ("WRITEBACK_QUEUE_URL", "WritebackQueue"),
        ("SWEEP_QUEUE_URL", "SweepQueue"),
    ] {
        let url = sqs.create_queue().queue_name(name).send().await.unwrap().queue_url.unwrap();
        pairs.push((variable.to_owned(), url));
    }
    let others = [
        ("TABLE_NAME", "heymilo-table"),
        ("SEALING_SECRET_NAME", "sealing"),
        ("SIGNING_SECRET_NAME", "signing"),
        ("SECRET_PREFIX", "heymilo-for-workday"),
        ("PUBLIC_URL", PUBLIC_URL),
        ("HEYMILO_URL", &heymilo.url),
        ("VENDOR_HOST_OVERRIDE", "loopback"),
    ];
    pairs.extend(others.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let environment = Environment::from_pairs(pairs);
    let secrets = Secrets::new(&aws, clock.clone());
    secrets.write("sealing", &SecretString::from(KEYRING)).await.unwrap();
    secrets
        .write("signing", &SecretString::from("an invented secret of enough characters"))
        .await
        .unwrap();
    let outside = Outside::new(aws, clock.clone());
    Fixture {
        console: Function::new(&environment, &outside).await.unwrap(),
        consent: oauth_callback::Function::new(&environment, &outside).await.unwrap(),
        report: report_page::Function::new(&environment, &outside).await.unwrap(),
        http: vendor_client(&VendorHosts::from_environment(&environment).unwrap()).unwrap(),
        clock,
        workday,
        heymilo,
        sqs,
        environment,
        embedded,
    }
}

impl Fixture {
    pub(crate) fn admin(&self) -> &Admin {
        self.console.admin()
    }

    pub(crate) fn store(&self) -> &Store {
        self.admin().store()
    }

    /// A workspace with its key and nothing else.
    pub(crate) async fn connect_heymilo(&self) {
        self.admin()
            .connect_workspace(&workspace(), Some("Acme Inc. & Söhne"), DEFAULT_API_KEY.to_owned().into())
            .await
            .unwrap();
    }

    /// The file of a whole setup, to be changed by a test.
    pub(crate) fn file(&self) -> Value {
        json!({
            "workspace": {"id": "acme", "name": "Acme Inc.", "heymilo_api_key": DEFAULT_API_KEY, "who_sends": "we", "confirmed_by": "owner@example.com"},
            "connections": [{
                "id": "production", "services_url": self.workday.url, "tenant": self.workday.tenant,
                "credential": {"kind": "refresh_token", "client_id": "heymilo-demo-client", "client_secret": "demo-client-secret", "refresh_token": "demo-refresh-token"},
                "webhook": {"username": "heymilo", "password": "an invented password"}
            }],
            "mappings": [{"connection": "production", "requisition": "R00001", "posting": POSTING}]
        })
    }

    pub(crate) fn setup(file: &Value) -> Setup {
        serde_json::from_value(file.clone()).unwrap()
    }

    pub(crate) async fn sign_in_link(&self, role: Role) -> String {
        let person = Person {
            id: "owner@example.com".to_owned(),
            role,
        };
        self.admin()
            .offer_sign_in(&workspace(), person, Duration::from_mins(10))
            .await
            .unwrap()
    }

    /// The messages that wait in a queue, taken out of it.
    pub(crate) async fn messages(&self, variable: &str) -> Vec<Message> {
        let url = self.environment.required(variable).unwrap();
        let call = self.sqs.receive_message().queue_url(url).max_number_of_messages(10);
        let received = call.send().await.unwrap().messages.unwrap_or_default();
        received
            .iter()
            .map(|message| serde_json::from_str(message.body().unwrap()).unwrap())
            .collect()
    }

    /// What a stand-in's control API answers.
    pub(crate) async fn control(&self, address: &str, body: Option<Value>) -> Value {
        let call = match body {
            Some(body) => self
                .http
                .post(address)
                .header("content-type", "application/json")
                .body(body.to_string()),
            None => self.http.get(address),
        };
        let answer = call.send().await.unwrap();
        assert!(answer.status().is_success(), "{address}: {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
    }

    pub(crate) async fn workday_setting(&self, change: Value) {
        self.control(&format!("{}/__stand-in/settings", self.workday.url), Some(change))
            .await;
    }
}

/// Stores an order as a row says it stands, with nothing that follows from it.
pub(crate) async fn store_as_it_is(store: &Store, order: Order) {
    let change = Change {
        order,
        work: None,
        entry: None,
        interview: InterviewFate::Untouched,
        contact: ContactFate::Untouched,
    };
    store.save_change(change, None).await.unwrap();
}
