//! Order states, reasons and times in the words of an administrator.

use domain::order::{ExpiryReason, Outcome, RefusalReason, ReviewReason, SkipReason, WaitReason};
use domain::settings::{Connection, WhoSends};
use domain::standing::ConnectionState;
use domain::{Moment, Order, OrderState};
use maud::Markup;
use std::time::Duration;
use web::component::Tone;
use web::{moment, moment_ago};

/// What a connection is called: by its tenant, once somebody said it.
pub(crate) fn name(connection: &Connection) -> &str {
    if connection.tenant.is_empty() {
        "New connection"
    } else {
        &connection.tenant
    }
}

/// An order's state: a short name, its tone, and what it means or what to do, by who writes to candidates.
pub(crate) fn state(state: &OrderState, sends: &WhoSends) -> (&'static str, Tone, &'static str) {
    match state {
        OrderState::Received => ("Received", Tone::Plain, "Workday's message is stored and will be checked."),
        OrderState::Confirmed => ("Confirmed", Tone::Plain, "The invitation goes out now."),
        OrderState::Waiting { reason, .. } => ("Waiting", Tone::Caution, waiting(*reason)),
        OrderState::Invited => ("Invited", Tone::Accent, ""),
        OrderState::Opened => ("Opened", Tone::Accent, "The candidate opened the invitation."),
        OrderState::InProgress => ("In progress", Tone::Accent, "The candidate is taking the screening."),
        OrderState::Scoring => ("Scoring", Tone::Accent, "The candidate has finished; HeyMilo is scoring."),
        OrderState::Completed { outcome } => ("Completed", Tone::Good, completed(*outcome)),
        OrderState::Withdrawn => ("Withdrawn", Tone::Plain, "The candidate withdrew the application."),
        OrderState::Expired { reason } => ("Expired", Tone::Caution, expired(*reason)),
        OrderState::Refused { reason } => ("Not invited", Tone::Bad, refused(*reason)),
        OrderState::NeedsReview { reason } => ("Needs review", Tone::Bad, review(*reason, sends)),
        OrderState::Skipped { reason } => ("Not started", Tone::Plain, skipped(*reason)),
    }
}

/// What is said beside the state of an order that has failed for a day.
pub(crate) const NEEDS_A_LOOK: &str =
    "Needs a look: every attempt for a whole day has failed. We keep trying; Try now starts the next attempt at once.";

/// What an entry of the history says happened.
pub(crate) fn happened(what: &str) -> &str {
    match what {
        "confirmed" => "Ordered; the invitation is next",
        "waiting" => "Waiting",
        "bound" => "HeyMilo created the interview",
        "candidate" => "The candidate was found under another record in Workday",
        "posting" => "Moved to the agent that is linked now",
        "invited" => "Invited",
        "opened" => "The candidate opened the screening",
        "in_progress" => "The candidate started",
        "scoring" => "The candidate finished; HeyMilo is scoring",
        "completed" => "The result arrived",
        "withdrawn" => "The candidate withdrew",
        "expired" => "The screening can no longer be taken",
        "refused" => "Ended without an invitation",
        "needs_review" => "A person must decide",
        "skipped" => "Recorded, not started",
        "joined" => "A recruiter submitted Assess for this screening",
        "written" => "Written to the Workday record",
        "write_refused" => "Workday did not accept the record",
        "write_again" => "Will be written again",
        "needs_a_look" => "Failing for a day: somebody should take a look",
        "released" => "Tried again at a person's request",
        other => other,
    }
}

fn waiting(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::WhoSendsUnanswered => "First choose in Settings whether HeyMilo or this integration writes to candidates.",
        WaitReason::HeyMiloUnavailable => "HeyMilo is not answering; we keep trying.",
        WaitReason::HeyMiloCredentialRefused => "HeyMilo no longer accepts the API key: enter a new one (Settings).",
        WaitReason::WorkdayUnavailable => "Workday is not answering as expected, or a permission is missing; we keep trying.",
        WaitReason::WorkdayCredentialRefused => "Workday no longer accepts the connection: connect again (Integrations).",
        WaitReason::EmailUnavailable => "The mail service is not answering; we keep trying.",
        WaitReason::EmailSenderRefused => {
            "The mail service does not accept this installation's sender address. Its operator has been told; emails go out once that is fixed."
        }
        WaitReason::OutcomeUnknown => "The answer never reached us, so we check what happened before anything is sent again.",
        WaitReason::StepHeld => "Being worked on right now.",
        WaitReason::RateLimited => "Many at once: each takes its turn within the vendors' limits.",
    }
}

fn expired(reason: ExpiryReason) -> &'static str {
    match reason {
        ExpiryReason::DeadlinePassed => {
            "The agent's deadline passed before the candidate finished. Move the deadline in HeyMilo and they can go on; or invite again once the agent is open."
        }
        ExpiryReason::InterviewRemoved => {
            "The interview was removed in HeyMilo before the candidate finished. Invite again to make a new one."
        }
        ExpiryReason::LeftStage => {
            "The application left the Assessment stage before the candidate finished, and our link to it is closed. Move it back in Workday to invite them anew, and set the send status where a move alone does not invite."
        }
    }
}

fn refused(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::RequisitionNotLinked => {
            "The requisition is not linked to an agent. Link it, then set the send status again in Workday."
        }
        RefusalReason::CandidateWithoutEmail => {
            "The Workday record has no email address that can be used. Enter exactly one, then set the send status again in Workday."
        }
        RefusalReason::LeftStageBeforeInvite => "The application left the Assessment stage before the invitation.",
        RefusalReason::CandidateWithdrawn => "The candidate had withdrawn.",
        RefusalReason::RefusedByHeyMilo => "HeyMilo refused the candidate's data, or the agent is closed.",
        RefusalReason::ClosedByAPerson => "Somebody in this workspace closed it. Invite starts it after all.",
        RefusalReason::EmailRefused => "The email address was refused. Correct it, then set the send status again in Workday.",
    }
}

fn review(reason: ReviewReason, sends: &WhoSends) -> &'static str {
    match reason {
        ReviewReason::AlreadyScreened => "This person was screened in an earlier visit to the stage. Invite again if that is intended.",
        ReviewReason::InterviewShared => {
            "HeyMilo has one interview per person and agent, and this person's belongs to another job requisition. Read the result there and close this, or link this requisition to another agent and invite."
        }
        ReviewReason::MovedLongAgo => {
            "Was moved into the Assessment stage more than a week ago, while Workday was not connected. Invite if that still holds, or close it."
        }
        ReviewReason::RecipientNotAllowed => {
            "A sandbox or preview tenant only writes to addresses on its allow-list, and the one on this record is not on it. Several addresses in one field count as none."
        }
        ReviewReason::EffectUnproven => {
            "The invitation may have gone out up to three times, but nothing proves that it arrived. Ask the candidate, then invite again (the link stays the same) or close it."
        }
        ReviewReason::MailReturned => {
            "The invitation came back: the email address on the Workday record takes no mail. Correct it in Workday, then invite again here or set the send status again there."
        }
        ReviewReason::LateResult => {
            "The candidate had withdrawn in Workday when the result came, and Workday was not told of it. Read the report: Adopt the result writes it to Workday, Close leaves the candidate withdrawn."
        }
        ReviewReason::InterviewOver => match sends {
            WhoSends::HeyMilo => {
                "HeyMilo has one interview per person and agent, and this person has finished it before. HeyMilo may have written to them all the same. Read the report and adopt its result for this screening, link another agent and invite, or close it."
            }
            WhoSends::We { .. } | WhoSends::Unanswered => {
                "HeyMilo has one interview per person and agent, and this person has finished it before: nobody was written to. Read the report and adopt its result for this screening, link another agent and invite, or close it."
            }
        },
    }
}

fn skipped(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::BeforeLink => "Was in the Assessment stage before the requisition was linked.",
    }
}

fn completed(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "",
        Outcome::Shortlisted => "Shortlisted in HeyMilo.",
        Outcome::Dismissed => "Dismissed in HeyMilo.",
        Outcome::KnockedOut => "A qualifier was not met.",
    }
}

/// What the Workday record shows of the order.
pub(crate) fn written(order: &Order) -> &'static str {
    let nothing_to_write = order.rank_to_write().is_none();
    match (order.record_is_current(), order.limited_write_back) {
        (_, _) if order.write_problem.is_some() => "Not written",
        (_, _) if nothing_to_write => "",
        (false, _) => "To be written",
        (true, true) if order.outcome().is_none() => "No Assess step to write to",
        (true, true) => "Report attached; no Assess step to write to",
        (true, false) => "Up to date",
    }
}

/// A connection's state as the card and its page show it.
pub(crate) fn connection(state: ConnectionState) -> (&'static str, Tone) {
    match state {
        ConnectionState::Pending => ("Not connected yet", Tone::Caution),
        ConnectionState::Active => ("Workday Integration Active", Tone::Good),
        ConnectionState::ReauthorizationRequired => ("Connect again", Tone::Bad),
        ConnectionState::Disconnected => ("Disconnected", Tone::Plain),
    }
}

/// The host of a connection's services address, without its scheme.
pub(crate) fn host(connection: &Connection) -> &str {
    let address = connection.services_url.as_str();
    address.split_once("://").map_or(address, |(_, host)| host)
}

/// How long ago, with the moment itself.
pub(crate) fn ago(then: Moment, now: Moment) -> Markup {
    moment_ago(&then.to_rfc3339(), &utc(then), &age(then, now))
}

/// How long ago: `just now`, `3 minutes ago`, `2 days ago`.
pub(crate) fn age(then: Moment, now: Moment) -> String {
    let minutes = now.since(then).as_secs() / 60;
    let (number, unit) = match minutes {
        0 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1_440 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural} ago")
}

/// A moment, in the reader's zone where the page's script runs.
pub(crate) fn at(then: Moment) -> Markup {
    moment(&then.to_rfc3339(), &utc(then))
}

/// `2026-01-16 10:00 UTC`.
fn utc(moment: Moment) -> String {
    let text = moment.to_rfc3339();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{date} {} UTC", time.get(..5).unwrap_or_default())
}

/// `5 minutes`, `90 seconds`.
pub(crate) fn interval(seconds: u32) -> String {
    let duration = Duration::from_secs(u64::from(seconds));
    if seconds > 60 && seconds.is_multiple_of(60) {
        format!("{} minutes", duration.as_secs() / 60)
    } else {
        format!("{seconds} seconds")
    }
}

/// `1,200`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a page says, without its markup.
#[cfg(test)]
pub(crate) fn read_aloud(markup: &Markup) -> String {
    let parts = markup
        .0
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, words)| words));
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_counts_read_like_words() {
        let now = Moment(10 * 86_400_000);
        for (minutes, expected) in [
            (0, "just now"),
            (1, "1 minute ago"),
            (59, "59 minutes ago"),
            (60, "1 hour ago"),
            (2_880, "2 days ago"),
        ] {
            assert_eq!(age(now.minus(Duration::from_secs(minutes * 60)), now), expected);
        }
        assert_eq!(utc(Moment(951_827_696_789)), "2000-02-29 12:34 UTC");
        assert_eq!(
            (count(7), count(1_200), count(1_234_567)),
            ("7".into(), "1,200".into(), "1,234,567".into())
        );
        assert_eq!(
            (interval(300), interval(60), interval(90)),
            ("5 minutes".into(), "60 seconds".into(), "90 seconds".into())
        );
    }

    #[test]
    fn that_nobody_was_written_to_is_said_only_where_heymilo_does_not_write_by_itself() {
        let over = OrderState::NeedsReview {
            reason: ReviewReason::InterviewOver,
        };
        let we = WhoSends::We {
            confirmed_by: "owner@example.com".into(),
            confirmed_at: Moment(0),
        };
        let said = |sends| state(&over, sends).2;
        assert!(said(&we).contains("nobody was written to"));
        assert!(!said(&WhoSends::HeyMilo).contains("nobody") && said(&WhoSends::HeyMilo).contains("may have written"));
    }
}
