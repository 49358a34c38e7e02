//! When a failed try is tried again. There is no last try here: what fails for a passing reason comes back within a
//! quarter of an hour, or within an hour when the vendor asked for a pause, and what a person can mend within a day. Only
//! calls whose outcome nobody can prove have a cap, which is the ledger's and named by its caller.

use domain::Randomness;
use std::time::Duration;

/// Between two tries of what fails for a passing reason, however often it failed.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// Shorter than this is no pause.
const LEAST: Duration = Duration::from_millis(500);
/// A vendor that asks for a longer pause than this is asked again sooner: a day of silence looks like a lost order.
const LONGEST_ASKED: Duration = Duration::from_hours(1);
/// A wrong id or a missing permission is mended by a person; until then the work waits this long at first.
const UNTIL_MENDED: Duration = Duration::from_mins(15);
/// It is looked at less and less often, and at once when the setting is saved.
const LONGEST_UNTIL_MENDED: Duration = Duration::from_hours(24);

/// How long a try waits that failed for a passing reason, `tries` times in a row: full jitter over 2 s, 4 s, 8 s … up to
/// 15 minutes, or as long as the vendor asked for, at most an hour.
pub fn pause(randomness: &Randomness, tries: u32, asked: Option<Duration>) -> Duration {
    asked.map_or_else(
        || {
            let ceiling = Duration::from_secs(2 << tries.min(9)).min(LONGEST_PAUSE);
            LEAST + randomness.up_to(ceiling)
        },
        |asked| asked.min(LONGEST_ASKED),
    )
}

/// How long work waits that a person must mend first, looked at so often before.
pub fn until_mended(looks: u32) -> Duration {
    UNTIL_MENDED.saturating_mul(1 << looks.min(7)).min(LONGEST_UNTIL_MENDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn always(byte: u8) -> Randomness {
        Randomness::new(move |bytes| {
            bytes.fill(byte);
            true
        })
    }

    #[test]
    fn a_try_that_fails_for_a_passing_reason_is_never_the_last_and_never_later_than_a_quarter_of_an_hour() {
        for tries in [0, 1, 5, 9, 10, 1_000, u32::MAX] {
            assert_eq!(pause(&always(0), tries, None), LEAST, "{tries}");
            assert!(pause(&always(u8::MAX), tries, None) <= LEAST + LONGEST_PAUSE, "{tries}");
        }
        let half_seconds = |tries| (pause(&always(u8::MAX), tries, None).as_millis() + 1) / 500;
        assert_eq!(
            [0, 1, 2, 8, 9].map(half_seconds),
            [5, 9, 17, 1_025, 1_801],
            "the pause and half a second"
        );
    }

    #[test]
    fn a_pause_that_the_vendor_asks_for_is_kept_up_to_an_hour() {
        let asked = |asked| pause(&always(0), 0, Some(asked));
        assert_eq!(asked(Duration::from_mins(20)), Duration::from_mins(20));
        assert_eq!(asked(Duration::from_hours(24)), Duration::from_hours(1));
    }

    #[test]
    fn what_a_person_can_mend_is_looked_at_after_a_quarter_of_an_hour_doubling_to_a_day() {
        let minutes = |looks| until_mended(looks).as_secs() / 60;
        assert_eq!([0, 1, 2, 6, 7, 100].map(minutes), [15, 30, 60, 960, 1_440, 1_440]);
    }
}
