//! How a changed order is stored and what follows from it is announced: in one way, whoever changed it.

use crate::Trouble;
use domain::Order;
use domain::order::{Change, NEEDS_A_LOOK};
use lambda_kit::Queues;
use store::Store;
use store::application::Application;

/// Stores a change with everything that belongs to it, then announces its work. [`Trouble::Again`]: somebody was first,
/// and the decision is made anew on what stands now.
pub async fn commit(store: &Store, queues: &Queues, change: Change, application: Option<&Application>) -> Result<Order, Trouble> {
    let work = change.work.clone();
    let needs_a_look = change.is_first_to_need_a_look();
    let order = store.save_change(change, application).await?;
    if needs_a_look {
        tracing::warn!(
            workspace = %order.workspace, order = %order.order, state = order.state.name(), reason = order.state.reason(),
            outcome = NEEDS_A_LOOK, "every try of a day has failed"
        );
    }
    if let Some(work) = work {
        queues.announce(&order.workspace, work).await;
    }
    Ok(order)
}
