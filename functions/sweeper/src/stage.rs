//! Who entered or left the assessment stage of the linked requisitions, in batches of these. Only the rows of people who
//! stand in the stage are read, however many applied before.

mod unfiltered;

use crate::filter::Filter;
use crate::look::{Look, Poll};
use crate::lost::Search;
use domain::part::{Cursor, Obstacle};
use domain::settings::Mapping;
use domain::{JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::StoreError;
use store::application::Present;
use store::hint::About;
use vendors::Stopped;
use vendors::workday::{InStage, Reading};
use work::Trouble;

/// Requisitions asked about in one call.
const REQUISITIONS: usize = 50;
/// Between two questions about somebody whom Workday does not know: removed, or out of sight for our user.
const BETWEEN_QUESTIONS: Duration = Duration::from_hours(24);

/// Looks at the stage of every requisition whose baseline is taken. A batch that is stopped keeps no other from being
/// looked at.
pub(crate) async fn look(poll: &Poll<'_>) -> Result<Look, Trouble> {
    let search = Search::of(poll);
    let linked: BTreeMap<&JobRequisitionId, &Mapping> = poll
        .mappings
        .iter()
        .filter(|mapping| mapping.standing.baseline_at.is_some())
        .map(|mapping| (&mapping.requisition, mapping))
        .collect();
    let known: BTreeMap<Place, Present> = poll
        .function
        .store
        .present(&poll.connection.workspace, &poll.connection.connection)
        .await?
        .into_iter()
        .map(|present| ((present.requisition.clone(), present.application.clone()), present))
        .collect();
    // Where the stage is no trigger nobody's entering is news, and nobody leaves where nobody is.
    let present: BTreeSet<&JobRequisitionId> = known.keys().map(|(requisition, _)| requisition).collect();
    let is_of_interest = |mapping: &&Mapping| mapping.triggers(poll.connection).stage || present.contains(&mapping.requisition);
    let linked = linked.into_values().filter(is_of_interest).collect();
    let linked = search.without_lost(linked).await?;
    if linked.is_empty() {
        return Ok(Look::default());
    }
    let mut looking = Looking {
        poll,
        search,
        filter: Filter::of(poll.function, poll.connection, poll.workday),
        known,
        came: BTreeSet::new(),
        look: Look::default(),
    };
    let cursor = poll.connection.standing.stage.from(poll.begun);
    let went = match looking.filter.reading() {
        Reading::ByRequisition => looking.all(&linked, cursor).await?,
        Reading::ByDate | Reading::Changed { .. } => looking.without_filter(&linked, cursor).await?,
    };
    if went == Went::FilterIsBroken {
        looking.look = Look::default();
        let beginning = Cursor {
            count: poll.connection.standing.stage.page,
            ..Cursor::beginning(poll.begun)
        };
        looking.without_filter(&linked, beginning).await?;
    }
    Ok(looking.look)
}

/// An application, as both lists name it.
type Place = (JobRequisitionId, JobApplicationId);

/// How far a look went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Went {
    Through,
    /// It goes on in another run, or is tried again.
    NotThrough,
    /// The requisition filter turned out to be broken: all is read again without it.
    FilterIsBroken,
}

/// A look at the stage on its way.
struct Looking<'a> {
    poll: &'a Poll<'a>,
    search: Search<'a>,
    filter: Filter<'a>,
    /// Who is in the stage, as far as our rows say.
    known: BTreeMap<Place, Present>,
    /// Who was found to have come, in whichever list.
    came: BTreeSet<Place>,
    look: Look,
}

impl Looking<'_> {
    /// All batches from a cursor on.
    async fn all(&mut self, linked: &[&Mapping], mut cursor: Cursor) -> Result<Went, Trouble> {
        let after = cursor.after.clone();
        let is_left = |mapping: &&&Mapping| after.as_deref().is_none_or(|after| mapping.requisition.as_str() > after);
        let left: Vec<&Mapping> = linked.iter().filter(is_left).copied().collect();
        let size = match self.filter.reading() {
            Reading::ByRequisition => REQUISITIONS,
            // Everybody is read for all of them at once.
            Reading::ByDate | Reading::Changed { .. } => left.len().max(1),
        };
        for (number, batch) in left.chunks(size).enumerate() {
            if number > 0 && self.poll.is_over() {
                self.look.rest = Some(cursor);
                return Ok(Went::NotThrough);
            }
            let went = match self.batch(batch, cursor.clone()).await? {
                // One that Workday does not know refuses the whole call: the others are read without it.
                Batch::NamesAnUnknown(stopped) => match self.search.among(batch).await? {
                    Ok(found) if found.is_empty() => self.stop(stopped, Some(cursor.clone())),
                    Ok(rest) if rest.len() == batch.len() => self.stop(stopped, Some(cursor.clone())),
                    Ok(rest) => match self.batch(&rest, cursor.clone()).await? {
                        Batch::NamesAnUnknown(stopped) => self.stop(stopped, Some(cursor.clone())),
                        Batch::Went(went) => went,
                    },
                    Err(stopped) => self.stop(stopped, Some(cursor.clone())),
                },
                Batch::Went(went) => went,
            };
            if went != Went::Through {
                return Ok(went);
            }
            cursor = Cursor {
                after: batch.last().map(|last| last.requisition.to_string()),
                rows: 0,
                count: self.look.page,
                ..cursor
            };
        }
        self.look.is_through = true;
        self.look.rest = None;
        Ok(Went::Through)
    }

    fn stop(&mut self, stopped: Stopped, rest: Option<Cursor>) -> Went {
        self.look.stopped = Some(stopped);
        self.look.rest = rest;
        Went::NotThrough
    }

    /// The people of one batch, page by page: a hint for each difference between who is in the stage and who was.
    async fn batch(&mut self, batch: &[&Mapping], cursor: Cursor) -> Result<Batch, Trouble> {
        let requisitions: BTreeSet<_> = batch.iter().map(|mapping| mapping.requisition.clone()).collect();
        let links: BTreeMap<_, _> = batch.iter().map(|mapping| (&mapping.requisition, *mapping)).collect();
        let (is_whole, look_began) = (cursor.rows == 0, cursor.as_of);
        let reading = self.filter.reading();
        let mut seen = BTreeSet::new();
        let mut pages = self.poll.workday.in_stage(requisitions.clone(), reading, cursor);
        let mut read = 0;
        loop {
            let is_enough = reading == Reading::ByDate && read >= unfiltered::PAGES;
            if let Some(rest) = pages.cursor().filter(|_| read > 0 && (is_enough || self.poll.is_over())) {
                self.remember(&seen, look_began).await?;
                self.look.rest = Some(rest);
                self.look.is_enough = is_enough;
                return Ok(Batch::Went(Went::NotThrough));
            }
            let page = pages.next().await;
            self.look.page = pages.page_size();
            match page {
                Ok(Some(page)) => {
                    for InStage {
                        candidate,
                        requisition,
                        application,
                        ..
                    } in page.people
                    {
                        let place = (requisition, application);
                        self.came(&links, &place, &candidate).await?;
                        seen.insert(place);
                    }
                }
                Ok(None) => break,
                Err(stopped) if stopped.obstacle == Obstacle::UnknownId && read == 0 => return Ok(Batch::NamesAnUnknown(stopped)),
                Err(stopped) => {
                    if reading == Reading::ByRequisition
                        && stopped.obstacle.may_be_the_filters()
                        && self.filter.proves_broken(&requisitions, true).await?
                    {
                        return Ok(Batch::Went(Went::FilterIsBroken));
                    }
                    if stopped.obstacle.is_of_the_question() || stopped.obstacle == Obstacle::Failed {
                        self.look.stopped = Some(of_batch(stopped, batch));
                        return Ok(Batch::Went(Went::Through));
                    }
                    self.remember(&seen, look_began).await?;
                    return Ok(Batch::Went(self.stop(stopped, pages.cursor())));
                }
            }
            read += 1;
        }
        if pages.left_out() > 0 {
            self.look.stopped = Some(of_batch(Stopped::left_out(pages.left_out()), batch));
        }
        if reading == Reading::ByRequisition {
            let was_somebody_there = self.known.keys().any(|(requisition, _)| links.contains_key(requisition));
            if !seen.is_empty() {
                self.filter.found_somebody().await?;
            } else if is_whole && self.filter.proves_broken(&requisitions, was_somebody_there).await? {
                return Ok(Batch::Went(Went::FilterIsBroken));
            }
        }
        self.left(&links, &seen, look_began).await?;
        Ok(Batch::Went(Went::Through))
    }

    /// Somebody stands in the stage.
    async fn came(
        &mut self,
        links: &BTreeMap<&JobRequisitionId, &Mapping>,
        place: &Place,
        candidate: &WorkdayCandidateId,
    ) -> Result<(), Trouble> {
        let starts = links.get(&place.0).is_some_and(|link| link.triggers(self.poll.connection).stage);
        if starts && !self.known.contains_key(place) && self.came.insert(place.clone()) {
            let seen = Seen {
                place,
                candidate,
                in_stage: true,
            };
            self.look.hints += usize::from(self.poll.differs(&seen).await?);
        }
        Ok(())
    }

    /// Whoever was in the stage of these and was not seen, in this run of the look or an earlier one, has left.
    async fn left(
        &mut self,
        links: &BTreeMap<&JobRequisitionId, &Mapping>,
        seen: &BTreeSet<Place>,
        look_began: Moment,
    ) -> Result<(), Trouble> {
        for (place, known) in self.known.iter().filter(|((requisition, _), _)| links.contains_key(requisition)) {
            let is_there = seen.contains(place);
            let is_asked_about = known.unknown_at.is_some_and(|at| look_began.since(at) < BETWEEN_QUESTIONS);
            if is_there || is_asked_about || known.seen_in == Some(look_began) {
                continue;
            }
            let seen = Seen {
                place,
                candidate: &known.candidate,
                in_stage: false,
            };
            self.look.hints += usize::from(self.poll.differs(&seen).await?);
        }
        Ok(())
    }

    /// The look goes on in another run, which is to know whom this one saw.
    async fn remember(&self, seen: &BTreeSet<Place>, look_began: Moment) -> Result<(), Trouble> {
        let of = (&self.poll.connection.workspace, &self.poll.connection.connection);
        for known in seen.iter().filter_map(|place| self.known.get(place)) {
            self.poll.function.store.note_seen(of, known, look_began).await?;
        }
        Ok(())
    }
}

/// What became of a batch.
enum Batch {
    Went(Went),
    /// Workday does not know an id of it.
    NamesAnUnknown(Stopped),
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

/// Where Workday shows an application to be.
struct Seen<'a> {
    place: &'a Place,
    candidate: &'a WorkdayCandidateId,
    in_stage: bool,
}

impl Poll<'_> {
    /// Hints at an application whose row says otherwise. Who is in the stage is listed beside the rows, and it is the row
    /// that counts: where only the list was wrong, as after a release that did not keep one, it is mended.
    async fn differs(&self, seen: &Seen<'_>) -> Result<bool, Trouble> {
        let (store, connection) = (&self.function.store, self.connection);
        let (requisition, application) = seen.place;
        let row = store
            .application(&connection.workspace, &connection.connection, requisition, application)
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
            application: Some(application.to_string()),
            candidate: Some(seen.candidate.to_string()),
            requisition: Some(requisition.to_string()),
        })
        .await?;
        Ok(true)
    }
}
