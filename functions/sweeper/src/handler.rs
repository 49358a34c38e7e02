//! Schedule event or batch → work: the function's collaborators and the way an invocation takes.

use crate::{baseline, connection, posting, requisitions, schedule};
use access::{Priority, Trouble, Vendors};
use aws_lambda_events::event::sqs::SqsEvent;
use domain::{Message, Work, WorkspaceId};
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_kit::outbound::{VendorHosts, vendor_client};
use lambda_kit::{Aws, Clock, Environment, Queues, Secrets, StartError};
use lambda_runtime::{Error, LambdaEvent};
use std::time::Duration;
use store::Store;
use store::due::Next;

/// Longest time one poll may take: many pages at Workday's pace.
const RECORD_CAP: Duration = Duration::from_mins(4);
/// A poll that died is taken up again after this.
const LEASE: Duration = Duration::from_mins(5);

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    pub(crate) store: Store,
    pub(crate) vendors: Vendors,
    pub(crate) queues: Queues,
    pub(crate) clock: Clock,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, aws: &Aws, clock: Clock) -> Result<Self, StartError> {
        let secrets = Secrets::new(aws, clock.clone());
        let store = access::open_store(environment, aws, &secrets).await?;
        let http = vendor_client(&VendorHosts::from_environment(environment)?)?;
        Ok(Self {
            vendors: Vendors::new(environment, http, store.clone(), secrets, clock.clone())?.for_work(Priority::Poll),
            queues: Queues::new(aws, environment)?,
            store,
            clock,
        })
    }

    /// The schedule's tick, or one batch of `SweepQueue`.
    pub async fn handle(&self, event: LambdaEvent<serde_json::Value>) -> Result<serde_json::Value, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        if event.payload.get("Records").is_none() {
            let sent = schedule::send_due(self).await?;
            return Ok(serde_json::json!({ "sent": sent }));
        }
        let batch: SqsEvent = serde_json::from_value(event.payload)?;
        let response = batch::run(batch, budget, |message| self.record(message)).await?;
        Ok(serde_json::to_value(response)?)
    }

    async fn record(&self, message: Message) -> Result<Done, RecordError> {
        let work = || {
            Box::pin(async {
                let now = self.clock.now();
                let workspace = &message.workspace;
                let polled = match &message.work {
                    Work::PollConnection { connection } => connection::poll(self, workspace, connection).await,
                    Work::PollPosting { posting } => posting::poll(self, workspace, posting).await,
                    Work::Baseline { connection, requisition } => baseline::take(self, workspace, connection, requisition).await,
                    Work::RefreshRequisitions { connection } => requisitions::refresh(self, workspace, connection).await,
                    Work::ConfirmHint { .. } | Work::AdvanceOrder { .. } | Work::ReadInterview { .. } | Work::WriteBack { .. } => {
                        Ok(Next::Finished("not_ours"))
                    }
                };
                match polled {
                    Err(Trouble::Park { after, .. }) => Ok(Next::Park(access::retry_at(now, 4, after), "parked")),
                    Err(Trouble::Refused { message }) => {
                        tracing::error!(reason = message, "a poll was refused");
                        Ok(Next::Park(access::retry_at(now, 9, None), "refused"))
                    }
                    Err(Trouble::Disconnected) => Ok(Next::Finished("disconnected")),
                    other => other,
                }
            })
        };
        match self.store.work_on(&message, || self.clock.now(), LEASE, work).await {
            Ok(outcome) => Ok(Done(outcome)),
            Err(trouble) => access::give_back(trouble),
        }
    }

    /// Stores a hint with its due row, then announces it.
    pub(crate) async fn hint(&self, hint: &store::hint::Hint) -> Result<(), Trouble> {
        self.store.record_hint(hint).await?;
        self.announce(&hint.workspace, hint.work()).await;
        Ok(())
    }

    /// Announces work whose due row is committed. A lost message costs a minute, so a failure is only logged.
    pub(crate) async fn announce(&self, workspace: &WorkspaceId, work: Work) {
        if let Err(error) = self.queues.send(&Message::new(workspace.clone(), work)).await {
            tracing::warn!(error = %error, "the queue did not take a message; the next tick will send it");
        }
    }
}
