//! Why nothing happened: a number of Workday's in, the first point that does not hold out, with what to do about it.

use crate::frame::Section;
use crate::note::Note;
use crate::visit::{Shown, Visit, log};
use crate::words::{at, name, state as state_in_words};
use crate::{agent, paths};
use admin::{Explained, Point};
use domain::gate::Condition;
use domain::settings::Connection;
use maud::{Markup, html};
use web::component::{Column, Tone, badge, columns, hidden, notice};

const COLUMNS: [Column; 2] = [Column::Shown("What must hold"), Column::Shown("Now")];

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let number = visit.query.text("number").trim();
    let asked = visit.query.text("connection");
    let connections: Vec<&Connection> = visit.connections.iter().filter(|one| one.is_proven()).collect();
    let chosen = connections
        .iter()
        .find(|one| one.connection.as_str() == asked)
        .or(connections.first())
        .copied();
    let (frame, answer) = match chosen.filter(|_| !number.is_empty()) {
        None => (visit.frame(), None),
        Some(connection) => match visit.admin.why(connection, number).await {
            Ok(explained) => (visit.frame(), Some((connection, explained))),
            Err(error) => {
                log(&error);
                (visit.frame_with(Note::Problem(error.problem)), None)
            }
        },
    };
    let body = html! {
        p {
            a href="/activity" { "Activity" }
            " / Why nothing happened"
        }
        h1 { "Why did nothing happen?" }
        p {
            "Enter the number of a candidate, or of one of their applications, as Workday shows it. "
            "Workday is asked how they stand now; nothing is changed."
        }
        @match chosen {
            Some(chosen) => (form(&connections, chosen, number)),
            None => p { "No Workday tenant is connected. " a href="/integrations" { "Go to Integrations" } "." },
        }
        @if let Some((connection, explained)) = &answer {
            (answered(visit, connection, explained, number))
        }
    };
    Ok(match frame.note {
        Note::Problem(_) => frame.respond_to_form(Section::Activity, "Why did nothing happen?", &body),
        Note::Nothing | Note::Done(_) | Note::GoneOver(_) => frame.show(Section::Activity, "Why did nothing happen?", &body),
    })
}

fn form(connections: &[&Connection], chosen: &Connection, number: &str) -> Markup {
    html! {
        form.row.end method="get" action="/why" role="search" {
            div {
                label for="number" { "Candidate or application number" }
                input #number name="number" type="search" value=(number) required maxlength="100" autocomplete="off";
            }
            @if connections.len() > 1 {
                div {
                    label for="connection" { "Workday tenant" }
                    select #connection name="connection" {
                        @for one in connections {
                            option value=(one.connection) selected[one.connection == chosen.connection] { (name(one)) }
                        }
                    }
                }
            } @else {
                (hidden("connection", chosen.connection.as_str()))
            }
            button { "Find out" }
        }
    }
}

fn answered(visit: &Visit<'_>, connection: &Connection, explained: &[Explained], number: &str) -> Markup {
    html! {
        @if explained.is_empty() {
            (notice(Tone::Caution, html! {
                p {
                    "Workday (" (connection.tenant) ") shows no candidate " code { (number) }
                    ", and no application of that number that ever was in the Assessment stage. Try the candidate\u{2019}s own number; "
                    "if that is not found either, the integration system user may not see them."
                }
            }))
        }
        @for one in explained { (application(visit, connection, one)) }
    }
}

fn application(visit: &Visit<'_>, connection: &Connection, explained: &Explained) -> Markup {
    let title = explained.link.as_ref().map(|link| link.requisition_title.as_str());
    html! {
        section.card aria-label={ "Application " (explained.application) } {
            h2 { (explained.application) }
            p.muted {
                "Job requisition " (explained.requisition)
                @if let Some(title) = title { ", " (title) }
            }
            (conclusion(visit, connection, explained))
            div.scroll {
                table.stack {
                    (columns(&COLUMNS))
                    tbody {
                        @for (point, holds) in &explained.points {
                            tr {
                                th scope="row" { (promised(*point)) }
                                td data-label="Now" { (held(*point, *holds)) }
                            }
                        }
                    }
                }
            }
            @if !explained.statuses.is_empty() {
                p.small.muted { "Statuses on assess events with our test: " (explained.statuses.join(", ")) }
            }
        }
    }
}

fn held(point: Point, holds: Option<bool>) -> Markup {
    match (holds, point) {
        (Some(true), _) => badge("Yes", Tone::Good),
        (Some(false), _) => badge("No", Tone::Bad),
        (None, Point::AgentOpen) => html! { span.muted { "As far as is known" } },
        (None, _) => html! { span.muted { "Not asked" } },
    }
}

/// What came of it: a screening that stands, the first point that does not hold, or the next look.
fn conclusion(visit: &Visit<'_>, connection: &Connection, explained: &Explained) -> Markup {
    let unmet = explained.unmet();
    html! {
        @if let Some(screening) = &explained.screening {
            @let (label, tone, meaning) = state_in_words(&screening.state, visit.who_sends());
            p {
                (badge(label, tone)) " " (meaning) " "
                a href={ "/activity/" (screening.order) } { "What happened, and what can be done" }
                "."
            }
        }
        @match unmet {
            Some(point) => (notice(Tone::Caution, html! {
                p { (what_to_do(point)) }
                @if let Some((label, path)) = way(point, connection, explained) {
                    p { a.button.secondary href=(path) { (label) } }
                }
            })),
            None if explained.screening.is_none() => (notice(Tone::Good, html! {
                p {
                    "Everything holds. They are found by the next look at Workday"
                    @if let Some(look) = explained.next_look { ", at " (at(look)) }
                    ", and invited then."
                }
            })),
            None => {}
        }
    }
}

fn promised(point: Point) -> &'static str {
    match point {
        Point::Access => "Workday accepts our access",
        Point::Gate(condition) => self::condition(condition),
        Point::BaselineTaken => "Who was in the stage before the link is recorded",
        Point::Ordered => "They were ordered: by the move into the stage, or by a send status of the Assess step",
        Point::AgentOpen => "The agent still takes candidates",
    }
}

/// What a gate asks for.
pub(crate) fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Linked => "The job requisition is linked to an agent",
        Condition::SenderKnown => "Somebody said who writes to candidates",
        Condition::NotWithdrawn => "The candidate has not withdrawn",
        Condition::InStage => "They stand in the Assessment stage",
        Condition::Reachable => "Their record has an email address",
        Condition::Allowed => "A sandbox may write to that address",
    }
}

fn what_to_do(point: Point) -> &'static str {
    match point {
        Point::Access => "Workday ended the access, so nobody is invited. Connect again; nothing is lost.",
        Point::Gate(Condition::Linked) => {
            "The job requisition is not linked to an agent, so nobody of it is invited. Link it on an agent\u{2019}s ATS Configuration page."
        }
        Point::Gate(Condition::SenderKnown) => "Nobody said yet who writes to candidates, so everybody waits. Answer it in Settings.",
        Point::Gate(Condition::NotWithdrawn) => "The candidate withdrew, so they are not invited.",
        Point::Gate(Condition::InStage) => {
            "They do not stand in the Assessment stage, or have a disposition. Move them there in Workday; if they stand there already, its ID is another one than in the reference IDs."
        }
        Point::Gate(Condition::Reachable) => "Their record in Workday has no email address. Add one there, then move or submit them again.",
        Point::Gate(Condition::Allowed) => {
            "This connection is a sandbox and writes only to the addresses on its list. Add theirs, or @ and its domain, if it may be written to."
        }
        Point::BaselineTaken => "Who was in the stage before the link is still being recorded. They are looked at right afterwards.",
        Point::Ordered => {
            "They stand in the stage, but a move alone is not an order here, and no send status stands on an assess event with our test. Submit Assess in Workday, or switch the trigger on."
        }
        Point::AgentOpen => {
            "The agent\u{2019}s deadline has passed, so it takes nobody any more. Move the deadline in HeyMilo, or link another agent."
        }
    }
}

/// Where it is done, if it is done here.
fn way(point: Point, connection: &Connection, explained: &Explained) -> Option<(&'static str, String)> {
    let page = || paths::connection(&connection.connection);
    match point {
        Point::Gate(Condition::Linked) => Some(("Open Agents", "/agents".to_owned())),
        Point::Gate(Condition::SenderKnown) => Some(("Answer it", "/settings#who-sends".to_owned())),
        Point::Gate(Condition::InStage) => Some(("Compare the reference IDs", page())),
        Point::Access | Point::Gate(Condition::Allowed) => Some(("Open the connection", page())),
        Point::Ordered | Point::AgentOpen => {
            let posting = explained.link.as_ref().map(|link| link.posting.as_str())?;
            Some(("Open the agent", agent::path(posting)))
        }
        Point::Gate(Condition::NotWithdrawn | Condition::Reachable) | Point::BaselineTaken => None,
    }
}
