//! A mapping's baseline: who is in the stage at linking is recorded as skipped, visible, and invited only by a
//! person's choice. Orders of the requisition start when it is complete; whoever entered after the link is one of them.

use crate::function::Function;
use domain::order::RefusalReason;
use domain::settings::Mapping;
use domain::trigger::Visits;
use domain::{ConnectionId, JobRequisitionId, Moment, Order, OrderId, OrderState, WorkspaceId};
use std::collections::BTreeSet;
use store::StoreError;
use store::application::Application;
use store::due::Next;
use vendors::workday::InStage;
use work::Trouble;

/// Records everybody who is in the stage of one newly linked requisition.
pub(crate) async fn take(
    function: &Function,
    workspace: &WorkspaceId,
    connection: &ConnectionId,
    requisition: &JobRequisitionId,
) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let store = &function.store;
    let Some(mapping) = store.mapping(workspace, connection, requisition).await? else {
        return Ok(Next::Finished("unlinked"));
    };
    if mapping.standing.baseline_at.is_some() {
        return Ok(Next::Finished("already_taken"));
    }
    let connection = store.connection(workspace, connection).await?.ok_or(Trouble::Disconnected)?;
    let workday = function.vendors.workday(&connection).await?;
    let people = workday.in_stage(&BTreeSet::from([requisition.clone()])).await?;
    let mut skipped = 0;
    for person in people.iter().filter(|person| person.entered_by(mapping.linked_at)) {
        if !skip(function, &mapping, person, now).await? {
            return Ok(Next::Finished(LINK_CHANGED));
        }
        skipped += 1;
    }
    if !store.baseline_taken(&mapping, now).await? {
        return Ok(Next::Finished(LINK_CHANGED));
    }
    tracing::info!(job_requisition_id = %requisition, skipped, later = people.len() - skipped, "baseline taken");
    Ok(Next::Finished("baseline_taken"))
}

/// A person saved the link anew, which armed a baseline of its own, or unlinked it: this one is nobody's any more.
const LINK_CHANGED: &str = "link_changed";

/// Records one person as here before the link, unless an order of this visit is known already. `false`: the link is not
/// the one that this baseline is taken for any more, and nothing was recorded.
async fn skip(function: &Function, mapping: &Mapping, person: &InStage, now: Moment) -> Result<bool, Trouble> {
    let store = &function.store;
    let known = store
        .application(&mapping.workspace, &mapping.connection, &mapping.requisition, &person.application)
        .await?;
    let mut row = known.unwrap_or_else(|| never_seen(mapping, person, now));
    row.seen_at = now;
    // Who left and came back while the requisition was not linked is on a new visit, and the link came after that too.
    let order = if row.visits.in_stage {
        let visit = OrderId::derive(&mapping.connection, &person.application, row.visits.visit);
        store.order(&mapping.workspace, &visit).await?
    } else {
        row.visits.visit += 1;
        None
    };
    let not_linked = OrderState::Refused {
        reason: RefusalReason::RequisitionNotLinked,
    };
    let change = match order {
        // Refused only because the link was missing: the person was here before the link as well.
        Some(order) if order.state == not_linked => order.skipped(mapping.posting.clone(), now),
        Some(_) => return Ok(true),
        None => {
            row.visits = Visits {
                visit: row.visits.visit.max(1),
                in_stage: true,
                attempt: 1,
                ..row.visits
            };
            Order::skip(row.subject(), row.visits.visit, mapping.posting.clone(), now)
        }
    };
    match store.record_before_link(mapping, &row, change).await {
        Ok(()) => Ok(true),
        // Somebody else recorded the person meanwhile, or the link was changed.
        Err(StoreError::ConditionFailed) => {
            let standing = store.link_standing(mapping).await?;
            Ok(standing.is_some_and(|standing| standing.generation == mapping.standing.generation))
        }
        Err(error) => Err(error.into()),
    }
}

fn never_seen(mapping: &Mapping, person: &InStage, now: Moment) -> Application {
    Application {
        workspace: mapping.workspace.clone(),
        connection: mapping.connection.clone(),
        requisition: mapping.requisition.clone(),
        application: person.application.clone(),
        candidate: person.candidate.clone(),
        visits: Visits::default(),
        screened: false,
        seen_at: now,
        version: 0,
    }
}
