//! Disconnecting a Workday tenant: afterwards nothing is kept that could call it. What its integration system presents
//! to us is kept as a hash, so that a push is told that the connection is gone rather than that it is a stranger.

use crate::draft::host_of;
use crate::{Act, Admin, AdminError, audit};
use domain::{ConnectionId, WorkspaceId};

impl Admin {
    /// Disconnects; linked requisitions stay and work again after a reconnect. The API client is not in the table and goes
    /// first: wherever this breaks off, the connection still stands and can be disconnected again.
    pub async fn disconnect(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        let connection = self.connection(workspace, connection).await?;
        let id = &connection.connection;
        self.secrets.delete(&self.client_registration_name(workspace, id)).await?;
        let host = connection.services_url.parse().map(|url| host_of(&url)).unwrap_or_default();
        let store = self.recording(workspace, Act::Disconnected, audit::connection(id))?;
        store.disconnect(&connection, &host).await?;
        tracing::info!(workspace = %workspace, connection = %id, "Workday connection is disconnected");
        Ok(())
    }
}
