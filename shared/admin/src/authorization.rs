//! Connecting by consent: the API client an administrator registered in Workday, and the way to its consent page.

use crate::connect::token_endpoint;
use crate::draft::Checked;
use crate::{Act, Admin, AdminError, ConnectionDraft, Problem, Proof, SignedIn, audit};
use domain::settings::Connection;
use domain::{ConnectionId, WorkspaceId};
use keys::secret_name;
use lambda_kit::SecretError;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::sealing::Place;
use store::session::AuthorizationRequest;
use url::Url;

/// A client made with Workday's task *Register API Client*.
#[derive(Debug, Clone)]
pub struct ClientRegistration {
    pub client_id: String,
    pub client_secret: SecretString,
    /// Send a PKCE challenge. Off unless the tenant is known to take one: Workday does not document it.
    pub pkce: bool,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    client_id: String,
    client_secret: String,
    #[serde(default)]
    pkce: bool,
}

/// The code that Workday sent the browser back with, and what it was asked for with.
#[derive(Debug)]
pub struct ConsentCode {
    pub connection: ConnectionId,
    pub code: SecretString,
    pub redirect_uri: String,
    /// PKCE code verifier, if a challenge was sent.
    pub verifier: Option<SecretString>,
}

/// What a person asked Workday for, as it is taken back once.
#[derive(Debug)]
pub struct Asked {
    pub request: AuthorizationRequest,
    /// PKCE code verifier, if a challenge was sent.
    pub verifier: Option<SecretString>,
}

/// How long a person has for Workday's consent page.
const CONSENT_LASTS: Duration = Duration::from_mins(10);

/// Where the sealed verifier belongs: one row, one state.
fn place<'a>(workspace: &'a WorkspaceId, state_hash: &'a str) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: state_hash,
        kind: "pkce_verifier",
        version: 1,
    }
}

impl Admin {
    /// Remembers that a person is on the way to Workday's consent page, under the hash of the state they bring back.
    pub async fn remember_asking(
        &self,
        signed_in: &SignedIn,
        connection: &Connection,
        state_hash: &str,
        verifier: Option<SecretString>,
    ) -> Result<(), AdminError> {
        let workspace = &signed_in.session.workspace;
        let seal = |verifier: SecretString| self.store.keyring().seal_text(place(workspace, state_hash), &verifier);
        let ends_at = self.clock.now().plus(CONSENT_LASTS);
        let request = AuthorizationRequest {
            workspace: workspace.clone(),
            connection: connection.connection.clone(),
            person: signed_in.session.person.clone(),
            session: signed_in.session_hash().to_owned(),
            sign_in_host: connection.sign_in_url.clone().unwrap_or_default(),
            redirect_uri: self.redirect_uri(&connection.connection),
            sealed_verifier: verifier.map(seal).transpose()?,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        };
        Ok(self.store.put_authorization(state_hash, &request).await?)
    }

    /// Uses a state up: what was asked with it, if that was within ten minutes.
    pub async fn take_asking(&self, state_hash: &str) -> Result<Asked, AdminError> {
        let request = self.store.take_authorization(state_hash, self.clock.now()).await?;
        let request = request.ok_or(Problem::AuthorizationOver)?;
        let open = |sealed: &String| self.store.keyring().open_text(place(&request.workspace, state_hash), sealed);
        let verifier = request.sealed_verifier.as_ref().map(open).transpose()?;
        Ok(Asked { request, verifier })
    }

    /// Stores what is needed to ask for consent. The connection keeps its state: one that is active stays so until
    /// the consent is given.
    pub async fn prepare_consent(
        &self,
        workspace: &WorkspaceId,
        draft: ConnectionDraft,
        client: ClientRegistration,
    ) -> Result<Connection, AdminError> {
        self.store.workspace(workspace).await?.ok_or(Problem::WorkspaceUnknown)?;
        let client_id = client.client_id.trim();
        if client_id.is_empty() || client.client_secret.expose_secret().trim().is_empty() {
            return Err(Problem::FieldUnusable.into());
        }
        let Checked { connection, is_changed } = self.check_draft(workspace, draft).await?;
        if connection.sign_in_url.is_none() {
            return Err(Problem::SignInAddressRefused.into());
        }
        let stored = Stored {
            client_id: client_id.to_owned(),
            client_secret: client.client_secret.expose_secret().trim().to_owned(),
            pkce: client.pkce,
        };
        let text = serde_json::to_string(&stored).map_err(|_source| Problem::Ours)?;
        let name = self.client_registration_name(workspace, &connection.connection);
        self.secrets.write(&name, &SecretString::from(text)).await?;
        // A person starts over after a disconnect: the way to Workday is open again, the linked requisitions are still there.
        let store = self.recording(workspace, Act::ApiClientSaved, audit::connection(&connection.connection))?;
        Ok(store.prepare_connection(&connection, is_changed, None).await?)
    }

    /// The API client stored for a connection.
    pub async fn client_registration(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<ClientRegistration, AdminError> {
        let text = match self
            .secrets
            .read_latest(&self.client_registration_name(workspace, connection))
            .await
        {
            Ok(text) => text,
            Err(SecretError::Missing) => return Err(Problem::ClientMissing.into()),
            Err(error @ SecretError::Unavailable(_)) => return Err(error.into()),
        };
        let stored: Stored = serde_json::from_str(text.expose_secret()).map_err(|_source| Problem::ClientMissing)?;
        Ok(ClientRegistration {
            client_id: stored.client_id,
            client_secret: stored.client_secret.into(),
            pkce: stored.pkce,
        })
    }

    /// Where Workday asks a person to approve: `{sign-in host}/{tenant}/authorize`. The hosts are checked again: the
    /// rules may have changed since they were stored.
    pub fn consent_page(&self, connection: &Connection) -> Result<Url, AdminError> {
        let sign_in_url = connection.sign_in_url.as_deref().ok_or(Problem::SignInAddressRefused)?;
        let mut page = self.hosts.parse(sign_in_url).map_err(|_refused| Problem::SignInAddressRefused)?;
        self.hosts.parse(&connection.services_url)?;
        page.path_segments_mut()
            .map_err(|()| Problem::SignInAddressRefused)?
            .clear()
            .extend([connection.tenant.as_str(), "authorize"]);
        Ok(page)
    }

    /// Trades the code for tokens and connects with them, in the name of the signed-in person.
    pub async fn connect_by_consent(&self, signed_in: &SignedIn, consent: ConsentCode) -> Result<Connection, AdminError> {
        let session = &signed_in.session;
        let known = self.connection(&session.workspace, &consent.connection).await?;
        let client = self.client_registration(&session.workspace, &consent.connection).await?;
        self.hosts.parse(&known.services_url)?;
        let endpoint = token_endpoint(&known, &client.client_id, client.client_secret.clone())?;
        let exchange = endpoint.exchange_code(&self.wire, &consent.code, &consent.redirect_uri, consent.verifier.as_ref());
        let tokens = self.vendors.token_call(&known, exchange).await?;
        let proof = Proof::Consent {
            client_id: client.client_id,
            client_secret: client.client_secret,
            tokens,
            approved_by: session.person.clone(),
        };
        let person = Box::new(self.acting(signed_in));
        Box::pin(person.connect(&session.workspace, ConnectionDraft::from(&known), proof)).await
    }

    /// The redirection URI to register in Workday: exact, and one per connection.
    pub fn redirect_uri(&self, connection: &ConnectionId) -> String {
        self.public_url.at(&format!("/oauth/workday/callback/{connection}"))
    }

    pub(crate) fn client_registration_name(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> String {
        secret_name::workday_client(&self.secret_prefix, workspace, connection)
    }
}

impl From<&Connection> for ConnectionDraft {
    fn from(known: &Connection) -> Self {
        Self {
            sign_in_url: known.sign_in_url.clone(),
            version: Some(known.version.clone()),
            options: known.options.clone(),
            ..Self::new(known.connection.clone(), &known.services_url, &known.tenant)
        }
    }
}
