//! The words of the pages behind a candidate's link. Plain, short, and the same for everybody.

use crate::catalogue::{Said, fill};
use crate::until::until;
use crate::{Details, Further, Language, Line, Notice};
use domain::Moment;

/// Who invites, for which job; as the employer's own settings name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The language of the page.
    pub language: Language,
    /// The employer's name.
    pub employer: Option<Line>,
    /// The job's title.
    pub job: Option<Line>,
    /// What else the employer has us say.
    pub details: Details,
    /// When the screening can no longer be taken, where that is known.
    pub until: Option<Moment>,
}

impl Names {
    /// The name at the head of the candidate's pages.
    pub fn brand(&self) -> &str {
        self.employer.as_ref().map_or(self.language.words().some_brand, Line::as_str)
    }

    /// The link past the head of a page.
    pub fn skip(&self) -> &'static str {
        self.language.words().skip
    }

    /// What the choice of languages is called.
    pub fn language_label(&self) -> &'static str {
        self.language.words().language
    }
}

/// The page from which a candidate goes on to the interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The page's title.
    pub title: &'static str,
    /// The heading.
    pub heading: String,
    /// Who invites to what.
    pub invitation: String,
    /// Until when, where that is known.
    pub until: Option<String>,
    /// What must be known before.
    pub notice: Notice,
    /// Contact and privacy notice, where they are set.
    pub further: Vec<Further>,
    /// The button.
    pub button: &'static str,
    /// Where the button leads.
    pub onwards: String,
}

impl Start {
    /// The page for these names; of somebody who has begun before, or not.
    pub fn of(names: &Names, has_begun: bool) -> Self {
        let words = names.language.words();
        let employer = names.employer.clone().unwrap_or_else(|| words.some_employer.into());
        let of_employer = |phrase| fill(phrase, &[("employer", employer.as_str())]);
        Self {
            title: words.title,
            heading: match &names.job {
                Some(job) => fill(words.title_for, &[("job", job.as_str())]),
                None => words.title.to_owned(),
            },
            invitation: of_employer(words.invites),
            until: names.until.map(|moment| until(moment, names.language)),
            notice: Notice::of(&employer, names.language),
            further: names.details.further(&employer, names.language),
            button: if has_begun { words.go_on } else { words.start },
            onwards: of_employer(words.onwards),
        }
    }
}

/// A page that says one thing and offers nothing to press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// Nothing we ever gave out.
    Unknown,
    /// A newer link was sent.
    Replaced,
    /// Our own side does not answer.
    Unavailable,
    /// Our side is not there yet.
    BeingPrepared,
    /// Somebody asked for a new invitation, which is not sent yet.
    Renewed,
    /// Nothing left to do.
    Completed,
    /// Withdrawn, or ended by the employer's side.
    Closed,
}

impl Message {
    /// The title, which is the heading as well, and the sentences below.
    pub fn words(self, language: Language) -> (&'static str, &'static str) {
        let words = language.words();
        let Said { title, text } = match self {
            Self::Unknown => &words.unknown,
            Self::Replaced => &words.replaced,
            Self::Unavailable => &words.unavailable,
            Self::BeingPrepared => &words.being_prepared,
            Self::Renewed => &words.renewed,
            Self::Completed => &words.completed,
            Self::Closed => &words.closed,
        };
        (title, text)
    }
}
