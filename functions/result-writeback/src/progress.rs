//! Re-reads an interview and lets the order climb: what an event said is never believed.

use crate::function::Function;
use access::Trouble;
use domain::order::Outcome;
use domain::progress::{Sighting, absorb, rank};
use domain::{HintId, InterviewId, Moment, Order, OrderState, Work, WorkspaceId};
use heymilo::{InterviewData, InterviewStatus};
use lambda_kit::signing::token_hash;
use report::{Context, Report};
use std::time::Duration;
use store::Arm;
use store::due::Next;
use store::hint::{About, Hint};
use store::link::{Link, LinkPurpose};
use store::result::fingerprint;

/// An event may overtake the answer that created its interview; after this many looks it is about somebody else's.
const MAX_TRIES: u32 = 8;

/// Re-reads the interview a hint points at.
pub(crate) async fn read_interview(function: &Function, workspace: &WorkspaceId, hint: &HintId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(mut hint) = function.store.hint(workspace, hint).await? else {
        return Ok(Next::Finished("hint_gone"));
    };
    let outcome = match follow(function, &hint, now).await {
        Err(Trouble::Park { after, .. }) => {
            hint.tries += 1;
            function.store.update_hint(&hint).await?;
            return Ok(Next::Park(function.vendors.retry_at(now, hint.tries, after), "parked"));
        }
        Err(Trouble::Refused { message }) => {
            tracing::warn!(hint = %hint.hint, reason = message, "HeyMilo refuses to show an interview");
            "refused_by_heymilo"
        }
        Err(trouble) => return Err(trouble),
        Ok(outcome) => outcome,
    };
    if outcome == NOT_OURS && hint.tries < MAX_TRIES {
        hint.tries += 1;
        function.store.update_hint(&hint).await?;
        return Ok(Next::Park(function.vendors.retry_at(now, hint.tries, None), outcome));
    }
    hint.outcome = Some(outcome.to_owned());
    hint.tries = 0;
    function.store.update_hint(&hint).await?;
    Ok(Next::Finished(outcome))
}

const NOT_OURS: &str = "unknown_interview";

async fn follow(function: &Function, hint: &Hint, now: Moment) -> Result<&'static str, Trouble> {
    let About::Interview { interview, .. } = &hint.about else {
        return Ok("not_an_interview");
    };
    let Ok(interview) = InterviewId::new(interview.as_str()) else {
        return Ok(NOT_OURS);
    };
    let Some(claim) = function.store.interview(&hint.workspace, &interview).await? else {
        return Ok(NOT_OURS);
    };
    let Some(order) = function.store.order(&hint.workspace, &claim.order).await? else {
        return Ok("order_gone");
    };
    if order.state.is_pending_invite() {
        // The interview is bound, the invitation is still being recorded.
        return Err(Trouble::Park {
            reason: domain::order::WaitReason::StepHeld,
            after: Some(Duration::from_secs(2)),
        });
    }
    let heymilo = function.vendors.heymilo(&hint.workspace).await?;
    let data = heymilo.client.interview_data(&heymilo.api_key, interview.as_str()).await;
    let data = data.map_err(|error| Trouble::from_heymilo(&error))?;
    climb(function, order, &interview, &data, now).await
}

/// Takes over what the interview shows, if it is further than what is known.
async fn climb(
    function: &Function,
    mut order: Order,
    interview: &InterviewId,
    data: &InterviewData,
    now: Moment,
) -> Result<&'static str, Trouble> {
    let Some(sighting) = sighting(data) else {
        tracing::warn!(order = %order.order, status = data.status.as_str(), "HeyMilo reports a status we do not know");
        return Ok("unknown_status");
    };
    let next = absorb(&order.state, sighting);
    let state = next.clone().unwrap_or_else(|| order.state.clone());
    let version = if matches!(state, OrderState::Completed { .. }) {
        snapshot(function, &order, data, now).await?
    } else {
        order.result_version
    };
    if next.is_none() && version == order.result_version {
        return Ok("nothing_new");
    }
    order.rank = rank(&state);
    order.state = state;
    order.result_version = version;
    order.updated_at = now;
    let work = Work::WriteBack {
        order: order.order.clone(),
    };
    let order = function
        .store
        .save_order(
            order,
            &[Arm {
                work: work.clone(),
                at: now,
            }],
        )
        .await?;
    if let (OrderState::Completed { .. }, Some(posting)) = (&order.state, &order.posting) {
        function.store.close_interview(&order.workspace, posting, interview).await?;
    }
    tracing::info!(order = %order.order, state = order.state.name(), result_version = order.result_version, "progress");
    function.queues.announce(&order.workspace, work).await;
    Ok(order.state.name())
}

/// What the interview's status says. `None`: a value we do not know; nothing is concluded from it.
fn sighting(data: &InterviewData) -> Option<Sighting> {
    match &data.status {
        InterviewStatus::Pending => Some(Sighting::NotStarted),
        InterviewStatus::NotReady => {
            let begun = data
                .workflow
                .as_ref()
                .is_some_and(|workflow| workflow.steps.iter().any(|step| step.started));
            Some(if begun { Sighting::InProgress } else { Sighting::NotStarted })
        }
        InterviewStatus::InProgress => Some(Sighting::InProgress),
        InterviewStatus::Evaluating => Some(Sighting::Scoring),
        InterviewStatus::Completed => Some(Sighting::Reported(Outcome::Completed)),
        InterviewStatus::Shortlisted => Some(Sighting::Reported(Outcome::Shortlisted)),
        InterviewStatus::Dismissed => Some(Sighting::Reported(Outcome::Dismissed)),
        InterviewStatus::KnockedOut => Some(Sighting::Reported(Outcome::KnockedOut)),
        InterviewStatus::Unknown(_) => None,
    }
}

/// Stores the result as a new version if it differs from the last one. Returns the version that now stands.
async fn snapshot(function: &Function, order: &Order, data: &InterviewData, now: Moment) -> Result<u32, Trouble> {
    let mapping = function
        .store
        .mapping(&order.workspace, &order.connection, &order.requisition)
        .await?;
    let previous = match order.result_version {
        0 => None,
        version => function.store.result(&order.workspace, &order.order, version).await?,
    };
    let previous: Option<Report> = previous.and_then(|content| serde_json::from_slice(&content).ok());
    let context = Context {
        candidate_name: data.name.clone(),
        job_requisition_id: order.requisition.to_string(),
        job_title: mapping
            .as_ref()
            .map(|mapping| mapping.requisition_title.clone())
            .unwrap_or_default(),
        posting_title: mapping.map(|mapping| mapping.posting_title).unwrap_or_default(),
        // The day we first saw the report: HeyMilo's result names none.
        completed_on: previous.map_or_else(|| now.to_date(), |previous| previous.context.completed_on),
        report_id: function.signing.marker(&order.order, "report", 0),
        // The version is the row's, so that an unchanged result has an unchanged fingerprint.
        version: 0,
        view_report_url: function.report_url(order),
    };
    let content = serde_json::to_vec(&Report::from_interview(data, context)).map_err(|error| Trouble::Infrastructure(error.into()))?;
    if order.result_version > 0 {
        let stored = function
            .store
            .result_fingerprint(&order.workspace, &order.order, order.result_version)
            .await?;
        if stored.as_deref() == Some(fingerprint(&content).as_str()) {
            return Ok(order.result_version);
        }
    }
    let link = Link {
        workspace: order.workspace.clone(),
        order: order.order.clone(),
        purpose: LinkPurpose::Report,
        void: false,
    };
    let token = function.signing.report_link_token(&order.workspace, &order.order);
    function.store.put_link(&token_hash(&token), &link).await?;
    let version = order.result_version + 1;
    function.store.put_result(&order.workspace, &order.order, version, &content).await?;
    Ok(version)
}
