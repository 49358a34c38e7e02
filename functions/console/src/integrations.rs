//! Integrations: the Workday card with its connections.

use crate::frame::{Frame, Section};
use crate::visit::{Shown, Visit};
use crate::words::{connection as state_in_words, host};
use domain::settings::{Connection, WhoSends};
use domain::standing::ConnectionState;
use maud::{Markup, html};
use web::component::{Tone, badge};

const WHAT_IT_DOES: &str = "Invite candidates when a recruiter moves them to the Assessment stage, \
    and bring status, score and report back to their Workday record.";

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let connections = visit.admin.connections(visit.id()).await?;
    let is_linked = !visit.admin.links(visit.id()).await?.is_empty();
    let is_answered = visit
        .workspace
        .as_ref()
        .is_some_and(|workspace| workspace.who_sends != WhoSends::Unanswered);
    let is_connected = connections
        .iter()
        .any(|connection| connection.standing.state == ConnectionState::Active);
    let frame = visit.frame();
    let body = html! {
        h1 { "Integrations" }
        h2 { "Available Integrations" }
        div.cards { (card(&frame, &connections)) }
        @if !(is_connected && is_answered && is_linked) {
            h2 { "Next steps" }
            ul {
                @if !is_connected {
                    li { "Connect Workday: an admin of the Workday tenant approves the permissions." }
                }
                @if !is_answered {
                    li {
                        a href="/settings#who-sends" { "Say who writes to candidates" }
                        "."
                    }
                }
                @if !is_linked {
                    li {
                        "On an "
                        a href="/agents" { "agent" }
                        "\u{2019}s ATS Configuration, link a job requisition. Once per requisition."
                    }
                }
            }
        }
    };
    Ok(frame.show(Section::Integrations, "Integrations", &body))
}

fn card(frame: &Frame<'_>, connections: &[Connection]) -> Markup {
    let (label, secondary) = if connections.is_empty() {
        ("Connect Now", false)
    } else {
        ("Connect another tenant", true)
    };
    html! {
        section.card aria-labelledby="workday" {
            div.row.between {
                h3 #workday { "Workday" }
                (overall(connections))
            }
            p { (WHAT_IT_DOES) }
            @for connection in connections { (summary(connection)) }
            @if frame.may_change() {
                p {
                    a.button.secondary[secondary] href="/integrations/workday/new" { (label) }
                }
            }
        }
    }
}

fn overall(connections: &[Connection]) -> Markup {
    let any = |state| connections.iter().any(|connection| connection.standing.state == state);
    if any(ConnectionState::ReauthorizationRequired) {
        badge("Connect again", Tone::Bad)
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
                a href={ "/integrations/workday/" (connection.connection) } {
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
