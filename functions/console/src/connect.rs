//! Connect Now: three ways to give this integration access to a Workday tenant.

use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::options::{sandbox, sandbox_typed};
use crate::visit::{Shown, Visit, done, log};
use admin::{AdminError, ClientRegistration, ConnectionDraft, Problem, Proof};
use data_encoding::BASE32_NOPAD;
use domain::ConnectionId;
use domain::settings::{Connection, ConnectionOptions};
use keys::random_token;
use maud::{Markup, html};
use web::component::{Choice, choice, field, hidden, secret_field};
use web::form::Fields;

const SIGN_IN_HINT: &str = "Host of the authorization endpoint, such as https://impl.workday.com";
const PKCE_HINT: &str = "Only if your Workday administrator says that the tenant takes one.";
const WRITES_AS_THE_PERSON: &str = "Whatever is written to Workday later is written in the name of the person who approves. \
    For an integration system user, choose one of the other two ways.";

/// How access is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Register API Client, Authorization Code Grant: a person approves in Workday.
    Consent,
    /// Register API Client for Integrations: a refresh token made for the integration system user.
    RefreshToken,
    /// WS-Security user name and password of the integration system user.
    Password,
}

impl Way {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Consent, "consent", "Approve in Workday"),
        (Self::RefreshToken, "refresh-token", "API Client for Integrations"),
        (Self::Password, "password", "User name and password"),
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::RefreshToken => "refresh-token",
            Self::Password => "password",
        }
    }

    fn from_code(code: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == code)
            .map_or(Self::Consent, |(way, _, _)| *way)
    }
}

/// What the form shows in its fields; secrets are never among it.
struct Draft {
    connection: ConnectionId,
    /// The connection exists: its address stays.
    known: bool,
    services_url: String,
    sign_in_url: String,
    tenant: String,
    client_id: String,
    username: String,
    options: ConnectionOptions,
}

pub(crate) fn page(visit: &Visit<'_>) -> Shown {
    let connection = match visit.query.optional("connection") {
        Some(id) => ConnectionId::new(id)?,
        None => new_id()?,
    };
    let draft = Draft {
        connection,
        known: false,
        services_url: String::new(),
        sign_in_url: String::new(),
        tenant: String::new(),
        client_id: String::new(),
        username: String::new(),
        options: ConnectionOptions::default(),
    };
    let frame = visit.frame();
    let body = form(visit, &frame, Way::from_code(visit.query.text("way")), &draft);
    Ok(frame.show(Section::Integrations, "Connect Workday", &body))
}

pub(crate) async fn reconnect_page(visit: &Visit<'_>, id: &str) -> Shown {
    let known = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let frame = visit.frame();
    let way = Way::from_code(visit.query.text("way"));
    let body = form(visit, &frame, way, &Draft::of(&known));
    Ok(frame.show(Section::Integrations, "Connect Workday again", &body))
}

pub(crate) async fn submit(visit: &Visit<'_>, form_fields: &Fields) -> Shown {
    let way = Way::from_code(form_fields.text("way"));
    let connection = ConnectionId::new(form_fields.text("connection"))?;
    let path = format!("/integrations/workday/{connection}");
    let known = visit.admin.find_connection(visit.id(), &connection).await?;
    match give_access(visit, way, &connection, known.as_ref(), form_fields).await {
        Ok(what) => Ok(done(&path, what)),
        Err(error) => {
            log(&error);
            let frame = visit.frame_with(Note::Problem(error.problem));
            let draft = Draft::typed(connection, known.as_ref(), form_fields);
            Ok(frame.respond_to_form(Section::Integrations, "Connect Workday", &form(visit, &frame, way, &draft)))
        }
    }
}

async fn give_access(
    visit: &Visit<'_>,
    way: Way,
    connection: &ConnectionId,
    known: Option<&Connection>,
    fields: &Fields,
) -> Result<Done, AdminError> {
    let draft = connection_draft(connection.clone(), known, fields);
    let proof = match way {
        Way::Consent => {
            let client = ClientRegistration {
                client_id: fields.text("client_id").to_owned(),
                client_secret: fields.secret("client_secret"),
                pkce: fields.is_on("pkce"),
            };
            visit.admin.prepare_consent(visit.id(), draft, client).await?;
            return Ok(Done::ClientStored);
        }
        Way::RefreshToken => Proof::RefreshToken {
            client_id: fields.optional("client_id").ok_or(Problem::FieldUnusable)?,
            client_secret: fields.secret("client_secret"),
            refresh_token: fields.secret("refresh_token"),
        },
        Way::Password => Proof::UsernameToken {
            username: fields.optional("username").ok_or(Problem::FieldUnusable)?,
            password: fields.secret("password"),
        },
    };
    visit.admin.connect(visit.id(), draft, proof).await?;
    Ok(Done::Connected)
}

fn connection_draft(connection: ConnectionId, known: Option<&Connection>, fields: &Fields) -> ConnectionDraft {
    let typed = ConnectionDraft {
        sign_in_url: fields.optional("sign_in_url"),
        options: sandbox_typed(fields, &ConnectionOptions::default()),
        ..ConnectionDraft::new(connection, fields.text("services_url"), fields.text("tenant"))
    };
    match known {
        // What the form does not show stays as it is.
        Some(known) => ConnectionDraft {
            sign_in_url: typed.sign_in_url,
            services_url: typed.services_url,
            tenant: typed.tenant,
            ..ConnectionDraft::from(known)
        },
        None => typed,
    }
}

impl Draft {
    fn of(known: &Connection) -> Self {
        Self {
            connection: known.connection.clone(),
            known: true,
            services_url: known.services_url.clone(),
            sign_in_url: known.sign_in_url.clone().unwrap_or_default(),
            tenant: known.tenant.clone(),
            client_id: String::new(),
            username: String::new(),
            options: known.options.clone(),
        }
    }

    fn typed(connection: ConnectionId, known: Option<&Connection>, fields: &Fields) -> Self {
        Self {
            connection,
            known: known.is_some(),
            services_url: fields.text("services_url").to_owned(),
            sign_in_url: fields.text("sign_in_url").to_owned(),
            tenant: fields.text("tenant").to_owned(),
            client_id: fields.text("client_id").to_owned(),
            username: fields.text("username").to_owned(),
            options: sandbox_typed(fields, &ConnectionOptions::default()),
        }
    }
}

fn form(visit: &Visit<'_>, frame: &Frame<'_>, way: Way, draft: &Draft) -> Markup {
    let base = if draft.known {
        format!("/integrations/workday/{}/reconnect?way=", draft.connection)
    } else {
        format!("/integrations/workday/new?connection={}&way=", draft.connection)
    };
    html! {
        p {
            a href="/integrations" { "Integrations" }
            " / Workday"
        }
        h1 { @if draft.known { "Connect Workday again" } @else { "Connect Workday" } }
        nav.row aria-label="Ways to connect" {
            @for (other, code, label) in Way::ALL {
                a.button.secondary[other != way] href={ (base) (code) } aria-current=[(other == way).then_some("true")] { (label) }
            }
        }
        form.card method="post" action="/integrations/workday/new" {
            (frame.token())
            (hidden("way", way.code()))
            (hidden("connection", draft.connection.as_str()))
            (address(way, draft))
            @match way {
                Way::Consent => (consent(visit, draft)),
                Way::RefreshToken => (refresh_token(draft)),
                Way::Password => (password(draft)),
            }
            @if !draft.known { (sandbox(&draft.options)) }
            button { @if way == Way::Consent { "Save and continue" } @else { "Connect" } }
        }
    }
}

fn address(way: Way, draft: &Draft) -> Markup {
    html! {
        h2 { "The Workday tenant" }
        p.muted { "Both stand in Workday under View API Clients, in the REST API and token endpoints." }
        (field("services_url", "Services address", "Such as https://wd2-impl-services1.workday.com", &draft.services_url, true))
        (field("tenant", "Tenant", "The part behind the host, such as acme_preview", &draft.tenant, true))
        @if way == Way::Consent {
            (field("sign_in_url", "Sign-in address", SIGN_IN_HINT, &draft.sign_in_url, true))
        }
    }
}

fn consent(visit: &Visit<'_>, draft: &Draft) -> Markup {
    html! {
        h2 { "The API client" }
        p {
            "In Workday, run "
            strong { "Register API Client" }
            " with Authorization Code Grant, access token type Bearer, Non-Expiring Refresh Tokens, and this redirection URI:"
        }
        p { code { (visit.admin.redirect_uri(&draft.connection)) } }
        (field("client_id", "Client ID", "", &draft.client_id, true))
        (secret_field("client_secret", "Client secret", ""))
        div.field { (choice(Choice::Box("pkce"), "Send a PKCE challenge", PKCE_HINT, false)) }
        p.muted { (WRITES_AS_THE_PERSON) }
    }
}

fn refresh_token(draft: &Draft) -> Markup {
    html! {
        h2 { "The API client" }
        p {
            "In Workday, run "
            strong { "Register API Client for Integrations" }
            ", then make a token for the integration system user under API Client, Manage Refresh Tokens for Integrations."
        }
        (field("client_id", "Client ID", "", &draft.client_id, true))
        (secret_field("client_secret", "Client secret", ""))
        (secret_field("refresh_token", "Refresh token", "Of the integration system user"))
    }
}

fn password(draft: &Draft) -> Markup {
    html! {
        h2 { "The integration system user" }
        (field("username", "User name", "Such as HeyMilo_ISU@acme", &draft.username, true))
        (secret_field("password", "Password", ""))
    }
}

/// A connection's id is part of addresses and global: random, so that it says nothing and cannot be guessed at.
fn new_id() -> Result<ConnectionId, AdminError> {
    let token = random_token().ok_or(Problem::Ours)?;
    let mut id = BASE32_NOPAD.encode(token.as_bytes()).to_ascii_lowercase();
    id.truncate(16);
    Ok(ConnectionId::new(format!("wd-{id}"))?)
}
