//! One posting's poll: the candidate list, a hundred a page, compared with the interviews that may still move.

use crate::function::Function;
use crate::over;
use domain::progress::Sighting;
use domain::{ConnectionId, OrderState, PostingId, WorkspaceId, progress};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::due::Next;
use store::hint::AGENT_TO_BE_READ;
use store::interview::OpenInterview;
use vendors::heymilo::{HeyMilo, PolledInterview, is_over};
use work::Trouble;

/// Between two polls of a posting whose requisitions are all unlinked but whose interviews still run.
const UNLINKED_INTERVAL: Duration = Duration::from_mins(5);
/// Between two looks at an agent that HeyMilo does not show.
const UNKNOWN_INTERVAL: Duration = Duration::from_hours(1);

/// Interviews read one by one in a poll, where the list does not show them.
const SINGLE_READS: usize = 20;

/// Polls one posting and parks the work until the next poll.
pub(crate) async fn poll(function: &Function, workspace: &WorkspaceId, posting: &PostingId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let interval = interval(function, workspace, posting).await?;
    let (over, open): (Vec<_>, Vec<_>) = function
        .store
        .open_interviews(workspace, posting)
        .await?
        .into_iter()
        .partition(|open| open.over.is_some());
    let over = over::kept(function, (workspace, posting), over).await?;
    if open.is_empty() && over.is_empty() {
        // Nobody to look for: this round costs a query of our own table and no call.
        return Ok(interval.map_or(Next::Finished("unlinked"), |interval| Next::Park(now.plus(interval), "idle")));
    }
    let next = now.plus(interval.unwrap_or(UNLINKED_INTERVAL));
    let expired = over.iter().any(over::is_expired);
    let heymilo = function.vendors.heymilo(workspace).await?;
    let mut hints = over::look(function, &heymilo, (workspace, posting), &over).await?;
    if !open.is_empty() || expired {
        let Some(agent) = heymilo.posting(posting).await? else {
            tracing::warn!(posting = %posting, open = open.len(), "HeyMilo has no such agent for this key");
            return Ok(Next::Park(now.plus(UNKNOWN_INTERVAL), "agent_unknown"));
        };
        hints += moving(function, &heymilo, (workspace, posting), &open).await?;
        hints += over::turned(function, (workspace, posting), open.iter().chain(&over), is_over(&agent, now)).await?;
    }
    tracing::info!(posting = %posting, open = open.len(), over = over.len(), hints, "posting polled");
    Ok(Next::Park(next, "polled"))
}

/// Looks for the interviews that may still move. Returns how many did.
async fn moving(
    function: &Function,
    heymilo: &HeyMilo,
    (workspace, posting): (&WorkspaceId, &PostingId),
    open: &[OpenInterview],
) -> Result<usize, Trouble> {
    let Some(oldest) = open.iter().map(|open| open.since).min() else {
        return Ok(0);
    };
    let open: BTreeMap<String, OpenInterview> = open.iter().map(|open| (open.interview.to_string(), open.clone())).collect();
    let mut unlisted = open.clone();
    let mut found = Vec::new();
    let mut pages = heymilo.interviews_since(posting, oldest);
    let mut hints = 0;
    while let Some(page) = pages.next().await? {
        found.extend(page.into_iter().filter(|polled| unlisted.remove(&polled.interview).is_some()));
        hints += hint(function, (workspace, posting), &open, std::mem::take(&mut found)).await?;
    }
    // Older than the order: HeyMilo answered our ingest with one that it had before, and the list begins later.
    // A few at a time, others each time: one that HeyMilo does not show is its own trouble and nobody else's.
    let turn = usize::try_from(function.clock.now().epoch_seconds() / 60).unwrap_or_default() % unlisted.len().max(1);
    for interview in unlisted.values().cycle().skip(turn).take(unlisted.len().min(SINGLE_READS)) {
        match heymilo.polled_interview(&interview.interview).await {
            Ok(Some(polled)) => hints += hint(function, (workspace, posting), &open, vec![polled]).await?,
            Ok(None) => {
                function
                    .hint_at((workspace, posting), interview.interview.as_str(), AGENT_TO_BE_READ)
                    .await?;
                hints += 1;
            }
            Err(trouble) => {
                tracing::warn!(interview = %interview.interview, error = &trouble as &dyn std::error::Error, "an open interview is not shown");
            }
        }
    }
    Ok(hints)
}

/// Makes a hint of each interview that is further than its order. Returns how many.
async fn hint(
    function: &Function,
    (workspace, posting): (&WorkspaceId, &PostingId),
    open: &BTreeMap<String, OpenInterview>,
    found: Vec<PolledInterview>,
) -> Result<usize, Trouble> {
    let mut hints = 0;
    for polled in found {
        let Some(known) = open.get(&polled.interview) else { continue };
        if has_moved(function, workspace, known, polled.sighting).await? {
            let event_type = format!("poll:{}", polled.status);
            function.hint_at((workspace, posting), &polled.interview, &event_type).await?;
            hints += 1;
        }
    }
    Ok(hints)
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

/// Whether what HeyMilo says is further than what the order knows.
async fn has_moved(
    function: &Function,
    workspace: &WorkspaceId,
    open: &OpenInterview,
    sighting: Option<Sighting>,
) -> Result<bool, Trouble> {
    let shown = match sighting {
        None | Some(Sighting::NotStarted | Sighting::Over(_)) => return Ok(false),
        Some(Sighting::InProgress) => OrderState::InProgress,
        Some(Sighting::Scoring) => OrderState::Scoring,
        Some(Sighting::Reported(outcome)) => OrderState::Completed { outcome },
    };
    let rank = progress::rank(&shown);
    let order = function.store.order_if_readable(workspace, &open.order).await?;
    Ok(order.is_some_and(|order| order.interview.as_ref() == Some(&open.interview) && order.rank < rank))
}
