//! The console over embedded AWS services and the vendors' stand-ins.

use admin::{Admin, Person, Setup};
use console::Function;
use domain::order::{Change, ContactFate, InterviewFate};
use domain::{Message, Order, WorkspaceId};
use heymilo_stand_in::{DEFAULT_API_KEY, HeyMiloStandIn};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::session::Role;
use testkit::Bench;
pub(crate) use testkit::PUBLIC_URL;
use workday_stand_in::WorkdayStandIn;

pub(crate) const POSTING: &str = "13D77095";

pub(crate) struct Fixture {
    pub(crate) console: Arc<Function>,
    pub(crate) clock: Clock,
    store: Store,
    pub(crate) secrets: Secrets,
    pub(crate) workday: workday_stand_in::Running,
    pub(crate) heymilo: heymilo_stand_in::Running,
    pub(crate) issuer: issuer_stand_in::Running,
    pub(crate) bench: Bench,
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

pub(crate) async fn fixture() -> Fixture {
    let workday = WorkdayStandIn::start(workday_stand_in::Options::default()).await.unwrap();
    let heymilo = HeyMiloStandIn::start(heymilo_stand_in::Options::default()).await.unwrap();
    let bench = Bench::with_heymilo("console", &heymilo.url).await.unwrap();
    let clock = Clock::shifted(Clock::system().now());
    let issuers_clock = clock.clone();
    let now = move || issuers_clock.now().epoch_seconds();
    let issuer = issuer_stand_in::start(([127, 0, 0, 1], 0).into(), "acme", now).await.unwrap();
    let declared = bench.variables().unwrap().into_iter();
    let company = [
        ("SIGN_IN_ISSUER", issuer.url.as_str()),
        ("SIGN_IN_CLIENT_ID", issuer_stand_in::CLIENT_ID),
        ("SIGN_IN_CLIENT_SECRET_NAME", "sign-in-client"),
    ];
    let company = company.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::from_pairs(declared.chain(company));
    let aws = Aws::with_http_client(&environment, &clock, bench.aws.http_client()).unwrap();
    let secrets = Secrets::new(&aws, clock.clone());
    let client_secret = issuer_stand_in::CLIENT_SECRET.to_owned().into();
    secrets.write("sign-in-client", &client_secret).await.unwrap();
    let outside = Outside::new(aws, clock.clone());
    let store = work::open_store(&environment, &outside, &secrets).await.unwrap();
    Fixture {
        console: Arc::new(Function::new(&environment, &outside).await.unwrap()),
        clock,
        store,
        secrets,
        workday,
        heymilo,
        issuer,
        bench,
    }
}

impl Fixture {
    pub(crate) fn admin(&self) -> &Admin {
        self.console.admin()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
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
    pub(crate) async fn messages(&self, queue: &str) -> Vec<Message> {
        self.bench.messages(queue).await.unwrap()
    }

    /// What a stand-in's control API answers.
    pub(crate) async fn control(&self, address: &str, body: Option<Value>) -> Value {
        let outside = drive::Browser::new().unwrap();
        match body {
            Some(body) => outside.tell(address, &body).await.unwrap(),
            None => outside.json(address).await.unwrap(),
        }
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

pub(crate) async fn put_order(fixture: &Fixture, id: &str, state: serde_json::Value) {
    let mut row = json!({
        "workspace": "acme", "order": id, "connection": "production", "application": "JOB_APPLICATION-1", "candidate": "C00001",
        "requisition": "R00001", "visit": 1, "attempt": 1, "created_at": 0, "updated_at": 0
    });
    row.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
    let order: Order = serde_json::from_value(row).unwrap();
    crate::fixture::store_as_it_is(fixture.store(), order).await;
}
