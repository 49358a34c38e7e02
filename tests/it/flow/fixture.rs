//! A product with its vendors, and the people who use them, in words of their own.

use super::time::Time;
use crate::contract_faults::contract_folder;
use axum::body::{Body, to_bytes};
use domain::Moment;
use drive::{Answer, Browser, Owner, Question};
use futures::future::BoxFuture;
use http::Method;
use lambda_kit::Clock;
use local::demo::{self, StandIns};
use local::{Network, Options, Product, Tick};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::EmbeddedAws;

/// Longer than any declared wait: what never comes about costs the test's clock this, and its reader a few seconds.
pub(crate) const PATIENCE: Duration = Duration::from_hours(1);
const REQUISITION: &str = "R00001";
const POLL_SECONDS: u32 = 60;
/// A poll is late by a tenth at most.
const UNTIL_POLLED: Duration = Duration::from_millis(1_100 * POLL_SECONDS as u64);
/// What is due later than that waits for something else.
const FARTHEST: Duration = Duration::from_mins(1);
/// Vendors' events come by themselves.
const EVENTS_ARRIVE: Duration = Duration::from_millis(50);

/// A running product, connected and linked, with what its people did so far. It fails the test that leaves work behind.
pub(crate) struct Flow {
    pub(crate) clock: Clock,
    network: Network,
    pub(crate) product: Product,
    stand_ins: StandIns,
    pub(crate) aws: EmbeddedAws,
    /// Nobody's: it asks both vendors and the product, and is never signed in.
    browser: Browser,
    /// Work that the test leaves waiting on purpose.
    pub(crate) left_on_purpose: Mutex<Vec<&'static str>>,
}

/// What the setup file says differently from the demo's.
pub(crate) type Change = fn(&mut Value);

impl Flow {
    /// The demo's setup: we send, both triggers on.
    pub(crate) async fn start(time: &Time) -> Arc<Self> {
        Self::start_with(time, |_| {}).await
    }

    /// The demo's setup with a change.
    pub(crate) async fn start_with(time: &Time, change: Change) -> Arc<Self> {
        let flow = Self::unconnected(time).await;
        flow.connected(change).await;
        flow
    }

    /// Connected by the demo's setup with a change, and ready for the first move.
    pub(crate) async fn connected(&self, change: Change) {
        self.connect(change).await;
        self.settle(|state| mapping(state)["baseline_at"].is_i64(), "the baseline is taken")
            .await;
    }

    /// Product and vendors that do not know each other yet.
    pub(crate) async fn unconnected(time: &Time) -> Arc<Self> {
        let network = Network::new(time.clock.clone());
        let stand_ins = StandIns::within(&network, Some(&contract_folder())).unwrap();
        let aws = EmbeddedAws::start(testkit::Options::default()).await.unwrap();
        let options = Options {
            listen: ([127, 0, 0, 1], 8470).into(),
            tick: Tick::ByHand,
            network: Some(network.clone()),
            ..Options::new(stand_ins.heymilo_url().unwrap())
        };
        let product = Box::pin(Product::start(options, &aws)).await.unwrap();
        let flow = Arc::new(Self {
            clock: time.clock.clone(),
            browser: browser(&network),
            network,
            product,
            stand_ins,
            aws,
            left_on_purpose: Mutex::default(),
        });
        time.remember(&flow);
        flow
    }

    /// Connects by the demo's setup with a change.
    pub(crate) async fn connect(&self, change: Change) {
        let mut setup = setup(&self.workday(""));
        setup["connections"][0]["poll_seconds"] = json!(POLL_SECONDS);
        change(&mut setup);
        let communications_off = setup["workspace"]["who_sends"] == "we";
        self.post(
            &self.heymilo("/__stand-in/settings"),
            &json!({ "communications_off": communications_off }),
        )
        .await;
        let setup = serde_json::from_value(setup).unwrap();
        Box::pin(self.product.apply(setup)).await.unwrap();
    }

    /// Lets the product work, tick by tick, until its state is as wanted; fails the test when it never is.
    pub(crate) async fn settle(&self, wanted: impl Fn(&Value) -> bool, what: &str) -> Value {
        self.settle_within(PATIENCE, wanted, what).await
    }

    /// The same, for what waits longer.
    pub(crate) async fn settle_within(&self, patience: Duration, wanted: impl Fn(&Value) -> bool, what: &str) -> Value {
        let ends_at = self.clock.now().plus(patience);
        loop {
            self.work().await;
            let state = self.state().await;
            if wanted(&state) {
                return state;
            }
            assert!(
                self.clock.now() < ends_at,
                "never so: {what}; orders {:#}, due {:#}",
                state["orders"],
                state["due"]
            );
            self.clock.sleep(EVENTS_ARRIVE).await;
            self.until_due(&state).await;
        }
    }

    /// Waits until the application's last order is invited and Workday shows it.
    pub(crate) async fn until_invited(&self, application: &str) -> Value {
        let is_so = |state: &Value| is(state, application, "invited") && is_written(state, application);
        self.settle(is_so, "invited, and the record shows it").await
    }

    /// Waits until the application's last order is completed and Workday shows it.
    pub(crate) async fn until_completed(&self, application: &str) -> Value {
        let is_so = |state: &Value| is(state, application, "completed") && is_written(state, application);
        self.settle(is_so, "completed, and the record shows it").await
    }

    /// The candidate of the application's first order finishes, and Workday shows it.
    pub(crate) async fn screen(&self, application: &str) -> Value {
        self.finish(&self.state().await, application).await;
        self.until_completed(application).await
    }

    /// Lets the time pass until the next work is due, by what the product's state shows.
    pub(crate) async fn until_due(&self, state: &Value) {
        let now = self.clock.now();
        let moments = list(&state["due"]).filter_map(|due| due["due_at"].as_i64());
        let next = moments.map(|due_at| Moment(due_at).since(now)).filter(|wait| !wait.is_zero()).min();
        self.clock.sleep(next.map_or(EVENTS_ARRIVE, |wait| wait.min(FARTHEST))).await;
    }

    /// A few rounds of everything that is due, polls included: what should not happen has had its chance.
    pub(crate) async fn settle_down(&self) -> Value {
        for _ in 0..2 {
            self.work().await;
            self.clock.sleep(UNTIL_POLLED).await;
        }
        self.work().await;
        self.state().await
    }

    async fn work(&self) {
        self.product.tick().await.unwrap();
        let left = self.product.drain(PATIENCE).await.unwrap();
        assert_eq!(left.dead, 0, "a message went to a dead-letter queue");
    }

    pub(crate) async fn state(&self) -> Value {
        self.get(&format!("{}/__local/state", self.product.url)).await
    }

    pub(crate) fn workday(&self, path: &str) -> String {
        format!("{}{path}", self.stand_ins.workday_url().unwrap())
    }

    pub(crate) fn heymilo(&self, path: &str) -> String {
        format!("{}{path}", self.stand_ins.heymilo_url().unwrap())
    }

    pub(crate) async fn get(&self, url: &str) -> Value {
        self.browser.json(url).await.unwrap()
    }

    /// A page, as it was sent.
    pub(crate) async fn page(&self, url: &str) -> String {
        self.browser.open(url).await.unwrap().text()
    }

    /// The link in the latest mail.
    pub(crate) fn latest_link(&self) -> String {
        let text = self.aws.outbox().mails().pop().unwrap().text.unwrap();
        let (_, rest) = text.split_once(&format!("{}/i/", self.product.url)).unwrap();
        let token: String = rest.chars().take_while(|character| !character.is_whitespace()).collect();
        format!("{}/i/{token}", self.product.url)
    }

    /// A page that answers with another status than 200.
    pub(crate) async fn refused(&self, url: &str, status: u16) -> String {
        let page = self.browser.get(url).await.unwrap();
        assert_eq!(page.status, status, "{url}");
        page.text()
    }

    /// A page of the console, as the workspace's owner sees it.
    pub(crate) async fn console(&self, path: &str) -> String {
        self.owner().await.page(path).await.unwrap().text()
    }

    /// The workspace's owner, signed in to the console.
    pub(crate) async fn owner(&self) -> Owner {
        let workspace = domain::WorkspaceId::new(demo::WORKSPACE).unwrap();
        let link = self.product.sign_in_link(workspace).await.unwrap();
        let owner = Owner::new(self.browser(), &self.product.url);
        owner.sign_in(&link).await.unwrap();
        owner
    }

    /// Somebody's browser, with an empty jar.
    pub(crate) fn browser(&self) -> Browser {
        browser(&self.network)
    }

    /// Posts JSON that the other side must take.
    pub(crate) async fn post(&self, url: &str, body: &Value) -> Value {
        let (status, text) = self.send(url, &body.to_string(), None).await;
        assert!((200..300).contains(&status), "{url} answered {status}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Posts anything; status and body of the answer.
    pub(crate) async fn send(&self, url: &str, body: &str, basic: Option<(&str, &str)>) -> (u16, String) {
        let credential = basic.map(|(user, password)| drive::basic(user, password));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(credential.as_deref().map(|credential| ("authorization", credential)));
        let body = body.to_owned().into();
        let page = self.browser.request(Method::POST, url, &headers, body).await.unwrap();
        (page.status.as_u16(), page.text())
    }

    /// The recruiter moves an application; `assess_step` is whether its process opens the Assess step.
    pub(crate) async fn move_to(&self, application: &str, stage: &str, assess_step: bool) {
        let body = json!({ "application": application, "stage": stage, "by": "recruiter", "assess_step": assess_step });
        self.post(&self.workday("/__stand-in/move"), &body).await;
    }

    /// The recruiter submits Assess with the send status and our test.
    pub(crate) async fn submit_assess(&self, application: &str) {
        let body = json!({ "application": application, "status": "HEYMILO_SEND_INVITE", "test": "HEYMILO_AI_SCREEN", "by": "recruiter" });
        self.post(&self.workday("/__stand-in/assess"), &body).await;
    }

    /// Workday pushes about an application, as its integration system would.
    pub(crate) async fn push(&self, body: &Value) -> u16 {
        let connection = domain::ConnectionId::new(demo::CONNECTION).unwrap();
        let url = self.product.admin().integration_endpoint(&connection);
        self.send(&url, &body.to_string(), Some(("push", "push-password"))).await.0
    }

    /// The candidate of an order finishes the interview.
    pub(crate) async fn complete(&self, interview: &str) {
        self.post(&self.heymilo(&format!("/__stand-in/interviews/{interview}/complete")), &json!({}))
            .await;
    }

    /// The candidate of the application's first order finishes the interview.
    pub(crate) async fn finish(&self, state: &Value, application: &str) {
        self.complete(orders(state, application)[0]["interview"].as_str().unwrap()).await;
    }

    /// Somebody removes the interview of the application's first order in HeyMilo.
    pub(crate) async fn remove_interview(&self, application: &str) {
        let state = self.state().await;
        let interview = orders(&state, application)[0]["interview"].as_str().unwrap().to_owned();
        self.browser
            .delete(&self.heymilo(&format!("/__stand-in/interviews/{interview}")))
            .await
            .unwrap();
    }

    /// Somebody sets the deadline of the linked agent in HeyMilo, so far from now.
    pub(crate) async fn set_deadline(&self, from_now: Duration) {
        let url = self.heymilo("/api/v2/postings/13D77095");
        let headers = [
            ("content-type", "application/json"),
            ("x-api-key", heymilo_stand_in::DEFAULT_API_KEY),
        ];
        let body = json!({ "deadline": self.clock.now().plus(from_now).to_rfc3339() }).to_string();
        let page = self.browser.request(Method::PATCH, &url, &headers, body.into()).await.unwrap();
        assert!(page.status.is_success(), "{}", page.text());
    }

    /// One vendor fails for a while.
    pub(crate) async fn fault(&self, vendor: &str, faults: &Value) {
        let url = if vendor == "workday" {
            self.workday("/__stand-in/faults")
        } else {
            self.heymilo("/__stand-in/faults")
        };
        self.post(&url, faults).await;
    }

    /// HeyMilo's planned failures are over.
    pub(crate) async fn mend_heymilo(&self) {
        self.browser.delete(&self.heymilo("/__stand-in/faults")).await.unwrap();
    }

    /// Workday's own records.
    pub(crate) async fn workday_records(&self) -> Value {
        self.get(&self.workday("/__stand-in/state")).await["records"].take()
    }

    /// Changes Workday's records, as its users would on pages the stand-in does not have.
    pub(crate) async fn change_workday_records(&self, change: impl FnOnce(&mut Value)) {
        let mut records = self.workday_records().await;
        change(&mut records);
        self.post(&self.workday("/__stand-in/seed"), &json!({ "records": records })).await;
    }

    /// The assessments of an application, oldest first.
    pub(crate) async fn assessments(&self, application: &str) -> Vec<Value> {
        let records = self.workday_records().await;
        list(&records["assessments"])
            .filter(|assessment| assessment["application"] == application)
            .cloned()
            .collect()
    }

    /// Our attachments of a candidate.
    pub(crate) async fn attachments(&self, candidate: &str) -> Vec<Value> {
        let records = self.workday_records().await;
        let ours = |file: &&Value| file["filename"].as_str().is_some_and(|name| name.starts_with("HeyMilo Report"));
        list(&records["attachments"])
            .filter(|file| file["candidate"] == candidate)
            .filter(ours)
            .cloned()
            .collect()
    }

    /// How often one operation was called, by the vendor's own record, for somebody real: what may be written is tried on nobody.
    pub(crate) async fn calls(&self, vendor: &str, operation: &str) -> usize {
        let url = if vendor == "workday" {
            self.workday("/__stand-in/calls")
        } else {
            self.heymilo("/__stand-in/calls")
        };
        list(&self.get(&url).await["calls"])
            .filter(|call| call["operation"] == operation)
            .filter(|call| {
                !call["outcome"]
                    .as_str()
                    .is_some_and(|outcome| outcome.contains("HEYMILO-PREFLIGHT-NOBODY"))
            })
            .count()
    }

    /// What HeyMilo itself wrote to candidates.
    pub(crate) async fn mails_of_heymilo(&self) -> usize {
        let mails = self.get(&self.heymilo("/__stand-in/mails")).await;
        mails.as_array().or_else(|| mails["mails"].as_array()).map_or(0, Vec::len)
    }

    /// What we wrote to candidates.
    pub(crate) fn mails(&self) -> usize {
        self.aws.outbox().mails().len()
    }
}

/// A browser whose pages come over the test's network.
fn browser(network: &Network) -> Browser {
    Browser::on(Arc::new(Wire(network.clone())))
}

/// The test's network, as browsers use it.
#[derive(Debug)]
struct Wire(Network);

impl drive::Network for Wire {
    fn send(&self, question: Question) -> BoxFuture<'_, Result<Answer, String>> {
        Box::pin(async move {
            let answer = self.0.send(question.map(Body::from)).await.map_err(|error| error.to_string())?;
            let (head, body) = answer.into_parts();
            let body = to_bytes(body, usize::MAX).await.map_err(|error| error.to_string())?;
            Ok(Answer::from_parts(head, body))
        })
    }
}

/// The demo's setup file: we send, both triggers on.
pub(crate) fn setup(workday_url: &str) -> Value {
    json!({
        "workspace": { "id": "acme", "name": "Acme Talent (example)", "heymilo_api_key": heymilo_stand_in::DEFAULT_API_KEY,
            "who_sends": "we", "confirmed_by": "owner" },
        "connections": [{ "id": demo::CONNECTION, "services_url": workday_url, "tenant": "acme_preview",
            "credential": { "kind": "refresh_token", "client_id": "heymilo-demo-client", "client_secret": "demo-client-secret",
                "refresh_token": "demo-refresh-token" },
            "webhook": { "username": "push", "password": "push-password" } }],
        "mappings": [{ "connection": demo::CONNECTION, "requisition": REQUISITION, "posting": "13D77095" }],
    })
}

pub(crate) fn list(value: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn mapping(state: &Value) -> &Value {
    &state["mappings"][0]
}

/// The record of this id, to be changed.
pub(crate) fn record<'a>(records: &'a mut Value, kind: &str, id: &str) -> &'a mut Value {
    let mut of_kind = records[kind].as_array_mut().unwrap().iter_mut();
    of_kind
        .find(|record| record["id"] == id)
        .unwrap_or_else(|| panic!("no {id} among the {kind}"))
}

/// The orders of an application, by visit.
pub(crate) fn orders<'a>(state: &'a Value, application: &str) -> Vec<&'a Value> {
    let mut orders: Vec<&Value> = list(&state["orders"]).filter(|order| order["application"] == application).collect();
    orders.sort_by_key(|order| order["visit"].as_u64());
    orders
}

/// Whether the application's last order is in a state.
pub(crate) fn is(state: &Value, application: &str, expected: &str) -> bool {
    orders(state, application).last().is_some_and(|order| order["state"] == expected)
}

/// Whether Workday shows everything the application's last order knows.
pub(crate) fn is_written(state: &Value, application: &str) -> bool {
    orders(state, application)
        .last()
        .is_some_and(|order| order["record_is_current"] == true && order["written_at"].is_i64())
}
