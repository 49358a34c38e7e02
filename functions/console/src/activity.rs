//! Activity: the latest screenings, where each stands and why, and the ones a person may start.

use crate::connection::shown_there;
use crate::frame::{Done, Frame, Section, badge, text};
use crate::handler::{Shown, Visit, done};
use crate::words::{ago, at, state as state_in_words, written};
use domain::settings::Mapping;
use domain::{Order, OrderId, OrderState};
use maud::{Markup, html};
use setup::Admin;

const SHOWN: i32 = 200;

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let orders = visit.admin.store().recent_orders(visit.id(), SHOWN).await?;
    let mappings = visit.admin.store().mappings(visit.id()).await?;
    let frame = visit.frame();
    let filter = visit.query.text("show");
    let shown: Vec<&Order> = orders.iter().filter(|order| passes(&order.state, filter)).collect();
    let body = html! {
        h1 { "Activity" }
        p { "The latest screenings, most recent change first. Names are shown in Workday and HeyMilo only." }
        nav.row aria-label="Filter" {
            @for (value, label) in [("", "All"), ("attention", "Needs attention"), ("open", "Under way"), ("skipped", "Not started")] {
                a.button.secondary[filter != value] href={ "/activity" @if !value.is_empty() { "?show=" (value) } } aria-current=[(filter == value).then_some("true")] { (label) }
            }
        }
        @if shown.is_empty() {
            div.card.empty { p { "Nothing here yet. Screenings appear when candidates of a linked requisition enter the Assessment stage." } }
        } @else {
            div.card.scroll { table.stack {
                thead { tr {
                    th scope="col" { "Candidate" } th scope="col" { "Job requisition" } th scope="col" { "State" }
                    th scope="col" { "Workday record" } th scope="col" { "Changed" } th scope="col" { span.visually-hidden { "Actions" } }
                } }
                tbody { @for order in shown { (row(visit, &frame, order, &mappings)) } }
            } }
        }
    };
    Ok(frame.show(Section::Activity, "Activity", &body))
}

fn passes(state: &OrderState, filter: &str) -> bool {
    match filter {
        "attention" => matches!(
            state,
            OrderState::NeedsReview { .. } | OrderState::Refused { .. } | OrderState::Waiting { .. }
        ),
        "open" => state.is_open() || state.is_pending_invite(),
        "skipped" => matches!(state, OrderState::Skipped { .. }),
        _ => true,
    }
}

fn row(visit: &Visit<'_>, frame: &Frame<'_>, order: &Order, mappings: &[Mapping]) -> Markup {
    let (label, tone, meaning) = state_in_words(&order.state);
    let mapping = mappings
        .iter()
        .find(|mapping| mapping.connection == order.connection && mapping.requisition == order.requisition);
    let now = visit.admin.clock().now();
    html! {
        tr {
            th scope="row" {
                (text(order.candidate.as_str()))
                div.small.muted { (text(order.application.as_str())) @if order.visit > 1 { ", visit " (order.visit) } @if order.attempt > 1 { ", attempt " (order.attempt) } }
            }
            td data-label="Job requisition" {
                @if let Some(mapping) = mapping { (text(&mapping.requisition_title)) div.small.muted { (text(order.requisition.as_str())) ", " (text(&mapping.posting_title)) } }
                @else { (text(order.requisition.as_str())) }
            }
            td data-label="State" {
                (badge(label, tone))
                @if !meaning.is_empty() { div.small { (meaning) } }
                @if let OrderState::Waiting { until, .. } = order.state { div.small.muted { "Next look: " (at(until)) } }
            }
            td data-label="Workday record" {
                (written(order))
                @if let Some(problem) = &order.write_problem { div.small { "Workday does not take it: " (text(problem)) } }
            }
            td data-label="Changed" { span title=(at(order.updated_at)) { (ago(order.updated_at, now)) } }
            td {
                @if order.result_version > 0 { a href=(report_path(visit, order)) { "View report" span.visually-hidden { " of " (text(order.candidate.as_str())) } } }
                @if frame.may_change() && Admin::may_invite(&order.state) {
                    form method="post" action={ "/activity/" (order.order) "/invite" } {
                        (frame.token())
                        button.secondary { "Invite" span.visually-hidden { " " (text(order.candidate.as_str())) } }
                    }
                }
                @if frame.may_change() && order.write_problem.is_some() {
                    form method="post" action={ "/activity/" (order.order) "/write-again" } {
                        (frame.token())
                        button.secondary { "Write again" span.visually-hidden { " the record of " (text(order.candidate.as_str())) } }
                    }
                }
            }
        }
    }
}

fn report_path(visit: &Visit<'_>, order: &Order) -> String {
    format!("/r/{}", visit.admin.signing().report_link_token(&order.workspace, &order.order))
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
