//! The form by which a Workday tenant is connected: what stands in it, what was typed, and what was wrong with it.
//!
//! All ways of access are one form, so that nothing typed is lost by choosing another; styles show the chosen one's fields.

use admin::{ClientRegistration, ConnectionDraft, Problem, Proof, TenantAddress, is_implementation_host};
use domain::settings::{Connection, ConnectionOptions};
use domain::standing::AccessWay;
use maud::{Markup, html};
use url::Url;
use web::component::{Choice, Field, Tone, announcement, choice, hidden, refusals};
use web::form::Fields;

const PASTE_HINT: &str =
    "In Workday, open View API Clients and paste any of its endpoints here: REST, token or authorization, one per line.";
const SERVICES_HINT: &str = "Such as https://wd2-impl-services1.workday.com";
const TENANT_HINT: &str = "Such as acme_preview: what stands behind the host in those addresses";
const SIGN_IN_HINT: &str = "Of the authorization endpoint, such as https://impl.workday.com. Only to approve in Workday";
const MOVED: &str = "Workday moved our tenant to this host";
const MOVED_HINT: &str = "Linked requisitions and screenings stay. For a sandbox, connect another tenant instead.";
const BY_HOST_HINT: &str = "Hosts with impl in their name hold sandbox, preview and implementation tenants; others hold production.";
const PRODUCTION_HINT: &str = "Everybody a recruiter moves to the Assessment stage is invited.";
const SANDBOX_HINT: &str = "Holds copies of real people, so only the addresses below are written to.";
const ALLOWED_HINT: &str = "One per line: dana@example.com, or @example.com for everyone there. Without one, a sandbox invites nobody.";
const CONFIRM_HINT: &str = "The name of the host says that it is none. Everybody in it would be written to.";
const REFRESH_TOKEN_HINT: &str =
    "A token made for the integration system user. Recommended: what we write stands under its name, not a person\u{2019}s.";
const CONSENT_HINT: &str = "A person signs in to Workday and approves. What we write stands under that person\u{2019}s name.";
const PASSWORD_HINT: &str = "Of the integration system user. For tenants that do not allow API clients.";
const PKCE_HINT: &str = "Only if your Workday administrator says that the tenant takes one.";

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

/// How the form is drawn.
pub(crate) struct Drawn<'a> {
    /// Where it is sent.
    pub(crate) action: &'a str,
    /// The proof that our page sent it.
    pub(crate) token: Markup,
    pub(crate) redirect_uri: &'a str,
    /// Whether the tenant is production is asked: of somebody of the workspace, until the tenant is proven.
    pub(crate) asks_kind: bool,
    /// The tenant was proven.
    pub(crate) is_proven: bool,
    pub(crate) refusals: &'a Refusals,
    /// The fields were filled from what was pasted.
    pub(crate) is_filled: bool,
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

    fn is_on_implementation_host(&self) -> bool {
        let url = Url::parse(&self.services_url).ok();
        url.as_ref().and_then(Url::host_str).is_some_and(is_implementation_host)
    }

    fn is_unconfirmed(&self) -> bool {
        self.kind == Kind::Production && self.is_on_implementation_host() && !self.confirmed
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
                    Kind::ByHost => self.is_on_implementation_host(),
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

    /// The form.
    pub(crate) fn form(&self, drawn: &Drawn<'_>) -> Markup {
        html! {
            @if !drawn.refusals.is_empty() { (refusals(drawn.refusals)) }
            @if drawn.is_filled && drawn.refusals.is_empty() {
                (announcement(Tone::Good, "Filled in from what you pasted. Nothing is saved yet."))
            }
            form.card.ways method="post" action=(drawn.action) {
                (drawn.token)
                // What Enter presses: the first button of a form.
                button hidden name="do" value="connect" {}
                (self.tenant(drawn))
                @if drawn.asks_kind { (self.environment(drawn)) }
                (self.ways())
                (self.credentials(drawn))
                button name="do" value="connect" { "Connect" }
            }
        }
    }

    fn text<'a>(drawn: &'a Drawn<'_>, name: &'a str, label: &'a str, hint: &'a str, value: &'a str) -> Field<'a> {
        marked(Field::text(name, label, hint, value), name, drawn)
    }

    fn secret<'a>(drawn: &'a Drawn<'_>, name: &'a str, label: &'a str, hint: &'a str) -> Field<'a> {
        marked(Field::secret(name, label, hint), name, drawn)
    }

    fn tenant(&self, drawn: &Drawn<'_>) -> Markup {
        let moved = self.moved || sentence(drawn, "moved").is_some();
        html! {
            fieldset {
                legend { "The Workday tenant" }
                div.field {
                    label for="pasted" { "Paste an endpoint" span.hint #pasted-hint { (PASTE_HINT) } }
                    (error(drawn, "pasted"))
                    textarea
                        #pasted name="pasted" rows="2" spellcheck="false" autocapitalize="off" autofocus[is_first(drawn, "pasted")]
                        aria-describedby="pasted-hint pasted-error" aria-invalid=[sentence(drawn, "pasted").map(|_| "true")]
                        { (self.pasted) }
                }
                p { button.secondary name="do" value="fill" { "Fill in the fields" } }
                (Self::text(drawn, "services_url", "Services address", SERVICES_HINT, &self.services_url))
                (Self::text(drawn, "tenant", "Tenant", TENANT_HINT, &self.tenant))
                div.of-consent { (Self::text(drawn, "sign_in_url", "Sign-in address", SIGN_IN_HINT, &self.sign_in_url)) }
                @if drawn.is_proven && moved {
                    (error(drawn, "moved"))
                    div.field #moved { (choice(Choice::Box("moved"), MOVED, MOVED_HINT, self.moved)) }
                } @else if self.moved { (hidden("moved", "on")) }
            }
        }
    }

    fn environment(&self, drawn: &Drawn<'_>) -> Markup {
        let kind = |kind| self.kind == kind;
        html! {
            fieldset {
                legend { "Production or not" }
                (choice(Choice::OneOf("kind", ""), "As the host\u{2019}s name says", BY_HOST_HINT, kind(Kind::ByHost)))
                (choice(Choice::OneOf("kind", "production"), "Production", PRODUCTION_HINT, kind(Kind::Production)))
                @if self.kind == Kind::Production && self.is_on_implementation_host() {
                    (error(drawn, "confirmed"))
                    div.field #confirmed { (choice(Choice::Box("confirmed"), "I confirm that this is the production tenant", CONFIRM_HINT, self.confirmed)) }
                }
                (choice(Choice::OneOf("kind", "sandbox"), "Sandbox, preview or implementation", SANDBOX_HINT, kind(Kind::Sandbox)))
                div.field {
                    label for="allowed_recipients" { "Allowed addresses" span.hint #allowed_recipients-hint { (ALLOWED_HINT) } }
                    (error(drawn, "allowed_recipients"))
                    textarea
                        #allowed_recipients name="allowed_recipients" rows="2" autofocus[is_first(drawn, "allowed_recipients")]
                        aria-describedby="allowed_recipients-hint allowed_recipients-error"
                        aria-invalid=[sentence(drawn, "allowed_recipients").map(|_| "true")] {
                        (self.allowed.join("\n"))
                    }
                }
            }
        }
    }

    fn ways(&self) -> Markup {
        html! {
            fieldset {
                legend { "How Workday gives access" }
                @for (way, code, label, hint) in WAYS {
                    (choice(Choice::OneOf("way", code), label, hint, way == self.way))
                }
            }
        }
    }

    fn credentials(&self, drawn: &Drawn<'_>) -> Markup {
        html! {
            fieldset.of-client {
                legend { "The API client" }
                p.of-refresh-token {
                    "In Workday, run "
                    strong { "Register API Client for Integrations" }
                    ". Then open the client\u{2019}s related actions, API Client, "
                    strong { "Manage Refresh Tokens for Integrations" }
                    ", choose the integration system user and generate a token."
                }
                div.of-consent {
                    p {
                        "In Workday, run "
                        strong { "Register API Client" }
                        " with Authorization Code Grant, access token type Bearer, Non-Expiring Refresh Tokens, and this redirection URI:"
                    }
                    p { code.copied { (drawn.redirect_uri) } }
                }
                (Self::text(drawn, "client_id", "Client ID", "", &self.client_id))
                (Self::secret(drawn, "client_secret", "Client secret", "Workday shows it once, when the client is registered"))
                div.of-refresh-token { (Self::secret(drawn, "refresh_token", "Refresh token", "Of the integration system user")) }
                div.field.of-consent { (choice(Choice::Box("pkce"), "Send a PKCE challenge", PKCE_HINT, self.pkce)) }
            }
            fieldset.of-password {
                legend { "The integration system user" }
                (Self::text(drawn, "username", "User name", "Such as HeyMilo_ISU@acme", &self.username))
                (Self::secret(drawn, "password", "Password", ""))
            }
        }
    }
}

fn sentence<'a>(drawn: &Drawn<'a>, name: &str) -> Option<&'a str> {
    drawn
        .refusals
        .iter()
        .find(|(field, _)| *field == name)
        .map(|(_, sentence)| *sentence)
}

fn marked<'a>(field: Field<'a>, name: &str, drawn: &'a Drawn<'_>) -> Field<'a> {
    field.refused(sentence(drawn, name)).focused(is_first(drawn, name))
}

fn is_first(drawn: &Drawn<'_>, name: &str) -> bool {
    drawn.refusals.first().is_some_and(|(first, _)| *first == name)
}

fn error(drawn: &Drawn<'_>, name: &str) -> Markup {
    html! {
        @if let Some(sentence) = sentence(drawn, name) {
            p.error id={ (name) "-error" } { (sentence) }
        }
    }
}
