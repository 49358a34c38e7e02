//! The ten handlers, each built from the environment that the template gives it, and how they are invoked.

use futures::FutureExt;
use lambda_http::{Body, Request, Response};
use lambda_kit::{Clock, Environment, Outside, Secrets, StartError};
use lambda_runtime::{Context, LambdaEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use store::Store;
use testkit::template::Function as Declared;
use testkit::{Deployment, TemplateError};

/// An invocation that ended without an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvocationError {
    /// The function returned an error.
    #[error("the function failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
    /// It took longer than the template allows.
    #[error("the function timed out")]
    TimedOut,
    /// It panicked.
    #[error("the function panicked")]
    Panicked,
    /// Its answer is larger than Lambda takes.
    #[error("the answer is larger than Lambda takes")]
    AnswerTooLarge,
    /// The template routes something to it that it does not take.
    #[error("{0} does not take such events")]
    NotItsEvent(String),
}

/// A function could not be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("the template's environment of a function has no value here")]
    Template(#[from] TemplateError),
    #[error("{binary} could not start")]
    Start {
        binary: String,
        #[source]
        source: StartError,
    },
    #[error("the template has no function with the binary {0}")]
    Undeclared(&'static str),
}

/// All functions of the bundle.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) declared: Vec<Declared>,
    pub(crate) console: console::Function,
    /// The table, as the functions see it: for what is shown of a run.
    pub(crate) store: Store,
    delivery_events: delivery_events::Function,
    invite_page: invite_page::Function,
    invite_sender: invite_sender::Function,
    notify: notify::Function,
    oauth_callback: oauth_callback::Function,
    report_page: report_page::Function,
    result_writeback: result_writeback::Function,
    sweeper: sweeper::Function,
    webhook_intake: webhook_intake::Function,
    clock: Clock,
}

macro_rules! build {
    ($function:ident, $binary:literal, $setting:expr) => {{
        let setting: &Setting<'_> = $setting;
        let environment = setting.environment($binary)?;
        let function = Box::pin($function::Function::new(&environment, setting.outside)).await;
        started($binary, function)?
    }};
}

struct Setting<'a> {
    deployment: &'a Deployment,
    declared: &'a [Declared],
    outside: &'a Outside,
    variables: &'a [(String, String)],
}

impl Setting<'_> {
    /// What the template declares, and what this run has beside it.
    fn environment(&self, binary: &'static str) -> Result<Environment, BuildError> {
        let function = self.declared.iter().find(|function| function.binary == binary);
        let function = function.ok_or(BuildError::Undeclared(binary))?;
        let declared = self.deployment.variables(function)?;
        Ok(Environment::from_pairs(self.variables.iter().cloned().chain(declared)))
    }
}

fn started<F>(binary: &str, function: Result<F, StartError>) -> Result<F, BuildError> {
    function.map_err(|source| BuildError::Start {
        binary: binary.to_owned(),
        source,
    })
}

impl Functions {
    /// Sets up every function as its first invocation would.
    pub(crate) async fn build(deployment: &Deployment, outside: &Outside, variables: &[(String, String)]) -> Result<Self, BuildError> {
        let declared = deployment.template.functions()?;
        let setting = &Setting {
            deployment,
            declared: &declared,
            outside,
            variables,
        };
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        let store = work::open_store(&setting.environment("console")?, outside, &secrets).await;
        Ok(Self {
            console: build!(console, "console", setting),
            store: started("console", store)?,
            delivery_events: started(
                "delivery-events",
                delivery_events::Function::new(&setting.environment("delivery-events")?, outside),
            )?,
            invite_page: build!(invite_page, "invite-page", setting),
            invite_sender: build!(invite_sender, "invite-sender", setting),
            notify: build!(notify, "notify", setting),
            oauth_callback: build!(oauth_callback, "oauth-callback", setting),
            report_page: build!(report_page, "report-page", setting),
            result_writeback: build!(result_writeback, "result-writeback", setting),
            sweeper: build!(sweeper, "sweeper", setting),
            webhook_intake: build!(webhook_intake, "webhook-intake", setting),
            declared,
            clock: outside.clock.clone(),
        })
    }

    /// The template's declaration of a function.
    pub(crate) fn declaration(&self, id: &str) -> Option<&Declared> {
        self.declared.iter().find(|function| function.id == id)
    }

    /// One invocation by API Gateway.
    pub(crate) async fn request(&self, function: &Declared, request: Request) -> Result<Response<Body>, InvocationError> {
        let answer = async {
            Ok(match function.binary.as_str() {
                "console" => self.console.handle(request).await,
                "invite-page" => self.invite_page.handle(request).await,
                "oauth-callback" => self.oauth_callback.handle(request).await,
                "report-page" => self.report_page.handle(request).await,
                "webhook-intake" => self.webhook_intake.handle(request).await,
                other => return Err(InvocationError::NotItsEvent(other.to_owned())),
            })
        };
        Box::pin(contained(&self.clock, function.timeout, answer)).await
    }

    /// One invocation by an event source mapping or the schedule.
    pub(crate) async fn invoke(&self, function: &Declared, payload: Value) -> Result<Value, InvocationError> {
        let context = self.context(function);
        let work = async {
            match function.binary.as_str() {
                "delivery-events" => typed(payload, context, |event| self.delivery_events.handle(event)).await,
                "invite-sender" => typed(payload, context, |event| self.invite_sender.handle(event)).await,
                "notify" => typed(payload, context, |event| self.notify.handle(event)).await,
                "result-writeback" => typed(payload, context, |event| self.result_writeback.handle(event)).await,
                "sweeper" => typed(payload, context, |event| self.sweeper.handle(event)).await,
                other => Err(InvocationError::NotItsEvent(other.to_owned())),
            }
        };
        contained(&self.clock, function.timeout, work).await
    }

    fn context(&self, function: &Declared) -> Context {
        let mut context = Context::default();
        let deadline = self.clock.now().plus(function.timeout).0;
        context.deadline = u64::try_from(deadline).unwrap_or(u64::MAX);
        context.invoked_function_arn.clone_from(&function.id);
        context
    }
}

/// The event and the answer go through JSON, as they do on the way to and from Lambda.
async fn typed<Event, Answer, Work>(
    payload: Value,
    context: Context,
    handle: impl FnOnce(LambdaEvent<Event>) -> Work,
) -> Result<Value, InvocationError>
where
    Event: DeserializeOwned,
    Answer: Serialize,
    Work: Future<Output = Result<Answer, lambda_runtime::Error>>,
{
    let event = serde_json::from_value(payload).map_err(|error| InvocationError::Failed(error.into()))?;
    let answer = handle(LambdaEvent::new(event, context)).await.map_err(InvocationError::Failed)?;
    serde_json::to_value(answer).map_err(|error| InvocationError::Failed(error.into()))
}

/// A time-out or a panic ends the invocation and nothing else.
async fn contained<T>(
    clock: &Clock,
    limit: Duration,
    work: impl Future<Output = Result<T, InvocationError>>,
) -> Result<T, InvocationError> {
    let work = Box::pin(AssertUnwindSafe(work).catch_unwind());
    match clock.timeout(limit, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => Err(InvocationError::Panicked),
        Err(_elapsed) => Err(InvocationError::TimedOut),
    }
}
