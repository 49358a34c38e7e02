//! Schedule event or batch → work: the way an invocation takes.

use crate::function::Function;
use crate::{baseline, connection, posting, preflight, release, requisitions, schedule};
use aws_lambda_events::event::sqs::SqsEvent;
use domain::{Message, PostingId, Work, WorkspaceId};
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_runtime::{Error, LambdaEvent};
use std::time::Duration;
use store::due::Next;
use store::hint::{About, Hint};
use work::Trouble;

/// Longest time one poll may take: many pages at Workday's pace.
const RECORD_CAP: Duration = Duration::from_mins(4);
/// Between two looks of an unfinished baseline whose connection is disconnected.
const DISCONNECTED: Duration = Duration::from_hours(1);

impl Function {
    /// The schedule's tick, or one batch of `SweepQueue` or `AnnounceQueue`.
    pub async fn handle(&self, event: LambdaEvent<serde_json::Value>) -> Result<serde_json::Value, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        if event.payload.get("Records").is_none() {
            let sent = schedule::send_due(self).await?;
            return Ok(serde_json::json!({ "sent": sent }));
        }
        let batch: SqsEvent = serde_json::from_value(event.payload)?;
        let response = batch::run(batch, budget, batch::message, |message| self.record(message)).await?;
        Ok(serde_json::to_value(response)?)
    }

    async fn record(&self, message: Message) -> Result<Done, RecordError> {
        let workspace = &message.workspace;
        let work = |work| {
            Box::pin(async move {
                let now = self.clock.now();
                let polled = match &work {
                    Work::PollConnection { connection } => Box::pin(connection::poll(self, workspace, connection)).await,
                    Work::PollPosting { posting } => posting::poll(self, workspace, posting).await,
                    Work::Baseline { connection, requisition } => baseline::take(self, workspace, connection, requisition).await,
                    Work::RefreshRequisitions { connection } => requisitions::refresh(self, workspace, connection).await,
                    Work::TryOut { connection } => preflight::try_out(self, workspace, connection).await,
                    Work::Release { cause, since } => release::release(self, workspace, cause, *since).await,
                    Work::AnnounceRest => schedule::announce_rest(self, workspace).await,
                    Work::ConfirmHint { .. }
                    | Work::AdvanceOrder { .. }
                    | Work::ReadInterview { .. }
                    | Work::WriteBack { .. }
                    | Work::Notify { .. } => Ok(Next::Finished("not_ours")),
                };
                match polled {
                    Err(trouble @ Trouble::Park { .. }) => Ok(Next::Park(self.again_at(trouble, 0)?, "parked")),
                    Err(Trouble::Refused { message }) => {
                        tracing::error!(reason = message.as_str(), "a poll was refused");
                        Ok(Next::Park(self.again_at(Trouble::Refused { message }, 0)?, "refused"))
                    }
                    // A baseline is wanted still: the next connect arms it at once, this look is for those beyond its limit.
                    Err(Trouble::Disconnected) if matches!(work, Work::Baseline { .. }) => {
                        Ok(Next::Park(now.plus(DISCONNECTED), "disconnected"))
                    }
                    Err(Trouble::Disconnected) => Ok(Next::Finished("disconnected")),
                    other => other,
                }
            })
        };
        Ok(self.worker.run(&message, work).await)
    }

    /// Hints at an interview of a posting.
    pub(crate) async fn hint_at(
        &self,
        (workspace, posting): (&WorkspaceId, &PostingId),
        interview: &str,
        event_type: &str,
    ) -> Result<(), Trouble> {
        let about = About::Interview {
            posting: posting.clone(),
            interview: interview.to_owned(),
            event_type: event_type.to_owned(),
        };
        self.hint(&Hint::new(workspace.clone(), about, self.clock.now())).await
    }

    /// Stores a hint with its due row, then announces it.
    pub(crate) async fn hint(&self, hint: &Hint) -> Result<(), Trouble> {
        self.store.record_hint(hint).await?;
        self.queues.announce(&hint.workspace, hint.work()).await;
        Ok(())
    }
}
