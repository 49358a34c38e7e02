//! One seed from its first moment until everybody is served, or time is up.

use crate::people::NO_WAY_IN;
use crate::plan::{Act, Admin, Candidate, Plan, Step};
use crate::rows::Followed;
use crate::verdict::{self, Violation};
use crate::watch::Watch;
use crate::world::{NotTaken, START, Tenant, World};
use crate::{budget, prompt};
use domain::{Moment, Order};
use futures::future::{Either, select};
use lambda_kit::Clock;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::pin::pin;
use std::time::Duration;
use testkit::{Called, EmbeddedAws};

const BY_ITSELF: &str = "what is mended in Workday is written by itself";
const LET_IN: &str = "whoever holds the latest mail is let in";
/// The schedule's rate, as the template declares it.
const TICK: Duration = Duration::from_mins(1);
/// After the last thing that happens everybody has this long.
const PATIENCE: Duration = Duration::from_hours(30);
/// And this long once people did what they were asked to.
const AFTER_HELP: Duration = Duration::from_hours(8);
/// What an administrator tries when the other side is down, they try again.
const TRIES_AGAIN: Duration = Duration::from_mins(15);
const TRIES: usize = 200;
/// Whoever waits for a mail has given up by then.
const WAITS_UNTIL: Duration = Duration::from_hours(30);

/// What came of a seed.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) violations: Vec<Violation>,
    /// Virtual time that passed.
    pub(crate) lasted: Duration,
    /// Of every call that both vendors recorded, in their order.
    pub(crate) fingerprint: String,
    pub(crate) calls: usize,
    /// How often each operation was called, ours of AWS included.
    pub(crate) operations: BTreeMap<String, usize>,
}

impl Outcome {
    fn never_began(NotTaken(refused): NotTaken, clock: &Clock) -> Self {
        Self {
            violations: vec![Violation {
                promise: "a customer who connects is connected",
                how: refused,
                whose: "one of them".to_owned(),
            }],
            lasted: clock.now().since(START),
            fingerprint: String::new(),
            calls: 0,
            operations: BTreeMap::new(),
        }
    }
}

/// Runs a plan on a clock of its own.
pub(crate) fn run(plan: &Plan) -> Outcome {
    let clock = Clock::manual(START);
    clock.run(Box::pin(Run::of(&clock, plan))).unwrap()
}

/// The calls that the functions make in a plan, from a moment on.
pub(crate) fn calls(plan: &Plan, since: Duration) -> Vec<Called> {
    let clock = Clock::manual(START);
    let listed = async {
        let aws = EmbeddedAws::start(testkit::Options::default()).await.unwrap();
        let mut run = Run::begun(&clock, plan, aws).await.ok().unwrap();
        run.lists_calls_since = Some(since);
        run.through().await;
        run.world.hazards.mortality.calls()
    };
    clock.run(Box::pin(listed)).unwrap()
}

struct Run<'plan> {
    plan: &'plan Plan,
    world: World,
    steps: VecDeque<Step>,
    next_tick: Moment,
    tried: usize,
    watch: Watch,
    followed: Followed,
    lists_calls_since: Option<Duration>,
}

impl<'plan> Run<'plan> {
    async fn of(clock: &Clock, plan: &'plan Plan) -> Outcome {
        let aws = EmbeddedAws::start(testkit::Options::default()).await.unwrap();
        let mut run = match Self::begun(clock, plan, aws).await {
            Ok(run) => run,
            Err(never) => return Outcome::never_began(never, clock),
        };
        run.through().await;
        run.judge().await
    }

    async fn begun(clock: &Clock, plan: &'plan Plan, aws: EmbeddedAws) -> Result<Self, NotTaken> {
        let (watch, followed) = Watch::over(&aws, clock, plan);
        let world = World::start(clock, plan, aws).await?;
        Ok(Self {
            plan,
            next_tick: clock.now(),
            world,
            steps: plan.steps.iter().cloned().collect(),
            tried: 0,
            watch,
            followed,
            lists_calls_since: None,
        })
    }

    async fn through(&mut self) {
        let mut ends = self.plan.end() + PATIENCE;
        let (mut healed, mut helped) = (false, false);
        loop {
            self.watch.look(&self.followed.rows());
            if self.lists_calls_since.is_some_and(|since| self.world.now() >= since) {
                self.world.hazards.mortality.list_calls();
                self.lists_calls_since = None;
            }
            if self.steps.is_empty() && !healed {
                self.world.heal(self.plan).await;
                healed = true;
                continue;
            }
            if healed && (self.world.now() > ends || self.is_over().await) {
                if helped || !self.people_help().await {
                    return;
                }
                helped = true;
                ends = self.world.now() + AFTER_HELP;
            }
            self.go_on().await;
        }
    }

    /// People do what they are asked to do. Whether they were asked anything.
    async fn people_help(&self) -> bool {
        let refused = self.world.refused_customers().await;
        for &number in &refused {
            if !verdict::may_lose_access(self.plan, number) {
                self.watch.add(
                    verdict::CONNECTED,
                    "it asks to be connected again".to_owned(),
                    format!("customer {number}"),
                );
            }
            let tenant = &self.world.tenants[number];
            self.world.administrator(tenant, Admin::Connects).await.unwrap();
        }
        let orders: Vec<Order> = self.followed.rows().orders.values().cloned().collect();
        for order in orders.iter().filter(|order| order.write_problem.is_some()) {
            let number = self.world.tenants.iter().position(|tenant| tenant.workspace == order.workspace);
            if !number.is_some_and(|number| verdict::refuses_writes(self.plan, number)) {
                let whose = format!("{} {}", order.workspace, order.application);
                self.watch.add(BY_ITSELF, order.write_problem.clone().unwrap_or_default(), whose);
            }
        }
        self.world.write_again(&orders).await || !refused.is_empty()
    }

    /// To the next step or the next tick that has something to announce; or, when the table changes before, to the tick
    /// that follows, which may have something now.
    async fn go_on(&mut self) {
        let clock = self.world.clock.clone();
        self.world.tell_of_mails().await;
        let told = self.world.mail_service.next();
        let step = self.steps.front().map(|step| START.plus(step.at));
        // What is due is due by the clock of the sweeper.
        let due = self
            .followed
            .rows()
            .next_due()
            .map(|due| Moment(due.0 - self.world.hazards.skew("sweeper")));
        let due = due.map(|due| tick_at_or_after(due.max(self.next_tick).max(clock.now())));
        let until = [step, due, told].into_iter().flatten().min();
        let until = until.unwrap_or(clock.now().plus(Duration::from_hours(1)));
        let changes = self.world.aws().table_changes();
        let changed = matches!(
            select(pin!(clock.sleep_until(until)), pin!(changes.notified())).await,
            Either::Right(_)
        );
        if changed {
            self.watch.look(&self.followed.rows());
            let until = [step, told].into_iter().flatten().fold(tick_at_or_after(clock.now()), Moment::min);
            clock.sleep_until(until).await;
        }
        let now = clock.now();
        if step.is_some_and(|step| step <= now) {
            if let Some(step) = self.steps.pop_front() {
                Box::pin(self.perform(step)).await;
            }
        } else if !changed && due == Some(now) {
            self.next_tick = now.plus(TICK);
            // A schedule that fails is run again a minute later.
            drop(Box::pin(self.world.product.tick()).await);
        }
    }

    async fn perform(&mut self, step: Step) {
        let tenant = &self.world.tenants[step.workspace];
        if self.waits_for_the_mail(tenant, &step) {
            self.again(&step, TICK);
            return;
        }
        let tried = match &step.act {
            Act::Recruiter(person, act) => self.world.recruiter(tenant, *person, *act).await,
            Act::Candidate(person, act) => self.world.candidate(tenant, *person, *act).await,
            Act::Deadline(after) => self.world.set_deadline(tenant, *after).await,
            Act::HeyMilo(person, act) => self.world.at_heymilo(tenant, *person, *act).await,
            Act::Admin(act) => self.world.administrator(tenant, *act).await,
            Act::Trouble(trouble) => {
                self.world.trouble(step.workspace, trouble).await;
                Ok(())
            }
        };
        if let (Act::Candidate(person, _), Err(NotTaken(why))) = (&step.act, &tried)
            && why == NO_WAY_IN
            && self.is_to_be_let_in(tenant, *person)
        {
            let whose = format!("{} candidate {person}", tenant.workspace);
            self.watch.add(LET_IN, "the link does not lead on".to_owned(), whose);
        }
        if tried.is_err() && self.is_tried_again(&step) && self.tried < TRIES {
            self.tried += 1;
            self.again(&step, TRIES_AGAIN);
        }
    }

    /// The same is done once more, so much later.
    fn again(&mut self, step: &Step, later: Duration) {
        let again = Step {
            at: self.world.now() + later,
            ..step.clone()
        };
        let place = self.steps.partition_point(|step| step.at <= again.at);
        self.steps.insert(place, again);
    }

    /// Whether somebody has nothing to press yet, and may still get it.
    fn waits_for_the_mail(&self, tenant: &Tenant, step: &Step) -> bool {
        let Act::Candidate(person, Candidate::BeginsAtOnce) = step.act else {
            return false;
        };
        self.world.now() < WAITS_UNTIL && self.world.mail_of(tenant, person).is_none()
    }

    /// The candidate's latest mail is the order's, and the order is neither over nor waiting for a decision.
    fn is_to_be_let_in(&self, tenant: &Tenant, person: usize) -> bool {
        let Some(mail) = self.world.mail_of(tenant, person) else {
            return false;
        };
        let rows = self.followed.rows();
        let theirs = |order: &&Order| order.workspace == tenant.workspace && order.application.as_str() == Tenant::application(person);
        let Some(order) = rows.orders.values().filter(theirs).max_by_key(|order| order.visit) else {
            return false;
        };
        let step = format!("a{}-invitation", order.attempt);
        let is_tagged = |value: &str| mail.tags.iter().any(|(_, found)| found == value);
        is_tagged(order.order.as_str()) && is_tagged(&step) && (order.state.is_pending_invite() || order.state.is_open())
    }

    /// A recruiter who is told no leaves it at that, and so does an administrator who does something else later.
    fn is_tried_again(&self, step: &Step) -> bool {
        let later = |later: &Step| later.workspace == step.workspace && matches!(later.act, Act::Admin(_));
        match step.act {
            Act::Admin(_) => !self.steps.iter().any(later),
            Act::Candidate(..) => true,
            Act::Recruiter(..) | Act::HeyMilo(..) | Act::Deadline(_) | Act::Trouble(_) => false,
        }
    }

    /// Nothing waits but polls, and everybody was polled twice since the last thing that happened.
    async fn is_over(&self) -> bool {
        let slowest = self.world.tenants.iter().map(|tenant| tenant.poll).max().unwrap_or_default();
        let polled = self.plan.end() + slowest * 5 / 2 + Duration::from_mins(10);
        if self.world.now() <= polled || self.followed.rows().is_unfinished() {
            return false;
        }
        let left = self.world.product.backlog().await.unwrap();
        left.messages == 0 && left.running == 0
    }

    async fn judge(self) -> Outcome {
        let orders = self.followed.rows().orders.clone();
        let mut violations = verdict::of(self.plan, &self.world, &orders).await;
        violations.extend(self.watch.found());
        violations.extend(prompt::broken(self.plan, &self.world));
        violations.extend(budget::broken(self.plan, &self.world).await);
        let mut calls = Vec::new();
        let tenants = self.world.tenants.iter().map(|tenant| tenant.workday.as_str());
        for stand_in in tenants.chain([self.world.heymilo.as_str()]) {
            let mut record = self.world.ask(stand_in, "calls").await;
            calls.extend(record["calls"].as_array_mut().map(std::mem::take).unwrap_or_default());
        }
        let (mut digest, mut operations) = (Sha256::new(), BTreeMap::new());
        for call in &calls {
            digest.update(call.to_string());
            *operations
                .entry(call["operation"].as_str().unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        let faults = self.world.aws().faults();
        for (service, operation) in faults.operations() {
            operations.insert(format!("{service:?} {operation}"), faults.calls(service, &operation));
        }
        Outcome {
            violations,
            lasted: self.world.now(),
            fingerprint: format!("{:x}", digest.finalize()),
            calls: calls.len(),
            operations,
        }
    }
}

/// The schedule runs once a minute; the runs that would find nothing are left out.
fn tick_at_or_after(moment: Moment) -> Moment {
    let ticks = moment.since(START).as_millis().div_ceil(TICK.as_millis());
    START.plus(TICK * u32::try_from(ticks).unwrap_or(u32::MAX))
}
