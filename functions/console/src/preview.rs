//! The invitation as a candidate gets it, of somebody invented.

use crate::frame::Section;
use crate::visit::Visit;
use domain::settings::{WhoSends, Workspace};
use lambda_http::{Body, Response};
use letters::{Details, Invitation, Language, Mail};
use maud::{Markup, PreEscaped, html};
use std::time::Duration;
use web::component::{Tone, fact, languages, notice};
use web::{Document, answer};

const SOMEBODY: &str = "Dana Example";
const SOME_JOB: &str = "Warehouse Associate";
const LANGUAGE: &str = "language";
const CHOSEN: &str = "Candidates get it in the language that the agent has in HeyMilo, or in English where that is none of these.";
const NOT_USED: &str = "HeyMilo writes to the candidates of this workspace, with its own templates. This invitation is sent once \u{201c}This integration\u{201d} does.";

pub(crate) fn page(visit: &Visit<'_>) -> Response<Body> {
    let body = draw(visit, visit.workspace.as_ref());
    visit.frame().show(Section::Settings, "The invitation", &body)
}

/// The mail alone, for the frame on the page.
pub(crate) fn mail(visit: &Visit<'_>) -> Response<Body> {
    let drawn = visit.workspace.as_ref().map(|workspace| invitation(visit, workspace).html);
    answer::framed_mail(Document::new(PreEscaped(drawn.unwrap_or_default())))
}

fn chosen(visit: &Visit<'_>) -> Language {
    Language::named(visit.query.text(LANGUAGE)).unwrap_or_default()
}

fn invitation(visit: &Visit<'_>, workspace: &Workspace) -> Mail {
    Invitation {
        language: chosen(visit),
        candidate: SOMEBODY.into(),
        job: SOME_JOB.into(),
        employer: workspace.employer().into(),
        details: Details::of(&workspace.candidate_details),
        until: Some(visit.admin.now().plus(Duration::from_hours(7 * 24))),
        link: visit.admin.public_url().candidate_link("example"),
    }
    .mail()
}

fn draw(visit: &Visit<'_>, workspace: Option<&Workspace>) -> Markup {
    let language = chosen(visit);
    let mail = workspace.map(|workspace| invitation(visit, workspace));
    html! {
        h1 { "The invitation" }
        p { "As " (SOMEBODY) " would get it for " (SOME_JOB) ", with the settings that are saved. " a href="/settings#candidate-details" { "Change them" } }
        @if visit.who_sends() == &WhoSends::HeyMilo { (notice(Tone::Plain, html! { p { (NOT_USED) } })) }
        (languages("Language", LANGUAGE, language.offered()))
        @if let Some(mail) = &mail {
            section.card {
                dl.facts {
                    (fact("From", mail.sender_name.as_deref().unwrap_or_default()))
                    (fact("Replies go to", mail.reply_to.as_deref().unwrap_or("Nobody: set a contact\u{2019}s email address")))
                    (fact("Subject", &mail.subject))
                    (fact("Language", CHOSEN))
                }
            }
            iframe.mail title=(mail.subject) sandbox src={ "/settings/invitation/mail?" (LANGUAGE) "=" (language.tag()) } {}
            details {
                summary { "As plain text" }
                pre lang=(language.tag()) { (mail.text) }
            }
        }
    }
}
