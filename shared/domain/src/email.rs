//! One email address, as a person's record names it: what may be compared with an allow-list and handed to a mail service.
//!
//! Read here and not by a library: those take the whole grammar of RFC 5322, most of which must be refused.

use std::fmt;

/// RFC 5321: the longest address, and the longest part before the `@`.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;

/// Exactly one plain address: `local@domain`. No list, no display name, no quotes, comments or literal addresses: a text
/// that two readers could take for different recipients is none. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    text: String,
    at: usize,
}

impl EmailAddress {
    /// Reads a text that is one address, spaces around it aside.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let fits = text.len() <= LONGEST && local.len() <= LONGEST_LOCAL;
        (fits && is_local(local) && is_domain(domain)).then(|| Self {
            text: text.to_owned(),
            at: local.len(),
        })
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether an entry of an allow-list names this address, or with `@domain` everybody of its domain.
    pub(crate) fn is_named_by(&self, entry: &str) -> bool {
        let entry = entry.trim();
        let named = if entry.starts_with('@') {
            self.text.get(self.at..)
        } else {
            Some(self.as_str())
        };
        named.is_some_and(|named| named.to_lowercase() == entry.to_lowercase())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmailAddress([REDACTED])")
    }
}

/// Words joined by single dots. Letters and digits of any script: whether a mail service takes them is its own matter.
fn is_local(local: &str) -> bool {
    let word = |character: char| character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character);
    local.split('.').all(|words| !words.is_empty() && words.chars().all(word))
}

/// Two labels at least: letters, digits and hyphens, no hyphen at either end.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plain_address_is_read_as_it_was_written() {
        for text in [
            "dana@example.com",
            "Dana.O'Sample+tag@mail.example.co.uk",
            "x_1%2-3@a-b.example",
            "dana@exämple.de",
            "用户@example.com",
        ] {
            let address = EmailAddress::parse(&format!("  {text}\n")).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(address.as_str(), text);
            assert!(!format!("{address:?}").contains('@'));
        }
    }

    #[test]
    fn whatever_is_not_exactly_one_plain_address_is_none() {
        let long_local = format!("{}@example.com", "x".repeat(65));
        let long = format!("dana@{}com", "example.".repeat(40));
        let long_label = format!("dana@{}.com", "x".repeat(64));
        for text in [
            "",
            "  ",
            "dana",
            "@example.com",
            "dana@",
            "dana@localhost",
            "real@gmail.test,x@example.com",
            "real@gmail.test, x@example.com",
            "real@gmail.test;x@example.com",
            "real@gmail.test x@example.com",
            "real@gmail.test\nx@example.com",
            "real@gmail.test\r\nBcc:x@example.com",
            "real@gmail.test@example.com",
            "real@gmail.test%00@example.com@",
            "Dana <dana@example.com>",
            "<dana@example.com>",
            "mailto:dana@example.com",
            "\"real@gmail.test,\"@example.com",
            "\"dana\"@example.com",
            "dana(comment)@example.com",
            "team:dana@example.com;",
            "dana@[192.0.2.1]",
            "dana@example.com.",
            "dana@.example.com",
            "dana@example..com",
            "dana@-example.com",
            "dana@example-.com",
            ".dana@example.com",
            "dana.@example.com",
            "da..na@example.com",
            "dana@example.com\u{200b}x",
            "da\u{202e}na@example.com",
            "dana\0@example.com",
            &long_local,
            &long,
            &long_label,
        ] {
            assert!(EmailAddress::parse(text).is_none(), "{text:?}");
        }
    }
}
