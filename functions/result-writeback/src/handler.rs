//! Batch → record → work: the function's collaborators and the way a record takes.

use crate::config::Config;
use crate::{progress, writeback};
use access::{Priority, Vendors};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Message, Order, Work, WorkspaceId};
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Queues, Secrets, SigningKeys, StartError};
use lambda_runtime::{Error, LambdaEvent};
use std::time::Duration;
use store::Store;
use store::due::Next;
use store::ledger::Timing;

/// Longest time one record may take: up to three writes to Workday and their read-backs.
const RECORD_CAP: Duration = Duration::from_secs(80);

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) vendors: Vendors,
    pub(crate) signing: SigningKeys,
    pub(crate) clock: Clock,
    pub(crate) timing: Timing,
    queues: Queues,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, aws: &Aws, clock: Clock) -> Result<Self, StartError> {
        let secrets = Secrets::new(aws, clock.clone());
        let store = access::open_store(environment, aws, &secrets).await?;
        let http = vendor_client(&VendorHosts::from_environment(environment)?)?;
        Ok(Self {
            config: Config::from_environment(environment)?,
            vendors: Vendors::new(environment, http, store.clone(), secrets.clone(), clock.clone())?.for_work(Priority::WriteBack),
            signing: SigningKeys::load(&secrets, environment).await?,
            queues: Queues::new(aws, environment)?,
            timing: access::ledger_timing(environment)?,
            store,
            clock,
        })
    }

    /// One batch of `WritebackQueue`.
    pub async fn handle(&self, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        batch::run(event.payload, budget, |message| self.record(message)).await
    }

    async fn record(&self, message: Message) -> Result<Done, RecordError> {
        let work = || {
            Box::pin(async {
                match &message.work {
                    Work::ReadInterview { hint } => progress::read_interview(self, &message.workspace, hint).await,
                    Work::WriteBack { order } => writeback::write_back(self, &message.workspace, order).await,
                    Work::ConfirmHint { .. }
                    | Work::AdvanceOrder { .. }
                    | Work::PollConnection { .. }
                    | Work::PollPosting { .. }
                    | Work::Baseline { .. }
                    | Work::RefreshRequisitions { .. } => Ok(Next::Finished("not_ours")),
                }
            })
        };
        match self.store.work_on(&message, || self.clock.now(), self.timing.lease, work).await {
            Ok(outcome) => Ok(Done(outcome)),
            Err(trouble) => access::give_back(trouble),
        }
    }

    /// Announces work whose due row is committed. A lost message costs a minute, so a failure is only logged.
    pub(crate) async fn announce(&self, workspace: &WorkspaceId, work: Work) {
        if let Err(error) = self.queues.send(&Message::new(workspace.clone(), work)).await {
            tracing::warn!(error = %error, "the queue did not take a message; the sweep will send it");
        }
    }

    /// The order's View Report address: derived, so that every run writes the same one.
    pub(crate) fn report_url(&self, order: &Order) -> String {
        format!(
            "{}r/{}",
            self.config.public_url,
            self.signing.report_link_token(&order.workspace, &order.order)
        )
    }
}
