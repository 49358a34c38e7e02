//! One posting's poll: the candidate list, a hundred a page, compared with the interviews that may still move.

use crate::function::Function;
use crate::set_aside::SetAside;
use crate::{over, part};
use domain::order::WaitReason;
use domain::part::{Obstacle, PartStanding};
use domain::progress::Sighting;
use domain::settings::Mapping;
use domain::standing::PostingStanding;
use domain::{ConnectionId, OrderState, PostingId, WorkspaceId, progress};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::due::Next;
use store::hint::AGENT_TO_BE_READ;
use store::interview::OpenInterview;
use vendors::Stopped;
use vendors::heymilo::{HeyMilo, PolledInterview, Posting, deadline, is_over};
use work::Trouble;

/// Between two polls of a posting whose requisitions are all unlinked but whose interviews still run.
const UNLINKED_INTERVAL: Duration = Duration::from_mins(5);
/// Between two looks at an agent that HeyMilo does not show.
const UNKNOWN_INTERVAL: Duration = Duration::from_hours(1);

/// Interviews read one by one in a poll, where the list does not show them.
const SINGLE_READS: usize = 20;

/// Polls one posting, notes how its polls stand, and parks the work until the next poll.
pub(crate) async fn poll(function: &Function, workspace: &WorkspaceId, posting: &PostingId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let mut linked = function.store.mappings(workspace).await?;
    linked.retain(|mapping| mapping.posting == *posting);
    let interval = interval(function, workspace, &linked).await?;
    let known = function.store.posting_standing(workspace, posting).await?;
    let known = known.unwrap_or_else(|| PostingStanding::new(workspace, posting));
    let (watched, unreadable) = function.store.watched_interviews(workspace, posting).await?;
    let (over, open): (Vec<_>, Vec<_>) = watched.into_iter().partition(|open| open.over.is_some());
    let over = over::kept(function, (workspace, posting), over).await?;
    // Of an agent that is gone and that nobody is linked to, nothing is left to be told.
    let is_done_with = interval.is_none() && known.is_gone(now) && open.is_empty();
    let unreadable = if is_done_with { 0 } else { unreadable };
    let is_nobody_there = open.is_empty() && over.is_empty() && unreadable == 0;
    if is_nobody_there && interval.is_none() {
        function.store.forget_posting(workspace, posting).await?;
        return Ok(Next::Finished("unlinked"));
    }
    let next = now.plus(interval.unwrap_or(UNLINKED_INTERVAL));
    if is_nobody_there && known.polls.problem.is_none() {
        // Nobody to look for: this round costs reads of our own table and no call.
        return Ok(Next::Park(next, "idle"));
    }
    let mut look = Look {
        function,
        of: (workspace, posting),
        links: &linked,
        hints: 0,
        set_aside: SetAside::rows(unreadable),
        is_done_with,
        shows_agent: None,
    };
    let stopped = look.take(&open, &over, &known.polls).await?;
    let Look {
        hints,
        set_aside,
        shows_agent,
        ..
    } = look;
    tracing::info!(posting = %posting, open = open.len(), over = over.len(), hints, set_aside = set_aside.interviews, "posting polled");
    let polls = match (stopped, set_aside.problem(now)) {
        (Some(stopped), _) => {
            tracing::warn!(posting = %posting, open = open.len(), obstacle = ?stopped.obstacle, outcome = "part_stopped", "a posting's poll was stopped");
            part::after(function, &known.polls, stopped, None)?
        }
        (None, Some(problem)) => known.polls.but_for(problem),
        (None, None) => PartStanding::succeeded(now),
    };
    let next = polls.next_at.unwrap_or(next);
    let unknown_since = match shows_agent {
        Some(false) => known.unknown_since.or(Some(now)),
        None if is_done_with => known.unknown_since,
        Some(true) | None => None,
    };
    let standing = PostingStanding {
        polls,
        unknown_since,
        ..known
    };
    function.store.note_posting(&standing).await?;
    if standing.is_gone(now) {
        gone(function, (workspace, posting), &open).await?;
    }
    Ok(Next::Park(next, "polled"))
}

/// HeyMilo has the agent no more: whoever has not finished cannot go on.
async fn gone(function: &Function, of: (&WorkspaceId, &PostingId), open: &[OpenInterview]) -> Result<(), Trouble> {
    for open in open {
        function.hint_at(of, open.interview.as_str(), AGENT_TO_BE_READ).await?;
    }
    Ok(())
}

/// One look at a posting's interviews on its way.
struct Look<'a> {
    function: &'a Function,
    of: (&'a WorkspaceId, &'a PostingId),
    links: &'a [Mapping],
    /// Interviews that say something new.
    hints: usize,
    set_aside: SetAside,
    /// The agent is gone, and nobody is linked to it.
    is_done_with: bool,
    /// Whether HeyMilo shows the agent; none: it did not say.
    shows_agent: Option<bool>,
}

impl Look<'_> {
    /// Looks at all of them; what stopped it, if anything did.
    async fn take(&mut self, open: &[OpenInterview], over: &[OpenInterview], before: &PartStanding) -> Result<Option<Stopped>, Trouble> {
        let (workspace, posting) = self.of;
        let heymilo = match self.function.vendors.heymilo(workspace).await {
            Ok(heymilo) => heymilo,
            Err(trouble @ Trouble::Park { .. }) => {
                return Ok(Some(Stopped {
                    trouble,
                    obstacle: Obstacle::AccessRefused,
                    words: "There is no HeyMilo API key that can be used".to_owned(),
                }));
            }
            Err(trouble) => return Err(trouble),
        };
        self.hints += over::look(self.function, &heymilo, self.of, over, &mut self.set_aside).await?;
        // What kept it is over once HeyMilo shows the agent, whoever is left to look for.
        let is_nobody_there = open.is_empty() && before.problem.is_none() && !over.iter().any(over::is_expired);
        if is_nobody_there || self.is_done_with {
            return Ok(None);
        }
        let agent = match heymilo.posting(posting).await {
            Ok(agent) => agent,
            Err(stopped) => return Ok(Some(stopped)),
        };
        self.shows_agent = Some(agent.is_some());
        let Some(agent) = agent else {
            return Ok(Some(unknown_to_heymilo()));
        };
        self.note_agent(&agent).await?;
        if let Some(stopped) = self.moving(&heymilo, open).await? {
            return Ok(Some(stopped));
        }
        let is_over = is_over(&agent, self.function.clock.now());
        self.hints += over::turned(self.function, self.of, open.iter().chain(over), is_over).await?;
        Ok(None)
    }

    /// Whoever invites by the agent is to know up to when that has sense, and in which language.
    async fn note_agent(&self, agent: &Posting) -> Result<(), Trouble> {
        let store = &self.function.store;
        let (deadline, language) = (deadline(agent), agent.language.as_deref());
        for link in self.links {
            if link.standing.posting_deadline != deadline {
                store.note_deadline(link, deadline).await?;
            }
            if link.standing.posting_language.as_deref() != language {
                store.note_language(link, language).await?;
            }
        }
        Ok(())
    }

    /// Looks for the interviews that may still move.
    async fn moving(&mut self, heymilo: &HeyMilo, open: &[OpenInterview]) -> Result<Option<Stopped>, Trouble> {
        let Some(oldest) = open.iter().map(|open| open.since).min() else {
            return Ok(None);
        };
        let open: BTreeMap<String, OpenInterview> = open.iter().map(|open| (open.interview.to_string(), open.clone())).collect();
        let mut unlisted = open.clone();
        let mut found = Vec::new();
        let mut pages = heymilo.interviews_since(self.of.1, oldest);
        loop {
            match pages.next().await {
                Ok(Some(page)) => found.extend(page.into_iter().filter(|polled| unlisted.remove(&polled.interview).is_some())),
                Ok(None) => break,
                Err(stopped) => return Ok(Some(stopped)),
            }
            self.hints += hint(self.function, self.of, &open, std::mem::take(&mut found)).await?;
        }
        // Older than the order: HeyMilo answered our ingest with one that it had before, and the list begins later.
        // A few at a time, others each time: one that HeyMilo does not show is its own trouble and nobody else's.
        let turn = usize::try_from(self.function.clock.now().epoch_seconds() / 60).unwrap_or_default() % unlisted.len().max(1);
        for interview in unlisted.values().cycle().skip(turn).take(unlisted.len().min(SINGLE_READS)) {
            match heymilo.polled_interview(&interview.interview).await {
                Ok(Some(polled)) => self.hints += hint(self.function, self.of, &open, vec![polled]).await?,
                Ok(None) => {
                    self.function
                        .hint_at(self.of, interview.interview.as_str(), AGENT_TO_BE_READ)
                        .await?;
                    self.hints += 1;
                }
                Err(stopped) => self.set_aside.interview(&interview.interview, stopped),
            }
        }
        Ok(None)
    }
}

/// HeyMilo does not show the agent: it was deleted, or the key is another workspace's.
fn unknown_to_heymilo() -> Stopped {
    Stopped {
        trouble: Trouble::Park {
            reason: WaitReason::HeyMiloUnavailable,
            after: Some(UNKNOWN_INTERVAL),
        },
        obstacle: Obstacle::UnknownId,
        words: "HeyMilo has no such agent for this key".to_owned(),
    }
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

/// The shortest poll interval among the connections of an agent's links; `None`: there is no link.
async fn interval(function: &Function, workspace: &WorkspaceId, links: &[Mapping]) -> Result<Option<Duration>, Trouble> {
    let linked: BTreeSet<&ConnectionId> = links.iter().map(|mapping| &mapping.connection).collect();
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
