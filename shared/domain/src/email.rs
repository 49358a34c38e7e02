//! One email address, as a person's record names it: what may be compared with an allow-list and handed to a mail service.
//!
//! Read here and not by a library: those take the whole grammar of RFC 5322, most of which must be refused.

use std::fmt;

/// RFC 5321: the longest address, and the longest part before the `@`.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;

/// Exactly one plain address: `local@domain`, the domain as the mail system writes it. No list, no display name, no quotes,
/// comments or literal addresses: a text that two readers could take for different recipients is none. `Debug` shows nothing
/// of it.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    text: String,
    at: usize,
}

impl EmailAddress {
    /// Reads a text that is one address, spaces around it and characters that nobody sees aside.
    pub fn parse(text: &str) -> Option<Self> {
        let text = visible(text);
        let (local, domain) = text.split_once('@')?;
        let domain = is_domain(domain).then(|| in_ascii(domain))??;
        let text = format!("{local}@{domain}");
        let fits = text.len() <= LONGEST && local.len() <= LONGEST_LOCAL;
        (fits && is_local(local) && is_domain(&domain)).then_some(Self { text, at: local.len() })
    }

    /// The address as it is written to.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether an entry of an allow-list names this address, or with `@domain` everybody of its domain.
    pub(crate) fn is_named_by(&self, entry: &str) -> bool {
        let entry = visible(entry);
        let Some((local, domain)) = entry.split_once('@') else {
            return false;
        };
        let Some(domain) = in_ascii(domain) else { return false };
        let named = if local.is_empty() {
            self.text.get(self.at..)
        } else {
            Some(self.as_str())
        };
        named.is_some_and(|named| named.to_lowercase() == format!("{local}@{domain}").to_lowercase())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmailAddress([REDACTED])")
    }
}

/// The text without what copying from a page or a word processor leaves in it.
fn visible(text: &str) -> String {
    let joiner = |character: char| character.is_whitespace() || matches!(character, '\u{200c}' | '\u{200d}');
    let marks = |character: &char| !matches!(character, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}');
    let directions = |character: char| matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String = text.chars().filter(marks).collect();
    // Inside, these may make another word of the same letters: there they are no part of an address.
    text.trim_matches(|character| joiner(character) || directions(character)).to_owned()
}

/// The domain as name servers know it (`xn--…`); none for what no name server can.
fn in_ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() && !domain.to_ascii_lowercase().contains("xn--") {
        return Some(domain.to_owned());
    }
    idna::domain_to_ascii(domain).ok()
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
            "用户@example.com",
        ] {
            let address = EmailAddress::parse(&format!("  {text}\n")).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(address.as_str(), text);
            assert!(!format!("{address:?}").contains('@'));
        }
    }

    #[test]
    fn a_domain_beyond_ascii_and_characters_that_nobody_sees_cost_nobody_their_invitation() {
        for (text, read) in [
            ("dana@exämple.de", "dana@xn--exmple-cua.de"),
            ("dana@EXÄMPLE.DE", "dana@xn--exmple-cua.de"),
            ("dana@例え.example", "dana@xn--r8jz45g.example"),
            ("dana@example.com\u{200b}", "dana@example.com"),
            ("\u{feff}dana@example.com\u{200d}\u{00a0}", "dana@example.com"),
            ("\u{202a}dana@example.com\u{202c}", "dana@example.com"),
            ("da\u{ad}na@exam\u{2060}ple.com", "dana@example.com"),
        ] {
            let address = EmailAddress::parse(text).unwrap_or_else(|| panic!("{text:?}"));
            assert_eq!(address.as_str(), read);
        }
        let address = EmailAddress::parse("dana@exämple.de").unwrap();
        for entry in ["@exämple.de", "@xn--exmple-cua.de", "Dana@Exämple.de"] {
            assert!(address.is_named_by(entry), "{entry}");
        }
        assert!(!address.is_named_by("@example.de"));
        // Two addresses stay two, whatever is between them.
        assert!(EmailAddress::parse("real@gmail.test\u{200b},\u{200b}x@example.com").is_none());
        assert!(EmailAddress::parse("real@gmail.test\u{200b}x@example.com").is_none());
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
            "da\u{202e}na@example.com",
            "dana@exa\u{200d}mple.com",
            "dana@exämple",
            "dana@xn--a.com",
            "dana@-ä.com",
            "dana\0@example.com",
            &long_local,
            &long,
            &long_label,
        ] {
            assert!(EmailAddress::parse(text).is_none(), "{text:?}");
        }
    }
}
