//! The last step of every page.

use lambda_http::Body;
use maud::Markup;

/// A finished HTML document, free of characters that reverse the reading direction of what follows or are not seen.
///
/// Much of a page was written by others: candidates, recruiters, vendors. Markup of theirs is text by `maud`; this type
/// takes care of what escaping leaves, for the whole document at once, so that no place can forget it. None of our own
/// words holds such a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(String);

impl Document {
    /// The document that `markup` is.
    pub fn new(markup: Markup) -> Self {
        let html = markup.into_string();
        // Almost every page is clean already.
        if html.contains(is_hidden) {
            Self(html.chars().filter(|character| !is_hidden(*character)).collect())
        } else {
            Self(html)
        }
    }

    /// The document's HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Document> for Body {
    fn from(document: Document) -> Self {
        document.0.into()
    }
}

/// Bidirectional embeddings, overrides and isolates, and control characters but for line breaks and tabs.
fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maud::html;

    #[test]
    fn a_hostile_text_stays_text_wherever_it_stands() {
        let hostile = "</title><script>alert('&\"')</script>\u{202e}gpj\u{0}\u{7}\u{2066}";
        let document = Document::new(html! { title { (hostile) } p title=(hostile) { (hostile) } });
        let text = "&lt;/title&gt;&lt;script&gt;alert('&amp;&quot;')&lt;/script&gt;gpj";
        assert_eq!(document.as_str(), format!("<title>{text}</title><p title=\"{text}\">{text}</p>"));
    }

    #[test]
    fn names_in_any_script_survive() {
        let names = "Zoë 李雷 نور 👩‍💻 می\u{200c}خواهم\n\tx";
        assert_eq!(Document::new(html! { (names) }).as_str(), names);
    }
}
