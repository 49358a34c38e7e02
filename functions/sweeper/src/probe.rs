//! A connection that Workday ended may have been ended by an incident: for a day it is looked at again before each poll.

use crate::function::Function;
use domain::Work;
use domain::message::Cause;
use domain::settings::Connection;
use domain::standing::ConnectionState;
use std::time::Duration;
use store::StoreError;
use store::due::Arm;
use work::Trouble;

/// After that only a person brings it back.
const LOOKED_AT_FOR: Duration = Duration::from_hours(24);

/// Makes a connection active again that needs no person after all. Returns it as it stands now.
pub(crate) async fn look_again(function: &Function, connection: Connection) -> Result<Connection, Trouble> {
    let now = function.clock.now();
    let standing = &connection.standing;
    let is_recent = standing.ended_at.is_some_and(|ended| now.since(ended) < LOOKED_AT_FOR);
    if standing.state != ConnectionState::ReauthorizationRequired || !is_recent || !function.vendors.is_accepted(&connection).await {
        return Ok(connection);
    }
    let (workspace, id) = (&connection.workspace, &connection.connection);
    let release = Arm {
        work: Work::Release {
            cause: Cause::Workday { connection: id.clone() },
            since: now,
        },
        at: now,
    };
    match function.store.reactivate(&connection, &release).await {
        Ok(()) => {
            tracing::info!(workspace = %workspace, connection = %id, "Workday accepts the connection's access again");
            function.queues.announce(workspace, release.work).await;
        }
        // A person connected or disconnected meanwhile.
        Err(StoreError::ConditionFailed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(function.store.connection(workspace, id).await?.unwrap_or(connection))
}
