//! Settings: who writes to candidates, and the workspace's HeyMilo API key.

use crate::connection::shown_there;
use crate::form::Fields;
use crate::frame::{Done, Frame, Note, Section, badge, secret_field, text};
use crate::handler::{Shown, Visit, done};
use crate::words::{Tone, at};
use domain::settings::{WhoSends, Workspace};
use lambda_http::{Body, Response};
use maud::{Markup, html};
use setup::{Problem, Sender};

pub(crate) fn page(visit: &Visit<'_>) -> Response<Body> {
    let frame = visit.frame();
    frame.show(Section::Settings, "Settings", &draw(visit, &frame, None))
}

/// `chosen` is in the form instead of the answer that stands.
fn draw(visit: &Visit<'_>, frame: &Frame<'_>, chosen: Option<Sender>) -> Markup {
    html! {
        h1 { "Settings" }
        @if let Some(workspace) = &visit.workspace { (who_sends(frame, workspace, chosen)) }
        (api_key(frame, visit.workspace.as_ref()))
    }
}

fn who_sends(frame: &Frame<'_>, workspace: &Workspace, chosen: Option<Sender>) -> Markup {
    let standing = match workspace.who_sends {
        WhoSends::Unanswered => None,
        WhoSends::HeyMilo => Some(Sender::HeyMilo),
        WhoSends::We { .. } => Some(Sender::We { communications_off: false }),
    };
    let chosen = chosen.or(standing);
    let (we, heymilo) = (matches!(chosen, Some(Sender::We { .. })), chosen == Some(Sender::HeyMilo));
    html! {
        section.card #who-sends aria-labelledby="who-sends-heading" {
            h2 #who-sends-heading { "Who writes to candidates?" }
            p { "Candidates must get one invitation, not two and not none. Nobody is invited until this is answered." }
            (current(&workspace.who_sends))
            @if frame.may_change() {
                form method="post" action="/settings/who-sends" {
                    (frame.token())
                    input type="hidden" name="revision" value=(workspace.revision);
                    fieldset {
                        legend { "Invitations are sent by" }
                        label.choice { input type="radio" name="sender" value="heymilo" required checked[heymilo];
                            span { "HeyMilo" span.hint { "HeyMilo mails the candidate as soon as the screening is created, with its own templates. This integration sends nothing; opened invitations and reminders of ours are not available." } } }
                        label.choice { input type="radio" name="sender" value="we" required checked[we];
                            span { "This integration" span.hint { "We mail the invitation with a notice that an AI interviews. HeyMilo must not write as well." } } }
                        label.choice { input type="checkbox" name="communications_off" value="on";
                            span { "I confirm: in HeyMilo, Settings, Company Settings, \u{201c}Turn Off All Candidate Communications\u{201d} is on" span.hint { "Needed for \u{201c}This integration\u{201d}. HeyMilo does not tell us, so your confirmation is recorded with your name and the time." } } }
                    }
                    button { "Save" }
                }
            }
        }
    }
}

fn current(who_sends: &WhoSends) -> Markup {
    match who_sends {
        WhoSends::Unanswered => html! { p { (badge("Not answered yet", Tone::Caution)) } },
        WhoSends::HeyMilo => html! { p { (badge("HeyMilo sends", Tone::Good)) } },
        WhoSends::We {
            confirmed_by,
            confirmed_at,
        } => html! {
            p { (badge("This integration sends", Tone::Good)) " " span.muted { "Confirmed by " (text(confirmed_by)) ", " (at(*confirmed_at)) } }
        },
    }
}

fn api_key(frame: &Frame<'_>, workspace: Option<&Workspace>) -> Markup {
    html! {
        section.card #heymilo aria-labelledby="heymilo-heading" {
            h2 #heymilo-heading { "HeyMilo" }
            @match workspace {
                Some(workspace) => p { "Connected as " strong { (text(&workspace.name)) } },
                None => p { "Not connected yet: enter the API key of your HeyMilo workspace." },
            }
            @if frame.may_change() {
                form method="post" action="/settings/heymilo" {
                    (frame.token())
                    (secret_field("api_key", if workspace.is_some() { "New API key" } else { "API key" }, "It is checked at HeyMilo before it is stored, and never shown again."))
                    button.secondary { @if workspace.is_some() { "Replace the key" } @else { "Connect HeyMilo" } }
                }
            }
        }
    }
}

pub(crate) async fn answer_who_sends(visit: &Visit<'_>, form: &Fields) -> Shown {
    let sender = match form.text("sender") {
        "we" => Sender::We {
            communications_off: form.is_on("communications_off"),
        },
        "heymilo" => Sender::HeyMilo,
        _ => return Ok(crate::handler::not_done("/settings", Problem::FieldUnusable)),
    };
    let person = &visit.signed_in.session.person;
    match visit.admin.answer_who_sends(visit.id(), sender, person, form.revision()).await {
        Ok(_) => Ok(done("/settings", Done::Answered)),
        Err(error) if error.problem == Problem::ChangedMeanwhile => {
            let frame = visit.frame_with(Note::Problem(error.problem));
            Ok(frame.respond_to_form(Section::Settings, "Settings", &draw(visit, &frame, Some(sender))))
        }
        Err(error) => Ok(shown_there("/settings", &error)),
    }
}

pub(crate) async fn replace_api_key(visit: &Visit<'_>, form: &Fields) -> Shown {
    match visit.admin.connect_workspace(visit.id(), None, form.secret("api_key")).await {
        Ok(_) => Ok(done("/settings", Done::Saved)),
        Err(error) => Ok(shown_there("/settings", &error)),
    }
}
