//! A person's decision about an order that does not start by itself.

use crate::{Admin, AdminError, Problem};
use domain::order::{By, Change, ReviewReason, SkipReason};
use domain::{ConnectionId, Order, OrderId, OrderState, Work, WorkspaceId};
use work::Trouble;

impl Admin {
    /// Whether a person may start this order's screening from the list.
    pub fn may_invite(state: &OrderState) -> bool {
        matches!(
            state,
            OrderState::Skipped {
                reason: SkipReason::BeforeLink
            } | OrderState::NeedsReview {
                reason: ReviewReason::AlreadyScreened
            }
        )
    }

    /// Starts the screening of someone who was skipped or is held for review. The gates before the invitation
    /// still apply: whoever left the stage meanwhile is not invited.
    pub async fn invite(&self, workspace: &WorkspaceId, order: &OrderId, person: &str) -> Result<Order, AdminError> {
        let known = self.store.order(workspace, order).await?.ok_or(Problem::OrderNotInvitable)?;
        if !Self::may_invite(&known.state) {
            return Err(Problem::OrderNotInvitable.into());
        }
        let chosen = known.choose(person, self.clock.now());
        let saved = self.commit(chosen, Problem::OrderNotInvitable).await?;
        tracing::info!(workspace = %workspace, order = %order, person, "a person chose to invite");
        Ok(saved)
    }

    /// Writes again what Workday refused, after somebody mended the reason or wants it tried once more.
    pub async fn write_again(&self, workspace: &WorkspaceId, order: &OrderId, person: &str) -> Result<Order, AdminError> {
        let known = self.store.order(workspace, order).await?.ok_or(Problem::OrderNotRefused)?;
        let again = known.write_again(By::Person(person.to_owned()), self.clock.now());
        let saved = self
            .commit(again.ok_or(Problem::OrderNotRefused)?, Problem::OrderNotRefused)
            .await?;
        tracing::info!(workspace = %workspace, order = %order, person, "a person asked to write again");
        Ok(saved)
    }

    /// Lets every write of a connection that waits for a person go on: ids or permissions may be right now.
    pub(crate) async fn release_writes(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        for due in self.store.due_writes(workspace).await? {
            let Work::WriteBack { order } = &due.work else { continue };
            let known = self.store.order(workspace, order).await?;
            let waiting = known.filter(|known| known.connection == *connection);
            let Some(again) = waiting.and_then(|known| known.write_again(By::Us, self.clock.now())) else {
                continue;
            };
            match work::commit(&self.store, &self.queues, again, None).await {
                // Changed this very moment: whoever changed it armed it, too.
                Ok(_) | Err(Trouble::Again) => {}
                Err(trouble) => return Err(trouble.into()),
            }
        }
        Ok(())
    }

    /// Stores a person's change of an order; `overtaken` tells them that it changed in the same moment.
    async fn commit(&self, change: Change, overtaken: Problem) -> Result<Order, AdminError> {
        match work::commit(&self.store, &self.queues, change, None).await {
            Err(Trouble::Again) => Err(overtaken.into()),
            other => Ok(other?),
        }
    }
}
