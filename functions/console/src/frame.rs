//! The frame of every console page: navigation, sign-out, notices.

use crate::health;
use crate::note::Note;
use admin::SignedIn;
use domain::health::Trouble;
use domain::settings::{Connection, WhoSends, Workspace};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use maud::{Markup, html};
use web::component::{Tone, notice};
use web::page::Link;
use web::{Nonce, Page, SessionToken, answer};

/// The pages of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Integrations,
    Agents,
    Activity,
    People,
    Settings,
}

const SECTIONS: [(Section, &str, &str); 5] = [
    (Section::Integrations, "Integrations", "/integrations"),
    (Section::Agents, "Agents", "/agents"),
    (Section::Activity, "Activity", "/activity"),
    (Section::People, "People", "/people"),
    (Section::Settings, "Settings", "/settings"),
];

/// What every page is drawn with.
pub(crate) struct Frame<'a> {
    pub(crate) signed_in: &'a SignedIn,
    pub(crate) session: &'a SessionToken,
    pub(crate) workspace: Option<&'a Workspace>,
    /// The connections that do not work as they should.
    pub(crate) troubles: &'a [(Connection, Trouble)],
    pub(crate) note: Note,
}

impl Frame<'_> {
    /// The page shown as the result of a form that went wrong carries the problem's status.
    pub(crate) fn respond_to_form(&self, section: Section, title: &str, body: &Markup) -> Response<Body> {
        self.respond(self.note.status(), section, title, body)
    }

    pub(crate) fn show(&self, section: Section, title: &str, body: &Markup) -> Response<Body> {
        self.respond(StatusCode::OK, section, title, body)
    }

    /// A page with a status of its own.
    pub(crate) fn respond(&self, status: StatusCode, section: Section, title: &str, body: &Markup) -> Response<Body> {
        let navigation = SECTIONS.map(|(of, label, path)| Link {
            label: label.to_owned(),
            path: path.to_owned(),
            current: of == section,
        });
        let body = html! {
            (self.note.html())
            (self.only_looking())
            (health::bar(self.troubles, self.may_change()))
            (self.open_question())
            (body)
        };
        let nonce = Nonce::new();
        // Who hears the page hears first that the form was refused.
        let is_refused = status == StatusCode::UNPROCESSABLE_ENTITY || matches!(self.note, Note::Problem(_));
        let title = if is_refused { format!("Error: {title}") } else { title.to_owned() };
        let page = Page::new(&title).navigation(navigation.to_vec()).aside(self.sign_out()).live();
        answer::live_page(status, page.document(&nonce, &body), &nonce)
    }

    fn sign_out(&self) -> Markup {
        let id = self.signed_in.session.workspace.as_str();
        let workspace = self.workspace.map_or(id, |workspace| &workspace.name);
        html! {
            form.row method="post" action="/sign-out" {
                (self.token())
                span.muted.small { (workspace) " \u{b7} " (self.signed_in.session.role.name()) }
                button.secondary.small { "Sign out" }
            }
        }
    }

    /// A viewer reads it on every page, before a button is missed.
    fn only_looking(&self) -> Markup {
        let sentence = html! {
            p {
                strong { "You are a viewer. " }
                "You see everything of this workspace and change nothing; an owner can give you another role."
            }
        };
        html! {
            @if !self.may_change() { (notice(Tone::Plain, sentence)) }
        }
    }

    /// Nobody is invited while this is open, so every page says it.
    fn open_question(&self) -> Markup {
        let open = self.workspace.is_some_and(|workspace| workspace.who_sends == WhoSends::Unanswered);
        let sentence = html! {
            p {
                strong { "Nobody is invited yet. " }
                "First choose who writes to candidates: "
                a href="/settings#who-sends" { "answer the question" }
                "."
            }
        };
        html! {
            @if open { (notice(Tone::Caution, sentence)) }
        }
    }

    /// The hidden field that proves that our page sent the form.
    pub(crate) fn token(&self) -> Markup {
        self.session.form_field()
    }

    /// Whether buttons that change something are shown at all.
    pub(crate) fn may_change(&self) -> bool {
        self.signed_in.session.role.may_change()
    }
}
