//! One Workday connection: where it stands, what is agreed with its tenant, its settings, and its end.

use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::options::{self, Seen, agreed};
use crate::visit::{Shown, Visit, done, not_done, shown_there};
use crate::words::{ago, at, connection as state_in_words, host, interval, name};
use crate::{connect_link, parts, paths, pushes};
use admin::{AdminError, IntegrationCredential, Problem};
use domain::ConnectionId;
use domain::settings::{Connection, ConnectionOptions};
use domain::standing::{AccessWay, ConnectionState};
use maud::{Markup, html};
use web::component::{Column, Tone, badge, columns, copied, fact, notice};
use web::form::Fields;

const REVOKED: &str = "Workday no longer accepts the access it gave: it was revoked, expired, or the account is locked. \
    Everything waits until somebody connects again; nothing is lost.";
const DEGRADED: &str = "Workday refused the access a moment ago. It is asked again with a new token; \
    if it refuses that five minutes later too, somebody must connect again.";
const GIVE_IT: &str = "What needs it waits, and goes on by itself. Give the permission in Workday (setup guide), \
    run Activate Pending Security Policy Changes, then press Check again at the end of this page.";
const LIMITED: &str = "Some applications never were in an Assess step, so Workday takes the report as an attachment only. \
    Put an Assessment step into the Job Application business process to see status and score too.";
const NO_TRIGGER: &str = "Both triggers are off below, so nobody is invited unless a requisition\u{2019}s link says otherwise.";
const ENDS_HERE: &str = "Its credential is deleted here at once. Nobody new is invited, and nothing more is written to Workday: \
    screenings under way can be finished, and their results wait here until you connect again.";
const ENDS_THERE: &str = "To end the access on Workday\u{2019}s side too, disable the API client or revoke its refresh token there.";

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let frame = visit.frame();
    let body = draw(
        visit,
        &frame,
        &connection,
        None,
        &settings(&frame, &connection, &connection.options),
    )
    .await?;
    Ok(frame.show(Section::Integrations, name(&connection), &body))
}

async fn draw(
    visit: &Visit<'_>,
    frame: &Frame<'_>,
    connection: &Connection,
    made: Option<&IntegrationCredential>,
    settings: &Markup,
) -> Result<Markup, AdminError> {
    let (label, tone) = state_in_words(connection.standing.state);
    let links = visit.admin.links(visit.id()).await?;
    let standings = visit.admin.posting_standings(visit.id()).await?;
    let agents = parts::agents(connection, &links, &standings, visit.admin.now());
    Ok(html! {
        p {
            a href="/integrations" { "Integrations" }
            " / Workday"
        }
        div.row.between {
            h1 { (name(connection)) }
            (badge(label, tone))
        }
        (connect_link::waiting(visit, frame, connection).await?)
        (next_step(frame, connection))
        (facts(visit, connection, &agents))
        @if connection.is_proven() {
            p { a.button.secondary href=(paths::setup(&connection.connection)) { "Set up Workday, step by step" } }
            (pushes::section(visit, frame, connection, made).await?)
            (agreement(frame, connection))
            @if frame.may_change() {
                (settings)
                (ending(frame, connection))
            }
        }
    })
}

/// What a person should do now, if anything: the one step that the stored access needs comes first.
fn next_step(frame: &Frame<'_>, connection: &Connection) -> Markup {
    let standing = &connection.standing;
    let sentence = match standing.state {
        ConnectionState::Active => return html! {},
        ConnectionState::Pending => "The connection is set up, but nobody has given it access yet.",
        ConnectionState::ReauthorizationRequired => REVOKED,
        ConnectionState::Disconnected => "Disconnected. The linked requisitions are kept and work again after connecting.",
    };
    let content = html! {
        p { (sentence) }
        @if let Some(words) = &standing.refusal {
            p { "Workday said: " (words) }
        }
        @if frame.may_change() { div.row { (steps(frame, connection)) } }
    };
    notice(Tone::Caution, content)
}

fn steps(frame: &Frame<'_>, connection: &Connection) -> Markup {
    let standing = &connection.standing;
    let form = paths::connect(&connection.connection);
    let is_ended = standing.state == ConnectionState::Disconnected;
    let is_consent = standing.way == Some(AccessWay::Consent) && !is_ended;
    let is_stored = standing.state == ConnectionState::Pending && !standing.writes_as.is_empty();
    let enter = match standing.way {
        _ if is_ended => "Connect again",
        None if standing.state == ConnectionState::Pending => "Go on",
        Some(AccessWay::RefreshToken) => "Enter a new refresh token",
        Some(AccessWay::Password) => "Enter the password again",
        Some(AccessWay::Consent) => "Change what was entered",
        None => "Connect again",
    };
    html! {
        @if is_consent {
            a.button href={ "/oauth/workday/start/" (connection.connection) } { "Continue to Workday" }
        }
        @if is_stored {
            form method="post" action={ (paths::connection(&connection.connection)) "/check" } {
                (frame.token())
                button { "Check access again" }
            }
        }
        a.button.secondary[is_consent || is_stored] href=(form) { (enter) }
        @if !connection.is_proven() {
            form method="post" action={ (paths::connection(&connection.connection)) "/remove" } {
                (frame.token())
                button.secondary { "Remove" }
            }
        }
    }
}

fn facts(visit: &Visit<'_>, connection: &Connection, agents: &Markup) -> Markup {
    let now = visit.admin.now();
    let dash = || html! { "\u{2013}" };
    let writes_as = Some(connection.standing.writes_as.clone()).filter(|name| !name.is_empty());
    let connected = connection.standing.connected_at.map(at);
    let polled = connection.standing.polled_at.map(|polled| ago(polled, now));
    let limited = html! {
        p {
            strong { "Limited write-back. " }
            (LIMITED)
        }
    };
    html! {
        section.card aria-label="Connection" {
            dl.facts {
                (fact("Services address", host(connection)))
                (fact("Web service", format!("Recruiting {}", connection.version)))
                (fact("Writes to Workday as", writes_as.map_or_else(dash, |name| html! { (name) })))
                (fact("Redirection URI", copied(&visit.admin.redirect_uri(&connection.connection))))
                (fact("Connected", connected.unwrap_or_else(dash)))
                (fact("Workday last read in full", polled.unwrap_or_else(|| html! { "not yet" })))
                (parts::rows(connection, now))
                (agents)
                (fact("Checks Workday every", interval(connection.options.poll_seconds)))
                @if connection.options.non_production {
                    (fact("Sandbox", format!("Writes only to: {}", options::recipients(&connection.options))))
                }
            }
            @if connection.standing.refused_at.is_some() && connection.standing.state == ConnectionState::Active {
                (notice(Tone::Caution, html! { p { strong { "Degraded. " } (DEGRADED) } }))
            }
            @for (operation, refused) in connection.standing.withheld_now(now) {
                (notice(Tone::Caution, html! {
                    p {
                        strong { "A permission is missing. " }
                        "Workday refused " code { (operation) } " to the integration system user, last " (ago(refused, now)) ". " (GIVE_IT)
                    }
                }))
            }
            @if !connection.options.triggers.stage && !connection.options.triggers.assess {
                (notice(Tone::Caution, html! { p { strong { "Nothing starts a screening. " } (NO_TRIGGER) } }))
            }
            @if connection.standing.is_limited() { (notice(Tone::Caution, limited)) }
        }
    }
}

fn code(text: &str) -> Markup {
    html! {
        code { (text) }
    }
}

/// Workday names statuses, tests and stages by nothing else.
fn agreement(frame: &Frame<'_>, connection: &Connection) -> Markup {
    let identifiers = &connection.options.identifiers;
    html! {
        section.card aria-labelledby="agreed" {
            h2 #agreed { "Reference IDs agreed with Workday" }
            div.scroll {
                table {
                    (columns(&[Column::Shown("Meaning"), Column::Shown("Reference ID")]))
                    tbody {
                        @for (meaning, id) in agreed(identifiers) {
                            tr {
                                th scope="row" { (meaning) }
                                td { (code(&id)) }
                            }
                        }
                    }
                }
            }
            @if frame.may_change() {
                p {
                    a.button.secondary href=(paths::reference_ids(&connection.connection)) { "Change reference IDs" }
                }
            }
        }
    }
}

/// The form, with `options` in its fields: those that are saved, or what was typed.
fn settings(frame: &Frame<'_>, connection: &Connection, options: &ConnectionOptions) -> Markup {
    html! {
        form.card method="post" action={ (paths::connection(&connection.connection)) "/settings" } {
            (frame.token())
            (Seen::field(connection))
            h2 { "Settings" }
            (options::controls(options))
            button { "Save" }
        }
    }
}

fn ending(frame: &Frame<'_>, connection: &Connection) -> Markup {
    let base = paths::connection(&connection.connection);
    html! {
        @if connection.standing.state != ConnectionState::Disconnected {
            div.row {
                form method="post" action={ (base) "/check" } {
                    (frame.token())
                    button.secondary { "Check again" }
                }
                a.button.secondary href=(paths::connect(&connection.connection)) { "Reconnect" }
                a.button.danger href={ (base) "/disconnect" } { "Disconnect" }
            }
        }
    }
}

pub(crate) async fn disconnect_page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let frame = visit.frame();
    let path = paths::connection(&connection.connection);
    let body = html! {
        p {
            a href="/integrations" { "Integrations" }
            " / Workday / "
            a href=(path) { (connection.tenant) }
        }
        h1 { "Disconnect " (connection.tenant) "?" }
        form.card method="post" action={ (path) "/disconnect" } {
            (frame.token())
            p { (ENDS_HERE) }
            p { (ENDS_THERE) }
            div.row {
                button.danger { "Disconnect" }
                a.button.secondary href=(path) { "Keep it" }
            }
        }
    };
    Ok(frame.show(Section::Integrations, "Disconnect Workday", &body))
}

pub(crate) async fn disconnect(visit: &Visit<'_>, id: &str) -> Shown {
    let id = ConnectionId::new(id)?;
    visit.admin.disconnect(visit.id(), &id).await?;
    Ok(done(&paths::connection(&id), Done::Disconnected))
}

pub(crate) async fn check(visit: &Visit<'_>, id: &str) -> Shown {
    let id = ConnectionId::new(id)?;
    let path = paths::connection(&id);
    match visit.admin.check_again(visit.id(), &id).await {
        Ok(_) => Ok(done(&path, Done::Connected)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn make_push_credential(visit: &Visit<'_>, id: &str, form: &Fields) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let id = &connection.connection;
    let made = match visit
        .admin
        .make_integration_credential(visit.id(), id, form.is_on("confirmed"))
        .await
    {
        Ok(made) => made,
        Err(error) => return Ok(shown_there(&paths::connection(id), &error)),
    };
    let frame = visit.frame_with(Note::Nothing);
    let form = settings(&frame, &connection, &connection.options);
    let body = draw(visit, &frame, &connection, Some(&made), &form).await?;
    Ok(frame.show(Section::Integrations, name(&connection), &body))
}

pub(crate) async fn save(visit: &Visit<'_>, id: &str, form: &Fields) -> Shown {
    let id = ConnectionId::new(id)?;
    let path = paths::connection(&id);
    let known = visit.admin.connection(visit.id(), &id).await?;
    let (Some(seen), Some(typed)) = (Seen::of(form, &known), options::typed(form, &known.options)) else {
        return Ok(not_done(&path, Problem::FieldUnusable));
    };
    match visit.admin.change_settings(visit.id(), &id, seen.revision, typed.clone()).await {
        Ok(_) => Ok(done(&path, Done::Saved)),
        Err(error) if error.problem == Problem::ChangedMeanwhile => told(visit, &id, &seen, &typed).await,
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

/// Somebody else saved meanwhile: the page says what, and the form keeps what was typed.
async fn told(visit: &Visit<'_>, id: &ConnectionId, seen: &Seen, typed: &ConnectionOptions) -> Shown {
    let now = visit.admin.connection(visit.id(), id).await?;
    let frame = visit.frame_with(Note::Problem(Problem::ChangedMeanwhile));
    let kept = seen.rebased(typed, &now.options);
    let form = html! {
        div.notice.caution role="status" {
            p { "Changed meanwhile:" }
            ul {
                @for (name, words) in seen.changed(&now.options) {
                    li { (name) ": " (words) }
                }
            }
            p { "Your own changes are in the form below, and not saved yet." }
        }
        (settings(&frame, &now, kept.as_ref().unwrap_or(typed)))
    };
    let body = draw(visit, &frame, &now, None, &form).await?;
    Ok(frame.respond_to_form(Section::Integrations, &now.tenant, &body))
}
