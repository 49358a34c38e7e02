//! Activity: the latest screenings, where each stands and why, and the ones a person may start.

use crate::frame::{Frame, Section};
use crate::note::Done;
use crate::visit::{Shown, Visit, done, shown_there};
use crate::words::{ago, at, state as state_in_words, written};
use admin::Admin;
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
/// What may be shown: the value in the address, and its name.
const FILTERS: [(&str, &str); 4] = [
    ("", "All"),
    ("attention", "Needs attention"),
    ("open", "Under way"),
    ("skipped", "Not started"),
];
const NOTHING_YET: &str = "Nothing here yet. Screenings appear when candidates of a linked requisition enter the Assessment stage.";

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let orders = visit.admin.screenings(visit.id(), SHOWN).await?;
    let mappings = visit.admin.links(visit.id()).await?;
    let frame = visit.frame();
    let filter = visit.query.text("show");
    let shown: Vec<&Order> = orders.iter().filter(|order| passes(order, filter)).collect();
    let body = html! {
        h1 { "Activity" }
        p { "The latest screenings, most recent change first. Names are shown in Workday and HeyMilo only." }
        (filters(filter))
        @if shown.is_empty() {
            div.card.empty { p { (NOTHING_YET) } }
        } @else {
            div.card.scroll {
                table.stack {
                    (columns(&COLUMNS))
                    tbody {
                        @for order in shown { (row(visit, &frame, order, &mappings)) }
                    }
                }
            }
        }
    };
    Ok(frame.show(Section::Activity, "Activity", &body))
}

fn passes(order: &Order, filter: &str) -> bool {
    match filter {
        "attention" => {
            order.write_problem.is_some()
                || matches!(
                    order.state,
                    OrderState::NeedsReview { .. } | OrderState::Refused { .. } | OrderState::Waiting { .. }
                )
        }
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
    let (label, tone, meaning) = state_in_words(&order.state);
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
                @if let OrderState::Waiting { until, .. } = order.state {
                    div.small.muted { "Next look: " (at(until)) }
                }
            }
            td data-label="Workday record" {
                (written(order))
                @if let Some(problem) = &order.write_problem {
                    div.small { "Workday does not take it: " (problem) }
                }
            }
            td data-label="Changed" {
                span title=(at(order.updated_at)) { (ago(order.updated_at, now)) }
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
        @if frame.may_change() && Admin::may_invite(&order.state) {
            form method="post" action={ "/activity/" (order.order) "/invite" } {
                (frame.token())
                button.secondary {
                    "Invite"
                    (unseen(&format!(" {}", order.candidate)))
                }
            }
        }
        @if frame.may_change() && order.write_problem.is_some() {
            form method="post" action={ "/activity/" (order.order) "/write-again" } {
                (frame.token())
                button.secondary {
                    "Write again"
                    (unseen(&format!(" the record of {}", order.candidate)))
                }
            }
        }
    }
}

pub(crate) async fn invite(visit: &Visit<'_>, order: &str) -> Shown {
    let order = OrderId::new(order)?;
    match visit.admin.invite(visit.id(), &order, &visit.signed_in.session.person).await {
        Ok(_) => Ok(done("/activity", Done::Inviting)),
        Err(error) => Ok(shown_there("/activity", &error)),
    }
}

pub(crate) async fn write_again(visit: &Visit<'_>, order: &str) -> Shown {
    let order = OrderId::new(order)?;
    match visit.admin.write_again(visit.id(), &order, &visit.signed_in.session.person).await {
        Ok(_) => Ok(done("/activity", Done::WritingAgain)),
        Err(error) => Ok(shown_there("/activity", &error)),
    }
}
