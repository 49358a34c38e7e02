//! Order → invitation: every gate before the first effect, then interview and invitation as ledger steps.

use crate::clear::{Cleared, Gated, clear};
use crate::function::Function;
use domain::gate::Verdict;
use domain::order::{BoundInterview, RefusalReason, ReviewReason, WaitReason};
use domain::settings::{Mapping, WhoSends};
use domain::{MailTags, Moment, Order, OrderId, PostingId, WorkspaceId};
use keys::token_hash;
use letters::{Details, Language};
use store::application::Application;
use store::due::Next;
use store::hint::{About, Hint};
use store::ledger::{self, Class, ParkReason, Step, StepOutcome};
use store::link::{Link, LinkPurpose};
use store::order::Binding;
use vendors::heymilo::{CreateInterview, Interview, deadline, is_closed};
use work::{Trouble, commit, giving_up};

/// Where an order goes from here.
enum Way {
    Invited,
    Wait(WaitReason, Moment),
    Refused(RefusalReason),
    Review(ReviewReason),
    Over(BoundInterview),
}

/// Brings one order as far as it can go now. Whatever the end of the round, it is visible on the order.
pub(crate) async fn advance(function: &Function, workspace: &WorkspaceId, order: &OrderId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(mut order) = function.store.order(workspace, order).await? else {
        return Ok(Next::Finished("order_gone"));
    };
    if !order.state.is_pending_invite() {
        return Ok(Next::Finished("already_past"));
    }
    let way = match bring_forward(function, &mut order, now).await {
        Ok(way) => way,
        Err(Trouble::Park { reason, after }) => {
            let failures = order.waits_for(reason).saturating_add(1);
            Way::Wait(reason, function.worker.retry_at(function.clock.now(), reason, failures, after))
        }
        Err(Trouble::Disconnected) => waits_for_a_person(&order, WaitReason::WorkdayCredentialRefused, now),
        Err(Trouble::Refused { message }) => {
            tracing::warn!(order = %order.order, reason = message, "the vendor refused the order");
            Way::Refused(RefusalReason::RefusedByHeyMilo)
        }
        Err(other @ (Trouble::Again | Trouble::Infrastructure(_))) => return Err(other),
    };
    finish(function, order, way, now).await
}

async fn finish(function: &Function, order: Order, way: Way, now: Moment) -> Result<Next, Trouble> {
    let mut row = None;
    let (change, next) = match way {
        Way::Invited => {
            // For later visits.
            row = function.store.application_of(&order).await?.and_then(Application::once_screened);
            (order.invite(now), None)
        }
        Way::Wait(reason, until) => {
            let until = giving_up::at_last(&order, reason, until, now);
            (order.wait(reason, until, now), Some(Next::Park(until, "waiting")))
        }
        Way::Refused(reason) => (order.refuse(reason, now), None),
        Way::Review(reason) => (order.review(reason, now), None),
        Way::Over(found) => return found_over(function, order, found, now).await,
    };
    let order = commit(&function.store, &function.queues, change, row.as_ref()).await?;
    let wait_ms = now.since(order.created_at).as_millis();
    tracing::info!(order = %order.order, state = order.state.name(), wait_ms, "the order's round is over");
    Ok(next.unwrap_or(Next::Finished(order.state.name())))
}

async fn bring_forward(function: &Function, order: &mut Order, now: Moment) -> Result<Way, Trouble> {
    let cleared = match clear(function, order, now).await? {
        Gated::Through(cleared) => cleared,
        Gated::Held(Verdict::Wait(reason)) => return Ok(waits_for_a_person(order, reason, now)),
        Gated::Held(Verdict::Refuse(reason)) => return Ok(Way::Refused(reason)),
        Gated::Held(Verdict::Review(reason)) => return Ok(Way::Review(reason)),
        Gated::Held(Verdict::Pass) => return Err(Trouble::Infrastructure("a gate that passes holds nothing back".into())),
    };
    if takes_nobody(function, order, &cleared, now).await? {
        return Ok(Way::Refused(RefusalReason::RefusedByHeyMilo));
    }
    if let Some(way) = have_interview(function, order, &cleared, now).await? {
        return Ok(way);
    }
    if cleared.workspace.who_sends == WhoSends::HeyMilo {
        return Ok(Way::Invited);
    }
    send_invitation(function, order, &cleared).await
}

/// What the person does releases the order; it looks by itself less and less often.
fn waits_for_a_person(order: &Order, reason: WaitReason, now: Moment) -> Way {
    Way::Wait(reason, now.plus(giving_up::until_mended(order.waits_for(reason))))
}

/// A parked step, as the order waits for it. `unreachable`: what that is called of this far side.
fn waits(function: &Function, (until, reason, failures): (Moment, ParkReason, u32), unreachable: WaitReason) -> Way {
    let now = function.clock.now();
    let back_off = || function.worker.retry_at(now, unreachable, failures, Some(until.since(now)));
    match reason {
        ParkReason::Held => Way::Wait(WaitReason::StepHeld, until),
        // A call that failed: the proof takes its time, and the next call its distance.
        ParkReason::Unproven => Way::Wait(WaitReason::OutcomeUnknown, back_off()),
        ParkReason::Unreachable => Way::Wait(unreachable, back_off()),
    }
}

fn interview_step(order: &Order) -> String {
    format!("a{}-interview", order.attempt)
}

/// Whether the agent takes nobody any more. HeyMilo is asked only where the deadline has passed, as far as is known, and what
/// may have left already is brought to its end.
async fn takes_nobody(function: &Function, order: &Order, cleared: &Cleared, now: Moment) -> Result<bool, Trouble> {
    let is_suspect = |link: &&Mapping| {
        let is_its_agent = order.interview.is_none() || order.posting.as_ref() == Some(&link.posting);
        is_its_agent && link.standing.posting_deadline.is_some_and(|deadline| deadline < now)
    };
    let Some(link) = cleared.mapping.as_ref().filter(is_suspect) else {
        return Ok(false);
    };
    let step = match (&order.interview, &cleared.workspace.who_sends) {
        (None, _) => interview_step(order),
        (Some(_), WhoSends::We { .. }) => order.invitation_step(),
        // The interview was the mail.
        (Some(_), WhoSends::HeyMilo | WhoSends::Unanswered) => return Ok(false),
    };
    if ledger::is_under_way(&function.store, &order.workspace, &order.order, &step).await? {
        return Ok(false);
    }
    match cleared.heymilo.posting(&link.posting).await {
        Ok(Some(agent)) => {
            function.store.note_deadline(link, deadline(&agent)).await?;
            Ok(is_closed(&agent, now))
        }
        // Asking for the interview tells what is the matter.
        Ok(None) | Err(_) => Ok(false),
    }
}

/// The agent whose interview is asked for. An order follows its link until then; what was asked for stays.
async fn followed_posting(function: &Function, order: &mut Order, cleared: &Cleared, now: Moment) -> Result<PostingId, Trouble> {
    let linked = cleared.mapping.as_ref().map(|mapping| mapping.posting.clone());
    match (linked, order.posting.clone()) {
        (Some(linked), Some(known)) if linked != known => {
            if ledger::is_under_way(&function.store, &order.workspace, &order.order, &interview_step(order)).await? {
                return Ok(known);
            }
            *order = commit(&function.store, &function.queues, order.clone().follow(linked.clone(), now), None).await?;
            Ok(linked)
        }
        (Some(posting), _) | (None, Some(posting)) => Ok(posting),
        (None, None) => Err(Trouble::Infrastructure(
            "an order without a link and without an agent passed the gates".into(),
        )),
    }
}

/// The ledger step that creates the interview, and its binding to this order and no other. `None`: the order has it.
async fn have_interview(function: &Function, order: &mut Order, cleared: &Cleared, now: Moment) -> Result<Option<Way>, Trouble> {
    let posting = followed_posting(function, order, cleared, now).await?;
    let asked = order.clone();
    let effect = CreateInterview::new(
        &cleared.heymilo,
        &function.store,
        &asked,
        &posting,
        (&cleared.contact, &cleared.email),
    );
    let step = Step {
        workspace: &asked.workspace,
        owner: (&asked.order).into(),
        name: interview_step(&asked),
        class: Class::Readable,
        input_hash: ledger::input_hash(&[posting.as_str(), asked.order.as_str()]),
        round: asked.invite_round,
    };
    let result = match ledger::run(&function.store, &step, function.timing, || function.clock.now(), &effect).await? {
        StepOutcome::Done(result) => result,
        StepOutcome::Refused(_) => return Ok(Some(Way::Refused(RefusalReason::RefusedByHeyMilo))),
        StepOutcome::Review => return Ok(Some(Way::Review(ReviewReason::EffectUnproven))),
        StepOutcome::Park { until, reason, failures } => {
            // What HeyMilo said is more telling than "unreachable".
            let said = match effect.into_trouble() {
                Some(Trouble::Park { reason, .. }) => reason,
                Some(_) | None => WaitReason::HeyMiloUnavailable,
            };
            return Ok(Some(waits(function, (until, reason, failures), said)));
        }
    };
    let interview = Interview::read(&function.store, order, &result)?;
    if interview.is_over {
        // A result of another application's is nobody's to adopt; of this one's, the visit that has it keeps it.
        let is_ours = function.store.claim_if_free(order, (&interview.id, &interview.url)).await?;
        let interview = interview.id;
        return Ok(Some(if is_ours {
            Way::Over(BoundInterview { posting, interview })
        } else {
            Way::Review(ReviewReason::InterviewShared)
        }));
    }
    if order.interview.as_ref() != Some(&interview.id) && !bind(function, order, (interview, &posting), now).await? {
        return Ok(Some(Way::Review(ReviewReason::InterviewShared)));
    }
    Ok(None)
}

/// Makes the interview this order's. `false`: it is another application's.
async fn bind(function: &Function, order: &mut Order, (interview, posting): (Interview, &PostingId), now: Moment) -> Result<bool, Trouble> {
    // Saved before any mail leaves: whoever holds the link is never told "not yet".
    let bound = order.clone().bind(interview.id, posting.clone(), now);
    match function.store.bind_interview(bound, posting, &interview.url).await? {
        Binding::Bound(bound) => {
            *order = *bound;
            Ok(true)
        }
        Binding::Shared => Ok(false),
    }
}

/// A person decides about an interview that is over; its result is read and kept for them.
async fn found_over(function: &Function, order: Order, found: BoundInterview, now: Moment) -> Result<Next, Trouble> {
    let about = About::FoundOver {
        order: order.order.clone(),
    };
    let hint = Hint::new(order.workspace.clone(), about, now);
    function.store.record_hint(&hint).await?;
    let order = commit(&function.store, &function.queues, order.find_over(found, now), None).await?;
    function.queues.announce(&order.workspace, hint.work()).await;
    tracing::info!(order = %order.order, state = order.state.name(), "HeyMilo answered with an interview that is over");
    Ok(Next::Finished(order.state.name()))
}

async fn send_invitation(function: &Function, order: &Order, cleared: &Cleared) -> Result<Way, Trouble> {
    let token = function.signing.candidate_link_token(&order.workspace, &order.order, 1);
    let link = Link {
        workspace: order.workspace.clone(),
        order: order.order.clone(),
        purpose: LinkPurpose::Candidate,
        void: false,
    };
    function.store.put_link(&token_hash(&token), &link).await?;
    let agent = cleared.mapping.as_ref().and_then(|link| link.knows_of(order.posting.as_ref()));
    let invitation = letters::Invitation {
        language: agent.and_then(Language::of_agent).unwrap_or_default(),
        candidate: cleared.contact.name.as_str().into(),
        job: job_title(order, cleared).as_str().into(),
        employer: cleared.workspace.employer().into(),
        details: Details::of(&cleared.workspace.candidate_details),
        until: agent.and_then(|agent| agent.posting_deadline),
        link: function.config.public_url.candidate_link(&token),
    };
    let step = Step {
        workspace: &order.workspace,
        owner: (&order.order).into(),
        name: order.invitation_step(),
        class: Class::Unreadable,
        input_hash: ledger::input_hash(&[&invitation.link]),
        round: order.invite_round,
    };
    let tags = MailTags {
        workspace: order.workspace.clone(),
        owner: step.owner.clone(),
        step: step.name.clone(),
    };
    let effect = function.mailer.send(&function.store, tags, &cleared.email, invitation.mail());
    Ok(
        match ledger::run(&function.store, &step, function.timing, || function.clock.now(), &effect).await? {
            StepOutcome::Done(_) => Way::Invited,
            StepOutcome::Refused(_) => Way::Refused(RefusalReason::EmailRefused),
            StepOutcome::Review => Way::Review(ReviewReason::EffectUnproven),
            StepOutcome::Park { until, reason, failures } => {
                let unreachable = if effect.is_sender_refused() {
                    WaitReason::EmailSenderRefused
                } else {
                    WaitReason::EmailUnavailable
                };
                waits(function, (until, reason, failures), unreachable)
            }
        },
    )
}

/// The job as the candidate knows it. Unlinked meanwhile, its number is all we have.
fn job_title(order: &Order, cleared: &Cleared) -> String {
    let linked = cleared.mapping.as_ref();
    linked.map_or_else(|| order.requisition.to_string(), |mapping| mapping.requisition_title.clone())
}
