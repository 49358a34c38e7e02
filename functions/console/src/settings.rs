//! Settings: who writes to candidates, and the workspace's HeyMilo API key.

use crate::candidate_details;
use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::visit::{Shown, Visit, done, not_done, shown_there};
use crate::words::at;
use admin::{AdminError, Names, Problem, Sender, TypedDetails};
use domain::notice::Topic;
use domain::settings::{WhoSends, Workspace};
use maud::{Markup, html};
use std::collections::BTreeSet;
use web::component::{Choice, Tone, badge, choice, field, hidden, secret_field};
use web::form::Fields;

const HEYMILO_SENDS: &str = "HeyMilo mails the candidate as soon as the screening is created, with its own templates. \
    This integration sends nothing; opened invitations and reminders of ours are not available.";
const WE_SEND: &str = "We mail the invitation with a notice that an AI interviews. HeyMilo must not write as well.";
const SWITCHED_OFF: &str = "I confirm: in HeyMilo, Settings, Company Settings, \u{201c}Turn Off All Candidate Communications\u{201d} is on";
const WHAT_IS_TOLD: &str =
    "One email goes to this address when something begins to wait for a person, and one when it works again. Nothing is said twice.";
/// Sent with the boxes, so that a form without them leaves all as it is.
const TOPICS: &str = "topics";
const WHY_CONFIRM: &str =
    "Needed for \u{201c}This integration\u{201d}. HeyMilo does not tell us, so your confirmation is recorded with your name and the time.";

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame();
    let body = draw(visit, &frame, &Typed::default()).await?;
    Ok(frame.show(Section::Settings, "Settings", &body))
}

/// What stands in the forms instead of what is saved.
#[derive(Debug, Default)]
struct Typed {
    sender: Option<Sender>,
    address: Option<String>,
    not_told: Option<BTreeSet<Topic>>,
    details: Option<(TypedDetails, Problem)>,
}

async fn draw(visit: &Visit<'_>, frame: &Frame<'_>, typed: &Typed) -> Result<Markup, AdminError> {
    let names = visit.admin.names(visit.id(), visit.who_sends().confirmed_by().into_iter()).await?;
    Ok(html! {
        h1 { "Settings" }
        @if let Some(workspace) = &visit.workspace {
            (who_sends(frame, workspace, typed.sender, &names))
            (who_is_told(frame, workspace, typed))
            (candidate_details::draw(frame, workspace, typed.details.as_ref()))
        }
        (api_key(frame, visit.workspace.as_ref()))
    })
}

fn who_sends(frame: &Frame<'_>, workspace: &Workspace, chosen: Option<Sender>, names: &Names) -> Markup {
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
            (current(&workspace.who_sends, names))
            @if frame.may_change() {
                form method="post" action="/settings/who-sends" {
                    (frame.token())
                    (hidden("revision", &workspace.revision.to_string()))
                    fieldset {
                        legend { "Invitations are sent by" }
                        (choice(Choice::MustBeOneOf("sender", "heymilo"), "HeyMilo", HEYMILO_SENDS, heymilo))
                        (choice(Choice::MustBeOneOf("sender", "we"), "This integration", WE_SEND, we))
                        (choice(Choice::Box("communications_off"), SWITCHED_OFF, WHY_CONFIRM, false))
                    }
                    button { "Save" }
                }
            }
        }
    }
}

fn current(who_sends: &WhoSends, names: &Names) -> Markup {
    match who_sends {
        WhoSends::Unanswered => html! {
            p { (badge("Not answered yet", Tone::Caution)) }
        },
        WhoSends::HeyMilo => html! {
            p { (badge("HeyMilo sends", Tone::Good)) }
        },
        WhoSends::We {
            confirmed_by,
            confirmed_at,
        } => html! {
            p {
                (badge("This integration sends", Tone::Good))
                " "
                span.muted { "Confirmed by " (names.of(confirmed_by)) ", " (at(*confirmed_at)) }
            }
        },
    }
}

/// What a topic is called, and when exactly its mail goes.
fn topic(topic: Topic) -> (&'static str, &'static str) {
    match topic {
        Topic::Connection => (
            "A connection needs somebody",
            "Workday ended the access, refuses a permission or does not know an ID, or access that a Workday administrator gave waits to be accepted.",
        ),
        Topic::Screenings => (
            "Screenings need somebody",
            "The first one that needs attention; the next mail comes after none was left.",
        ),
        Topic::WorksAgain => ("It works again", "What was told of a connection is over."),
    }
}

fn who_is_told(frame: &Frame<'_>, workspace: &Workspace, typed: &Typed) -> Markup {
    let saved = workspace.notices_to.as_deref();
    let not_told = typed.not_told.as_ref().unwrap_or(&workspace.not_told);
    let typed = typed.address.as_deref();
    html! {
        section.card #who-is-told aria-labelledby="who-is-told-heading" {
            h2 #who-is-told-heading { "Who is told when something needs a person?" }
            p { (WHAT_IS_TOLD) }
            p {
                @match saved {
                    Some(address) => { (badge("Told by email", Tone::Good)) " " span.muted { (address) } },
                    None => (badge("Nobody is told", Tone::Caution)),
                }
            }
            @if frame.may_change() {
                form method="post" action="/settings/who-is-told" {
                    (frame.token())
                    (hidden("revision", &workspace.revision.to_string()))
                    (field("address", "Email address", "A shared mailbox serves best. Leave it empty to tell nobody.", typed.or(saved).unwrap_or_default(), false))
                    (hidden(TOPICS, "on"))
                    fieldset {
                        legend { "It is told when" }
                        @for one in Topic::ALL {
                            @let (label, hint) = topic(one);
                            (choice(Choice::Box(one.name()), label, hint, !not_told.contains(&one)))
                        }
                    }
                    button.secondary { "Save" }
                }
            }
        }
    }
}

fn api_key(frame: &Frame<'_>, workspace: Option<&Workspace>) -> Markup {
    let (label, button) = match workspace {
        Some(_) => ("New API key", "Replace the key"),
        None => ("API key", "Connect HeyMilo"),
    };
    html! {
        section.card #heymilo aria-labelledby="heymilo-heading" {
            h2 #heymilo-heading { "HeyMilo" }
            @match workspace {
                Some(workspace) => p {
                    "Connected as "
                    strong { (workspace.name) }
                },
                None => p { "Not connected yet: enter the API key of your HeyMilo workspace." },
            }
            @if frame.may_change() {
                form method="post" action="/settings/heymilo" {
                    (frame.token())
                    (secret_field("api_key", label, "It is checked at HeyMilo before it is stored, and never shown again."))
                    button.secondary { (button) }
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
        _ => return Ok(not_done("/settings", Problem::FieldUnusable)),
    };
    let person = &visit.signed_in.session.person;
    match visit.admin.answer_who_sends(visit.id(), sender, person, form.revision()).await {
        Ok(_) => Ok(done("/settings", Done::Answered)),
        Err(error) if error.problem == Problem::ChangedMeanwhile => {
            let frame = visit.frame_with(Note::Problem(error.problem));
            let typed = Typed {
                sender: Some(sender),
                ..Typed::default()
            };
            let body = draw(visit, &frame, &typed).await?;
            Ok(frame.respond_to_form(Section::Settings, "Settings", &body))
        }
        Err(error) => Ok(shown_there("/settings", &error)),
    }
}

pub(crate) async fn name_who_is_told(visit: &Visit<'_>, form: &Fields) -> Shown {
    let address = form.text("address");
    let unticked = || Topic::ALL.into_iter().filter(|topic| !form.is_on(topic.name())).collect();
    let not_told: Option<BTreeSet<Topic>> = form.is_on(TOPICS).then(unticked);
    let saved = visit
        .admin
        .name_who_is_told(visit.id(), address, not_told.clone(), form.revision())
        .await;
    match saved {
        Ok(_) => Ok(done("/settings", Done::Saved)),
        Err(error) if matches!(error.problem, Problem::ChangedMeanwhile | Problem::AddressUnusable) => {
            let frame = visit.frame_with(Note::Problem(error.problem));
            let typed = Typed {
                address: Some(address.to_owned()),
                not_told,
                ..Typed::default()
            };
            let body = draw(visit, &frame, &typed).await?;
            Ok(frame.respond_to_form(Section::Settings, "Settings", &body))
        }
        Err(error) => Ok(shown_there("/settings", &error)),
    }
}

pub(crate) async fn save_candidate_details(visit: &Visit<'_>, form: &Fields) -> Shown {
    let details = candidate_details::typed(form);
    match visit.admin.save_candidate_details(visit.id(), &details, form.revision()).await {
        Ok(_) => Ok(done("/settings", Done::Saved)),
        Err(error) if error.problem == Problem::ChangedMeanwhile || candidate_details::refused_field(error.problem).is_some() => {
            let frame = visit.frame_with(Note::Problem(error.problem));
            let typed = Typed {
                details: Some((details, error.problem)),
                ..Typed::default()
            };
            let body = draw(visit, &frame, &typed).await?;
            Ok(frame.respond_to_form(Section::Settings, "Settings", &body))
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
