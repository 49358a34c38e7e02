//! Connect Now and connecting again: one form, one connection, from the first visit until Workday took the access.

use crate::connect_form::{Access, Drawn, Refusals, Typed, status};
use crate::frame::{Frame, Section};
use crate::guest::needed;
use crate::note::{Done, Note};
use crate::visit::{Shown, Visit, done, log, not_done};
use crate::{connect_link, paths};
use admin::{AdminError, Problem};
use domain::ConnectionId;
use domain::settings::Connection;
use maud::{Markup, html};
use web::answer;
use web::form::Fields;

/// Leads to the form of the connection that the workspace is about to make.
pub(crate) async fn begin(visit: &Visit<'_>) -> Shown {
    match visit.admin.begin_connection(visit.id()).await {
        Ok(begun) => Ok(answer::redirect_to_path(&paths::connect(&begun.connection))),
        Err(error) if error.problem == Problem::WorkspaceUnknown => Ok(not_done("/settings", error.problem)),
        Err(error) => Err(error),
    }
}

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    untouched(visit, &ConnectionId::new(id)?, visit.note, None).await
}

/// Makes a link for the Workday administrator, and shows it this once.
pub(crate) async fn make_link(visit: &Visit<'_>, id: &str) -> Shown {
    let id = ConnectionId::new(id)?;
    let made = visit.admin.make_connect_link(visit.id(), &id).await?;
    untouched(visit, &id, Note::Nothing, Some(&made)).await
}

async fn untouched(visit: &Visit<'_>, id: &ConnectionId, note: Note, link: Option<&str>) -> Shown {
    let known = visit.admin.connection(visit.id(), id).await?;
    let account = visit.admin.account(&known).await?;
    let shown = Form {
        visit,
        known: &known,
        note,
        link,
    };
    shown.answer(&Typed::of(&known, account.as_deref()), &Refusals::new(), false).await
}

pub(crate) async fn submit(visit: &Visit<'_>, id: &str, fields: &Fields) -> Shown {
    let known = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let typed = Typed::read(fields);
    let shown = |note| Form {
        visit,
        known: &known,
        note,
        link: None,
    };
    if fields.text("do") == "fill" {
        let refused = typed.refused_paste();
        return shown(Note::Nothing).answer(&typed.filled(), &refused, true).await;
    }
    let typed = typed.with_pasted();
    let refused = typed.refused(fields, !known.is_proven());
    if !refused.is_empty() {
        return shown(Note::Nothing).answer(&typed, &refused, false).await;
    }
    match give_access(visit, &known, &typed, fields).await {
        Ok(what) => Ok(done(&paths::connection(&known.connection), what)),
        Err(error) => {
            log(&error);
            match typed.field_of(error.problem) {
                Some(field) => {
                    let refused = vec![(field, error.problem.words())];
                    shown(Note::Nothing).answer(&typed, &refused, false).await
                }
                None => shown(Note::Problem(error.problem)).answer(&typed, &Refusals::new(), false).await,
            }
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
    /// A link that was made just now.
    link: Option<&'a str>,
}

impl Form<'_> {
    async fn answer(&self, typed: &Typed, refusals: &Refusals, is_filled: bool) -> Shown {
        let frame = self.visit.frame_with(self.note);
        let title = if self.known.is_proven() {
            "Connect Workday again"
        } else {
            "Connect Workday"
        };
        let redirect_uri = self.visit.admin.redirect_uri(&self.known.connection);
        let drawn = Drawn {
            action: &paths::connect(&self.known.connection),
            token: frame.token(),
            redirect_uri: &redirect_uri,
            asks_kind: !self.known.is_proven(),
            is_proven: self.known.is_proven(),
            refusals,
            is_filled,
        };
        let link = connect_link::card(self.visit, &frame, self.known, self.link).await?;
        let body = html! {
            p {
                a href="/integrations" { "Integrations" }
                " / Workday"
            }
            h1 { (title) }
            (connect_link::waiting(self.visit, &frame, self.known).await?)
            div.split {
                div { (typed.form(&drawn)) }
                (self.aside(&frame, &redirect_uri, &link))
            }
        };
        Ok(frame.respond(status(self.note, refusals), Section::Integrations, title, &body))
    }

    fn aside(&self, frame: &Frame<'_>, redirect_uri: &str, link: &Markup) -> Markup {
        html! {
            aside {
                section.card aria-labelledby="before" {
                    h2 #before { "What you need from Workday" }
                    (needed(redirect_uri))
                }
                (link)
                @if !self.known.is_proven() {
                    section.card aria-labelledby="away" {
                        h2 #away { "Not now?" }
                        p { "Once you press Connect, the addresses are kept here for your next visit." }
                        form method="post" action={ (paths::connection(&self.known.connection)) "/remove" } {
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
