//! Disconnecting a Workday tenant: afterwards nothing is kept that could call it. What its integration system presents
//! to us is kept as a hash, so that a push is told that the connection is gone rather than that it is a stranger.

use crate::connect::host_of;
use crate::{Admin, SetupError};
use domain::settings::{Connection, ConnectionState};
use domain::{ConnectionId, WorkspaceId};

impl Admin {
    /// Disconnects. The state goes first, so that workers stop before the credential is gone; linked requisitions stay
    /// and work again after a reconnect.
    pub async fn disconnect(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Connection, SetupError> {
        let connection = self.connection(workspace, connection).await?;
        let id = connection.connection.clone();
        let connection = Connection {
            state: ConnectionState::Disconnected,
            ..connection
        };
        self.store.put_connection(&connection, &[]).await?;
        self.store.delete_credential(workspace, &id).await?;
        self.secrets.delete(&self.client_registration_name(workspace, &id)).await?;
        if let Ok(services_url) = connection.services_url.parse() {
            self.store
                .release_tenant(&host_of(&services_url), &connection.tenant, workspace, &id)
                .await?;
        }
        tracing::info!(workspace = %workspace, connection = %id, "Workday connection is disconnected");
        Ok(connection)
    }
}
