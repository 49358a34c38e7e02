//! What speaks HTTP: answers with their headers, the one page frame, its components, forms, the session's cookie.
//!
//! Markup is written with `maud`, whose escaper is the only one. A page leaves as a [`Document`], and nothing else does:
//! so whoever wrote a text, what could reverse or hide the text around it is gone. Pages work without scripts; a live page
//! runs the one of ours. Knows no workspace, no vendor and no row.

pub mod address;
pub mod answer;
pub mod component;
mod document;
pub mod form;
mod moment;
mod note;
pub mod page;
pub mod session;

pub use address::Address;
pub use document::Document;
pub use moment::{moment, moment_ago, progress};
pub use note::NoteCookie;
pub use page::{Nonce, Page};
pub use session::{SessionCookie, SessionToken};
