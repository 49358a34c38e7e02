//! Whether a tenant answers when it is asked for the people of a requisition. That is found out once and remembered: an
//! empty stage is no reason to read a whole tenant.

use crate::function::Function;
use domain::part::{Cursor, FilterState, RequisitionFilter};
use domain::settings::Connection;
use domain::{JobRequisitionId, Moment};
use std::collections::BTreeSet;
use std::time::Duration;
use store::connection::ConnectionNote;
use vendors::Stopped;
use vendors::workday::{Reading, Workday};
use work::Trouble;

/// Pages that one try of a filter reads to find somebody whom it should have found: 30,000 applicants are read in 30 hours.
const SEARCHED: usize = 5;
/// The first try looks at those who changed since so long ago.
const FIRST_CHANGES: Duration = Duration::from_hours(1);

/// The requisition filter of a connection, as one look works with it.
pub(crate) struct Filter<'a> {
    function: &'a Function,
    connection: &'a Connection,
    workday: &'a Workday,
    now: Moment,
    known: RequisitionFilter,
}

impl<'a> Filter<'a> {
    pub(crate) fn of(function: &'a Function, connection: &'a Connection, workday: &'a Workday) -> Self {
        Self {
            function,
            connection,
            workday,
            now: function.clock.now(),
            known: connection.standing.requisition_filter.as_ref().clone(),
        }
    }

    /// How people are asked for, as far as is known.
    pub(crate) fn reading(&self) -> Reading {
        match self.known.state {
            FilterState::Unknown | FilterState::Works => Reading::ByRequisition,
            FilterState::Broken => Reading::ByDate,
        }
    }

    /// It found somebody.
    pub(crate) async fn found_somebody(&mut self) -> Result<(), Trouble> {
        if self.known.state == FilterState::Unknown {
            // Should it be doubted, it is tried out at once.
            self.known.state = FilterState::Works;
            self.store().await?;
        }
        Ok(())
    }

    /// It found nobody in the stage, or failed, where somebody should be there: tries it out, at most once an hour. Returns
    /// whether it is broken.
    pub(crate) async fn proves_broken(
        &mut self,
        requisitions: &BTreeSet<JobRequisitionId>,
        somebody_should_be_there: bool,
    ) -> Result<bool, Trouble> {
        if !self.known.is_to_be_probed(self.now, somebody_should_be_there) {
            return Ok(false);
        }
        let before = self.known.state;
        match self.workday.anybody_applied(requisitions).await {
            Ok(true) => self.note(FilterState::Works, None).await?,
            Ok(false) => self.search(requisitions).await?,
            // It fails: broken, if reading by date does not.
            Err(stopped) => {
                let is_broken = stopped.obstacle.may_be_the_filters() && self.by_date(requisitions, 1).await.is_ok();
                self.note(if is_broken { FilterState::Broken } else { before }, None).await?;
            }
        }
        Ok(self.known.state == FilterState::Broken)
    }

    /// Tries out a broken one, at most once an hour. Returns whether it works again.
    pub(crate) async fn works_again(&mut self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<Result<bool, Stopped>, Trouble> {
        if !self.known.is_to_be_probed(self.now, true) {
            return Ok(Ok(false));
        }
        let found = self.workday.anybody_applied(requisitions).await;
        let state = if matches!(found, Ok(true)) {
            FilterState::Works
        } else {
            FilterState::Broken
        };
        let cursor = self.known.cursor.clone().filter(|_| state == FilterState::Broken);
        self.note(state, cursor).await?;
        Ok(found)
    }

    /// Since when it is not known who changed, and where to go on reading it.
    pub(crate) fn changes(&self) -> (Moment, Cursor) {
        let cursor = self.known.cursor.clone().unwrap_or_else(|| Cursor::beginning(self.now));
        let since = self.known.changed_at.unwrap_or(cursor.as_of.minus(FIRST_CHANGES));
        (since, cursor)
    }

    /// Reading who changed goes on there, or from its beginning.
    pub(crate) async fn changes_go_on(&mut self, cursor: Option<Cursor>) -> Result<(), Trouble> {
        self.known.cursor = cursor;
        self.store().await
    }

    /// Who changed is known up to a moment.
    pub(crate) async fn changes_read(&mut self, as_of: Moment) -> Result<(), Trouble> {
        self.known.cursor = None;
        self.known.changed_at = Some(as_of);
        self.store().await
    }

    /// Whether everybody is to be read, though it is known who changed.
    pub(crate) fn is_round_due(&self) -> bool {
        self.known.is_round_due(self.now)
    }

    /// Everybody was read, as of a moment.
    pub(crate) async fn everybody_read(&mut self, as_of: Moment) -> Result<(), Trouble> {
        self.known.everybody_at = Some(as_of);
        self.store().await
    }

    /// Looks for somebody whom the filter should have found: of our orders, of those who changed since the last try, or in a
    /// few pages of those who applied.
    async fn search(&mut self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<(), Trouble> {
        if self.somebody_is_known(requisitions).await? || self.somebody_changed(requisitions).await {
            return self.note(FilterState::Broken, None).await;
        }
        // Where that is not answered either, the next try begins there again.
        let (anybody, cursor) = self
            .by_date(requisitions, SEARCHED)
            .await
            .unwrap_or((false, self.known.cursor.clone()));
        let state = if anybody { FilterState::Broken } else { FilterState::Unknown };
        self.note(state, cursor.filter(|_| !anybody)).await
    }

    /// Whether one of our people still has an application for one of the requisitions.
    async fn somebody_is_known(&self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<bool, Trouble> {
        let (workspace, connection) = (&self.connection.workspace, &self.connection.connection);
        for requisition in requisitions {
            let Some(known) = self.function.store.anybody_of(workspace, connection, requisition).await? else {
                continue;
            };
            let found = self.workday.reread_application(&known.candidate, &known.application).await?;
            return Ok(found.is_some_and(|found| found.requisition == *requisition));
        }
        Ok(false)
    }

    /// Whether one of those who changed since the last try applied for one of the requisitions.
    async fn somebody_changed(&self, requisitions: &BTreeSet<JobRequisitionId>) -> bool {
        let since = self.known.probed_at.unwrap_or(self.now.minus(FIRST_CHANGES));
        let changed = Reading::Changed { since };
        let read = self.any_of(requisitions, changed, Cursor::beginning(self.now), SEARCHED).await;
        read.is_ok_and(|(anybody, _)| anybody)
    }

    /// Some pages of those who applied, whatever for: whether anybody did for one of the requisitions, and where to go on.
    async fn by_date(&self, requisitions: &BTreeSet<JobRequisitionId>, pages: usize) -> Result<(bool, Option<Cursor>), Stopped> {
        let cursor = self.known.cursor.clone().unwrap_or_else(|| Cursor::beginning(self.now));
        self.any_of(requisitions, Reading::ByDate, cursor, pages).await
    }

    async fn any_of(
        &self,
        requisitions: &BTreeSet<JobRequisitionId>,
        reading: Reading,
        cursor: Cursor,
        most: usize,
    ) -> Result<(bool, Option<Cursor>), Stopped> {
        let mut pages = self.workday.in_stage(requisitions.clone(), reading, cursor);
        for read in 0..most {
            match pages.next().await {
                Ok(Some(page)) if page.is_anybody() => return Ok((true, None)),
                Ok(Some(_)) => {}
                Err(stopped) if read == 0 => return Err(stopped),
                // What was read is read: the next try goes on there.
                Ok(None) | Err(_) => break,
            }
        }
        Ok((false, pages.cursor()))
    }

    async fn note(&mut self, state: FilterState, cursor: Option<Cursor>) -> Result<(), Trouble> {
        if state != self.known.state {
            tracing::info!(connection = %self.connection.connection, state = ?state, "what is known of the requisition filter");
        }
        self.known = self.known.tried(state, self.now, cursor);
        self.store().await
    }

    async fn store(&self) -> Result<(), Trouble> {
        let note = ConnectionNote::Filter(self.known.clone());
        Ok(self.function.store.note(self.connection, note).await?)
    }
}
