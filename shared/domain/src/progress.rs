//! Progress is level-triggered: each report carries a rank, and an order only ever climbs.
//!
//! Reports arrive late, twice and out of order; [`absorb`] gives the same end state whatever the order.

use crate::order::{ExpiryReason, OrderState, Outcome, ReviewReason};

/// Rank of an order's state; 0 for what is not the candidate's progress.
pub fn rank(state: &OrderState) -> u16 {
    match state {
        OrderState::Invited => 10,
        OrderState::Opened => 20,
        OrderState::InProgress => 30,
        OrderState::Scoring => 40,
        OrderState::Expired { .. } => 50,
        OrderState::Withdrawn => 60,
        OrderState::Completed { .. } => 70,
        OrderState::Received
        | OrderState::Confirmed
        | OrderState::Waiting { .. }
        | OrderState::Refused { .. }
        | OrderState::NeedsReview { .. }
        | OrderState::Skipped { .. } => 0,
    }
}

/// What a re-read of the interview says about the candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    NotStarted,
    InProgress,
    Scoring,
    /// Not finished, and nobody can go on.
    Over(ExpiryReason),
    /// The report is there.
    Reported(Outcome),
}

/// The state after a sighting, or `None` when nothing changes. A later outcome of the same report (a recruiter
/// shortlists or dismisses in HeyMilo) replaces the outcome and never the fact of completion.
pub fn absorb(current: &OrderState, sighting: Sighting) -> Option<OrderState> {
    let seen = match sighting {
        Sighting::NotStarted => return None,
        Sighting::InProgress => OrderState::InProgress,
        Sighting::Scoring => OrderState::Scoring,
        Sighting::Over(_) if !current.is_open() => return None,
        // Whoever has finished waits for a score, whatever the deadline.
        Sighting::Over(ExpiryReason::DeadlinePassed) if *current == OrderState::Scoring => return None,
        Sighting::Over(reason) => OrderState::Expired { reason },
        Sighting::Reported(outcome) => OrderState::Completed { outcome },
    };
    let follows_an_invitation = current.is_invited()
        || matches!(
            current,
            OrderState::NeedsReview {
                reason: ReviewReason::EffectUnproven | ReviewReason::MailReturned
            }
        );
    if !follows_an_invitation || *current == seen {
        return None;
    }
    let (before, after) = (rank(current), rank(&seen));
    (after > before || (after == before && matches!(seen, OrderState::Completed { .. }))).then_some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORTED: Sighting = Sighting::Reported(Outcome::Completed);

    fn permutations(items: &[Sighting]) -> Vec<Vec<Sighting>> {
        if items.is_empty() {
            return vec![vec![]];
        }
        (0..items.len())
            .flat_map(|index| {
                let mut rest = items.to_vec();
                let first = rest.remove(index);
                permutations(&rest).into_iter().map(move |mut tail| {
                    tail.insert(0, first);
                    tail
                })
            })
            .collect()
    }

    #[test]
    fn p5_any_order_of_reports_ends_in_the_highest_state() {
        let reports = [
            Sighting::NotStarted,
            Sighting::InProgress,
            Sighting::InProgress,
            Sighting::Scoring,
            Sighting::Scoring,
            REPORTED,
            REPORTED,
        ];
        let sequences = permutations(&reports);
        assert_eq!(sequences.len(), 5_040);
        for sequence in sequences {
            let mut state = OrderState::Invited;
            let mut highest = rank(&state);
            for sighting in &sequence {
                if let Some(next) = absorb(&state, *sighting) {
                    state = next;
                }
                assert!(rank(&state) >= highest, "{sequence:?} moved backwards");
                highest = rank(&state);
            }
            assert_eq!(
                state,
                OrderState::Completed {
                    outcome: Outcome::Completed
                }
            );
        }
    }

    #[test]
    fn whoever_did_not_finish_expires_and_whoever_did_is_waited_for() {
        let over = |state: &OrderState| absorb(state, Sighting::Over(ExpiryReason::DeadlinePassed));
        let expired = OrderState::Expired {
            reason: ExpiryReason::DeadlinePassed,
        };
        for state in [OrderState::Invited, OrderState::Opened, OrderState::InProgress] {
            assert_eq!(over(&state), Some(expired.clone()));
        }
        let completed = OrderState::Completed {
            outcome: Outcome::Completed,
        };
        for state in [
            OrderState::Scoring,
            OrderState::Withdrawn,
            OrderState::Confirmed,
            expired.clone(),
            completed.clone(),
        ] {
            assert_eq!(over(&state), None, "{state:?}");
        }
        assert_eq!(absorb(&expired, REPORTED), Some(completed));
        assert_eq!(absorb(&expired, Sighting::InProgress), None, "a late event of before the deadline");
        let removed = Sighting::Over(ExpiryReason::InterviewRemoved);
        assert!(absorb(&OrderState::Scoring, removed).is_some(), "no score will come");
    }

    #[test]
    fn progress_never_revives_what_was_never_invited_nor_who_withdrew() {
        for state in [
            OrderState::Confirmed,
            OrderState::Withdrawn,
            OrderState::NeedsReview {
                reason: ReviewReason::AlreadyScreened,
            },
        ] {
            assert_eq!(absorb(&state, REPORTED), None);
        }
    }

    #[test]
    fn a_later_outcome_replaces_the_earlier_one() {
        let state = OrderState::Completed {
            outcome: Outcome::Completed,
        };
        let seen = absorb(&state, Sighting::Reported(Outcome::Shortlisted));
        assert_eq!(
            seen,
            Some(OrderState::Completed {
                outcome: Outcome::Shortlisted
            })
        );
    }
}
