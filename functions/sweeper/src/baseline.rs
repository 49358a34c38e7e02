//! A mapping's baseline: who is in the stage at linking is recorded as skipped, visible, and invited only by a
//! person's choice. Orders of the requisition start when it is complete; whoever entered after the link is one of them.

use crate::function::Function;
use domain::order::{Change, RefusalReason};
use domain::settings::{Identifiers, Mapping};
use domain::trigger::Visits;
use domain::{ConnectionId, JobRequisitionId, Moment, Order, OrderId, OrderState, WorkspaceId};
use std::collections::BTreeSet;
use std::time::Duration;
use store::StoreError;
use store::application::Application;
use store::due::Next;
use vendors::workday::{InStage, Workday};
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
    let taking = Baseline {
        function,
        mapping: &mapping,
        workday: &workday,
        identifiers: &connection.options.identifiers,
        now,
    };
    let (mut skipped, mut recorded) = (0, 0);
    for person in people.iter().filter(|person| person.entered_by(mapping.linked_at)) {
        match taking.skip(person).await? {
            Skipped::LinkChanged => return Ok(Next::Finished(LINK_CHANGED)),
            Skipped::Recorded => recorded += 1,
            Skipped::Known => {}
        }
        skipped += 1;
        let at = function.clock.now();
        // Each run records somebody, however long Workday took to say who is there.
        if recorded == AT_ONCE || (recorded > 0 && at.since(now) > LONGEST_RUN) {
            return Ok(Next::Park(at.plus(BETWEEN_RUNS), "baseline_goes_on"));
        }
    }
    let Some(release) = store.baseline_taken(&mapping, now).await? else {
        return Ok(Next::Finished(LINK_CHANGED));
    };
    function.queues.announce(workspace, release).await;
    tracing::info!(job_requisition_id = %requisition, skipped, later = people.len() - skipped, "baseline taken");
    Ok(Next::Finished("baseline_taken"))
}

/// People recorded in one run: each costs a call to Workday, and a run must end within its time.
const AT_ONCE: u32 = 200;
/// However slow Workday is, a run ends after this.
const LONGEST_RUN: Duration = Duration::from_mins(3);
/// Longer than what a worker waits out in place.
const BETWEEN_RUNS: Duration = Duration::from_secs(2);

/// What one baseline works with.
struct Baseline<'a> {
    function: &'a Function,
    mapping: &'a Mapping,
    workday: &'a Workday,
    identifiers: &'a Identifiers,
    now: Moment,
}

/// What became of one person.
enum Skipped {
    Recorded,
    /// An order of this visit was there already.
    Known,
    /// The link is not the one that this baseline is taken for any more, and nothing was recorded.
    LinkChanged,
}

/// A person saved the link anew, which armed a baseline of its own, or unlinked it: this one is nobody's any more.
const LINK_CHANGED: &str = "link_changed";

impl Baseline<'_> {
    /// Records one person as here before the link, with the send statuses that stood then: those are no later choice of a
    /// recruiter.
    async fn skip(&self, person: &InStage) -> Result<Skipped, Trouble> {
        let (store, mapping, now) = (&self.function.store, self.mapping, self.now);
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
        let posting = mapping.posting.clone();
        // Refused only because the link was missing: the person was here before the link as well.
        let refused = match order {
            Some(order) if order.state == not_linked => Some(order),
            Some(_) => return Ok(Skipped::Known),
            None => None,
        };
        let stood = self.workday.events_of_until(&person.application, mapping.linked_at).await?;
        let stood: Vec<String> = stood
            .into_iter()
            .filter(|event| event.is_order(self.identifiers))
            .map(|event| event.event)
            .collect();
        let change = if let Some(order) = refused {
            order.skipped(posting, now)
        } else {
            row.visits = Visits {
                visit: row.visits.visit.max(1),
                in_stage: true,
                attempt: 1,
                ..row.visits
            };
            Order::skip(row.subject(), row.visits.visit, posting, now)
        };
        row.visits.answer(&stood);
        self.record(&row, change).await
    }

    async fn record(&self, row: &Application, change: Change) -> Result<Skipped, Trouble> {
        let (store, mapping) = (&self.function.store, self.mapping);
        match store.record_before_link(mapping, row, change).await {
            Ok(()) => Ok(Skipped::Recorded),
            // Somebody else recorded the person meanwhile, or the link was changed.
            Err(StoreError::ConditionFailed) => {
                let standing = store.link_standing(mapping).await?;
                let same = standing.is_some_and(|standing| standing.generation == mapping.standing.generation);
                Ok(if same { Skipped::Known } else { Skipped::LinkChanged })
            }
            Err(error) => Err(error.into()),
        }
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
