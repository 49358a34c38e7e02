//! The frame of every console page: navigation, sign-out, notices; and the small parts that pages share.

use crate::words::Tone;
use domain::settings::{WhoSends, Workspace};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use lambda_kit::answer;
use lambda_kit::page::{Link, Nonce, Page, escape};
use maud::{Markup, PreEscaped, html};
use setup::{Problem, SignedIn};

/// The pages of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Integrations,
    Agents,
    Activity,
    Settings,
}

const SECTIONS: [(Section, &str, &str); 4] = [
    (Section::Integrations, "Integrations", "/integrations"),
    (Section::Agents, "Agents", "/agents"),
    (Section::Activity, "Activity", "/activity"),
    (Section::Settings, "Settings", "/settings"),
];

/// What a page says about the action that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    Nothing,
    Done(Done),
    Problem(Problem),
}

macro_rules! dones {
    ($($name:ident, $code:literal, $words:literal;)*) => {
        /// What a form brought about; its code stands in the address of the next page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Done { $($name,)* }

        impl Done {
            pub(crate) fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

dones! {
    Connected, "connected", "Workday Integration Active. The list of job requisitions is being read; link one on an agent\u{2019}s page.";
    ClientStored, "client-stored", "The API client is stored. Continue to Workday to approve the permissions.";
    Disconnected, "disconnected", "Workday is disconnected. Nothing more is read from or written to it.";
    Saved, "saved", "Saved.";
    Refreshing, "refreshing", "The list is being read from Workday. Reload this page in a moment.";
    Linked, "linked", "Linked. Candidates who are in the Assessment stage already are being recorded and will not be invited; whoever enters from now on will be.";
    LinkedPollOnly, "linked-poll-only", "Linked. HeyMilo did not take our webhooks, so progress arrives some minutes later.";
    Unlinked, "unlinked", "Unlinked. Screenings under way go on; nobody new is invited.";
    Inviting, "inviting", "The invitation is on its way.";
    WritingAgain, "writing-again", "The record is being written to Workday again.";
    Answered, "answered", "Saved. Orders that were waiting for this answer go on now.";
}

impl Note {
    /// The note of an address: `?done=…` or `?problem=…`.
    pub(crate) fn of(query: &crate::form::Fields) -> Self {
        let done = Done::from_code(query.text("done")).map(Self::Done);
        let problem = || Problem::from_code(query.text("problem")).map(Self::Problem);
        done.or_else(problem).unwrap_or(Self::Nothing)
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Nothing | Self::Done(_) => StatusCode::OK,
            Self::Problem(problem) if problem.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Problem(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn html(self) -> Markup {
        match self {
            Self::Nothing => html! {},
            Self::Done(done) => html! { div.notice.good role="status" { p { (done.words()) } } },
            Self::Problem(problem) => html! { div.notice.bad role="alert" { p { (problem.words()) } } },
        }
    }
}

/// What every page is drawn with.
pub(crate) struct Frame<'a> {
    pub(crate) signed_in: &'a SignedIn,
    pub(crate) workspace: Option<&'a Workspace>,
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

    fn respond(&self, status: StatusCode, section: Section, title: &str, body: &Markup) -> Response<Body> {
        let navigation = SECTIONS.map(|(of, label, path)| Link {
            label: label.to_owned(),
            path: path.to_owned(),
            current: of == section,
        });
        let aside = html! {
            form.row method="post" action="/sign-out" {
                (self.token())
                span.muted.small { (text(self.workspace.map_or(self.signed_in.session.workspace.as_str(), |workspace| &workspace.name))) }
                button.secondary.small { "Sign out" }
            }
        };
        let body = html! { (self.note.html()) (self.open_question()) (body) };
        let nonce = Nonce::new();
        let page = Page::new(title).navigation(navigation.to_vec()).aside(&aside.into_string());
        answer::html(status, page.render(&nonce, &body.into_string()), &nonce)
    }

    /// Nobody is invited while this is open, so every page says it.
    fn open_question(&self) -> Markup {
        let open = self.workspace.is_some_and(|workspace| workspace.who_sends == WhoSends::Unanswered);
        html! {
            @if open {
                div.notice.caution {
                    p { strong { "Nobody is invited yet. " } "Say first who writes to candidates: " a href="/settings#who-sends" { "answer the question" } "." }
                }
            }
        }
    }

    /// The hidden field that proves that our page sent the form.
    pub(crate) fn token(&self) -> Markup {
        html! { input type="hidden" name="token" value=(self.signed_in.form_token()); }
    }

    /// Whether buttons that change something are shown at all.
    pub(crate) fn may_change(&self) -> bool {
        self.signed_in.session.role.may_change()
    }
}

/// Text that somebody else wrote: escaped, and stripped of what reverses the reading direction.
pub(crate) fn text(value: &str) -> Markup {
    PreEscaped(escape(value))
}

pub(crate) fn badge(label: &str, tone: Tone) -> Markup {
    html! { span class=(tone.class()) { (label) } }
}

/// A labelled text field.
pub(crate) fn field(name: &str, label: &str, hint: &str, value: &str, required: bool) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) @if !hint.is_empty() { span.hint id={ (name) "-hint" } { (hint) } } }
            input id=(name) name=(name) value=(text(value)) required[required] aria-describedby=[(!hint.is_empty()).then(|| format!("{name}-hint"))]
                autocomplete="off" spellcheck="false" autocapitalize="off";
        }
    }
}

/// A labelled field whose value is never shown again.
pub(crate) fn secret_field(name: &str, label: &str, hint: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) @if !hint.is_empty() { span.hint id={ (name) "-hint" } { (hint) } } }
            input id=(name) name=(name) type="password" required aria-describedby=[(!hint.is_empty()).then(|| format!("{name}-hint"))] autocomplete="off";
        }
    }
}

/// A message page outside a section, for signed-out people.
pub(crate) fn message(status: StatusCode, title: &str, sentence: &str) -> Response<Body> {
    answer::message_page(status, title, sentence)
}
