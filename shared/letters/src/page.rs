//! The words of the pages behind a candidate's link. Plain, short, and the same for everybody.

use crate::{Details, Further, Line, Notice};

/// In the place of an employer's name that is not known.
const SOME_EMPLOYER: &str = "the employer";
/// What stands at the head of the page then.
const SOME_BRAND: &str = "Online screening";

/// Who invites, and for which job; as the employer's own settings name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The employer's name.
    pub employer: Option<Line>,
    /// The job's title.
    pub job: Option<Line>,
    /// What else the employer has us say.
    pub details: Details,
}

impl Names {
    /// The name at the head of the candidate's pages.
    pub fn brand(&self) -> &str {
        self.employer.as_ref().map_or(SOME_BRAND, Line::as_str)
    }
}

/// The page from which a candidate goes on to the interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The heading.
    pub heading: String,
    /// Who invites to what.
    pub invitation: String,
    /// What must be known before.
    pub notice: Notice,
    /// Contact and privacy notice, where they are set.
    pub further: Vec<Further>,
    /// Where the button leads.
    pub onwards: String,
}

impl Start {
    /// The page's title.
    pub const TITLE: &'static str = "Your screening";
    /// The button of who has not begun.
    pub const START: &'static str = "Start the screening";
    /// The button of who has.
    pub const CONTINUE: &'static str = "Continue the screening";

    /// The page for these names.
    pub fn of(names: &Names) -> Self {
        let employer = names.employer.clone().unwrap_or_else(|| SOME_EMPLOYER.into());
        Self {
            heading: match &names.job {
                Some(job) => format!("{} for {job}", Self::TITLE),
                None => Self::TITLE.to_owned(),
            },
            invitation: format!(
                "{employer} invites you to the next step of your application: an interview online, at a time that suits you."
            ),
            notice: Notice::of(&employer),
            further: names.details.further(&employer),
            onwards: format!(
                "You will continue on HeyMilo, which conducts the interview for {employer}. \
                 This link is yours alone; please do not pass it on."
            ),
        }
    }
}

/// A page that says one thing and offers nothing to press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The title and heading.
    pub title: &'static str,
    /// The sentences below.
    pub text: &'static str,
}

/// Nothing we ever gave out.
pub const UNKNOWN: Message = Message {
    title: "This link does not work",
    text: "It may have been cut off on its way. Please open it again from the invitation, or copy the whole address from there.",
};
/// A newer link was sent.
pub const REPLACED: Message = Message {
    title: "A newer link was sent to you",
    text: "This link is no longer in use. Please open the latest invitation you received.",
};
/// Our own side does not answer.
pub const UNAVAILABLE: Message = Message {
    title: "Please try again in a few minutes",
    text: "Something on our side does not answer at the moment. Your invitation stays valid.",
};
/// Our side is not there yet.
pub const BEING_PREPARED: Message = Message {
    title: "Your screening is being prepared",
    text: "Please come back to this page in a few minutes. Your invitation stays valid.",
};
/// Somebody asked for a new invitation, which is not sent yet.
pub const RENEWED: Message = Message {
    title: "A new invitation is on its way to you",
    text: "The recruiting team asked us to invite you once more. Please open the link in the next message you receive; \
           this page leads there too, as soon as it is ready.",
};
/// Nothing left to do.
pub const COMPLETED: Message = Message {
    title: "Thank you, your screening is complete",
    text: "Your answers have arrived and there is nothing left for you to do. The recruiting team will be in touch with you.",
};
/// Withdrawn, or ended by the employer's side.
pub const CLOSED: Message = Message {
    title: "This screening is closed",
    text: "It can no longer be taken. If you think this is a mistake, please contact the recruiting team.",
};
