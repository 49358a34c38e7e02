//! The languages that candidates are written to in.

use crate::catalogue::{Catalogue, ENGLISH, FRENCH, GERMAN, SPANISH};
use domain::standing::LinkStanding;

/// A language of ours. What an agent speaks beside these is answered in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    Spanish,
    French,
    German,
}

impl Language {
    /// All, as they are offered.
    pub const ALL: [Self; 4] = [Self::English, Self::Spanish, Self::French, Self::German];

    /// The language of a tag such as `de`, `fr-CA` or `es_MX` (BCP 47, and as others write it), if it is one of ours.
    pub fn named(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language of a link's agent, if HeyMilo has said it and it is one of ours.
    pub fn of_agent(agent: &LinkStanding) -> Option<Self> {
        Self::named(agent.posting_language.as_deref()?)
    }

    /// The first of ours that a browser asks for, in its own order (`Accept-Language`, RFC 9110). What it refuses is none.
    pub fn preferred(accepted: &str) -> Option<Self> {
        let mut found: Option<(Self, f32)> = None;
        for range in accepted.split(',') {
            let mut parts = range.split(';');
            let language = parts.next().and_then(Self::named);
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            if let Some(language) = language
                && weight > found.map_or(0.0, |(_, best)| best)
            {
                found = Some((language, weight));
            }
        }
        found.map(|(language, _)| language)
    }

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Espa\u{f1}ol",
            Self::French => "Fran\u{e7}ais",
            Self::German => "Deutsch",
        }
    }

    /// All of them as a page offers them that is in this one: tag, own name, and whether it is this.
    pub fn offered(self) -> [(&'static str, &'static str, bool); 4] {
        Self::ALL.map(|language| (language.tag(), language.own_name(), language == self))
    }

    pub(crate) fn words(self) -> &'static Catalogue {
        match self {
            Self::English => &ENGLISH,
            Self::Spanish => &SPANISH,
            Self::French => &FRENCH,
            Self::German => &GERMAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_language_whatever_the_region_and_an_unknown_one_names_none() {
        for (tag, expected) in [
            ("de", Some(Language::German)),
            ("DE-at", Some(Language::German)),
            ("fr-CA", Some(Language::French)),
            ("es_MX", Some(Language::Spanish)),
            (" en-US ", Some(Language::English)),
            ("ja", None),
            ("den", None),
            ("", None),
        ] {
            assert_eq!(Language::named(tag), expected, "{tag}");
        }
    }

    #[test]
    fn a_browser_gets_what_it_asks_for_first_and_never_what_it_refuses() {
        for (accepted, expected) in [
            ("de-DE,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("ja, fr;q=0.5, en;q=0.7", Some(Language::English)),
            ("es;q=0, fr;q=0.1", Some(Language::French)),
            ("ja, *;q=0.5", None),
            (";;q=,q=1,", None),
        ] {
            assert_eq!(Language::preferred(accepted), expected, "{accepted}");
        }
    }
}
