//! How each part stands of what is looked at in Workday and HeyMilo: each for itself, so that a page says what works beside what does not.

use crate::agent;
use crate::words::ago;
use domain::Moment;
use domain::part::{Obstacle, Part, PartStanding};
use domain::settings::{Connection, Mapping};
use domain::standing::PostingStanding;
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
            dd { (said(connection.standing.part(part), what_to_do, now)) }
        }
    }
}

/// The agents that a connection's page tells of: those it is linked to, and those that no requisition is linked to any more.
/// Each leads to its own page.
pub(crate) fn agents(connection: &Connection, links: &[Mapping], standings: &[PostingStanding], now: Moment) -> Markup {
    let is_told_here = |standing: &&PostingStanding| {
        let mut linked = links.iter().filter(|link| link.posting == standing.posting).peekable();
        linked.peek().is_none() || linked.any(|link| link.connection == connection.connection)
    };
    let title = |standing: &PostingStanding| {
        let link = links.iter().find(|link| link.posting == standing.posting);
        link.map_or_else(|| standing.posting.to_string(), |link| link.posting_title.clone())
    };
    html! {
        @for standing in standings.iter().filter(is_told_here) {
            dt {
                "Screenings of "
                a href=(agent::path(standing.posting.as_str())) { (title(standing)) }
            }
            dd { (said_of_agent(standing, now)) }
        }
    }
}

/// How an agent's polls stand.
pub(crate) fn said_of_agent(standing: &PostingStanding, now: Moment) -> Markup {
    said(&standing.polls, what_to_do_at_heymilo, now)
}

fn said(part: &PartStanding, what_to_do: impl Fn(Obstacle) -> &'static str, now: Moment) -> Markup {
    html! {
        @match part.succeeded_at {
            None => "not read yet",
            Some(read) => { "read " (ago(read, now)) },
        }
        @match (&part.problem, &part.cursor) {
            (Some(problem), _) => {
                ". Stopped " (ago(problem.since, now)) ": " (problem.words.trim_end_matches('.')) ". " (what_to_do(problem.obstacle))
            },
            (None, Some(_)) => ". A longer read is under way.",
            (None, None) => {},
        }
    }
}

/// The same of what is looked at in HeyMilo.
fn what_to_do_at_heymilo(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Unavailable | Obstacle::Failed => "Nothing is lost and there is nothing you need to do: we keep trying.",
        Obstacle::AccessRefused | Obstacle::Withheld => {
            "Nothing is lost. Enter a HeyMilo API key of this workspace under Settings; it is looked at again at once."
        }
        Obstacle::UnknownId | Obstacle::NoSuchAddress => {
            "The agent was deleted in HeyMilo, or the API key is another workspace's. Link its requisitions to another agent, or \
             enter the right key under Settings. It is looked for every hour."
        }
        Obstacle::Refused | Obstacle::PagesRepeat | Obstacle::TooLarge | Obstacle::Unreadable => {
            "Nothing is lost, and we keep trying. If this is still so tomorrow, quote this sentence to HeyMilo's support."
        }
    }
}

/// What a person can do about it, or need not do.
fn what_to_do(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Unavailable | Obstacle::Failed => "Nothing is lost and there is nothing you need to do: we keep trying.",
        Obstacle::AccessRefused => "Nothing is lost. If this lasts longer than ten minutes, enter the access again.",
        Obstacle::Withheld => {
            "Nothing is lost. Give the integration system user the permission in Workday (setup guide), run Activate Pending \
             Security Policy Changes, then press Check again; without that it is tried again within a quarter of an hour."
        }
        Obstacle::NoSuchAddress => {
            "Nothing is lost. Check services address, tenant and version of the web service, and enter the access again."
        }
        Obstacle::UnknownId | Obstacle::Refused => {
            "Nothing is lost. Compare the reference IDs below with those in Workday, and correct them under Settings."
        }
        Obstacle::PagesRepeat => {
            "Nothing is lost: what was read counts, and we keep trying. If this is still so tomorrow, open a case \
             with Workday and quote this sentence."
        }
        Obstacle::TooLarge | Obstacle::Unreadable => {
            "Nothing is lost, and we keep trying. If this is still so tomorrow, quote this sentence to HeyMilo's support."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::read_aloud;
    use domain::part::{Cursor, Problem};
    use std::time::Duration;

    #[test]
    fn a_part_says_when_it_was_read_what_stopped_it_and_that_it_goes_on() {
        let now = Moment(100_000_000);
        let read = PartStanding::succeeded(now.minus(Duration::from_mins(5)));
        let problem = Problem {
            since: now.minus(Duration::from_mins(2)),
            obstacle: Obstacle::Unavailable,
            words: "Workday did not answer in time.".into(),
        };
        for (part, expected) in [
            (PartStanding::default(), "not read yet"),
            (read.clone(), "read 5 minutes ago"),
            (
                read.goes_on(Cursor::beginning(now), now),
                "read 5 minutes ago. A longer read is under way.",
            ),
            (
                read.stopped(problem, None, now),
                "read 5 minutes ago. Stopped 2 minutes ago: Workday did not answer in time. \
                 Nothing is lost and there is nothing you need to do: we keep trying.",
            ),
        ] {
            assert_eq!(read_aloud(&said(&part, what_to_do, now)), expected);
        }
    }
}
