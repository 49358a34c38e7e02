//! Who entered or left the assessment stage of the linked requisitions, in batches of these. Only the rows of people who
//! stand in the stage are read, however many applied before.

use crate::connection::{Look, Poll};
use domain::part::Cursor;
use domain::settings::Mapping;
use domain::{JobApplicationId, JobRequisitionId, WorkdayCandidateId};
use std::collections::{BTreeMap, BTreeSet};
use store::StoreError;
use store::application::Present;
use store::hint::About;
use vendors::workday::{InStage, Stopped};
use work::Trouble;

/// Requisitions asked about in one call.
const REQUISITIONS: usize = 50;

/// Looks at the stage of every requisition whose baseline is taken. A batch that is stopped keeps no other from being
/// looked at.
pub(crate) async fn look(poll: &Poll<'_>) -> Result<Look, Trouble> {
    let (store, connection) = (&poll.function.store, poll.connection);
    let cursor = poll.connection.standing.stage.from(poll.begun);
    let is_left = |mapping: &&Mapping| cursor.after.as_deref().is_none_or(|after| mapping.requisition.as_str() > after);
    let linked: BTreeMap<&JobRequisitionId, &Mapping> = poll
        .mappings
        .iter()
        .filter(|mapping| mapping.standing.baseline_at.is_some())
        .filter(is_left)
        .map(|mapping| (&mapping.requisition, mapping))
        .collect();
    let linked: Vec<&Mapping> = linked.into_values().collect();
    let mut look = Look::default();
    let mut known = Vec::new();
    if !linked.is_empty() {
        known = store.present(&connection.workspace, &connection.connection).await?;
    }
    for batch in linked.chunks(REQUISITIONS) {
        if poll.is_over() {
            return Ok(look);
        }
        match in_stage(poll, batch).await {
            Ok(people) => look.hints += compare(poll, batch, &known, people).await?,
            Err(stopped) if stopped.obstacle.is_of_the_question() => look.stopped = Some(of_batch(stopped, batch)),
            Err(stopped) => {
                look.stopped = Some(stopped);
                return Ok(look);
            }
        }
        look.rest = batch.last().map(|last| Cursor {
            after: Some(last.requisition.to_string()),
            ..cursor.clone()
        });
    }
    Ok(Look {
        rest: None,
        is_through: true,
        ..look
    })
}

async fn in_stage(poll: &Poll<'_>, batch: &[&Mapping]) -> Result<Vec<InStage>, Stopped> {
    let requisitions: BTreeSet<_> = batch.iter().map(|mapping| mapping.requisition.clone()).collect();
    poll.workday.in_stage(&requisitions).await
}

/// Which requisitions are kept, where they are not all.
fn of_batch(stopped: Stopped, batch: &[&Mapping]) -> Stopped {
    let (Some(first), Some(last)) = (batch.first(), batch.last()) else {
        return stopped;
    };
    let words = if batch.len() == 1 {
        format!("Requisition {}: {}", first.requisition, stopped.words)
    } else {
        format!("Requisitions {} to {}: {}", first.requisition, last.requisition, stopped.words)
    };
    Stopped { words, ..stopped }
}

/// Compares who is in the stage with who was: a hint for each difference, and only for those.
async fn compare(poll: &Poll<'_>, batch: &[&Mapping], known: &[Present], people: Vec<InStage>) -> Result<usize, Trouble> {
    let links: BTreeMap<_, _> = batch.iter().map(|mapping| (&mapping.requisition, *mapping)).collect();
    let mut there: BTreeMap<_, _> = people
        .iter()
        .map(|person| ((&person.requisition, &person.application), person))
        .collect();
    let mut hints = 0;
    for known in known.iter().filter(|known| links.contains_key(&known.requisition)) {
        if there.remove(&(&known.requisition, &known.application)).is_none() {
            let seen = Seen {
                requisition: &known.requisition,
                application: &known.application,
                candidate: &known.candidate,
                in_stage: false,
            };
            hints += usize::from(poll.differs(&seen).await?);
        }
    }
    for person in there.into_values() {
        let starts = links
            .get(&person.requisition)
            .is_some_and(|link| link.triggers(poll.connection).stage);
        let seen = Seen {
            requisition: &person.requisition,
            application: &person.application,
            candidate: &person.candidate,
            in_stage: true,
        };
        if starts {
            hints += usize::from(poll.differs(&seen).await?);
        }
    }
    Ok(hints)
}

/// Where Workday shows an application to be.
struct Seen<'a> {
    requisition: &'a JobRequisitionId,
    application: &'a JobApplicationId,
    candidate: &'a WorkdayCandidateId,
    in_stage: bool,
}

impl Poll<'_> {
    /// Hints at an application whose row says otherwise. Who is in the stage is listed beside the rows, and it is the row
    /// that counts: where only the list was wrong, as after a release that did not keep one, it is mended.
    async fn differs(&self, seen: &Seen<'_>) -> Result<bool, Trouble> {
        let (store, connection) = (&self.function.store, self.connection);
        let row = store
            .application(&connection.workspace, &connection.connection, seen.requisition, seen.application)
            .await?;
        if let Some(row) = row
            && row.visits.in_stage == seen.in_stage
        {
            return match store.save_application(&row).await {
                // Somebody else saved it, and with it the list.
                Ok(()) | Err(StoreError::ConditionFailed) => Ok(false),
                Err(error) => Err(error.into()),
            };
        }
        self.hint(About::Application {
            connection: connection.connection.clone(),
            assessment: None,
            assess_event: None,
            application: Some(seen.application.to_string()),
            candidate: Some(seen.candidate.to_string()),
            requisition: Some(seen.requisition.to_string()),
        })
        .await?;
        Ok(true)
    }
}
