//! Requisitions that Workday does not know any more: each is marked and left out, and looked for again every hour. One that
//! is deleted, or made confidential, keeps no other from being looked at.

use crate::look::Poll;
use domain::Moment;
use domain::part::Obstacle;
use domain::settings::Mapping;
use domain::standing::Lost;
use std::collections::BTreeSet;
use vendors::Stopped;
use work::Trouble;

/// A search for requisitions that Workday does not know.
pub(crate) struct Search<'a> {
    poll: &'a Poll<'a>,
    now: Moment,
}

impl<'a> Search<'a> {
    pub(crate) fn of(poll: &'a Poll<'a>) -> Self {
        Self {
            poll,
            now: poll.function.clock.now(),
        }
    }

    /// The links whose requisition Workday knows, as far as is known. Those it did not know an hour ago are looked for.
    pub(crate) async fn without_lost<'m>(&self, linked: Vec<&'m Mapping>) -> Result<Vec<&'m Mapping>, Trouble> {
        let mut found = Vec::new();
        for mapping in linked {
            let Some(lost) = mapping.standing.lost else {
                found.push(mapping);
                continue;
            };
            if !lost.is_to_be_looked_for(self.now) {
                continue;
            }
            match self.knows(&[mapping]).await {
                Ok(true) => {
                    self.poll.function.store.note_lost(mapping, None).await?;
                    found.push(mapping);
                }
                Ok(false) => self.note(mapping, lost.since).await?,
                // Nobody knows: it is asked about again in its time, and the others are looked at.
                Err(stopped) => {
                    tracing::warn!(requisition = %mapping.requisition, obstacle = ?stopped.obstacle, "whether Workday knows a lost requisition again is not known");
                    self.note(mapping, lost.since).await?;
                }
            }
        }
        Ok(found)
    }

    /// The links of a refused batch whose requisition Workday knows; the others are marked. Halves are asked about, so that a
    /// few calls find one among many.
    pub(crate) async fn among<'m>(&self, batch: &[&'m Mapping]) -> Result<Result<Vec<&'m Mapping>, Stopped>, Trouble> {
        let mut known = Vec::new();
        let mut asked = vec![batch];
        while let Some(part) = asked.pop() {
            match (self.knows(part).await, part) {
                (Ok(true), _) => known.extend(part),
                (Ok(false), [lost]) => self.note(lost, self.now).await?,
                (Ok(false), _) => {
                    let (one, other) = part.split_at(part.len() / 2);
                    asked.extend([other, one]);
                }
                (Err(stopped), _) => return Ok(Err(stopped)),
            }
        }
        Ok(Ok(known))
    }

    async fn knows(&self, links: &[&Mapping]) -> Result<bool, Stopped> {
        let requisitions: BTreeSet<_> = links.iter().map(|link| link.requisition.clone()).collect();
        match self.poll.workday.anybody_applied(&requisitions).await {
            Ok(_) => Ok(true),
            Err(stopped) if stopped.obstacle == Obstacle::UnknownId => Ok(false),
            Err(stopped) => Err(stopped),
        }
    }

    async fn note(&self, mapping: &Mapping, since: Moment) -> Result<(), Trouble> {
        tracing::warn!(connection = %mapping.connection, requisition = %mapping.requisition, outcome = "requisition_lost", "Workday does not know a linked requisition");
        let lost = Lost {
            since,
            looked_at: self.now,
        };
        self.poll.function.store.note_lost(mapping, Some(lost)).await?;
        Ok(())
    }
}
