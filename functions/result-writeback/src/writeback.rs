//! Brings the Workday record to the order's current state: assessment first, then the PDF, then the move. A later
//! part that fails neither undoes nor repeats an earlier one.

use crate::function::Function;
use crate::target::{Target, step_name, target};
use crate::wording;
use domain::order::{OrderState, Outcome, ResultVersion, Written};
use domain::settings::Connection;
use domain::trigger::Visits;
use domain::{Moment, Order, OrderId, WorkspaceId};
use report::Report;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::due::Next;
use store::ledger::{self, Class, Step};
use vendors::workday::{self, MoveOn, PutReport, Workday, WorkdayEffect, WriteAssessment};
use work::{Trouble, commit, giving_up};

/// Why the record is not as it should be, and what that waits for.
enum Stop {
    Trouble(Trouble),
    /// Workday refused a part, for good: only a person's *write again* changes that.
    Refused(String),
    /// A person must mend something first: the words say what Workday does not take.
    Mend(String),
}

impl<E: Into<Trouble>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

/// What one write-back works with.
struct Job<'a> {
    function: &'a Function,
    order: &'a Order,
    workday: &'a Workday,
    /// The attachment alone carries the result.
    limited: bool,
    /// The tenant's.
    today: String,
}

/// Writes what is not written yet. Parks while Workday cannot take it; loses nothing.
pub(crate) async fn write_back(function: &Function, workspace: &WorkspaceId, order: &OrderId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(mut order) = function.store.order(workspace, order).await? else {
        return Ok(Next::Finished("order_gone"));
    };
    match write(function, &mut order, now).await {
        Err(Stop::Mend(words)) => {
            if found_again(function, &order, now).await? {
                return Ok(Next::Park(now, "person_found_again"));
            }
            let looks = order.tries;
            tracing::warn!(order = %order.order, "a write waits until an id or a permission is mended in Workday");
            waits_for_a_person(function, order, words, now.plus(giving_up::until_mended(looks)), now).await
        }
        Err(Stop::Trouble(Trouble::Park { reason, after })) => {
            let is_failure = giving_up::is_failure(reason, after);
            if is_failure {
                order = commit(&function.store, &function.queues, order.count_try(reason, now), None).await?;
            }
            let now = function.clock.now();
            let failures = if is_failure { order.tries } else { 0 };
            let at = function.worker.retry_at(now, reason, failures, after);
            Ok(Next::Park(giving_up::at_last(&order, reason, at, now), "parked"))
        }
        Err(Stop::Refused(message) | Stop::Trouble(Trouble::Refused { message })) => refused(function, order, message, now).await,
        // Disconnected by a person: nothing is written any more; connecting again arms what is open.
        Err(Stop::Trouble(Trouble::Disconnected)) => {
            if let Some(resting) = order.rest(now) {
                commit(&function.store, &function.queues, resting, None).await?;
            }
            Ok(Next::Park(now.plus(Duration::from_hours(1)), "disconnected"))
        }
        Err(Stop::Trouble(other @ (Trouble::Again | Trouble::Infrastructure(_)))) => Err(other),
        Ok(next) => Ok(next),
    }
}

async fn write(function: &Function, order: &mut Order, now: Moment) -> Result<Next, Stop> {
    let connection = function
        .store
        .connection(&order.workspace, &order.connection)
        .await?
        .ok_or(Trouble::Disconnected)?;
    let Some(target) = target(order, &connection.options.identifiers) else {
        return nothing_to_write(function, order, "nothing_to_write", now).await;
    };
    if order.record_is_current() {
        return nothing_to_write(function, order, "already_written", now).await;
    }
    let workday = function.vendors.workday(&connection).await?;
    let report = match &target.result {
        Some(version) => Some(load_report(function, order, version).await?),
        None => None,
    };
    let decided = order.outcome().map(Outcome::name);
    let shown = report.clone().map(|report| report.decided(decided));
    let mut job = Job {
        function,
        order,
        workday: &workday,
        limited: false,
        today: connection.options.day(now),
    };
    let written = job.write_assessment(&target, shown.as_ref()).await?;
    job.limited = written.is_none();
    let event = written.filter(|event| !event.is_empty());
    let limited = job.limited;
    if let Err(stop) = job.file_and_move(report.as_ref()).await {
        if let Some(event) = event.filter(|event| !order.shows_write_to(event)) {
            *order = commit(&function.store, &function.queues, order.clone().assessed(event, now), None).await?;
        }
        return Err(stop);
    }
    let note = news(order, &connection, limited, report.is_some(), now);
    let written = Written {
        rank: target.rank,
        version: target.result.map_or(order.written.version, |result| result.number),
        attempt: order.attempt,
        outcome: order.outcome(),
        answers: order.assess_event.clone(),
        // What was written to an event before stands there still.
        event: event.or_else(|| order.written.event.clone().filter(|_| limited && order.is_written())),
        at: Some(function.clock.now()),
    };
    let wrote = order.clone().wrote(written, limited, now);
    *order = commit(&function.store, &function.queues, wrote, None).await?;
    // After the commit: whoever collided writes again, and must not count again.
    if let Some(note) = note
        && let Err(error) = function.store.note(&connection, note).await
    {
        tracing::warn!(connection = %connection.connection, error = &error as &dyn std::error::Error, "a limited write-back was not counted");
    }
    tracing::info!(order = %order.order, state = order.state.name(), written_rank = order.written.rank, "written to Workday");
    Ok(Next::Finished("written"))
}

/// What kept an earlier write from being taken is nobody's business any more.
async fn nothing_to_write(function: &Function, order: &Order, word: &'static str, now: Moment) -> Result<Next, Stop> {
    if let Some(settled) = order.clone().needs_no_write(now) {
        commit(&function.store, &function.queues, settled, None).await?;
    }
    Ok(Next::Finished(word))
}

/// Whether what Workday does not take is the person's old record: they were merged into another one, and the order goes
/// over to it. A look that fails says nothing, and the next one comes with the next try.
async fn found_again(function: &Function, order: &Order, now: Moment) -> Result<bool, Trouble> {
    let connection = function.store.connection(&order.workspace, &order.connection).await?;
    let connection = connection.ok_or(Trouble::Disconnected)?;
    let workday = function.vendors.workday(&connection).await?;
    match workday.whoever_has(&order.application).await {
        Ok(Some(seen)) if seen.candidate != order.candidate => {
            tracing::info!(order = %order.order, "the person is found under another record in Workday");
            commit(
                &function.store,
                &function.queues,
                order.clone().found_under(seen.candidate, now),
                None,
            )
            .await?;
            Ok(true)
        }
        Ok(_) | Err(_) => Ok(false),
    }
}

/// What a written record says about the connection. One candidate whose record takes no result is that candidate's; each
/// result counts once, with the first version of it.
fn news(order: &Order, connection: &Connection, limited: bool, has_report: bool, now: Moment) -> Option<ConnectionNote> {
    let known = &connection.standing;
    if limited {
        let is_first = has_report && order.written.version == 0;
        return is_first.then(|| ConnectionNote::AttachmentOnly {
            since: known.limited_write_back_since.unwrap_or(now),
        });
    }
    (known.limited_in_a_row > 0).then_some(ConnectionNote::WholeRecord)
}

/// The refusal among the ends of a part; it stops nothing yet.
fn refusal<T>(part: Result<T, Stop>) -> Result<Option<String>, Stop> {
    match part {
        Ok(_) => Ok(None),
        Err(Stop::Refused(reason)) => Ok(Some(reason)),
        Err(stop @ (Stop::Trouble(_) | Stop::Mend(_))) => Err(stop),
    }
}

impl Job<'_> {
    /// The event that shows it. `None`: there is no assessment that we may write to.
    async fn write_assessment(&self, target: &Target, report: Option<&Report>) -> Result<Option<String>, Stop> {
        let (function, order) = (self.function, self.order);
        let version = target.result.as_ref().map_or(0, |result| result.number);
        let marker = function.signing.marker(&order.order, "note", version);
        let wording = wording::of_assessment(target, report, &marker, self.today.clone());
        let step = self.step(step_name(order, target), Class::Idempotent, wording.input_hash());
        let visits = self.visits().await?;
        self.run(&step, WriteAssessment::new(self.workday, order, &visits, wording)).await
    }

    /// What the lock row knows of this visit and others: a late result may come when the next visit has begun.
    async fn visits(&self) -> Result<Visits, Stop> {
        let row = self.function.store.application_of(self.order).await?;
        Ok(row.map(|row| row.visits).unwrap_or_default())
    }

    /// The PDF, then the move. What Workday refuses of the report does not keep the application from moving on.
    async fn file_and_move(&self, report: Option<&Report>) -> Result<(), Stop> {
        let report_refused = match report {
            Some(report) => refusal(self.put_report(report).await)?,
            None => None,
        };
        let move_refused = refusal(self.move_on().await)?;
        move_refused.or(report_refused).map_or(Ok(()), |reason| Err(Stop::Refused(reason)))
    }

    async fn put_report(&self, report: &Report) -> Result<(), Stop> {
        let version = report.context.version;
        let marker = self.function.signing.marker(&self.order.order, "attachment", version);
        let pdf = report.pdf().map_err(|error| Trouble::Infrastructure(error.into()))?;
        let filing = workday::Filing {
            candidate: &self.order.candidate,
            marker: &marker,
            file_name: report.pdf_file_name(),
            pdf,
            comment: wording::of_attachment(report, self.limited),
        };
        let name = format!("a{}-v{version}-attachment", self.order.attempt);
        let step = self.step(name, Class::Readable, ledger::input_hash(&[&marker]));
        self.run(&step, PutReport::new(self.workday, filing)).await?;
        Ok(())
    }

    /// Moves the application on where the mapping names a step; a recruiter's own move is never undone, and whoever withdrew
    /// stays where they are, whatever became of their result.
    async fn move_on(&self) -> Result<(), Stop> {
        let order = self.order;
        if order.withdrew || !moves_on(&order.state) {
            return Ok(());
        }
        let mapping = self
            .function
            .store
            .mapping(&order.workspace, &order.connection, &order.requisition)
            .await?;
        let Some(next_step) = mapping.and_then(|mapping| mapping.options.next_step) else {
            return Ok(());
        };
        // Once per attempt, whatever the result's version: a rescoring moves nobody again.
        let name = format!("a{}-move", order.attempt);
        let step = self.step(name, Class::Idempotent, ledger::input_hash(&[order.application.as_str()]));
        self.run(&step, MoveOn::new(self.workday, order, &next_step)).await?;
        Ok(())
    }

    fn step(&self, name: String, class: Class, input_hash: String) -> Step<'_> {
        Step {
            workspace: &self.order.workspace,
            owner: (&self.order.order).into(),
            name,
            class,
            input_hash,
            round: self.order.write_round,
        }
    }

    /// Runs one write. `None`: Workday has no place for it.
    async fn run<E: WorkdayEffect>(&self, step: &Step<'_>, effect: E) -> Result<Option<String>, Stop> {
        match self.workday.write(step, self.function.timing, effect).await? {
            workday::Written::There(result) => Ok(Some(result)),
            workday::Written::NoPlace => Ok(None),
            workday::Written::Refused(reason) => Err(Stop::Refused(reason)),
            workday::Written::Mend(words) => Err(Stop::Mend(words)),
        }
    }
}

/// Whether an outcome is one to move on with: those HeyMilo knocked out or dismissed wait for a person.
fn moves_on(state: &OrderState) -> bool {
    matches!(
        state,
        OrderState::Completed {
            outcome: Outcome::Completed | Outcome::Shortlisted
        }
    )
}

pub(crate) async fn load_report(function: &Function, order: &Order, version: &ResultVersion) -> Result<Report, Trouble> {
    let content = function.store.result(&order.workspace, &order.order, version).await?;
    let content = content.ok_or_else(|| Trouble::Infrastructure("a result version is missing".into()))?;
    Report::from_stored(&content, version.number).map_err(|error| Trouble::Infrastructure(error.into()))
}

/// A look at a refusal that nothing but a person's *write again* changes: rare, and costs no call.
const BETWEEN_LOOKS_AT_A_REFUSAL: Duration = Duration::from_hours(24);

/// Workday refused the write: the reason stands on the order, the result is kept, and the row stays for a person to
/// release.
async fn refused(function: &Function, order: Order, reason: String, now: Moment) -> Result<Next, Trouble> {
    tracing::error!(order = %order.order, "Workday refused the write-back");
    lambda_kit::telemetry::metric("WriteBackRefused", 1.0, &[]);
    waits_for_a_person(function, order, reason, now.plus(BETWEEN_LOOKS_AT_A_REFUSAL), now).await
}

/// The write waits, visibly, until a person mended what Workday does not take, or asks for it again.
async fn waits_for_a_person(function: &Function, order: Order, words: String, until: Moment, now: Moment) -> Result<Next, Trouble> {
    commit(&function.store, &function.queues, order.write_waits(words, until, now), None).await?;
    Ok(Next::Park(until, "waits_for_a_person"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_completed_and_was_not_turned_down_moves_on() {
        for (outcome, expected) in [
            (Outcome::Completed, true),
            (Outcome::Shortlisted, true),
            (Outcome::Dismissed, false),
            (Outcome::KnockedOut, false),
        ] {
            assert_eq!(moves_on(&OrderState::Completed { outcome }), expected, "{outcome:?}");
        }
        for state in [OrderState::Invited, OrderState::Scoring, OrderState::Withdrawn] {
            assert!(!moves_on(&state), "{state:?}");
        }
    }

    #[test]
    fn a_part_that_is_refused_stops_no_other_and_whatever_waits_does() {
        assert_eq!(refusal(Ok(1)).ok(), Some(None));
        assert_eq!(refusal::<()>(Err(Stop::Refused("no".into()))).ok(), Some(Some("no".into())));
        assert!(matches!(refusal::<()>(Err(Stop::Mend("an id".into()))), Err(Stop::Mend(_))));
        assert!(matches!(
            refusal::<()>(Err(Stop::Trouble(Trouble::Again))),
            Err(Stop::Trouble(Trouble::Again))
        ));
    }
}
