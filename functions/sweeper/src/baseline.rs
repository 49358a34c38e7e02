//! A mapping's baseline: who is in the stage at linking is recorded as skipped, visible, and invited only by a
//! person's choice. Orders of the requisition start when it is complete; whoever entered after the link is one of them.

use crate::filter::Filter;
use crate::function::Function;
use domain::order::{Change, RefusalReason};
use domain::part::{Cursor, Obstacle};
use domain::settings::{Identifiers, Mapping};
use domain::standing::{BETWEEN_SEARCHES, Lost};
use domain::trigger::Visits;
use domain::{ConnectionId, JobRequisitionId, Moment, Order, OrderId, OrderState, WorkspaceId};
use std::collections::BTreeSet;
use std::time::Duration;
use store::StoreError;
use store::application::Application;
use store::due::Next;
use vendors::Stopped;
use vendors::workday::{InStage, Reading, Workday};
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
    let taking = Baseline {
        function,
        mapping: &mapping,
        workday: &workday,
        identifiers: &connection.options.identifiers,
        now,
    };
    let mut filter = Filter::of(function, &connection, &workday);
    let mut cursor = mapping.standing.baseline_cursor.clone().unwrap_or_else(|| Cursor::beginning(now));
    loop {
        match taking.run(&mut filter, cursor).await? {
            Ran::Through => break,
            Ran::LinkChanged => return Ok(Next::Finished(LINK_CHANGED)),
            Ran::GoesOn(cursor) => {
                let goes_on = store.baseline_goes_on(&mapping, &cursor).await?;
                let next = Next::Park(function.clock.now().plus(BETWEEN_RUNS), "baseline_goes_on");
                return Ok(if goes_on { next } else { Next::Finished(LINK_CHANGED) });
            }
            Ran::FilterIsBroken => cursor = Cursor::beginning(now),
            Ran::Withheld => {
                tracing::warn!(connection = %mapping.connection, requisition = %requisition, outcome = "baseline_withheld", "a baseline waits for the permission to read assess events");
                return Ok(Next::Park(function.clock.now().plus(UNTIL_PERMITTED), "baseline_withheld"));
            }
            Ran::Lost => {
                tracing::warn!(connection = %mapping.connection, requisition = %requisition, outcome = "requisition_lost", "Workday does not know a linked requisition");
                let since = mapping.standing.lost.map_or(now, |lost| lost.since);
                store.note_lost(&mapping, Some(Lost { since, looked_at: now })).await?;
                return Ok(Next::Park(now.plus(BETWEEN_SEARCHES), "requisition_lost"));
            }
        }
    }
    if mapping.standing.lost.is_some() {
        store.note_lost(&mapping, None).await?;
    }
    let Some(release) = store.baseline_taken(&mapping, now).await? else {
        return Ok(Next::Finished(LINK_CHANGED));
    };
    function.queues.announce(workspace, release).await;
    tracing::info!(job_requisition_id = %requisition, "baseline taken");
    Ok(Next::Finished("baseline_taken"))
}

/// People recorded in one run: each costs a call to Workday, and a run must end within its time.
const AT_ONCE: u32 = 200;
/// However slow Workday is, a run ends after this.
const LONGEST_RUN: Duration = Duration::from_mins(3);
/// Between two tries without the permission to read assess events; whoever grants it and presses *Check again* need not wait.
const UNTIL_PERMITTED: Duration = Duration::from_mins(15);
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

/// How far a run went.
enum Ran {
    Through,
    /// The next run begins there.
    GoesOn(Cursor),
    LinkChanged,
    /// The requisition filter turned out to be broken: all is read again without it.
    FilterIsBroken,
    /// Workday does not know the requisition.
    Lost,
    /// Nobody may read the assess events of whoever stands there.
    Withheld,
}

/// What became of one person.
enum Skipped {
    Recorded,
    /// An order of this visit was there already.
    Known,
    /// Nobody may read which send statuses stood: whoever was ordered later could not be told from them.
    Withheld,
    /// The link is not the one that this baseline is taken for any more, and nothing was recorded.
    LinkChanged,
}

/// A person saved the link anew, which armed a baseline of its own, or unlinked it: this one is nobody's any more.
const LINK_CHANGED: &str = "link_changed";

impl Baseline<'_> {
    /// Records who is in the stage, page by page from a cursor on. Who was recorded before is passed over.
    async fn run(&self, filter: &mut Filter<'_>, cursor: Cursor) -> Result<Ran, Trouble> {
        let requisitions = BTreeSet::from([self.mapping.requisition.clone()]);
        let (reading, is_whole) = (filter.reading(), cursor.rows == 0);
        let mut pages = self.workday.in_stage(requisitions.clone(), reading, cursor);
        let (mut recorded, mut is_empty) = (0, true);
        while let Some(here) = pages.cursor() {
            let page = match pages.next().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(stopped)
                    if reading == Reading::ByRequisition
                        && stopped.obstacle.may_be_the_filters()
                        && filter.proves_broken(&requisitions, true).await? =>
                {
                    return Ok(Ran::FilterIsBroken);
                }
                Err(stopped) if stopped.obstacle == Obstacle::UnknownId && self.is_lost(&requisitions).await => return Ok(Ran::Lost),
                Err(stopped) => return self.stopped(stopped, pages.cursor()).await,
            };
            is_empty = is_empty && page.people.is_empty();
            for person in page.people.iter().filter(|person| person.entered_by(self.mapping.linked_at)) {
                match self.skip(person).await? {
                    Skipped::LinkChanged => return Ok(Ran::LinkChanged),
                    Skipped::Recorded => recorded += 1,
                    Skipped::Known => {}
                    Skipped::Withheld => return Ok(Ran::Withheld),
                }
                // Each run records somebody, however long Workday took to say who is there.
                if recorded == AT_ONCE || (recorded > 0 && self.is_over()) {
                    return Ok(Ran::GoesOn(here));
                }
            }
            if let Some(rest) = pages.cursor().filter(|_| self.is_over()) {
                return Ok(Ran::GoesOn(rest));
            }
        }
        if reading == Reading::ByRequisition && !is_empty {
            filter.found_somebody().await?;
        } else if reading == Reading::ByRequisition && is_whole && filter.proves_broken(&requisitions, false).await? {
            return Ok(Ran::FilterIsBroken);
        }
        Ok(Ran::Through)
    }

    /// What was read is kept: the next try goes on there.
    async fn stopped(&self, stopped: Stopped, rest: Option<Cursor>) -> Result<Ran, Trouble> {
        if let Some(rest) = rest {
            self.function.store.baseline_goes_on(self.mapping, &rest).await?;
        }
        Err(stopped.trouble)
    }

    /// Whether it is the requisition that Workday does not know, and not the stage.
    async fn is_lost(&self, requisitions: &BTreeSet<JobRequisitionId>) -> bool {
        let anybody = self.workday.anybody_applied(requisitions).await;
        anybody.is_err_and(|stopped| stopped.obstacle == Obstacle::UnknownId)
    }

    fn is_over(&self) -> bool {
        self.function.clock.now().since(self.now) > LONGEST_RUN
    }

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
        let visit = OrderId::derive(&mapping.connection, &person.application, row.visits.visit);
        let mut order = store.order(&mapping.workspace, &visit).await?;
        if !row.visits.in_stage {
            // A send status that is set where that one wrote is a recruiter's.
            if let Some(earlier) = order.take() {
                row.visits.remember_writing_of(&earlier);
            }
            row.visits.visit += 1;
        }
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
        let stood = match self.workday.events_of_until(&person.application, mapping.linked_at).await {
            Err(stopped) if stopped.obstacle == Obstacle::Withheld => return Ok(Skipped::Withheld),
            stood => stood?,
        };
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
        finished_before: false,
        seen_at: now,
        version: 0,
    }
}
