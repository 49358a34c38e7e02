//! The function beside the console, whose pages lead to it and explain its problems.

use admin::{Admin, Person};
use bytes::Bytes;
use domain::WorkspaceId;
use drive::{Answer, Browser, InProcess, Network, Owner, Page, Question, Sockets};
use heymilo_stand_in::{DEFAULT_API_KEY, HeyMiloStandIn};
use lambda_http::Body;
use lambda_http::http::Method;
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::session::Role;
use testkit::Bench;
pub(crate) use testkit::PUBLIC_URL;
use workday_stand_in::WorkdayStandIn;

pub(crate) struct Fixture {
    functions: Arc<Functions>,
    pub(crate) clock: Clock,
    store: Store,
    pub(crate) workday: workday_stand_in::Running,
    /// A browser on the real network: nobody's, for Workday's own pages.
    pub(crate) outside: Browser,
    _heymilo: heymilo_stand_in::Running,
    _bench: Bench,
}

struct Functions {
    consent: oauth_callback::Function,
    console: console::Function,
}

impl Functions {
    async fn answer(self: Arc<Self>, question: Question) -> Answer {
        let request = question.map(|body| Body::from(String::from_utf8_lossy(&body).into_owned()));
        let answer = if request.uri().path().starts_with("/oauth/") {
            self.consent.handle(request).await
        } else {
            self.console.handle(request).await
        };
        answer.map(|body| Bytes::copy_from_slice(&body))
    }
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

pub(crate) async fn fixture() -> Fixture {
    let workday = WorkdayStandIn::start(workday_stand_in::Options::default()).await.unwrap();
    let heymilo = HeyMiloStandIn::start(heymilo_stand_in::Options::default()).await.unwrap();
    let bench = Bench::with_heymilo("oauth-callback", &heymilo.url).await.unwrap();
    let environment = Environment::from_pairs(bench.variables().unwrap());
    let others = Environment::from_pairs(bench.variables_of("console").unwrap());
    let clock = Clock::shifted(Clock::system().now());
    let aws = Aws::with_http_client(&environment, &clock, bench.aws.http_client()).unwrap();
    let secrets = Secrets::new(&aws, clock.clone());
    let outside = Outside::new(aws, clock.clone());
    let store = work::open_store(&others, &outside, &secrets).await.unwrap();
    let functions = Functions {
        consent: oauth_callback::Function::new(&environment, &outside).await.unwrap(),
        console: console::Function::new(&others, &outside).await.unwrap(),
    };
    Fixture {
        functions: Arc::new(functions),
        clock,
        store,
        workday,
        outside: Browser::on(Arc::new(Sockets::new().unwrap())),
        _heymilo: heymilo,
        _bench: bench,
    }
}

impl Fixture {
    pub(crate) fn admin(&self) -> &Admin {
        self.functions.console.admin()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// A workspace with its key and nothing else.
    pub(crate) async fn connect_heymilo(&self) {
        self.admin()
            .connect_workspace(&workspace(), Some("Acme Inc."), DEFAULT_API_KEY.to_owned().into())
            .await
            .unwrap();
    }

    /// Somebody with a browser of their own.
    pub(crate) fn stranger(&self) -> Owner {
        let functions = Arc::clone(&self.functions);
        let network: Arc<dyn Network> = Arc::new(InProcess::new(move |question| Arc::clone(&functions).answer(question)));
        Owner::new(Browser::on(network), PUBLIC_URL)
    }

    /// The same, signed in.
    pub(crate) async fn signed_in(&self, role: Role) -> Owner {
        let person = Person {
            id: "owner@example.com".to_owned(),
            role,
        };
        let link = self
            .admin()
            .offer_sign_in(&workspace(), person, Duration::from_mins(10))
            .await
            .unwrap();
        let owner = self.stranger();
        owner.sign_in(&format!("{PUBLIC_URL}{link}")).await.unwrap();
        owner
    }

    /// What Workday's control API answers.
    pub(crate) async fn control(&self, what: &str, body: Value) -> Value {
        let address = format!("{}/__stand-in/{what}", self.workday.url);
        self.outside.tell(&address, &body).await.unwrap()
    }
}

/// Any request at all of a path of ours.
pub(crate) async fn request(browser: &Browser, method: Method, path: &str, headers: &[(&str, &str)]) -> Page {
    browser
        .request(method, &format!("{PUBLIC_URL}{path}"), headers, Bytes::new())
        .await
        .unwrap()
}

/// Where an answer leads, and what is said there: `/integrations problem:authorization-over`.
pub(crate) fn location(page: &Page) -> String {
    page.leads_to()
        .unwrap_or_else(|| panic!("no redirect: {} {}", page.status, page.text()))
}
