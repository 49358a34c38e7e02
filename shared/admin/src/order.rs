//! A person's decision about an order that does not go on by itself.

use crate::{Act, Admin, AdminError, Problem, Subject};
use domain::order::{Action, By, Change, RefusalReason, ReviewReason};
use domain::{Order, OrderId, OrderState, WorkspaceId};
use store::Store;
use store::application::Application;
use work::Trouble;

impl Admin {
    /// Does what a person decided, if the order still stands so that it can be done.
    pub async fn act(&self, workspace: &WorkspaceId, order: &OrderId, action: Action, person: &str) -> Result<Order, AdminError> {
        let gone = match action {
            Action::Invite => Problem::OrderNotInvitable,
            Action::WriteAgain => Problem::OrderNotRefused,
            Action::Release | Action::Adopt | Action::Close => Problem::OrderPastThat,
        };
        let known = self.order(workspace, order).await?;
        let known = Some(known).filter(|known| known.actions().contains(&action)).ok_or(gone)?;
        let now = self.clock.now();
        let store = &self.recording(workspace, act_of(action), Subject::Order { order: order.clone() })?;
        let saved = match action {
            Action::Invite => self.invite(store, known, person).await,
            Action::WriteAgain => {
                let again = known.write_again(By::Person(person.to_owned()), now).ok_or(gone)?;
                self.commit(store, again, None).await
            }
            Action::Release => self.commit(store, known.release(person, now).ok_or(gone)?, None).await,
            Action::Adopt => {
                // For later visits.
                let row = self.store.application_of(&known).await?.and_then(Application::once_screened);
                self.commit(store, known.adopt(person, now).ok_or(gone)?, row.as_ref()).await
            }
            Action::Close => self.commit(store, known.close(person, now), None).await,
        };
        let saved = saved?.ok_or(gone)?;
        tracing::info!(workspace = %workspace, order = %order, person, action = action.name(), "a person decided about an order");
        Ok(saved)
    }

    /// The gates before the invitation still apply: whoever left the stage meanwhile is not invited.
    async fn invite(&self, store: &Store, known: Order, person: &str) -> Result<Option<Order>, AdminError> {
        let now = self.clock.now();
        let row = self.store.application_of(&known).await?;
        // The person is on another visit by now: that one's order is the one to invite.
        if row.as_ref().is_some_and(|row| row.visits.visit != known.visit) {
            return Ok(None);
        }
        let needs_another = matches!(
            known.state,
            OrderState::Expired { .. }
                | OrderState::NeedsReview {
                    // The address may be another by now, and a mail that left is never sent again.
                    reason: ReviewReason::InterviewShared | ReviewReason::InterviewOver | ReviewReason::MailReturned,
                }
                // Whatever it was before: with the agent that is linked now.
                | OrderState::Refused {
                    reason: RefusalReason::ClosedByAPerson,
                }
        );
        if !needs_another {
            return self.commit(store, known.choose(person, now), None).await;
        }
        // What HeyMilo answered stays that attempt's; another agent may be linked by now.
        let row = row.map(|mut row| {
            row.visits.remember_writing_of(&known);
            row.visits.attempt = row.visits.attempt.max(known.attempt).saturating_add(1);
            row
        });
        let attempt = row.as_ref().map_or(known.attempt.saturating_add(1), |row| row.visits.attempt);
        self.commit(store, known.choose_anew(attempt, person, now), row.as_ref()).await
    }

    /// Stores a change of an order. `None`: it changed in the same moment.
    async fn commit(&self, store: &Store, change: Change, row: Option<&Application>) -> Result<Option<Order>, AdminError> {
        match work::commit(store, &self.queues, change, row).await {
            Err(Trouble::Again) => Ok(None),
            other => Ok(Some(other?)),
        }
    }
}

fn act_of(action: Action) -> Act {
    match action {
        Action::Invite => Act::ScreeningInvited,
        Action::WriteAgain => Act::ScreeningWrittenAgain,
        Action::Release => Act::ScreeningReleased,
        Action::Adopt => Act::ResultAdopted,
        Action::Close => Act::ScreeningClosed,
    }
}
