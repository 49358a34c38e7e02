//! An ordinary day that makes every call there is: for whoever wants to break each of them.

use crate::plan::{Act, Candidate, HeyMilo, Plan, Recruiter, Step, Trouble, Workspace};
use std::time::Duration;

const MINUTE: u64 = 60;
/// Before the first move, and before the first result: where something may begin to go wrong.
pub(crate) const EVES: [u64; 2] = [29 * MINUTE, 199 * MINUTE];

/// Two candidates: one is moved by hand, ordered and finishes, is scored anew and moved on; the other is ordered and waits.
pub(crate) fn plan() -> Plan {
    let (first, second) = (|act| Act::Recruiter(0, act), |act| Act::Recruiter(1, act));
    let candidate = |act| Act::Candidate(0, act);
    let acts = [
        (30 * MINUTE, first(Recruiter::MoveToAssessment { assess_step: true })),
        (30 * MINUTE, second(Recruiter::MoveToAssessment { assess_step: true })),
        (31 * MINUTE, second(Recruiter::SubmitAssess)),
        (110 * MINUTE, first(Recruiter::SubmitAssess)),
        (180 * MINUTE, candidate(Candidate::OpensLink)),
        (181 * MINUTE, candidate(Candidate::Begins)),
        (200 * MINUTE, candidate(Candidate::Finishes)),
        (300 * MINUTE, Act::HeyMilo(0, HeyMilo::Rescores)),
    ];
    Plan {
        seed: 0,
        workspaces: vec![Workspace {
            moves_on: true,
            ..Workspace::of(2)
        }],
        skews: Vec::new(),
        steps: acts.map(|(seconds, act)| step(seconds, act)).to_vec(),
    }
}

/// The same day with troubles at their moments.
pub(crate) fn with(troubles: impl IntoIterator<Item = (u64, Trouble)>) -> Plan {
    let mut plan = plan();
    let troubles = troubles.into_iter().map(|(seconds, trouble)| step(seconds, Act::Trouble(trouble)));
    plan.steps.extend(troubles);
    plan.steps.sort_by_key(|step| step.at);
    plan
}

fn step(seconds: u64, act: Act) -> Step {
    Step {
        at: Duration::from_secs(seconds),
        workspace: 0,
        act,
    }
}
