//! The vendors' limits: Workday 5 calls a second and 4 at once per connection, HeyMilo 300 a minute per key.
//!
//! All functions share them through rows of the table. Without a turn the call is not sent and the work is parked.
//! Nobody gets a turn at a Workday tenant that was disconnected meanwhile.

use crate::Vendors;
use domain::settings::Connection;
use domain::standing::ConnectionState;
use domain::{ConnectionId, Moment, Randomness, WorkspaceId};
use futures::future::BoxFuture;
use lambda_kit::Clock;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Store;
use store::rate::{Account, Limits, Look, Slot};

/// Longer than any call: a slot whose holder died is free again then.
const SLOT_LEASE: Duration = Duration::from_secs(40);
/// A call this much later than its slot says still counts as on time: calls late by different times bunch, and five
/// spacings are only 100 ms longer than a second.
const LATENESS: Duration = Duration::from_millis(70);
/// Over how long those who got no turn come back.
const SPREAD: Duration = Duration::from_secs(10);
/// The call that no client paces.
const TOKEN: &str = "OAuth_Token";
/// An operation is tried again after this, whatever the vendor asked for.
const LONGEST_HOLD: Duration = Duration::from_hours(1);
/// How often the start of a held slot is put off because the table answered later than it ever had.
const PUT_OFFS: u32 = 3;

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
    randomness: Randomness,
    account: Account,
    limits: Limits,
    patience: Duration,
    /// The connection without which nothing is sent; a HeyMilo key has none, nor has who is about to connect.
    connection: Option<(WorkspaceId, ConnectionId)>,
    held: Mutex<BTreeMap<usize, Slot>>,
}

impl Turns {
    pub(crate) fn of_workday(vendors: &Vendors, connection: &Connection) -> Arc<Self> {
        let standing = (connection.workspace.clone(), connection.connection.clone());
        Self::new(vendors, Self::account(connection), Limits::WORKDAY, Some(standing))
    }

    /// For a person who is about to connect: the connection does not have to stand yet.
    pub(crate) fn of_connecting(vendors: &Vendors, connection: &Connection) -> Arc<Self> {
        Self::new(vendors, Self::account(connection), Limits::WORKDAY, None)
    }

    fn account(connection: &Connection) -> Account {
        Account::workday(&connection.workspace, &connection.connection)
    }

    pub(crate) fn of_heymilo(vendors: &Vendors, workspace: &WorkspaceId) -> Arc<Self> {
        Self::new(vendors, Account::heymilo(workspace), Limits::HEYMILO, None)
    }

    fn new(vendors: &Vendors, account: Account, limits: Limits, connection: Option<(WorkspaceId, ConnectionId)>) -> Arc<Self> {
        Arc::new(Self {
            store: vendors.store.clone(),
            clock: vendors.clock.clone(),
            randomness: vendors.randomness.clone(),
            account,
            limits,
            patience: vendors.priority.patience(),
            connection,
            held: Mutex::default(),
        })
    }

    /// When to ask again without a turn: spread, so that parked work does not come back at once.
    fn come_back(&self) -> Duration {
        self.patience + self.randomness.up_to(SPREAD)
    }

    async fn wait_for_turn(&self, operation: &'static str) -> Result<usize, Duration> {
        let now = self.clock.now();
        let account = self.account.calling(operation);
        let turn = self.store.reserve_turn(&account, self.limits, now, self.patience).await;
        let turn = turn.map_err(|_unreachable| self.come_back())?.ok_or_else(|| self.come_back())?;
        self.clock.sleep_until(turn).await;
        let asked = self.clock.now();
        // Before the slot: a look behind it would make the call late, and late calls bunch.
        if !self.is_connected().await {
            return Err(self.come_back());
        }
        if self.limits.at_once == 0 {
            return Ok(0);
        }
        self.wait_for_slot(turn, self.clock.now().since(asked)).await
    }

    /// A slot's start lies ahead by the time in which the table answers (`latency`, measured just now), so that a slow
    /// table makes calls later and not late.
    async fn wait_for_slot(&self, turn: Moment, latency: Duration) -> Result<usize, Duration> {
        let ends_at = self.clock.now().plus(self.patience);
        // A look and a write.
        let mut answers_in = latency * 2;
        loop {
            let now = self.clock.now();
            let start = turn.max(now.plus(answers_in));
            let look = self.store.occupy_slot(&self.account, self.limits, (now, start), SLOT_LEASE).await;
            answers_in = answers_in.max(self.clock.now().since(now));
            match look.map_err(|_unreachable| self.come_back())? {
                Look::Taken(slot) => return self.start(slot, answers_in).await,
                Look::Again(_) if self.clock.now() > ends_at => return Err(self.come_back()),
                Look::Again(wait) => self.clock.sleep(wait).await,
            }
        }
    }

    /// Waits for the start of a slot that was just taken; one that cannot be kept any more is put off, not given back.
    async fn start(&self, slot: Slot, mut answers_in: Duration) -> Result<usize, Duration> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(slot.index, slot);
        let mut start = slot;
        for _ in 0..PUT_OFFS {
            let now = self.clock.now();
            if now.since(start.start) <= LATENESS {
                self.clock.sleep_until(start.start).await;
                return Ok(slot.index);
            }
            let put_off = self.store.put_off(&self.account, self.limits, start, now.plus(answers_in)).await;
            answers_in = answers_in.max(self.clock.now().since(now));
            match put_off {
                Ok(Some(later)) => start = later,
                Ok(None) => self.clock.sleep(self.limits.spacing).await,
                Err(_unreachable) => break,
            }
        }
        self.vacate(slot.index).await;
        Err(self.come_back())
    }

    /// Makes a call that no vendor client paces. Without a turn it is not made: come back after the pause.
    pub(crate) async fn during<T>(&self, call: impl Future<Output = T>) -> Result<T, Duration> {
        let slot = self.wait_for_turn(TOKEN).await?;
        let answer = call.await;
        self.vacate(slot).await;
        Ok(answer)
    }

    /// What the vendor asked for holds for all callers of the operation.
    async fn hold_back(&self, operation: &'static str, pause: Duration) {
        let until = self.clock.now().plus(pause.min(LONGEST_HOLD));
        if let Err(error) = self.store.hold(&self.account.calling(operation), until).await {
            tracing::warn!(operation, error = %error, "a pause that a vendor asked for is kept by this caller alone");
        }
    }

    /// Whether the connection still stands: a long read, and a worker that waited for its turn, may outlive it.
    async fn is_connected(&self) -> bool {
        let Some((workspace, connection)) = &self.connection else {
            return true;
        };
        match self.store.connection_standing(workspace, connection).await {
            Ok(found) => found.is_some_and(|found| found.state != ConnectionState::Disconnected),
            // The slot's row lies in the same table and would not be had either.
            Err(_unreachable) => false,
        }
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
    fn turn(&self, operation: &'static str) -> BoxFuture<'_, Result<usize, Duration>> {
        Box::pin(self.wait_for_turn(operation))
    }

    fn hold(&self, operation: &'static str, pause: Duration) -> BoxFuture<'_, ()> {
        Box::pin(self.hold_back(operation, pause))
    }

    fn done(&self, slot: usize) -> BoxFuture<'_, ()> {
        Box::pin(self.vacate(slot))
    }
}

impl heymilo::Pace for Turns {
    fn turn(&self, operation: &'static str) -> BoxFuture<'_, Result<usize, Duration>> {
        Box::pin(self.wait_for_turn(operation))
    }

    fn hold(&self, operation: &'static str, pause: Duration) -> BoxFuture<'_, ()> {
        Box::pin(self.hold_back(operation, pause))
    }

    fn done(&self, slot: usize) -> BoxFuture<'_, ()> {
        Box::pin(self.vacate(slot))
    }
}
