//! Assess Candidate events that name our test without a send status yet.
//!
//! Workday's poll window is on creation: a status set later on an old event falls outside of it, so such events are
//! remembered and re-read for fourteen days.

use crate::{Store, StoreError, key};
use domain::{ConnectionId, Moment, WorkspaceId};
use serde::{Deserialize, Serialize};

/// An event to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedEvent {
    /// The Assess Candidate event (WID).
    pub event: String,
    pub since: Moment,
}

impl Store {
    /// Remembers an event; an event already remembered keeps its age.
    pub async fn watch_event(&self, workspace: &WorkspaceId, connection: &ConnectionId, event: &WatchedEvent) -> Result<(), StoreError> {
        self.put_new(&key::watched_event(workspace, connection, &event.event), event)
            .await
            .map(|_| ())
    }

    /// All remembered events of a connection.
    pub async fn watched_events(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Vec<WatchedEvent>, StoreError> {
        self.query(&format!("W#{workspace}#WATCHED#{connection}"), "EVENT#", "a watched event")
            .await
    }

    /// Our result stands on the event, or it is too old to wait for.
    pub async fn unwatch_event(&self, workspace: &WorkspaceId, connection: &ConnectionId, event: &str) -> Result<(), StoreError> {
        self.delete(&key::watched_event(workspace, connection, event)).await
    }
}
