//! The pages of a connect link: a Workday administrator, who is nobody here, gives access to one tenant.
//!
//! Looking at a link changes nothing; a button opens a session of its own, which sees one form and nothing that is stored.

use crate::connect_form::{Access, Drawn, Refusals, Typed, status};
use crate::note::Note;
use crate::setup::in_workday;
use crate::visit::{Shown, forged_form, log};
use admin::{Admin, AdminError, Guest, Problem};
use domain::settings::Connection;
use domain::{ConnectionId, WorkspaceId};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use maud::{Markup, html};
use web::component::{Tone, announcement, copied, notice};
use web::form::{Fields, is_from_our_pages};
use web::{Nonce, Page, SessionCookie, SessionToken, answer};

const GIVEN: &str = "Thank you: Workday took the access. It is used once an owner or admin of the workspace has looked at it and accepted it; \
    you need not do anything more, and can close this page.";
const OTHER_TENANT: &str =
    "This link is for another Workday tenant, or for the same one on another host. Ask whoever sent it to you which tenant they mean.";
const NOT_PERMITTED: &str = "What you gave is kept, but job requisitions could not be read with it yet. Give the integration\u{2019}s security group \
    the permissions, run Activate Pending Security Policy Changes, then check again.";

/// Whether an address is one of these pages.
pub(crate) fn owns(path: &[&str]) -> bool {
    path.first() == Some(&"connect")
}

/// Answers a request of these pages.
pub(crate) async fn answer(admin: &Admin, path: &[&str], request: &Request, note: Note) -> Response<Body> {
    let answered = match *request.method() {
        Method::GET | Method::HEAD => look(path, admin, request, note).await,
        Method::POST if !is_from_our_pages(request.headers(), admin.public_url()) => Ok(forged_form()),
        Method::POST => press(path, admin, request).await,
        _ => Ok(answer::method_not_allowed("GET, HEAD, POST")),
    };
    answered.unwrap_or_else(|error| {
        log(&error);
        let status = if error.problem.is_passing() {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::NOT_FOUND
        };
        answer::message_page(status, "This page cannot be shown", error.problem.words())
    })
}

web::addresses! {
    const PAGES: "GET";
    async fn look(path: &[&str], admin: &Admin, request: &Request, note: Note) -> Shown {
        ["connect", connection, token] shows ["open", "over"] => show_link(admin, &id(connection)?, token).await,
        ["connect", connection] shows ["form", "to be approved", "not permitted yet", "given", "no session"] => {
            let form = Form::of(admin, request, &id(connection)?).await?;
            // What went wrong on the way through Workday; nothing else is told here.
            let note = match note {
                Note::Problem(problem) => Note::Problem(problem),
                Note::Nothing | Note::Done(_) | Note::GoneOver(_) => Note::Nothing,
            };
            form.answer(note, &Typed::nothing(), &Refusals::new(), false).await
        },
        _ leads_on => Err(Problem::ConnectLinkOver.into()),
    }
}

web::addresses! {
    const CHANGES: "POST";
    async fn press(path: &[&str], admin: &Admin, request: &Request) -> Shown {
        ["connect", connection, token] leads_on => enter(admin, &id(connection)?, token).await,
        ["connect", connection] shows ["refused"] => {
            let form = Form::of(admin, request, &id(connection)?).await?;
            match Fields::of_body(request) {
                Some(fields) if form.session.sent(&fields) => form.submit(&fields).await,
                Some(_) => Ok(forged_form()),
                None => Ok(answer::bad_request("not_a_form", "Send the fields of the page\u{2019}s form.")),
            }
        },
        _ leads_on => Err(Problem::ConnectLinkOver.into()),
    }
}

/// What has the shape of no id is no link either.
fn id(connection: &str) -> Result<ConnectionId, AdminError> {
    Ok(ConnectionId::new(connection).map_err(|_unusable| Problem::ConnectLinkOver)?)
}

fn path(connection: &ConnectionId) -> String {
    format!("/connect/{connection}")
}

async fn employer(admin: &Admin, workspace: &WorkspaceId) -> Result<String, AdminError> {
    let workspace = admin.workspace(workspace).await?.ok_or(Problem::ConnectLinkOver)?;
    Ok(workspace.name)
}

async fn show_link(admin: &Admin, connection: &ConnectionId, token: &str) -> Shown {
    let link = admin.open_link(connection, token).await?;
    let employer = employer(admin, &link.workspace).await?;
    let body = html! {
        div.card {
            h1 { "Connect Workday for " (employer) }
            p {
                strong { (employer) }
                " asks you, as the administrator of its Workday tenant, to give HeyMilo access to Recruiting: \
                 HeyMilo then invites candidates whom recruiters move to the Assessment stage, and writes status, score and report to their record."
            }
            p { "You enter the access here or approve it in Workday. Nothing is used before " (employer) " has accepted it." }
            form method="post" action={ (path(connection)) "/" (token) } {
                button { "Go on" }
            }
        }
    };
    let nonce = Nonce::new();
    let document = Page::new("Connect Workday").narrow().document(&nonce, &body);
    Ok(answer::page(StatusCode::OK, document, &nonce))
}

async fn enter(admin: &Admin, connection: &ConnectionId, token: &str) -> Shown {
    let session = SessionToken::random().ok_or(Problem::Ours)?;
    let lasts = admin.enter_by_link(connection, token, &session.session_hash()).await?;
    let cookie = SessionCookie::of_guest(admin.public_url());
    Ok(cookie.set(answer::redirect_to_path(&path(connection)), &session, lasts))
}

/// A guest's request.
struct Form<'a> {
    admin: &'a Admin,
    guest: Guest,
    session: SessionToken,
    employer: String,
    /// What is known of the connection: nothing of it is shown.
    known: Connection,
}

impl<'a> Form<'a> {
    async fn of(admin: &'a Admin, request: &Request, connection: &ConnectionId) -> Result<Self, AdminError> {
        let cookie = SessionCookie::of_guest(admin.public_url());
        let session = cookie.read(request.headers()).ok_or(Problem::ConnectLinkOver)?;
        let guest = admin.guest(session.session_hash()).await?.ok_or(Problem::ConnectLinkOver)?;
        if guest.connection() != connection {
            return Err(Problem::ConnectLinkOver.into());
        }
        Ok(Self {
            employer: employer(admin, guest.workspace()).await?,
            known: admin.connection(guest.workspace(), connection).await?,
            admin,
            guest,
            session,
        })
    }

    async fn submit(&self, fields: &Fields) -> Shown {
        let typed = Typed::read(fields);
        match fields.text("do") {
            "fill" => {
                let refused = typed.refused_paste();
                return self.answer(Note::Nothing, &typed.filled(), &refused, true).await;
            }
            "check" => {
                return match self.admin.prove_again(&self.guest).await {
                    Ok(()) => Ok(answer::redirect_to_path(&path(self.guest.connection()))),
                    Err(error) => self.refuse(&typed, &error).await,
                };
            }
            _ => {}
        }
        let typed = typed.with_pasted();
        let refused = typed.refused(fields, false);
        if !refused.is_empty() {
            return self.answer(Note::Nothing, &typed, &refused, false).await;
        }
        match self.give(&typed, fields).await {
            Ok(()) => Ok(answer::redirect_to_path(&path(self.guest.connection()))),
            Err(error) => self.refuse(&typed, &error).await,
        }
    }

    async fn give(&self, typed: &Typed, fields: &Fields) -> Result<(), AdminError> {
        let draft = typed.draft(&self.known);
        match typed.access(fields) {
            Access::Client(client) => self.admin.offer_client(&self.guest, draft, client).await,
            Access::Proof(proof) => self.admin.offer_access(&self.guest, draft, proof).await,
        }
    }

    async fn refuse(&self, typed: &Typed, error: &AdminError) -> Shown {
        log(error);
        // Only the workspace itself says which tenant the connection is for, and that it moved.
        let is_another_tenant = matches!(
            error.problem,
            Problem::TenantMoved | Problem::MovedToOtherKind | Problem::ConnectionOfOtherTenant
        );
        let (field, words) = if is_another_tenant {
            (Some("tenant"), OTHER_TENANT)
        } else {
            (typed.field_of(error.problem), error.problem.words())
        };
        match field {
            Some(field) => self.answer(Note::Nothing, typed, &vec![(field, words)], false).await,
            None => self.answer(Note::Problem(error.problem), typed, &Refusals::new(), false).await,
        }
    }

    async fn answer(&self, note: Note, typed: &Typed, refusals: &Refusals, is_filled: bool) -> Shown {
        let redirect_uri = self.admin.redirect_uri(self.guest.connection());
        let drawn = Drawn {
            action: &path(self.guest.connection()),
            token: self.session.form_field(),
            redirect_uri: &redirect_uri,
            asks_kind: false,
            is_proven: self.known.is_proven(),
            refusals,
            is_filled,
        };
        let body = html! {
            h1 { "Connect Workday for " (self.employer) }
            (note.html())
            (self.standing().await?)
            div.split {
                div { (typed.form(&drawn)) }
                aside {
                    section.card aria-labelledby="before" {
                        h2 #before { "What you need" }
                        (needed(&redirect_uri))
                    }
                    section.card aria-labelledby="in-workday" {
                        h2 #in-workday { "What to set up in Workday" }
                        (in_workday::steps())
                    }
                }
            }
        };
        let status = status(note, refusals);
        let nonce = Nonce::new();
        let title = if status == StatusCode::OK {
            "Connect Workday"
        } else {
            "Error: Connect Workday"
        };
        let document = Page::new(title).document(&nonce, &body);
        Ok(answer::page(status, document, &nonce))
    }

    /// How far the access is that was given.
    async fn standing(&self) -> Result<Markup, AdminError> {
        let given = self.admin.given_by(&self.guest).await?;
        let connection = self.guest.connection();
        Ok(match given {
            None => html! {},
            Some(offer) if offer.proven_at.is_some() => announcement(Tone::Good, GIVEN),
            Some(attempt) if !attempt.has_credential() => {
                let content = html! {
                    p { "The API client is kept. Now sign in to Workday and approve." }
                    p {
                        a.button href={ "/oauth/workday/start/" (connection) "?guest" } { "Continue to Workday" }
                    }
                };
                notice(Tone::Accent, content)
            }
            Some(_) => {
                let content = html! {
                    p { (NOT_PERMITTED) }
                    form method="post" action=(path(connection)) {
                        (self.session.form_field())
                        button name="do" value="check" { "Check again" }
                    }
                };
                notice(Tone::Caution, content)
            }
        })
    }
}

/// What is to be had from Workday before the form can be filled in.
pub(crate) fn needed(redirect_uri: &str) -> Markup {
    html! {
        ol {
            li { "An integration system user with the permissions of the setup guide." }
            li { "An API client, registered in Workday, or that user\u{2019}s password." }
            li {
                "The addresses of the tenant: all of them stand in Workday under "
                strong { "View API Clients" }
                "."
            }
        }
        p { "To approve in Workday, the API client must have this redirection URI. It stays the same at every visit:" }
        p { (copied(redirect_uri)) }
    }
}
