//! A mapping's baseline: who is in the stage at linking is recorded as skipped, visible, and invited only by a
//! person's choice. Orders of the requisition start when it is complete.

use crate::function::Function;
use crate::stage::{self, InStage};
use access::Trouble;
use domain::order::RefusalReason;
use domain::settings::Mapping;
use domain::trigger::Visits;
use domain::{ConnectionId, JobRequisitionId, Moment, Order, OrderId, OrderState, WorkspaceId};
use std::collections::BTreeSet;
use store::application::Application;
use store::due::Next;

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
    if mapping.baseline_at.is_some() {
        return Ok(Next::Finished("already_taken"));
    }
    let connection = store.connection(workspace, connection).await?.ok_or(Trouble::Disconnected)?;
    let workday = function.vendors.workday(&connection).await?;
    let people = match stage::read(&workday, &connection, &BTreeSet::from([requisition.clone()]), now).await {
        Ok(people) => people,
        Err(error) => return Err(function.vendors.workday_trouble(&connection, &workday, error).await),
    };
    for person in &people {
        skip(function, &mapping, person, now).await?;
    }
    store
        .put_mapping(
            &Mapping {
                baseline_at: Some(now),
                ..mapping
            },
            &[],
        )
        .await?;
    tracing::info!(job_requisition_id = %requisition, skipped = people.len(), "baseline taken");
    Ok(Next::Finished("baseline_taken"))
}

/// Records one person, unless an order of theirs is known already.
async fn skip(function: &Function, mapping: &Mapping, person: &InStage, now: Moment) -> Result<(), Trouble> {
    let store = &function.store;
    let known = store
        .application(&mapping.workspace, &mapping.connection, &mapping.requisition, &person.application)
        .await?;
    let (row, change) = match known {
        None => {
            let row = first_sight(mapping, person, now);
            let change = Order::skip(row.subject(), row.visits.visit, mapping.posting.clone(), now);
            (row, change)
        }
        Some(row) => {
            let order = OrderId::derive(&mapping.connection, &person.application, row.visits.visit.max(1));
            let Some(order) = store.order(&mapping.workspace, &order).await? else {
                return Ok(());
            };
            // Refused only because the link was missing: the person was here before the link as well.
            let missing = OrderState::Refused {
                reason: RefusalReason::RequisitionNotLinked,
            };
            if order.state != missing {
                return Ok(());
            }
            (Application { seen_at: now, ..row }, order.skipped(mapping.posting.clone(), now))
        }
    };
    match access::commit(store, &function.queues, change, Some(&row)).await {
        // Somebody else recorded the person meanwhile.
        Ok(_) | Err(Trouble::Again) => Ok(()),
        Err(error) => Err(error),
    }
}

fn first_sight(mapping: &Mapping, person: &InStage, now: Moment) -> Application {
    Application {
        workspace: mapping.workspace.clone(),
        connection: mapping.connection.clone(),
        requisition: mapping.requisition.clone(),
        application: person.application.clone(),
        candidate: person.candidate.clone(),
        visits: Visits {
            visit: 1,
            in_stage: true,
            attempt: 1,
            ..Visits::default()
        },
        screened: false,
        seen_at: now,
        version: 0,
    }
}
