//! Batch → record → work: the way a record takes.

use crate::function::Function;
use crate::{progress, writeback};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Message, Order, Work};
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_runtime::{Error, LambdaEvent};
use std::time::Duration;
use store::due::Next;

/// Longest time one record may take: up to three writes to Workday and their read-backs.
const RECORD_CAP: Duration = Duration::from_secs(80);

impl Function {
    /// One batch of `WritebackQueue`.
    pub async fn handle(&self, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        batch::run(event.payload, budget, batch::message, |message| self.record(message)).await
    }

    async fn record(&self, message: Message) -> Result<Done, RecordError> {
        let workspace = &message.workspace;
        let work = |work| {
            Box::pin(async move {
                match &work {
                    Work::ReadInterview { hint } => progress::read_interview(self, workspace, hint).await,
                    Work::WriteBack { order } => writeback::write_back(self, workspace, order).await,
                    Work::ConfirmHint { .. }
                    | Work::AdvanceOrder { .. }
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

    /// The order's View Report address: derived, so that every run writes the same one.
    pub(crate) fn report_url(&self, order: &Order) -> String {
        self.config
            .public_url
            .report_link(&self.signing.report_link_token(&order.workspace, &order.order))
    }
}
