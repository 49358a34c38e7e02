//! Envelopes and paging: `SingleResponse_*`, `ListResponse_*`, `PaginationMeta`.

use crate::error::Error;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeSet;

/// Largest and default `limit` of this client: the document's maximum.
pub(crate) const PAGE_LIMIT: u8 = 100;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct List<T> {
    /// The items of this page.
    pub data: Vec<T>,
    /// `pagination.has_more`: whether another page follows.
    pub has_more: bool,
    /// `pagination.total_count`, where HeyMilo counts.
    pub total_count: Option<u64>,
    last: Option<String>,
    set_aside: SetAside,
}

/// Records of a page that could not be read. They hold people's data and are neither printed nor kept.
#[derive(Clone, Default)]
struct SetAside(Vec<Value>);

super::opaque_debug!(SetAside);

/// An item whose id is the cursor of the next page.
pub trait Identified {
    /// The field that holds it.
    const CURSOR: &'static str;

    /// The value for `starting_after`: the id, and for candidates the `interview_id`.
    fn cursor(&self) -> &str;
}

impl<T: Identified> List<T> {
    fn of(rows: Vec<Row<T>>, pagination: &Pagination) -> Self {
        let last = rows.iter().rev().find_map(Row::cursor).map(str::to_owned);
        let (mut data, mut set_aside) = (Vec::with_capacity(rows.len()), SetAside::default());
        for row in rows {
            match row {
                Row::Read(record) => data.push(record),
                Row::Unreadable(record) => set_aside.0.push(record),
            }
        }
        Self {
            data,
            has_more: pagination.has_more,
            total_count: pagination.total_count,
            last,
            set_aside,
        }
    }

    /// The `starting_after` of the next page; none on the last one, and none on an empty one that claims more.
    pub fn next(&self) -> Option<&str> {
        self.last.as_deref().filter(|_| self.has_more)
    }

    /// Whether a record that could not be read names this text: who looks for it must not conclude that it is not there.
    pub fn may_hold(&self, text: &str) -> bool {
        self.set_aside.0.iter().any(|record| record.to_string().contains(text))
    }
}

/// The cursors that a read over several pages was given so far: each may come once.
#[derive(Debug, Default)]
pub struct Cursors(BTreeSet<String>);

impl Cursors {
    /// The `starting_after` of the page after `page`; none after the last. A page that promises more and names no new
    /// cursor is [`Error::PagesRepeat`]: what was read is not the whole, and reading on would never end.
    pub fn after<T: Identified>(&mut self, page: &List<T>) -> Result<Option<String>, Error> {
        if !page.has_more {
            return Ok(None);
        }
        let cursor = page.next().filter(|cursor| !cursor.is_empty()).ok_or(Error::PagesRepeat)?;
        if self.0.insert(cursor.to_owned()) {
            Ok(Some(cursor.to_owned()))
        } else {
            Err(Error::PagesRepeat)
        }
    }
}

/// `limit` and `starting_after` of a list without filters.
#[derive(Debug, Clone, Default)]
pub struct PageQuery {
    /// Items per page, 1 to 100; 100 if absent.
    pub limit: Option<u8>,
    /// Cursor: [`List::next`] of the page before.
    pub starting_after: Option<String>,
}

impl PageQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let limit = self.limit.unwrap_or(PAGE_LIMIT).clamp(1, PAGE_LIMIT);
        let mut pairs = vec![("limit", limit.to_string())];
        push(&mut pairs, "starting_after", self.starting_after.as_deref());
        pairs
    }
}

/// Adds a parameter that has a value.
pub(crate) fn push(pairs: &mut Vec<(&'static str, String)>, name: &'static str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        pairs.push((name, value.to_owned()));
    }
}

#[derive(Deserialize)]
pub(crate) struct SingleEnvelope<T> {
    pub(crate) data: T,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
pub(crate) struct ListEnvelope<T> {
    data: Vec<Row<T>>,
    #[serde(default, deserialize_with = "crate::tolerant::or_default")]
    pagination: Pagination,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pagination {
    has_more: bool,
    total_count: Option<u64>,
}

/// A record of a list: one that cannot be read costs no other one.
enum Row<T> {
    Read(T),
    Unreadable(Value),
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Row<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record = Value::deserialize(deserializer)?;
        Ok(T::deserialize(&record).map_or_else(|_unreadable| Self::Unreadable(record.clone()), Self::Read))
    }
}

impl<T: Identified> Row<T> {
    fn cursor(&self) -> Option<&str> {
        match self {
            Self::Read(record) => Some(record.cursor()),
            Self::Unreadable(record) => record.get(T::CURSOR)?.as_str(),
        }
    }
}

impl<T> ListEnvelope<T> {
    /// The records of a list that is never more than one page.
    pub(crate) fn into_readable(self) -> Vec<T> {
        let readable = self.data.into_iter().filter_map(|row| match row {
            Row::Read(record) => Some(record),
            Row::Unreadable(_) => None,
        });
        readable.collect()
    }
}

impl<T: Identified> ListEnvelope<T> {
    /// The page. What cannot be read is set aside; several records of which none can be read are another document than
    /// ours, and never an empty page.
    pub(crate) fn into_list(self) -> Result<List<T>, Error> {
        let list = List::of(self.data, &self.pagination);
        let set_aside = list.set_aside.0.len();
        if list.data.is_empty() && set_aside > 1 {
            return Err(Error::Malformed { line: 1, column: 0 });
        }
        if set_aside > 0 {
            tracing::warn!(
                records_by = T::CURSOR,
                set_aside,
                "records of HeyMilo's list could not be read and were set aside"
            );
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Item(&'static str);

    impl Identified for Item {
        const CURSOR: &'static str = "id";

        fn cursor(&self) -> &str {
            self.0
        }
    }

    fn page(ids: &[&'static str], has_more: bool) -> List<Item> {
        let pagination = Pagination {
            has_more,
            total_count: None,
        };
        List::of(ids.iter().copied().map(|id| Row::Read(Item(id))).collect(), &pagination)
    }

    #[test]
    fn a_cursor_that_comes_again_ends_the_read_and_is_never_taken_for_the_last_page() {
        for repeats in [
            page(&["a", "b"], true),
            page(&["c", "a"], true),
            page(&[], true),
            page(&["c", ""], true),
        ] {
            let mut cursors = Cursors::default();
            assert_eq!(cursors.after(&page(&["x", "a"], true)).unwrap().as_deref(), Some("a"));
            assert_eq!(cursors.after(&page(&["y", "b"], true)).unwrap().as_deref(), Some("b"));
            assert!(matches!(cursors.after(&repeats), Err(Error::PagesRepeat)));
        }
    }

    #[test]
    fn the_last_page_is_the_one_that_says_so() {
        let mut cursors = Cursors::default();
        assert_eq!(cursors.after(&page(&["a"], true)).unwrap().as_deref(), Some("a"));
        assert_eq!(cursors.after(&page(&["a"], false)).unwrap(), None);
        assert_eq!(cursors.after(&page(&[], false)).unwrap(), None);
    }
}
