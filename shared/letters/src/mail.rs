//! What every mail has.

pub(crate) const BODY_STYLE: &str = "font-family:sans-serif;line-height:1.5;max-width:36em;margin:2em auto;padding:0 1em";
pub(crate) const BUTTON_STYLE: &str =
    "display:inline-block;padding:.75em 1.25em;background:#1d4ed8;color:#fff;border-radius:.4em;text-decoration:none";

/// A mail's subject and its two bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Where replies go; none: to the sender.
    pub reply_to: Option<String>,
    /// The subject, on one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}
