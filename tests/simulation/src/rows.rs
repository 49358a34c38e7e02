//! What the table says of orders and of when which work is due: followed write by write, since reading it all again and
//! again would be most of a run's time.

use domain::{Moment, Order};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use testkit::{EmbeddedAws, Row};

/// The key of a due row that no release of today knows.
pub(crate) const FOREIGN: &str = "DUE#FUTURE#1";

/// The rows that invariants are about, by partition and sort key. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Followed(Arc<Mutex<Rows>>);

#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) orders: BTreeMap<String, Order>,
    pub(crate) due: BTreeMap<(String, String), Due>,
}

/// A due row: the fields that say when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    /// When its work may run.
    pub(crate) at: Moment,
    pub(crate) announced_at: Moment,
    pub(crate) taken_until: Option<Moment>,
}

impl Followed {
    /// Follows the table from now on; `changed` sees each change of a due row before it is followed.
    pub(crate) fn over(aws: &EmbeddedAws, changed: impl Fn(&str, Option<&Due>, Option<&Due>) + Send + Sync + 'static) -> Self {
        let followed = Self::default();
        let told = followed.clone();
        aws.follow_rows(
            |sort_key| sort_key == "ORDER" || sort_key.starts_with("DUE#"),
            move |partition, sort_key, row| {
                let mut rows = told.rows();
                if sort_key == "ORDER" {
                    let order = row.and_then(|row| serde_json::from_value(json!(row)).ok());
                    put(&mut rows.orders, partition.to_owned(), order);
                } else {
                    let key = (partition.to_owned(), sort_key.to_owned());
                    let now = row.as_ref().map(due);
                    changed(sort_key, rows.due.get(&key), now.as_ref());
                    put(&mut rows.due, key, now);
                }
            },
        );
        followed
    }

    pub(crate) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put<K: Ord, V>(rows: &mut BTreeMap<K, V>, key: K, row: Option<V>) {
    match row {
        Some(row) => drop(rows.insert(key, row)),
        None => drop(rows.remove(&key)),
    }
}

fn due(row: &Row) -> Due {
    let moment = |name: &str| row.get(name).and_then(Value::as_i64).map(Moment);
    let announced_at = text(row, "announce_place")
        .rsplit('#')
        .next()
        .and_then(|moment| moment.parse().ok());
    Due {
        at: moment("due_at").unwrap_or(Moment(0)),
        announced_at: announced_at.map_or(Moment(0), Moment),
        taken_until: moment("taken_until"),
    }
}

impl Rows {
    /// When the next row is to be announced.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.due.values().map(|due| due.announced_at).min()
    }

    /// Whether any work waits that is no poll.
    pub(crate) fn is_unfinished(&self) -> bool {
        let is_poll = |key: &str| {
            ["DUE#CONNECTION#", "DUE#POSTING#", "DUE#REQUISITIONS#", FOREIGN]
                .iter()
                .any(|kind| key.starts_with(kind))
        };
        self.due.keys().any(|(_, key)| !is_poll(key))
    }

    /// Whether a workspace has work of this kind to do for an order.
    pub(crate) fn has(&self, order: &Order, kind: &str) -> bool {
        self.due
            .contains_key(&(format!("W#{}", order.workspace), format!("DUE#{kind}#{}", order.order)))
    }
}

/// The rows of a workspace whose sort key begins and ends so.
pub(crate) fn of<'rows>(rows: &'rows [Row], workspace: &str, (begins, ends): (&'rows str, &'rows str)) -> impl Iterator<Item = &'rows Row> {
    let partition = format!("W#{workspace}");
    let is_its = move |row: &&Row| text(row, "pk") == partition;
    rows.iter()
        .filter(is_its)
        .filter(move |row| text(row, "sk").starts_with(begins) && text(row, "sk").ends_with(ends))
}

pub(crate) fn text<'row>(row: &'row Row, name: &str) -> &'row str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}
