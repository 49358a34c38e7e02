//! When a failed try is tried again. There is no last try here: what fails for a passing reason comes back within a
//! quarter of an hour, or when the vendor said, and what a person can mend within a day. Only messages of which nobody can
//! prove that they left have a cap, which is the ledger's.

use domain::order::WaitReason;
use domain::{Moment, Order, Randomness};
use std::time::Duration;

/// Between two tries of what fails for a passing reason, however often it failed.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// Shorter than this is no pause.
const LEAST: Duration = Duration::from_millis(500);
/// A vendor that asks for a longer pause than this is asked again sooner: it must have meant something else.
const LONGEST_ASKED: Duration = Duration::from_hours(24);
/// Between two tries of what has failed for a day and is told to people.
const BETWEEN_LATE_TRIES: Duration = Duration::from_hours(6);
/// A wrong id or a missing permission is mended by a person; until then the work waits this long at first.
const UNTIL_MENDED: Duration = Duration::from_mins(15);
/// It is looked at less and less often, and at once when the setting is saved.
const LONGEST_UNTIL_MENDED: Duration = Duration::from_hours(24);

/// How long work waits that was tried `failures` times in a row: full jitter over 2 s, 4 s, 8 s … up to 15 minutes, and no
/// shorter than asked for. What waits for its turn or for a moment, and did not fail, waits just as long as that.
pub fn pause(randomness: &Randomness, reason: WaitReason, failures: u32, asked: Option<Duration>) -> Duration {
    match asked.filter(|asked| !asked.is_zero()).map(|asked| asked.min(LONGEST_ASKED)) {
        Some(asked) if failures == 0 || !is_failure(reason, Some(asked)) => asked,
        asked => {
            let ceiling = Duration::from_secs(2 << failures.min(9)).min(LONGEST_PAUSE);
            asked.unwrap_or_default().max(LEAST + randomness.up_to(ceiling))
        }
    }
}

/// Whether what waits so has failed: a turn that comes at a known time, another worker and a proof that needs its time are
/// no failures.
pub fn is_failure(reason: WaitReason, asked: Option<Duration>) -> bool {
    match reason {
        WaitReason::RateLimited => asked.is_none(),
        WaitReason::StepHeld | WaitReason::OutcomeUnknown | WaitReason::WhoSendsUnanswered => false,
        WaitReason::HeyMiloUnavailable
        | WaitReason::HeyMiloCredentialRefused
        | WaitReason::WorkdayUnavailable
        | WaitReason::WorkdayCredentialRefused
        | WaitReason::EmailUnavailable
        | WaitReason::EmailSenderRefused => true,
    }
}

/// When an order that failed is tried again: at the moment that [`pause`] says, and every six hours only once it has failed
/// for a day. What waits for its turn or for a proof has that at its time.
pub fn at_last(order: &Order, reason: WaitReason, at: Moment, now: Moment) -> Moment {
    let is_away = match reason {
        WaitReason::HeyMiloUnavailable | WaitReason::WorkdayUnavailable | WaitReason::EmailUnavailable | WaitReason::EmailSenderRefused => {
            true
        }
        WaitReason::RateLimited
        | WaitReason::StepHeld
        | WaitReason::OutcomeUnknown
        | WaitReason::WhoSendsUnanswered
        | WaitReason::HeyMiloCredentialRefused
        | WaitReason::WorkdayCredentialRefused => false,
    };
    if is_away && order.has_failed_for_a_day(now) {
        at.max(now.plus(BETWEEN_LATE_TRIES))
    } else {
        at
    }
}

/// How long work waits that a person must mend first, looked at so often before.
pub fn until_mended(looks: u32) -> Duration {
    UNTIL_MENDED.saturating_mul(1 << looks.min(7)).min(LONGEST_UNTIL_MENDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOWN: WaitReason = WaitReason::WorkdayUnavailable;

    fn always(byte: u8) -> Randomness {
        Randomness::new(move |bytes| {
            bytes.fill(byte);
            true
        })
    }

    #[test]
    fn a_try_that_fails_for_a_passing_reason_is_never_the_last_and_never_later_than_a_quarter_of_an_hour() {
        for tries in [0, 1, 5, 9, 10, 1_000, u32::MAX] {
            assert_eq!(pause(&always(0), DOWN, tries, None), LEAST, "{tries}");
            assert!(pause(&always(u8::MAX), DOWN, tries, None) <= LEAST + LONGEST_PAUSE, "{tries}");
        }
        let half_seconds = |tries| (pause(&always(u8::MAX), DOWN, tries, None).as_millis() + 1) / 500;
        assert_eq!(
            [0, 1, 2, 8, 9].map(half_seconds),
            [5, 9, 17, 1_025, 1_801],
            "the pause and half a second"
        );
    }

    #[test]
    fn nobody_comes_back_sooner_than_the_vendor_asked_for_and_whoever_fails_again_later() {
        let asked = |failures, asked| pause(&always(u8::MAX), DOWN, failures, Some(asked)).as_secs();
        assert_eq!(asked(1, Duration::from_mins(20)), 20 * 60);
        assert_eq!(asked(9, Duration::from_secs(7)), 15 * 60, "the longer of both");
        assert_eq!(pause(&always(0), DOWN, 9, Some(Duration::from_secs(7))), Duration::from_secs(7));
        assert_eq!(asked(1, Duration::from_hours(2_000)), 24 * 60 * 60, "a day at most");
    }

    #[test]
    fn what_waits_for_its_turn_or_for_a_proof_waits_no_longer_however_often() {
        use WaitReason::{OutcomeUnknown, RateLimited, StepHeld};
        for reason in [RateLimited, StepHeld, OutcomeUnknown] {
            let wait = Duration::from_secs(9);
            assert_eq!(pause(&always(u8::MAX), reason, 50, Some(wait)), wait, "{reason:?}");
        }
        assert!(
            pause(&always(u8::MAX), RateLimited, 9, None) > Duration::from_mins(14),
            "no time is named"
        );
    }

    #[test]
    fn what_a_person_can_mend_is_looked_at_after_a_quarter_of_an_hour_doubling_to_a_day() {
        let minutes = |looks| until_mended(looks).as_secs() / 60;
        assert_eq!([0, 1, 2, 6, 7, 100].map(minutes), [15, 30, 60, 960, 1_440, 1_440]);
    }
}
