//! The product, its vendors and its customers in one process, on one clock.

use crate::mail_service::MailService;
use crate::plan::{Applied, Plan, Workspace};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use domain::standing::ConnectionState;
use domain::{ConnectionId, JobRequisitionId, Moment, PostingId, Randomness, WorkspaceId};
use lambda_kit::Clock;
use local::{Hazards, Network, Options, Product, Tick};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::EmbeddedAws;
use workday_stand_in::Seed;

/// When every run begins: in the evening, so that the shortest meets what is done on each new day.
pub(crate) const START: Moment = Moment(1_800_043_200_000);
/// The one requisition of each tenant.
pub(crate) const REQUISITION: &str = "R00001";
const OTHER_REQUISITION: &str = "R00002";
/// Where those who completed move on to, if the link says so.
pub(crate) const NEXT_STEP: &str = "JOB_APPLICATION_INTERVIEW";
const FIRST_PORT: u16 = 9000;
/// Everybody is connected and linked by then.
pub(crate) const SETUP_TAKES: Duration = Duration::from_mins(15);
const PUSH_USER: &str = "push";
const PUSH_PASSWORD: &str = "push-password";

/// Everything that runs.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) network: Network,
    pub(crate) product: Product,
    pub(crate) hazards: Hazards,
    pub(crate) mail_service: MailService,
    pub(crate) heymilo: String,
    pub(crate) tenants: Vec<Tenant>,
}

/// A customer as the harness knows them.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) workspace: WorkspaceId,
    pub(crate) connection: ConnectionId,
    pub(crate) requisition: JobRequisitionId,
    /// The agent that the requisition is linked to, and the other one.
    pub(crate) agents: [PostingId; 2],
    /// Workday's address.
    pub(crate) workday: String,
    pub(crate) name: String,
    pub(crate) heymilo_api_key: String,
    pub(crate) poll: Duration,
    pub(crate) moves_on: bool,
}

/// The other side did not take it.
#[derive(Debug)]
pub(crate) struct NotTaken(pub(crate) String);

impl Tenant {
    fn new(number: usize, workday: String, settings: &Workspace) -> Self {
        Self {
            workspace: WorkspaceId::new(format!("w{number}")).unwrap(),
            connection: ConnectionId::new(format!("c{number}")).unwrap(),
            requisition: JobRequisitionId::new(REQUISITION).unwrap(),
            agents: ["A", "B"].map(|agent| PostingId::new(format!("{agent}{number}")).unwrap()),
            workday,
            name: format!("tenant_{number}"),
            heymilo_api_key: format!("key-of-customer-{number}"),
            moves_on: settings.moves_on,
            poll: Duration::from_secs(settings.poll_seconds),
        }
    }

    /// A candidate's application in Workday.
    pub(crate) fn application(person: usize) -> String {
        format!("JOB_APPLICATION-{person}")
    }

    /// A candidate in Workday.
    pub(crate) fn candidate(person: usize) -> String {
        format!("C{person:05}")
    }

    /// A candidate as Workday has them since a moment.
    pub(crate) fn candidate_record(&self, person: usize, since: &str) -> Value {
        json!({
            "id": Self::candidate(person), "entered": since, "updated": since,
            "first_name": format!("First{person}"), "last_name": "Example", "email": self.address(person),
        })
    }

    /// An application as Workday has it since a moment.
    pub(crate) fn application_record(person: usize, requisition: &str, since: &str) -> Value {
        json!({
            "id": Self::application(person), "candidate": Self::candidate(person), "requisition": requisition,
            "applied": since, "entered": since,
            "steps": [{ "stage": "REVIEW", "workflow_step": "JOB_APPLICATION_REVIEW", "at": since }],
        })
    }

    /// A candidate's address before a recruiter corrects it.
    pub(crate) fn address(&self, person: usize) -> String {
        format!("candidate{person}@{}.example.com", self.workspace)
    }

    /// Their corrected one.
    pub(crate) fn corrected_address(&self, person: usize) -> String {
        format!("corrected{person}@{}.example.com", self.workspace)
    }
}

impl World {
    /// Connected and linked, with everything but the network as it is deployed.
    pub(crate) async fn start(clock: &Clock, plan: &Plan, aws: EmbeddedAws) -> Result<Self, NotTaken> {
        let network = Network::new(clock.clone());
        let heymilo = surroundings::heymilo(&network, None).unwrap();
        let hazards = Hazards {
            skews: plan.skews.clone(),
            ..Hazards::default()
        };
        let options = Options {
            listen: ([127, 0, 0, 1], 8470).into(),
            tick: Tick::ByHand,
            randomness: Some(Randomness::new(testkit::seeded(plan.seed))),
            network: Some(network.clone()),
            hazards: hazards.clone(),
            ..Options::new(heymilo.clone())
        };
        let product = Box::pin(Product::start(options, &aws)).await.unwrap();
        let mut world = Self {
            clock: clock.clone(),
            network,
            product,
            hazards,
            mail_service: MailService::default(),
            heymilo,
            tenants: Vec::new(),
        };
        world
            .tell(&world.heymilo, "settings", &json!({ "communications_off": true }))
            .await
            .unwrap();
        for (number, settings) in plan.workspaces.iter().enumerate() {
            world.admit(number, settings).await?;
        }
        Ok(world)
    }

    /// A customer's tenants at both vendors, and the setup that joins them.
    async fn admit(&mut self, number: usize, settings: &Workspace) -> Result<(), NotTaken> {
        let port = FIRST_PORT + u16::try_from(number).unwrap();
        let options = workday_stand_in::Options {
            tenant: format!("tenant_{number}"),
            seed: Seed::Empty,
            ..workday_stand_in::Options::default()
        };
        let workday = surroundings::workday(&self.network, port, options).unwrap();
        let tenant = Tenant::new(number, workday, settings);
        let at_heymilo = json!({
            "keep": true,
            "workspaces": [{ "id": format!("h{number}"), "name": format!("Customer {number}"), "slug": format!("customer-{number}"), "api_key": tenant.heymilo_api_key }],
            "postings": tenant.agents.iter().map(|agent| json!({ "id": agent, "title": format!("Screen {agent}"), "workspace_id": format!("h{number}") })).collect::<Vec<_>>(),
        });
        self.tell(&self.heymilo, "seed", &at_heymilo).await.unwrap();
        self.tell(&self.heymilo, "settings", &json!({ "communications_off": true }))
            .await
            .unwrap();
        self.tell(&tenant.workday, "seed", &json!({ "records": records(&tenant, settings) }))
            .await
            .unwrap();
        let at_workday = json!({ "rotate_refresh_tokens": settings.rotates_tokens });
        self.tell(&tenant.workday, "settings", &at_workday).await.unwrap();
        let mut setup: ::admin::Setup = serde_json::from_value(setup(number, &tenant)).unwrap();
        // Many who are set up at once have to wait for HeyMilo's pace.
        while let Err(busy) = Box::pin(self.product.apply(setup.clone())).await {
            if self.now() > SETUP_TAKES {
                return Err(NotTaken(busy.to_string()));
            }
            self.clock.sleep(Duration::from_secs(20)).await;
            if self.connection_state(&tenant).await == Some(ConnectionState::Active) {
                setup.connections.clear();
            }
        }
        self.tenants.push(tenant);
        self.push(number, settings.pushes).await;
        Ok(())
    }

    /// How a customer's connection stands, once they have one.
    pub(crate) async fn connection_state(&self, tenant: &Tenant) -> Option<ConnectionState> {
        let found = self.product.store().connection(&tenant.workspace, &tenant.connection).await;
        found.unwrap().map(|found| found.standing.state)
    }

    /// Whether a customer's integration system reaches us from now on.
    pub(crate) async fn push(&self, number: usize, arrive: bool) {
        let tenant = &self.tenants[number];
        let endpoint = self.product.admin().integration_endpoint(&tenant.connection);
        let endpoint = if arrive { endpoint } else { String::new() };
        let system = json!({ "endpoint_url": endpoint, "username": PUSH_USER, "password": PUSH_PASSWORD });
        self.tell(&tenant.workday, "settings", &json!({ "integration_system": system }))
            .await
            .unwrap();
    }

    pub(crate) fn aws(&self) -> &EmbeddedAws {
        self.product.aws()
    }

    /// The time since the start.
    pub(crate) fn now(&self) -> Duration {
        self.clock.now().since(START)
    }

    /// Asks a stand-in's control interface.
    pub(crate) async fn ask(&self, stand_in: &str, path: &str) -> Value {
        let request = Request::get(format!("{stand_in}/__stand-in/{path}"));
        self.send(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    /// Tells a stand-in's control interface.
    pub(crate) async fn tell(&self, stand_in: &str, path: &str, body: &Value) -> Result<Value, NotTaken> {
        let request = Request::post(format!("{stand_in}/__stand-in/{path}")).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Sends a request; whether it is answered with another address.
    pub(crate) async fn leads_on(&self, request: Request<Body>) -> Result<bool, NotTaken> {
        let answer = self.answer(request).await?;
        if answer.status().is_server_error() {
            return Err(NotTaken(answer.status().to_string()));
        }
        Ok(answer.status().is_redirection())
    }

    async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, NotTaken> {
        self.network.send(request).await.map_err(|broken| NotTaken(broken.to_string()))
    }

    /// Sends a request; the answer's JSON, if it is a success.
    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Value, NotTaken> {
        let answer = self.answer(request).await?;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
        if status.is_client_error() || status.is_server_error() {
            return Err(NotTaken(format!("{status}: {}", String::from_utf8_lossy(&body))));
        }
        Ok(serde_json::from_slice(&body).unwrap_or(Value::Null))
    }
}

/// The candidates who applied, long before the requisition is linked.
fn records(tenant: &Tenant, settings: &Workspace) -> Value {
    let (people, others) = (settings.people, settings.others);
    let long_ago = START.minus(Duration::from_hours(24)).to_rfc3339();
    let first = match settings.applied {
        Applied::LongAgo => 0,
        Applied::Later => people,
    };
    let applied = first..people + others;
    let candidates = applied.clone().map(|person| tenant.candidate_record(person, &long_ago));
    let applications = applied.map(|person| {
        let requisition = if person < people { REQUISITION } else { OTHER_REQUISITION };
        Tenant::application_record(person, requisition, &long_ago)
    });
    json!({
        "requisitions": [{
            "id": REQUISITION, "entered": long_ago, "updated": long_ago, "title": "Warehouse Associate", "status": "Open",
            "location": "Rotterdam", "organization": "Logistics", "description": "An invented requisition.",
        }, {
            "id": OTHER_REQUISITION, "entered": long_ago, "updated": long_ago, "title": "Night Manager", "status": "Open",
            "location": "Rotterdam", "organization": "Hotels", "description": "Another invented requisition.",
        }],
        "candidates": candidates.collect::<Vec<_>>(),
        "applications": applications.collect::<Vec<_>>(),
    })
}

/// The setup file of a customer: we send, both triggers on.
fn setup(number: usize, tenant: &Tenant) -> Value {
    let workday = workday_stand_in::Credentials::default();
    json!({
        "workspace": { "id": tenant.workspace, "name": format!("Customer {number} (example)"), "heymilo_api_key": tenant.heymilo_api_key,
            "who_sends": "we", "confirmed_by": "owner" },
        "connections": [{
            "id": tenant.connection, "services_url": tenant.workday, "tenant": tenant.name, "poll_seconds": tenant.poll.as_secs(),
            "credential": { "kind": "refresh_token", "client_id": workday.client_id, "client_secret": workday.client_secret,
                "refresh_token": workday.refresh_token },
            "webhook": { "username": PUSH_USER, "password": PUSH_PASSWORD },
        }],
        "mappings": [{ "connection": tenant.connection, "requisition": REQUISITION, "posting": tenant.agents[0],
            "next_step": tenant.moves_on.then_some(NEXT_STEP) }],
    })
}
