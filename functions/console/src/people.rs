//! People: who belongs to the workspace, in which role, and since when they were not here.

use crate::audit;
use crate::frame::{Frame, Section};
use crate::note::Done;
use crate::visit::{Shown, Visit, done, not_done, shown_there};
use crate::words::at;
use admin::{AdminError, AuditEntry, Member, Names, OpenInvitation, PeoplePage, Problem, Subject};
use domain::PersonId;
use lambda_http::http::StatusCode;
use maud::{Markup, html};
use store::session::Role;
use web::component::{Choice, Column, Tone, badge, choice, columns, field, notice, unseen};
use web::form::Fields;

const ROLES: [(Role, &str); 3] = [
    (Role::Viewer, "Sees everything and changes nothing."),
    (Role::Admin, "Connects, links and changes settings."),
    (Role::Owner, "The same, and says who belongs to the workspace."),
];

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    draw(visit, None).await
}

async fn draw(visit: &Visit<'_>, invitation: Option<&str>) -> Shown {
    let after = PersonId::new(visit.query.text("after")).ok();
    let PeoplePage { people, next } = visit.admin.people_page(visit.id(), after.as_ref()).await?;
    let open = visit.admin.open_invitations(visit.id()).await?;
    let inviters = open.iter().map(|(open, _)| open.invitation.invited_by.as_str());
    let names = visit.admin.names(visit.id(), inviters).await?;
    let visits = visit.admin.guest_visits(visit.id()).await?;
    let frame = visit.frame();
    let decides = visit.signed_in.session.role == Role::Owner;
    let body = html! {
        h1 { "People" }
        @if let Some(link) = invitation { (invited(link)) }
        (list(&frame, &people, decides))
        div.row {
            @if after.is_some() { a.button.secondary href="/people" { "First" } }
            @if let Some(next) = &next { a.button.secondary href={ "/people?after=" (next) } { "More people" } }
        }
        @if !open.is_empty() { (invitations(&frame, &open, &names, decides)) }
        @if decides { (inviting(&frame, visit.admin.issuer().is_some())) }
        (guests(&visits))
        p { a href=(audit::PATH) { "History of changes" } }
    };
    Ok(frame.show(Section::People, "People", &body))
}

/// What waits to be accepted.
fn invitations(frame: &Frame<'_>, open: &[(OpenInvitation, String)], names: &Names, decides: bool) -> Markup {
    let headings = [
        Column::Shown("For"),
        Column::Shown("Role"),
        Column::Shown("Made by"),
        Column::Shown("Until"),
        Column::Heard("Actions"),
    ];
    let shown = if decides { headings.len() } else { headings.len() - 1 };
    html! {
        section.card aria-labelledby="invitations-heading" {
            h2 #invitations-heading { "Open invitations" }
            div.scroll {
                table.stack {
                    (columns(headings.get(..shown).unwrap_or_default()))
                    tbody {
                        @for (open, address) in open {
                            tr {
                                td data-label="Whom" { (address) }
                                td { (badge(open.invitation.role.name(), Tone::Plain)) }
                                td data-label="Made by" { (names.of(&open.invitation.invited_by)) }
                                td data-label="Until" { (at(open.invitation.ends_at)) }
                                @if decides {
                                    td {
                                        form.row method="post" action={ "/people/invitations/" (open.hash) "/take-back" } {
                                            (frame.token())
                                            button.secondary.small { "Take back" (unseen(&format!(" the invitation for {address}"))) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Visits of those whom nobody of the workspace let in.
fn guests(visits: &[AuditEntry]) -> Markup {
    html! {
        section.card aria-labelledby="guests-heading" {
            h2 #guests-heading { "Visits by links of the operator" }
            @if visits.is_empty() {
                p { "None. Whoever signs in by a link that the operator of this installation made is listed here." }
            } @else {
                p { "Nobody of the workspace let these people in. Earlier visits stand in the history of changes." }
                ul {
                    @for visit in visits { li { (at(visit.at)) ": " (guest_in_words(visit)) } }
                }
            }
        }
    }
}

fn guest_in_words(visit: &AuditEntry) -> String {
    let role = match &visit.on {
        Subject::Role { role } => format!(" as {}", role.name()),
        Subject::Workspace
        | Subject::Connection { .. }
        | Subject::Link { .. }
        | Subject::Order { .. }
        | Subject::Person { .. }
        | Subject::Unknown => String::new(),
    };
    let who = audit::who(&visit.who, &Names::default());
    format!("{who}, signed in{role}")
}

fn invited(link: &str) -> Markup {
    let words = html! {
        p { strong { "The invitation is made. " } "Send this link to the person you named; it is shown only now, works once, for seven days, and for nobody else:" }
        p { code { (link) } }
    };
    notice(Tone::Good, words)
}

fn list(frame: &Frame<'_>, people: &[(Member, String)], decides: bool) -> Markup {
    let headings = [
        Column::Shown("Who"),
        Column::Shown("Role"),
        Column::Shown("Last visit"),
        Column::Heard("Actions"),
    ];
    html! {
        section.card aria-labelledby="people-heading" {
            h2 #people-heading { "Who belongs to this workspace" }
            @if people.is_empty() {
                p { "Nobody yet signs in with a company account. The operator\u{2019}s links work all the same." }
            } @else {
                div.scroll {
                    table.stack {
                        (columns(&headings))
                        tbody {
                            @for (member, name) in people {
                                tr {
                                    th scope="row" { (name) }
                                    td data-label="Role" { (badge(member.role.name(), Tone::Plain)) @if member.by_claims { " " span.muted.small { "given by the company account, again at each sign-in" } } }
                                    td data-label="Last visit" { (at(member.last_visit)) }
                                    td { @if decides { (actions(frame, member, name)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What an owner may do with a person. A role that the company's account gives is changed there.
fn actions(frame: &Frame<'_>, member: &Member, name: &str) -> Markup {
    let path = format!("/people/{}", member.person);
    html! {
        @if !member.by_claims {
            @for (role, _) in ROLES.into_iter().filter(|(role, _)| *role != member.role) {
                form.row method="post" action={ (path) "/role" } {
                    (frame.token())
                    input type="hidden" name="role" value=(role.name());
                    button.secondary.small { "Make " (role.name()) (unseen(&format!(": {name}"))) }
                }
            }
        }
        form.row method="post" action={ (path) "/remove" } {
            (frame.token())
            button.secondary.small { "Remove" (unseen(&format!(" {name}"))) }
        }
    }
}

/// How somebody is invited, where people can sign in.
fn inviting(frame: &Frame<'_>, can_sign_in: bool) -> Markup {
    if !can_sign_in {
        let why = html! {
            p { "Nobody can be invited yet: signing in with a company account is not set up here. The operator of this integration can do that." }
        };
        return notice(Tone::Plain, why);
    }
    html! {
        section.card aria-labelledby="invite-heading" {
            h2 #invite-heading { "Invite somebody" }
            p { "You get a link to send. The person opens it, signs in with their company account, and has the role from then on." }
            form method="post" action="/people/invite" {
                (frame.token())
                (field("address", "Email address", "The one of their company account: the link works for that account alone.", "", true))
                fieldset {
                    legend { "Role" }
                    @for (role, hint) in ROLES {
                        (choice(Choice::MustBeOneOf("role", role.name()), role.name(), hint, role == Role::Viewer))
                    }
                }
                button { "Make the invitation" }
            }
        }
    }
}

pub(crate) async fn invite(visit: &Visit<'_>, form: &Fields) -> Shown {
    let Some(role) = Role::named(form.text("role")) else {
        return Ok(not_done("/people", Problem::FieldUnusable));
    };
    match visit.admin.invite_person(&visit.signed_in, form.text("address"), role).await {
        // Answered at once: the link must stand in no other address and no history.
        Ok(link) => draw(visit, Some(&link)).await,
        Err(error) => refused(visit, error),
    }
}

pub(crate) async fn change_role(visit: &Visit<'_>, person: &str, form: &Fields) -> Shown {
    let Some(role) = Role::named(form.text("role")) else {
        return Ok(not_done("/people", Problem::FieldUnusable));
    };
    match visit.admin.change_role(&visit.signed_in, person, role).await {
        Ok(()) => Ok(done("/people", Done::RoleChanged)),
        Err(error) => refused(visit, error),
    }
}

pub(crate) async fn remove(visit: &Visit<'_>, person: &str) -> Shown {
    match visit.admin.remove_person(&visit.signed_in, person).await {
        Ok(()) => Ok(done("/people", Done::PersonRemoved)),
        Err(error) => refused(visit, error),
    }
}

pub(crate) async fn take_back(visit: &Visit<'_>, invitation: &str) -> Shown {
    match visit.admin.take_back_invitation(&visit.signed_in, invitation).await {
        Ok(()) => Ok(done("/people", Done::TakenBack)),
        Err(error) => refused(visit, error),
    }
}

/// Whoever may not is told so.
fn refused(visit: &Visit<'_>, error: AdminError) -> Shown {
    if error.problem.is_unknown_here() {
        return Err(error);
    }
    if error.problem != Problem::OwnersOnly {
        return Ok(shown_there("/people", &error));
    }
    let body = html! {
        div.card {
            h1 { "People" }
            p { (error.problem.words()) " " a href="/people" { "Go back to People" } "." }
        }
    };
    Ok(visit.frame().respond(StatusCode::FORBIDDEN, Section::People, "People", &body))
}
