//! The only place that reads the time and the only one that waits for it: everything else takes a [`Moment`] or asks
//! the [`Clock`] it was given, the AWS SDK included.

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;
use domain::Moment;
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time and waits for it: the system's, or one that a test moves. Clones move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Milliseconds by which it is ahead of the system's.
    Shifted(Arc<AtomicI64>),
    Manual(Arc<Mutex<Manual>>),
    /// Another machine's, by so many milliseconds ahead.
    Skewed(Box<Clock>, i64),
}

/// A clock that stands still, and who waits for it to go on.
#[derive(Debug)]
struct Manual {
    now: Moment,
    sleepers: BTreeMap<Place, Waker>,
    /// Sleepers so far: of two with the same moment the earlier wakes first.
    sequence: u64,
}

type Place = (Moment, u64);

/// What was waited for took longer than it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time is up")]
pub struct Elapsed;

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `start` now and goes on like the system's.
    pub fn shifted(start: Moment) -> Self {
        Self(Source::Shifted(Arc::new(AtomicI64::new(start.0 - system_now().0))))
    }

    /// A clock that stands at `start` until it is moved; so long nobody who sleeps by it wakes.
    pub fn manual(start: Moment) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(Manual {
            now: start,
            sleepers: BTreeMap::new(),
            sequence: 0,
        }))))
    }

    /// The clock of a machine that is so many milliseconds ahead of this one, or behind it, and moves with it.
    #[must_use]
    pub fn skewed(&self, milliseconds: i64) -> Self {
        Self(Source::Skewed(Box::new(self.clone()), milliseconds))
    }

    /// The moment now.
    pub fn now(&self) -> Moment {
        match &self.0 {
            Source::System => system_now(),
            Source::Shifted(ahead) => Moment(system_now().0 + ahead.load(Ordering::SeqCst)),
            Source::Manual(manual) => locked(manual).now,
            Source::Skewed(clock, ahead) => Moment(clock.now().0.saturating_add(*ahead)),
        }
    }

    /// Moves the clock forward and wakes, in order, whoever sleeps until then; the system's clock does not obey.
    pub fn advance(&self, duration: Duration) {
        match &self.0 {
            Source::System => {}
            Source::Shifted(ahead) => {
                ahead.fetch_add(Moment(0).plus(duration).0, Ordering::SeqCst);
            }
            Source::Manual(manual) => {
                let until = locked(manual).now.plus(duration);
                wake(manual, until);
            }
            Source::Skewed(clock, _) => clock.advance(duration),
        }
    }

    /// Moves a manual clock to the next moment that anybody waits for; `false` when nobody does.
    pub fn skip_to_next_sleeper(&self) -> bool {
        let manual = match &self.0 {
            Source::Manual(manual) => manual,
            Source::Skewed(clock, _) => return clock.skip_to_next_sleeper(),
            Source::System | Source::Shifted(_) => return false,
        };
        let next = locked(manual).sleepers.first_key_value().map(|((moment, _), _)| *moment);
        if let Some(moment) = next {
            wake(manual, moment);
        }
        next.is_some()
    }

    /// Runs `work` where this manual clock is the only time: whenever every task waits, it skips to the next sleeper.
    /// There is no timer and no socket: whoever wants one panics, and what waits for another thread hangs.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> io::Result<T> {
        let clock = self.clone();
        let skip = move || {
            clock.skip_to_next_sleeper();
        };
        let runtime = tokio::runtime::Builder::new_current_thread().on_thread_park(skip).build()?;
        Ok(runtime.block_on(work))
    }

    /// Waits for `duration`.
    pub async fn sleep(&self, duration: Duration) {
        match &self.0 {
            Source::System | Source::Shifted(_) => system_sleep(duration).await,
            Source::Manual(manual) => {
                let until = locked(manual).now.plus(duration);
                let sleeper = Sleeper {
                    manual: Arc::clone(manual),
                    until,
                    place: None,
                };
                sleeper.await;
            }
            Source::Skewed(clock, _) => Box::pin(clock.sleep(duration)).await,
        }
    }

    /// Waits until `moment`.
    pub async fn sleep_until(&self, moment: Moment) {
        self.sleep(moment.since(self.now())).await;
    }

    /// Waits for `work`, but no longer than `limit`; then it is dropped where it is.
    pub async fn timeout<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Result<T, Elapsed> {
        let (work, time) = (pin!(work), pin!(self.sleep(limit)));
        // The work is asked first: what is done in the last moment is done.
        match futures::future::select(work, time).await {
            futures::future::Either::Left((outcome, _)) => Ok(outcome),
            futures::future::Either::Right(((), _)) => Err(Elapsed),
        }
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Self::now(self).since(Moment(0))
    }
}

impl AsyncSleep for Clock {
    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        Sleep::new(async move { Self::sleep(&clock, duration).await })
    }
}

/// Sets the time to `until` and wakes its sleepers; without the lock, since a waker may run anything.
fn wake(manual: &Mutex<Manual>, until: Moment) {
    let woken = {
        let mut state = locked(manual);
        state.now = until;
        let later = state.sleepers.split_off(&(until.plus(Duration::from_millis(1)), 0));
        std::mem::replace(&mut state.sleepers, later)
    };
    for waker in woken.into_values() {
        waker.wake();
    }
}

fn locked(manual: &Mutex<Manual>) -> MutexGuard<'_, Manual> {
    manual.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody who waits for a manual clock; gone from its list when dropped.
#[derive(Debug)]
struct Sleeper {
    manual: Arc<Mutex<Manual>>,
    until: Moment,
    place: Option<Place>,
}

impl Future for Sleeper {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let manual = Arc::clone(&self.manual);
        let mut state = locked(&manual);
        if state.now >= self.until {
            return Poll::Ready(());
        }
        let place = self.place.unwrap_or_else(|| {
            state.sequence += 1;
            (self.until, state.sequence)
        });
        self.place = Some(place);
        state.sleepers.insert(place, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            locked(&self.manual).sleepers.remove(&place);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock everything else is given")]
fn system_now() -> Moment {
    // A clock before 1970 is a broken machine; the epoch is as good an answer as any.
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(0).plus(since_epoch)
}

#[expect(clippy::disallowed_methods, reason = "this is the clock everything else waits for")]
async fn system_sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = Clock::manual(Moment(1_000));
        let other = clock.clone();
        clock.advance(Duration::from_secs(2));
        assert_eq!(other.now(), Moment(3_000));
    }

    #[test]
    fn a_skewed_clock_moves_with_the_one_it_is_beside() {
        let clock = Clock::manual(Moment(600_000));
        let behind = clock.skewed(-300_000);
        let woken = clock.run(async { behind.sleep_until(Moment(301_000)).await });
        woken.unwrap();
        assert_eq!((clock.now(), behind.now()), (Moment(601_000), Moment(301_000)));
    }

    #[test]
    fn the_system_clock_is_past_2025() {
        assert!(Clock::system().now() > Moment(1_735_689_600_000));
        let shifted = Clock::shifted(Moment(5_000));
        shifted.advance(SECOND);
        assert!((6_000..60_000).contains(&shifted.now().0));
    }

    /// Sleeps for each of the seconds in a task of its own and returns who woke when, in the order of waking.
    async fn sleepers(clock: &Clock, seconds: &[u64]) -> Arc<Mutex<Vec<(usize, Moment)>>> {
        let woken = Arc::new(Mutex::new(Vec::new()));
        for (number, seconds) in seconds.iter().enumerate() {
            let (clock, woken, time) = (clock.clone(), Arc::clone(&woken), SECOND * u32::try_from(*seconds).unwrap());
            tokio::spawn(async move {
                clock.sleep(time).await;
                woken.lock().unwrap().push((number, clock.now()));
            });
        }
        tokio::task::yield_now().await;
        woken
    }

    #[tokio::test]
    async fn sleepers_wake_when_the_clock_passes_their_moment_in_the_order_of_moment_and_arrival() {
        let clock = Clock::manual(Moment(0));
        let woken = sleepers(&clock, &[3, 1, 2, 1, 9]).await;
        clock.advance(Duration::from_millis(999));
        tokio::task::yield_now().await;
        assert_eq!(*woken.lock().unwrap(), []);
        clock.advance(Duration::from_secs(4));
        tokio::task::yield_now().await;
        let order: Vec<usize> = woken.lock().unwrap().iter().map(|(number, _)| *number).collect();
        assert_eq!(order, [1, 3, 2, 0]);
    }

    #[test]
    fn where_every_task_waits_time_skips_to_the_next_sleeper() {
        let clock = Clock::manual(Moment(0));
        let woken = clock.run(async {
            let woken = sleepers(&clock, &[7_200, 60, 86_400]).await;
            clock.sleep(Duration::from_hours(25)).await;
            woken.lock().unwrap().clone()
        });
        let expected = [(1, Moment(60_000)), (0, Moment(7_200_000)), (2, Moment(86_400_000))];
        assert_eq!((woken.unwrap(), clock.now()), (expected.to_vec(), Moment(90_000_000)));
    }

    #[test]
    fn a_time_out_leaves_no_sleeper_behind_and_cuts_only_what_is_late() {
        let clock = Clock::manual(Moment(0));
        let outcomes = clock.run(async {
            let early = clock.timeout(SECOND, clock.sleep(SECOND)).await;
            let late = clock.timeout(SECOND, clock.sleep(SECOND * 2)).await;
            (early, late)
        });
        assert_eq!(outcomes.unwrap(), (Ok(()), Err(Elapsed)));
        assert!(!clock.skip_to_next_sleeper());
        assert_eq!(clock.now(), Moment(2_000));
    }
}
