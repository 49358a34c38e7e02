//! Brings the Workday record to the order's current state: assessment first, then the PDF, then the move. A later
//! part that fails neither undoes nor repeats an earlier one.

use crate::assessment::{Wording, WriteAssessment};
use crate::attachment::{Filing, PutReport};
use crate::failure::{WorkdayFailure, is_mended_by_a_person, until_mended};
use crate::function::Function;
use crate::move_on::{MoveOn, moves_on};
use crate::place::Choice;
use crate::target::{NEVER_IN_ASSESSMENT, Target, step_name, target};
use access::{Trouble, Workday, commit};
use domain::order::{ResultVersion, WaitReason, Written};
use domain::settings::Connection;
use domain::trigger::Visits;
use domain::{Moment, Order, OrderId, WorkspaceId};
use report::Report;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::due::Next;
use store::ledger::{self, Class, Effect, Step, StepOutcome};

/// Calls of one write that may be issued before a person must look.
const CAP: u32 = 8;

/// How a part of the write-back ended, when it did not have to wait.
enum Part {
    /// Done; what the ledger remembers of it.
    Written(String),
    Refused(String),
}

/// Why the write-back cannot go on now.
enum Stop {
    Trouble(Trouble),
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
    connection: &'a Connection,
    workday: &'a Workday,
    /// The attachment alone carries the result.
    limited: bool,
    now: Moment,
}

/// Writes what is not written yet. Parks while Workday cannot take it; loses nothing.
pub(crate) async fn write_back(function: &Function, workspace: &WorkspaceId, order: &OrderId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(order) = function.store.order(workspace, order).await? else {
        return Ok(Next::Finished("order_gone"));
    };
    match write(function, order.clone(), now).await {
        Err(Stop::Mend(words)) => {
            let looks = order.tries;
            tracing::warn!(order = %order.order, "a write waits until an id or a permission is mended in Workday");
            waits_for_a_person(function, order, words, now.plus(until_mended(looks)), now).await
        }
        Err(Stop::Trouble(Trouble::Park { reason, after })) => {
            let tries = if reason == WaitReason::StepHeld {
                0
            } else {
                count_try(function, order, now).await?
            };
            Ok(Next::Park(function.vendors.retry_at(now, tries, after), "parked"))
        }
        Err(Stop::Trouble(Trouble::Refused { message })) => refused(function, order, message, now).await,
        // Disconnected by a person: nothing is written any more; connecting again arms what is open.
        Err(Stop::Trouble(Trouble::Disconnected)) => Ok(Next::Park(now.plus(Duration::from_hours(1)), "disconnected")),
        Err(Stop::Trouble(other @ (Trouble::Again | Trouble::Infrastructure(_)))) => Err(other),
        Ok(next) => Ok(next),
    }
}

async fn write(function: &Function, order: Order, now: Moment) -> Result<Next, Stop> {
    let connection = function
        .store
        .connection(&order.workspace, &order.connection)
        .await?
        .ok_or(Trouble::Disconnected)?;
    let Some(target) = target(&order, &connection.options.identifiers) else {
        return Ok(Next::Finished("nothing_to_write"));
    };
    if order.record_is_current() {
        return Ok(Next::Finished("already_written"));
    }
    let workday = function.vendors.workday(&connection).await?;
    let report = match &target.result {
        Some(version) => Some(load_report(function, &order, version).await?),
        None => None,
    };
    let mut job = Job {
        function,
        order: &order,
        connection: &connection,
        workday: &workday,
        limited: false,
        now,
    };
    let event = match job.write_assessment(&target, report.as_ref()).await? {
        Part::Written(event) => Some(event).filter(|event| !event.is_empty()),
        Part::Refused(reason) if reason == NEVER_IN_ASSESSMENT => {
            job.limited = true;
            None
        }
        Part::Refused(reason) => return Ok(refused(function, order, reason, now).await?),
    };
    let mut problem = None;
    if let Some(report) = &report
        && let Part::Refused(reason) = job.put_report(report).await?
    {
        problem = Some(reason);
    }
    if let Part::Refused(reason) = job.move_on().await? {
        problem = Some(reason);
    }
    if let Some(reason) = problem {
        return Ok(refused(function, order, reason, now).await?);
    }
    let limited = job.limited;
    // One candidate whose record takes no result is that candidate's; the connection says so while it is the rule.
    if limited != connection.standing.limited_write_back_since.is_some() {
        let since = limited.then_some(now);
        function.store.note(&connection, ConnectionNote::LimitedWriteBack(since)).await?;
    }
    let written = Written {
        rank: target.rank,
        version: target.result.map_or(order.written.version, |result| result.number),
        attempt: order.attempt,
        outcome: order.outcome(),
        answers: order.assess_event.clone(),
        event,
        at: Some(function.clock.now()),
    };
    let order = commit(&function.store, &function.queues, order.wrote(written, limited, now), None).await?;
    tracing::info!(order = %order.order, state = order.state.name(), written_rank = order.written.rank, "written to Workday");
    Ok(Next::Finished("written"))
}

impl Job<'_> {
    async fn write_assessment(&self, target: &Target, report: Option<&Report>) -> Result<Part, Stop> {
        let (function, order) = (self.function, self.order);
        let marker = function
            .signing
            .marker(&order.order, "note", target.result.as_ref().map_or(0, |result| result.number));
        let wording = Wording::new(target, report, &marker, self.now.to_date());
        let input_hash = wording.input_hash();
        let visits = self.visits().await?;
        let choice = Choice {
            order,
            visits: &visits,
            identifiers: &self.connection.options.identifiers,
        };
        let effect = WriteAssessment::new(self.workday, choice, wording);
        self.run(self.step(step_name(order, target), Class::Idempotent, input_hash), effect)
            .await
    }

    /// What the lock row knows of earlier visits; a first visit has none.
    async fn visits(&self) -> Result<Visits, Stop> {
        let order = self.order;
        if order.visit < 2 {
            return Ok(Visits::default());
        }
        let row = self
            .function
            .store
            .application(&order.workspace, &order.connection, &order.requisition, &order.application)
            .await?;
        Ok(row.map(|row| row.visits).unwrap_or_default())
    }

    async fn put_report(&self, report: &Report) -> Result<Part, Stop> {
        let version = report.context.version;
        let marker = self.function.signing.marker(&self.order.order, "attachment", version);
        let filing = Filing {
            order: self.order,
            identifiers: &self.connection.options.identifiers,
            report,
            marker: &marker,
            limited: self.limited,
        };
        let effect = PutReport::new(self.workday, &filing)?;
        let name = format!("a{}-v{version}-attachment", self.order.attempt);
        self.run(self.step(name, Class::Readable, ledger::input_hash(&[&marker])), effect)
            .await
    }

    /// Moves the application on where the mapping names a step; a recruiter's own move is never undone.
    async fn move_on(&self) -> Result<Part, Stop> {
        let order = self.order;
        let mapping = self
            .function
            .store
            .mapping(&order.workspace, &order.connection, &order.requisition)
            .await?;
        let Some(next_step) = mapping
            .and_then(|mapping| mapping.options.next_step)
            .filter(|_| moves_on(&order.state))
        else {
            return Ok(Part::Written(String::new()));
        };
        // Once per attempt, whatever the result's version: a rescoring moves nobody again.
        let name = format!("a{}-move", order.attempt);
        let step = self.step(name, Class::Idempotent, ledger::input_hash(&[order.application.as_str()]));
        self.run(step, MoveOn::new(self.workday, self.connection, order, &next_step)).await
    }

    fn step(&self, name: String, class: Class, input_hash: String) -> Step<'_> {
        Step {
            workspace: &self.order.workspace,
            order: &self.order.order,
            name,
            class,
            input_hash,
            cap: CAP,
            round: self.order.write_round,
        }
    }

    /// Runs one write as a ledger step; Workday's own word for a failure decides what becomes of the work.
    async fn run<E: Effect + WorkdayFailure>(&self, step: Step<'_>, effect: E) -> Result<Part, Stop> {
        let outcome = ledger::run(&self.function.store, &step, self.function.timing, self.now, &effect).await?;
        let until = match outcome {
            StepOutcome::Done(result) => return Ok(Part::Written(result)),
            StepOutcome::Refused(reason) => return Ok(Part::Refused(reason)),
            StepOutcome::Review => return Ok(Part::Refused("unproven".into())),
            StepOutcome::Park { until, .. } => until,
        };
        let Some(error) = effect.into_error() else {
            return Err(Stop::Trouble(Trouble::Park {
                reason: WaitReason::OutcomeUnknown,
                after: Some(until.since(self.now)),
            }));
        };
        if is_mended_by_a_person(&error) {
            return Err(Stop::Mend(error.to_string()));
        }
        let trouble = self.function.vendors.workday_trouble(self.connection, self.workday, error).await;
        Err(match trouble {
            Trouble::Park { reason, after } => Stop::Trouble(Trouble::Park {
                reason,
                after: Some(after.unwrap_or_default().max(until.since(self.now))),
            }),
            // The ledger tries again: whatever refuses a mere look is mended by a person, too.
            Trouble::Refused { message } => Stop::Mend(message),
            other @ (Trouble::Again | Trouble::Disconnected | Trouble::Infrastructure(_)) => Stop::Trouble(other),
        })
    }
}

pub(crate) async fn load_report(function: &Function, order: &Order, version: &ResultVersion) -> Result<Report, Trouble> {
    let content = function.store.result(&order.workspace, &order.order, version).await?;
    let content = content.ok_or_else(|| Trouble::Infrastructure("a result version is missing".into()))?;
    Report::from_stored(&content, version.number).map_err(|error| Trouble::Infrastructure(error.into()))
}

/// Counts a failed try on the order, for the retry schedule.
async fn count_try(function: &Function, order: Order, now: Moment) -> Result<u32, Trouble> {
    let counted = commit(&function.store, &function.queues, order.count_try(now), None).await?;
    Ok(counted.tries)
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
