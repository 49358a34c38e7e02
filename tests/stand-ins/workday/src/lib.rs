//! A strict stand-in of one Workday tenant: OAuth, the Recruiting v45.2 SOAP operations the product uses, the
//! integration system's push, and the pages a recruiter works on. It refuses what the schema and Workday's business
//! rules refuse, and shares no code with the product's client. State is real and survives a restart (`data_file`).
//! `cargo run -p workday-stand-in -- --listen 127.0.0.1:8181 --data FILE --contract DIR`
//!
//! # The demo tenant
//!
//! Tenant `acme_preview`; API client `heymilo-demo-client` / `demo-client-secret`, refresh token `demo-refresh-token`;
//! integration system user `HeyMilo_ISU@acme_preview` / `demo-isu-password` (all in [`Credentials`]).
//! `R00003` has a default test, `R00008` is confidential, `R00012` closed, `R90001` evergreen.
//! `JOB_APPLICATION-3-7` and `-8` are in Assessment; `-10` is there too, but its process had no Assess step, so
//! results cannot be written to it; `-4` and `-22` have no email address, `-6` has a name full of markup.
//!
//! # Workday's own addresses
//!
//! | address | what |
//! |---|---|
//! | `POST /ccx/oauth2/{tenant}/token` | refresh token and authorization code grants |
//! | `GET /{tenant}/authorize` | consent page; its form posts `decision` = `approve` or `deny` with the same query |
//! | `POST /ccx/service/{tenant}/Recruiting/{version}` | `Get_Job_Requisitions`, `Get_Evergreen_Requisitions`, `Get_Candidates`, `Get_Assess_Candidate`, `Assess_Candidate`, `Put_Candidate_Attachment`, `Get_Candidate_Attachments`, `Move_Candidate` |
//!
//! # Recruiter's pages (plain HTML forms, also for scripts)
//!
//! | address | form fields |
//! |---|---|
//! | `GET /recruiter`, `/recruiter/requisitions/{id}`, `/recruiter/candidates/{id}`, `/recruiter/attachments/{id}` | |
//! | `POST /recruiter/applications/{id}/move` | `stage` (stage, disposition or step id), `assess_step` (`no`: the process has no Assess step), `back` (path to return to) |
//! | `POST /recruiter/applications/{id}/assess` | `status`, `test`, `back` |
//! | `GET /recruiter/process-monitor`, `POST /recruiter/process-monitor/{number}/relaunch` | |
//! | `GET`, `POST /recruiter/integration-system` | `endpoint_url`, `username`, `password` (empty: unchanged), `assessment_status`, `test`, `key_style` |
//!
//! # Control API (JSON)
//!
//! | address | body or answer |
//! |---|---|
//! | `GET /__stand-in/state` | all records; attachments with size and SHA-256. `?only=assessments,attachments`: these (also `requisitions`, `candidates`, `applications`, `pushes`) |
//! | `POST /__stand-in/seed` | `{"seed":"demo"}`, `{"seed":"empty"}`, `{"records":{…}}` (shape of `state`), `{"requisitions":1200}`, `{"requisition":"R00001","candidates":300,"stage":"ASSESSMENT"}` |
//! | `POST /__stand-in/move` | `{"application","stage","by","assess_step":true,"comment"}` |
//! | `POST /__stand-in/assess` | `{"application","status","test","by","new_event":false}` |
//! | `POST /__stand-in/result` | `{"application","test","status","score","comment","url"}`: another vendor's result on the latest event |
//! | `POST /__stand-in/rescind` | `{"application"}`: its assessments can be read, but no longer written |
//! | `GET`, `DELETE /__stand-in/calls` | `{"total","max_concurrency","max_per_second","calls":[{"operation","started_ms","finished_ms","outcome","http_status","concurrency"}]}` |
//! | `GET`, `POST /__stand-in/faults` | replaces the plan: `[{"operation":"*","times":1,"after":0,"kind":"http503","delay_ms":0,"retry_after":2}]` |
//! | `GET`, `POST /__stand-in/settings` | any of `rotate_refresh_tokens`, `token_seconds`, `requisition_filter` (`works`, `empty`, `fault`), `comments_disabled`, `transaction_log` (`works`, `fault`), `attachments_denied`, `assess_ends_with_move`, `default_test_status`, `redirect_uris`, `integration_system` {`endpoint_url`, `username`, `password`, `assessment_status`, `test`, `key_style` (`underscore`, `labels`, `dashes`)} |
//! | `POST /__stand-in/revoke` | all tokens are dead: `invalid_grant` |
//! | `POST /__stand-in/issue` | `{"refresh_token"}`: the admin makes a new one |
//!
//! Fault kinds instead of the effect: `http503`, `http429`, `html` (503), `html200`, `timeout`, `reset`, `server_fault`,
//! `processing_fault`, `validation_fault`, `ambiguous_event`, `not_authorized`, `auth_fault`. After the effect: `timeout_after_effect`, `reset_after_effect`,
//! `truncated`, `malformed`. Only late: `slow`. Operations: the SOAP names, `OAuth_Token`, `*`.

mod breakage;
mod calls;
mod clock;
mod contract;
mod control;
mod faults;
mod identifier;
mod model;
mod oauth;
mod pages;
mod push;
mod recruiting;
mod seed;
mod server;
mod settings;
mod soap;
mod tenant;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::DefaultBodyLimit,
    http::{Request, Response},
    routing::{get, post},
};
use tokio::task::JoinHandle;
use tower::util::BoxCloneSyncService;

pub use clock::{Clock, Time};
pub use seed::Seed;
pub use settings::Credentials;

use tenant::Tenant;

/// A server in this process: a request in, its answer out, or a connection that broke.
pub type Host = BoxCloneSyncService<Request<Body>, Response<Body>, io::Error>;

/// How to start a stand-in.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Workday's name of the tenant, a path segment.
    pub tenant: String,
    /// Where the state is kept after each change; an existing file is loaded instead of the seed.
    pub data_file: Option<PathBuf>,
    /// Where each SOAP body is recorded for a schema check.
    pub contract_dir: Option<PathBuf>,
    /// What a new tenant holds.
    pub seed: Seed,
    /// API client and integration system user.
    pub credentials: Credentials,
    /// What it takes for the time.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tenant: "acme_preview".to_owned(),
            data_file: None,
            contract_dir: None,
            seed: Seed::Demo,
            credentials: Credentials::default(),
            clock: Clock::default(),
        }
    }
}

/// The stand-in itself.
#[derive(Debug, Clone, Copy)]
pub struct WorkdayStandIn;

impl WorkdayStandIn {
    /// Loads or seeds the tenant and starts to serve it.
    pub async fn start(options: Options) -> io::Result<Running> {
        let listen = options.listen;
        let tenant = open(options, None)?;
        let name = tenant.name.clone();
        let (address, task) = server::start(listen, router(Arc::new(tenant))).await?;
        Ok(Running {
            url: format!("http://{address}"),
            address,
            tenant: name,
            task,
        })
    }

    /// The same tenant without a listener: the host answers in the process, and pushes go out by `outbound`.
    pub fn within(options: Options, outbound: Host) -> io::Result<Host> {
        let router = router(Arc::new(open(options, Some(outbound))?));
        Ok(Host::new(tower::service_fn(move |request| server::answer(router.clone(), request))))
    }
}

fn open(options: Options, outbound: Option<Host>) -> io::Result<Tenant> {
    let (seed, seeding) = (options.seed, options.credentials.clone());
    Tenant::open(options, outbound, |state, contents| seed::start(seed, &seeding, state, contents))
}

/// A serving stand-in; dropping it stops it too.
#[derive(Debug)]
pub struct Running {
    /// Base address, without a trailing slash: services host and user interface host in one.
    pub url: String,
    /// The address it listens on.
    pub address: SocketAddr,
    /// The tenant it serves.
    pub tenant: String,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops serving and closes all connections.
    pub async fn stop(mut self) {
        self.task.abort();
        // The only possible error is the abort just made.
        (&mut self.task).await.unwrap_or_default();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(tenant: Arc<Tenant>) -> Router {
    Router::new()
        .route("/ccx/oauth2/{tenant}/token", post(oauth::serve))
        .route("/ccx/service/{tenant}/Recruiting/{version}", get(soap::describe).post(soap::serve))
        .merge(pages::routes())
        .merge(control::routes())
        // A report with its attachments in base64 is larger than the default limit.
        .layer(DefaultBodyLimit::max(64 * 1024 * 1024))
        .with_state(tenant)
}
