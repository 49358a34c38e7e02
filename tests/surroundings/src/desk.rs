//! One function's desk: the template's deployment, both vendors, and a workspace that is connected and linked, as rows
//! say it; nothing of it was brought about by another function.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "it serves tests alone: what does not come about here fails the test"
)]

mod vendors;
mod work;

pub use work::batch_of;

use crate::{Network, stand_ins};
use domain::settings::{Connection, Mapping, Workspace};
use domain::standing::ConnectionState;
use domain::{ConnectionId, JobRequisitionId, Moment, PostingId, Randomness, WorkspaceId};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use serde_json::json;
use std::time::Duration;
use store::Store;
use store::credential::Credential;
use testkit::{Bench, EmbeddedAws};

/// When the requisition was linked and every test begins; the vendors' demo records are from the hour before.
pub const START: Moment = Moment(1_800_000_000_000);
/// The application that most tests are about: its candidate can be reached by mail, and is not in the stage yet.
pub const APPLICATION: &str = "JOB_APPLICATION-3-1";
/// The linked requisition, which the application is for.
pub const REQUISITION: &str = "R00001";
/// The agent it is linked to.
pub const POSTING: &str = "13D77095";
/// What happens at a vendor takes so long: a moment later it is done, and what it set off as well.
const MOMENT: Duration = Duration::from_secs(1);
/// The time one invocation gets.
const INVOCATION: Duration = Duration::from_mins(5);

/// One function's surroundings. They end with the test.
#[derive(Debug)]
pub struct Desk {
    /// Its time, and everybody's.
    pub clock: Clock,
    /// The table.
    pub store: Store,
    /// The embedded AWS.
    pub bench: Bench,
    /// What the function is told.
    pub environment: Environment,
    /// What it is given.
    pub outside: Outside,
    network: Network,
    workday: String,
    heymilo: String,
}

/// Runs a test at the desk of the function with this binary. There is neither a socket nor a wall clock.
pub fn at_desk(binary: &str, test: impl AsyncFnOnce(Desk)) {
    let clock = Clock::manual(START.minus(Duration::from_hours(1)));
    let run = Box::pin(async { test(Desk::set(&clock, binary).await).await });
    clock.run(run).unwrap();
}

impl Desk {
    async fn set(clock: &Clock, binary: &str) -> Self {
        let network = Network::new(clock.clone());
        let [workday, heymilo] = stand_ins(&network, None).unwrap();
        let embedded = EmbeddedAws::start(testkit::Options::default()).await.unwrap();
        let aws = Environment::from_pairs(embedded.environment());
        let aws = Aws::with_http_client(&aws, clock, embedded.http_client()).unwrap();
        let bench = Bench::over(embedded, aws.sdk_config().clone(), binary, &heymilo);
        let bench = Box::pin(bench).await.unwrap();
        let environment = Environment::from_pairs(bench.variables().unwrap());
        let secrets = Secrets::new(&aws, clock.clone());
        let outside = Outside::new(aws, clock.clone())
            .with_randomness(Randomness::new(testkit::seeded(1)))
            .with_vendors(network.wire());
        let desk = Self {
            clock: clock.clone(),
            store: ::work::open_store(&environment, &outside, &secrets).await.unwrap(),
            bench,
            outside,
            network,
            workday,
            heymilo,
            environment,
        };
        clock.sleep_until(START).await;
        desk.furnish(&secrets).await;
        desk
    }

    /// We send, the connection is active, and the requisition is linked since the start.
    async fn furnish(&self, secrets: &Secrets) {
        let key = keys::secret_name::heymilo_api_key(&self.environment.required("SECRET_PREFIX").unwrap(), &self.id());
        secrets.write(&key, &heymilo_stand_in::DEFAULT_API_KEY.into()).await.unwrap();
        self.tell_heymilo("settings", json!({ "communications_off": true })).await;
        let workspace = json!({
            "workspace": self.id(), "name": "Acme Talent (example)",
            "who_sends": { "answer": "we", "confirmed_by": "owner@example.com", "confirmed_at": START },
        });
        let workspace: Workspace = serde_json::from_value(workspace).unwrap();
        self.store.save_workspace(&workspace, &[]).await.unwrap();
        let connection = json!({
            "workspace": workspace.workspace, "connection": "preview", "services_url": self.workday, "tenant": "acme_preview",
            "state": ConnectionState::Active, "connected_at": START,
        });
        let connection: Connection = serde_json::from_value(connection).unwrap();
        let connection = self.store.save_connection(&connection, &[]).await.unwrap();
        let user = workday_stand_in::Credentials::default();
        let credential = Credential::UsernameToken {
            username: format!("{}@acme_preview", user.integration_user),
            password: user.integration_password.into(),
        };
        self.store.put_credential(&connection, &credential).await.unwrap();
        self.link(REQUISITION, Some(START)).await;
    }

    /// The workspace.
    pub fn id(&self) -> WorkspaceId {
        WorkspaceId::new("acme").unwrap()
    }

    /// The workspace's Workday connection.
    pub fn connection_id(&self) -> ConnectionId {
        ConnectionId::new("preview").unwrap()
    }

    /// The agent that the requisition is linked to.
    pub fn posting(&self) -> PostingId {
        PostingId::new(POSTING).unwrap()
    }

    /// Links a requisition to the agent; `baseline_at`: when its baseline was taken.
    pub async fn link(&self, requisition: &str, baseline_at: Option<Moment>) {
        // Whoever is moved now is moved after the link.
        let linked_at = self.clock.now().minus(Duration::from_secs(1));
        let mapping = json!({
            "workspace": self.id(), "connection": self.connection_id(), "requisition": requisition, "requisition_title": "Warehouse Associate",
            "posting": POSTING, "posting_title": "Warehouse Associate Screen", "linked_at": linked_at, "baseline_at": baseline_at,
        });
        let mapping: Mapping = serde_json::from_value(mapping).unwrap();
        self.store.save_mapping(&mapping, &[]).await.unwrap();
    }

    /// The workspace's settings, changed by a person.
    pub async fn change_workspace(&self, change: impl FnOnce(&mut Workspace)) {
        let mut workspace = self.store.workspace(&self.id()).await.unwrap().unwrap();
        change(&mut workspace);
        self.store.save_workspace(&workspace, &[]).await.unwrap();
    }

    /// The connection as it stands now.
    pub async fn connection(&self) -> Connection {
        self.store.connection(&self.id(), &self.connection_id()).await.unwrap().unwrap()
    }

    /// The connection's settings, changed by a person.
    pub async fn change_connection(&self, change: impl FnOnce(&mut Connection)) {
        let mut connection = self.connection().await;
        change(&mut connection);
        self.store.save_connection(&connection, &[]).await.unwrap();
    }

    /// A person disconnects.
    pub async fn disconnect(&self) {
        self.store.disconnect(&self.connection().await, "127.0.0.1").await.unwrap();
    }

    /// A requisition's link as it stands now.
    pub async fn mapping(&self, requisition: &str) -> Option<Mapping> {
        let requisition = JobRequisitionId::new(requisition).unwrap();
        self.store.mapping(&self.id(), &self.connection_id(), &requisition).await.unwrap()
    }

    /// The link's settings, changed by a person.
    pub async fn change_mapping(&self, change: impl FnOnce(&mut Mapping)) {
        let mut mapping = self.mapping(REQUISITION).await.unwrap();
        change(&mut mapping);
        self.store.save_mapping(&mapping, &[]).await.unwrap();
    }

    /// A person unlinks the requisition.
    pub async fn unlink(&self) {
        let mapping = self.mapping(REQUISITION).await.unwrap();
        self.store.delete_mapping(&mapping).await.unwrap();
    }
}
