//! A moment on a page: in words for people, and in a form that programs read.

use maud::{Markup, html};

/// A moment with its words.
///
/// - `rfc3339`: `2026-01-16T10:00:00.000Z`.
/// - `utc`: the same for people, `2026-01-16 10:00 UTC`. A live page shows the reader's own zone instead, and this as
///   the title.
pub fn moment(rfc3339: &str, utc: &str) -> Markup {
    html! {
        time datetime=(rfc3339) { (utc) }
    }
}

/// A moment by how long ago it was; when exactly is its title.
pub fn moment_ago(rfc3339: &str, utc: &str, words: &str) -> Markup {
    html! {
        time datetime=(rfc3339) title=(utc) { (words) }
    }
}
