//! One screening: where it stands, what holds it, and everything that happened to it.

use crate::activity::actions;
use crate::frame::{Frame, Section};
use crate::visit::{Shown, Visit};
use crate::why::condition as condition_in_words;
use crate::words::{NEEDS_A_LOOK, at, happened, state as state_in_words, written};
use admin::{Names, Screening};
use domain::gate::Condition;
use domain::order::{By, Entry};
use domain::{Order, OrderId, OrderState};
use maud::{Markup, html};
use web::component::{Column, badge, columns};

const COLUMNS: [Column; 4] = [
    Column::Shown("When"),
    Column::Shown("What"),
    Column::Shown("By"),
    Column::Shown("Attempt"),
];

pub(crate) async fn page(visit: &Visit<'_>, id: &str) -> Shown {
    let Screening { order, history, unmet } = visit.admin.screening(visit.id(), &OrderId::new(id)?).await?;
    let people = history.iter().filter_map(|entry| match &entry.by {
        By::Person(person) => Some(person.as_str()),
        By::Workday | By::HeyMilo | By::Candidate | By::Us => None,
    });
    let names = visit.admin.names(visit.id(), people).await?;
    let frame = visit.frame();
    let body = html! {
        p {
            a href="/activity" { "Activity" }
            " / "
            (order.candidate)
        }
        h1 { "Screening of " (order.candidate) }
        (standing(visit, &frame, &order, unmet))
        h2 { "What happened" }
        (told(&history, &names))
    };
    Ok(frame.show(Section::Activity, "Screening", &body))
}

fn standing(visit: &Visit<'_>, frame: &Frame<'_>, order: &Order, unmet: Option<Condition>) -> Markup {
    let (label, tone, meaning) = state_in_words(&order.state, visit.who_sends());
    html! {
        section.card aria-label="Where it stands" {
            p {
                (badge(label, tone))
                " "
                (meaning)
            }
            @if order.needs_a_look {
                p { (NEEDS_A_LOOK) }
            }
            @if let OrderState::Waiting { until, .. } = order.state {
                p.small.muted { "Next look: " (at(until)) }
            }
            @if let Some(condition) = unmet {
                p.small { "Not met: " (condition_in_words(condition)) }
            }
            dl.facts {
                dt { "Job application" }
                dd { (order.application) ", job requisition " (order.requisition) ", visit " (order.visit) }
                dt { "Workday record" }
                dd {
                    (written(order))
                    @if let Some(problem) = &order.write_problem {
                        div.small { (problem) }
                    }
                }
            }
            div.row { (actions(visit, frame, order)) }
        }
    }
}

fn told(history: &[Entry], names: &Names) -> Markup {
    html! {
        div.card.scroll {
            table.stack {
                (columns(&COLUMNS))
                tbody {
                    @for entry in history {
                        tr {
                            th scope="row" { (at(entry.at)) }
                            td data-label="What" {
                                (happened(&entry.what))
                                @if let Some(reason) = &entry.reason {
                                    div.small.muted { code { (reason) } }
                                }
                                @if let Some(until) = entry.until {
                                    div.small.muted { "until " (at(until)) }
                                }
                            }
                            td data-label="By" { (by(&entry.by, names)) }
                            td data-label="Attempt" { (entry.attempt) }
                        }
                    }
                }
            }
        }
    }
}

fn by<'a>(by: &'a By, names: &'a Names) -> &'a str {
    match by {
        By::Workday => "Workday",
        By::HeyMilo => "HeyMilo",
        By::Candidate => "the candidate",
        By::Person(person) => names.of(person),
        By::Us => "this integration",
    }
}
