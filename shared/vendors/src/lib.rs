//! What we ask of Workday and HeyMilo, in our words: a workspace's credential, fresh tokens, the vendors' limits and the
//! meaning of every failure are inside, once.
//!
//! A crate of its own because several functions need exactly this, and because neither vendor client may know our
//! table. Functions see no vendor's error, only what it means for their work. Invariant: exactly one worker refreshes a
//! token at a time, and nothing here shows one.

mod clients;
mod failure;
pub mod heymilo;
mod pace;
mod token;
pub mod workday;

pub use clients::Clients;
pub use failure::Stopped;
pub use pace::Priority;

use crate::heymilo::HeyMilo;
use crate::pace::Turns;
use crate::workday::{Obtained, Workday};
use ::workday::oauth::{TokenAnswer, TokenError};
use domain::settings::Connection;
use domain::standing::ConnectionState;
use domain::{Randomness, WorkspaceId};
use keys::secret_name;
use lambda_kit::outbound::{VendorHosts, Wire};
use lambda_kit::{Clock, Environment, Outside, SecretError, Secrets, StartError};
use std::future::Future;
use store::Store;
use store::connection::ConnectionNote;
use store::credential::Credential;
use url::Url;
use work::Trouble;

/// Both vendors, for whatever workspace and connection asks.
#[derive(Debug, Clone)]
pub struct Vendors {
    wire: Wire,
    store: Store,
    secrets: Secrets,
    clock: Clock,
    randomness: Randomness,
    hosts: VendorHosts,
    secret_prefix: String,
    heymilo_url: Url,
    priority: Priority,
}

impl Vendors {
    /// Reads `SECRET_PREFIX`, `HEYMILO_URL` and which hosts may be called.
    pub fn new(environment: &Environment, outside: &Outside, store: Store, secrets: Secrets) -> Result<Self, StartError> {
        let hosts = VendorHosts::from_environment(environment)?.and(&::workday::HOST_SUFFIXES);
        Ok(Self {
            wire: outside.vendors(&hosts)?,
            store,
            secrets,
            clock: outside.clock.clone(),
            randomness: outside.randomness.clone(),
            hosts,
            secret_prefix: environment.required("SECRET_PREFIX")?,
            heymilo_url: environment.url("HEYMILO_URL")?,
            priority: Priority::Picker,
        })
    }

    /// The same vendors for work of another priority.
    #[must_use]
    pub fn for_work(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// HeyMilo with the workspace's API key.
    pub async fn heymilo(&self, workspace: &WorkspaceId) -> Result<HeyMilo, Trouble> {
        let secret = match self
            .secrets
            .read(&secret_name::heymilo_api_key(&self.secret_prefix, workspace))
            .await
        {
            Ok(secret) => secret,
            Err(SecretError::Missing) => return Err(failure::heymilo_key_refused()),
            Err(error @ SecretError::Unavailable(_)) => return Err(Trouble::Infrastructure(error.into())),
        };
        let api_key = ::heymilo::ApiKey::new(secret).ok_or_else(failure::heymilo_key_refused)?;
        Ok(HeyMilo {
            client: ::heymilo::Client::new(self.wire.clone(), self.heymilo_url.clone()).with_pace(Turns::of_heymilo(self, workspace)),
            api_key,
        })
    }

    /// Workday with the connection's credential, its token refreshed if it is about to end.
    pub async fn workday(&self, connection: &Connection) -> Result<Workday, Trouble> {
        match connection.standing.state {
            ConnectionState::Active => self.open(connection).await,
            ConnectionState::ReauthorizationRequired => Err(failure::workday_credential_refused()),
            ConnectionState::Pending | ConnectionState::Disconnected => Err(Trouble::Disconnected),
        }
    }

    /// Whether Workday takes the access again of a connection that it ended.
    pub async fn is_accepted(&self, connection: &Connection) -> bool {
        match self.open(connection).await {
            Ok(workday) => workday.probe().await.is_ok(),
            Err(_still_refused) => false,
        }
    }

    /// Notes that the connection's access was refused, in Workday's words if it said any, if nothing says so yet.
    pub(crate) async fn note_refusal(&self, connection: &Connection, words: impl Into<Option<String>>) -> Result<(), Trouble> {
        if connection.standing.refused_at.is_none() {
            tracing::warn!(workspace = %connection.workspace, connection = %connection.connection, outcome = "access_refused", "Workday refused the access; it is asked again before a person is");
            let note = ConnectionNote::Refused {
                at: self.clock.now(),
                words: words.into(),
            };
            self.store.note(connection, note).await?;
        }
        Ok(())
    }

    async fn open(&self, connection: &Connection) -> Result<Workday, Trouble> {
        let endpoint = self.endpoint(connection)?;
        let stored = self
            .store
            .credential(&connection.workspace, &connection.connection)
            .await?
            .ok_or(Trouble::Disconnected)?;
        let (credential, obtained) = match stored.credential {
            Credential::UsernameToken { username, password } => {
                let version = stored.version;
                (
                    ::workday::Credential::UsernameToken { username, password },
                    Obtained::Password { version },
                )
            }
            Credential::OAuth(_) => {
                let token = token::fresh(self, connection, &endpoint).await?;
                (
                    ::workday::Credential::Bearer(token.access_token),
                    Obtained::Token {
                        version: token.version,
                        at: token.obtained_at,
                    },
                )
            }
        };
        Ok(Workday {
            vendors: self.clone(),
            connection: connection.clone(),
            client: ::workday::Client::new(self.wire.clone(), &endpoint).with_pace(Turns::of_workday(self, connection)),
            credential,
            obtained,
        })
    }

    /// The client alone, for a credential that is still to be proven. Its calls wait for their turn like any other.
    pub fn workday_client(&self, connection: &Connection) -> Result<::workday::Client, Trouble> {
        let client = ::workday::Client::new(self.wire.clone(), &self.endpoint(connection)?);
        Ok(client.with_pace(Turns::of_connecting(self, connection)))
    }

    /// The connection's Workday address. The host is checked again: the rules may have changed since it was stored.
    fn endpoint(&self, connection: &Connection) -> Result<::workday::Endpoint, Trouble> {
        let services_url = self.hosts.parse(&connection.services_url).map_err(|refused| {
            tracing::error!(connection = %connection.connection, reason = %refused, "the stored Workday host may not be called");
            failure::workday_credential_refused()
        })?;
        Ok(::workday::Endpoint {
            services_url,
            tenant: connection.tenant.clone(),
            version: connection.version.clone(),
        })
    }

    /// Calls the connection's token endpoint in turn with its other calls. Without a turn the call is not sent.
    pub async fn token_call(
        &self,
        connection: &Connection,
        call: impl Future<Output = Result<TokenAnswer, TokenError>>,
    ) -> Result<TokenAnswer, TokenError> {
        let no_turn = |wait| TokenError::Transient { retry_after: Some(wait) };
        Turns::of_connecting(self, connection).during(call).await.map_err(no_turn)?
    }

    /// Ends the connection until a person connects again, unless one has since the refused credential was read.
    pub(crate) async fn credential_refused(&self, connection: &Connection, version: u64) -> Trouble {
        match self.store.require_reauthorization(connection, version, self.clock.now()).await {
            Ok(()) => {
                tracing::error!(
                    workspace = %connection.workspace,
                    connection = %connection.connection,
                    outcome = "reconnect_required",
                    "Workday refused the credential"
                );
                failure::workday_credential_refused()
            }
            Err(error) => Trouble::from(error),
        }
    }
}
