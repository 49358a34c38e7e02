//! What must hold at the end: everybody is served or stands where a person can act, and nothing is doubled.

use self::doubled::{is_move, is_order};
use crate::mail_service::Telling;
use crate::plan::{Act, Admin, Candidate, HeyMilo, Plan, Recruiter, Step, Trouble};
use crate::rows::{self, text};
use crate::world::{REQUISITION, START, Tenant, World};
use domain::order::{ExpiryReason, OrderState, Outcome, RefusalReason, ReviewReason};
use domain::{Moment, Order};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;
use testkit::{Row, STACK};

mod doubled;
mod way;

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    /// The promise, in words that are the same for all who break it.
    pub(crate) promise: &'static str,
    /// How it was broken: the same for two seeds that find the same.
    pub(crate) how: String,
    /// Whose.
    pub(crate) whose: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}): {}", self.promise, self.whose, self.how)
    }
}

const SERVED: &str = "everybody is served or stands where a person can act";
const FORGOTTEN: &str = "nobody who was moved is forgotten";
const SHOWN: &str = "Workday shows what HeyMilo says";
const OVER: &str = "an interview that cannot be finished any more ends its order";
const LOOKED_AT: &str = "what nothing keeps any more is looked at to its end";
const ONCE: &str = "nothing is doubled";
const FORWARD: &str = "what Workday shows never goes backwards";
pub(crate) const CONNECTED: &str = "a connection ends by a person or by Workday's clear word alone";
const NO_DEAD: &str = "no message ends in a dead-letter queue";

/// The product's own: a candidate who is at the last question at that moment still finishes.
const DEADLINE_GRACE: Duration = Duration::from_hours(1);

/// What is broken at the end of a run.
pub(crate) async fn of(plan: &Plan, world: &World, orders: &BTreeMap<String, Order>) -> Vec<Violation> {
    let rows = world.aws().rows(STACK);
    let mut orders: Vec<&Order> = orders.values().collect();
    orders.sort_by_key(|order| order.visit);
    let heymilo = world.ask(&world.heymilo, "state").await;
    let mut violations = Vec::new();
    for (number, tenant) in world.tenants.iter().enumerate() {
        let records = world.ask(&tenant.workday, "state").await["records"].take();
        let view = View {
            plan,
            number,
            tenant,
            rows: &rows,
            orders: &orders,
            records: &records,
            heymilo: &heymilo,
        };
        view.judge(world, &mut violations);
    }
    let left = world.product.backlog().await.unwrap();
    if left.dead > 0 {
        violations.push(Violation {
            promise: NO_DEAD,
            how: "messages are dead".to_owned(),
            whose: left.dead.to_string(),
        });
    }
    violations.sort();
    violations
}

/// Whether what happened may lose a customer's access: a refresh token that is good once, and nobody read its successor.
pub(crate) fn may_lose_access(plan: &Plan, workspace: usize) -> bool {
    let is_lost = |step: &Step| match &step.act {
        Act::Trouble(Trouble::Workday(_)) => step.workspace == workspace,
        Act::Trouble(Trouble::Crash(_) | Trouble::Aws(_)) => true,
        Act::Recruiter(..) | Act::Candidate(..) | Act::Admin(_) | Act::HeyMilo(..) | Act::Deadline(_) | Act::Trouble(_) => false,
    };
    plan.workspaces[workspace].rotates_tokens && plan.steps.iter().any(is_lost)
}

/// Whether a rule of the customer's own refused a write, which only a person's *write again* changes.
pub(crate) fn refuses_writes(plan: &Plan, workspace: usize) -> bool {
    let is_rule = |fault: &Value| fault["kind"] == "validation_fault" || fault["kind"] == "ambiguous_event";
    plan.any(workspace, |act| match act {
        Act::Trouble(Trouble::Workday(faults)) => faults.as_array().into_iter().flatten().any(is_rule),
        Act::Trouble(_) | Act::Recruiter(..) | Act::Candidate(..) | Act::Admin(_) | Act::HeyMilo(..) | Act::Deadline(_) => false,
    })
}

/// One customer at the end of a run.
struct View<'run> {
    plan: &'run Plan,
    number: usize,
    tenant: &'run Tenant,
    rows: &'run [Row],
    orders: &'run [&'run Order],
    records: &'run Value,
    heymilo: &'run Value,
}

impl View<'_> {
    fn judge(&self, world: &World, violations: &mut Vec<Violation>) {
        let mut found = |promise: &'static str, how: String, whose: String| {
            violations.push(Violation {
                promise,
                how,
                whose: format!("{} {whose}", self.tenant.workspace),
            });
        };
        let is_active = self.connection_state() == "active";
        if !is_active && !self.ends(Admin::Disconnects, Admin::Connects) {
            found(CONNECTED, format!("it is {}", self.connection_state()), String::new());
        }
        if is_active && let Some(how) = self.kept_part() {
            found(LOOKED_AT, how, String::new());
        }
        let is_linked = self.link().is_some();
        for person in 0..self.plan.workspaces[self.number].people {
            let orders = self.orders_of(person);
            let whose = format!("candidate {person}");
            if let Some(how) = orders.last().and_then(|order| self.unserved(order, person, is_active)) {
                found(SERVED, how, whose.clone());
            }
            if let Some(how) = orders.last().and_then(|order| self.not_over(order, world)) {
                found(OVER, how, whose.clone());
            }
            if is_active && is_linked && self.is_forgotten(person, orders.last().copied()) {
                found(FORGOTTEN, "in the stage, and no order".to_owned(), whose.clone());
            }
            if is_active && let Some(how) = orders.last().and_then(|order| self.not_shown(order, person)) {
                found(SHOWN, how, whose.clone());
            }
            if let Some(how) = self.went_backwards(person) {
                found(FORWARD, how, whose.clone());
            }
            for how in self.doubled(person, &orders, world) {
                found(ONCE, how, whose.clone());
            }
        }
    }

    fn connection_state(&self) -> &str {
        let standing = rows::of(self.rows, self.tenant.workspace.as_str(), ("CONNECTION#", "#STANDING")).next();
        standing.map_or("gone", |row| text(row, "state"))
    }

    /// A part of the polls that something still keeps from its end.
    fn kept_part(&self) -> Option<String> {
        let standing = rows::of(self.rows, self.tenant.workspace.as_str(), ("CONNECTION#", "#STANDING")).next()?;
        let obstacle = |part: &str| {
            standing.get(part)?["problem"]["obstacle"]
                .as_str()
                .map(|found| format!("{part}: {found}"))
        };
        let kept = ["assess_window", "watched_events", "stage", "requisition_index"]
            .into_iter()
            .find_map(obstacle);
        kept.or_else(|| (self.link().is_some() && self.baseline().is_none()).then(|| "a link's baseline is not taken".to_owned()))
    }

    /// Whether the last of the two that an administrator did is the first.
    fn ends(&self, ended: Admin, begun: Admin) -> bool {
        let acts = self.plan.steps.iter().rev().filter(|step| step.workspace == self.number);
        let last = acts.filter_map(|step| match &step.act {
            Act::Admin(act) if *act == ended || *act == begun => Some(*act),
            Act::Admin(_) | Act::Recruiter(..) | Act::Candidate(..) | Act::HeyMilo(..) | Act::Deadline(_) | Act::Trouble(_) => None,
        });
        last.take(1).any(|act| act == ended)
    }

    /// When the requisition was linked.
    fn link(&self) -> Option<Moment> {
        let settings = rows::of(self.rows, self.tenant.workspace.as_str(), ("MAPPING#", "#SETTINGS")).next()?;
        settings.get("linked_at").and_then(Value::as_i64).map(Moment)
    }

    /// When the link's baseline was taken.
    fn baseline(&self) -> Option<Moment> {
        let standing = rows::of(self.rows, self.tenant.workspace.as_str(), ("MAPPING#", "#STANDING")).next()?;
        standing.get("baseline_at").and_then(Value::as_i64).map(Moment)
    }

    fn orders_of(&self, person: usize) -> Vec<&Order> {
        let theirs = |order: &&Order| order.workspace == self.tenant.workspace && order.application.as_str() == Tenant::application(person);
        self.orders.iter().copied().filter(theirs).collect()
    }

    fn records_of<'view>(&'view self, kind: &str, field: &'view str, value: String) -> impl Iterator<Item = &'view Value> {
        let of_kind = self.records[kind].as_array().into_iter().flatten();
        of_kind.filter(move |record| record[field] == value.as_str())
    }

    fn has_done(&self, person: usize, act: Recruiter) -> bool {
        let like = |found: &Act| matches!(found, Act::Recruiter(whose, what) if *whose == person && *what == act);
        self.plan.any(self.number, like)
    }

    fn has_finished(&self, person: usize) -> bool {
        let ends = |found: &Act| matches!(found, Act::Candidate(whose, Candidate::Finishes | Candidate::FailsKnockout) if *whose == person);
        self.plan.any(self.number, ends)
    }

    fn has_administered(&self, act: Admin) -> bool {
        self.plan
            .any(self.number, |found| matches!(found, Act::Admin(what) if *what == act))
    }

    /// Why an order neither goes on nor waits for a person's act.
    fn unserved(&self, order: &Order, person: usize, is_active: bool) -> Option<String> {
        let state = match order.state.reason() {
            Some(reason) => format!("{} ({reason})", order.state.name()),
            None => order.state.name().to_owned(),
        };
        match &order.state {
            OrderState::Received | OrderState::Confirmed | OrderState::Waiting { .. } => is_active.then_some(state),
            OrderState::Refused { reason } => (!self.is_explained(*reason, person)).then_some(state),
            OrderState::NeedsReview { reason } => {
                (!self.may_need_a_person(order, *reason, person) || order.actions().is_empty()).then_some(state)
            }
            OrderState::Expired { reason } => (!self.has_expired(*reason, person)).then_some(state),
            OrderState::Skipped { .. } if is_active && self.is_ordered(person) => Some(format!("{state}, and ordered since")),
            OrderState::Invited
            | OrderState::Opened
            | OrderState::InProgress
            | OrderState::Scoring
            | OrderState::Completed { .. }
            | OrderState::Withdrawn
            | OrderState::Skipped { .. } => None,
        }
    }

    fn has_expired(&self, reason: ExpiryReason, person: usize) -> bool {
        let like = |found: &Act| match (found, reason) {
            (Act::HeyMilo(whose, HeyMilo::Removes), ExpiryReason::InterviewRemoved)
            | (Act::Recruiter(whose, Recruiter::MoveBack | Recruiter::DeclaresWithdrawn), ExpiryReason::LeftStage) => *whose == person,
            (Act::Deadline(_), ExpiryReason::DeadlinePassed) => true,
            (_, ExpiryReason::InterviewRemoved | ExpiryReason::DeadlinePassed | ExpiryReason::LeftStage) => false,
        };
        self.plan.any(self.number, like)
    }

    /// A recruiter's send status that stands since after the requisition's baseline, and is not answered.
    fn is_ordered(&self, person: usize) -> bool {
        let Some(baseline) = self.baseline() else { return false };
        let submitted = |step: &Step| matches!(step.act, Act::Recruiter(whose, Recruiter::SubmitAssess) if whose == person);
        let steps = self.plan.steps.iter().filter(|step| step.workspace == self.number);
        // One that stood before already is the same in Workday, however often it is submitted.
        let is_since = steps
            .filter(|step| submitted(step))
            .take(1)
            .any(|step| START.plus(step.at) > baseline);
        let mut stand = self.records_of("assessments", "application", Tenant::application(person));
        is_since && stand.any(|assessment| assessment["status"] == "HEYMILO_SEND_INVITE")
    }

    /// An interview that is deleted, or whose deadline has passed so long ago that every poll has seen it.
    fn not_over(&self, order: &Order, world: &World) -> Option<String> {
        let interview = order.interview.as_ref().filter(|_| order.state.is_open())?;
        if self.at_heymilo("interviews", ("interview_id", interview.as_str())).is_none() {
            return Some(format!("its interview is deleted, and it is {}", order.state.name()));
        }
        // As HeyMilo has it: somebody may have found it down when they wanted to set it.
        let agent = self.at_heymilo("postings", ("id", order.posting.as_ref()?.as_str()))?;
        let deadline = Duration::try_from_secs_f64(agent["deadline"].as_f64()?).ok()?;
        let deadline = deadline.saturating_sub(START.since(Moment(0)));
        let seen_by = deadline.max(self.plan.end()) + DEADLINE_GRACE + self.tenant.poll * 5 / 2;
        (order.state != OrderState::Scoring && world.now() > seen_by)
            .then(|| format!("its deadline has passed, and it is {}", order.state.name()))
    }

    /// Whether people's own acts are the reason of a refusal.
    fn is_explained(&self, reason: RefusalReason, person: usize) -> bool {
        match reason {
            RefusalReason::LeftStageBeforeInvite => {
                self.has_done(person, Recruiter::MoveBack) || self.has_done(person, Recruiter::DeclaresWithdrawn)
            }
            RefusalReason::CandidateWithdrawn => self.has_done(person, Recruiter::DeclaresWithdrawn),
            RefusalReason::RequisitionNotLinked => self.has_administered(Admin::Unlinks),
            RefusalReason::RefusedByHeyMilo => self.is_refused_by_heymilo(),
            RefusalReason::CandidateWithoutEmail | RefusalReason::EmailRefused | RefusalReason::ClosedByAPerson => false,
        }
    }

    /// Whether HeyMilo said no in its own words: that the agent is not there or over, or that it does not take the request.
    fn is_refused_by_heymilo(&self) -> bool {
        self.plan.any(self.number, |act| match act {
            Act::Trouble(Trouble::HeyMilo(fault)) => fault["kind"] == "not_found" || fault["kind"] == "http422",
            Act::Deadline(_) => true,
            Act::Trouble(_) | Act::Recruiter(..) | Act::Candidate(..) | Act::Admin(_) | Act::HeyMilo(..) => false,
        })
    }

    /// Whether what happened leaves a decision to a person.
    fn may_need_a_person(&self, order: &Order, reason: ReviewReason, person: usize) -> bool {
        match reason {
            ReviewReason::AlreadyScreened => self.times(person, is_move) > 1,
            ReviewReason::EffectUnproven => self.unclear_mails() > 0,
            ReviewReason::LateResult => self.has_done(person, Recruiter::DeclaresWithdrawn) && self.has_finished(person),
            // Ordered once more: HeyMilo answers with the interview that it has of this person.
            ReviewReason::InterviewOver => order.attempt.max(order.visit) > 1 && self.has_finished(person),
            ReviewReason::MailReturned => self.mails_come_back(),
            ReviewReason::InterviewShared | ReviewReason::MovedLongAgo | ReviewReason::RecipientNotAllowed => false,
        }
    }

    /// Whether the mail service told of mails that they came back, or that it did not send them.
    pub(super) fn mails_come_back(&self) -> bool {
        let like = |act: &Act| matches!(act, Act::Trouble(Trouble::MailEvents(Telling::Otherwise("Bounce" | "Reject"))));
        self.plan.steps.iter().any(|step| like(&step.act))
    }

    /// In the stage since after the link, without an order of this visit.
    fn is_forgotten(&self, person: usize, last: Option<&Order>) -> bool {
        let Some(step) = self.step_in_stage(person) else { return false };
        let entered = step["at"].as_str().and_then(Moment::from_rfc3339).unwrap_or(Moment(0));
        let linked = self.link().unwrap_or(Moment(i64::MAX));
        if entered <= linked {
            return false;
        }
        // Within the poll's interval it may be out and in again unseen: that is one visit.
        last.is_none_or(|order| order.requisition.as_str() != REQUISITION)
    }

    /// Where Workday shows something else than what HeyMilo says.
    fn not_shown(&self, order: &Order, person: usize) -> Option<String> {
        let interview = order.interview.as_ref()?;
        let found = self.at_heymilo("interviews", ("interview_id", interview.as_str()))?;
        let status = found["status"].as_str().unwrap_or_default();
        let is_finished = matches!(status, "completed" | "knocked_out" | "shortlisted" | "dismissed");
        let is_completed = matches!(order.state, OrderState::Completed { .. });
        if matches!(
            order.state,
            OrderState::Withdrawn | OrderState::Refused { .. } | OrderState::NeedsReview { .. }
        ) {
            return None;
        }
        if is_finished && !is_completed {
            return Some(format!("{} at HeyMilo, {} here", status, order.state.name()));
        }
        if self.plan.any(
            self.number,
            |act| matches!(act, Act::Trouble(Trouble::EventsGone(whose)) if *whose == person),
        ) {
            return None;
        }
        if !order.record_is_current() {
            let problem = order.write_problem.as_deref().unwrap_or("no problem is named");
            return Some(format!("{} is not written: {problem}", order.state.name()));
        }
        if let Some(how) = self.is_not_the_last_said(order, person) {
            return Some(how);
        }
        let attached = self.attachments(person).len();
        if is_completed && attached == 0 {
            return Some("completed without a report".to_owned());
        }
        let moves_on = matches!(
            order.state,
            OrderState::Completed {
                outcome: Outcome::Completed | Outcome::Shortlisted
            }
        );
        if self.tenant.moves_on && moves_on && !self.has_administered(Admin::Unlinks) && self.step_in_stage(person).is_some() {
            return Some("completed, and not moved on".to_owned());
        }
        if order.limited_write_back {
            return None;
        }
        let shown = self.records_of("assessments", "application", Tenant::application(person));
        let shown: Vec<&str> = shown.filter_map(|assessment| assessment["status"].as_str()).collect();
        // Set once more on an event that holds our result: nothing but a push tells of it.
        let is_unseen = self.link().is_none() || !self.plan.workspaces[self.number].pushes;
        if is_unseen && shown.contains(&"HEYMILO_SEND_INVITE") && self.times(person, is_order) > 0 && order.is_written() {
            return None;
        }
        let expected = if matches!(order.state, OrderState::Expired { .. }) {
            "HEYMILO_EXPIRED"
        } else if is_completed {
            "HEYMILO_COMPLETED"
        } else if matches!(order.state, OrderState::InProgress | OrderState::Scoring) {
            "HEYMILO_IN_PROGRESS"
        } else {
            "HEYMILO_INVITED"
        };
        (!shown.contains(&expected)).then(|| format!("{} here, {shown:?} in Workday", order.state.name()))
    }

    /// The step by which an application stands in the Assessment stage.
    fn step_in_stage(&self, person: usize) -> Option<&Value> {
        let application = self.records_of("applications", "id", Tenant::application(person)).next()?;
        let step = application["steps"].as_array()?.last()?;
        Some(step).filter(|step| step["stage"] == "ASSESSMENT" && step["disposition"].is_null())
    }

    /// What HeyMilo has under an id.
    fn at_heymilo(&self, kind: &str, (field, id): (&str, &str)) -> Option<&Value> {
        self.heymilo[kind].as_array()?.iter().find(|found| found[field] == id)
    }
}
