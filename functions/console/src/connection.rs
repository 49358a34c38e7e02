//! One Workday connection: where it stands, what is agreed with its tenant, its settings, and its end.

use crate::frame::{Frame, Section};
use crate::note::{Done, Note};
use crate::visit::{Shown, Visit, done, not_done, shown_there};
use crate::words::{ago, at, connection as state_in_words, host, interval};
use domain::ConnectionId;
use domain::settings::{Connection, ConnectionState, Identifiers, Triggers};
use lambda_http::{Body, Response};
use maud::{Markup, Render, html};
use secrecy::ExposeSecret;
use setup::{ConnectionSettings, IntegrationCredential, Problem};
use web::component::{Choice, Column, Tone, announcement, badge, choice, columns, lines_field, notice};
use web::form::Fields;

const REVOKED: &str = "Workday no longer accepts the access it gave: it was revoked, expired, or the account is locked. \
    Everything waits until somebody connects again; nothing is lost.";
const LIMITED: &str = "Some applications never were in an Assess step, so Workday takes the report as an attachment only. \
    Put an Assessment step into the Job Application business process to see status and score too.";
const COPY_IT: &str = "Copy the password now: it is shown only once. The one before counts for another 24 hours.";
const ENDS_HERE: &str = "Its credential is deleted here at once. Nobody new is invited, and nothing more is written to Workday: \
    screenings under way can be finished, and their results wait here until you connect again.";
const ENDS_THERE: &str = "To end the access on Workday\u{2019}s side too, disable the API client or revoke its refresh token there.";
const ALLOWED_HINT: &str = "One a line: dana@example.com, or @example.com for everyone there";
const STAGE_HINT: &str = "Of candidates of a linked requisition";
const ASSESS_HINT: &str = "Submitted by a recruiter, or by a default test of the requisition";

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    Ok(draw(visit, &visit.frame(), &connection, None))
}

fn draw(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection, made: Option<&IntegrationCredential>) -> Response<Body> {
    let (label, tone) = state_in_words(connection.state);
    let body = html! {
        p {
            a href="/integrations" { "Integrations" }
            " / Workday"
        }
        div.row.between {
            h1 { (connection.tenant) }
            (badge(label, tone))
        }
        (next_step(frame, connection))
        (facts(visit, connection))
        (push(visit, frame, connection, made))
        (agreed(&connection.identifiers))
        @if frame.may_change() {
            (settings(frame, connection))
            (ending(connection))
        }
    };
    frame.show(Section::Integrations, &connection.tenant, &body)
}

/// What a person should do now, if anything.
fn next_step(frame: &Frame<'_>, connection: &Connection) -> Markup {
    let base = format!("/integrations/workday/{}", connection.connection);
    let (sentence, by_consent) = match connection.state {
        ConnectionState::Active => return html! {},
        ConnectionState::Pending => (
            "The connection is prepared, and no access has been proven yet.",
            connection.sign_in_url.is_some(),
        ),
        ConnectionState::ReauthorizationRequired => (REVOKED, connection.sign_in_url.is_some()),
        ConnectionState::Disconnected => (
            "Disconnected. The linked requisitions are kept and work again after connecting.",
            false,
        ),
    };
    let content = html! {
        p { (sentence) }
        @if frame.may_change() {
            div.row {
                @if by_consent {
                    a.button href={ "/oauth/workday/start/" (connection.connection) } { "Continue to Workday" }
                }
                @if connection.state == ConnectionState::Pending {
                    form method="post" action={ (base) "/check" } {
                        (frame.token())
                        button.secondary { "Check access again" }
                    }
                }
                a.button.secondary href={ (base) "/reconnect" } { "Enter access again" }
            }
        }
    };
    notice(Tone::Caution, content)
}

fn facts(visit: &Visit<'_>, connection: &Connection) -> Markup {
    let now = visit.admin.clock().now();
    let dash = || "\u{2013}".to_owned();
    let writes_as = Some(connection.writes_as.clone()).filter(|name| !name.is_empty());
    let connected = (connection.state != ConnectionState::Pending).then(|| at(connection.connected_at));
    let polled = connection.polled_at.map(|polled| ago(polled, now));
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
                (fact("Writes to Workday as", writes_as.unwrap_or_else(dash)))
                (fact("Connected", connected.unwrap_or_else(dash)))
                (fact("Last complete look at Workday", polled.unwrap_or_else(|| "not yet".to_owned())))
                (fact("Looks every", interval(connection.poll_seconds)))
                @if connection.non_production {
                    (fact("Sandbox", format!("Writes only to: {}", recipients(connection))))
                }
            }
            @if connection.limited_write_back_since.is_some() { (notice(Tone::Caution, limited)) }
        }
    }
}

fn fact(name: &str, value: impl Render) -> Markup {
    html! {
        dt { (name) }
        dd { (value) }
    }
}

fn recipients(connection: &Connection) -> String {
    if connection.allowed_recipients.is_empty() {
        "nobody".to_owned()
    } else {
        connection.allowed_recipients.join(", ")
    }
}

/// The push is optional: the poll finds everything, some minutes later.
fn push(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection, made: Option<&IntegrationCredential>) -> Markup {
    let endpoint = visit.admin.integration_endpoint(&connection.connection);
    html! {
        section.card aria-labelledby="push" {
            h2 #push { "Faster invitations (optional)" }
            p {
                "Workday is looked at every "
                (interval(connection.poll_seconds))
                ". With an integration system on the Assess Candidate process, Workday tells us at once. Its attributes:"
            }
            dl.facts {
                (fact("Endpoint URL", code(&endpoint)))
                @if let Some(made) = made {
                    (fact("Username", code(&made.username)))
                    (fact("Password", code(made.password.expose_secret())))
                }
            }
            @if made.is_some() {
                (announcement(Tone::Good, COPY_IT))
            } @else if frame.may_change() && connection.state != ConnectionState::Disconnected {
                form method="post" action={ "/integrations/workday/" (connection.connection) "/push" } {
                    (frame.token())
                    button.secondary { "Make a new password" }
                }
            }
        }
    }
}

fn code(text: &str) -> Markup {
    html! {
        code { (text) }
    }
}

/// The reference ids that the Workday administrator gives to statuses and tests: Workday names them by nothing else.
fn agreed(identifiers: &Identifiers) -> Markup {
    let rows = [
        ("Send status (overall)", identifiers.send_statuses.join(", ")),
        ("Invited", identifiers.invited_status.clone()),
        ("In progress", identifiers.in_progress_status.clone()),
        ("Completed", identifiers.completed_status.clone()),
        ("Expired", identifiers.expired_status.clone()),
        ("Error", identifiers.error_status.clone()),
        ("Assessment test", identifiers.tests.join(", ")),
        ("Assessment stage", identifiers.assessment_stage.clone()),
        ("Document category of the report", identifiers.document_category.clone()),
    ];
    html! {
        section.card aria-labelledby="agreed" {
            h2 #agreed { "Reference IDs agreed with Workday" }
            div.scroll {
                table {
                    (columns(&[Column::Shown("Meaning"), Column::Shown("Reference ID")]))
                    tbody {
                        @for (meaning, id) in rows {
                            tr {
                                th scope="row" { (meaning) }
                                td { (code(&id)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn settings(frame: &Frame<'_>, connection: &Connection) -> Markup {
    html! {
        form.card method="post" action={ "/integrations/workday/" (connection.connection) "/settings" } {
            (frame.token())
            h2 { "Settings" }
            fieldset {
                legend { "What starts a screening" }
                (choice(Choice::Box("stage"), "A move to the Assessment stage", STAGE_HINT, connection.triggers.stage))
                (choice(Choice::Box("assess"), "The Assess task with the send status", ASSESS_HINT, connection.triggers.assess))
            }
            fieldset {
                legend { "Sandbox or preview" }
                (choice(
                    Choice::Box("non_production"),
                    "This is not the production tenant",
                    "Only the addresses below are written to.",
                    connection.non_production,
                ))
                (lines_field("allowed_recipients", "Allowed addresses", ALLOWED_HINT, &connection.allowed_recipients.join("\n")))
            }
            div.field {
                label for="poll_minutes" { "Minutes between looks at Workday" span.hint { "1 to 60" } }
                input #poll_minutes name="poll_minutes" type="number" min="1" max="60" value=(connection.poll_seconds.div_ceil(60));
            }
            button { "Save" }
        }
    }
}

fn ending(connection: &Connection) -> Markup {
    let base = format!("/integrations/workday/{}", connection.connection);
    html! {
        @if connection.state != ConnectionState::Disconnected {
            div.row {
                a.button.secondary href={ (base) "/reconnect" } { "Reconnect" }
                a.button.danger href={ (base) "/disconnect" } { "Disconnect" }
            }
        }
    }
}

pub(crate) async fn disconnect_page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let frame = visit.frame();
    let path = format!("/integrations/workday/{}", connection.connection);
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
    let connection = visit.admin.disconnect(visit.id(), &ConnectionId::new(id)?).await?;
    Ok(done(
        &format!("/integrations/workday/{}", connection.connection),
        Done::Disconnected,
    ))
}

pub(crate) async fn check(visit: &Visit<'_>, id: &str) -> Shown {
    let id = ConnectionId::new(id)?;
    let path = format!("/integrations/workday/{id}");
    match visit.admin.check_again(visit.id(), &id).await {
        Ok(_) => Ok(done(&path, Done::Connected)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}

pub(crate) async fn make_push_credential(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let made = visit.admin.make_integration_credential(visit.id(), &connection.connection).await?;
    Ok(draw(visit, &visit.frame_with(Note::Nothing), &connection, Some(&made)))
}

pub(crate) async fn save(visit: &Visit<'_>, id: &str, form: &Fields) -> Shown {
    let id = ConnectionId::new(id)?;
    let path = format!("/integrations/workday/{id}");
    let poll_seconds = match form.number("poll_minutes") {
        Some(minutes @ 1..=60) => minutes * 60,
        Some(_) | None => return Ok(not_done(&path, Problem::FieldUnusable)),
    };
    let settings = ConnectionSettings {
        triggers: Triggers {
            assess: form.is_on("assess"),
            stage: form.is_on("stage"),
        },
        non_production: form.is_on("non_production"),
        allowed_recipients: form.lines("allowed_recipients"),
        poll_seconds,
    };
    match visit.admin.change_settings(visit.id(), &id, settings).await {
        Ok(_) => Ok(done(&path, Done::Saved)),
        Err(error) => Ok(shown_there(&path, &error)),
    }
}
