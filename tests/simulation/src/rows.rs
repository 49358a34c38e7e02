//! What the table says, in one read beside the product.

use domain::{Moment, Order};
use serde_json::{Value, json};
use testkit::{EmbeddedAws, Row};

/// The rows that invariants are about.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) orders: Vec<Order>,
    pub(crate) due: Vec<Due>,
    rows: Vec<Row>,
}

/// A due row: the fields that say when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) workspace: String,
    /// `DUE#` and the key of the work.
    pub(crate) key: String,
    /// When it is to be announced.
    pub(crate) at: Moment,
}

impl Rows {
    pub(crate) fn read(aws: &EmbeddedAws) -> Self {
        let rows = aws.rows();
        let order = |row: &Row| serde_json::from_value::<Order>(json!(row)).ok();
        let mut orders: Vec<Order> = rows.iter().filter(|row| text(row, "sk") == "ORDER").filter_map(order).collect();
        orders.sort_by_key(|order| (order.workspace.to_string(), order.application.to_string(), order.visit));
        Self {
            orders,
            due: rows.iter().filter(|row| text(row, "sk").starts_with("DUE#")).map(due).collect(),
            rows,
        }
    }

    /// When the next row is to be announced.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.due.iter().map(|due| due.at).min()
    }

    /// The work that waits and is no poll.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = &Due> {
        let is_poll = |due: &&Due| ["DUE#CONNECTION#", "DUE#POSTING#", "DUE#REQUISITIONS#"].iter().any(|kind| due.key.starts_with(kind));
        self.due.iter().filter(move |due| !is_poll(due))
    }

    /// The rows whose sort key begins and ends so, in a workspace.
    pub(crate) fn of<'rows>(&'rows self, workspace: &str, (begins, ends): (&'rows str, &'rows str)) -> impl Iterator<Item = &'rows Row> {
        let partition = format!("W#{workspace}");
        self.rows.iter().filter(move |row| {
            let (pk, sk) = (text(row, "pk"), text(row, "sk"));
            (pk == partition || pk.strip_prefix(&partition).is_some_and(|rest| rest.starts_with('#'))) && sk.starts_with(begins) && sk.ends_with(ends)
        })
    }
}

fn due(row: &Row) -> Due {
    let number = |name: &str| row.get(name).and_then(Value::as_i64);
    Due {
        workspace: text(row, "workspace").to_owned(),
        key: text(row, "sk").to_owned(),
        at: Moment(number("announce_at").or(number("due_at")).unwrap_or_default()),
    }
}

pub(crate) fn text<'row>(row: &'row Row, name: &str) -> &'row str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}
