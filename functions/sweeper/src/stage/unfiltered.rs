//! The stage of a tenant that cannot be asked for the people of a requisition: who changed is read at each look, whenever
//! they applied; and everybody in parts, once a day where Workday says who changed, else at each look.

use super::{Looking, Place, Seen, Went};
use domain::JobRequisitionId;
use domain::part::{Cursor, Obstacle};
use domain::settings::Mapping;
use std::collections::{BTreeMap, BTreeSet};
use vendors::Stopped;
use vendors::workday::{Reading, StagePage};
use work::Trouble;

/// Pages of people, whatever they applied for, that one look reads of a kind.
pub(super) const PAGES: u32 = 50;

/// How far the reading of changes went.
enum Told {
    All,
    /// It goes on in the next look, or Workday does not say who changed.
    NotAll,
    /// It does not answer at all.
    Stopped(Stopped),
}

impl Looking<'_> {
    /// Looks without the filter, or with it once it works again. A reading of everybody goes on at `cursor`.
    pub(super) async fn without_filter(&mut self, linked: &[&Mapping], cursor: Cursor) -> Result<Went, Trouble> {
        let requisitions: BTreeSet<_> = linked.iter().map(|mapping| mapping.requisition.clone()).collect();
        match self.filter.works_again(&requisitions).await? {
            Ok(true) => return self.all(linked, Cursor::beginning(self.poll.begun)).await,
            // One that Workday does not know would keep it from being tried out for ever.
            Err(stopped) if stopped.obstacle == Obstacle::UnknownId => {
                if let Err(stopped) = self.search.among(linked).await? {
                    return Ok(self.stop(stopped, Some(cursor)));
                }
            }
            Ok(false) | Err(_) => {}
        }
        let is_under_way = cursor.rows > 0;
        match self.changed(linked, &requisitions).await? {
            Told::Stopped(stopped) => return Ok(self.stop(stopped, Some(cursor).filter(|_| is_under_way))),
            Told::All if !is_under_way && !self.filter.is_round_due() => {
                self.look.page = self.poll.connection.standing.stage.page;
                return Ok(Went::Through);
            }
            Told::All | Told::NotAll => {}
        }
        let as_of = cursor.as_of;
        let went = self.all(linked, Cursor { after: None, ..cursor }).await?;
        if went == Went::Through {
            self.filter.everybody_read(as_of).await?;
        }
        Ok(went)
    }

    /// Hints at whoever entered or left the stage, of those who changed since the last look.
    async fn changed(&mut self, linked: &[&Mapping], requisitions: &BTreeSet<JobRequisitionId>) -> Result<Told, Trouble> {
        let links: BTreeMap<_, _> = linked.iter().map(|mapping| (&mapping.requisition, *mapping)).collect();
        let (since, cursor) = self.filter.changes();
        let as_of = cursor.as_of;
        let mut pages = self.poll.workday.in_stage(requisitions.clone(), Reading::Changed { since }, cursor);
        for read in 0.. {
            if let Some(rest) = pages.cursor().filter(|_| read == PAGES || (read > 0 && self.poll.is_over())) {
                self.filter.changes_go_on(Some(rest)).await?;
                return Ok(Told::NotAll);
            }
            match pages.next().await {
                Ok(Some(page)) => self.compare(&links, page).await?,
                Ok(None) => break,
                // Workday does not say it to everybody: the next look asks again, and this one reads everybody.
                Err(stopped) if stopped.obstacle.is_of_the_question() || stopped.obstacle == Obstacle::Failed => {
                    tracing::warn!(connection = %self.poll.connection.connection, obstacle = ?stopped.obstacle, "Workday does not say who changed");
                    self.filter.changes_go_on(None).await?;
                    return Ok(Told::NotAll);
                }
                Err(stopped) => {
                    self.filter.changes_go_on(pages.cursor()).await?;
                    return Ok(Told::Stopped(stopped));
                }
            }
        }
        self.filter.changes_read(as_of).await?;
        Ok(Told::All)
    }

    async fn compare(&mut self, links: &BTreeMap<&JobRequisitionId, &Mapping>, page: StagePage) -> Result<(), Trouble> {
        for person in page.people {
            let place: Place = (person.requisition, person.application);
            self.came(links, &place, &person.candidate).await?;
        }
        for place in page.elsewhere {
            let Some(known) = self.known.get(&place) else { continue };
            let seen = Seen {
                place: &place,
                candidate: &known.candidate,
                in_stage: false,
            };
            self.look.hints += usize::from(self.poll.differs(&seen).await?);
        }
        Ok(())
    }
}
