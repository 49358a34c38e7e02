//! What a Workday integration system presents when it pushes to us: stored as a hash, two at a time while one is replaced.

use crate::{Act, Admin, AdminError, Problem, audit};
use domain::{ConnectionId, Moment, WorkspaceId};
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

/// What is known of the credential that a connection's pushes must present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushCredential {
    /// None: before that was noted.
    pub made_at: Option<Moment>,
    /// Until when the one before counts, if it still does.
    pub previous_until: Option<Moment>,
    /// When a push last came, within 30 days, and whether with the latest password.
    pub used: Option<(Moment, bool)>,
}

impl Admin {
    /// The credential that the connection's pushes must present, if one was made.
    pub async fn push_credential(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<PushCredential>, AdminError> {
        let known = self.store.webhook_credential(workspace, connection).await?;
        let last = self.store.last_push(workspace, connection).await?;
        let now = self.clock.now();
        Ok(known.map(|known| PushCredential {
            made_at: known.made_at,
            previous_until: known.previous.map(|(_, until)| Moment(until)).filter(|until| now < *until),
            // A password from before that was noted is known by nothing.
            used: last.map(|last| (last.at, last.password_made_at == known.made_at)),
        }))
    }

    /// Makes a credential for the integration system, to be shown once. Where one counts already a person must have confirmed
    /// it: of two that count, the older one ends at once.
    pub async fn make_integration_credential(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        is_confirmed: bool,
    ) -> Result<IntegrationCredential, AdminError> {
        if !is_confirmed && self.store.webhook_credential(workspace, connection).await?.is_some() {
            return Err(Problem::PushPasswordInUse.into());
        }
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
        let now = self.clock.now();
        let credential = match known {
            // Setting the same one again must not push out the one before.
            Some(known) if known.current == current => known,
            known => WebhookCredential {
                current,
                previous: known.map(|known| (known.current, now.plus(PREVIOUS_COUNTS).0)),
                made_at: Some(now),
            },
        };
        let store = self.recording(workspace, Act::PushCredentialSaved, audit::connection(connection))?;
        store.put_webhook_credential(workspace, connection, &credential).await?;
        Ok(())
    }

    /// The Endpoint URL of the integration system.
    pub fn integration_endpoint(&self, connection: &ConnectionId) -> String {
        self.public_url.at(&self.signing.workday_webhook_path(connection))
    }
}
