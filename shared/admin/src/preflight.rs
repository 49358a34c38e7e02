//! Whether a connection is set up: what was tried out, what Workday took already, and one test candidate from end to end.

use crate::{Act, Admin, AdminError, Problem, audit};
use domain::order::Entry;
use domain::preflight::Preflight;
use domain::settings::Connection;
use domain::{ConnectionId, Order, Work, WorkspaceId};
use store::trial::Trial;

/// How far the test candidate came.
#[derive(Debug)]
pub struct TestCandidate {
    pub trial: Trial,
    /// The screening of their latest visit; none: they were not moved yet.
    pub screening: Option<(Order, Vec<Entry>)>,
}

impl Admin {
    /// What the last try of a connection found.
    pub async fn preflight(&self, connection: &Connection) -> Result<Option<Preflight>, AdminError> {
        Ok(self.store.preflight(&connection.workspace, &connection.connection).await?)
    }

    /// Has a connection tried out now.
    pub async fn try_out(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        let connection = self.active(workspace, connection).await?;
        let arm = self.arm_now(Work::TryOut {
            connection: connection.connection.clone(),
        });
        let store = self.recording(workspace, Act::TriedOut, audit::connection(&connection.connection))?;
        store.arm(workspace, &arm).await?;
        self.announce(workspace, &[arm]).await;
        Ok(())
    }

    /// Names a test candidate by their number or their application's: a person confirms that nobody real is behind it, and
    /// the address is on the connection's list, production or not.
    pub async fn name_test_candidate(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        number: &str,
        is_confirmed: bool,
    ) -> Result<(), AdminError> {
        if !is_confirmed {
            return Err(Problem::TestCandidateUnconfirmed.into());
        }
        let connection = self.active(workspace, connection).await?;
        let workday = self.vendors.workday(&connection).await?;
        let found = self.seen_with_links(&workday, &connection, number).await?;
        let (seen, _) = found
            .into_iter()
            .find(|(_, link)| link.is_some())
            .ok_or(Problem::TestCandidateUnknown)?;
        let recipient = connection.recipient(seen.contact.email.as_deref());
        if !recipient.is_ok_and(|address| connection.options.lists(&address)) {
            return Err(Problem::TestCandidateNotAllowed.into());
        }
        let trial = Trial {
            workspace: workspace.clone(),
            connection: connection.connection.clone(),
            requisition: seen.requisition,
            application: seen.application,
            candidate: seen.candidate,
            named_at: self.now(),
        };
        let store = self.recording(workspace, Act::TestCandidateNamed, audit::connection(&connection.connection))?;
        Ok(store.put_trial(&trial).await?)
    }

    /// How far a connection's test candidate came; none: nobody named one.
    pub async fn test_candidate(&self, connection: &Connection) -> Result<Option<TestCandidate>, AdminError> {
        let (workspace, id) = (&connection.workspace, &connection.connection);
        let Some(trial) = self.store.trial(workspace, id).await? else {
            return Ok(None);
        };
        let row = self
            .store
            .application(workspace, id, &trial.requisition, &trial.application)
            .await?;
        let screening = match self.latest(connection, row.as_ref()).await? {
            Some(order) => {
                let history = self.store.history(workspace, &order.order).await?;
                Some((order, history))
            }
            None => None,
        };
        Ok(Some(TestCandidate { trial, screening }))
    }
}
