//! The requisition index: all open job and evergreen requisitions of a connection, read page by page as of one moment.

use crate::function::Function;
use domain::settings::Connection;
use domain::{ConnectionId, Moment, WorkspaceId};
use std::collections::BTreeSet;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::due::Next;
use vendors::workday::{Kind, Listed, Workday};
use work::Trouble;

/// Between two refreshes nobody asked for.
const INTERVAL: Duration = Duration::from_hours(6);

/// Refreshes the index and parks the work until the next refresh.
pub(crate) async fn refresh(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(Next::Finished("gone"));
    };
    let workday = function.vendors.workday(&connection).await?;
    let mut listed = BTreeSet::new();
    for kind in [Kind::Job, Kind::Evergreen] {
        listed.extend(list(function, &connection, &workday, kind, now).await?);
    }
    for old in function.store.requisitions(workspace, &connection.connection).await? {
        if !listed.contains(&old.number) {
            function
                .store
                .delete_requisition(workspace, &connection.connection, &old.number)
                .await?;
        }
    }
    tracing::info!(connection = %connection.connection, requisitions = listed.len(), "requisition index refreshed");
    Ok(Next::Park(now.plus(INTERVAL), "refreshed"))
}

/// Reads every open requisition of a kind into the index. Returns their numbers.
async fn list(
    function: &Function,
    connection: &Connection,
    workday: &Workday,
    kind: Kind,
    now: Moment,
) -> Result<BTreeSet<String>, Trouble> {
    let (store, id) = (&function.store, &connection.connection);
    let mut pages = workday.open_requisitions(kind, now);
    let mut listed = BTreeSet::new();
    loop {
        match pages.next().await? {
            Listed::Page(entries) => {
                for entry in entries {
                    store.put_requisition(&connection.workspace, id, &entry).await?;
                    listed.insert(entry.number);
                }
            }
            // The picker says so, and the rest works.
            Listed::NotPermitted => {
                store.note(connection, ConnectionNote::EvergreenRefused(Some(now))).await?;
                return Ok(BTreeSet::new());
            }
            Listed::End => break,
        }
    }
    if kind == Kind::Evergreen && connection.standing.evergreen_refused_at.is_some() {
        store.note(connection, ConnectionNote::EvergreenRefused(None)).await?;
    }
    Ok(listed)
}
