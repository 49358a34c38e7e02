//! The form by which a Workday tenant is connected: what stands in it, what was typed, and what was wrong with it.
//!
//! All ways of access are one form, so that nothing typed is lost by choosing another; styles show the chosen one's fields.

mod drawing;

pub(crate) use drawing::Drawn;

use crate::note::Note;
use admin::{ClientRegistration, ConnectionDraft, Problem, Proof, TenantAddress, is_for_trying};
use domain::settings::{Connection, ConnectionOptions};
use domain::standing::AccessWay;
use lambda_http::http::StatusCode;
use web::form::Fields;

const REFRESH_TOKEN_HINT: &str =
    "A token made for the integration system user. Recommended: what we write stands under its name, not a person\u{2019}s.";
const CONSENT_HINT: &str = "A person signs in to Workday and approves. What we write stands under that person\u{2019}s name.";
const PASSWORD_HINT: &str = "Of the integration system user. For tenants that do not allow API clients.";

const WAYS: [(AccessWay, &str, &str, &str); 3] = [
    (
        AccessWay::RefreshToken,
        "refresh-token",
        "API Client for Integrations (recommended)",
        REFRESH_TOKEN_HINT,
    ),
    (AccessWay::Consent, "consent", "Approve in Workday", CONSENT_HINT),
    (AccessWay::Password, "password", "User name and password", PASSWORD_HINT),
];

/// Whether the tenant is production, as a person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As the host's name says.
    ByHost,
    Production,
    Sandbox,
}

/// What stands in the form; secrets are never among it.
#[derive(Debug)]
pub(crate) struct Typed {
    way: AccessWay,
    pasted: String,
    services_url: String,
    sign_in_url: String,
    tenant: String,
    moved: bool,
    kind: Kind,
    confirmed: bool,
    allowed: Vec<String>,
    client_id: String,
    pkce: bool,
    username: String,
}

/// What is wrong with a form: the field, and what to do about it.
pub(crate) type Refusals = Vec<(&'static str, &'static str)>;

/// The status of the page that shows the form.
pub(crate) fn status(note: Note, refusals: &Refusals) -> StatusCode {
    if refusals.is_empty() {
        note.status()
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

/// Access as it was typed.
pub(crate) enum Access {
    Proof(Proof),
    Client(ClientRegistration),
}

impl Typed {
    /// An empty form.
    pub(crate) fn nothing() -> Self {
        Self {
            way: AccessWay::RefreshToken,
            pasted: String::new(),
            services_url: String::new(),
            sign_in_url: String::new(),
            tenant: String::new(),
            moved: false,
            kind: Kind::ByHost,
            confirmed: false,
            allowed: Vec::new(),
            client_id: String::new(),
            pkce: false,
            username: String::new(),
        }
    }

    /// What is known of a connection, and of the access that is stored for it.
    pub(crate) fn of(known: &Connection, account: Option<&str>) -> Self {
        let account = account.unwrap_or_default().to_owned();
        let way = known.standing.way.unwrap_or(AccessWay::RefreshToken);
        let (client_id, username) = match way {
            AccessWay::Password => (String::new(), account),
            AccessWay::RefreshToken | AccessWay::Consent => (account, String::new()),
        };
        Self {
            way,
            services_url: known.services_url.clone(),
            sign_in_url: known.sign_in_url.clone().unwrap_or_default(),
            tenant: known.tenant.clone(),
            kind: match (known.tenant.is_empty(), known.options.non_production) {
                (true, _) => Kind::ByHost,
                (false, true) => Kind::Sandbox,
                (false, false) => Kind::Production,
            },
            confirmed: !known.tenant.is_empty(),
            allowed: known.options.allowed_recipients.clone(),
            client_id,
            username,
            ..Self::nothing()
        }
    }

    /// What was typed, completed from what was pasted.
    pub(crate) fn read(fields: &Fields) -> Self {
        let typed = Self {
            way: WAYS
                .iter()
                .find(|(_, code, ..)| *code == fields.text("way"))
                .map_or(AccessWay::RefreshToken, |(way, ..)| *way),
            pasted: fields.text("pasted").to_owned(),
            services_url: fields.text("services_url").to_owned(),
            sign_in_url: fields.text("sign_in_url").to_owned(),
            tenant: fields.text("tenant").to_owned(),
            moved: fields.is_on("moved"),
            kind: match fields.text("kind") {
                "production" => Kind::Production,
                "sandbox" => Kind::Sandbox,
                _ => Kind::ByHost,
            },
            confirmed: fields.is_on("confirmed"),
            allowed: fields.lines("allowed_recipients"),
            client_id: fields.text("client_id").to_owned(),
            pkce: fields.is_on("pkce"),
            username: fields.text("username").to_owned(),
        };
        typed.completed()
    }

    /// A whole endpoint is understood wherever it was typed.
    fn completed(self) -> Self {
        let typed_whole = TenantAddress::read(&self.services_url).unwrap_or_default();
        self.filled_with(typed_whole)
    }

    /// The fields from what was pasted, which is used up by it.
    pub(crate) fn filled(self) -> Self {
        let lines = self.pasted.lines().filter_map(TenantAddress::read);
        let found = lines.fold(TenantAddress::default(), TenantAddress::or);
        let filled = self.filled_with(found);
        Self {
            pasted: String::new(),
            ..filled
        }
    }

    /// The same where there is an endpoint in it: whoever pastes and presses Connect at once is understood.
    pub(crate) fn with_pasted(self) -> Self {
        if self.refused_paste().is_empty() { self.filled() } else { self }
    }

    fn filled_with(mut self, found: TenantAddress) -> Self {
        for (field, found) in [
            (&mut self.services_url, found.services_url),
            (&mut self.sign_in_url, found.sign_in_url),
            (&mut self.tenant, found.tenant),
        ] {
            if let Some(found) = found {
                *field = found;
            }
        }
        self
    }

    /// What a pasted text lacks to be of use.
    pub(crate) fn refused_paste(&self) -> Refusals {
        let is_understood = self.pasted.lines().any(|line| TenantAddress::read(line).is_some());
        if is_understood {
            Vec::new()
        } else {
            vec![(
                "pasted",
                "This is none of the endpoints of View API Clients. Copy a whole address, from https:// to its end.",
            )]
        }
    }

    /// What is missing, and a production tenant on a host for sandboxes that nobody confirmed.
    pub(crate) fn refused(&self, fields: &Fields, asks_kind: bool) -> Refusals {
        let is_consent = self.way == AccessWay::Consent;
        let is_client = matches!(self.way, AccessWay::Consent | AccessWay::RefreshToken);
        let missing = |name: &str| fields.text(name).is_empty();
        let checks = [
            (
                self.services_url.is_empty(),
                "services_url",
                "Enter the services address, or paste an endpoint above.",
            ),
            (self.tenant.is_empty(), "tenant", "Enter the tenant, or paste an endpoint above."),
            (
                is_consent && self.sign_in_url.is_empty(),
                "sign_in_url",
                "Enter the sign-in address, or paste the authorization endpoint above.",
            ),
            (
                asks_kind && self.is_unconfirmed(),
                "confirmed",
                "The host\u{2019}s name says sandbox. Confirm that this is the production tenant, or choose sandbox.",
            ),
            (
                is_client && missing("client_id"),
                "client_id",
                "Enter the client ID of the API client.",
            ),
            (
                is_client && missing("client_secret"),
                "client_secret",
                "Enter the client secret. It is never shown here again, so it must be entered each time.",
            ),
            (
                self.way == AccessWay::RefreshToken && missing("refresh_token"),
                "refresh_token",
                "Enter the refresh token. It is never shown here again, so it must be entered each time.",
            ),
            (
                self.way == AccessWay::Password && missing("username"),
                "username",
                "Enter the user name of the integration system user.",
            ),
            (
                self.way == AccessWay::Password && missing("password"),
                "password",
                "Enter the password. It is never shown here again, so it must be entered each time.",
            ),
        ];
        let refused = checks.into_iter().filter(|(is_refused, ..)| *is_refused);
        refused.map(|(_, field, sentence)| (field, sentence)).collect()
    }

    fn is_unconfirmed(&self) -> bool {
        self.kind == Kind::Production && is_for_trying(&self.services_url) && !self.confirmed
    }

    /// Where a problem belongs in the form; `None`: to the form as a whole.
    pub(crate) fn field_of(&self, problem: Problem) -> Option<&'static str> {
        let (token, password) = (self.way == AccessWay::RefreshToken, self.way == AccessWay::Password);
        let fields = [
            (Problem::ServicesAddressRefused, true, "services_url"),
            (Problem::WorkdayAddressWrong, true, "services_url"),
            (Problem::SignInAddressRefused, true, "sign_in_url"),
            (Problem::TenantUnusable, true, "tenant"),
            (Problem::TenantTaken, true, "tenant"),
            (Problem::ConnectionOfOtherTenant, true, "tenant"),
            (Problem::TenantMoved, true, "moved"),
            (Problem::MovedToOtherKind, true, "services_url"),
            (Problem::RecipientUnusable, true, "allowed_recipients"),
            (Problem::ClientRefused, true, "client_secret"),
            (Problem::GrantRefused, token, "refresh_token"),
            (Problem::CredentialRefused, password, "password"),
        ];
        let found = fields.iter().find(|(known, is_asked, _)| *known == problem && *is_asked);
        found.map(|(_, _, field)| *field)
    }

    /// The connection as the form describes it, over what is known of it.
    pub(crate) fn draft(&self, known: &Connection) -> ConnectionDraft {
        let options = if known.is_proven() {
            known.options.clone()
        } else {
            ConnectionOptions {
                non_production: match self.kind {
                    Kind::ByHost => is_for_trying(&self.services_url),
                    Kind::Production => false,
                    Kind::Sandbox => true,
                },
                allowed_recipients: self.allowed.clone(),
                ..known.options.clone()
            }
        };
        ConnectionDraft {
            services_url: self.services_url.clone(),
            sign_in_url: Some(self.sign_in_url.clone()).filter(|url| !url.is_empty()),
            tenant: self.tenant.clone(),
            options,
            moved: self.moved,
            ..ConnectionDraft::from(known)
        }
    }

    /// The access as it was typed.
    pub(crate) fn access(&self, fields: &Fields) -> Access {
        match self.way {
            AccessWay::Consent => Access::Client(ClientRegistration {
                client_id: self.client_id.clone(),
                client_secret: fields.secret("client_secret"),
                pkce: self.pkce,
            }),
            AccessWay::RefreshToken => Access::Proof(Proof::RefreshToken {
                client_id: self.client_id.clone(),
                client_secret: fields.secret("client_secret"),
                refresh_token: fields.secret("refresh_token"),
            }),
            AccessWay::Password => Access::Proof(Proof::UsernameToken {
                username: self.username.clone(),
                password: fields.secret("password"),
            }),
        }
    }
}
