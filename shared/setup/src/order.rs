//! A person's decision about an order that does not start by itself.

use crate::{Admin, Problem, SetupError};
use domain::order::{ReviewReason, SkipReason};
use domain::{ConnectionId, Order, OrderId, OrderState, Work, WorkspaceId};
use store::StoreError;

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
    pub async fn invite(&self, workspace: &WorkspaceId, order: &OrderId, person: &str) -> Result<Order, SetupError> {
        let known = self.store.order(workspace, order).await?.ok_or(Problem::OrderNotInvitable)?;
        if !Self::may_invite(&known.state) {
            return Err(Problem::OrderNotInvitable.into());
        }
        let arm = self.arm_now(Work::AdvanceOrder { order: order.clone() });
        let chosen = Order {
            state: OrderState::Confirmed,
            tries: 0,
            updated_at: self.clock.now(),
            ..known
        };
        let saved = match self.store.save_order(chosen, std::slice::from_ref(&arm)).await {
            Ok(saved) => saved,
            Err(store::StoreError::ConditionFailed) => return Err(Problem::OrderNotInvitable.into()),
            Err(error) => return Err(error.into()),
        };
        self.announce(workspace, &[arm]).await;
        tracing::info!(workspace = %workspace, order = %order, person, "a person chose to invite");
        Ok(saved)
    }

    /// Writes again what Workday refused, after somebody mended the reason or wants it tried once more.
    pub async fn write_again(&self, workspace: &WorkspaceId, order: &OrderId, person: &str) -> Result<Order, SetupError> {
        let known = self.store.order(workspace, order).await?.ok_or(Problem::OrderNotRefused)?;
        if known.write_problem.is_none() {
            return Err(Problem::OrderNotRefused.into());
        }
        let saved = self.rearm_write(known).await?;
        self.announce(workspace, &[self.arm_now(Work::WriteBack { order: order.clone() })])
            .await;
        tracing::info!(workspace = %workspace, order = %order, person, "a person asked to write again");
        Ok(saved)
    }

    /// Lets every write of a connection that waits for a person go on: ids or permissions may be right now.
    pub(crate) async fn release_writes(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), SetupError> {
        let mut arms = Vec::new();
        for due in self.store.due_writes(workspace).await? {
            let Work::WriteBack { order } = &due.work else { continue };
            let known = self.store.order(workspace, order).await?;
            let Some(known) = known.filter(|known| known.connection == *connection && known.write_problem.is_some()) else {
                continue;
            };
            match self.rearm_write(known).await {
                Ok(order) => arms.push(self.arm_now(Work::WriteBack { order: order.order })),
                // It changed this very moment: whoever changed it armed it, too.
                Err(SetupError {
                    problem: Problem::OrderNotRefused,
                    ..
                }) => {}
                Err(error) => return Err(error),
            }
        }
        self.announce(workspace, &arms).await;
        Ok(())
    }

    async fn rearm_write(&self, mut order: Order) -> Result<Order, SetupError> {
        let arm = self.arm_now(Work::WriteBack {
            order: order.order.clone(),
        });
        order.write_again();
        order.updated_at = self.clock.now();
        match self.store.save_order(order, &[arm]).await {
            Err(StoreError::ConditionFailed) => Err(Problem::OrderNotRefused.into()),
            other => Ok(other?),
        }
    }
}
