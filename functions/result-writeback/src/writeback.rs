//! Brings the Workday record to the order's current state: assessment first, then the PDF, then the move. A later
//! part that fails neither undoes nor repeats an earlier one.

use crate::assessment::WriteAssessment;
use crate::attachment::PutReport;
use crate::failure::WorkdayFailure;
use crate::function::Function;
use crate::move_on::{MoveOn, moves_on};
use crate::target::{NEVER_IN_ASSESSMENT, Target, is_written, step_name, target};
use access::{Trouble, Workday};
use domain::order::WaitReason;
use domain::settings::Connection;
use domain::{Moment, Order, OrderId, WorkspaceId};
use report::Report;
use std::time::Duration;
use store::StoreError;
use store::due::Next;
use store::ledger::{self, Class, Effect, Step, StepOutcome};
use store::settings::ConnectionNote;

/// Calls of one write that may be issued before a person must look.
const CAP: u32 = 8;

/// How a part of the write-back ended, when it did not have to wait.
enum Part {
    Written,
    Refused(String),
}

/// Writes what is not written yet. Parks while Workday cannot take it; loses nothing.
pub(crate) async fn write_back(function: &Function, workspace: &WorkspaceId, order: &OrderId) -> Result<Next, Trouble> {
    let now = function.clock.now();
    let Some(order) = function.store.order(workspace, order).await? else {
        return Ok(Next::Finished("order_gone"));
    };
    match write(function, order.clone(), now).await {
        Err(Trouble::Park { reason, after }) => {
            let tries = if reason == WaitReason::StepHeld {
                0
            } else {
                count_try(function, order).await?
            };
            Ok(Next::Park(function.vendors.retry_at(now, tries, after), "parked"))
        }
        Err(Trouble::Refused { message }) => problem(function, order, message, now).await,
        // Disconnected by a person: nothing is written any more; connecting again arms what is open.
        Err(Trouble::Disconnected) => Ok(Next::Park(now.plus(Duration::from_hours(1)), "disconnected")),
        other => other,
    }
}

async fn write(function: &Function, mut order: Order, now: Moment) -> Result<Next, Trouble> {
    let connection = function
        .store
        .connection(&order.workspace, &order.connection)
        .await?
        .ok_or(Trouble::Disconnected)?;
    let Some(target) = target(&order, &connection.identifiers) else {
        return Ok(Next::Finished("nothing_to_write"));
    };
    if is_written(&order, &target) {
        return Ok(Next::Finished("already_written"));
    }
    let workday = function.vendors.workday(&connection).await?;
    let report = match target.result_version {
        Some(version) => Some(load_report(function, &order, version).await?),
        None => None,
    };
    let part = write_assessment(function, &order, &connection, &workday, &target, report.as_ref(), now).await?;
    if let Part::Refused(reason) = &part {
        if reason != NEVER_IN_ASSESSMENT {
            return problem(function, order, reason.clone(), now).await;
        }
        order.limited_write_back = true;
        function.store.note(&connection, ConnectionNote::LimitedWriteBack(now)).await?;
    }
    if let (Some(version), Some(report)) = (target.result_version, &report)
        && let Part::Refused(reason) = put_report(function, &order, &connection, &workday, report, version, now).await?
    {
        order.write_problem = Some(reason);
    }
    if let Part::Refused(reason) = move_on(function, &order, &connection, &workday, now).await? {
        order.write_problem = Some(reason);
    }
    order.written_rank = target.rank;
    order.written_version = target.result_version.unwrap_or(order.written_version);
    order.written_attempt = order.attempt;
    order.written_at = Some(function.clock.now());
    order.tries = 0;
    match function.store.save_order(order, &[]).await {
        Ok(order) => {
            tracing::info!(order = %order.order, state = order.state.name(), written_rank = order.written_rank, "written to Workday");
            Ok(Next::Finished("written"))
        }
        // The order climbed while we wrote: its due row is armed anew and brings us back.
        Err(StoreError::ConditionFailed) => Ok(Next::Park(now, "changed_meanwhile")),
        Err(error) => Err(error.into()),
    }
}

async fn write_assessment(
    function: &Function,
    order: &Order,
    connection: &Connection,
    workday: &Workday,
    target: &Target,
    report: Option<&Report>,
    now: Moment,
) -> Result<Part, Trouble> {
    let marker = function.signing.marker(&order.order, "note", target.result_version.unwrap_or(0));
    let today = now.to_date();
    let effect = WriteAssessment::new(workday, connection, order, target, report, &marker, &today);
    let step = Step {
        workspace: &order.workspace,
        order: &order.order,
        name: step_name(order, target),
        class: Class::Idempotent,
        input_hash: effect.input_hash(),
        cap: CAP,
    };
    run(function, connection, workday, &step, now, effect).await
}

async fn put_report(
    function: &Function,
    order: &Order,
    connection: &Connection,
    workday: &Workday,
    report: &Report,
    version: u32,
    now: Moment,
) -> Result<Part, Trouble> {
    let marker = function.signing.marker(&order.order, "attachment", version);
    let effect = PutReport::new(workday, connection, order, report, &marker)?;
    let step = Step {
        workspace: &order.workspace,
        order: &order.order,
        name: format!("a{}-v{version}-attachment", order.attempt),
        class: Class::Readable,
        input_hash: ledger::input_hash(&[&marker]),
        cap: CAP,
    };
    run(function, connection, workday, &step, now, effect).await
}

/// Moves the application on where the mapping names a step; a recruiter's own move is never undone.
async fn move_on(function: &Function, order: &Order, connection: &Connection, workday: &Workday, now: Moment) -> Result<Part, Trouble> {
    let mapping = function
        .store
        .mapping(&order.workspace, &order.connection, &order.requisition)
        .await?;
    let Some(next_step) = mapping.and_then(|mapping| mapping.next_step).filter(|_| moves_on(&order.state)) else {
        return Ok(Part::Written);
    };
    let step = Step {
        workspace: &order.workspace,
        order: &order.order,
        // Once per attempt, whatever the result's version: a rescoring moves nobody again.
        name: format!("a{}-move", order.attempt),
        class: Class::Idempotent,
        input_hash: ledger::input_hash(&[order.application.as_str()]),
        cap: CAP,
    };
    run(
        function,
        connection,
        workday,
        &step,
        now,
        MoveOn::new(workday, connection, order, &next_step),
    )
    .await
}

/// Runs one write as a ledger step; Workday's own word for a failure decides what becomes of the work.
async fn run<E: Effect + WorkdayFailure>(
    function: &Function,
    connection: &Connection,
    workday: &Workday,
    step: &Step<'_>,
    now: Moment,
    effect: E,
) -> Result<Part, Trouble> {
    let outcome = ledger::run(&function.store, step, function.timing, now, &effect).await?;
    match outcome {
        StepOutcome::Done(_) => Ok(Part::Written),
        StepOutcome::Refused(reason) => Ok(Part::Refused(reason)),
        StepOutcome::Review => Ok(Part::Refused("unproven".into())),
        StepOutcome::Park { until, .. } => {
            let trouble = match effect.into_error() {
                Some(error) => function.vendors.workday_trouble(connection, workday, error).await,
                None => Trouble::Park {
                    reason: WaitReason::OutcomeUnknown,
                    after: None,
                },
            };
            Err(match trouble {
                Trouble::Park { reason, after } => Trouble::Park {
                    reason,
                    after: Some(after.unwrap_or_default().max(until.since(now))),
                },
                other @ (Trouble::Refused { .. } | Trouble::Disconnected | Trouble::Infrastructure(_)) => other,
            })
        }
    }
}

async fn load_report(function: &Function, order: &Order, version: u32) -> Result<Report, Trouble> {
    let content = function.store.result(&order.workspace, &order.order, version).await?;
    let content = content.ok_or_else(|| Trouble::Infrastructure("a result version is missing".into()))?;
    let mut report: Report = serde_json::from_slice(&content).map_err(|error| Trouble::Infrastructure(error.into()))?;
    report.context.version = version;
    Ok(report)
}

/// Counts a failed try on the order, for the retry schedule; another writer's change is fine too.
async fn count_try(function: &Function, mut order: Order) -> Result<u32, Trouble> {
    order.tries = order.tries.saturating_add(1);
    let tries = order.tries;
    match function.store.save_order(order, &[]).await {
        Ok(_) | Err(StoreError::ConditionFailed) => Ok(tries),
        Err(error) => Err(error.into()),
    }
}

/// Workday refused the write for good: the reason stands on the order, the result is kept, nothing is repeated.
async fn problem(function: &Function, mut order: Order, reason: String, now: Moment) -> Result<Next, Trouble> {
    tracing::error!(order = %order.order, reason, "Workday refused the write-back");
    lambda_kit::telemetry::metric("WriteBackRefused", 1.0, &[]);
    order.write_problem = Some(reason);
    order.updated_at = now;
    match function.store.save_order(order, &[]).await {
        Ok(_) => Ok(Next::Finished("refused_by_workday")),
        Err(StoreError::ConditionFailed) => Ok(Next::Park(now, "changed_meanwhile")),
        Err(error) => Err(error.into()),
    }
}
