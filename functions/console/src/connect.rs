//! Connect Now and connecting again: one form, one connection, from the first visit until Workday took the access.

use crate::connect_form::{Access, Drawn, Refusals, Typed};
use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::visit::{Shown, Visit, done, log, not_done};
use admin::{AdminError, Problem};
use domain::ConnectionId;
use domain::settings::Connection;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use maud::{Markup, html};
use web::answer;
use web::form::Fields;

/// Leads to the form of the connection that the workspace is about to make.
pub(crate) async fn begin(visit: &Visit<'_>) -> Shown {
    match visit.admin.begin_connection(visit.id()).await {
        Ok(begun) => Ok(answer::redirect_to_path(&path(&begun.connection))),
        Err(error) if error.problem == Problem::WorkspaceUnknown => Ok(not_done("/settings", error.problem)),
        Err(error) => Err(error),
    }
}

/// Where a connection's form is.
pub(crate) fn path(connection: &ConnectionId) -> String {
    format!("/integrations/workday/{connection}/connect")
}

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let known = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let account = visit.admin.account(&known).await?;
    let shown = Form {
        visit,
        known: &known,
        note: Note::of(&visit.query),
    };
    Ok(shown.answer(&Typed::of(&known, account.as_deref()), &Refusals::new(), false))
}

pub(crate) async fn submit(visit: &Visit<'_>, id: &str, fields: &Fields) -> Shown {
    let known = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let typed = Typed::read(fields);
    let shown = |note| Form {
        visit,
        known: &known,
        note,
    };
    if fields.text("do") == "fill" {
        let refused = typed.refused_paste();
        return Ok(shown(Note::Nothing).answer(&typed.filled(), &refused, true));
    }
    let refused = typed.refused(fields, known.is_proven());
    if !refused.is_empty() {
        return Ok(shown(Note::Nothing).answer(&typed, &refused, false));
    }
    match give_access(visit, &known, &typed, fields).await {
        Ok(what) => Ok(done(&format!("/integrations/workday/{}", known.connection), what)),
        Err(error) => {
            log(&error);
            Ok(match typed.field_of(error.problem) {
                Some(field) => shown(Note::Nothing).answer(&typed, &vec![(field, error.problem.words())], false),
                None => shown(Note::Problem(error.problem)).answer(&typed, &Refusals::new(), false),
            })
        }
    }
}

async fn give_access(visit: &Visit<'_>, known: &Connection, typed: &Typed, fields: &Fields) -> Result<Done, AdminError> {
    let draft = typed.draft(known);
    match typed.access(fields) {
        Access::Client(client) => {
            visit.admin.prepare_consent(visit.id(), draft, client).await?;
            Ok(Done::ClientStored)
        }
        Access::Proof(proof) => {
            visit.admin.connect(visit.id(), draft, proof).await?;
            Ok(Done::Connected)
        }
    }
}

/// The page of the form.
struct Form<'a> {
    visit: &'a Visit<'a>,
    known: &'a Connection,
    note: Note,
}

impl Form<'_> {
    fn answer(&self, typed: &Typed, refusals: &Refusals, is_filled: bool) -> Response<Body> {
        let frame = self.visit.frame_with(self.note);
        let title = if self.known.is_proven() {
            "Connect Workday again"
        } else {
            "Connect Workday"
        };
        let status = if refusals.is_empty() {
            self.note.status()
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let body = self.draw(&frame, title, typed, refusals, is_filled);
        frame.respond(status, Section::Integrations, title, &body)
    }

    fn draw(&self, frame: &Frame<'_>, title: &str, typed: &Typed, refusals: &Refusals, is_filled: bool) -> Markup {
        let redirect_uri = self.visit.admin.redirect_uri(&self.known.connection);
        let drawn = Drawn {
            action: &path(&self.known.connection),
            token: frame.token(),
            redirect_uri: &redirect_uri,
            is_proven: self.known.is_proven(),
            refusals,
            is_filled,
        };
        html! {
            p {
                a href="/integrations" { "Integrations" }
                " / Workday"
            }
            h1 { (title) }
            div.split {
                div { (typed.form(&drawn)) }
                (self.aside(frame, &redirect_uri))
            }
        }
    }

    fn aside(&self, frame: &Frame<'_>, redirect_uri: &str) -> Markup {
        html! {
            aside {
                section.card aria-labelledby="before" {
                    h2 #before { "What you need from Workday" }
                    ol {
                        li { "An integration system user with the permissions of the setup guide." }
                        li { "An API client, registered in Workday, or that user\u{2019}s password." }
                        li { "The addresses of the tenant: all of them stand in Workday under " strong { "View API Clients" } "." }
                    }
                    p { "To approve in Workday, the API client must have this redirection URI. It stays the same at every visit:" }
                    p { code.copied { (redirect_uri) } }
                }
                @if !self.known.is_proven() {
                    section.card aria-labelledby="away" {
                        h2 #away { "Not now?" }
                        p { "What you typed is kept here, without secrets, once you pressed Connect." }
                        form method="post" action={ "/integrations/workday/" (self.known.connection) "/remove" } {
                            (frame.token())
                            button.secondary { "Remove this draft" }
                        }
                    }
                }
            }
        }
    }
}

pub(crate) async fn remove(visit: &Visit<'_>, id: &str) -> Shown {
    visit.admin.remove_connection(visit.id(), &ConnectionId::new(id)?).await?;
    Ok(done("/integrations", Done::Removed))
}
