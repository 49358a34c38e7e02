//! What the mail service said of an invitation → order: one that came back is for a person, and the recruiter is told.

use crate::function::Function;
use domain::{Moment, OrderId, WorkspaceId};
use std::time::Duration;
use work::{Trouble, commit};

/// Between two looks at an order of which nobody knows yet that its invitation left.
pub(crate) const BETWEEN_LOOKS: Duration = Duration::from_mins(5);

/// What follows for the order.
pub(crate) enum Returned {
    Settled(&'static str),
    /// The mail is told of before the order knows that it left.
    NotYet,
}

/// The mail of an order's step came back. Told late or twice it changes nothing: a later attempt has a mail of its own, and who
/// has gone on to the interview had the link.
pub(crate) async fn returned(
    function: &Function,
    (workspace, order, step): (&WorkspaceId, &OrderId, &str),
    now: Moment,
) -> Result<Returned, Trouble> {
    let Some(order) = function.store.order(workspace, order).await? else {
        return Ok(Returned::Settled("order_gone"));
    };
    if order.invitation_step() != step {
        return Ok(Returned::Settled("an_earlier_attempt"));
    }
    if order.state.is_pending_invite() {
        return Ok(Returned::NotYet);
    }
    let Some(change) = order.mail_returned(now) else {
        return Ok(Returned::Settled("went_on"));
    };
    let order = commit(&function.store, &function.queues, change, None).await?;
    tracing::warn!(workspace = %workspace, order = %order.order, outcome = "mail_returned", "an invitation came back");
    Ok(Returned::Settled("mail_returned"))
}
