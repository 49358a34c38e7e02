//! A Workday connection as an administrator describes it, before anything is proven.

use crate::{Act, Admin, AdminError, Problem, audit};
use domain::settings::{Connection, ConnectionOptions};
use domain::standing::ConnectionStanding;
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
    pub options: ConnectionOptions,
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
        }
    }
}

/// A draft that can be saved.
pub(crate) struct Checked {
    pub(crate) connection: Connection,
    /// It differs from what is stored, or nothing is.
    pub(crate) is_changed: bool,
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
        if version.as_deref().is_some_and(|version| !is_version(version)) {
            return Err(Problem::FieldUnusable.into());
        }
        check_options(&draft.options)?;
        let owner = self.store.locate_connection(&draft.connection).await?;
        if owner.is_some_and(|owner| owner != *workspace) {
            return Err(Problem::ConnectionNameTaken.into());
        }
        let known = self.store.connection(workspace, &draft.connection).await?;
        if known.as_ref().is_some_and(|known| !self.same_tenant(known, &services_url, tenant)) {
            return Err(Problem::ConnectionOfOtherTenant.into());
        }
        let base = known.clone().unwrap_or_else(|| Connection {
            workspace: workspace.clone(),
            connection: draft.connection,
            services_url: String::new(),
            sign_in_url: None,
            tenant: tenant.to_owned(),
            version: domain::settings::default_version(),
            options: ConnectionOptions::default(),
            revision: 0,
            standing: ConnectionStanding::default(),
        });
        let connection = Connection {
            services_url: origin(&services_url),
            sign_in_url: sign_in_url.map(|url| origin(&url)).or(base.sign_in_url),
            version: version.unwrap_or(base.version),
            options: draft.options,
            ..base
        };
        Ok(Checked {
            is_changed: known.as_ref() != Some(&connection),
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

    /// Host and tenant together name a tenant: a sandbox has production's tenant name on another host. Stand-ins on
    /// this machine get another port with every run.
    fn same_tenant(&self, known: &Connection, services_url: &Url, tenant: &str) -> bool {
        known.tenant.eq_ignore_ascii_case(tenant) && (self.hosts.allows_loopback() || known.services_url == origin(services_url))
    }
}

fn check_options(options: &ConnectionOptions) -> Result<(), Problem> {
    let is_zone = |hours: i8| (-12..=14).contains(&hours);
    if options.poll_seconds < SHORTEST_POLL_SECONDS || !options.utc_offset_hours.is_none_or(is_zone) {
        return Err(Problem::FieldUnusable);
    }
    Ok(())
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
