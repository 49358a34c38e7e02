//! Whether a tenant answers when it is asked for the people of a requisition. That is found out once and remembered: an
//! empty stage is no reason to read a whole tenant.

use crate::function::Function;
use domain::part::{Cursor, FilterState, RequisitionFilter};
use domain::settings::Connection;
use domain::{JobRequisitionId, Moment};
use std::collections::BTreeSet;
use store::connection::ConnectionNote;
use vendors::workday::{Reading, Stopped, Workday};
use work::Trouble;

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
    /// whether it is another now.
    pub(crate) async fn is_another(
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
                let is_broken = stopped.obstacle.may_be_the_filters() && self.by_date(requisitions).await.is_ok();
                self.note(if is_broken { FilterState::Broken } else { before }, None).await?;
            }
        }
        let (was, is) = (before == FilterState::Broken, self.known.state == FilterState::Broken);
        Ok(was != is)
    }

    /// Looks for somebody whom the filter should have found: of our orders, or in one page of those who applied.
    async fn search(&mut self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<(), Trouble> {
        if self.known.state == FilterState::Broken {
            return self.note(FilterState::Broken, None).await;
        }
        if self.somebody_is_known(requisitions).await? {
            return self.note(FilterState::Broken, None).await;
        }
        // Where that is not answered either, the next try begins there again.
        let (anybody, cursor) = self.by_date(requisitions).await.unwrap_or((false, self.known.cursor.clone()));
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

    /// One page of those who applied, whatever for: whether anybody did for one of the requisitions, and where to go on.
    async fn by_date(&self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<(bool, Option<Cursor>), Stopped> {
        let cursor = self.known.cursor.clone().unwrap_or_else(|| Cursor::beginning(self.now));
        let mut pages = self.workday.in_stage(requisitions.clone(), Reading::ByDate, cursor);
        let page = pages.next().await?.unwrap_or_default();
        Ok((page.anybody, pages.cursor()))
    }

    async fn note(&mut self, state: FilterState, cursor: Option<Cursor>) -> Result<(), Trouble> {
        if state != self.known.state {
            tracing::info!(connection = %self.connection.connection, state = ?state, "what is known of the requisition filter");
        }
        self.known = RequisitionFilter {
            state,
            probed_at: Some(self.now),
            cursor,
        };
        self.store().await
    }

    async fn store(&self) -> Result<(), Trouble> {
        let note = ConnectionNote::Filter(self.known.clone());
        Ok(self.function.store.note(self.connection, note).await?)
    }
}
