//! Batch → record → work: the function's collaborators and the way a record takes.

use crate::config::Config;
use crate::{advance, confirm, delivery};
use access::{Priority, Trouble, Vendors};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Message, Work, WorkspaceId};
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Queues, Secrets, SigningKeys, StartError};
use lambda_runtime::{Error, LambdaEvent};
use std::time::Duration;
use store::Store;
use store::due::Next;
use store::ledger::Timing;

/// Longest time one record may take: two HTTP calls and their bookkeeping.
const RECORD_CAP: Duration = Duration::from_secs(55);

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) vendors: Vendors,
    pub(crate) mail: aws_sdk_sesv2::Client,
    pub(crate) signing: SigningKeys,
    pub(crate) clock: Clock,
    pub(crate) timing: Timing,
    queues: Queues,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, aws: &Aws, clock: Clock) -> Result<Self, StartError> {
        let config = Config::from_environment(environment)?;
        let secrets = Secrets::new(aws, clock.clone());
        let store = access::open_store(environment, aws, &secrets).await?;
        let http = vendor_client(&VendorHosts::from_environment(environment)?)?;
        // A mail that may have left must not be repeated by the SDK: the ledger decides about repeats.
        let mail = aws_sdk_sesv2::config::Builder::from(aws.sdk_config())
            .retry_config(aws_sdk_sesv2::config::retry::RetryConfig::disabled())
            .build();
        Ok(Self {
            vendors: Vendors::new(environment, http, store.clone(), secrets.clone(), clock.clone())?.for_work(Priority::Invite),
            signing: SigningKeys::load(&secrets, environment).await?,
            queues: Queues::new(aws, environment)?,
            mail: aws_sdk_sesv2::Client::from_conf(mail),
            timing: access::ledger_timing(environment)?,
            config,
            store,
            clock,
        })
    }

    /// One batch of `OrderQueue` or `DeliveryQueue`.
    pub async fn handle(&self, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        if delivery::is_delivery_batch(&event.payload) {
            return delivery::record_evidence(self, event.payload).await;
        }
        batch::run(event.payload, budget, |message| self.record(message)).await
    }

    async fn record(&self, message: Message) -> Result<Done, RecordError> {
        let work = || {
            Box::pin(async {
                match &message.work {
                    Work::ConfirmHint { hint } => confirm::confirm(self, &message.workspace, hint).await,
                    Work::AdvanceOrder { order } => advance::advance(self, &message.workspace, order).await,
                    Work::ReadInterview { .. }
                    | Work::WriteBack { .. }
                    | Work::PollConnection { .. }
                    | Work::PollPosting { .. }
                    | Work::Baseline { .. }
                    | Work::RefreshRequisitions { .. } => Ok(Next::Finished("not_ours")),
                }
            })
        };
        match self.store.work_on(&message, || self.clock.now(), self.timing.lease, work).await {
            Ok(outcome) => Ok(Done(outcome)),
            // Both vendors' troubles are parked by the work itself; what is left is ours.
            Err(trouble) => access::give_back(trouble),
        }
    }

    /// Announces work whose due row is committed. A lost message costs a minute, so a failure is only logged.
    pub(crate) async fn announce(&self, workspace: &WorkspaceId, work: Work) {
        if let Err(error) = self.queues.send(&Message::new(workspace.clone(), work)).await {
            tracing::warn!(error = %error, "the queue did not take a message; the sweep will send it");
        }
    }
}

/// How a passing trouble ends a piece of work that has no order to wait in.
pub(crate) fn park(now: domain::Moment, tries: u32, trouble: Trouble) -> Result<Next, Trouble> {
    match trouble {
        Trouble::Park { after, .. } => Ok(Next::Park(access::retry_at(now, tries, after), "parked")),
        Trouble::Disconnected => Ok(Next::Finished("disconnected")),
        other @ (Trouble::Refused { .. } | Trouble::Infrastructure(_)) => Err(other),
    }
}
