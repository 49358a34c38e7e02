//! Escaping: the only way text enters the page.

/// Text for element content.
pub(crate) fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for character in raw.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// Text for a double-quoted attribute.
pub(crate) fn attribute(raw: &str) -> String {
    text(raw)
}

/// Whether an address may stand in a link: http, https, or a path on the same host.
pub(crate) fn is_address(url: &str) -> bool {
    let path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    path || url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(text("<a b=\"c\" d='e'>&\n"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp; ");
    }

    #[test]
    fn only_plain_addresses_are_links() {
        for (url, expected) in [
            ("/r/abc.pdf", true),
            ("https://example.com/r", true),
            ("javascript:alert(1)", false),
            ("//example.com", false),
            ("/\\example.com", false),
            ("data:text/html,x", false),
            ("", false),
        ] {
            assert_eq!(is_address(url), expected, "{url}");
        }
    }
}
