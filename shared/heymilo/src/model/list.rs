//! Envelopes and paging: `SingleResponse_*`, `ListResponse_*`, `PaginationMeta`.

use crate::error::Error;
use serde::Deserialize;
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
}

/// An item whose id is the cursor of the next page.
pub trait Identified {
    /// The value for `starting_after`: the id, and for candidates the `interview_id`.
    fn cursor(&self) -> &str;
}

impl<T: Identified> List<T> {
    /// The `starting_after` of the next page; none on the last one, and none on an empty one that claims more.
    pub fn next(&self) -> Option<&str> {
        let last = self.data.last()?;
        self.has_more.then(|| last.cursor())
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
pub(crate) struct ListEnvelope<T> {
    data: Vec<T>,
    #[serde(default, deserialize_with = "crate::tolerant::or_default")]
    pagination: Pagination,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pagination {
    has_more: bool,
    total_count: Option<u64>,
}

impl<T> ListEnvelope<T> {
    pub(crate) fn into_list(self) -> List<T> {
        List {
            data: self.data,
            has_more: self.pagination.has_more,
            total_count: self.pagination.total_count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Item(&'static str);

    impl Identified for Item {
        fn cursor(&self) -> &str {
            self.0
        }
    }

    fn page(ids: &[&'static str], has_more: bool) -> List<Item> {
        List {
            data: ids.iter().copied().map(Item).collect(),
            has_more,
            total_count: None,
        }
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
