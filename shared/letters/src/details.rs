//! What an employer has us say beside its name: whom candidates can write to, and what becomes of their data.

use crate::catalogue::fill;
use crate::{Language, Line};
use domain::Colour;
use domain::settings::CandidateDetails;

/// What is set; the rest is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Who answers candidates. Said with an address only.
    pub contact_name: Option<Line>,
    /// One plain email address.
    pub contact_address: Option<Line>,
    /// The `https` address of the privacy notice.
    pub privacy_notice: Option<Line>,
    /// The colour of the button.
    pub colour: Option<Colour>,
}

/// A sentence that ends in a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Further {
    /// What it is about, as a heading.
    pub heading: &'static str,
    /// The sentence up to the link.
    pub text: String,
    /// Where the link leads.
    pub href: String,
    /// The link as it is read, and as it stands in plain text.
    pub shown: String,
}

impl Details {
    /// From what is stored; what has nothing to be seen is not set.
    pub fn of(stored: &CandidateDetails) -> Self {
        let line = |text: &Option<String>| text.as_deref().and_then(Line::visible);
        Self {
            contact_name: line(&stored.contact_name),
            contact_address: line(&stored.contact_address),
            privacy_notice: line(&stored.privacy_notice),
            colour: stored.colour,
        }
    }

    /// What is said of them.
    pub fn further(&self, employer: &Line, language: Language) -> Vec<Further> {
        let words = language.words();
        let contact = self.contact_address.as_ref().map(|address| Further {
            heading: words.questions,
            text: match &self.contact_name {
                Some(name) => fill(words.write_to_name, &[("name", name.as_str())]),
                None => words.write_to.to_owned(),
            },
            href: mailto(address.as_str()),
            shown: address.to_string(),
        });
        let privacy = self.privacy_notice.as_ref().map(|address| Further {
            heading: words.privacy,
            text: fill(words.privacy_text, &[("employer", employer.as_str())]),
            href: address.to_string(),
            shown: address.to_string(),
        });
        contact.into_iter().chain(privacy).collect()
    }
}

/// Some characters of an address mean something else in a link (RFC 6068).
fn mailto(address: &str) -> String {
    let mut link = String::from("mailto:");
    for character in address.chars() {
        match character {
            '%' => link.push_str("%25"),
            '?' => link.push_str("%3F"),
            '&' => link.push_str("%26"),
            '#' => link.push_str("%23"),
            '/' => link.push_str("%2F"),
            '^' => link.push_str("%5E"),
            '`' => link.push_str("%60"),
            '{' => link.push_str("%7B"),
            '|' => link.push_str("%7C"),
            '}' => link.push_str("%7D"),
            other => link.push(other),
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_not_said() {
        assert_eq!(Details::default().further(&"Acme".into(), Language::English), []);
        let nameless = Details {
            contact_name: Some("Kim Example".into()),
            ..Details::default()
        };
        assert_eq!(nameless.further(&"Acme".into(), Language::English), []);
    }

    #[test]
    fn no_character_of_an_address_adds_anything_to_its_link() {
        assert_eq!(mailto("kim+jobs@example.com"), "mailto:kim+jobs@example.com");
        assert_eq!(mailto("a?bcc=b&c#d%e@example.com"), "mailto:a%3Fbcc=b%26c%23d%25e@example.com");
    }
}
