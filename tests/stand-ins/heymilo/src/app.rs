//! The running stand-in: shared state behind one lock, and the few things that happen later (evaluation, deliveries).

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::call_log::CallLog;
use crate::clock::Clock;
use crate::contract::ContractRecorder;
use crate::fault::Faults;
use crate::model::State;
use crate::outbound::Outbound;
use crate::{delivery, persistence, progress};

const MINUTE_MS: u64 = 60_000;
/// A burst of changes becomes one write of the state file.
const WRITE_PAUSE: Duration = Duration::from_millis(100);

/// A cheap handle on the running stand-in.
#[derive(Debug, Clone)]
pub(crate) struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    base_url: String,
    state: Mutex<State>,
    changed: Notify,
    data_file: Option<PathBuf>,
    calls: CallLog,
    faults: Faults,
    rate: Mutex<BTreeMap<String, VecDeque<u64>>>,
    contract: Option<ContractRecorder>,
    write_failures: AtomicU64,
    outbound: Outbound,
    clock: Clock,
    shutdown: watch::Receiver<bool>,
}

/// What an [`App`] is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) base_url: String,
    pub(crate) state: State,
    pub(crate) data_file: Option<PathBuf>,
    pub(crate) contract: Option<ContractRecorder>,
    pub(crate) outbound: Outbound,
    pub(crate) shutdown: watch::Receiver<bool>,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Self {
        let clock = parts.state.clock.clone();
        Self(Arc::new(Inner {
            base_url: parts.base_url,
            clock: clock.clone(),
            state: Mutex::new(parts.state),
            changed: Notify::new(),
            data_file: parts.data_file,
            calls: CallLog::new(clock),
            faults: Faults::default(),
            rate: Mutex::default(),
            contract: parts.contract,
            write_failures: AtomicU64::new(0),
            outbound: parts.outbound,
            shutdown: parts.shutdown,
        }))
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.0.base_url
    }

    pub(crate) fn outbound(&self) -> &Outbound {
        &self.0.outbound
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn calls(&self) -> &CallLog {
        &self.0.calls
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// How often a contract or state file could not be written; shown, since there is nobody to fail to.
    pub(crate) fn write_failures(&self) -> u64 {
        self.0.write_failures.load(Ordering::Relaxed)
    }

    /// Reads the state.
    pub(crate) fn read<R>(&self, action: impl FnOnce(&State) -> R) -> R {
        action(&self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state and has it written.
    pub(crate) fn change<R>(&self, action: impl FnOnce(&mut State) -> R) -> R {
        let result = action(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.changed.notify_one();
        result
    }

    /// Records a body if recording is on.
    pub(crate) fn record(&self, action: impl FnOnce(&ContractRecorder) -> std::io::Result<()>) {
        if self.0.contract.as_ref().is_some_and(|recorder| action(recorder).is_err()) {
            self.0.write_failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a call against the key's limit of any 60 seconds; false when it is used up. A refused call is not counted.
    pub(crate) fn within_rate(&self, workspace_id: &str, limit: u32) -> bool {
        let now = self.0.clock.unix_millis();
        let mut windows = self.0.rate.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(workspace_id.to_owned()).or_default();
        while window.front().is_some_and(|first| first + MINUTE_MS <= now) {
            window.pop_front();
        }
        let free = window.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        if free {
            window.push_back(now);
        }
        free
    }

    /// Waits, but not beyond the stand-in's end.
    pub(crate) async fn pause(&self, duration: Duration) {
        tokio::select! {
            biased;
            () = self.0.clock.sleep(duration) => {}
            () = self.ended() => {}
        }
    }

    async fn ended(&self) {
        let mut shutdown = self.0.shutdown.clone();
        // An error means that the sender is gone, which is an end too.
        shutdown.wait_for(|ended| *ended).await.map(drop).unwrap_or_default();
    }

    /// Runs something later, until the stand-in ends.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let app = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = work => {}
                () = app.ended() => {}
            }
        });
    }

    /// Sends deliveries in the background.
    pub(crate) fn deliver(&self, deliveries: Vec<u64>) {
        if !deliveries.is_empty() {
            self.spawn(delivery::send_all(self.clone(), deliveries));
        }
    }

    /// Does what follows from a candidate's step: events out, and the evaluation when the answers are complete.
    pub(crate) fn carry_out(&self, interview_id: &str, consequences: progress::Consequences) {
        self.deliver(consequences.deliveries);
        if consequences.evaluate {
            self.evaluate_later(interview_id.to_owned());
        }
    }

    /// Evaluates an interview after the pause of the settings, then announces the report.
    pub(crate) fn evaluate_later(&self, interview_id: String) {
        let app = self.clone();
        self.spawn(async move {
            let pause = app.read(|state| state.settings.evaluating_ms);
            app.clock().sleep(Duration::from_millis(pause)).await;
            let deliveries = app.change(|state| progress::evaluate(state, &interview_id, app.clock().unix_seconds()));
            app.deliver(deliveries);
        });
    }

    /// Writes the state file after each burst of changes, until the stand-in ends.
    pub(crate) async fn keep_saved(self) {
        loop {
            tokio::select! {
                biased;
                () = self.0.changed.notified() => {}
                () = self.ended() => return,
            }
            self.pause(WRITE_PAUSE).await;
            let app = self.clone();
            // A failed write is counted inside.
            tokio::task::spawn_blocking(move || app.save()).await.unwrap_or_default();
        }
    }

    /// Writes the state file now, from a copy, so that callers do not wait for the disk.
    pub(crate) fn save(&self) {
        let Some(file) = &self.0.data_file else { return };
        if persistence::save(file, &self.read(Clone::clone)).is_err() {
            self.0.write_failures.fetch_add(1, Ordering::Relaxed);
        }
    }
}
