//! XML as this client needs it: a strict reader of whole documents, a filter that drops file contents while a
//! document arrives, and a writer. None of them knows an operation.

mod content_filter;
mod half_characters;
mod reader;
mod writer;

pub(crate) use content_filter::ContentFilter;
pub(crate) use reader::{Element, Namespace, ReadError, parse};
pub(crate) use writer::Writer;

/// Whether XML 1.0 allows a character at all, escaped or not.
fn is_legal(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}
