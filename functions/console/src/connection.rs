//! One Workday connection: where it stands, what is agreed with its tenant, its settings, and its end.

use crate::form::Fields;
use crate::frame::{Done, Frame, Note, Section, badge, text};
use crate::handler::{Shown, Visit, done, log, not_done};
use crate::integrations::host;
use crate::options::{self, Seen, agreed};
use crate::words::{Tone, ago, at, connection as state_in_words, interval};
use domain::ConnectionId;
use domain::settings::{Connection, ConnectionOptions, Identifiers};
use domain::standing::ConnectionState;
use lambda_http::{Body, Response};
use maud::{Markup, html};
use secrecy::ExposeSecret;
use setup::{IntegrationCredential, Problem, SetupError};

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let connection = visit.admin.connection(visit.id(), &ConnectionId::new(id)?).await?;
    let frame = visit.frame();
    let body = draw(
        visit,
        &frame,
        &connection,
        None,
        &settings(&frame, &connection, &connection.options),
    );
    Ok(frame.show(Section::Integrations, &connection.tenant, &body))
}

fn draw(visit: &Visit<'_>, frame: &Frame<'_>, connection: &Connection, made: Option<&IntegrationCredential>, settings: &Markup) -> Markup {
    let (label, tone) = state_in_words(connection.standing.state);
    html! {
        p { a href="/integrations" { "Integrations" } " / Workday" }
        div.row.between {
            h1 { (text(&connection.tenant)) }
            (badge(label, tone))
        }
        (next_step(frame, connection))
        (facts(visit, connection))
        (push(visit, frame, connection, made))
        (agreement(&connection.options.identifiers))
        @if frame.may_change() { (settings) (ending(connection)) }
    }
}

/// What a person should do now, if anything.
fn next_step(frame: &Frame<'_>, connection: &Connection) -> Markup {
    let base = format!("/integrations/workday/{}", connection.connection);
    let (sentence, by_consent) = match connection.standing.state {
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
                    @if connection.standing.state == ConnectionState::Pending {
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
                dt { "Writes to Workday as" } dd { @if connection.standing.writes_as.is_empty() { "\u{2013}" } @else { (text(&connection.standing.writes_as)) } }
                dt { "Connected" } dd { @match connection.standing.connected_at { Some(connected) => (at(connected)), None => "\u{2013}" } }
                dt { "Last complete look at Workday" } dd { @match connection.standing.polled_at { Some(polled) => (ago(polled, now)), None => "not yet" } }
                dt { "Looks every" } dd { (interval(connection.options.poll_seconds)) }
                @if connection.options.non_production {
                    dt { "Sandbox" } dd { "Writes only to: " @if connection.options.allowed_recipients.is_empty() { "nobody" } @else { (text(&connection.options.allowed_recipients.join(", "))) } }
                }
            }
            @if connection.standing.limited_write_back_since.is_some() {
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
            p { "Workday is looked at every " (interval(connection.options.poll_seconds)) ". With an integration system on the Assess Candidate process, Workday tells us at once. Its attributes:" }
            dl.facts {
                dt { "Endpoint URL" } dd { code { (text(&endpoint)) } }
                @if let Some(made) = made {
                    dt { "Username" } dd { code { (text(&made.username)) } }
                    dt { "Password" } dd { code { (text(made.password.expose_secret())) } }
                }
            }
            @if made.is_some() {
                div.notice.good role="status" { p { "Copy the password now: it is shown only once. The one before counts for another 24 hours." } }
            } @else if frame.may_change() && connection.standing.state != ConnectionState::Disconnected {
                form method="post" action={ "/integrations/workday/" (connection.connection) "/push" } {
                    (frame.token())
                    button.secondary { "Make a new password" }
                }
            }
        }
    }
}

/// Workday names statuses, tests and stages by nothing else.
fn agreement(identifiers: &Identifiers) -> Markup {
    html! {
        section.card aria-labelledby="agreed" {
            h2 #agreed { "Reference IDs agreed with Workday" }
            div.scroll { table {
                thead { tr { th scope="col" { "Meaning" } th scope="col" { "Reference ID" } } }
                tbody { @for (meaning, id) in agreed(identifiers) { tr { th scope="row" { (meaning) } td { code { (text(&id)) } } } } }
            } }
        }
    }
}

/// The form, with `options` in its fields: those that are saved, or what was typed.
fn settings(frame: &Frame<'_>, connection: &Connection, options: &ConnectionOptions) -> Markup {
    html! {
        form.card method="post" action={ "/integrations/workday/" (connection.connection) "/settings" } {
            (frame.token())
            (Seen::field(connection))
            h2 { "Settings" }
            (options::controls(options))
            button { "Save" }
        }
    }
}

fn ending(connection: &Connection) -> Markup {
    let base = format!("/integrations/workday/{}", connection.connection);
    html! {
        @if connection.standing.state != ConnectionState::Disconnected {
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
    let id = ConnectionId::new(id)?;
    visit.admin.disconnect(visit.id(), &id).await?;
    Ok(done(&format!("/integrations/workday/{id}"), Done::Disconnected))
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
    let frame = visit.frame_with(Note::Nothing);
    let form = settings(&frame, &connection, &connection.options);
    let body = draw(visit, &frame, &connection, Some(&made), &form);
    Ok(frame.show(Section::Integrations, &connection.tenant, &body))
}

pub(crate) async fn save(visit: &Visit<'_>, id: &str, form: &Fields) -> Shown {
    let id = ConnectionId::new(id)?;
    let path = format!("/integrations/workday/{id}");
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
            ul { @for (name, words) in seen.changed(&now.options) { li { (name) ": " (text(&words)) } } }
            p { "Your own changes are in the form below, and not saved yet." }
        }
        (settings(&frame, &now, kept.as_ref().unwrap_or(typed)))
    };
    let body = draw(visit, &frame, &now, None, &form);
    Ok(frame.respond_to_form(Section::Integrations, &now.tenant, &body))
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
