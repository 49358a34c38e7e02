//! A Workday connection as an administrator describes it, before anything is proven.

use crate::{Act, Admin, AdminError, Problem, audit};
use data_encoding::BASE32_NOPAD;
use domain::settings::{Connection, ConnectionOptions, Identifiers};
use domain::standing::{ConnectionStanding, ConnectionState};
use domain::{ConnectionId, EmailAddress, WorkspaceId};
use keys::random_token;
use lambda_kit::outbound::HostRefused;
use url::Url;
use workday::is_for_trying;

/// Polling more often than this would spend the tenant's request budget on looking.
const SHORTEST_POLL_SECONDS: u32 = 1;
const LONGEST_VERSION: usize = 9;

/// What an administrator says about a Workday tenant; absent means the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionDraft {
    pub connection: ConnectionId,
    /// Scheme and host of Workday's services.
    pub services_url: String,
    /// Scheme and host of Workday's sign-in pages; needed only to connect by consent.
    pub sign_in_url: Option<String>,
    pub tenant: String,
    /// Web service version, such as `v45.2`.
    pub version: Option<String>,
    pub options: ConnectionOptions,
    /// A person says that Workday moved the tenant to these hosts.
    pub moved: bool,
}

impl ConnectionDraft {
    /// A draft with defaults for everything but the address.
    pub fn new(connection: ConnectionId, services_url: &str, tenant: &str) -> Self {
        Self {
            connection,
            services_url: services_url.to_owned(),
            sign_in_url: None,
            tenant: tenant.to_owned(),
            version: None,
            options: ConnectionOptions::default(),
            moved: false,
        }
    }
}

/// A draft that can be saved.
pub(crate) struct Checked {
    pub(crate) connection: Connection,
    /// It differs from what is stored, or nothing is.
    pub(crate) is_changed: bool,
    /// It is at another address than the one that is stored.
    pub(crate) is_elsewhere: bool,
    /// The host on which the tenant was proven before, if it is another one.
    pub(crate) moved_from: Option<String>,
}

impl Admin {
    /// Checks a draft and completes it from what is stored under its id. Nothing is written.
    pub(crate) async fn check_draft(&self, workspace: &WorkspaceId, draft: ConnectionDraft) -> Result<Checked, AdminError> {
        if !is_plain_id(draft.connection.as_str()) {
            return Err(Problem::FieldUnusable.into());
        }
        let services_url = self.typed_address(&draft.services_url)?;
        let sign_in_url = match draft.sign_in_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
            None => None,
            Some(url) => Some(self.typed_address(url).map_err(|_refused| Problem::SignInAddressRefused)?),
        };
        let tenant = draft.tenant.trim();
        if !workday::is_tenant_name(tenant) {
            return Err(Problem::TenantUnusable.into());
        }
        let version = draft.version.filter(|version| !version.trim().is_empty());
        if version.as_deref().is_some_and(|version| !is_usable_version(version)) {
            return Err(Problem::FieldUnusable.into());
        }
        check_options(&draft.options)?;
        let owner = self.store.locate_connection(&draft.connection).await?;
        if owner.is_some_and(|owner| owner != *workspace) {
            return Err(Problem::ConnectionNameTaken.into());
        }
        let known = self.store.connection(workspace, &draft.connection).await?;
        let proven = known.as_ref().filter(|known| known.is_proven());
        let moved_from = match proven {
            Some(proven) if !proven.tenant.eq_ignore_ascii_case(tenant) => return Err(Problem::ConnectionOfOtherTenant.into()),
            Some(proven) => self.moved_from(proven, &services_url, draft.moved)?,
            None => None,
        };
        let tenant = proven.map_or(tenant, |proven| &proven.tenant).to_owned();
        let base = known.clone().unwrap_or_else(|| blank(workspace, draft.connection));
        let base_address = (base.services_url.clone(), base.tenant.clone());
        let connection = Connection {
            services_url: origin(&services_url),
            tenant,
            sign_in_url: sign_in_url.map(|url| origin(&url)).or(base.sign_in_url),
            version: version.unwrap_or(base.version),
            options: draft.options,
            ..base
        };
        Ok(Checked {
            is_changed: known.as_ref() != Some(&connection),
            is_elsewhere: base_address != (connection.services_url.clone(), connection.tenant.clone()),
            moved_from,
            connection,
        })
    }

    /// An address as a person typed it. What the parser had to mend (`a%2eworkday.com`) was not typed by anybody honest.
    fn typed_address(&self, typed: &str) -> Result<Url, HostRefused> {
        let typed = typed.trim();
        let url = self.hosts.parse(typed)?;
        let is_as_typed = typed.to_ascii_lowercase().starts_with(&origin(&url));
        if is_as_typed { Ok(url) } else { Err(HostRefused::Malformed) }
    }

    /// Host and tenant together name a tenant: a sandbox has production's tenant name on another host. So another host is
    /// another tenant, unless a person says that Workday moved it. Stand-ins on this machine get another port with every run.
    fn moved_from(&self, proven: &Connection, services_url: &Url, is_said: bool) -> Result<Option<String>, Problem> {
        if proven.services_url == origin(services_url) {
            return Ok(None);
        }
        if is_for_trying(&proven.services_url) != is_for_trying(services_url.as_str()) {
            return Err(Problem::MovedToOtherKind);
        }
        if is_said {
            return Ok(proven.services_url.parse().ok().map(|url| host_of(&url)));
        }
        if self.hosts.allows_loopback() {
            Ok(None)
        } else {
            Err(Problem::TenantMoved)
        }
    }

    /// The connection that a workspace is about to make: one for all visits, since its redirection URI is registered in
    /// Workday between them. HeyMilo comes first: [`Problem::WorkspaceUnknown`] without its API key.
    pub async fn begin_connection(&self, workspace: &WorkspaceId) -> Result<Connection, AdminError> {
        self.store.workspace(workspace).await?.ok_or(Problem::WorkspaceUnknown)?;
        let known = self.store.connections(workspace).await?;
        let begun = known
            .into_iter()
            .find(|known| !known.is_proven() && known.standing.state == ConnectionState::Pending);
        if let Some(begun) = begun {
            return Ok(begun);
        }
        let begun = blank(workspace, new_id()?);
        let store = self.recording(workspace, Act::ConnectionBegun, audit::connection(&begun.connection))?;
        Ok(store.save_connection(&begun, &[]).await?)
    }

    /// Saves what was typed of a connection that was never proven: right or wrong, it stands in the form at the next visit.
    pub(crate) async fn keep_draft(&self, checked: &mut Checked) -> Result<(), AdminError> {
        if checked.connection.is_proven() || !checked.is_changed {
            return Ok(());
        }
        checked.connection = if checked.is_elsewhere {
            self.store.correct_address(&checked.connection).await?
        } else {
            self.store.save_connection(&checked.connection, &[]).await?
        };
        checked.is_changed = false;
        Ok(())
    }

    /// Removes a connection that was never proven; [`Problem::ConnectionProven`] if it was.
    pub async fn remove_connection(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        let connection = self.connection(workspace, connection).await?;
        if connection.is_proven() {
            return Err(Problem::ConnectionProven.into());
        }
        // Not in the table, so it goes first: wherever this breaks off, the connection can be removed again.
        self.secrets
            .delete(&self.client_registration_name(workspace, &connection.connection))
            .await?;
        let store = self.recording(workspace, Act::ConnectionRemoved, audit::connection(&connection.connection))?;
        store.remove_connection(&connection).await?;
        tracing::info!(workspace = %workspace, connection = %connection.connection, "a connection that was never proven is removed");
        Ok(())
    }
}

fn blank(workspace: &WorkspaceId, connection: ConnectionId) -> Connection {
    Connection {
        workspace: workspace.clone(),
        connection,
        services_url: String::new(),
        sign_in_url: None,
        tenant: String::new(),
        version: domain::settings::default_version(),
        options: ConnectionOptions::default(),
        revision: 0,
        standing: ConnectionStanding::default(),
    }
}

/// A connection's id is part of addresses and global: random, so that it says nothing and cannot be guessed at.
fn new_id() -> Result<ConnectionId, AdminError> {
    let token = random_token().ok_or(Problem::Ours)?;
    let mut id = BASE32_NOPAD.encode(token.as_bytes()).to_ascii_lowercase();
    id.truncate(16);
    Ok(ConnectionId::new(format!("wd-{id}"))?)
}

fn check_options(options: &ConnectionOptions) -> Result<(), Problem> {
    let is_zone = |hours: i8| (-12..=14).contains(&hours);
    if options.poll_seconds < SHORTEST_POLL_SECONDS || !options.utc_offset_hours.is_none_or(is_zone) {
        return Err(Problem::FieldUnusable);
    }
    if !options.allowed_recipients.iter().all(|entry| is_recipient(entry)) {
        return Err(Problem::RecipientUnusable);
    }
    Ok(())
}

/// Whether Workday can be told everything by its id. Without a send status only moves order screenings.
fn are_named(identifiers: &Identifiers) -> bool {
    let named = [
        &identifiers.invited_status,
        &identifiers.in_progress_status,
        &identifiers.completed_status,
        &identifiers.expired_status,
        &identifiers.error_status,
        &identifiers.assessment_stage,
        &identifiers.document_category,
    ];
    named.into_iter().all(|id| !id.trim().is_empty()) && !identifiers.tests.is_empty()
}

/// One address, or `@` and a domain.
fn is_recipient(entry: &str) -> bool {
    let address = match entry.strip_prefix('@') {
        Some(domain) => format!("someone@{domain}"),
        None => entry.to_owned(),
    };
    EmailAddress::parse(&address).is_some()
}

/// Host and, in local runs, port: what a tenant is claimed under.
pub(crate) fn host_of(services_url: &Url) -> String {
    let host = services_url.host_str().unwrap_or_default();
    services_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Scheme, host and, in local runs, port.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The id stands in the redirection URI, which must be the same text everywhere: nothing in it needs encoding.
fn is_plain_id(id: &str) -> bool {
    id.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// A version that is short enough for an address.
fn is_usable_version(text: &str) -> bool {
    text.len() <= LONGEST_VERSION && workday::is_version(text)
}

impl Admin {
    /// Changes the settings of a connection; how it stands is not touched. `seen` is the revision that the person saw:
    /// [`Problem::ChangedMeanwhile`] when somebody else saved since.
    pub async fn change_settings(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        seen: u64,
        options: ConnectionOptions,
    ) -> Result<Connection, AdminError> {
        check_options(&options)?;
        if !are_named(&options.identifiers) {
            return Err(Problem::ReferenceIdMissing.into());
        }
        let changed = Connection {
            options,
            revision: seen,
            ..self.connection(workspace, connection).await?
        };
        // A wrong id may be right now.
        let release = self.release_of(&changed);
        let store = self.recording(workspace, Act::SettingsChanged, audit::connection(connection))?;
        let saved = store.save_connection(&changed, std::slice::from_ref(&release)).await?;
        self.announce(workspace, &[release]).await;
        Ok(saved)
    }
}
