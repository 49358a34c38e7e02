//! The requisition index: all open job and evergreen requisitions of a connection. Hourly what changed is read; once a day, and
//! whenever a person asks, all of them, page by page as of one moment. What is too long for one run, or was stopped, goes on at
//! its page; only what changed is written.

use crate::function::Function;
use crate::part::{self, BETWEEN_RUNS, LONGEST_LOOK};
use domain::part::{Cursor, Part, PartStanding};
use domain::settings::Connection;
use domain::{ConnectionId, Moment, WorkspaceId};
use futures::future::try_join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::StoreError;
use store::connection::ConnectionNote;
use store::due::Next;
use store::requisition::RequisitionEntry;
use vendors::Stopped;
use vendors::workday::{Kind, Listed, Workday};
use work::Trouble;

/// Between two refreshes nobody asked for.
const INTERVAL: Duration = Duration::from_hours(1);
/// What changed is enough for so long; where it was not told meanwhile, everything is read.
const CHANGES_SUFFICE: Duration = Duration::from_hours(6);
/// Workday's clock and ours differ, and changes are committed late.
const OVERLAP: Duration = Duration::from_mins(10);
/// Rows written or deleted at once: a page of them.
const AT_ONCE: usize = 100;
/// The list that is read first; a cursor after it is in the other.
const JOBS: &str = "job";

/// Refreshes the index and parks the work until it goes on, or until the next refresh.
pub(crate) async fn refresh(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let workday = function.vendors.workday(&connection).await?;
    let known = function.store.requisitions(workspace, &connection.connection).await?;
    let mut index = Index {
        function,
        connection: &connection,
        workday: &workday,
        known: known.into_iter().map(|entry| (entry.number.clone(), entry)).collect(),
        begun: now,
        left_out: 0,
    };
    let before = &connection.standing.requisition_index;
    if let Some(since) = changes_suffice_since(before, now)
        && let Some(next) = index.follow(since).await?
    {
        return Ok(next);
    }
    let mut cursor = before.from(now);
    let as_of = cursor.as_of;
    let kinds: &[Kind] = match cursor.after.as_deref() {
        Some(JOBS) => &[Kind::Evergreen],
        Some(_) | None => &[Kind::Job, Kind::Evergreen],
    };
    for kind in kinds {
        let (listed, rest) = index.list(*kind, cursor.clone()).await?;
        let standing = match rest {
            Rest::End { page } => {
                index.forget(*kind, &listed, as_of).await?;
                cursor = Cursor {
                    count: page,
                    after: Some(JOBS.to_owned()),
                    ..Cursor::beginning(as_of)
                };
                continue;
            }
            Rest::GoesOn(rest) => before.goes_on(rest, function.clock.now().plus(BETWEEN_RUNS)),
            Rest::Stopped(stopped, rest) => part::stopped(function, &connection, Part::RequisitionIndex, stopped, rest)?,
        };
        index.stamp(&listed, as_of).await?;
        return index.note(standing).await;
    }
    tracing::info!(connection = %connection.connection, requisitions = index.known.len(), "requisition index refreshed");
    let whole = PartStanding::succeeded(as_of).with_page(cursor.count);
    if index.left_out == 0 {
        return index.note(whole).await;
    }
    let stopped = part::stopped(
        function,
        &connection,
        Part::RequisitionIndex,
        Stopped::left_out(index.left_out),
        None,
    )?;
    index
        .note(PartStanding {
            problem: stopped.problem,
            ..whole
        })
        .await
}

/// Since when what changed is to be read; `None`: everything is. That is so once a day, because a change may be told nowhere and
/// evergreen requisitions are not asked for otherwise, and before the next refresh is due: then a person asked for it.
fn changes_suffice_since(before: &PartStanding, now: Moment) -> Option<Moment> {
    let last = before.succeeded_at?;
    let is_of_today = last.to_date() == now.to_date();
    let is_under_way = before.cursor.is_some();
    let passed = now.since(last);
    let suffice = is_of_today && !is_under_way && passed >= INTERVAL && passed < CHANGES_SUFFICE;
    suffice.then(|| last.minus(OVERLAP))
}

/// An index on its way.
struct Index<'a> {
    function: &'a Function,
    connection: &'a Connection,
    workday: &'a Workday,
    /// What the index holds, by number.
    known: BTreeMap<String, RequisitionEntry>,
    begun: Moment,
    left_out: u32,
}

/// How far one kind was listed.
enum Rest {
    End { page: u16 },
    GoesOn(Cursor),
    Stopped(Stopped, Option<Cursor>),
}

impl Index<'_> {
    /// Brings the index to what changed since a moment. `None`: everything is to be read.
    async fn follow(&mut self, since: Moment) -> Result<Option<Next>, Trouble> {
        let changed = match self.workday.changed_requisitions(since, self.begun).await {
            Ok(Some(changed)) => changed,
            Ok(None) => return Ok(None),
            // Some tenants do not say what changed: everything is read as often as is needed without that.
            Err(stopped) if stopped.obstacle.may_be_the_filters() => {
                tracing::info!(connection = %self.connection.connection, obstacle = ?stopped.obstacle, "Workday does not say which requisitions changed");
                return Ok(Some(Next::Park(self.begun.plus(INTERVAL), "changes_not_told")));
            }
            Err(stopped) => {
                let stopped = part::stopped(self.function, self.connection, Part::RequisitionIndex, stopped, None)?;
                return Ok(Some(self.note(stopped).await?));
            }
        };
        let closed: Vec<&str> = changed.closed.iter().map(String::as_str).collect();
        self.delete(closed.into_iter().filter(|number| self.known.contains_key(*number)).collect())
            .await?;
        self.write(changed.open).await?;
        let before = &self.connection.standing.requisition_index;
        let standing = PartStanding {
            // What the last reading of all passed over is passed over still.
            problem: before.problem.clone().filter(|_| before.next_at.is_none()),
            ..PartStanding::succeeded(self.begun).with_page(before.page)
        };
        Ok(Some(self.note(standing).await?))
    }

    /// Reads the open requisitions of a kind into the index, from a cursor on. Returns their numbers.
    async fn list(&mut self, kind: Kind, cursor: Cursor) -> Result<(BTreeSet<String>, Rest), Trouble> {
        let as_of = cursor.as_of;
        let mut pages = self.workday.open_requisitions(kind, cursor);
        let mut listed = BTreeSet::new();
        loop {
            match pages.next().await {
                Ok(Listed::Page(entries)) => {
                    listed.extend(entries.iter().map(|entry| entry.number.clone()));
                    self.write(entries).await?;
                }
                // The picker says so, and the rest works.
                Ok(Listed::NotPermitted) => {
                    self.note_evergreen(ConnectionNote::EvergreenRefused(self.function.clock.now()))
                        .await?;
                    break;
                }
                Ok(Listed::End) => {
                    if kind == Kind::Evergreen {
                        self.note_evergreen(ConnectionNote::EvergreenRead(as_of)).await?;
                    }
                    break;
                }
                Err(stopped) => return Ok((listed, Rest::Stopped(stopped, pages.cursor()))),
            }
            if let Some(rest) = pages.cursor().filter(|_| self.is_over()) {
                return Ok((listed, Rest::GoesOn(rest)));
            }
        }
        self.left_out = self.left_out.saturating_add(pages.left_out());
        let page = pages.page_size();
        Ok((listed, Rest::End { page }))
    }

    /// Writes what changed.
    async fn write(&mut self, entries: Vec<RequisitionEntry>) -> Result<(), StoreError> {
        let changed: Vec<RequisitionEntry> = entries.into_iter().filter(|entry| self.is_news(entry)).collect();
        self.put(&changed).await?;
        self.known.extend(changed.into_iter().map(|entry| (entry.number.clone(), entry)));
        Ok(())
    }

    fn is_news(&self, entry: &RequisitionEntry) -> bool {
        let before = self.known.get(&entry.number);
        before.is_none_or(|before| {
            let as_before = RequisitionEntry {
                read_at: before.read_at,
                ..entry.clone()
            };
            *before != as_before
        })
    }

    async fn put(&self, entries: &[RequisitionEntry]) -> Result<(), StoreError> {
        let (workspace, connection) = (&self.connection.workspace, &self.connection.connection);
        let put = |entry| self.function.store.put_requisition(workspace, connection, entry);
        for some in entries.chunks(AT_ONCE) {
            try_join_all(some.iter().map(put)).await?;
        }
        Ok(())
    }

    /// The next run is to know what this one saw of the same list.
    async fn stamp(&self, listed: &BTreeSet<String>, as_of: Moment) -> Result<(), StoreError> {
        let seen = self
            .known
            .values()
            .filter(|entry| entry.read_at < as_of && listed.contains(&entry.number));
        let seen = seen.map(|entry| RequisitionEntry {
            read_at: as_of,
            ..entry.clone()
        });
        self.put(&seen.collect::<Vec<_>>()).await
    }

    /// Removes what Workday listed neither in this run nor in an earlier one of the same list.
    async fn forget(&self, kind: Kind, listed: &BTreeSet<String>, as_of: Moment) -> Result<(), StoreError> {
        let gone = self.known.values().filter(|entry| {
            let is_of_kind = entry.evergreen == (kind == Kind::Evergreen);
            is_of_kind && entry.read_at < as_of && !listed.contains(&entry.number)
        });
        self.delete(gone.map(|entry| entry.number.as_str()).collect()).await
    }

    async fn delete(&self, gone: Vec<&str>) -> Result<(), StoreError> {
        let (workspace, connection) = (&self.connection.workspace, &self.connection.connection);
        for some in gone.chunks(AT_ONCE) {
            let deleted = some
                .iter()
                .map(|number| self.function.store.delete_requisition(workspace, connection, number));
            try_join_all(deleted).await?;
        }
        Ok(())
    }

    async fn note_evergreen(&self, note: ConnectionNote) -> Result<(), StoreError> {
        self.function.store.note(self.connection, note).await
    }

    /// How the index stands; the work is parked until it goes on.
    async fn note(&self, standing: PartStanding) -> Result<Next, Trouble> {
        let next = standing.next_at.unwrap_or(self.begun.plus(INTERVAL));
        let note = ConnectionNote::Looked(Part::RequisitionIndex, standing);
        self.function.store.note(self.connection, note).await?;
        Ok(Next::Park(next, "index_looked_at"))
    }

    fn is_over(&self) -> bool {
        self.function.clock.now().since(self.begun) >= LONGEST_LOOK
    }
}
