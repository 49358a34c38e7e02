//! What a poll finds that people of the workspace are to be told: once when something needs one of them, once when it is over.

use crate::function::Function;
use domain::health::Trouble as Ill;
use domain::notice::Told;
use domain::settings::Connection;
use domain::{Notice, Work, WorkspaceId};
use store::StoreError;
use store::due::Arm;
use work::Trouble;

/// Compares how a connection stands after a poll with what people were told of it.
pub(crate) async fn of_connection(function: &Function, connection: &Connection) -> Result<(), Trouble> {
    let (workspace, id) = (&connection.workspace, &connection.connection);
    let Some(standing) = function.store.connection_standing(workspace, id).await? else {
        return Ok(());
    };
    let connection = Connection {
        standing,
        ..connection.clone()
    };
    let now = function.clock.now();
    let (told, notice) = match (Ill::of(&connection, false, now), connection.standing.told) {
        (Some(ill), None) if ill.needs_a_person(&connection, now) => {
            let told = Told { since: now, ended: None };
            (Some(told), told.notice(id))
        }
        (None, Some(told)) => {
            let connection = id.clone();
            (None, Notice::WorksAgain { connection, told })
        }
        (Some(_), _) | (None, None) => return Ok(()),
    };
    let arm = Arm {
        work: Work::Notify { notice },
        at: now,
    };
    let noted = function.store.tell_of_connection(&connection, told, &arm).await;
    announce(function, workspace, noted, arm).await
}

/// Compares whether screenings need a person with what people were told.
pub(crate) async fn of_screenings(function: &Function, workspace: &WorkspaceId) -> Result<(), Trouble> {
    let store = &function.store;
    match (store.needs_a_person(workspace).await?, store.screenings_wait(workspace).await?) {
        (true, None) => {
            let since = function.clock.now();
            let arm = Arm {
                work: Work::Notify {
                    notice: Notice::ScreeningsWait { since },
                },
                at: since,
            };
            let noted = store.tell_of_screenings(workspace, since, &arm).await;
            announce(function, workspace, noted, arm).await
        }
        (false, Some(_)) => Ok(store.no_screening_waits(workspace).await?),
        (true, Some(_)) | (false, None) => Ok(()),
    }
}

async fn announce(function: &Function, workspace: &WorkspaceId, noted: Result<(), StoreError>, arm: Arm) -> Result<(), Trouble> {
    match noted {
        Ok(()) => {
            function.queues.announce(workspace, arm.work).await;
            Ok(())
        }
        // Another worker was first, or a person changed what is to be told.
        Err(StoreError::ConditionFailed) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
