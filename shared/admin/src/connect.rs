//! Connecting a Workday tenant: prove the credential, read with it, claim the tenant, and only then become active.

use crate::access::{endpoint, presented};
use crate::draft::{Checked, host_of};
use crate::{Act, Admin, AdminError, ConnectionDraft, Problem, Proof, audit};
use domain::message::Cause;
use domain::settings::Connection;
use domain::standing::{ConnectionStanding, ConnectionState};
use domain::{ConnectionId, Moment, Work, WorkspaceId};
use secrecy::ExposeSecret;
use store::connection::Activation;
use store::credential::Credential;
use store::{Arm, StoreError, Transaction};
use workday::{JobRequisitionQuery, PageRequest};

/// Baselines that a connect arms anew at once; those beyond look again by themselves within the hour.
const BASELINES_AT_ONCE: usize = 50;

/// What becoming active brings with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps<'a> {
    /// The credential is not stored yet.
    pub(crate) seals: bool,
    /// The host at which Workday had the tenant before.
    pub(crate) moved_from: Option<&'a str>,
    /// The settings are saved with it.
    pub(crate) is_changed: bool,
    /// When the offer was proven that is accepted by it.
    pub(crate) accepts: Option<Moment>,
    pub(crate) what: Act,
}

impl Steps<'_> {
    pub(crate) fn of(what: Act) -> Self {
        Self {
            seals: false,
            moved_from: None,
            is_changed: false,
            accepts: None,
            what,
        }
    }

    fn sealing(what: Act) -> Self {
        Self {
            seals: true,
            ..Self::of(what)
        }
    }
}

impl Admin {
    /// Connects, or connects again. Active only after an authenticated read; the tenant is claimed after that read.
    pub async fn connect(&self, workspace: &WorkspaceId, draft: ConnectionDraft, proof: Proof) -> Result<Connection, AdminError> {
        self.store.workspace(workspace).await?.ok_or(Problem::WorkspaceUnknown)?;
        let mut checked = self.check_draft(workspace, draft).await?;
        self.keep_draft(&mut checked).await?;
        let id = checked.connection.connection.clone();
        let outcome = Box::pin(self.connect_to(workspace, checked, proof)).await;
        if outcome.is_err() {
            let tried = self.recording(workspace, Act::ConnectTried, audit::connection(&id))?;
            tried.commit(Transaction::default()).await?;
        }
        outcome
    }

    async fn connect_to(&self, workspace: &WorkspaceId, checked: Checked, proof: Proof) -> Result<Connection, AdminError> {
        let Checked {
            mut connection,
            is_changed,
            moved_from,
            ..
        } = checked;
        let before = connection.standing.clone();
        connection.standing.way = Some(proof.way());
        let (credential, writes_as) = self.obtain(&connection, proof).await?;
        connection.standing.writes_as = writes_as;
        if moved_from.is_some() {
            let steps = Steps {
                moved_from: moved_from.as_deref(),
                is_changed: true,
                ..Steps::sealing(Act::Connected)
            };
            return self.activate(connection, &credential, steps).await;
        }
        if connection.standing.state != ConnectionState::Active {
            return self.connect_anew(before, connection, is_changed, &credential).await;
        }
        let steps = Steps::sealing(Act::Connected);
        let active = match self.activate(connection.clone(), &credential, steps).await {
            Ok(active) => active,
            Err(error) => {
                self.keep_what_came_of_it(&connection, &credential, &error).await?;
                return Err(error);
            }
        };
        // The settings come second: a token that is used up must not be lost to somebody who saves at the same time.
        if !is_changed {
            return Ok(active);
        }
        // What connecting released may have gone by the ids from before.
        let release = self.release_of(&active);
        let saved = self.store.save_connection(&active, std::slice::from_ref(&release)).await?;
        self.announce(workspace, &[release]).await;
        Ok(saved)
    }

    /// Connects what is not active; `before`: how it stood. A token that was typed in may be used up by now: what Workday gave
    /// instead must survive a failed read. A password is kept only where Workday took it, so that a permission can be mended
    /// and looked at again.
    async fn connect_anew(
        &self,
        before: ConnectionStanding,
        connection: Connection,
        is_changed: bool,
        credential: &Credential,
    ) -> Result<Connection, AdminError> {
        if matches!(credential, Credential::OAuth(_)) {
            let prepared = self.store.prepare_connection(&connection, is_changed, Some(credential)).await?;
            return self.activate(prepared, credential, Steps::of(Act::Connected)).await;
        }
        let (way, writes_as) = (connection.standing.way, connection.standing.writes_as.clone());
        let unproven = Connection {
            standing: before,
            ..connection
        };
        let mut prepared = self.store.prepare_connection(&unproven, is_changed, None).await?;
        prepared.standing.way = way;
        prepared.standing.writes_as = writes_as;
        let outcome = self.activate(prepared.clone(), credential, Steps::sealing(Act::Connected)).await;
        if let Err(error) = &outcome
            && error.problem.leaves_access_good()
        {
            self.store.prepare_connection(&prepared, false, Some(credential)).await?;
        }
        outcome
    }

    /// The token that was typed in is used up by now. What Workday gave instead is kept where the proving read failed for a
    /// passing reason, or where it renews the very access that the connection lives on.
    async fn keep_what_came_of_it(&self, connection: &Connection, credential: &Credential, error: &AdminError) -> Result<(), AdminError> {
        let stored = self.store.credential(&connection.workspace, &connection.connection).await?;
        let is_same_grant = match (stored.map(|stored| stored.credential), credential) {
            (Some(Credential::OAuth(stored)), Credential::OAuth(renewed)) => {
                let used = renewed.previous_refresh_token.as_ref().map(ExposeSecret::expose_secret);
                used == Some(stored.refresh_token.expose_secret())
            }
            (Some(_) | None, _) => false,
        };
        if error.problem.is_passing() || is_same_grant {
            self.store.put_credential(connection, credential).await?;
        }
        Ok(())
    }

    pub(crate) fn release_of(&self, connection: &Connection) -> Arm {
        let connection = connection.connection.clone();
        self.release(Cause::Workday { connection })
    }

    /// Takes over a draft's settings for a connection whose stored access still works; the access is not touched.
    pub(crate) async fn keep_access(&self, workspace: &WorkspaceId, draft: ConnectionDraft) -> Result<(), AdminError> {
        let Checked {
            connection, is_changed, ..
        } = self.check_draft(workspace, draft).await?;
        let workday = self.vendors.workday(&connection).await?;
        self.read_once(&connection, workday.credential()).await?;
        let release = self.release_of(&connection);
        let store = self.recording(workspace, Act::SettingsChanged, audit::connection(&connection.connection))?;
        if is_changed {
            store.save_connection(&connection, std::slice::from_ref(&release)).await?;
        } else {
            store.arm(workspace, &release).await?;
        }
        self.announce(workspace, &[release]).await;
        Ok(())
    }

    /// The client id or user name of the access that is stored, if any is: for the form, so that it need not be typed again.
    pub async fn account(&self, connection: &Connection) -> Result<Option<String>, AdminError> {
        let stored = self.store.credential(&connection.workspace, &connection.connection).await?;
        Ok(stored.map(|stored| match stored.credential {
            Credential::UsernameToken { username, .. } => username,
            Credential::OAuth(oauth) => oauth.client_id,
        }))
    }

    /// Reads again with what is stored: for after the administrator mended a permission in Workday.
    pub async fn check_again(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Connection, AdminError> {
        let connection = self.connection(workspace, connection).await?;
        let stored = self.store.credential(workspace, &connection.connection).await?;
        let stored = stored.ok_or(Problem::ConnectionNotActive)?;
        let credential = self.renew(&connection, stored.credential).await?;
        self.store.put_credential(&connection, &credential).await?;
        self.activate(connection, &credential, Steps::of(Act::AccessChecked)).await
    }

    /// Active, once a read has proven the credential.
    pub(crate) async fn activate(
        &self,
        mut connection: Connection,
        credential: &Credential,
        steps: Steps<'_>,
    ) -> Result<Connection, AdminError> {
        self.read_once(&connection, &presented(credential)?).await?;
        let host = self.check_tenant_is_free(&connection).await?;
        connection.standing.connected_at = Some(self.clock.now());
        let arms = self.work_after_connecting(&connection).await?;
        let store = self.recording(&connection.workspace, steps.what, audit::connection(&connection.connection))?;
        let activation = Activation {
            credential: steps.seals.then_some(credential),
            host: &host,
            moved_from: steps.moved_from,
            is_changed: steps.is_changed,
            accepts: steps.accepts,
            arms: &arms,
        };
        let activated = store.activate_connection(&connection, activation);
        let active = match activated.await {
            Err(StoreError::ConditionFailed) if self.store.is_tenant_taken(&connection, &host).await? => {
                return Err(Problem::TenantTaken.into());
            }
            outcome => outcome?,
        };
        self.announce(&active.workspace, &arms).await;
        tracing::info!(workspace = %active.workspace, connection = %active.connection, "Workday connection is active");
        Ok(active)
    }

    /// The host under which the tenant is claimed; [`Problem::TenantTaken`] if it is another connection's.
    pub(crate) async fn check_tenant_is_free(&self, connection: &Connection) -> Result<String, AdminError> {
        let host = host_of(&endpoint(connection)?.services_url);
        if self.store.is_tenant_taken(connection, &host).await? {
            return Err(Problem::TenantTaken.into());
        }
        Ok(host)
    }

    /// The polls, what waited for the connection, and the baselines that a disconnect left unfinished.
    async fn work_after_connecting(&self, connection: &Connection) -> Result<Vec<Arm>, AdminError> {
        let id = || connection.connection.clone();
        let mut arms = vec![
            self.arm_now(Work::RefreshRequisitions { connection: id() }),
            self.arm_now(Work::PollConnection { connection: id() }),
            self.release_of(connection),
        ];
        let links = self.store.mappings_of(&connection.workspace, &connection.connection).await?;
        let unfinished = links.into_iter().filter(|link| link.standing.baseline_at.is_none());
        arms.extend(unfinished.take(BASELINES_AT_ONCE).map(|link| {
            self.arm_now(Work::Baseline {
                connection: link.connection,
                requisition: link.requisition,
            })
        }));
        Ok(arms)
    }

    /// One cheap read proves that the credential belongs to the tenant and may read what the integration needs first.
    pub(crate) async fn read_once(&self, connection: &Connection, credential: &workday::Credential) -> Result<(), AdminError> {
        let query = JobRequisitionQuery::ByStatus(vec!["Open".to_owned()]);
        let page = PageRequest::first(self.clock.now().to_rfc3339()).with_count(1);
        let client = self.vendors.workday_client(connection)?;
        client.get_job_requisitions(credential, &query, &page).await?;
        Ok(())
    }
}
