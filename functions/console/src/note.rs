//! What a page says about the action that led to it.

use admin::Problem;
use lambda_http::http::StatusCode;
use maud::{Markup, html};
use web::component::{Tone, announcement};

const DONE: &str = "done";
const GONE_OVER: &str = "gone-over";
const PROBLEM: &str = "problem";

/// What a page says about the action that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    Nothing,
    Done(Done),
    /// A requisition was linked to another agent than before, and so many orders that waited go over to it.
    GoneOver(usize),
    Problem(Problem),
}

macro_rules! dones {
    ($($name:ident, $code:literal, $words:literal;)*) => {
        /// What a form brought about; its code is left for the next page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Done { $($name,)* }

        impl Done {
            pub(crate) fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

dones! {
    Connected, "connected", "Workday Integration Active. The list of job requisitions is being read; link one on an agent\u{2019}s page.";
    ClientStored, "client-stored", "The API client is stored. Continue to Workday to approve the permissions.";
    Removed, "removed", "The draft is removed. Nothing was connected.";
    LinkWithdrawn, "link-withdrawn", "The link does not work any more.";
    OfferDeclined, "offer-declined", "Declined. What was given is forgotten, and the link does not work any more.";
    Disconnected, "disconnected", "Workday is disconnected. Nothing more is read from or written to it.";
    Saved, "saved", "Saved.";
    Refreshing, "refreshing", "The list is being read from Workday. Reload this page in a moment.";
    TryingOut, "trying-out", "It is being tried out. Reload this page in a moment.";
    TestCandidateNamed, "test-candidate-named", "Named. Move them into the Assessment stage in Workday, and follow them here.";
    Linked, "linked", "Linked. Candidates who are in the Assessment stage already are being recorded and will not be invited; whoever enters from now on will be.";
    LinkedPollOnly, "linked-poll-only", "Linked. HeyMilo did not take our webhooks, so progress arrives some minutes later.";
    Unlinked, "unlinked", "Unlinked. Screenings under way go on; nobody new is invited, and whoever was still waiting is not invited either.";
    Inviting, "inviting", "The invitation is on its way.";
    WritingAgain, "writing-again", "The record is being written to Workday again.";
    Released, "released", "It is being looked at now.";
    Adopted, "adopted", "The result counts for this screening and is being written to Workday.";
    Closed, "closed", "Closed. Nobody is invited; Invite starts the screening after all.";
    LeftAside, "left-aside", "The candidate stays withdrawn. Adopt the result writes it to Workday after all.";
    RoleChanged, "role-changed", "Saved. The new role holds from the person\u{2019}s next step on.";
    PersonRemoved, "person-removed", "Removed. The person is signed out at their next step.";
    TakenBack, "taken-back", "Taken back. Whoever opens the invitation reads that it does not count any more.";
    Answered, "answered", "Saved. Orders that were waiting for this answer go on now.";
}

impl Note {
    /// The note as the page before left it; anything else is none.
    pub(crate) fn read(code: &str) -> Self {
        let read = match code.split_once(':') {
            Some((DONE, code)) => Done::from_code(code).map(Self::Done),
            Some((GONE_OVER, orders)) => orders.parse().ok().map(Self::GoneOver),
            Some((PROBLEM, code)) => Problem::from_code(code).map(Self::Problem),
            Some(_) | None => None,
        };
        read.unwrap_or(Self::Nothing)
    }

    /// What [`Note::read`] reads; none: there is nothing to say.
    pub(crate) fn code(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Done(done) => Some(format!("{DONE}:{}", done.code())),
            Self::GoneOver(orders) => Some(format!("{GONE_OVER}:{orders}")),
            Self::Problem(problem) => Some(format!("{PROBLEM}:{}", problem.code())),
        }
    }

    /// The status of the page that says it.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Nothing | Self::Done(_) | Self::GoneOver(_) => StatusCode::OK,
            Self::Problem(problem) if problem.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Problem(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    pub(crate) fn html(self) -> Markup {
        match self {
            Self::Nothing => html! {},
            Self::Done(done) => announcement(Tone::Good, done.words()),
            Self::GoneOver(orders) => announcement(Tone::Good, &gone_over(orders)),
            Self::Problem(problem) => announcement(Tone::Bad, problem.words()),
        }
    }
}

fn gone_over(orders: usize) -> String {
    let who = match orders {
        0 => return "Linked to this agent. Nobody was waiting; whoever is invited already stays with the other one.".to_owned(),
        1 => "One candidate who was waiting for an invitation goes".to_owned(),
        several => format!("{several} candidates who were waiting for their invitation go"),
    };
    format!("Linked to this agent. {who} over to it; whoever is invited already stays with the other one.")
}
