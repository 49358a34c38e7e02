//! Interviews that ended: HeyMilo tells of nobody who was shortlisted, dismissed or scored anew afterwards, nor that a deadline
//! was moved. So they are looked at hourly for a day, then twice a day for a month.

use crate::function::Function;
use crate::set_aside::SetAside;
use domain::{Moment, PostingId, WorkspaceId};
use std::time::Duration;
use store::hint::AGENT_TO_BE_READ;
use store::interview::{LastLook, OpenInterview, Over};
use vendors::heymilo::HeyMilo;
use work::Trouble;

const KEPT: Duration = Duration::from_hours(30 * 24);
const CLOSELY: Duration = Duration::from_hours(24);
const BETWEEN_CLOSE_LOOKS: Duration = Duration::from_hours(1);
const BETWEEN_LOOKS: Duration = Duration::from_hours(12);
/// Interviews read in one poll: the others have their turn in the next.
const LOOKS: usize = 20;

/// The interviews that are looked at still; those that ended a month ago are forgotten.
pub(crate) async fn kept(
    function: &Function,
    (workspace, posting): (&WorkspaceId, &PostingId),
    over: Vec<OpenInterview>,
) -> Result<Vec<OpenInterview>, Trouble> {
    let now = function.clock.now();
    let is_old = |ended: &OpenInterview| ended.over.as_ref().is_some_and(|over| now.since(over.at) > KEPT);
    let (old, kept): (Vec<_>, Vec<_>) = over.into_iter().partition(is_old);
    for ended in old {
        function.store.forget_interview(workspace, posting, &ended.interview).await?;
    }
    Ok(kept)
}

/// Whether it ended by the agent's deadline.
pub(crate) fn is_expired(ended: &OpenInterview) -> bool {
    ended.over.as_ref().is_some_and(|over| over.expired)
}

/// Hints at each interview that goes by the agent's deadline and does not stand as it is now. Returns how many. Only those
/// that it can turn are looked up: on an ordinary day nobody.
pub(crate) async fn turned(
    function: &Function,
    (workspace, posting): (&WorkspaceId, &PostingId),
    interviews: impl Iterator<Item = &OpenInterview>,
    agent_is_over: bool,
) -> Result<usize, Trouble> {
    let mut hints = 0;
    let is_turned = |interview: &&OpenInterview| {
        if agent_is_over {
            interview.over.is_none()
        } else {
            is_expired(interview)
        }
    };
    for interview in interviews.filter(is_turned) {
        let order = function.store.order_if_readable(workspace, &interview.order).await?;
        let Some(order) = order.filter(|order| order.interview.as_ref() == Some(&interview.interview)) else {
            continue;
        };
        if order.goes_by_deadline(agent_is_over) {
            function
                .hint_at((workspace, posting), interview.interview.as_str(), AGENT_TO_BE_READ)
                .await?;
            hints += 1;
        }
    }
    Ok(hints)
}

/// Looks at those whose time has come, the ones not seen for longest first. Returns how many say something new.
pub(crate) async fn look(
    function: &Function,
    heymilo: &HeyMilo,
    (workspace, posting): (&WorkspaceId, &PostingId),
    ended: &[OpenInterview],
    set_aside: &mut SetAside,
) -> Result<usize, Trouble> {
    let now = function.clock.now();
    let mut due: Vec<(Moment, &OpenInterview, &Over)> = ended
        .iter()
        .filter_map(|ended| Some((next_look(ended.over.as_ref()?), ended, ended.over.as_ref()?)))
        .filter(|(at, ..)| *at <= now)
        .collect();
    due.sort_by_key(|(at, ..)| *at);
    let mut hints = 0;
    for (_, ended, over) in due.into_iter().take(LOOKS) {
        let known = over.last_look.as_ref().map(|look| look.said.clone());
        let said = match heymilo.polled_interview(&ended.interview).await {
            Ok(Some(shown)) => Some(format!("{} {}", shown.status, shown.score.unwrap_or_default())),
            Ok(None) => Some("removed".to_owned()),
            Err(stopped) => {
                set_aside.interview(&ended.interview, stopped);
                None
            }
        };
        if let Some(said) = said.as_ref().filter(|said| known.as_ref() != Some(said)) {
            function
                .hint_at((workspace, posting), ended.interview.as_str(), &format!("poll:{said}"))
                .await?;
            hints += 1;
        }
        // Whoever is not shown had their turn all the same: the others have theirs.
        let said = said.or(known).unwrap_or_default();
        let look = LastLook { at: now, said };
        function.store.looked_at_interview((workspace, posting), ended, look).await?;
    }
    Ok(hints)
}

fn next_look(over: &Over) -> Moment {
    let last = over.last_look.as_ref().map_or(over.at, |look| look.at);
    let between = if last.since(over.at) < CLOSELY {
        BETWEEN_CLOSE_LOOKS
    } else {
        BETWEEN_LOOKS
    };
    last.plus(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_is_looked_at_hourly_for_a_day_and_twice_a_day_after() {
        let mut over = Over {
            at: Moment(0),
            expired: false,
            last_look: None,
        };
        let mut looks = Vec::new();
        while looks.len() < 28 {
            let at = next_look(&over);
            looks.push(at.since(Moment(0)).as_secs() / 3_600);
            over.last_look = Some(LastLook { at, said: String::new() });
        }
        assert_eq!(looks[..24], (1..=24).collect::<Vec<u64>>());
        assert_eq!(looks[24..], [36, 48, 60, 72]);
    }
}
