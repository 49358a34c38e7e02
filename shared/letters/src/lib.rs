//! Every word to a candidate (the invitation mail, the notice that an AI interviews, the pages behind the link), and the
//! mails that tell people of a workspace what needs them.
//!
//! Pure: names and a link go in, words come out; when and whether they are sent is decided elsewhere. What candidates
//! read stands in a catalogue of each language, the notice once. A name of a person, a job or an employer is a [`Line`],
//! so it can add neither a header nor a line.

mod catalogue;
mod details;
mod invitation;
mod language;
mod line;
mod mail;
mod notice;
pub mod page;
mod team;
mod until;

pub use details::{Details, Further};
pub use invitation::Invitation;
pub use language::Language;
pub use line::Line;
pub use mail::Mail;
pub use notice::{Notice, Point};
pub use team::{News, ToTeam};
