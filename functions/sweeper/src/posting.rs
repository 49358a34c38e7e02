//! One posting's poll: the candidate list, a hundred a page, compared with the interviews that may still move.

use crate::function::Function;
use access::Trouble;
use domain::order::Outcome;
use domain::{ConnectionId, OrderState, PostingId, WorkspaceId, progress};
use heymilo::{CandidateQuery, Cursors, InterviewStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::due::Next;
use store::hint::{About, Hint};
use store::order::OpenInterview;

/// Between two polls of a posting whose requisitions are all unlinked but whose interviews still run.
const UNLINKED_INTERVAL: Duration = Duration::from_mins(5);
/// HeyMilo's clock and ours may differ by this much.
const CLOCK_MARGIN: Duration = Duration::from_hours(1);

/// Polls one posting and parks the work until the next poll.
pub(crate) async fn poll(function: &Function, workspace: &WorkspaceId, posting: &PostingId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let open = function.store.open_interviews(workspace, posting).await?;
    let interval = interval(function, workspace, posting).await?;
    let Some(oldest) = open.iter().map(|open| open.since).min() else {
        // Nobody to look for: this round costs a query of our own table and no call.
        return Ok(interval.map_or(Next::Finished("unlinked"), |interval| Next::Park(now.plus(interval), "idle")));
    };
    let open: BTreeMap<String, OpenInterview> = open.into_iter().map(|open| (open.interview.to_string(), open)).collect();
    let heymilo = function.vendors.heymilo(workspace).await?;
    let mut query = CandidateQuery {
        limit: Some(100),
        starting_after: None,
        created_after: Some(oldest.minus(CLOCK_MARGIN).to_rfc3339()),
        created_before: None,
    };
    let mut cursors = Cursors::default();
    let mut hints = 0;
    loop {
        let page = heymilo.client.candidates(&heymilo.api_key, posting.as_str(), &query).await;
        let page = page.map_err(|error| Trouble::from_heymilo(&error))?;
        // The rows of a page that comes again are looked at all the same: what they show is true.
        let next = cursors.after(&page);
        for candidate in page.data.iter().filter(|candidate| open.contains_key(&candidate.interview_id)) {
            if has_moved(function, workspace, &open, &candidate.interview_id, &candidate.status).await? {
                let event_type = format!("poll:{}", candidate.status.as_str());
                let about = About::Interview {
                    posting: posting.clone(),
                    interview: candidate.interview_id.clone(),
                    event_type,
                };
                function.hint(&Hint::new(workspace.clone(), about, now)).await?;
                hints += 1;
            }
        }
        query.starting_after = next.map_err(|error| {
            tracing::warn!(posting = %posting, error = &error as &dyn std::error::Error, "a posting's candidates were not read to their end");
            Trouble::from_heymilo(&error)
        })?;
        if query.starting_after.is_none() {
            break;
        }
    }
    tracing::info!(posting = %posting, open = open.len(), hints, "posting polled");
    Ok(Next::Park(now.plus(interval.unwrap_or(UNLINKED_INTERVAL)), "polled"))
}

/// The shortest poll interval among the connections whose requisitions are linked to the posting; `None`: none is.
async fn interval(function: &Function, workspace: &WorkspaceId, posting: &PostingId) -> Result<Option<Duration>, Trouble> {
    let mappings = function.store.mappings(workspace).await?;
    let linked: BTreeSet<&ConnectionId> = mappings
        .iter()
        .filter(|mapping| mapping.posting == *posting)
        .map(|mapping| &mapping.connection)
        .collect();
    if linked.is_empty() {
        return Ok(None);
    }
    let connections = function.store.connections(workspace).await?;
    let polled = connections.iter().filter(|connection| linked.contains(&connection.connection));
    let shortest = polled.map(|connection| connection.options.poll_seconds.max(1)).min();
    Ok(shortest.map(|seconds| Duration::from_secs(u64::from(seconds))))
}

/// Whether HeyMilo's status is further than what the order knows.
async fn has_moved(
    function: &Function,
    workspace: &WorkspaceId,
    open: &BTreeMap<String, OpenInterview>,
    interview: &str,
    status: &InterviewStatus,
) -> Result<bool, Trouble> {
    let Some(open) = open.get(interview) else { return Ok(false) };
    let shown = match status {
        InterviewStatus::Pending | InterviewStatus::NotReady | InterviewStatus::Unknown(_) => return Ok(false),
        InterviewStatus::InProgress => OrderState::InProgress,
        InterviewStatus::Evaluating => OrderState::Scoring,
        InterviewStatus::Completed | InterviewStatus::Shortlisted | InterviewStatus::Dismissed | InterviewStatus::KnockedOut => {
            OrderState::Completed {
                outcome: Outcome::Completed,
            }
        }
    };
    let rank = progress::rank(&shown);
    let order = function.store.order(workspace, &open.order).await?;
    Ok(order.is_some_and(|order| order.interview.as_ref() == Some(&open.interview) && order.rank < rank))
}
