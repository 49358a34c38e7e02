//! What a live page keeps up to date: moments, in words for people and in a form that programs read, and work under way.

use maud::{Markup, Render, html};

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

/// What tells how far a work is. While it is under way a live page looks again by itself and replaces this alone; `id` finds
/// it on the page.
pub fn progress(id: &str, is_under_way: bool, words: impl Render) -> Markup {
    html! {
        span id=(id) role="status" data-under-way[is_under_way] { (words) }
    }
}
