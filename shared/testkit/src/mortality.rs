//! Processes that die where a test says: at a call that leaves them, before it leaves or after its answer is there.
//!
//! Whoever makes such calls for a process lets it [`pass`] here; a process that is doomed goes no further and is
//! dropped where it is, as a power cut would leave it.

use futures::future::{Either, pending, select};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A side of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It has not left: whoever is called knows nothing.
    Before,
    /// It was answered, and nobody reads the answer.
    After,
}

/// Where a process dies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doom {
    /// The process's name.
    pub process: String,
    /// Calls that pass first, whichever of the processes of that name makes them.
    pub skip: usize,
    /// The side of the call that is its last.
    pub side: Side,
}

/// It died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the process died")]
pub struct Died;

/// Who dies where. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Mortality(Arc<Mutex<Fates>>);

#[derive(Debug, Default)]
struct Fates {
    doomed: VecDeque<Doom>,
    /// The calls so far, once somebody asked for them.
    calls: Option<Vec<Called>>,
}

/// A call that a process made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The process's name.
    pub process: String,
    /// Whom it called, and what for.
    pub call: String,
}

#[derive(Debug)]
struct Life {
    process: String,
    mortality: Mortality,
    ended: Notify,
}

tokio::task_local! {
    static LIFE: Arc<Life>;
}

impl Mortality {
    /// Adds one to those who die; of several the first that fits a call is meant.
    pub fn doom(&self, doom: Doom) {
        self.fates().doomed.push_back(doom);
    }

    /// Nobody dies any more.
    pub fn spare(&self) {
        self.fates().doomed.clear();
    }

    /// From now on every call is listed.
    pub fn list_calls(&self) {
        self.fates().calls = Some(Vec::new());
    }

    /// The calls since they are listed, in their order.
    pub fn calls(&self) -> Vec<Called> {
        self.fates().calls.clone().unwrap_or_default()
    }

    /// Does `work` as the process of that name, as long as it lives.
    pub async fn live<T>(&self, process: &str, work: impl Future<Output = T>) -> Result<T, Died> {
        let life = Arc::new(Life {
            process: process.to_owned(),
            mortality: self.clone(),
            ended: Notify::new(),
        });
        let work = LIFE.scope(Arc::clone(&life), work);
        match select(pin!(work), pin!(life.ended.notified())).await {
            Either::Left((outcome, _)) => Ok(outcome),
            Either::Right(((), _)) => Err(Died),
        }
    }

    fn strikes(&self, process: &str, side: Side) -> bool {
        let doomed = &mut self.fates().doomed;
        let fits = |doom: &Doom| doom.process == process && doom.side == side;
        let Some(place) = doomed.iter().position(fits) else { return false };
        match doomed.get_mut(place) {
            Some(doom) if doom.skip > 0 => {
                doom.skip -= 1;
                false
            }
            Some(_) => doomed.remove(place).is_some(),
            None => false,
        }
    }

    fn fates(&self) -> MutexGuard<'_, Fates> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lists a call of whichever process this is, where somebody asked for that. `call` says whom it calls, and what for.
pub fn list(call: impl FnOnce() -> String) {
    let Ok(life) = LIFE.try_with(Arc::clone) else { return };
    if let Some(calls) = &mut life.mortality.fates().calls {
        calls.push(Called {
            process: life.process.clone(),
            call: call(),
        });
    }
}

/// A call of whichever process this is; one that is doomed never gets past it.
pub async fn pass(side: Side) {
    let Ok(life) = LIFE.try_with(Arc::clone) else { return };
    if life.mortality.strikes(&life.process, side) {
        life.ended.notify_one();
        pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_process_dies_on_the_side_of_the_call_that_is_its_last() {
        for (side, calls) in [(Side::Before, 1), (Side::After, 2)] {
            let (mortality, made) = (Mortality::default(), AtomicUsize::new(0));
            mortality.doom(Doom {
                process: "sender".to_owned(),
                skip: 1,
                side,
            });
            let work = async || {
                for _ in 0..3 {
                    pass(Side::Before).await;
                    made.fetch_add(1, Ordering::SeqCst);
                    pass(Side::After).await;
                }
            };
            assert_eq!(mortality.live("another", work()).await, Ok(()));
            made.store(0, Ordering::SeqCst);
            assert_eq!(mortality.live("sender", work()).await, Err(Died));
            assert_eq!(made.load(Ordering::SeqCst), calls);
            assert_eq!(mortality.live("sender", work()).await, Ok(()), "it dies once");
        }
    }
}
