//! What must hold at the end: everybody is served or stands where a person can act, and nothing is doubled.

use crate::plan::{Act, Admin, Candidate, Plan, Recruiter, Step, Trouble};
use crate::rows::{self, text};
use crate::world::{REQUISITION, Tenant, World};
use domain::order::{OrderState, RefusalReason, ReviewReason};
use domain::{Moment, Order};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use testkit::{Row, STACK, Service};

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
const ONCE: &str = "nothing is doubled";
pub(crate) const CONNECTED: &str = "a connection ends by a person or by Workday's clear word alone";
const NO_DEAD: &str = "no message ends in a dead-letter queue";

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
        Act::Recruiter(..) | Act::Candidate(..) | Act::Admin(_) | Act::HeyMilo(..) | Act::Trouble(_) => false,
    };
    plan.workspaces[workspace].rotates_tokens && plan.steps.iter().any(is_lost)
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
        let is_linked = self.link().is_some();
        for person in 0..self.plan.workspaces[self.number].people {
            let orders = self.orders_of(person);
            let whose = format!("candidate {person}");
            if let Some(how) = orders.last().and_then(|order| self.unserved(order, person, is_active)) {
                found(SERVED, how, whose.clone());
            }
            if is_active && is_linked && self.is_forgotten(person, orders.last().copied()) {
                found(FORGOTTEN, "in the stage, and no order".to_owned(), whose.clone());
            }
            if is_active && let Some(how) = orders.last().and_then(|order| self.not_shown(order, person)) {
                found(SHOWN, how, whose.clone());
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

    /// Whether the last of the two that an administrator did is the first.
    fn ends(&self, ended: Admin, begun: Admin) -> bool {
        let acts = self.plan.steps.iter().rev().filter(|step| step.workspace == self.number);
        let last = acts.filter_map(|step| match &step.act {
            Act::Admin(act) if *act == ended || *act == begun => Some(*act),
            Act::Admin(_) | Act::Recruiter(..) | Act::Candidate(..) | Act::HeyMilo(..) | Act::Trouble(_) => None,
        });
        last.take(1).any(|act| act == ended)
    }

    /// When the requisition was linked.
    fn link(&self) -> Option<Moment> {
        let settings = rows::of(self.rows, self.tenant.workspace.as_str(), ("MAPPING#", "#SETTINGS")).next()?;
        settings.get("linked_at").and_then(Value::as_i64).map(Moment)
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
            // No seed lasts until a deadline.
            OrderState::Expired { .. } => Some(state),
            OrderState::Invited
            | OrderState::Opened
            | OrderState::InProgress
            | OrderState::Scoring
            | OrderState::Completed { .. }
            | OrderState::Withdrawn
            | OrderState::Skipped { .. } => None,
        }
    }

    /// Whether people's own acts are the reason of a refusal.
    fn is_explained(&self, reason: RefusalReason, person: usize) -> bool {
        match reason {
            RefusalReason::LeftStageBeforeInvite => {
                self.has_done(person, Recruiter::MoveBack) || self.has_done(person, Recruiter::DeclaresWithdrawn)
            }
            RefusalReason::CandidateWithdrawn => self.has_done(person, Recruiter::DeclaresWithdrawn),
            RefusalReason::RequisitionNotLinked => self.has_administered(Admin::Unlinks),
            RefusalReason::CandidateWithoutEmail
            | RefusalReason::RefusedByHeyMilo
            | RefusalReason::EmailRefused
            | RefusalReason::ClosedByAPerson => false,
        }
    }

    /// Whether what happened leaves a decision to a person.
    fn may_need_a_person(&self, order: &Order, reason: ReviewReason, person: usize) -> bool {
        match reason {
            ReviewReason::AlreadyScreened => self.has_done(person, Recruiter::MoveBack),
            ReviewReason::EffectUnproven => self.unclear_mails() > 0,
            ReviewReason::LateResult => self.has_done(person, Recruiter::DeclaresWithdrawn) && self.has_finished(person),
            // Ordered once more: HeyMilo answers with the interview that it has of this person.
            ReviewReason::InterviewOver => order.attempt.max(order.visit) > 1 && self.has_finished(person),
            ReviewReason::InterviewShared | ReviewReason::MovedLongAgo | ReviewReason::RecipientNotAllowed => false,
        }
    }

    /// In the stage since after the link, without an order of this visit.
    fn is_forgotten(&self, person: usize, last: Option<&Order>) -> bool {
        let application = self.records_of("applications", "id", Tenant::application(person)).next();
        let step = application.and_then(|found| found["steps"].as_array()?.last());
        let Some(step) = step.filter(|step| step["stage"] == "ASSESSMENT" && step["disposition"].is_null()) else {
            return false;
        };
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
        let interviews = self.heymilo["interviews"].as_array().into_iter().flatten();
        let found = interviews.into_iter().find(|found| found["interview_id"] == interview.as_str())?;
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
        let attached = self.attachments(person).len();
        if is_completed && attached == 0 {
            return Some("completed without a report".to_owned());
        }
        if order.limited_write_back {
            return None;
        }
        let shown = self.records_of("assessments", "application", Tenant::application(person));
        let shown: Vec<&str> = shown.filter_map(|assessment| assessment["status"].as_str()).collect();
        let expected = if is_completed {
            "HEYMILO_COMPLETED"
        } else if matches!(order.state, OrderState::InProgress | OrderState::Scoring) {
            "HEYMILO_IN_PROGRESS"
        } else {
            "HEYMILO_INVITED"
        };
        (!shown.contains(&expected)).then(|| format!("{} here, {shown:?} in Workday", order.state.name()))
    }

    /// Our attachments of a candidate, by file name.
    fn attachments(&self, person: usize) -> Vec<&str> {
        let files = self.records_of("attachments", "candidate", Tenant::candidate(person));
        files
            .filter_map(|file| file["filename"].as_str())
            .filter(|name| name.starts_with("HeyMilo Report"))
            .collect()
    }

    /// Effects that happened more often than they should.
    fn doubled(&self, person: usize, orders: &[&Order], world: &World) -> Vec<String> {
        let mut doubled = Vec::new();
        let versions: u32 = orders.iter().map(|order| order.result_version.max(order.written.version)).sum();
        let attached = self.attachments(person).len();
        if attached > usize::try_from(versions).unwrap_or(usize::MAX) {
            doubled.push(format!("{attached} reports for {versions} results"));
        }
        let attempts: u32 = orders.iter().map(|order| order.attempt).sum();
        let addresses = [self.tenant.address(person), self.tenant.corrected_address(person)];
        let interviews = self.heymilo["interviews"].as_array().into_iter().flatten();
        let theirs = interviews.filter(|interview| addresses.iter().any(|address| interview["email"] == address.as_str()));
        let ingests: u64 = theirs.filter_map(|interview| interview["ingest_count"].as_u64()).sum();
        if ingests > u64::from(attempts) {
            doubled.push(format!("{ingests} ingests for {attempts} attempts"));
        }
        let mut by_step: BTreeMap<String, usize> = BTreeMap::new();
        let mails = world.aws().outbox().mails();
        for mail in mails.iter().filter(|mail| mail.to.iter().any(|to| addresses.contains(to))) {
            *by_step.entry(format!("{:?}", mail.tags)).or_default() += 1;
        }
        let most = by_step.values().copied().max().unwrap_or(0);
        if most > 1 + self.unclear_mails() {
            doubled.push(format!("{most} mails of one step"));
        }
        doubled
    }

    /// How often nobody could tell whether a mail had left.
    fn unclear_mails(&self) -> usize {
        let unclear = self.plan.steps.iter().filter_map(|step| match &step.act {
            // Without an answer, or with one that the table does not keep.
            Act::Trouble(Trouble::Aws(fault)) if fault.service != Service::Sqs => Some(2),
            Act::Trouble(Trouble::Crash(_)) => Some(2),
            Act::Trouble(
                Trouble::Aws(_)
                | Trouble::AwsMended
                | Trouble::Workday(_)
                | Trouble::WorkdayMended
                | Trouble::HeyMilo(_)
                | Trouble::HeyMiloMended
                | Trouble::Webhooks(_)
                | Trouble::EventsGone(_)
                | Trouble::ForeignRow
                | Trouble::Pushes { .. }
                | Trouble::Message(_),
            )
            | Act::Recruiter(..)
            | Act::Candidate(..)
            | Act::Admin(_)
            | Act::HeyMilo(..) => None,
        });
        unclear.sum()
    }
}
