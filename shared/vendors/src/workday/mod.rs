//! Workday, as one connection reaches it: what we ask of it, one file each.

mod application;
mod assess_events;
mod attachment;
mod move_on;
mod paging;
mod place;
mod preflight;
mod record;
mod requisitions;
mod stage;
mod write;

pub use application::{Claim, SeenApplication};
pub use assess_events::{EventPages, NamedEvents, PolledEvent};
pub use attachment::{Filing, PutReport};
pub use move_on::MoveOn;
pub use record::{Wording, WriteAssessment};
pub use requisitions::{Changed, Kind, Listed, RequisitionPages};
pub use stage::{InStage, Reading, StagePage, StagePages};
pub use write::{LastFailure, WorkdayEffect, Written};

use crate::failure::Stopped;
use crate::{Vendors, failure, token};
use ::workday::{Client, Credential, Error, JobRequisitionQuery, PageRequest};
use domain::Moment;
use domain::order::WaitReason;
use domain::settings::Connection;
use domain::standing::BETWEEN_REFUSALS;
use std::time::Duration;
use store::connection::ConnectionNote;
use work::Trouble;

/// What an operation is called whose name the refusal does not say.
const A_READ: &str = "a read";
/// A withheld permission is noted again after this.
const BETWEEN_NOTES: Duration = Duration::from_hours(1);
/// So long nobody needs to note again that Workday takes something.
const PROVEN_FOR: Duration = Duration::from_hours(24);

/// Workday, as one connection reaches it.
#[derive(Debug)]
pub struct Workday {
    pub(crate) vendors: Vendors,
    pub(crate) connection: Connection,
    /// Bound to the connection's host, tenant and version.
    pub(crate) client: Client,
    /// What each call signs in with.
    pub(crate) credential: Credential,
    pub(crate) obtained: Obtained,
}

/// Where a credential came from: decides what a refusal of it means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Obtained {
    Password { version: u64 },
    Token { version: u64, at: Moment },
}

impl Workday {
    /// An answer to a look, or what stopped it.
    pub(crate) async fn read<T>(&self, answer: Result<T, Error>) -> Result<T, Stopped> {
        match answer {
            Ok(answer) => {
                self.worked().await;
                Ok(answer)
            }
            Err(error) => Err(self.stopped(error).await),
        }
    }

    /// What stopped a look.
    pub(crate) async fn stopped(&self, error: Error) -> Stopped {
        let error = self.judged(error, A_READ).await;
        let words = failure::words(&error);
        Stopped {
            obstacle: failure::obstacle(&error),
            trouble: self.meaning(error).await,
            words,
        }
    }

    /// An answer of Workday, or what its failure means for the work.
    pub(crate) async fn understood<T>(&self, answer: Result<T, Error>) -> Result<T, Trouble> {
        Ok(self.read(answer).await?)
    }

    /// What each call signs in with.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// One cheap read that every connection may do: whether the access works at all.
    pub(crate) async fn probe(&self) -> Result<(), Error> {
        let query = JobRequisitionQuery::ByStatus(vec!["Open".to_owned()]);
        let page = PageRequest::first(self.vendors.clock.now().to_rfc3339()).with_count(1);
        self.client.get_job_requisitions(&self.credential, &query, &page).await.map(drop)
    }

    /// A call worked: the access is not refused any more.
    pub(crate) async fn worked(&self) {
        if self.connection.standing.refused_at.is_none() {
            return;
        }
        if let Err(error) = self.vendors.store.note(&self.connection, ConnectionNote::Accepted).await {
            tracing::warn!(connection = %self.connection.connection, error = &error as &dyn std::error::Error, "a connection stays marked as degraded");
        }
    }

    /// What a failed call to Workday means for the work, having done what the failure asks for: a refused token is
    /// renewed, and access that is refused for good ends the connection until a person connects again.
    pub async fn trouble(&self, error: Error) -> Trouble {
        self.stopped(error).await.trouble
    }

    /// A refusal of the access, looked at twice: where another read works, it is the operation's, as any missing permission.
    pub(crate) async fn judged(&self, error: Error, operation: &'static str) -> Error {
        if !matches!(error, Error::Unauthorized) {
            return error;
        }
        match self.probe().await {
            Ok(()) => {
                self.worked().await;
                let message = "Workday refuses this operation to the integration system user; other operations work".into();
                Error::NotAuthorized { operation, message }
            }
            Err(error) => error,
        }
    }

    /// What a judged failure means.
    pub(crate) async fn meaning(&self, error: Error) -> Trouble {
        if matches!(error, Error::Unauthorized) {
            return self.refused().await.unwrap_or_else(|trouble| trouble);
        }
        if let Error::NotAuthorized { operation, .. } = &error {
            self.note_withheld(operation).await;
        }
        if matches!(error, Error::PagesRepeat { .. }) {
            tracing::warn!(connection = %self.connection.connection, error = &error as &dyn std::error::Error, "a list of Workday was not read to its end");
        }
        failure::of_workday(error)
    }

    /// A permission is missing: that stands on the connection, in the log and in a metric, once an hour as long as it is so.
    pub(crate) async fn note_withheld(&self, operation: &'static str) {
        let (connection, now) = (&self.connection, self.vendors.clock.now());
        let mut withheld = connection.standing.withheld.clone();
        if withheld.get(operation).is_some_and(|at| now.since(*at) < BETWEEN_NOTES) {
            return;
        }
        tracing::warn!(workspace = %connection.workspace, connection = %connection.connection, operation, outcome = "permission_withheld", "Workday withholds an operation from the integration system user");
        lambda_kit::telemetry::metric("PermissionWithheld", 1.0, &[("operation", operation)]);
        withheld.insert(operation.to_owned(), now);
        if let Err(error) = self.vendors.store.note(connection, ConnectionNote::Withheld(withheld)).await {
            tracing::warn!(connection = %connection.connection, error = &error as &dyn std::error::Error, "a withheld permission is told by the log alone");
        }
    }

    /// An operation that was withheld works: nothing is missing for it any more.
    async fn note_given(&self, operation: &str) {
        let mut withheld = self.connection.standing.withheld.clone();
        if withheld.remove(operation).is_some() {
            self.note(ConnectionNote::Withheld(withheld)).await;
        }
    }

    /// Workday took an operation, with these ids: that they are right is proven, and noted once a day.
    pub(crate) async fn note_proven(&self, names: &[&str]) {
        let now = self.vendors.clock.now();
        let mut proven = self.connection.standing.proven.clone();
        let is_old = |name: &&&str| proven.get(**name).is_none_or(|at| now.since(*at) >= PROVEN_FOR);
        let old: Vec<String> = names.iter().filter(is_old).map(|name| (*name).to_owned()).collect();
        if old.is_empty() {
            return;
        }
        proven.extend(old.into_iter().map(|name| (name, now)));
        self.note(ConnectionNote::Proven(proven)).await;
    }

    /// Notes what changes no work: lost, it is noted another time.
    async fn note(&self, note: ConnectionNote) {
        if let Err(error) = self.vendors.store.note(&self.connection, note).await {
            tracing::warn!(connection = %self.connection.connection, error = &error as &dyn std::error::Error, "what Workday showed of a connection is not noted");
        }
    }

    /// The access itself is refused. One refusal may be an incident's, or an old token's: only another one, a while later
    /// and with a newly issued token or the unchanged password, ends the connection.
    async fn refused(&self) -> Result<Trouble, Trouble> {
        let (vendors, connection) = (&self.vendors, &self.connection);
        let now = vendors.clock.now();
        let stored = vendors
            .store
            .connection_standing(&connection.workspace, &connection.connection)
            .await?;
        let first = stored.ok_or(Trouble::Disconnected)?.refused_at;
        let (Obtained::Token { version, .. } | Obtained::Password { version }) = self.obtained;
        let stored = vendors.store.credential(&connection.workspace, &connection.connection).await?;
        if stored.is_none_or(|stored| stored.version != version) {
            // Replaced meanwhile: what is stored counts.
            return Ok(Trouble::Again);
        }
        if let Obtained::Token { at, .. } = self.obtained
            && first.is_none_or(|first| at <= first)
        {
            vendors.note_refusal(connection, None).await?;
            token::expire(vendors, connection, version).await?;
            return Ok(later(Duration::from_secs(1)));
        }
        match first {
            Some(first) if now.since(first) >= BETWEEN_REFUSALS => Ok(vendors.credential_refused(connection, version).await),
            Some(first) => Ok(later(BETWEEN_REFUSALS.saturating_sub(now.since(first)))),
            None => {
                vendors.note_refusal(connection, None).await?;
                Ok(later(BETWEEN_REFUSALS))
            }
        }
    }
}

fn later(after: Duration) -> Trouble {
    Trouble::Park {
        reason: WaitReason::WorkdayUnavailable,
        after: Some(after),
    }
}
