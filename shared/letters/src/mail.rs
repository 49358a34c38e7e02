//! What every mail has.

use domain::Colour;

pub(crate) const BODY_STYLE: &str = "font-family:sans-serif;line-height:1.5;max-width:36em;margin:2em auto;padding:0 1em";
const BUTTON_COLOUR: &str = "#1d4ed8";

/// The style of a mail's button, in the employer's colour where it has one.
pub(crate) fn button_style(colour: Option<Colour>) -> String {
    let colour = colour.map_or_else(|| BUTTON_COLOUR.to_owned(), |colour| colour.to_string());
    format!("display:inline-block;padding:.75em 1.25em;background:{colour};color:#fff;border-radius:.4em;text-decoration:none")
}

/// Characters of a subject, and of a sender's name: mail programs cut what is longer, and a mail service may refuse it.
pub(crate) const LONGEST_SUBJECT: usize = 150;
pub(crate) const LONGEST_NAME: usize = 80;

/// The text, or as much of it as has its place.
pub(crate) fn shortened(text: String, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text,
        Some(_) => text.chars().take(longest - 1).chain(['\u{2026}']).collect(),
    }
}

/// A mail's subject and its two bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who it comes from, by name; none: the address alone.
    pub sender_name: Option<String>,
    /// Where replies go; none: to the sender.
    pub reply_to: Option<String>,
    /// The subject, on one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}
