//! Whether Workday's pushes arrive, and what follows from that, in a person's words.

use crate::words::{ago, interval};
use domain::Moment;
use domain::push::Pushes;
use domain::settings::Connection;
use maud::{Markup, html};
use std::time::Duration;

/// What the connection's page says of the pushes.
pub(crate) fn said(connection: &Connection, now: Moment) -> Markup {
    let push = &connection.standing.push;
    let polls = Duration::from_secs(u64::from(connection.options.poll_seconds));
    let looked = push.between_windows(polls, now);
    let looked = interval(looked.as_secs().try_into().unwrap_or(u32::MAX));
    let pushed = push.pushed_at.map(|at| ago(at, now)).unwrap_or_default();
    match push.of_late(now) {
        Pushes::Silent => html! { "No push has come in the last seven days, so new assess events are looked for every " (looked) "." },
        Pushes::Missed(missed) => html! {
            "Pushes arrive, the last one " (pushed) ", but " (ago(missed, now)) " we found a send status that none had told us of. "
            "Until seven days have passed without that, new assess events are looked for every " (looked) "."
        },
        Pushes::Healthy => html! {
            "Pushes arrive, the last one " (pushed) ", and tell us of each send status before we find it. "
            "New assess events are therefore looked for only every " (looked) ", which saves calls of Workday."
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::read_aloud;

    #[test]
    fn the_page_says_whether_pushes_arrive_and_how_often_workday_is_looked_at_then() {
        let now = Moment(1_800_000_000_000);
        let said = |pushed: Option<u64>, missed: Option<u64>| {
            let ago = |hours: Option<u64>| hours.map(|hours| now.minus(Duration::from_hours(hours)));
            let row = serde_json::json!({
                "workspace": "acme", "connection": "c", "services_url": "https://x.workday.com", "tenant": "acme",
                "push": { "pushed_at": ago(pushed), "missed_at": ago(missed) },
            });
            read_aloud(&said(&serde_json::from_value(row).unwrap(), now))
        };
        assert_eq!(
            said(None, Some(3)),
            "No push has come in the last seven days, so new assess events are looked for every 10 minutes."
        );
        assert_eq!(said(Some(200), None), said(None, None));
        assert_eq!(
            said(Some(2), Some(30)),
            "Pushes arrive, the last one 2 hours ago, but 1 day ago we found a send status that none had told us of. Until seven days have \
             passed without that, new assess events are looked for every 10 minutes."
        );
        assert_eq!(
            said(Some(2), Some(200)),
            "Pushes arrive, the last one 2 hours ago, and tell us of each send status before we find it. New assess events are therefore looked \
             for only every 15 minutes, which saves calls of Workday."
        );
    }
}
