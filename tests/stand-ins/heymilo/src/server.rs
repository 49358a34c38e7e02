//! Starting and stopping: state file, socket, routes, background work.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::any;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::contract::ContractRecorder;
use crate::model::{DeliveryOutcome, Stage, State};
use crate::outbound::{Host, Outbound};
use crate::{api, control, pages, persistence, seed};

/// How long a stop waits for open connections.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// How to start the stand-in.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the state is kept as JSON; in memory only when absent.
    pub data_file: Option<PathBuf>,
    /// Where request and answer bodies are recorded.
    pub contract_dir: Option<PathBuf>,
    /// The source of all ids; used only when there is no state file yet.
    pub seed: u64,
    /// What it takes for the time.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data_file: None,
            contract_dir: None,
            seed: 1,
            clock: Clock::default(),
        }
    }
}

/// The stand-in of HeyMilo.
#[derive(Debug, Clone, Copy)]
pub struct HeyMiloStandIn;

/// A running stand-in; dropping it stops it without waiting.
#[derive(Debug)]
pub struct Running {
    /// Its base URL, as `http://127.0.0.1:8090`, without a slash at the end.
    pub url: String,
    app: App,
    shutdown: watch::Sender<bool>,
    server: JoinHandle<()>,
    saver: JoinHandle<()>,
}

impl HeyMiloStandIn {
    /// Starts serving on the current Tokio runtime.
    pub async fn start(options: Options) -> io::Result<Running> {
        let state = initial_state(&options)?;
        let contract = options.contract_dir.as_deref().map(ContractRecorder::new).transpose()?;
        let listener = TcpListener::bind(options.listen).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (shutdown, ended) = watch::channel(false);
        let parts = Parts {
            base_url: url.clone(),
            state,
            data_file: options.data_file,
            contract,
            outbound: Outbound::network()?,
            shutdown: ended,
        };
        let app = App::new(parts);
        resume(&app);
        let saver = tokio::spawn(app.clone().keep_saved());
        let server = tokio::spawn(serve(listener, app.clone(), shutdown.subscribe()));
        Ok(Running {
            url,
            app,
            shutdown,
            server,
            saver,
        })
    }
}

impl HeyMiloStandIn {
    /// The same without a listener and a state file: the host answers in the process under `base_url`, and webhooks go
    /// out by `outbound`.
    pub fn within(options: &Options, base_url: &str, outbound: Host) -> io::Result<Host> {
        // Nobody ends it: what it does later ends with the runtime.
        let (shutdown, ended) = watch::channel(false);
        let parts = Parts {
            base_url: base_url.to_owned(),
            state: initial_state(options)?,
            data_file: None,
            contract: options.contract_dir.as_deref().map(ContractRecorder::new).transpose()?,
            outbound: Outbound::Within(outbound),
            shutdown: ended,
        };
        let router = router(App::new(parts));
        Ok(Host::new(tower::service_fn(move |request: Request<Body>| {
            let (router, _until_dropped) = (router.clone(), &shutdown);
            async move { Ok(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
        })))
    }
}

impl Running {
    /// Stops serving and writes the state.
    pub async fn stop(self) {
        self.shutdown.send_replace(true);
        let abort = self.server.abort_handle();
        if self.app.clock().timeout(STOP_PATIENCE, self.server).await.is_none() {
            abort.abort();
        }
        // The writer has ended before the last write, so that two never share the temporary file.
        self.saver.await.unwrap_or_default();
        self.app.save();
    }
}

fn initial_state(options: &Options) -> io::Result<State> {
    let known = options.data_file.as_deref().map(persistence::load).transpose()?.flatten();
    let mut state = known.unwrap_or_else(|| seed::default_state(options.seed, options.clock.clone()));
    state.clock = options.clock.clone();
    Ok(state)
}

/// Takes up what a stop interrupted: evaluations run again, deliveries under way have failed.
fn resume(app: &App) {
    let evaluating: Vec<String> = app.change(|state| {
        for delivery in state
            .deliveries
            .iter_mut()
            .filter(|delivery| delivery.outcome == DeliveryOutcome::Pending)
        {
            delivery.outcome = DeliveryOutcome::Failed;
            delivery.attempts.push("the stand-in was stopped".to_owned());
        }
        let waiting = state.interviews.iter().filter(|interview| interview.stage == Stage::Evaluating);
        waiting.map(|interview| interview.interview_id.clone()).collect()
    });
    for interview_id in evaluating {
        app.evaluate_later(interview_id);
    }
}

async fn serve(listener: TcpListener, app: App, mut ended: watch::Receiver<bool>) {
    let router = router(app);
    let until_ended = async move { ended.wait_for(|ended| *ended).await.map(drop).unwrap_or_default() };
    // axum's accept loop handles its own errors and returns only at the end.
    axum::serve(listener, router)
        .with_graceful_shutdown(until_ended)
        .await
        .unwrap_or_default();
}

fn router(app: App) -> Router {
    Router::new()
        .route("/health", any(api::serve))
        .route("/api/v2/{*rest}", any(api::serve))
        .merge(control::routes())
        .merge(pages::routes())
        .with_state(app)
}
