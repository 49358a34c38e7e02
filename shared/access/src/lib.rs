//! Opens the vendors for a workspace: finds the credential, keeps the token fresh, and says what an error means for
//! the work at hand.
//!
//! A crate of its own because four functions need exactly this, and because neither vendor client may know our
//! table. Invariant: exactly one worker refreshes a token at a time, and nothing here shows one.

mod assess_event;
mod clients;
mod commit;
mod pace;
mod token;
mod trouble;
mod work;

pub use assess_event::assess_event;
pub use clients::Clients;
pub use commit::commit;
pub use pace::Priority;
pub use trouble::Trouble;
pub use work::work_on;

use domain::settings::Connection;
use domain::standing::ConnectionState;
use domain::{Moment, Randomness, WorkspaceId};
use keys::secret_name;
use lambda_kit::outbound::{VendorHosts, Wire};
use lambda_kit::{Clock, ConfigError, Environment, Outside, SecretError, Secrets, StartError};
use pace::Turns;
use std::future::Future;
use std::time::Duration;
use store::Store;
use store::credential::Credential;
use store::ledger::Timing;
use url::Url;
use workday::oauth::{TokenAnswer, TokenError};

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

/// Workday, as one connection reaches it.
#[derive(Debug)]
pub struct Workday {
    /// The client, bound to the connection's host, tenant and version.
    pub client: workday::Client,
    /// What each call signs in with.
    pub credential: workday::Credential,
    obtained: Obtained,
}

/// Where a credential came from: decides what a refusal of it means.
#[derive(Debug, Clone, Copy)]
enum Obtained {
    Password { version: u64 },
    Token { version: u64, at: Moment },
}

/// HeyMilo, as one workspace reaches it.
#[derive(Debug)]
pub struct HeyMilo {
    /// The client, bound to HeyMilo's address.
    pub client: heymilo::Client,
    /// The workspace's API key.
    pub api_key: heymilo::ApiKey,
}

impl Vendors {
    /// Reads `SECRET_PREFIX`, `HEYMILO_URL` and which hosts may be called.
    pub fn new(environment: &Environment, outside: &Outside, store: Store, secrets: Secrets) -> Result<Self, StartError> {
        let hosts = VendorHosts::from_environment(environment)?.and(&workday::HOST_SUFFIXES);
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
            Err(SecretError::Missing) => return Err(Trouble::heymilo_key_refused()),
            Err(error @ SecretError::Unavailable(_)) => return Err(Trouble::Infrastructure(error.into())),
        };
        let api_key = heymilo::ApiKey::new(secret).ok_or_else(Trouble::heymilo_key_refused)?;
        Ok(HeyMilo {
            client: heymilo::Client::new(self.wire.clone(), self.heymilo_url.clone()).with_pace(Turns::of_heymilo(self, workspace)),
            api_key,
        })
    }

    /// Workday with the connection's credential, its token refreshed if it is about to end.
    pub async fn workday(&self, connection: &Connection) -> Result<Workday, Trouble> {
        match connection.standing.state {
            ConnectionState::Active => {}
            ConnectionState::ReauthorizationRequired => return Err(Trouble::workday_credential_refused()),
            ConnectionState::Pending | ConnectionState::Disconnected => return Err(Trouble::Disconnected),
        }
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
                    workday::Credential::UsernameToken { username, password },
                    Obtained::Password { version },
                )
            }
            Credential::OAuth(_) => {
                let token = token::fresh(self, connection, &endpoint).await?;
                (
                    workday::Credential::Bearer(token.access_token),
                    Obtained::Token {
                        version: token.version,
                        at: token.obtained_at,
                    },
                )
            }
        };
        Ok(Workday {
            client: workday::Client::new(self.wire.clone(), &endpoint).with_pace(Turns::of_workday(self, connection)),
            credential,
            obtained,
        })
    }

    /// The client alone, for a credential that is still to be proven. Its calls wait for their turn like any other.
    pub fn workday_client(&self, connection: &Connection) -> Result<workday::Client, Trouble> {
        let client = workday::Client::new(self.wire.clone(), &self.endpoint(connection)?);
        Ok(client.with_pace(Turns::of_connecting(self, connection)))
    }

    /// The connection's Workday address. The host is checked again: the rules may have changed since it was stored.
    fn endpoint(&self, connection: &Connection) -> Result<workday::Endpoint, Trouble> {
        let services_url = self.hosts.parse(&connection.services_url).map_err(|refused| {
            tracing::error!(connection = %connection.connection, reason = %refused, "the stored Workday host may not be called");
            Trouble::workday_credential_refused()
        })?;
        Ok(workday::Endpoint {
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

    /// What a failed call to Workday means for the work, having done what the failure asks for: a refused token is
    /// renewed once, a refused credential ends the connection until a person connects again.
    pub async fn workday_trouble(&self, connection: &Connection, workday: &Workday, error: workday::Error) -> Trouble {
        if !matches!(error, workday::Error::Unauthorized) {
            if matches!(error, workday::Error::PagesRepeat { .. }) {
                tracing::warn!(connection = %connection.connection, error = &error as &dyn std::error::Error, "a list of Workday was not read to its end");
            }
            return Trouble::from_workday(error);
        }
        match workday.obtained {
            Obtained::Token { version, at } if self.clock.now().since(at) > Duration::from_mins(1) => {
                match token::expire(self, connection, version).await {
                    Ok(()) => Trouble::Park {
                        reason: domain::order::WaitReason::WorkdayUnavailable,
                        after: Some(Duration::from_secs(1)),
                    },
                    Err(trouble) => trouble,
                }
            }
            Obtained::Token { version, .. } | Obtained::Password { version } => self.credential_refused(connection, version).await,
        }
    }

    /// When to try again: full jitter over 2 s, 4 s, 8 s … up to 15 minutes, or when the vendor asked (at most an hour).
    pub fn retry_at(&self, now: Moment, tries: u32, after: Option<Duration>) -> Moment {
        const LONGEST: Duration = Duration::from_mins(15);
        let delay = after.map_or_else(
            || {
                let ceiling = Duration::from_secs(2 << tries.min(9)).min(LONGEST);
                Duration::from_millis(500) + self.spread(ceiling)
            },
            |asked| asked.min(Duration::from_hours(1)),
        );
        now.plus(delay)
    }

    /// A time up to `longest`, another one each time: what is parked together must not come back in step.
    pub fn spread(&self, longest: Duration) -> Duration {
        self.randomness.up_to(longest)
    }

    /// Ends the connection until a person connects again, unless one has since the refused credential was read.
    async fn credential_refused(&self, connection: &Connection, version: u64) -> Trouble {
        match self.store.require_reauthorization(connection, version).await {
            Ok(()) => {
                tracing::error!(
                    workspace = %connection.workspace,
                    connection = %connection.connection,
                    outcome = "reconnect_required",
                    "Workday refused the credential"
                );
                Trouble::workday_credential_refused()
            }
            Err(error) => Trouble::from(error),
        }
    }
}

/// The store with its keyring: reads `TABLE_NAME` and the secret that `SEALING_SECRET_NAME` names.
pub async fn open_store(environment: &Environment, outside: &Outside, secrets: &Secrets) -> Result<Store, StartError> {
    let keyring = secrets.read(&environment.required("SEALING_SECRET_NAME")?).await?;
    let store = Store::open(outside.aws.sdk_config(), environment.required("TABLE_NAME")?, &keyring);
    let store = store.map_err(|error| StartError::dependency("the sealing keyring", error))?;
    Ok(store.with_randomness(outside.randomness.clone()))
}

/// The ledger's waits, each a default that a test deployment may shorten (`LEDGER_QUARANTINE_SECONDS`,
/// `LEDGER_EVIDENCE_SECONDS`, `LEDGER_LEASE_SECONDS`).
pub fn ledger_timing(environment: &Environment) -> Result<Timing, ConfigError> {
    let default = Timing::default();
    let seconds = |name, default: Duration| environment.number(name, default.as_secs()).map(Duration::from_secs);
    Ok(Timing {
        lease: seconds("LEDGER_LEASE_SECONDS", default.lease)?,
        quarantine: seconds("LEDGER_QUARANTINE_SECONDS", default.quarantine)?,
        evidence: seconds("LEDGER_EVIDENCE_SECONDS", default.evidence)?,
        ..default
    })
}
