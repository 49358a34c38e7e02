//! The test candidate: whom a person named, and each stage of their way.

use crate::frame::Frame;
use crate::paths;
use admin::TestCandidate;
use domain::Order;
use domain::order::Entry;
use domain::settings::Connection;
use domain::standing::ConnectionState;
use maud::{Markup, html};
use web::component::{Choice, Tone, badge, choice, field};

const TEST_PERSON: &str = "I confirm: this is a person whom our Workday administrator made up for this test";

/// Whether the test candidate came to the end (none: there is no screening yet), and how far they are.
pub(super) fn section(
    frame: &Frame<'_>,
    connection: &Connection,
    candidate: Option<&TestCandidate>,
    typed: &str,
) -> (Option<bool>, Markup) {
    let screening = candidate.and_then(|candidate| candidate.screening.as_ref());
    let done = screening.map(|(order, _)| order.result_version > 0 && order.is_written());
    let content = html! {
        p {
            "Let the Workday administrator make up a candidate whose mail you can read, apply for a linked job requisition, and be named "
            "here. Then move them into the Assessment stage in Workday and take the screening: each stage is ticked as it happens."
        }
        @if let Some(candidate) = candidate {
            p { "Test candidate: " (candidate.trial.candidate) ", " (candidate.trial.application) }
            (stages(screening))
        }
        @if frame.may_change() && connection.standing.state == ConnectionState::Active {
            form method="post" action={ (paths::setup(&connection.connection)) "/test-candidate" } {
                (frame.token())
                (field("number", "Candidate number", "Such as C00025. Their address must be on the connection\u{2019}s list of addresses that may be written to.", typed, true))
                (choice(Choice::Box("confirmed"), TEST_PERSON, "", false))
                button.secondary { @if candidate.is_some() { "Name another" } @else { "Name the test candidate" } }
            }
        }
    };
    (done, content)
}

/// The way of a screening, stage by stage.
fn stages(screening: Option<&(Order, Vec<Entry>)>) -> Markup {
    let happened = |what: &[&str]| {
        let entries = screening.map(|(_, history)| history.as_slice()).unwrap_or_default();
        entries.iter().any(|entry| what.contains(&entry.what.as_str()))
    };
    let (report, is_written) = screening.map_or((false, false), |(order, _)| (order.result_version > 0, order.is_written()));
    let stages = [
        ("Moved into the Assessment stage, and found", screening.is_some()),
        ("Invited", happened(&["invited"])),
        ("Opened the link", happened(&["opened", "in_progress", "scoring", "completed"])),
        ("Started", happened(&["in_progress", "scoring", "completed"])),
        ("Finished, and the result is there", happened(&["completed"]) && report),
        ("Workday\u{2019}s record shows it", report && is_written),
    ];
    html! {
        ol {
            @for (stage, is_done) in stages {
                li { (stage) " " @if is_done { (badge("Done", Tone::Good)) } @else { (badge("Not yet", Tone::Plain)) } }
            }
        }
        @if let Some((order, _)) = screening {
            p { a href={ "/activity/" (order.order) } { "Open the screening" } }
        }
    }
}
