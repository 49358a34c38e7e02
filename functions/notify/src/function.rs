//! Batch → record → notice: the way a record takes, and the function's collaborators.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Message, Work};
use keys::PublicUrl;
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_kit::{Clock, Environment, Outside, Secrets, StartError};
use lambda_runtime::{Error, LambdaEvent};
use mail::Mailer;
use std::time::Duration;
use store::Store;
use store::due::Next;
use store::ledger::Timing;
use work::Worker;

/// Longest time one notice may take: one mail and its bookkeeping.
const RECORD_CAP: Duration = Duration::from_secs(20);

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    pub(crate) store: Store,
    pub(crate) mailer: Mailer,
    pub(crate) public_url: PublicUrl,
    pub(crate) clock: Clock,
    pub(crate) timing: Timing,
    pub(crate) worker: Worker,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        let store = work::open_store(environment, outside, &secrets).await?;
        let timing = work::ledger_timing(environment)?;
        Ok(Self {
            mailer: Mailer::new(environment, outside)?,
            public_url: PublicUrl::from_environment(environment)?,
            worker: Worker::new(outside, store.clone(), timing.lease),
            clock: outside.clock.clone(),
            store,
            timing,
        })
    }

    /// One batch of `NoticeQueue`.
    pub async fn handle(&self, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        batch::run(event.payload, budget, batch::message, |message| self.record(message)).await
    }

    async fn record(&self, message: Message) -> Result<Done, RecordError> {
        let workspace = &message.workspace;
        let work = |work| async move {
            match &work {
                Work::Notify { notice } => self.tell(workspace, notice).await,
                Work::ConfirmHint { .. }
                | Work::AdvanceOrder { .. }
                | Work::ReadInterview { .. }
                | Work::WriteBack { .. }
                | Work::PollConnection { .. }
                | Work::PollPosting { .. }
                | Work::Baseline { .. }
                | Work::RefreshRequisitions { .. }
                | Work::TryOut { .. }
                | Work::Release { .. }
                | Work::AnnounceRest => Ok(Next::Finished("not_ours")),
            }
        };
        Ok(self.worker.run(&message, work).await)
    }
}
