//! Envelopes and paging: `SingleResponse_*`, `ListResponse_*`, `PaginationMeta`.

use serde::Deserialize;

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
