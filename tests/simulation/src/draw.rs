//! A seed's plan: who is there, what they do and when, and what goes wrong meanwhile.

use crate::dice::Dice;
use crate::ingredients::Ingredient;
use crate::plan::{Act, Admin, Applied, Candidate, HeyMilo, Plan, Recruiter, Step, Trouble, Workspace};
use crate::troubles;
use std::time::Duration;

/// Days begin once everything is connected and linked.
const MORNING: u64 = 15 * MINUTE;
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// The last thing that people do begins this late.
const LATEST: u64 = 30 * HOUR;

/// The plan of a seed; `everything`: with what is not survived yet.
pub(crate) fn plan(seed: u64, everything: bool) -> Plan {
    let mut dice = Dice::new(seed);
    match dice.between(1, 100) {
        1..=4 => return alone(seed, dice, everything, Alone::NobodyHasApplied),
        5..=9 => return alone(seed, dice, everything, Alone::AssessForbidden),
        _ => {}
    }
    let count = match dice.between(1, 100) {
        1..=72 => 1,
        73..=88 => 2,
        89..=95 => 3,
        _ => usize::try_from(dice.between(4, 8)).unwrap_or(4),
    };
    let mut draft = Draft {
        dice,
        everything,
        is_quiet: false,
        steps: Vec::new(),
    };
    let workspaces: Vec<Workspace> = (0..count).map(|number| draft.workspace(number)).collect();
    for _ in 0..draft.dice.between(0, 4) {
        draft.trouble(count);
    }
    let skews = draft.skews();
    // Of two at one moment the one that was drawn first comes first.
    draft.steps.sort_by_key(|step| step.at);
    Plan {
        seed,
        workspaces,
        skews,
        steps: draft.steps,
    }
}

/// What happens to a customer to whom nothing else happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alone {
    /// Nobody applied for the linked requisition yet, and thousands for others.
    NobodyHasApplied,
    /// Workday does not let us read Assess events.
    AssessForbidden,
}

/// The plan of a customer who is alone with it.
fn alone(seed: u64, dice: Dice, everything: bool, alone: Alone) -> Plan {
    let mut draft = Draft {
        dice,
        everything,
        is_quiet: true,
        steps: Vec::new(),
    };
    let mut workspace = Workspace {
        poll_seconds: HOUR,
        ..draft.workspace(0)
    };
    match alone {
        Alone::NobodyHasApplied => {
            workspace.others = 5_000;
            workspace.applied = Applied::Later;
            for step in &mut draft.steps {
                step.at += Duration::from_hours(5);
            }
            for person in 0..workspace.people {
                let applied = 5 * HOUR + draft.dice.between(0, MORNING);
                draft.add(applied, 0, Act::Candidate(person, Candidate::Applies));
            }
        }
        Alone::AssessForbidden => {
            draft.add(MORNING, 0, Act::Trouble(troubles::assess_forbidden()));
            let mended = MORNING + draft.dice.between(8 * HOUR, 20 * HOUR);
            draft.add(mended, 0, Act::Trouble(Trouble::WorkdayMended));
        }
    }
    draft.steps.sort_by_key(|step| step.at);
    Plan {
        seed,
        workspaces: vec![workspace],
        skews: Vec::new(),
        steps: draft.steps,
    }
}

struct Draft {
    dice: Dice,
    everything: bool,
    /// Nothing is out of the ordinary.
    is_quiet: bool,
    steps: Vec<Step>,
}

impl Draft {
    fn add(&mut self, seconds: u64, workspace: usize, act: Act) {
        self.steps.push(Step {
            at: Duration::from_secs(seconds),
            workspace,
            act,
        });
    }

    /// Whether an ingredient is taken, with this chance.
    fn takes(&mut self, ingredient: Ingredient, percent: u64) -> bool {
        self.dice.chance(percent) && !self.is_quiet && ingredient.is_survived(self.everything)
    }

    fn skews(&mut self) -> Vec<(String, i64)> {
        if !self.takes(Ingredient::Skew, 15) {
            return Vec::new();
        }
        let skewed = troubles::FUNCTIONS.map(|function| {
            let milliseconds = i64::try_from(self.dice.between(0, 10 * MINUTE)).unwrap_or(0) - 300;
            (function.to_owned(), milliseconds * 1_000)
        });
        skewed.to_vec()
    }

    fn workspace(&mut self, number: usize) -> Workspace {
        let workspace = Workspace {
            people: usize::try_from(self.dice.between(1, 3)).unwrap_or(1),
            others: if self.dice.chance(12) { 500 } else { 0 },
            applied: Applied::LongAgo,
            poll_seconds: self.dice.pick(&[HOUR, 4 * HOUR, 6 * HOUR]),
            pushes: self.dice.chance(60),
            rotates_tokens: self.dice.chance(30),
            moves_on: self.dice.chance(25),
        };
        for person in 0..workspace.people {
            self.life(number, person);
        }
        self.administration(number);
        workspace
    }

    /// What one recruiter and one candidate do.
    fn life(&mut self, workspace: usize, person: usize) {
        let recruiter = |act| Act::Recruiter(person, act);
        let assess_step = !self.takes(Ingredient::NoAssessStep, 8);
        let mut now = self.dice.between(MORNING, 6 * HOUR);
        if self.takes(Ingredient::AddressCorrected, 10) {
            let before_or_after = now.saturating_sub(5 * MINUTE) + self.dice.between(0, 10 * MINUTE);
            self.add(before_or_after, workspace, recruiter(Recruiter::CorrectsAddress));
        }
        self.add(now, workspace, recruiter(Recruiter::MoveToAssessment { assess_step }));
        if assess_step && self.dice.chance(50) {
            let later = self.dice.pick(&[5, 40, 10 * MINUTE, 90 * MINUTE]);
            let submitted = now + self.dice.between(1, later);
            self.add(submitted, workspace, recruiter(Recruiter::SubmitAssess));
        }
        if self.takes(Ingredient::MovedBack, 12) {
            let back = now + self.dice.between(5, 3 * HOUR);
            self.add(back, workspace, recruiter(Recruiter::MoveBack));
            if self.takes(Ingredient::MovedOutAndIn, 60) {
                now = back + self.dice.between(5, 3 * HOUR);
                self.add(now, workspace, recruiter(Recruiter::MoveToAssessment { assess_step }));
            }
        }
        if self.takes(Ingredient::Withdrawn, 5) {
            let declared = now + self.dice.between(MINUTE, 6 * HOUR);
            self.add(declared, workspace, recruiter(Recruiter::DeclaresWithdrawn));
        }
        self.interview(workspace, person, now);
    }

    /// The candidate goes as far as they go.
    fn interview(&mut self, workspace: usize, person: usize, moved: u64) {
        let candidate = |act| Act::Candidate(person, act);
        if self.takes(Ingredient::BegunAtOnce, 20) {
            self.add(moved, workspace, candidate(Candidate::BeginsAtOnce));
            if self.takes(Ingredient::MailUnknown, 30) {
                let (unknown, _) = troubles::of(Ingredient::MailUnknown, &mut self.dice);
                self.add(moved, workspace, Act::Trouble(unknown));
            }
        }
        let mut now = moved + self.dice.between(2 * MINUTE, 7 * HOUR);
        if self.takes(Ingredient::InterviewRemoved, 4) {
            let removed = now + self.dice.between(0, 2 * HOUR);
            self.add(removed, workspace, Act::HeyMilo(person, HeyMilo::Removes));
        }
        let far = self.dice.between(1, 100);
        if far > 10 {
            self.add(now, workspace, candidate(Candidate::OpensLink));
        }
        if far > 20 {
            now += self.dice.between(1, 10 * MINUTE);
            self.add(now, workspace, candidate(Candidate::Begins));
        }
        if far > 30 {
            now += self.dice.between(20, 30 * MINUTE);
            let ends = if far > 92 { Candidate::FailsKnockout } else { Candidate::Finishes };
            self.add(now, workspace, candidate(ends));
            if self.takes(Ingredient::Rescored, 8) {
                let later = now + self.dice.between(10, 3 * HOUR);
                self.add(later, workspace, Act::HeyMilo(person, HeyMilo::Rescores));
            }
            if self.takes(Ingredient::Shortlisted, 5) {
                let later = now + self.dice.between(10, 3 * HOUR);
                self.add(later, workspace, Act::HeyMilo(person, HeyMilo::Shortlists));
            }
        }
    }

    /// What an administrator changes while it runs.
    fn administration(&mut self, workspace: usize) {
        let begins = self.dice.between(MORNING, 8 * HOUR);
        if self.takes(Ingredient::OtherAgent, 8) {
            self.add(begins, workspace, Act::Admin(Admin::LinksOtherAgent));
        }
        if self.takes(Ingredient::UnlinkedAndLinked, 6) {
            self.add(begins, workspace, Act::Admin(Admin::Unlinks));
            let ends = begins + self.dice.between(10, 3 * HOUR);
            self.add(ends, workspace, Act::Admin(Admin::Links));
            self.around_the_link(workspace, begins, ends);
        }
        if self.takes(Ingredient::Deadline, 8) {
            let after = Duration::from_secs(self.dice.between(10 * MINUTE, 8 * HOUR));
            self.add(begins, workspace, Act::Deadline(after));
        }
        if self.takes(Ingredient::Reconnected, 8) {
            self.add(begins, workspace, Act::Admin(Admin::Disconnects));
            let ends = begins + self.dice.between(10, 5 * HOUR);
            self.add(ends, workspace, Act::Admin(Admin::Connects));
        }
    }

    /// What else happens while a requisition is unlinked, and when it is linked again.
    fn around_the_link(&mut self, workspace: usize, unlinked: u64, linked: u64) {
        if self.takes(Ingredient::OrderedAfterLink, 60) {
            let recruiter = |act| Act::Recruiter(0, act);
            let moved = self.dice.between(unlinked, linked);
            let assess_step = true;
            self.add(moved, workspace, recruiter(Recruiter::MoveToAssessment { assess_step }));
            let ordered = linked + self.dice.between(20 * MINUTE, 3 * HOUR);
            self.add(ordered, workspace, recruiter(Recruiter::SubmitAssess));
        }
        if self.takes(Ingredient::DisconnectedWhileLinking, 40) {
            let disconnected = linked + self.dice.between(0, 2);
            self.add(disconnected, workspace, Act::Admin(Admin::Disconnects));
            let connected = disconnected + self.dice.between(10, HOUR);
            self.add(connected, workspace, Act::Admin(Admin::Connects));
        }
    }

    fn trouble(&mut self, workspaces: usize) {
        let ingredient = self.dice.pick(&Ingredient::TROUBLES);
        if !ingredient.is_survived(self.everything) {
            return;
        }
        let workspace = self.dice.index(workspaces);
        // When somebody is about to do something.
        let near = self.dice.index(self.steps.len());
        let near = self.steps.get(near).map_or(MORNING, |step| step.at.as_secs());
        let begins = (near + self.dice.between(0, 10 * MINUTE))
            .saturating_sub(5 * MINUTE)
            .clamp(MORNING, LATEST);
        let (trouble, mended) = troubles::of(ingredient, &mut self.dice);
        self.add(begins, workspace, Act::Trouble(trouble));
        if let Some((after, mended)) = mended {
            self.add(begins + after, workspace, Act::Trouble(mended));
        }
    }
}
