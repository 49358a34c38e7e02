//! Order → invitation: every gate before the first effect, then interview and invitation as ledger steps.

use crate::function::Function;
use crate::interview::{CreateInterview, Interview};
use crate::invitation::{Invitation, SendInvitation};
use crate::settle::{SHARED, end, finish_invitation, finish_step, invited, wait};
use crate::sight;
use access::Trouble;
use domain::order::{RefusalReason, ReviewReason, WaitReason};
use domain::settings::{Connection, Mapping, WhoSends, Workspace};
use domain::{InterviewId, Moment, Order, OrderId, OrderState, WorkspaceId};
use keys::token_hash;
use secrecy::ExposeSecret;
use std::time::Duration;
use store::contact::Contact;
use store::due::Next;
use store::ledger::{self, Class, ParkReason, Step, StepOutcome};
use store::link::{Link, LinkPurpose};
use store::order::Binding;

/// Workday is asked again before the invitation when the confirming read is older than this.
const CONTACT_IS_FRESH: Duration = Duration::from_mins(5);
/// Calls that may create the interview, and invitations that may be issued, before a person must look.
const CAP: u32 = 3;
/// How often an order that waits for a person's answer looks whether it came.
const ANSWER_POLL: Duration = Duration::from_mins(1);

/// Where a gate sends an order that may not go on.
enum Gate {
    Wait(WaitReason, Duration),
    End(OrderState),
}

/// Everything the invitation needs, past all gates.
struct Cleared {
    workspace: Workspace,
    mapping: Mapping,
    contact: Contact,
    email: String,
}

/// Brings one order as far as it can go now.
pub(crate) async fn advance(function: &Function, workspace: &WorkspaceId, order: &OrderId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(order) = function.store.order(workspace, order).await? else {
        return Ok(Next::Finished("order_gone"));
    };
    if !order.state.is_pending_invite() {
        return Ok(Next::Finished("already_past"));
    }
    match run(function, &order, now).await {
        Err(Trouble::Park { reason, after }) => wait(function, order, reason, after, now).await,
        Err(Trouble::Disconnected) => {
            wait(
                function,
                order,
                WaitReason::WorkdayCredentialRefused,
                Some(Duration::from_mins(15)),
                now,
            )
            .await
        }
        Err(Trouble::Refused { message }) => {
            tracing::warn!(order = %order.order, reason = message, "the vendor refused the order");
            end(
                function,
                order,
                OrderState::Refused {
                    reason: RefusalReason::RefusedByHeyMilo,
                },
                now,
            )
            .await
        }
        other => other,
    }
}

async fn run(function: &Function, order: &Order, now: Moment) -> Result<Next, Trouble> {
    let cleared = match gates(function, order, now).await? {
        Ok(cleared) => cleared,
        Err(Gate::Wait(reason, after)) => {
            return Err(Trouble::Park {
                reason,
                after: Some(after),
            });
        }
        Err(Gate::End(state)) => return end(function, order.clone(), state, now).await,
    };
    let interview = match create_interview(function, order, &cleared, now).await? {
        Ok(interview) => interview,
        Err(next) => return finish_step(function, order, next, now).await,
    };
    if let WhoSends::We { .. } = cleared.workspace.who_sends {
        match send_invitation(function, order, &cleared, now).await? {
            StepOutcome::Done(_) => {}
            other @ (StepOutcome::Refused(_) | StepOutcome::Park { .. } | StepOutcome::Review) => {
                return finish_invitation(function, order, other, now).await;
            }
        }
    }
    invited(function, order, interview, now).await
}

/// All that must hold before the first effect, in both sending modes: with HeyMilo sending, the ingest is the email.
async fn gates(function: &Function, order: &Order, now: Moment) -> Result<Result<Cleared, Gate>, Trouble> {
    let store = &function.store;
    let refused = |reason| Ok(Err(Gate::End(OrderState::Refused { reason })));
    let Some(mapping) = store.mapping(&order.workspace, &order.connection, &order.requisition).await? else {
        return refused(RefusalReason::RequisitionNotLinked);
    };
    let workspace = store.workspace(&order.workspace).await?.ok_or(Trouble::Disconnected)?;
    if workspace.who_sends == WhoSends::Unanswered {
        return Ok(Err(Gate::Wait(WaitReason::WhoSendsUnanswered, ANSWER_POLL)));
    }
    let connection = store
        .connection(&order.workspace, &order.connection)
        .await?
        .ok_or(Trouble::Disconnected)?;
    let contact = match contact(function, order, &connection, now).await? {
        Ok(contact) => contact,
        Err(reason) => return refused(reason),
    };
    let Some(email) = contact.email.clone() else {
        return refused(RefusalReason::CandidateWithoutEmail);
    };
    if !connection.may_write_to(&email) {
        return Ok(Err(Gate::End(OrderState::NeedsReview {
            reason: ReviewReason::RecipientNotAllowed,
        })));
    }
    Ok(Ok(Cleared {
        workspace,
        mapping,
        contact,
        email,
    }))
}

/// The person as just confirmed; re-read when that is a while ago. An outage of Workday does not hold back an
/// invitation already confirmed, but a candidate who left the stage is not invited.
async fn contact(
    function: &Function,
    order: &Order,
    connection: &Connection,
    now: Moment,
) -> Result<Result<Contact, RefusalReason>, Trouble> {
    let stored = function.store.contact(&order.workspace, &order.order).await?;
    if let Some(stored) = stored.as_ref().filter(|stored| now.since(stored.read_at) < CONTACT_IS_FRESH) {
        return Ok(Ok(stored.clone()));
    }
    match reread(function, order, connection, now).await {
        Ok(Some(found)) if found.withdrawn => Ok(Err(RefusalReason::CandidateWithdrawn)),
        Ok(Some(found)) if found.sight.in_stage => Ok(Ok(found.contact)),
        Ok(Some(_) | None) => Ok(Err(RefusalReason::LeftStageBeforeInvite)),
        Err(trouble @ Trouble::Park { .. }) => stored.map(Ok).ok_or(trouble),
        Err(trouble) => Err(trouble),
    }
}

async fn reread(function: &Function, order: &Order, connection: &Connection, now: Moment) -> Result<Option<sight::Found>, Trouble> {
    let workday = function.vendors.workday(connection).await?;
    match sight::reread(&workday, &order.candidate, &order.application, &connection.identifiers, now).await {
        Ok(found) => Ok(found),
        Err(error) => Err(function.vendors.workday_trouble(connection, &workday, error).await),
    }
}

/// The ledger step that creates the interview, and its binding to this order and no other.
async fn create_interview(
    function: &Function,
    order: &Order,
    cleared: &Cleared,
    now: Moment,
) -> Result<Result<InterviewId, StepOutcome>, Trouble> {
    let heymilo = function.vendors.heymilo(&order.workspace).await?;
    let posting = &cleared.mapping.posting;
    let effect = CreateInterview::new(&heymilo, &function.store, order, posting, &cleared.contact, &cleared.email);
    let step = Step {
        workspace: &order.workspace,
        order: &order.order,
        name: format!("a{}-interview", order.attempt),
        class: Class::Readable,
        input_hash: ledger::input_hash(&[posting.as_str(), order.order.as_str()]),
        cap: CAP,
    };
    let outcome = ledger::run(&function.store, &step, function.timing, now, &effect).await?;
    let StepOutcome::Done(result) = outcome else {
        return match effect.into_trouble() {
            // The reason HeyMilo gave is more telling than "unreachable".
            Some(trouble @ Trouble::Park { .. })
                if matches!(
                    outcome,
                    StepOutcome::Park {
                        reason: ParkReason::Unreachable,
                        ..
                    }
                ) =>
            {
                Err(trouble)
            }
            Some(_) | None => Ok(Err(outcome)),
        };
    };
    let interview = Interview::read(&function.store, order, &result)?;
    let binding = function
        .store
        .bind_interview(order, posting, &interview.id, &interview.url, now)
        .await?;
    Ok(match binding {
        Binding::Bound => Ok(interview.id),
        Binding::Shared => Err(StepOutcome::Refused(SHARED.into())),
    })
}

async fn send_invitation(function: &Function, order: &Order, cleared: &Cleared, now: Moment) -> Result<StepOutcome, Trouble> {
    let token = function.signing.candidate_link_token(&order.workspace, &order.order, 1);
    let link = Link {
        workspace: order.workspace.clone(),
        order: order.order.clone(),
        purpose: LinkPurpose::Candidate,
        void: false,
    };
    function.store.put_link(&token_hash(&token), &link).await?;
    let invitation = Invitation {
        to: cleared.email.clone(),
        words: letters::Invitation {
            candidate: cleared.contact.name.as_str().into(),
            job: cleared.mapping.requisition_title.as_str().into(),
            employer: cleared.workspace.name.as_str().into(),
            link: function.config.public_url.candidate_link(&token),
        },
    };
    let step = Step {
        workspace: &order.workspace,
        order: &order.order,
        name: format!("a{}-invitation", order.attempt),
        class: Class::Unreadable,
        input_hash: ledger::input_hash(&[&invitation.words.link]),
        cap: CAP,
    };
    let effect = SendInvitation {
        mail: &function.mail,
        store: &function.store,
        sender_address: &function.config.sender_address,
        configuration_set: function.config.configuration_set.as_deref(),
        order,
        step: &step.name,
        invitation,
    };
    Ok(ledger::run(&function.store, &step, function.timing, now, &effect).await?)
}

impl Interview {
    /// The sealed result of the interview step, opened.
    fn read(store: &store::Store, order: &Order, result: &str) -> Result<Self, Trouble> {
        let corrupt = || Trouble::Infrastructure("the result of the interview step is unreadable".into());
        let (id, sealed) = result.split_once(' ').ok_or_else(corrupt)?;
        let url = store.keyring().open_text(Interview::place(order), sealed)?;
        let id = InterviewId::new(id).map_err(|error| Trouble::Infrastructure(error.into()))?;
        if url.expose_secret().is_empty() {
            Err(corrupt())
        } else {
            Ok(Self { id, url })
        }
    }
}
