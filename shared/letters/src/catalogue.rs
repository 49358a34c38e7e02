//! What is said to candidates, in each language: a phrase that a language lacks does not compile.
//!
//! A place for a name is written `{employer}`; what may stand where is what stands there in English, as a test holds.

mod english;
mod french;
mod german;
mod spanish;

pub(crate) use english::ENGLISH;
pub(crate) use french::FRENCH;
pub(crate) use german::GERMAN;
pub(crate) use spanish::SPANISH;

/// A page that says one thing.
pub(crate) struct Said {
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! catalogue {
    (phrases { $($(#[$about:meta])* $phrase:ident,)* } pages { $($(#[$when:meta])* $page:ident,)* }) => {
        /// The words of one language.
        pub(crate) struct Catalogue {
            /// January to December, as they stand in a date.
            pub(crate) months: [&'static str; 12],
            $($(#[$about])* pub(crate) $phrase: &'static str,)*
            $($(#[$when])* pub(crate) $page: Said,)*
        }

        #[cfg(test)]
        impl Catalogue {
            /// Every phrase with its name.
            fn phrases(&self) -> Vec<(&'static str, &'static str)> {
                let mut all = vec![$((stringify!($phrase), self.$phrase),)*];
                $(all.extend([(stringify!($page), self.$page.title), (stringify!($page), self.$page.text)]);)*
                all
            }
        }
    };
}

catalogue! {
    phrases {
    /// A day and a time of it, in UTC.
    date,
    /// The display name of the sender.
    sender,
    subject,
    hello,
    thanks,
    until,
    start_here,
    copy_address,
    before,
    yours,
    ai,
    ai_does,
    assessed,
    assessed_text,
    decides,
    decides_text,
    other_way,
    other_way_text,
    /// Between a heading and its text.
    colon,
    questions,
    write_to,
    write_to_name,
    privacy,
    privacy_text,
    /// In the place of an employer's name that is not known.
    some_employer,
    /// At the head of the page then.
    some_brand,
    title,
    title_for,
    invites,
    start,
    go_on,
    onwards,
    /// What the choice of languages is called.
    language,
    /// A link past the head of a page.
    skip,
    }
    pages {
    /// Nothing we ever gave out.
    unknown,
    /// A newer link was sent.
    replaced,
    /// Our own side does not answer.
    unavailable,
    /// Our side is not there yet.
    being_prepared,
    /// Somebody asked for a new invitation, which is not sent yet.
    renewed,
    /// Nothing left to do.
    completed,
    /// Withdrawn, or ended by the employer's side.
    closed,
    }
}

/// A phrase with each of its places filled. What is put in is not looked at again.
pub(crate) fn fill(phrase: &str, names: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(phrase.len());
    let mut rest = phrase;
    while let Some((before, place)) = rest.split_once('{') {
        let Some((name, after)) = place.split_once('}') else { break };
        filled.push_str(before);
        if let Some((_, value)) = names.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use std::collections::BTreeSet;

    fn places(phrase: &str) -> BTreeSet<&str> {
        phrase
            .split('{')
            .skip(1)
            .map(|place| place.split_once('}').expect("a place ends").0)
            .collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_names_in_it() {
        let english = ENGLISH.phrases();
        for language in Language::ALL {
            let words = language.words();
            assert!(words.months.iter().all(|month| !month.is_empty()));
            for ((name, original), (_, phrase)) in english.iter().zip(words.phrases()) {
                assert!(!phrase.trim().is_empty(), "{language:?} lacks {name}");
                assert_eq!(phrase.trim_matches(' '), phrase, "{language:?} {name}");
                assert_eq!(places(phrase), places(original), "{language:?} {name}");
            }
        }
    }

    #[test]
    fn no_language_was_left_in_english() {
        // A name of ours is the same everywhere.
        let same = ["sender", "colon"];
        for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
            for ((name, original), (_, phrase)) in ENGLISH.phrases().into_iter().zip(language.words().phrases()) {
                assert!(phrase != original || same.contains(&name), "{language:?} {name}: {phrase}");
            }
        }
    }

    #[test]
    fn a_name_that_looks_like_a_place_stays_a_name() {
        let names = [("job", "{employer}"), ("employer", "Acme")];
        assert_eq!(fill("{job} at {employer}, {nobody}.", &names), "{employer} at Acme, .");
        assert_eq!(fill("left {open", &names), "left {open");
    }
}
