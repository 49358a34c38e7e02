//! What a Workday integration system presents when it pushes to us: stored as a hash, two at a time while one is replaced.

use crate::{Act, Admin, AdminError, Problem, audit};
use domain::{ConnectionId, WorkspaceId};
use keys::{random_token, token_hash};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use store::settings::WebhookCredential;

/// How long the credential before a rotation still counts: an admin changes Workday by hand meanwhile.
const PREVIOUS_COUNTS: Duration = Duration::from_hours(24);
/// The user name of generated credentials; the password carries the secret.
const GENERATED_USERNAME: &str = "heymilo";

/// The Endpoint URL, Username and Password attributes of the integration system.
#[derive(Debug, Clone)]
pub struct IntegrationCredential {
    pub endpoint_url: String,
    pub username: String,
    pub password: SecretString,
}

impl Admin {
    /// Makes a credential for the integration system, to be shown once.
    pub async fn make_integration_credential(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
    ) -> Result<IntegrationCredential, AdminError> {
        let password = SecretString::from(random_token().ok_or(Problem::Ours)?);
        self.set_integration_credential(workspace, connection, GENERATED_USERNAME, &password)
            .await?;
        Ok(IntegrationCredential {
            endpoint_url: self.integration_endpoint(connection),
            username: GENERATED_USERNAME.to_owned(),
            password,
        })
    }

    /// Stores the hash of a credential the administrator chose.
    pub async fn set_integration_credential(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        username: &str,
        password: &SecretString,
    ) -> Result<(), AdminError> {
        self.connection(workspace, connection).await?;
        let current = token_hash(&format!("{username}:{}", password.expose_secret()));
        let known = self.store.webhook_credential(workspace, connection).await?;
        let until = self.clock.now().plus(PREVIOUS_COUNTS).0;
        let previous = match known {
            // Setting the same one again must not push out the one before.
            Some(known) if known.current == current => known.previous,
            Some(known) => Some((known.current, until)),
            None => None,
        };
        let credential = WebhookCredential { current, previous };
        let store = self.recording(workspace, Act::PushCredentialSaved, audit::connection(connection))?;
        store.put_webhook_credential(workspace, connection, &credential).await?;
        Ok(())
    }

    /// The Endpoint URL of the integration system.
    pub fn integration_endpoint(&self, connection: &ConnectionId) -> String {
        self.public_url.at(&self.signing.workday_webhook_path(connection))
    }
}
