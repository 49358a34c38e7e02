//! The ten handlers, each built from the environment that the template gives it, and how they are invoked.

use crate::hazards::Hazards;
use admin::Admin;
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
use std::sync::{Arc, Mutex, PoisonError};
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
    /// Its process ended in the middle of it.
    #[error("the function's process died")]
    Died,
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
    /// The administrator's hands, as the console has them.
    pub(crate) admin: Admin,
    /// The table, as the functions see it: for what is shown of a run.
    pub(crate) store: Store,
    console: Process<console::Function>,
    delivery_events: Process<delivery_events::Function>,
    invite_page: Process<invite_page::Function>,
    invite_sender: Process<invite_sender::Function>,
    notify: Process<notify::Function>,
    oauth_callback: Process<oauth_callback::Function>,
    report_page: Process<report_page::Function>,
    result_writeback: Process<result_writeback::Function>,
    sweeper: Process<sweeper::Function>,
    webhook_intake: Process<webhook_intake::Function>,
    setting: Setting,
}

/// A function as its execution environment has it, until that is replaced by a new one.
#[derive(Debug)]
struct Process<F>(Mutex<Arc<F>>);

impl<F> Process<F> {
    fn of(function: F) -> Self {
        Self(Mutex::new(Arc::new(function)))
    }

    fn function(&self) -> Arc<F> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, function: F) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(function);
    }
}

macro_rules! build {
    ($function:ident, $binary:literal, $setting:expr) => {{
        let (environment, outside) = $setting.of($binary)?;
        let function = Box::pin($function::Function::new(&environment, &outside)).await;
        started($binary, function)?
    }};
}

/// What functions are set up from.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) deployment: Deployment,
    pub(crate) outside: Outside,
    /// What this run has beside what the template declares, or instead of its defaults.
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) hazards: Hazards,
}

impl Setting {
    /// What a function is told, and what it is given.
    fn of(&self, binary: &'static str) -> Result<(Environment, Outside), BuildError> {
        let declared = self.deployment.template.functions()?;
        let function = declared.iter().find(|function| function.binary == binary);
        let function = function.ok_or(BuildError::Undeclared(binary))?;
        let declared = self.deployment.variables(function)?;
        let mut outside = self.outside.clone();
        outside.clock = self.clock(binary);
        let environment = Environment::from_pairs(declared.into_iter().chain(self.variables.iter().cloned()));
        Ok((environment, outside))
    }

    /// A function's own clock.
    fn clock(&self, binary: &str) -> Clock {
        match self.hazards.skew(binary) {
            0 => self.outside.clock.clone(),
            milliseconds => self.outside.clock.skewed(milliseconds),
        }
    }
}

fn started<F>(binary: &str, function: Result<F, StartError>) -> Result<F, BuildError> {
    function.map_err(|source| BuildError::Start {
        binary: binary.to_owned(),
        source,
    })
}

/// The one function whose set-up asks nobody anything.
fn delivery_events(setting: &Setting) -> Result<delivery_events::Function, BuildError> {
    let (environment, outside) = setting.of("delivery-events")?;
    started("delivery-events", delivery_events::Function::new(&environment, &outside))
}

impl Functions {
    /// Sets up every function as its first invocation would.
    pub(crate) async fn build(setting: Setting) -> Result<Self, BuildError> {
        let (environment, outside) = setting.of("console")?;
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        let store = work::open_store(&environment, &outside, &secrets).await;
        let console = build!(console, "console", setting);
        Ok(Self {
            declared: setting.deployment.template.functions()?,
            admin: console.admin().clone(),
            store: started("console", store)?,
            console: Process::of(console),
            delivery_events: Process::of(delivery_events(&setting)?),
            invite_page: Process::of(build!(invite_page, "invite-page", setting)),
            invite_sender: Process::of(build!(invite_sender, "invite-sender", setting)),
            notify: Process::of(build!(notify, "notify", setting)),
            oauth_callback: Process::of(build!(oauth_callback, "oauth-callback", setting)),
            report_page: Process::of(build!(report_page, "report-page", setting)),
            result_writeback: Process::of(build!(result_writeback, "result-writeback", setting)),
            sweeper: Process::of(build!(sweeper, "sweeper", setting)),
            webhook_intake: Process::of(build!(webhook_intake, "webhook-intake", setting)),
            setting,
        })
    }

    /// Sets up one function again, as the first invocation of its next execution environment would.
    async fn build_anew(&self, binary: &str) -> Result<(), BuildError> {
        let setting = &self.setting;
        match binary {
            "console" => self.console.replace(build!(console, "console", setting)),
            "delivery-events" => self.delivery_events.replace(delivery_events(setting)?),
            "invite-page" => self.invite_page.replace(build!(invite_page, "invite-page", setting)),
            "invite-sender" => self.invite_sender.replace(build!(invite_sender, "invite-sender", setting)),
            "notify" => self.notify.replace(build!(notify, "notify", setting)),
            "oauth-callback" => self.oauth_callback.replace(build!(oauth_callback, "oauth-callback", setting)),
            "report-page" => self.report_page.replace(build!(report_page, "report-page", setting)),
            "result-writeback" => self.result_writeback.replace(build!(result_writeback, "result-writeback", setting)),
            "sweeper" => self.sweeper.replace(build!(sweeper, "sweeper", setting)),
            "webhook-intake" => self.webhook_intake.replace(build!(webhook_intake, "webhook-intake", setting)),
            _ => {}
        }
        Ok(())
    }

    /// The template's declaration of a function.
    pub(crate) fn declaration(&self, id: &str) -> Option<&Declared> {
        self.declared.iter().find(|function| function.id == id)
    }

    /// One invocation by API Gateway.
    pub(crate) async fn request(&self, function: &Declared, request: Request) -> Result<Response<Body>, InvocationError> {
        let answer = async {
            Ok(match function.binary.as_str() {
                "console" => self.console.function().handle(request).await,
                "invite-page" => self.invite_page.function().handle(request).await,
                "oauth-callback" => self.oauth_callback.function().handle(request).await,
                "report-page" => self.report_page.function().handle(request).await,
                "webhook-intake" => self.webhook_intake.function().handle(request).await,
                other => return Err(InvocationError::NotItsEvent(other.to_owned())),
            })
        };
        Box::pin(self.lived(function, answer)).await
    }

    /// One invocation by an event source mapping or the schedule.
    pub(crate) async fn invoke(&self, function: &Declared, payload: Value) -> Result<Value, InvocationError> {
        let context = self.context(function);
        let work = async {
            match function.binary.as_str() {
                "delivery-events" => {
                    let function = self.delivery_events.function();
                    typed(payload, context, |event| function.handle(event)).await
                }
                "invite-sender" => {
                    let function = self.invite_sender.function();
                    typed(payload, context, |event| function.handle(event)).await
                }
                "notify" => {
                    let function = self.notify.function();
                    typed(payload, context, |event| function.handle(event)).await
                }
                "result-writeback" => {
                    let function = self.result_writeback.function();
                    typed(payload, context, |event| function.handle(event)).await
                }
                "sweeper" => {
                    let function = self.sweeper.function();
                    typed(payload, context, |event| function.handle(event)).await
                }
                other => Err(InvocationError::NotItsEvent(other.to_owned())),
            }
        };
        self.lived(function, work).await
    }

    /// A time-out, a panic or the end of its process ends the invocation and nothing else.
    async fn lived<T>(&self, function: &Declared, work: impl Future<Output = Result<T, InvocationError>>) -> Result<T, InvocationError> {
        let contained = contained(&self.setting.outside.clock, function.timeout, work);
        match Box::pin(self.setting.hazards.mortality.live(&function.binary, contained)).await {
            Ok(outcome) => outcome,
            Err(died) => {
                tracing::info!(function = function.id, "{died}");
                if let Err(error) = Box::pin(self.build_anew(&function.binary)).await {
                    tracing::warn!(
                        function = function.id,
                        error = lambda_kit::telemetry::chain(&error),
                        "it goes on as it was"
                    );
                }
                Err(InvocationError::Died)
            }
        }
    }

    fn context(&self, function: &Declared) -> Context {
        let mut context = Context::default();
        let deadline = self.setting.clock(&function.binary).now().plus(function.timeout).0;
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
