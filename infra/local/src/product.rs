//! The running product: started, driven by hand where a test wants that, stopped or killed.

use crate::inside::{Backlog, Inside};
use crate::options::{Options, StartError};
use crate::schedule;
use crate::sign_in::sign_in_link;
use crate::start::start;
use admin::{Admin, AdminError, Linked, Setup};
use domain::WorkspaceId;
use std::error::Error;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use testkit::EmbeddedAws;
use tokio::runtime::Runtime;

/// The whole product in this process, on a runtime of its own, so that it can be killed at any moment; within a
/// [`Network`](crate::Network) on its caller's.
#[derive(Debug)]
pub struct Product {
    /// Where people and vendors reach it.
    pub url: String,
    runtime: Option<Runtime>,
    inside: Inside,
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
    pub async fn apply(&self, setup: Setup) -> Result<Vec<Linked>, AdminError> {
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
    pub async fn sign_in_link(&self, workspace: WorkspaceId) -> Result<String, AdminError> {
        let inside = self.inside.clone();
        self.on_runtime(Box::pin(async move { sign_in_link(inside.admin(), &workspace).await }))
            .await
    }

    /// The table that the functions share.
    pub fn store(&self) -> &Store {
        self.inside.store()
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

    /// Brings a message to a queue, by its logical id, as a rule of the event bus does.
    pub async fn bring(&self, queue: &str, body: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        let (inside, queue, body) = (self.inside.clone(), queue.to_owned(), body.to_owned());
        self.on_runtime(Box::pin(async move { inside.bring(&queue, &body).await })).await
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
        self.inside.finish(Duration::from_secs(10)).await;
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
