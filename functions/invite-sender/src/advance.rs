//! Order → invitation: every gate before the first effect, then interview and invitation as ledger steps.

use crate::handler::Function;
use crate::interview::{CreateInterview, Interview};
use crate::invitation::{Invitation, SendInvitation};
use crate::sight;
use access::Trouble;
use domain::order::{RefusalReason, ReviewReason, WaitReason};
use domain::settings::{Connection, Mapping, WhoSends, Workspace};
use domain::{InterviewId, Moment, Order, OrderId, OrderState, Work, WorkspaceId};
use lambda_kit::signing::token_hash;
use secrecy::ExposeSecret;
use std::time::Duration;
use store::contact::Contact;
use store::due::Next;
use store::ledger::{self, Class, ParkReason, Step, StepOutcome};
use store::link::{Link, LinkPurpose};
use store::order::Binding;
use store::{Arm, StoreError};

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

const SHARED: &str = "interview_shared";

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
        candidate_name: cleared.contact.name.clone(),
        job_title: cleared.mapping.requisition_title.clone(),
        company: cleared.workspace.name.clone(),
        link: format!("{}i/{token}", function.config.public_url),
    };
    let step = Step {
        workspace: &order.workspace,
        order: &order.order,
        name: format!("a{}-invitation", order.attempt),
        class: Class::Unreadable,
        input_hash: ledger::input_hash(&[&invitation.link]),
        cap: CAP,
    };
    let effect = SendInvitation {
        mail: &function.mail,
        store: &function.store,
        sender_address: &function.config.sender_address,
        order,
        step: &step.name,
        invitation,
    };
    Ok(ledger::run(&function.store, &step, function.timing, now, &effect).await?)
}

/// The order after an interview step that is not simply done.
async fn finish_step(function: &Function, order: &Order, outcome: StepOutcome, now: Moment) -> Result<Next, Trouble> {
    match outcome {
        StepOutcome::Park { until, reason } => {
            let reason = match reason {
                ParkReason::Held => WaitReason::StepHeld,
                ParkReason::Unproven => WaitReason::OutcomeUnknown,
                ParkReason::Unreachable => WaitReason::HeyMiloUnavailable,
            };
            park(function, order.clone(), reason, until, now).await
        }
        StepOutcome::Refused(reason) if reason == SHARED => {
            end(
                function,
                order.clone(),
                OrderState::NeedsReview {
                    reason: ReviewReason::InterviewShared,
                },
                now,
            )
            .await
        }
        StepOutcome::Refused(_) => {
            end(
                function,
                order.clone(),
                OrderState::Refused {
                    reason: RefusalReason::RefusedByHeyMilo,
                },
                now,
            )
            .await
        }
        StepOutcome::Review => {
            end(
                function,
                order.clone(),
                OrderState::NeedsReview {
                    reason: ReviewReason::EffectUnproven,
                },
                now,
            )
            .await
        }
        StepOutcome::Done(_) => Ok(Next::Finished("already_done")),
    }
}

/// The order after an invitation step that is not simply done.
async fn finish_invitation(function: &Function, order: &Order, outcome: StepOutcome, now: Moment) -> Result<Next, Trouble> {
    match outcome {
        StepOutcome::Refused(_) => {
            end(
                function,
                order.clone(),
                OrderState::Refused {
                    reason: RefusalReason::EmailRefused,
                },
                now,
            )
            .await
        }
        StepOutcome::Park {
            until,
            reason: ParkReason::Unreachable,
        } => park(function, order.clone(), WaitReason::EmailUnavailable, until, now).await,
        other @ (StepOutcome::Park { .. } | StepOutcome::Review | StepOutcome::Done(_)) => finish_step(function, order, other, now).await,
    }
}

/// Invited: the lock row remembers it for later visits, and the write-back becomes due, in one transaction.
async fn invited(function: &Function, order: &Order, interview: InterviewId, now: Moment) -> Result<Next, Trouble> {
    let mut order = order.clone();
    order.state = OrderState::Invited;
    order.rank = domain::progress::rank(&order.state);
    order.interview = Some(interview);
    order.invited_at = Some(now);
    order.tries = 0;
    order.updated_at = now;
    let work = Work::WriteBack {
        order: order.order.clone(),
    };
    let arms = [Arm {
        work: work.clone(),
        at: now,
    }];
    let row = function
        .store
        .application(&order.workspace, &order.connection, &order.requisition, &order.application)
        .await?;
    match row {
        Some(mut row) => {
            row.screened = true;
            function.store.save_application(&row, std::slice::from_ref(&order), &arms).await?;
        }
        None => {
            function.store.save_order(order.clone(), &arms).await?;
        }
    }
    function.store.delete_contact(&order.workspace, &order.order).await?;
    tracing::info!(order = %order.order, outcome = "invited", wait_ms = now.since(order.created_at).as_millis(), "candidate invited");
    function.announce(&order.workspace, work).await;
    Ok(Next::Finished("invited"))
}

/// The order waits, visibly; its due row carries the moment.
async fn wait(function: &Function, mut order: Order, reason: WaitReason, after: Option<Duration>, now: Moment) -> Result<Next, Trouble> {
    // Another writer was first: look again at once, the order itself did not fail.
    if reason == WaitReason::StepHeld {
        return Ok(Next::Park(access::retry_at(now, 0, after), "held"));
    }
    order.tries = order.tries.saturating_add(1);
    let until = access::retry_at(now, order.tries, after);
    park(function, order, reason, until, now).await
}

async fn park(function: &Function, mut order: Order, reason: WaitReason, until: Moment, now: Moment) -> Result<Next, Trouble> {
    order.state = OrderState::Waiting { reason, until };
    order.updated_at = now;
    match function.store.save_order(order, &[]).await {
        Ok(_) => Ok(Next::Park(until, "waiting")),
        // The order changed while we worked (a new attempt, a move out of the stage): look again at once.
        Err(StoreError::ConditionFailed) => Ok(Next::Park(now.plus(Duration::from_millis(200)), "changed_meanwhile")),
        Err(error) => Err(error.into()),
    }
}

/// The order ends here, visibly; the recruiter reads the reason on the record where there is something to do.
async fn end(function: &Function, mut order: Order, state: OrderState, now: Moment) -> Result<Next, Trouble> {
    let tell_recruiter = matches!(
        state,
        OrderState::Refused {
            reason: RefusalReason::RequisitionNotLinked
                | RefusalReason::CandidateWithoutEmail
                | RefusalReason::RefusedByHeyMilo
                | RefusalReason::EmailRefused
        }
    );
    order.state = state;
    order.updated_at = now;
    let work = Work::WriteBack {
        order: order.order.clone(),
    };
    let arms: Vec<Arm> = tell_recruiter
        .then(|| Arm {
            work: work.clone(),
            at: now,
        })
        .into_iter()
        .collect();
    let order = match function.store.save_order(order, &arms).await {
        Ok(order) => order,
        Err(StoreError::ConditionFailed) => return Ok(Next::Park(now.plus(Duration::from_millis(200)), "changed_meanwhile")),
        Err(error) => return Err(error.into()),
    };
    tracing::warn!(order = %order.order, state = order.state.name(), "the order ended without an invitation");
    if tell_recruiter {
        function.announce(&order.workspace, work).await;
    }
    Ok(Next::Finished(order.state.name()))
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
