//! A Workday connection as an administrator describes it, before anything is proven.

use crate::{Admin, Problem, SetupError};
use domain::settings::{Connection, ConnectionState, Identifiers, Triggers};
use domain::{ConnectionId, WorkspaceId};
use lambda_kit::outbound::HostRefused;
use url::Url;

/// Polling more often than this would spend the tenant's request budget on looking.
const SHORTEST_POLL_SECONDS: u32 = 1;

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
    pub non_production: bool,
    pub allowed_recipients: Vec<String>,
    pub identifiers: Option<Identifiers>,
    pub triggers: Option<Triggers>,
    pub poll_seconds: Option<u32>,
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
            non_production: false,
            allowed_recipients: Vec::new(),
            identifiers: None,
            triggers: None,
            poll_seconds: None,
        }
    }
}

impl Admin {
    /// Checks a draft and completes it from what is stored under its id. Nothing is written.
    pub(crate) async fn check_draft(&self, workspace: &WorkspaceId, draft: ConnectionDraft) -> Result<Connection, SetupError> {
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
        if version.as_deref().is_some_and(|version| !is_version(version)) {
            return Err(Problem::FieldUnusable.into());
        }
        if draft.poll_seconds.is_some_and(|seconds| seconds < SHORTEST_POLL_SECONDS) {
            return Err(Problem::FieldUnusable.into());
        }
        let owner = self.store.locate_connection(&draft.connection).await?;
        if owner.is_some_and(|owner| owner != *workspace) {
            return Err(Problem::ConnectionNameTaken.into());
        }
        let known = match self.store.connection(workspace, &draft.connection).await? {
            Some(known) if self.same_tenant(&known, &services_url, tenant) => Connection {
                services_url: origin(&services_url),
                ..known
            },
            Some(_) => return Err(Problem::ConnectionOfOtherTenant.into()),
            None => self.empty(workspace, &draft.connection, &services_url, tenant),
        };
        Ok(Connection {
            sign_in_url: sign_in_url.map(|url| origin(&url)).or(known.sign_in_url),
            version: version.unwrap_or(known.version),
            non_production: draft.non_production,
            allowed_recipients: draft.allowed_recipients,
            identifiers: draft.identifiers.unwrap_or(known.identifiers),
            triggers: draft.triggers.unwrap_or(known.triggers),
            poll_seconds: draft.poll_seconds.unwrap_or(known.poll_seconds),
            ..known
        })
    }

    /// An address as a person typed it. What the parser had to mend (`a%2eworkday.com`) was not typed by anybody honest.
    fn typed_address(&self, typed: &str) -> Result<Url, HostRefused> {
        let typed = typed.trim();
        let url = self.hosts.parse(typed)?;
        let is_as_typed = typed.to_ascii_lowercase().starts_with(&origin(&url));
        if is_as_typed { Ok(url) } else { Err(HostRefused::Malformed) }
    }

    /// Host and tenant together name a tenant: a sandbox has production's tenant name on another host. Stand-ins on
    /// this machine get another port with every run.
    fn same_tenant(&self, known: &Connection, services_url: &Url, tenant: &str) -> bool {
        known.tenant.eq_ignore_ascii_case(tenant) && (self.hosts.allows_loopback() || known.services_url == origin(services_url))
    }

    fn empty(&self, workspace: &WorkspaceId, connection: &ConnectionId, services_url: &Url, tenant: &str) -> Connection {
        Connection {
            workspace: workspace.clone(),
            connection: connection.clone(),
            services_url: origin(services_url),
            sign_in_url: None,
            tenant: tenant.to_owned(),
            version: domain::settings::default_version(),
            state: ConnectionState::Pending,
            non_production: false,
            allowed_recipients: Vec::new(),
            identifiers: Identifiers::default(),
            triggers: Triggers::default(),
            poll_seconds: domain::settings::default_poll_seconds(),
            writes_as: String::new(),
            connected_at: self.clock.now(),
            polled_at: None,
            limited_write_back_since: None,
            evergreen_refused_at: None,
        }
    }
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

/// `v45.2` and the like.
fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|number| {
        number.len() <= 8 && number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

/// What an administrator may change while the connection works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionSettings {
    pub triggers: Triggers,
    pub non_production: bool,
    pub allowed_recipients: Vec<String>,
    pub poll_seconds: u32,
}

impl Admin {
    /// Changes the settings of a connection; its access is not touched.
    pub async fn change_settings(
        &self,
        workspace: &WorkspaceId,
        connection: &ConnectionId,
        settings: ConnectionSettings,
    ) -> Result<Connection, SetupError> {
        if settings.poll_seconds < SHORTEST_POLL_SECONDS {
            return Err(Problem::FieldUnusable.into());
        }
        let known = self.connection(workspace, connection).await?;
        let changed = Connection {
            triggers: settings.triggers,
            non_production: settings.non_production,
            allowed_recipients: settings.allowed_recipients,
            poll_seconds: settings.poll_seconds,
            ..known
        };
        self.store.put_connection(&changed, &[]).await?;
        Ok(changed)
    }
}
