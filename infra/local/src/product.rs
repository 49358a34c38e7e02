//! The running product: started, driven by hand where a test wants that, stopped or killed.

use crate::functions::{BuildError, Functions};
use crate::mapping::Poller;
use crate::network::Network;
use crate::overview::Overview;
use crate::schedule;
use crate::sign_in::sign_in_link;
use crate::start::start;
use domain::{Randomness, WorkspaceId};
use lambda_kit::{Clock, ConfigError};
use setup::{Admin, Linked, Setup, SetupError};
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testkit::template::Queue;
use testkit::{DeployError, EmbeddedAws};
use tokio::runtime::Runtime;

/// How often `drain` looks.
const LOOK: Duration = Duration::from_millis(20);

/// When the scheduled functions run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tick {
    /// As the template says.
    #[default]
    Declared,
    /// More often: the schedule only enqueues what is due.
    Every(Duration),
    /// Only by [`Product::tick`].
    ByHand,
}

/// How to start the product.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// HeyMilo's base URL.
    pub heymilo_url: String,
    /// When the scheduled functions run.
    pub tick: Tick,
    /// What the functions take for the time.
    pub clock: Clock,
    /// Instead of the queues' declared visibility time-outs, which are minutes.
    pub visibility: Option<Duration>,
    /// Variables that every function gets beside the template's.
    pub variables: Vec<(String, String)>,
    /// What decides where nothing else does, instead of the system's randomness.
    pub randomness: Option<Randomness>,
    /// Instead of sockets: the product is a host of this network under its `listen` address, goes by the network's
    /// clock, and runs on the caller's runtime, with which it ends.
    pub network: Option<Network>,
}

impl Options {
    /// On a free port, with everything else as the template says.
    pub fn new(heymilo_url: impl Into<String>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            heymilo_url: heymilo_url.into(),
            tick: Tick::Declared,
            clock: Clock::system(),
            visibility: None,
            variables: Vec::new(),
            randomness: None,
            network: None,
        }
    }
}

/// The product did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, or no address of this machine.
    #[error("the product cannot listen there")]
    Listen(#[source] io::Error),
    /// A setting of the AWS clients is wrong.
    #[error("the AWS clients cannot be configured")]
    Aws(#[from] ConfigError),
    /// The template could not be brought about.
    #[error("the template cannot be brought about")]
    Deploy(#[from] DeployError),
    /// A function could not be set up.
    #[error("a function cannot be set up")]
    Function(#[source] Box<dyn Error + Send + Sync>),
    /// The runtime or the thread could not be made, or ended early.
    #[error("the runtime cannot be made")]
    Runtime(#[source] io::Error),
}

impl From<BuildError> for StartError {
    fn from(error: BuildError) -> Self {
        Self::Function(error.into())
    }
}

/// What is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Messages not deleted and not in a dead-letter queue: waiting, hidden, or being worked on.
    pub messages: usize,
    /// Messages in dead-letter queues.
    pub dead: usize,
    /// Invocations that run now.
    pub running: usize,
}

/// The whole product in this process, on a runtime of its own, so that it can be killed at any moment; within a
/// [`Network`] on its caller's.
#[derive(Debug)]
pub struct Product {
    /// Where people and vendors reach it.
    pub url: String,
    runtime: Option<Runtime>,
    inside: Inside,
}

/// What the tasks on the product's runtime share.
#[derive(Debug, Clone)]
pub(crate) struct Inside {
    pub(crate) clock: Clock,
    /// Received messages are shown again by the pollers, not by the queues.
    pub(crate) keeps_visibility: bool,
    /// Instead of the queues' declared visibility.
    pub(crate) visibility: Option<Duration>,
    pub(crate) aws: EmbeddedAws,
    pub(crate) queues: Arc<Vec<(Queue, String)>>,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) functions: Arc<Functions>,
    pub(crate) running: Arc<AtomicUsize>,
    pub(crate) overview: Overview,
}

impl Product {
    /// Brings the template about in `aws`, then starts the HTTP API, the event source mappings and the schedule.
    pub async fn start(options: Options, aws: &EmbeddedAws) -> Result<Self, StartError> {
        if options.network.is_some() {
            let (url, inside) = Box::pin(start(options, aws.clone())).await?;
            return Ok(Self {
                url,
                runtime: None,
                inside,
            });
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("product")
            .enable_all()
            .build()
            .map_err(StartError::Runtime)?;
        let started = runtime.spawn(start(options, aws.clone())).await;
        match started.unwrap_or_else(|ended| Err(StartError::Runtime(io::Error::other(ended)))) {
            Ok((url, inside)) => Ok(Self {
                url,
                runtime: Some(runtime),
                inside,
            }),
            Err(error) => {
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    /// Brings about what a setup says, through the same code as the console's pages.
    pub async fn apply(&self, setup: Setup) -> Result<Vec<Linked>, SetupError> {
        let inside = self.inside.clone();
        self.on_runtime(Box::pin(async move {
            inside.overview.remember(&setup.workspace.id);
            inside.admin().apply(&setup).await
        }))
        .await
    }

    /// Shows the workspaces of an earlier run on the pages of this one.
    pub fn know_workspaces(&self, workspaces: &[WorkspaceId]) {
        for workspace in workspaces {
            self.inside.overview.remember(workspace);
        }
    }

    /// A link that signs an owner of the workspace in to the console, once.
    pub async fn sign_in_link(&self, workspace: WorkspaceId) -> Result<String, SetupError> {
        let inside = self.inside.clone();
        self.on_runtime(Box::pin(async move { sign_in_link(inside.admin(), &workspace).await }))
            .await
    }

    /// The administrator's hands, for addresses and keys.
    pub fn admin(&self) -> &Admin {
        self.inside.admin()
    }

    /// The AWS services it runs on.
    pub fn aws(&self) -> &EmbeddedAws {
        &self.inside.aws
    }

    /// Runs the scheduled functions now.
    pub async fn tick(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let functions = Arc::clone(&self.inside.functions);
        self.on_runtime(Box::pin(async move { schedule::tick(&functions).await.map_err(Into::into) }))
            .await
    }

    /// What is left to do.
    pub async fn backlog(&self) -> Result<Backlog, Box<dyn Error + Send + Sync>> {
        let inside = self.inside.clone();
        self.on_runtime(Box::pin(async move { inside.backlog().await })).await
    }

    /// Waits until no message is left outside the dead-letter queues and nothing runs. The error is what was left.
    pub async fn drain(&self, patience: Duration) -> Result<Backlog, Box<dyn Error + Send + Sync>> {
        let inside = self.inside.clone();
        self.on_runtime(Box::pin(async move { inside.drain(patience).await })).await
    }

    /// Ends everything at once, wherever it is, as a power cut would; the AWS services go on.
    pub async fn kill(mut self) {
        self.end(Duration::from_secs(5)).await;
    }

    /// Waits until running invocations are done, then ends.
    pub async fn stop(mut self) {
        let clock = &self.inside.clock;
        let ends_at = clock.now().plus(Duration::from_secs(10));
        while self.inside.running.load(Ordering::SeqCst) > 0 && clock.now() < ends_at {
            clock.sleep(LOOK).await;
        }
        self.end(Duration::from_secs(5)).await;
    }

    async fn end(&mut self, patience: Duration) {
        if let Some(runtime) = self.runtime.take() {
            // Tasks are dropped where they wait; the threads are joined, so that nothing of it runs afterwards.
            let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(patience)).await;
            if let Err(error) = ended {
                tracing::error!(error = &error as &dyn Error, "the product's runtime did not end cleanly");
            }
        }
    }

    async fn on_runtime<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        match &self.runtime {
            Some(runtime) => match runtime.spawn(work).await {
                Ok(outcome) => outcome,
                Err(ended) => std::panic::resume_unwind(ended.into_panic()),
            },
            // Within a network; or `end` took the runtime, and it takes the product with it.
            None => work.await,
        }
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Inside {
    fn admin(&self) -> &Admin {
        self.functions.console.admin()
    }

    /// Starts every event source mapping.
    pub(crate) fn poll(&self) {
        for function in &self.functions.declared {
            for mapping in &function.mappings {
                let Some((queue, url)) = self.queues.iter().find(|(declared, _)| declared.id == mapping.queue) else {
                    continue;
                };
                let poller = Poller {
                    client: self.sqs.clone(),
                    queue_url: url.clone(),
                    mapping: mapping.clone(),
                    function: function.clone(),
                    functions: Arc::clone(&self.functions),
                    running: Arc::clone(&self.running),
                    clock: self.clock.clone(),
                    arrivals: self.aws.arrivals(&queue.id),
                    visibility: self.keeps_visibility.then(|| self.visibility.unwrap_or(queue.visibility)),
                };
                tokio::spawn(poller.run());
            }
        }
    }

    async fn backlog(&self) -> Result<Backlog, Box<dyn Error + Send + Sync>> {
        use aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages as Waiting;
        let (mut sent, mut dead) = (0, 0);
        for (queue, url) in self.queues.iter() {
            if queue.redrive.is_some() {
                sent += self.aws.backlog(&queue.id);
                continue;
            }
            let asked = self
                .sqs
                .get_queue_attributes()
                .queue_url(url)
                .attribute_names(Waiting)
                .send()
                .await?;
            let waiting = asked.attributes.as_ref().and_then(|attributes| attributes.get(&Waiting));
            dead += waiting.and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
        }
        Ok(Backlog {
            messages: sent.saturating_sub(dead),
            dead,
            running: self.running.load(Ordering::SeqCst),
        })
    }

    async fn drain(&self, patience: Duration) -> Result<Backlog, Box<dyn Error + Send + Sync>> {
        let ends_at = self.clock.now().plus(patience);
        loop {
            // A message is deleted only after its invocation ended, so nothing left means nothing runs for it.
            let left = self.backlog().await?;
            if left.messages == 0 && left.running == 0 {
                return Ok(left);
            }
            if self.clock.now() > ends_at {
                return Err(format!("still to do after {patience:?}: {left:?}").into());
            }
            self.clock.sleep(LOOK).await;
        }
    }
}
