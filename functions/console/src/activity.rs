//! Activity: the latest screenings, where each stands and why, and the ones a person may start.

use crate::frame::{Frame, Section};
use crate::note::Done;
use crate::visit::{Shown, Visit, done, shown_there};
use crate::words::{NEEDS_A_LOOK, ago, at, state as state_in_words, written};
use admin::ReviewCursor;
use domain::order::Action;
use domain::settings::Mapping;
use domain::{Order, OrderId, OrderState};
use maud::{Markup, html};
use web::component::{Column, badge, columns, unseen};

const SHOWN: i32 = 200;
const COLUMNS: [Column; 6] = [
    Column::Shown("Candidate"),
    Column::Shown("Job requisition"),
    Column::Shown("State"),
    Column::Shown("Workday record"),
    Column::Shown("Changed"),
    Column::Heard("Actions"),
];
/// All that need a person, from an index of their own; the others are filters over the latest.
const NEEDS_A_PERSON: &str = "attention";
/// What may be shown: the value in the address, and its name.
const FILTERS: [(&str, &str); 5] = [
    ("", "All"),
    (NEEDS_A_PERSON, "Needs attention"),
    ("held", "Waiting or not invited"),
    ("open", "Under way"),
    ("skipped", "Not started"),
];
const NOTHING_YET: &str = "Nothing here yet. Screenings appear when candidates of a linked requisition enter the Assessment stage.";

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let filter = visit.query.text("show");
    let (shown, next) = if filter == NEEDS_A_PERSON {
        let page = visit
            .admin
            .reviews(visit.id(), ReviewCursor::read(visit.query.text("after")))
            .await?;
        (page.orders, page.next)
    } else {
        let mut latest = visit.admin.screenings(visit.id(), SHOWN).await?;
        latest.retain(|order| passes(order, filter));
        (latest, None)
    };
    let mappings = visit.admin.links(visit.id()).await?;
    let frame = visit.frame();
    let body = html! {
        h1 { "Activity" }
        p {
            "The latest screenings, most recent change first. Names are shown in Workday and HeyMilo only. "
            "Somebody is missing? "
            a href="/why" { "Find out why nothing happened" }
            "."
        }
        (filters(filter))
        @if shown.is_empty() {
            div.card.empty { p { (NOTHING_YET) } }
        } @else {
            div.card.scroll {
                table.stack {
                    (columns(&COLUMNS))
                    tbody {
                        @for order in &shown { (row(visit, &frame, order, &mappings)) }
                    }
                }
            }
            @if let Some(next) = next {
                a.button.secondary href={ "/activity?show=" (NEEDS_A_PERSON) "&after=" (next) } { "Show more" }
            }
        }
    };
    Ok(frame.show(Section::Activity, "Activity", &body))
}

fn passes(order: &Order, filter: &str) -> bool {
    match filter {
        "held" => matches!(order.state, OrderState::Refused { .. } | OrderState::Waiting { .. }),
        "open" => order.state.is_open() || order.state.is_pending_invite(),
        "skipped" => matches!(order.state, OrderState::Skipped { .. }),
        _ => true,
    }
}

fn filters(chosen: &str) -> Markup {
    html! {
        nav.row aria-label="Filter" {
            @for (value, label) in FILTERS {
                a.button.secondary[chosen != value]
                    href={ "/activity" @if !value.is_empty() { "?show=" (value) } }
                    aria-current=[(chosen == value).then_some("true")]
                    { (label) }
            }
        }
    }
}

fn row(visit: &Visit<'_>, frame: &Frame<'_>, order: &Order, mappings: &[Mapping]) -> Markup {
    let (label, tone, meaning) = state_in_words(&order.state, visit.who_sends());
    let mapping = mappings
        .iter()
        .find(|mapping| mapping.connection == order.connection && mapping.requisition == order.requisition);
    let now = visit.admin.now();
    html! {
        tr {
            th scope="row" { (candidate(order)) }
            td data-label="Job requisition" { (requisition(order, mapping)) }
            td data-label="State" {
                (badge(label, tone))
                @if !meaning.is_empty() {
                    div.small { (meaning) }
                }
                @if order.needs_a_look {
                    div.small { (NEEDS_A_LOOK) }
                }
                @if let OrderState::Waiting { until, .. } = order.state {
                    div.small.muted { "Next look: " (at(until)) }
                }
            }
            td data-label="Workday record" {
                (written(order))
                @if let Some(problem) = &order.write_problem {
                    div.small { (problem) }
                }
            }
            td data-label="Changed" {
                span.whole { (ago(order.updated_at, now)) }
            }
            td { (actions(visit, frame, order)) }
        }
    }
}

fn candidate(order: &Order) -> Markup {
    html! {
        a href={ "/activity/" (order.order) } { (order.candidate) }
        div.small.muted {
            (order.application)
            @if order.visit > 1 { ", visit " (order.visit) }
            @if order.attempt > 1 { ", attempt " (order.attempt) }
        }
    }
}

fn requisition(order: &Order, mapping: Option<&Mapping>) -> Markup {
    html! {
        @if let Some(mapping) = mapping {
            (mapping.requisition_title)
            div.small.muted { (order.requisition) ", " (mapping.posting_title) }
        } @else {
            (order.requisition)
        }
    }
}

pub(crate) fn actions(visit: &Visit<'_>, frame: &Frame<'_>, order: &Order) -> Markup {
    html! {
        @if order.result_version > 0 {
            a href=(visit.admin.report_path(order)) {
                "View report"
                (unseen(&format!(" of {}", order.candidate)))
            }
        }
        @if frame.may_change() {
            @for action in order.actions() {
                form method="post" action={ "/activity/" (order.order) "/" (action.name()) } {
                    (frame.token())
                    button.secondary {
                        (button_of(action))
                        (unseen(&format!(" {}", order.candidate)))
                    }
                }
            }
        }
    }
}

fn button_of(action: Action) -> &'static str {
    match action {
        Action::Invite => "Invite",
        Action::WriteAgain => "Write again",
        Action::Release => "Try now",
        Action::Adopt => "Adopt the result",
        Action::Close => "Close",
    }
}

pub(crate) async fn act(visit: &Visit<'_>, order: &str, action: Action) -> Shown {
    let order = OrderId::new(order)?;
    let person = &visit.signed_in.session.person;
    match visit.admin.act(visit.id(), &order, action, person).await {
        Ok(order) => Ok(done("/activity", done_of(action, &order))),
        Err(error) => Ok(shown_there("/activity", &error)),
    }
}

fn done_of(action: Action, order: &Order) -> Done {
    match action {
        Action::Invite => Done::Inviting,
        Action::WriteAgain => Done::WritingAgain,
        Action::Release => Done::Released,
        Action::Adopt => Done::Adopted,
        Action::Close if order.state == OrderState::Withdrawn => Done::LeftAside,
        Action::Close => Done::Closed,
    }
}
