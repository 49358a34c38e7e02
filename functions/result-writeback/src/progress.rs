//! Re-reads an interview and lets the order climb: what an event said is never believed.

use crate::agent::{Agent, agent};
use crate::function::Function;
use crate::writeback;
use domain::order::{Change, ExpiryReason, ResultVersion, WaitReason};
use domain::progress::{Sighting, absorb};
use domain::{HintId, InterviewId, Moment, Order, OrderId, OrderState, WorkspaceId};
use keys::token_hash;
use report::{Context, Report};
use serde_json::Value;
use std::time::Duration;
use store::due::Next;
use store::hint::{AGENT_TO_BE_READ, About, Hint};
use store::ledger;
use store::link::{Link, LinkPurpose};
use vendors::heymilo::{HeyMilo, InterviewData, is_over, sighting};
use work::{Trouble, commit, giving_up};

/// Looks at an interview that HeyMilo does not show, over about a minute, before it counts as removed.
const LOOKS_FOR_REMOVED: u32 = 5;
const REMOVED: OrderState = OrderState::Expired {
    reason: ExpiryReason::InterviewRemoved,
};
/// An event may overtake the answer that created its interview; after this many looks it is about somebody else's.
const MAX_TRIES: u32 = 8;

/// Re-reads the interview a hint points at.
pub(crate) async fn read_interview(function: &Function, workspace: &WorkspaceId, hint: &HintId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(mut hint) = function.store.hint(workspace, hint).await? else {
        return Ok(Next::Finished("hint_gone"));
    };
    let outcome = match follow(function, &hint, now).await {
        Err(Trouble::Park { reason, after }) => {
            if giving_up::is_failure(reason, after) {
                hint.tries += 1;
                function.store.update_hint(&hint).await?;
            }
            return Ok(Next::Park(function.worker.retry_at(now, reason, hint.tries, after), "parked"));
        }
        Err(Trouble::Refused { message }) => {
            tracing::warn!(hint = %hint.hint, reason = message, "HeyMilo refuses to show an interview");
            Followed::Settled("refused_by_heymilo")
        }
        Err(trouble) => return Err(trouble),
        Ok(outcome) => outcome,
    };
    let outcome = match outcome {
        Followed::UnknownInterview if hint.tries < MAX_TRIES => {
            hint.tries += 1;
            function.store.update_hint(&hint).await?;
            let reason = WaitReason::HeyMiloUnavailable;
            return Ok(Next::Park(
                function.worker.retry_at(now, reason, hint.tries, None),
                "unknown_interview",
            ));
        }
        Followed::UnknownInterview => "unknown_interview",
        Followed::NoReport => {
            let looks = hint.tries;
            hint.tries += 1;
            function.store.update_hint(&hint).await?;
            return Ok(Next::Park(now.plus(giving_up::until_mended(looks)), "no_report"));
        }
        Followed::Settled(word) => word,
    };
    hint.outcome = Some(outcome.to_owned());
    hint.tries = 0;
    function.store.update_hint(&hint).await?;
    Ok(Next::Finished(outcome))
}

/// Where a hint led.
enum Followed {
    Settled(&'static str),
    /// No order has this interview, or none yet.
    UnknownInterview,
    /// There is no report yet of an interview that is over: it is looked for less and less often.
    NoReport,
}

async fn follow(function: &Function, hint: &Hint, now: Moment) -> Result<Followed, Trouble> {
    match &hint.about {
        About::Application { .. } | About::MailReturned { .. } => Ok(Followed::Settled("not_an_interview")),
        About::Interview { interview, event_type, .. } => {
            let Ok(interview) = InterviewId::new(interview.as_str()) else {
                return Ok(Followed::UnknownInterview);
            };
            Box::pin(follow_event(function, hint, (&interview, event_type), now)).await
        }
        About::FoundOver { order } => Box::pin(found_over(function, (&hint.workspace, order), now)).await,
    }
}

/// Keeps the result of an interview that was over when the order came to it. The visit that has the interview hears of it first:
/// adopting the result takes it away from there.
async fn found_over(function: &Function, (workspace, order): (&WorkspaceId, &OrderId), now: Moment) -> Result<Followed, Trouble> {
    let Some(order) = function.store.order(workspace, order).await? else {
        return Ok(Followed::Settled("order_gone"));
    };
    if order.state.is_pending_invite() {
        // It is being recorded; who breaks off there begins anew.
        return Ok(Followed::UnknownInterview);
    }
    let Some(interview) = order.interview.clone().filter(|_| order.was_found_over()) else {
        return Ok(Followed::Settled("decided"));
    };
    let heymilo = function.vendors.heymilo(workspace).await?;
    let Some(data) = heymilo.interview(&interview).await? else {
        return Ok(Followed::Settled("interview_unknown_to_heymilo"));
    };
    let sighting = sighting(&data);
    let shown = (&data, sighting);
    if let Some(claim) = function.store.interview(workspace, &interview).await?
        && claim.order != order.order
        && let Some(holder) = function.store.order(workspace, &claim.order).await?
        && holder.interview.as_ref() == Some(&interview)
    {
        climb(function, holder, shown, now).await?;
    }
    let settled = climb(function, order, shown, now).await?;
    let is_reported = matches!(sighting, Some(Sighting::Reported(_)));
    Ok(if is_reported { settled } else { Followed::NoReport })
}

/// The visit that HeyMilo answered with this order's interview since, and that waits for a person.
async fn found_over_since(function: &Function, order: &Order) -> Result<Option<Order>, Trouble> {
    let Some(row) = function.store.application_of(order).await? else {
        return Ok(None);
    };
    let latest = OrderId::derive(&order.connection, &order.application, row.visits.visit);
    if latest == order.order {
        return Ok(None);
    }
    let latest = function.store.order(&order.workspace, &latest).await?;
    Ok(latest.filter(|latest| latest.was_found_over() && latest.interview == order.interview))
}

async fn follow_event(
    function: &Function,
    hint: &Hint,
    (interview, event_type): (&InterviewId, &str),
    now: Moment,
) -> Result<Followed, Trouble> {
    let Some(claim) = function.store.interview(&hint.workspace, interview).await? else {
        return Ok(Followed::UnknownInterview);
    };
    let Some(order) = function.store.order(&hint.workspace, &claim.order).await? else {
        return Ok(Followed::Settled("order_gone"));
    };
    // An earlier attempt's: it must neither complete this one nor move anybody on.
    if order.interview.as_ref() != Some(interview) {
        return Ok(Followed::Settled("history"));
    }
    if order.state.is_pending_invite() {
        // The interview is bound, the invitation is still being recorded.
        return Err(Trouble::Park {
            reason: WaitReason::StepHeld,
            after: Some(Duration::from_secs(2)),
        });
    }
    let heymilo = function.vendors.heymilo(&hint.workspace).await?;
    match heymilo.interview(interview).await? {
        Some(data) => match (sighting(&data), event_type) {
            (Some(shown @ (Sighting::NotStarted | Sighting::InProgress)), event) if event == AGENT_TO_BE_READ || order.state == REMOVED => {
                by_agent(function, &heymilo, order, shown, now).await
            }
            // An agent that is there leaves who is being scored alone.
            (Some(Sighting::Scoring), AGENT_TO_BE_READ) if order.state == OrderState::Scoring => {
                match agent(function, &heymilo, &order, now).await? {
                    Agent::Gone => store_removed(function, order, now).await,
                    Agent::Shown(_) | Agent::Unknown => Ok(Followed::Settled("nothing_new")),
                }
            }
            (shown, _) => {
                // What HeyMilo says of a result since is said of the one that is kept, too.
                if matches!(order.state, OrderState::Completed { .. })
                    && let Some(latest) = found_over_since(function, &order).await?
                {
                    climb(function, latest, (&data, shown), now).await?;
                }
                climb(function, order, (&data, shown), now).await
            }
        },
        // One that was made just now may not be shown yet.
        None if order.state.is_open() && hint.tries < LOOKS_FOR_REMOVED => Ok(Followed::UnknownInterview),
        None if order.state.is_open() => removed(function, &heymilo, order, now).await,
        None => Ok(Followed::Settled("interview_unknown_to_heymilo")),
    }
}

/// Brings an order whose interview is not finished to where its agent wants it.
async fn by_agent(function: &Function, heymilo: &HeyMilo, order: Order, shown: Sighting, now: Moment) -> Result<Followed, Trouble> {
    let agent = match agent(function, heymilo, &order, now).await? {
        Agent::Shown(agent) => agent,
        Agent::Gone => return store_removed(function, order, now).await,
        Agent::Unknown => return Ok(Followed::Settled("agent_unknown_to_heymilo")),
    };
    let is_over = is_over(&agent, now);
    let change = if !is_over && matches!(order.state, OrderState::Expired { .. }) {
        order.reopen(shown == Sighting::InProgress, now)
    } else {
        let shown = if is_over {
            Sighting::Over(ExpiryReason::DeadlinePassed)
        } else {
            shown
        };
        let seen = absorb(&order.state, shown);
        order.see(seen, None, now)
    };
    store_sight(function, change).await
}

/// HeyMilo does not show the interview. Only where it shows the agent, or surely has it no more,
/// that says something: another key shows neither.
async fn removed(function: &Function, heymilo: &HeyMilo, order: Order, now: Moment) -> Result<Followed, Trouble> {
    match agent(function, heymilo, &order, now).await? {
        Agent::Shown(_) | Agent::Gone => store_removed(function, order, now).await,
        Agent::Unknown => Ok(Followed::Settled("agent_unknown_to_heymilo")),
    }
}

async fn store_removed(function: &Function, order: Order, now: Moment) -> Result<Followed, Trouble> {
    let seen = absorb(&order.state, Sighting::Over(ExpiryReason::InterviewRemoved));
    store_sight(function, order.see(seen, None, now)).await
}

async fn store_sight(function: &Function, change: Option<Change>) -> Result<Followed, Trouble> {
    let Some(change) = change else {
        return Ok(Followed::Settled("nothing_new"));
    };
    let order = commit(&function.store, &function.queues, change, None).await?;
    tracing::info!(order = %order.order, state = order.state.name(), result_version = order.result_version, "progress");
    Ok(Followed::Settled(order.state.name()))
}

/// Takes over what the interview shows, if it is further than what is known.
async fn climb(
    function: &Function,
    order: Order,
    (data, sighting): (&InterviewData, Option<Sighting>),
    now: Moment,
) -> Result<Followed, Trouble> {
    let Some(sighting) = sighting else {
        tracing::warn!(order = %order.order, status = data.status.as_str(), "HeyMilo reports a status we do not know");
        return Ok(Followed::Settled("unknown_status"));
    };
    if let Sighting::Reported(outcome) = sighting
        && order.keeps_reports()
    {
        let result = snapshot(function, &order, data, now).await?;
        return store_sight(function, order.keep(outcome, result, now)).await;
    }
    let seen = absorb(&order.state, sighting);
    let completed = matches!(seen.as_ref().unwrap_or(&order.state), OrderState::Completed { .. });
    let result = if completed {
        Some(snapshot(function, &order, data, now).await?)
    } else {
        None
    };
    store_sight(function, order.see(seen, result, now)).await
}

/// Stores the result as a new version if the vendor's data differ from the last one's. Returns the version that stands.
async fn snapshot(function: &Function, order: &Order, data: &InterviewData, now: Moment) -> Result<ResultVersion, Trouble> {
    let fingerprint = fingerprint(data)?;
    let known = order.result();
    if let Some(known) = known.as_ref().filter(|known| known.fingerprint == fingerprint) {
        return Ok(known.clone());
    }
    let context = match known.as_ref().filter(|_| order.result_interview == order.interview) {
        // What the first version of an interview says of job and agent stays: a new title is no new result.
        Some(known) => writeback::load_report(function, order, known).await?.context,
        None => first_context(function, order, data, now).await?,
    };
    let content = serde_json::to_vec(&Report::from_interview(data, context)).map_err(|error| Trouble::Infrastructure(error.into()))?;
    let link = Link {
        workspace: order.workspace.clone(),
        order: order.order.clone(),
        purpose: LinkPurpose::Report,
        void: false,
    };
    let token = function.signing.report_link_token(&order.workspace, &order.order);
    function.store.put_link(&token_hash(&token), &link).await?;
    let version = ResultVersion {
        number: known.map_or(0, |known| known.number) + 1,
        fingerprint,
    };
    function
        .store
        .put_result(&order.workspace, &order.order, &version, &content)
        .await?;
    Ok(version)
}

async fn first_context(function: &Function, order: &Order, data: &InterviewData, now: Moment) -> Result<Context, Trouble> {
    let mapping = function
        .store
        .mapping(&order.workspace, &order.connection, &order.requisition)
        .await?;
    let (job_title, posting_title) = mapping
        .map(|mapping| (mapping.requisition_title, mapping.posting_title))
        .unwrap_or_default();
    Ok(Context {
        candidate_name: data.name.clone(),
        job_requisition_id: order.requisition.to_string(),
        job_title,
        posting_title,
        // The day we first saw the report: HeyMilo's result names none.
        completed_on: now.to_date(),
        report_id: function.signing.marker(&order.order, "report", 0),
        // The version is the row's.
        version: 0,
        view_report_url: function.report_url(order),
    })
}

/// SHA-256 (base32) of what HeyMilo says of the interview: scores, answers. Neither the person's contact data nor what we gave
/// it at ingest, nor what recruiters decided afterwards, which is the order's outcome and makes no second report; and what is
/// absent or empty counts as not said, so that a release that reads one more field makes no new version of a result that
/// lacks it.
fn fingerprint(data: &InterviewData) -> Result<String, Trouble> {
    let mut said = serde_json::to_value(data).map_err(|error| Trouble::Infrastructure(error.into()))?;
    if let Some(fields) = said.as_object_mut() {
        fields.retain(|name, _| !matches!(name.as_str(), "name" | "email" | "metadata" | "workflow" | "status"));
    }
    drop_unsaid(&mut said);
    Ok(ledger::input_hash(&[&said.to_string()]))
}

/// Removes nulls, empty texts, lists and objects, at every depth.
fn drop_unsaid(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(drop_unsaid);
            fields.retain(|_, value| is_said(value));
        }
        Value::Array(items) => items.iter_mut().for_each(drop_unsaid),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_said(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(said) => *said,
        Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn data(change: impl FnOnce(&mut Value)) -> InterviewData {
        let mut data = json!({
            "interview_id": "I1", "candidate_id": "cand_1", "posting_id": "13D77095", "name": "Dana Example", "email": "dana@example.com",
            "score": 87.5, "status": "completed", "metadata": { "external_id": "order" }
        });
        change(&mut data);
        serde_json::from_value(data).unwrap()
    }

    #[test]
    fn a_version_is_a_change_of_what_heymilo_says_of_the_interview_and_of_nothing_else() {
        let first = fingerprint(&data(|_| {})).unwrap();
        assert_eq!(fingerprint(&data(|data| data["name"] = json!("Dana E. Example"))).unwrap(), first);
        assert_eq!(fingerprint(&data(|data| data["metadata"] = json!({}))).unwrap(), first);
        assert_eq!(
            fingerprint(&data(|data| data["web_interview"] = json!({ "highlights": [] }))).unwrap(),
            first,
            "nothing is said"
        );
        assert_ne!(fingerprint(&data(|data| data["score"] = json!(88))).unwrap(), first);
        assert_eq!(
            fingerprint(&data(|data| data["status"] = json!("shortlisted"))).unwrap(),
            first,
            "an outcome"
        );
    }
}
