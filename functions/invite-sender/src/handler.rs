//! Batch → record → work: the way a record takes.

use crate::function::Function;
use crate::{advance, confirm};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Message, Work};
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_runtime::{Error, LambdaEvent};
use std::time::Duration;
use store::due::Next;

/// Longest time one record may take: two HTTP calls and their bookkeeping.
const RECORD_CAP: Duration = Duration::from_secs(55);

impl Function {
    /// One batch of `OrderQueue`.
    pub async fn handle(&self, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        batch::run(event.payload, budget, batch::message, |message| self.record(message)).await
    }

    async fn record(&self, message: Message) -> Result<Done, RecordError> {
        let workspace = &message.workspace;
        let work = |work| {
            Box::pin(async move {
                match &work {
                    Work::ConfirmHint { hint } => confirm::confirm(self, workspace, hint).await,
                    Work::AdvanceOrder { order } => advance::advance(self, workspace, order).await,
                    Work::ReadInterview { .. }
                    | Work::WriteBack { .. }
                    | Work::PollConnection { .. }
                    | Work::PollPosting { .. }
                    | Work::Baseline { .. }
                    | Work::RefreshRequisitions { .. }
                    | Work::TryOut { .. }
                    | Work::Notify { .. }
                    | Work::Release { .. }
                    | Work::AnnounceRest => Ok(Next::Finished("not_ours")),
                }
            })
        };
        Ok(self.worker.run(&message, work).await)
    }
}
