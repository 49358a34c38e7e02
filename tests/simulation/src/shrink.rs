//! The least of a plan that still breaks the same promise.

use crate::plan::Plan;
use crate::run;

/// So often a plan is run again at the most.
const RUNS: usize = 150;

/// Leaves out halves, quarters and so on down to single steps, as long as `promise` is still broken.
pub(crate) fn shrink(plan: &Plan, promise: &str) -> Plan {
    let breaks = |plan: &Plan| run::run(plan).violations.iter().any(|found| found.promise == promise);
    let (mut least, mut runs) = (plan.clone(), 0);
    let mut length = least.steps.len().div_ceil(2);
    while length > 0 {
        let mut from = 0;
        while from < least.steps.len() && runs < RUNS {
            let tried = least.without(from, from + length);
            runs += 1;
            if breaks(&tried) {
                least = tried;
            } else {
                from += length;
            }
        }
        length = if length == 1 { 0 } else { length.div_ceil(2) };
    }
    fewer_workspaces(least, &breaks)
}

/// The last workspaces go as long as nothing happens in them.
fn fewer_workspaces(mut plan: Plan, breaks: &impl Fn(&Plan) -> bool) -> Plan {
    while plan.workspaces.len() > 1 && plan.steps.iter().all(|step| step.workspace + 1 < plan.workspaces.len()) {
        let mut tried = plan.clone();
        tried.workspaces.pop();
        if !breaks(&tried) {
            break;
        }
        plan = tried;
    }
    plan
}
