//! The agent of an order's interview: there, not shown, or gone.

use crate::function::Function;
use domain::{Moment, Order};
use vendors::heymilo::{HeyMilo, Posting};
use work::Trouble;

/// The agent.
pub(crate) enum Agent {
    Shown(Box<Posting>),
    /// HeyMilo does not show it for this key, which may be another workspace's.
    Unknown,
    /// It has not for so long that it was deleted.
    Gone,
}

/// Reads it. Where HeyMilo does not show it, the agent's polls tell since when.
pub(crate) async fn agent(function: &Function, heymilo: &HeyMilo, order: &Order, now: Moment) -> Result<Agent, Trouble> {
    let Some(posting) = &order.posting else {
        return Ok(Agent::Unknown);
    };
    if let Some(agent) = heymilo.posting(posting).await? {
        return Ok(Agent::Shown(Box::new(agent)));
    }
    tracing::warn!(order = %order.order, "HeyMilo has no such agent for this key");
    let polled = function.store.posting_standing(&order.workspace, posting).await?;
    Ok(if polled.is_some_and(|polled| polled.is_gone(now)) {
        Agent::Gone
    } else {
        Agent::Unknown
    })
}
