//! How each part stands of what is looked at in Workday: each for itself, so that a page says what works beside what does not.

use crate::words::ago;
use domain::Moment;
use domain::part::{Part, PartStanding};
use domain::settings::Connection;
use maud::{Markup, html};

/// What a person calls a part.
fn name(part: Part) -> &'static str {
    match part {
        Part::AssessWindow => "New assess events",
        Part::WatchedEvents => "Open assess events",
        Part::Stage => "Assessment stage",
        Part::RequisitionIndex => "List of requisitions",
    }
}

/// The rows of the connection's facts, a part each.
pub(crate) fn rows(connection: &Connection, now: Moment) -> Markup {
    html! {
        @for part in Part::ALL {
            dt { (name(part)) }
            dd { (said(connection.standing.part(part), now)) }
        }
    }
}

fn said(part: &PartStanding, now: Moment) -> String {
    let read = part.succeeded_at.map_or_else(|| "not read yet".to_owned(), |at| format!("read {}", ago(at, now)));
    match (&part.problem, &part.cursor) {
        (Some(problem), _) => format!("{read}. Stopped {}: {}. It is tried again by itself.", ago(problem.at, now), problem.words.trim_end_matches('.')),
        (None, Some(_)) => format!("{read}. A longer read is under way."),
        (None, None) => read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::part::{Cursor, Problem};
    use std::time::Duration;

    #[test]
    fn a_part_says_when_it_was_read_what_stopped_it_and_that_it_goes_on() {
        let now = Moment(100_000_000);
        let read = PartStanding::succeeded(now.minus(Duration::from_mins(5)));
        let problem = Problem {
            at: now.minus(Duration::from_mins(2)),
            words: "Workday did not answer in time.".into(),
        };
        for (part, expected) in [
            (PartStanding::default(), "not read yet"),
            (read.clone(), "read 5 minutes ago"),
            (read.goes_on(Cursor::beginning(now), now), "read 5 minutes ago. A longer read is under way."),
            (
                read.stopped(problem, None, now),
                "read 5 minutes ago. Stopped 2 minutes ago: Workday did not answer in time. It is tried again by itself.",
            ),
        ] {
            assert_eq!(said(&part, now), expected);
        }
    }
}
