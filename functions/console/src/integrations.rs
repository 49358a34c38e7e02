//! Integrations: the Workday card with its connections.

use crate::frame::{Frame, Section};
use crate::health;
use crate::paths;
use crate::visit::{Shown, Visit};
use crate::words::{connection as state_in_words, host};
use domain::settings::{Connection, WhoSends};
use domain::standing::ConnectionState;
use maud::{Markup, html};
use web::component::{Tone, badge};

const WHAT_IT_DOES: &str = "Invite candidates when a recruiter moves them to the Assessment stage, \
    and bring status, score and report back to their Workday record.";

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    // What nobody typed a tenant for is an opened form, and not a connection.
    let connections: Vec<&Connection> = visit.connections.iter().filter(|known| !known.tenant.is_empty()).collect();
    let is_linked = !visit.admin.links(visit.id()).await?.is_empty();
    let frame = visit.frame();
    let body = html! {
        h1 { "Integrations" }
        h2 { "Available Integrations" }
        (card(&frame, visit.workspace.is_some(), &connections))
        (next_steps(&frame, &connections, is_linked))
    };
    Ok(frame.show(Section::Integrations, "Integrations", &body))
}

/// The way to the first invitation; nothing once it is gone to its end.
fn next_steps(frame: &Frame<'_>, connections: &[&Connection], is_linked: bool) -> Markup {
    let workspace = frame.workspace;
    let is_answered = workspace.is_some_and(|workspace| workspace.who_sends != WhoSends::Unanswered);
    let is_connected = connections
        .iter()
        .any(|connection| connection.standing.state == ConnectionState::Active);
    let connect = html! {
        @if workspace.is_some() && frame.may_change() {
            a href="/integrations/workday/new" { "Connect Workday" }
        } @else { "Connect Workday" }
    };
    let steps = [
        (
            workspace.is_some(),
            html! { a href="/settings#heymilo" { "Enter the API key of your HeyMilo workspace" } "." },
        ),
        (
            is_answered,
            html! { a href="/settings#who-sends" { "Say who writes to candidates" } "." },
        ),
        (
            is_connected,
            html! { (connect) ": an admin of the Workday tenant approves the permissions." },
        ),
        (
            is_linked,
            html! { "On an " a href="/agents" { "agent" } "\u{2019}s ATS Configuration, link a job requisition. Once per requisition." },
        ),
    ];
    if steps.iter().all(|(is_done, _)| *is_done) {
        return html! {};
    }
    html! {
        section.card aria-labelledby="next-steps" {
            h2 #next-steps { "Next steps" }
            ol.steps {
                @for (is_done, step) in steps {
                    li {
                        @if is_done { (badge("Done", Tone::Good)) } @else { (badge("To do", Tone::Caution)) }
                        " "
                        span { (step) }
                    }
                }
            }
        }
    }
}

fn card(frame: &Frame<'_>, is_heymilo_connected: bool, connections: &[&Connection]) -> Markup {
    let is_first = connections.is_empty();
    let label = if is_first { "Connect Now" } else { "Connect another tenant" };
    html! {
        section.card aria-labelledby="workday" {
            div.row.between {
                h3 #workday { "Workday" }
                (overall(frame, connections))
            }
            p { (WHAT_IT_DOES) }
            @for connection in connections { (summary(connection)) }
            @if frame.may_change() {
                @if !is_heymilo_connected {
                    p.muted { "Your HeyMilo workspace comes first: Connect Now leads to its API key." }
                }
                p {
                    a.button.secondary[!is_first] href="/integrations/workday/new" { (label) }
                }
            }
        }
    }
}

fn overall(frame: &Frame<'_>, connections: &[&Connection]) -> Markup {
    let any = |state| connections.iter().any(|connection| connection.standing.state == state);
    if any(ConnectionState::ReauthorizationRequired) {
        badge("Connect again", Tone::Bad)
    } else if let Some((_, trouble)) = frame.troubles.first() {
        let (label, tone) = health::badge(*trouble);
        badge(label, tone)
    } else if any(ConnectionState::Active) {
        badge("Workday Integration Active", Tone::Good)
    } else {
        html! {}
    }
}

fn summary(connection: &Connection) -> Markup {
    let (label, tone) = state_in_words(connection.standing.state);
    html! {
        div.row.between {
            div {
                a href=(paths::connection(&connection.connection)) {
                    strong { (connection.tenant) }
                }
                @if connection.options.non_production {
                    " "
                    (badge("Sandbox", Tone::Plain))
                }
                div.small.muted { (host(connection)) }
            }
            @if connection.standing.state != ConnectionState::Active { (badge(label, tone)) }
        }
    }
}
