//! A person's decision about an order that does not start by itself.

use crate::{Admin, Problem, SetupError};
use domain::order::{ReviewReason, SkipReason};
use domain::{Order, OrderId, OrderState, Work, WorkspaceId};

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
}
