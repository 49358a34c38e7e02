//! Whether Workday's pushes come before a poll finds what they tell of.

use crate::function::Function;
use crate::look::Poll;
use domain::Moment;
use domain::push::PushStanding;
use domain::settings::Connection;
use store::connection::ConnectionNote;
use store::hint::Hint;
use vendors::workday::PolledEvent;
use work::Trouble;

/// How the pushes stand, with what came since that was last noted.
pub(crate) async fn standing(function: &Function, connection: &Connection) -> Result<PushStanding, Trouble> {
    let known = connection.standing.push;
    let last = function.store.last_push(&connection.workspace, &connection.connection).await?;
    let Some(push) = last.and_then(|last| known.pushed(last.at)) else {
        return Ok(known);
    };
    function.store.note(connection, ConnectionNote::Push(push)).await?;
    Ok(push)
}

/// A send status that a poll is about to hint at: the first time that one is found on its event, it is noted where no push told of
/// it since `unset`, when it was not there yet. Looked at before the hint is stored, by which later polls know that they are not the first.
pub(crate) async fn compare(poll: &Poll<'_>, polled: &PolledEvent, hint: &Hint, unset: Moment) -> Result<(), Trouble> {
    let (store, connection) = (&poll.function.store, poll.connection);
    if store.hint(&connection.workspace, &hint.hint).await?.is_some() {
        return Ok(());
    }
    let of = (&connection.workspace, &connection.connection);
    let pushed = store
        .last_push_about(of, polled.application.as_deref(), polled.assessment.as_deref())
        .await?;
    if pushed.is_some_and(|at| at >= unset) {
        return Ok(());
    }
    tracing::info!(connection = %connection.connection, outcome = "not_pushed", "a poll found a send status that no push told of");
    let missed = poll.push.missed(poll.begun);
    Ok(store.note(connection, ConnectionNote::Push(missed)).await?)
}
