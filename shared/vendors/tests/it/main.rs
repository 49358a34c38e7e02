//! Tokens, rates and troubles against a strict Workday tenant and an embedded DynamoDB: names are the promises.

#![cfg(test)]

mod crash;
mod pace;
mod refresh;
mod refusal;

use domain::order::WaitReason;
use domain::settings::Connection;
use domain::standing::ConnectionState;
use domain::{Moment, WorkspaceId};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::time::Duration;
use store::Store;
use store::credential::{Credential, OAuthCredential};
use testkit::{Bench, EmbeddedAws};
use vendors::workday::Workday;
use vendors::{Priority, Vendors};
use work::Trouble;
use workday_stand_in::{Options, Running, WorkdayStandIn};

/// The refresh token that the demo tenant knows from the start.
pub(crate) const REFRESH_TOKEN: &str = "demo-refresh-token";

/// One active connection to a Workday tenant of its own.
pub(crate) struct Fixture {
    pub(crate) aws: EmbeddedAws,
    pub(crate) workday: Running,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) vendors: Vendors,
    http: reqwest::Client,
}

/// Connected by OAuth, never refreshed, on a clock of its own.
pub(crate) async fn fixture() -> Fixture {
    let fixture = fixture_at(Clock::shifted(Moment(1_800_000_000_000))).await;
    fixture.connect(REFRESH_TOKEN).await;
    fixture
}

pub(crate) async fn fixture_at(clock: Clock) -> Fixture {
    // The function that asks the vendors for the most.
    let bench = Bench::of("invite-sender").await.unwrap();
    let workday = WorkdayStandIn::start(Options::default()).await.unwrap();
    let environment = Environment::from_pairs(bench.variables().unwrap());
    let clients = Aws::with_http_client(&environment, &clock, bench.aws.http_client()).unwrap();
    let secrets = Secrets::new(&clients, clock.clone());
    let outside = Outside::new(clients, clock.clone());
    let store = work::open_store(&environment, &outside, &secrets).await.unwrap();
    let http = vendor_client(&VendorHosts::from_environment(&environment).unwrap()).unwrap();
    let vendors = Vendors::new(&environment, &outside, store.clone(), secrets).unwrap();
    let fixture = Fixture {
        vendors: vendors.for_work(Priority::Picker),
        aws: bench.aws,
        workday,
        clock,
        store,
        http,
    };
    fixture.store.save_connection(&fixture.new_connection(), &[]).await.unwrap();
    fixture
}

impl Fixture {
    fn new_connection(&self) -> Connection {
        let connection = json!({
            "workspace": "acme", "connection": "preview", "state": "active", "connected_at": 0,
            "services_url": self.workday.url, "tenant": self.workday.tenant,
        });
        serde_json::from_value(connection).unwrap()
    }

    /// The connection as it is stored now.
    pub(crate) async fn connection(&self) -> Connection {
        let key = self.new_connection();
        self.store.connection(&key.workspace, &key.connection).await.unwrap().unwrap()
    }

    pub(crate) async fn state(&self) -> ConnectionState {
        self.connection().await.standing.state
    }

    /// A person connects with a refresh token.
    pub(crate) async fn connect(&self, refresh_token: &str) {
        self.put(&Credential::OAuth(OAuthCredential {
            client_id: "heymilo-demo-client".into(),
            client_secret: "demo-client-secret".into(),
            client_in_body: false,
            refresh_token: refresh_token.into(),
            previous_refresh_token: None,
            access_token: None,
            access_expires_at: Moment(0),
            access_obtained_at: Moment(0),
        }))
        .await;
    }

    pub(crate) async fn put(&self, credential: &Credential) {
        self.store.put_credential(&self.connection().await, credential).await.unwrap();
    }

    /// The OAuth credential as it is stored now.
    pub(crate) async fn oauth(&self) -> OAuthCredential {
        let key = self.new_connection();
        match self
            .store
            .credential(&key.workspace, &key.connection)
            .await
            .unwrap()
            .unwrap()
            .credential
        {
            Credential::OAuth(oauth) => oauth,
            Credential::UsernameToken { .. } => panic!("not an OAuth credential"),
        }
    }

    /// What a function does first: reads the connection and opens Workday.
    pub(crate) async fn session(&self) -> Result<Workday, Trouble> {
        self.vendors.workday(&self.connection().await).await
    }

    /// `POST` to the stand-in's control API.
    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/__stand-in/{path}", self.workday.url);
        let answer = self.http.post(url).body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    }

    /// Workday's own record of the calls.
    pub(crate) async fn record(&self) -> Value {
        let url = format!("{}/__stand-in/calls", self.workday.url);
        let answer = self.http.get(url).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    /// How the calls of the token endpoint ended, by Workday's own record.
    pub(crate) async fn refreshes(&self) -> Vec<String> {
        let record = self.record().await;
        let calls = record["calls"].as_array().unwrap().iter();
        calls
            .filter(|call| call["operation"] == "OAuth_Token")
            .map(|call| call["outcome"].as_str().unwrap().to_owned())
            .collect()
    }

    /// From now on each refresh token is good for one refresh.
    pub(crate) async fn rotate(&self) {
        self.control("settings", &json!({"rotate_refresh_tokens": true})).await;
    }

    /// The provider accepts this refresh token (again).
    pub(crate) async fn issue(&self, refresh_token: &str) {
        self.control("issue", &json!({"refresh_token": refresh_token})).await;
    }
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

/// Why and for how long the work waits; anything but waiting fails the test.
pub(crate) fn parked(trouble: &Trouble) -> (WaitReason, Option<Duration>) {
    match trouble {
        Trouble::Park { reason, after } => (*reason, *after),
        Trouble::Again | Trouble::Refused { .. } | Trouble::Disconnected | Trouble::Infrastructure(_) => {
            panic!("not parked: {trouble:?}")
        }
    }
}

/// The bearer token of a session.
pub(crate) fn bearer(session: &Workday) -> &str {
    match session.credential() {
        workday::Credential::Bearer(token) => token.expose_secret(),
        workday::Credential::UsernameToken { .. } => panic!("not a bearer token"),
    }
}

/// One read of Workday.
pub(crate) async fn read(session: &Workday) -> Result<(), workday::Error> {
    session.requisition("R00001").await.map(|_found| ())
}
