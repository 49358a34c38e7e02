//! Disconnecting a Workday tenant: afterwards nothing is kept that could call it, and nobody's push is accepted.

use crate::connect::host_of;
use crate::{Admin, SetupError};
use domain::settings::{Connection, ConnectionState};
use domain::{ConnectionId, WorkspaceId};
use store::settings::WebhookCredential;

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
        // A hash of nothing: no user name and password hash to an empty text.
        let nothing = WebhookCredential {
            current: String::new(),
            previous: None,
        };
        if self.store.webhook_credential(workspace, &id).await?.is_some() {
            self.store.put_webhook_credential(workspace, &id, &nothing).await?;
        }
        if let Ok(services_url) = connection.services_url.parse() {
            self.store.release_tenant(&host_of(&services_url), &connection.tenant, workspace, &id).await?;
        }
        tracing::info!(workspace = %workspace, connection = %id, "Workday connection is disconnected");
        Ok(connection)
    }
}
