//! Connecting by consent: the API client an administrator registered in Workday, and the way to its consent page.

use crate::access::token_endpoint;
use crate::client::ClientRegistration;
use crate::draft::Checked;
use crate::{Act, Admin, AdminError, ConnectionDraft, Guest, Problem, Proof, SignedIn, audit};
use domain::settings::Connection;
use domain::standing::{AccessWay, ConnectionState};
use domain::{ConnectionId, WorkspaceId};
use keys::{equal_in_constant_time, secret_name};
use lambda_kit::SecretError;
use secrecy::SecretString;
use std::time::Duration;
use store::sealing::Place;
use store::session::AuthorizationRequest;
use url::Url;

/// Who approves in Workday: somebody of the workspace, or a guest by a connect link.
#[derive(Debug, Clone)]
pub enum Approver {
    Person(SignedIn),
    Guest(Guest),
}

impl Approver {
    /// The session's name in the table.
    pub fn session_hash(&self) -> &str {
        match self {
            Self::Person(signed_in) => signed_in.session_hash(),
            Self::Guest(guest) => guest.session_hash(),
        }
    }

    /// The workspace that the access is for.
    pub fn workspace(&self) -> &WorkspaceId {
        match self {
            Self::Person(signed_in) => &signed_in.session.workspace,
            Self::Guest(guest) => guest.workspace(),
        }
    }

    /// Their id; a guest has none.
    pub fn person(&self) -> &str {
        match self {
            Self::Person(signed_in) => &signed_in.session.person,
            Self::Guest(_) => "",
        }
    }

    /// Whether they may give access to this connection.
    pub fn may_connect(&self, connection: &ConnectionId) -> bool {
        match self {
            Self::Person(signed_in) => signed_in.session.role.may_change(),
            Self::Guest(guest) => guest.connection() == connection,
        }
    }
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

impl Asked {
    /// Whether this session began it.
    pub fn is_of(&self, approver: &Approver) -> bool {
        equal_in_constant_time(approver.session_hash(), &self.request.session)
    }
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
        approver: &Approver,
        connection: &Connection,
        state_hash: &str,
        verifier: Option<SecretString>,
    ) -> Result<(), AdminError> {
        let workspace = approver.workspace();
        let seal = |verifier: SecretString| self.store.keyring().seal_text(place(workspace, state_hash), &verifier);
        let ends_at = self.clock.now().plus(CONSENT_LASTS);
        let request = AuthorizationRequest {
            workspace: workspace.clone(),
            connection: connection.connection.clone(),
            person: approver.person().to_owned(),
            session: approver.session_hash().to_owned(),
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
        let text = client.to_text()?;
        let mut checked = self.check_draft(workspace, draft).await?;
        if checked.connection.sign_in_url.is_none() {
            return Err(Problem::SignInAddressRefused.into());
        }
        if checked.moved_from.is_some() {
            // The address of what is connected changes with a proof of the new one, and a consent is given later.
            return Err(Problem::MoveNeedsAProof.into());
        }
        self.keep_draft(&mut checked).await?;
        let Checked {
            mut connection,
            is_changed,
            ..
        } = checked;
        if connection.standing.state != ConnectionState::Active {
            connection.standing.way = Some(AccessWay::Consent);
        }
        let name = self.client_registration_name(workspace, &connection.connection);
        self.secrets.write(&name, &text).await?;
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
        ClientRegistration::of_text(&text)
    }

    /// The connection that somebody is to approve, and the API client that asks them: what is stored of it, or what a guest
    /// said.
    pub async fn to_be_approved(
        &self,
        approver: &Approver,
        connection: &ConnectionId,
    ) -> Result<(Connection, ClientRegistration), AdminError> {
        match approver {
            Approver::Person(signed_in) => {
                let workspace = &signed_in.session.workspace;
                let known = self.connection(workspace, connection).await?;
                Ok((known, self.client_registration(workspace, connection).await?))
            }
            Approver::Guest(guest) => self.named_by(guest).await,
        }
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

    /// Trades the code for tokens, and connects with them in the name of whoever approved; what a guest approved waits to be
    /// accepted.
    pub async fn connect_by_consent(&self, approver: &Approver, consent: ConsentCode) -> Result<(), AdminError> {
        let (known, client) = self.to_be_approved(approver, &consent.connection).await?;
        self.hosts.parse(&known.services_url)?;
        let endpoint = token_endpoint(&known, &client.client_id, client.client_secret.clone())?;
        let exchange = endpoint.exchange_code(&self.wire, &consent.code, &consent.redirect_uri, consent.verifier.as_ref());
        let tokens = self.vendors.token_call(&known, exchange).await?;
        let proof = Proof::Consent {
            client_id: client.client_id,
            client_secret: client.client_secret,
            tokens,
        };
        let draft = ConnectionDraft::from(&known);
        match approver {
            Approver::Person(signed_in) => {
                let person = Box::new(self.acting(signed_in));
                Box::pin(person.connect(&known.workspace, draft, proof)).await.map(drop)
            }
            Approver::Guest(guest) => Box::pin(self.offer_access(guest, draft, proof)).await,
        }
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
