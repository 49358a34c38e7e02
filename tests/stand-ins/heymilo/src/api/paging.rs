//! `limit` and `starting_after`, as every list of HeyMilo's API takes them.

use axum::extract::Query;
use axum::http::Uri;
use serde_json::Value;

use crate::envelope::{Answer, Page, Violation, not_found, unprocessable};

const DEFAULT_LIMIT: usize = 20;
const HIGHEST_LIMIT: usize = 100;

/// The query of a request, decoded.
#[derive(Debug, Default)]
pub(crate) struct QueryPairs(Vec<(String, String)>);

impl QueryPairs {
    pub(crate) fn of(uri: &Uri) -> Self {
        Self(Query::try_from_uri(uri).map(|Query(pairs)| pairs).unwrap_or_default())
    }

    /// The same query for the first page.
    pub(crate) fn of_first_page(self) -> Self {
        Self(self.0.into_iter().filter(|(name, _)| name != "starting_after").collect())
    }

    /// The last value of a name, as `FastAPI` reads it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A window on a list.
#[derive(Debug)]
pub(crate) struct Window {
    limit: usize,
    starting_after: Option<String>,
}

impl Window {
    /// Reads the window; a limit outside 1..=100 is refused.
    pub(crate) fn of(query: &QueryPairs) -> Result<Self, Answer> {
        let limit = match query.get("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=HIGHEST_LIMIT).contains(limit))
                .ok_or_else(|| {
                    unprocessable(&[Violation {
                        location: vec!["query".to_owned(), "limit".to_owned()],
                        message: format!("Input should be a valid integer between 1 and {HIGHEST_LIMIT}"),
                        kind: "int_parsing",
                    }])
                })?,
        };
        Ok(Self {
            limit,
            starting_after: query.get("starting_after").map(ToOwned::to_owned),
        })
    }

    /// Cuts the window out of a list whose items carry their cursor.
    pub(crate) fn cut<T>(&self, items: &[T], cursor: impl Fn(&T) -> &str, render: impl Fn(&T) -> Value, url: &str) -> Result<Page, Answer> {
        let first = match &self.starting_after {
            None => 0,
            Some(last) => {
                items
                    .iter()
                    .position(|item| cursor(item) == last)
                    .ok_or_else(|| not_found("cursor", "starting_after"))?
                    + 1
            }
        };
        let rest = items.get(first..).unwrap_or_default();
        Ok(Page {
            items: rest.iter().take(self.limit).map(render).collect(),
            has_more: rest.len() > self.limit,
            total_count: items.len(),
            url: url.to_owned(),
        })
    }
}
