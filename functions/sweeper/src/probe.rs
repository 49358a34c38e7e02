//! A connection that Workday ended may have been ended by an incident: for a day it is looked at again before each poll.

use crate::function::Function;
use domain::message::Cause;
use domain::standing::ConnectionState;
use domain::{ConnectionId, Work, WorkspaceId};
use std::time::Duration;
use store::StoreError;
use store::due::Arm;
use work::Trouble;

/// After that only a person brings it back.
const LOOKED_AT_FOR: Duration = Duration::from_hours(24);

/// Makes a connection active again that needs no person after all.
pub(crate) async fn look_again(function: &Function, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), Trouble> {
    let Some(connection) = function.store.connection(workspace, connection).await? else {
        return Ok(());
    };
    let now = function.clock.now();
    let standing = &connection.standing;
    let is_recent = standing.ended_at.is_some_and(|ended| now.since(ended) < LOOKED_AT_FOR);
    if standing.state != ConnectionState::ReauthorizationRequired || !is_recent || !function.vendors.is_accepted(&connection).await {
        return Ok(());
    }
    let release = Arm {
        work: Work::Release {
            cause: Cause::Workday {
                connection: connection.connection.clone(),
            },
            since: now,
        },
        at: now,
    };
    match function.store.reactivate(&connection, &release).await {
        Ok(()) => {
            tracing::info!(workspace = %workspace, connection = %connection.connection, "Workday accepts the connection's access again");
            function.queues.announce(workspace, release.work).await;
            Ok(())
        }
        // A person connected or disconnected meanwhile.
        Err(StoreError::ConditionFailed) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
