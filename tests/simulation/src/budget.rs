//! What a quiet customer's Workday is asked about people: by polls, by the steps of each screening, and no more.

use crate::plan::{Act, Applied, Candidate, Plan, Step, Workspace};
use crate::verdict::Violation;
use crate::world::World;

const BUDGET: &str = "Workday is asked no more than polls and screenings need";
/// The link's baseline, and what is tried before anybody is found by requisition.
const SET_UP: usize = 4;
/// For one who is moved: confirming, once more before the invitation, and moving on or out again.
const A_PERSON: usize = 6;
/// For an hour in which nobody has applied yet: whether the requisition filter is to be trusted.
const NOBODY_YET: usize = 12;

/// Whose Workday was asked for people more often than that.
pub(crate) async fn broken(plan: &Plan, world: &World) -> Vec<Violation> {
    let mut violations = Vec::new();
    if !is_quiet(plan) {
        return violations;
    }
    for (tenant, settings) in world.tenants.iter().zip(&plan.workspaces) {
        let record = world.ask(&tenant.workday, "calls").await;
        let calls = record["calls"].as_array().into_iter().flatten();
        let reads = calls.filter(|call| call["operation"] == "Get_Candidates").count();
        let polls = usize::try_from(world.now().as_secs() / tenant.poll.as_secs()).unwrap_or(usize::MAX);
        let most = polls + settings.people * A_PERSON + SET_UP + hours_without_anybody(plan, settings) * NOBODY_YET;
        if reads > most {
            violations.push(Violation {
                promise: BUDGET,
                how: "people are read too often".to_owned(),
                whose: format!(
                    "{}: {reads} times by {polls} polls and {} candidates, {most} at the most",
                    tenant.workspace, settings.people
                ),
            });
        }
    }
    violations
}

/// The hours until somebody has applied for the requisition, begun ones included.
fn hours_without_anybody(plan: &Plan, settings: &Workspace) -> usize {
    if settings.applied == Applied::LongAgo {
        return 0;
    }
    let applies = |step: &&Step| matches!(step.act, Act::Candidate(_, Candidate::Applies));
    let applied = plan.steps.iter().find(applies).map_or_else(|| plan.end(), |step| step.at);
    usize::try_from(applied.as_secs().div_ceil(60 * 60)).unwrap_or(0)
}

/// Whether only recruiters and candidates do anything, and nothing goes wrong.
fn is_quiet(plan: &Plan) -> bool {
    let disturbs = |act: &Act| match act {
        Act::Trouble(_) | Act::Admin(_) | Act::HeyMilo(..) | Act::Deadline(_) => true,
        Act::Recruiter(..) | Act::Candidate(..) => false,
    };
    plan.skews.is_empty() && !plan.steps.iter().any(|step| disturbs(&step.act))
}
