//! Preflight: what a connection may do is tried out before a candidate needs it, and so are the agents that it is linked to.

use crate::function::Function;
use domain::preflight::{AgentVerdict, Capability, Preflight};
use domain::settings::{Connection, Mapping};
use domain::{ConnectionId, Moment, PostingId, Work, WorkspaceId};
use std::collections::BTreeMap;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::due::{Arm, Next};
use vendors::heymilo::is_closed;
use work::Trouble;

/// Between two tries, unless a person asks.
const EVERY: Duration = Duration::from_hours(24);
/// What was not answered is asked again after this.
const AGAIN: Duration = Duration::from_mins(15);
/// So many agents are looked at; who links more meets the others' words on their own pages.
const AGENTS: usize = 50;

/// Arms the try of a connection that was not tried out for a day.
pub(crate) async fn arm_if_due(function: &Function, connection: &Connection) -> Result<(), Trouble> {
    let now = function.clock.now();
    if connection.standing.tried_out_at.is_some_and(|at| now.since(at) < EVERY) {
        return Ok(());
    }
    let work = Work::TryOut {
        connection: connection.connection.clone(),
    };
    function
        .store
        .arm(
            &connection.workspace,
            &Arm {
                work: work.clone(),
                at: now,
            },
        )
        .await?;
    // The next poll need not ask for it again, whatever comes of this one.
    function.store.note(connection, ConnectionNote::TriedOut(now)).await?;
    function.queues.announce(&connection.workspace, work).await;
    Ok(())
}

/// Tries a connection out, and keeps what was found.
pub(crate) async fn try_out(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let links = function.store.mappings_of(workspace, &connection.connection).await?;
    let next_step = links.iter().find_map(|link| link.options.next_step.as_deref());
    let now = function.clock.now();
    let mut found = Preflight {
        workspace: workspace.clone(),
        connection: connection.connection.clone(),
        ran_at: now,
        verdicts: BTreeMap::new(),
        agents: agents(function, workspace, &links, now).await,
    };
    for capability in Capability::ALL {
        if capability == Capability::Move && next_step.is_none() {
            continue;
        }
        // Each try notes what it finds: the next one must not undo that.
        let standing = function.store.connection_standing(workspace, &connection.connection).await?;
        let connection = Connection {
            standing: standing.unwrap_or_default(),
            ..connection.clone()
        };
        let workday = function.vendors.workday(&connection).await?;
        let verdict = workday.try_out(capability, next_step).await?;
        found.verdicts.insert(capability.operation().to_owned(), verdict);
    }
    function.store.put_preflight(&found).await?;
    tracing::info!(workspace = %workspace, connection = %connection.connection, is_whole = found.is_whole(), "a connection was tried out");
    Ok(if found.is_whole() {
        Next::Finished("tried_out")
    } else {
        Next::Park(now.plus(AGAIN), "not_answered")
    })
}

/// How the linked agents stand. What HeyMilo does not answer says nothing.
async fn agents(function: &Function, workspace: &WorkspaceId, links: &[Mapping], now: Moment) -> BTreeMap<PostingId, AgentVerdict> {
    let mut agents: BTreeMap<PostingId, AgentVerdict> = BTreeMap::new();
    let Ok(heymilo) = function.vendors.heymilo(workspace).await else {
        return agents;
    };
    for link in links {
        if agents.len() >= AGENTS || agents.contains_key(&link.posting) {
            continue;
        }
        let verdict = match heymilo.posting(&link.posting).await {
            Ok(Some(agent)) if is_closed(&agent, now) => AgentVerdict::Closed,
            Ok(Some(_)) => AgentVerdict::Open,
            Ok(None) => AgentVerdict::Gone,
            Err(_) => AgentVerdict::Unknown,
        };
        agents.insert(link.posting.clone(), verdict);
    }
    agents
}
