//! The product's time in a flow test: the wall's, or one that runs with the wall and is put forward to the next due work,
//! so that a test waits for what is done and never for the moment it is done at.
//!
//! The vendors keep the wall's time. The product reads Workday with an overlap of ten minutes, which is how far its clock
//! may be ahead.

use super::fixture::list;
use domain::Moment;
use lambda_kit::Clock;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How closely the clock follows the wall: the vendors' limits are a few calls a second.
const TICK: Duration = Duration::from_millis(2);
/// How far ahead the next due work may lie; what waits longer waits for something else.
const FARTHEST: Duration = Duration::from_mins(1);
/// On the wall clock, how soon to look again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The product's clock, and who moves it.
pub(crate) struct Time {
    pub(crate) clock: Clock,
    /// None: nobody moves the wall's.
    hand: Option<Hand>,
}

/// Moves a clock with the wall, and farther when told to. One move at a time: the clock reads, then writes.
struct Hand {
    turn: Arc<Mutex<()>>,
    ended: Arc<AtomicBool>,
}

impl Time {
    /// The wall's.
    pub(crate) fn of_the_wall() -> Self {
        Self {
            clock: Clock::system(),
            hand: None,
        }
    }

    /// One that runs with the wall from now on and can be put forward.
    pub(crate) fn put_forward() -> Self {
        let clock = Clock::manual(Clock::system().now());
        let (turn, ended) = (Arc::new(Mutex::new(())), Arc::new(AtomicBool::new(false)));
        let time = Self {
            clock: clock.clone(),
            hand: Some(Hand {
                turn: Arc::clone(&turn),
                ended: Arc::clone(&ended),
            }),
        };
        // A thread and not a task: a busy runtime must not hold up the time.
        std::thread::spawn(move || run(&clock, &turn, &ended));
        time
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// How often connections are polled: on the wall clock a test waits for it; where the clock is ours a poll costs more
    /// than the time between two, so that they are rare and other work is due before.
    pub(crate) fn poll_seconds(&self) -> u32 {
        if self.hand.is_some() { 20 } else { 1 }
    }

    /// Lets the time pass until every poll is due again: they are late by a tenth at most.
    pub(crate) async fn until_polled(&self) {
        self.pass(Duration::from_millis(1_100) * self.poll_seconds()).await;
    }

    /// Lets a while pass, at once where the clock is ours.
    async fn pass(&self, while_: Duration) {
        match &self.hand {
            Some(hand) => {
                let _turn = hand.turn.lock().unwrap_or_else(PoisonError::into_inner);
                self.clock.advance(while_);
            }
            None => tokio::time::sleep(while_).await,
        }
    }

    /// Lets the time pass until the next work is due, by what the product's state shows.
    pub(crate) async fn until_due(&self, state: &Value) {
        let now = self.now();
        let moments = list(&state["due"]).filter_map(|due| due["due_at"].as_i64());
        let next = moments.map(|due_at| Moment(due_at).since(now)).filter(|wait| !wait.is_zero()).min();
        match next {
            Some(wait) if self.hand.is_some() && wait <= FARTHEST => self.pass(wait).await,
            Some(_) | None => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

/// Moves the clock as the wall's moves, in whole milliseconds, as it counts.
fn run(clock: &Clock, turn: &Mutex<()>, ended: &AtomicBool) {
    let (started, mut passed) = (Instant::now(), 0);
    while !ended.load(Ordering::SeqCst) {
        std::thread::park_timeout(TICK);
        let whole = u64::try_from(started.elapsed().as_millis()).unwrap();
        let turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        clock.advance(Duration::from_millis(whole.saturating_sub(passed)));
        drop(turn);
        passed = whole;
    }
}

impl Drop for Time {
    fn drop(&mut self) {
        if let Some(hand) = &self.hand {
            hand.ended.store(true, Ordering::SeqCst);
        }
    }
}
