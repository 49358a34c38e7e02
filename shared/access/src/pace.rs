//! The vendors' limits: Workday 5 calls a second and 4 at once per connection, HeyMilo 300 a minute per key.
//!
//! All functions share them through rows of the table. Without a turn the call is not sent and the work is parked.

use crate::Vendors;
use domain::WorkspaceId;
use domain::settings::Connection;
use futures::future::BoxFuture;
use lambda_kit::Clock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Store;
use store::rate::{Account, Limits, Slot};

/// Workday publishes no number; five a second and four at once is what integrators use. A little wider than 200 ms,
/// because requests arrive less evenly than they leave.
const WORKDAY: Limits = Limits {
    spacing: Duration::from_millis(220),
    burst: 0,
    at_once: 4,
};
/// 300 a minute, with room for a burst that still keeps every minute below it.
const HEYMILO: Limits = Limits {
    spacing: Duration::from_millis(215),
    burst: 15,
    at_once: 0,
};
/// Longer than any call: a slot whose holder died is free again then.
const SLOT_LEASE: Duration = Duration::from_secs(40);
const SLOT_LOOK: Duration = Duration::from_millis(120);

/// Who goes first when turns are scarce: the more important the work, the longer it may queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    Invite,
    WriteBack,
    /// A person waits at a page.
    Picker,
    Poll,
}

impl Priority {
    fn patience(self) -> Duration {
        match self {
            Self::Invite => Duration::from_secs(8),
            Self::WriteBack => Duration::from_secs(6),
            Self::Picker => Duration::from_secs(4),
            Self::Poll => Duration::from_secs(2),
        }
    }
}

/// One account's turns, for one vendor client.
#[derive(Debug)]
pub(crate) struct Turns {
    store: Store,
    clock: Clock,
    account: Account,
    limits: Limits,
    patience: Duration,
    held: Mutex<HashMap<usize, Slot>>,
}

impl Turns {
    pub(crate) fn of_workday(vendors: &Vendors, connection: &Connection) -> Arc<Self> {
        Self::new(vendors, Account::workday(&connection.workspace, &connection.connection), WORKDAY)
    }

    pub(crate) fn of_heymilo(vendors: &Vendors, workspace: &WorkspaceId) -> Arc<Self> {
        Self::new(vendors, Account::heymilo(workspace), HEYMILO)
    }

    fn new(vendors: &Vendors, account: Account, limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            store: vendors.store.clone(),
            clock: vendors.clock.clone(),
            account,
            limits,
            patience: vendors.priority.patience(),
            held: Mutex::new(HashMap::new()),
        })
    }

    /// When to ask again without a turn: spread, so that parked work does not come back at once.
    fn come_back(&self) -> Duration {
        let spread = u32::try_from(self.clock.now().0.rem_euclid(997)).unwrap_or(0);
        self.patience + Duration::from_millis(10) * spread
    }

    async fn wait_for_turn(&self) -> Result<usize, Duration> {
        let now = self.clock.now();
        let turn = self.store.reserve_turn(&self.account, self.limits, now, self.patience).await;
        let turn = turn.map_err(|_unreachable| self.come_back())?.ok_or_else(|| self.come_back())?;
        tokio::time::sleep(turn.since(now)).await;
        if self.limits.at_once == 0 {
            return Ok(0);
        }
        let looks = self.patience.as_millis() / SLOT_LOOK.as_millis();
        for _ in 0..=looks {
            let now = self.clock.now();
            let slot = self.store.occupy_slot(&self.account, self.limits, now, now.plus(SLOT_LEASE)).await;
            if let Some(slot) = slot.map_err(|_unreachable| self.come_back())? {
                self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(slot.index, slot);
                return Ok(slot.index);
            }
            tokio::time::sleep(SLOT_LOOK).await;
        }
        Err(self.come_back())
    }

    async fn vacate(&self, index: usize) {
        let slot = self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&index);
        if let Some(slot) = slot
            && let Err(error) = self.store.vacate_slot(&self.account, slot).await
        {
            tracing::warn!(error = %error, "a slot is given back when its lease ends");
        }
    }
}

impl workday::Pace for Turns {
    fn turn(&self) -> BoxFuture<'_, Result<usize, Duration>> {
        Box::pin(self.wait_for_turn())
    }

    fn done(&self, slot: usize) -> BoxFuture<'_, ()> {
        Box::pin(self.vacate(slot))
    }
}

impl heymilo::Pace for Turns {
    fn turn(&self) -> BoxFuture<'_, Result<usize, Duration>> {
        Box::pin(self.wait_for_turn())
    }

    fn done(&self, slot: usize) -> BoxFuture<'_, ()> {
        Box::pin(self.vacate(slot))
    }
}
