//! One Workday connection: where it stands, what is agreed with its tenant, its settings, and its end.

use crate::form::Fields;
use crate::frame::{Done, Frame, Note, Section, badge, text};
use crate::handler::{Shown, Visit, done, log, not_done};
use crate::integrations::host;
use crate::words::{Tone, ago, at, connection as state_in_words, interval};
use domain::ConnectionId;
use domain::settings::{Connection, ConnectionState, Identifiers, Triggers};
use lambda_http::{Body, Response};
use maud::{Markup, html};
use secrecy::ExposeSecret;
use setup::{ConnectionSettings, IntegrationCredential, Problem, SetupError};

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    Ok(draw(visit, &visit.frame(), &connection, None))
}

fn draw(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection, made: Option<&IntegrationCredential>) -> Response<Body> {
    let (label, tone) = state_in_words(connection.state);
    let body = html! {
        p { a href="/integrations" { "Integrations" } " / Workday" }
        div.row.between {
            h1 { (text(&connection.tenant)) }
            (badge(label, tone))
        }
        (next_step(frame, connection))
        (facts(visit, connection))
        (push(visit, frame, connection, made))
        (agreed(&connection.identifiers))
        @if frame.may_change() { (settings(frame, connection)) (ending(connection)) }
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
        ConnectionState::ReauthorizationRequired => (
            "Workday no longer accepts the access it gave: it was revoked, expired, or the account is locked. Everything waits until somebody connects again; nothing is lost.",
            connection.sign_in_url.is_some(),
        ),
        ConnectionState::Disconnected => (
            "Disconnected. The linked requisitions are kept and work again after connecting.",
            false,
        ),
    };
    html! {
        div.notice.caution {
            p { (sentence) }
            @if frame.may_change() {
                div.row {
                    @if by_consent { a.button href={ "/oauth/workday/start/" (connection.connection) } { "Continue to Workday" } }
                    @if connection.state == ConnectionState::Pending {
                        form method="post" action={ (base) "/check" } { (frame.token()) button.secondary { "Check access again" } }
                    }
                    a.button.secondary href={ (base) "/reconnect" } { "Enter access again" }
                }
            }
        }
    }
}

fn facts(visit: &Visit<'_>, connection: &Connection) -> Markup {
    let now = visit.admin.clock().now();
    html! {
        section.card aria-label="Connection" {
            dl.facts {
                dt { "Services address" } dd { (text(host(connection))) }
                dt { "Web service" } dd { "Recruiting " (text(&connection.version)) }
                dt { "Writes to Workday as" } dd { @if connection.writes_as.is_empty() { "\u{2013}" } @else { (text(&connection.writes_as)) } }
                dt { "Connected" } dd { @if connection.state == ConnectionState::Pending { "\u{2013}" } @else { (at(connection.connected_at)) } }
                dt { "Last complete look at Workday" } dd { @match connection.polled_at { Some(polled) => (ago(polled, now)), None => "not yet" } }
                dt { "Looks every" } dd { (interval(connection.poll_seconds)) }
                @if connection.non_production {
                    dt { "Sandbox" } dd { "Writes only to: " @if connection.allowed_recipients.is_empty() { "nobody" } @else { (text(&connection.allowed_recipients.join(", "))) } }
                }
            }
            @if connection.limited_write_back_since.is_some() {
                div.notice.caution { p { strong { "Limited write-back. " } "Some applications never were in an Assess step, so Workday takes the report as an attachment only. Put an Assessment step into the Job Application business process to see status and score too." } }
            }
        }
    }
}

/// The push is optional: the poll finds everything, some minutes later.
fn push(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection, made: Option<&IntegrationCredential>) -> Markup {
    let endpoint = visit.admin.integration_endpoint(&connection.connection);
    html! {
        section.card aria-labelledby="push" {
            h2 #push { "Faster invitations (optional)" }
            p { "Workday is looked at every " (interval(connection.poll_seconds)) ". With an integration system on the Assess Candidate process, Workday tells us at once. Its attributes:" }
            dl.facts {
                dt { "Endpoint URL" } dd { code { (text(&endpoint)) } }
                @if let Some(made) = made {
                    dt { "Username" } dd { code { (text(&made.username)) } }
                    dt { "Password" } dd { code { (text(made.password.expose_secret())) } }
                }
            }
            @if made.is_some() {
                div.notice.good role="status" { p { "Copy the password now: it is shown only once. The one before counts for another 24 hours." } }
            } @else if frame.may_change() && connection.state != ConnectionState::Disconnected {
                form method="post" action={ "/integrations/workday/" (connection.connection) "/push" } {
                    (frame.token())
                    button.secondary { "Make a new password" }
                }
            }
        }
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
            div.scroll { table {
                thead { tr { th scope="col" { "Meaning" } th scope="col" { "Reference ID" } } }
                tbody { @for (meaning, id) in rows { tr { th scope="row" { (meaning) } td { code { (text(&id)) } } } } }
            } }
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
                label.choice { input type="checkbox" name="stage" value="on" checked[connection.triggers.stage];
                    span { "A move to the Assessment stage" span.hint { "Of candidates of a linked requisition" } } }
                label.choice { input type="checkbox" name="assess" value="on" checked[connection.triggers.assess];
                    span { "The Assess task with the send status" span.hint { "Submitted by a recruiter, or by a default test of the requisition" } } }
            }
            fieldset {
                legend { "Sandbox or preview" }
                label.choice { input type="checkbox" name="non_production" value="on" checked[connection.non_production];
                    span { "This is not the production tenant" span.hint { "Only the addresses below are written to." } } }
                label for="allowed_recipients" { "Allowed addresses" span.hint { "One a line: dana@example.com, or @example.com for everyone there" } }
                textarea #allowed_recipients name="allowed_recipients" rows="3" { (text(&connection.allowed_recipients.join("\n"))) }
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
        p { a href="/integrations" { "Integrations" } " / Workday / " a href=(path) { (text(&connection.tenant)) } }
        h1 { "Disconnect " (text(&connection.tenant)) "?" }
        form.card method="post" action={ (path) "/disconnect" } {
            (frame.token())
            p { "Its credential is deleted here at once. Nobody new is invited, and nothing more is written to Workday: screenings under way can be finished, and their results wait here until you connect again." }
            p { "To end the access on Workday\u{2019}s side too, disable the API client or revoke its refresh token there." }
            div.row { button.danger { "Disconnect" } a.button.secondary href=(path) { "Keep it" } }
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

/// Logs a problem and says it on the page of `path`.
pub(crate) fn shown_there(path: &str, error: &SetupError) -> Response<Body> {
    log(error);
    not_done(path, error.problem)
}

/// The tone of a count that is good when it is not zero.
pub(crate) fn count_tone(count: usize) -> Tone {
    if count == 0 { Tone::Plain } else { Tone::Good }
}
