//! What a token opens: the order behind it, reduced to what the candidate may do now.

use domain::Order;
use domain::OrderState;
use domain::order::ReviewReason;
use keys::{is_token, token_hash};
use letters::page::Names;
use letters::{Details, Language, Line};
use secrecy::ExposeSecret;
use store::link::LinkPurpose;
use store::{Store, StoreError};
use url::{Host, Url};

/// What the candidate may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Invited, not begun.
    Start,
    /// Begun before: the interview goes on.
    Continue,
    /// Nothing left to do.
    Completed,
    /// Withdrawn, past its deadline, or ended by the employer's side.
    Closed,
    /// Our side is not there yet: worth another try later.
    NotYet,
    /// They hold an earlier mail, and the next one is being made.
    Renewed,
}

/// The standing that an order's state leaves to whoever holds its link.
pub(crate) fn standing(order: &Order) -> Standing {
    // The holder of the link is the proof that the mail, whose fate is unknown to us, arrived.
    // Whatever the order waits for since: its next mail would lead to the same interview.
    if order.may_have_arrived() {
        return Standing::Start;
    }
    match order.state {
        OrderState::Invited => Standing::Start,
        OrderState::Opened | OrderState::InProgress => Standing::Continue,
        OrderState::Scoring
        | OrderState::Completed { .. }
        | OrderState::NeedsReview {
            reason: ReviewReason::InterviewOver,
        } => Standing::Completed,
        OrderState::Received | OrderState::Confirmed | OrderState::Waiting { .. } if order.attempt > 1 => Standing::Renewed,
        OrderState::Received | OrderState::Confirmed | OrderState::Waiting { .. } => Standing::NotYet,
        OrderState::Withdrawn
        | OrderState::Expired { .. }
        | OrderState::Refused { .. }
        | OrderState::NeedsReview { .. }
        | OrderState::Skipped { .. } => Standing::Closed,
    }
}

/// What a token was found to be.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing we ever gave out.
    Unknown,
    /// A newer link was sent.
    Void,
    Order(Box<Order>),
}

/// The order behind a token. What is not shaped like a token costs no read.
pub(crate) async fn find(store: &Store, token: &str) -> Result<Found, StoreError> {
    if !is_token(token) {
        return Ok(Found::Unknown);
    }
    let link = store.link(&token_hash(token)).await?;
    let Some(link) = link.filter(|link| link.purpose == LinkPurpose::Candidate) else {
        return Ok(Found::Unknown);
    };
    if link.void {
        return Ok(Found::Void);
    }
    let order = store.order(&link.workspace, &link.order).await?;
    Ok(order.map_or(Found::Unknown, |order| Found::Order(Box::new(order))))
}

/// HeyMilo's address of an order's interview, if it is one a browser may be sent to.
pub(crate) async fn interview_url(store: &Store, order: &Order, loopback: bool) -> Result<Option<Url>, StoreError> {
    let Some(interview) = &order.interview else { return Ok(None) };
    let Some(claim) = store.interview(&order.workspace, interview).await? else {
        return Ok(None);
    };
    let url = Url::parse(store.interview_url(&claim)?.expose_secret()).ok();
    Ok(url.filter(|url| may_lead_to(url, loopback)))
}

fn may_lead_to(url: &Url, loopback: bool) -> bool {
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    (url.scheme() == "https" && !local) || (loopback && local && url.scheme() == "http")
}

/// The names behind an order, in the language that the candidate chose or else in the agent's.
pub(crate) async fn names(store: &Store, order: &Order, chosen: Option<Language>) -> Result<Names, StoreError> {
    let (workspace, mapping) = tokio::try_join!(
        store.workspace(&order.workspace),
        store.mapping(&order.workspace, &order.connection, &order.requisition)
    )?;
    let details = workspace.as_ref().map(|workspace| &workspace.candidate_details);
    let agent = mapping.as_ref().and_then(|link| link.knows_of(order.posting.as_ref()));
    Ok(Names {
        language: chosen.or_else(|| Language::of_agent(agent?)).unwrap_or_default(),
        employer: workspace.as_ref().and_then(|workspace| Line::visible(workspace.employer())),
        details: details.map(Details::of).unwrap_or_default(),
        job: mapping.as_ref().and_then(|mapping| Line::visible(&mapping.requisition_title)),
        until: agent.and_then(|agent| agent.posting_deadline),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_to_https_only() {
        let check = |url: &str, loopback: bool, expected: bool| {
            assert_eq!(
                may_lead_to(&Url::parse(url).unwrap(), loopback),
                expected,
                "{url}, loopback {loopback}"
            );
        };
        check("https://candidates.example.com/acme/i/D536A69A4090E13F", false, true);
        check("http://candidates.example.com/acme/i/D536A69A4090E13F", false, false);
        check("http://candidates.example.com/acme/i/D536A69A4090E13F", true, false);
        check("http://127.0.0.1:4711/acme/i/D536A69A4090E13F", true, true);
        check("http://127.0.0.1:4711/acme/i/D536A69A4090E13F", false, false);
        check("javascript:alert(1)", true, false);
        check("data:text/html,x", true, false);
        check("file:///etc/passwd", true, false);
    }
}
