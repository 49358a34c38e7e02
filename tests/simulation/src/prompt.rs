//! Each customer's work proceeds while another's vendor hangs: whoever nothing happens to is served as on a quiet day.

use crate::plan::{Act, Plan, Recruiter, Step, Trouble};
use crate::verdict::Violation;
use crate::world::{START, World};
use domain::Moment;
use serde_json::Value;
use std::time::Duration;
use testkit::Mail;

const PROMPT: &str = "a customer's work proceeds while another's vendor hangs";
/// A poll's spread, the call's turns, a tick or two.
const ROOM: Duration = Duration::from_mins(10);

/// Who waited longer for their invitation than a quiet day explains.
pub(crate) fn broken(plan: &Plan, world: &World) -> Vec<Violation> {
    let mails = world.aws().outbox().mails();
    let mut violations = Vec::new();
    for (number, tenant) in world.tenants.iter().enumerate() {
        if is_disturbed(plan, number) {
            continue;
        }
        let reads_assess = !plan.any(number, is_forbidden_assess);
        let longest = tenant.poll + tenant.poll / 10 + ROOM;
        for person in 0..plan.workspaces[number].people {
            let Some(moved) = only_moved(plan, number, person) else { continue };
            let submits = |act: &Act| matches!(act, Act::Recruiter(whose, Recruiter::SubmitAssess) if *whose == person);
            if !reads_assess && plan.any(number, submits) {
                continue;
            }
            let address = tenant.address(person);
            let mail = mails.iter().find(|mail| mail.to.contains(&address)).and_then(sent_at);
            let waited = mail.map(|mail| mail.since(START.plus(moved)));
            if waited.is_none_or(|waited| waited > longest) {
                violations.push(Violation {
                    promise: PROMPT,
                    how: "invited late or never".to_owned(),
                    whose: format!("{} candidate {person}: {waited:?} after the move", tenant.workspace),
                });
            }
        }
    }
    violations
}

/// Whether anything else than another customer's Workday may delay a customer.
fn is_disturbed(plan: &Plan, workspace: usize) -> bool {
    let disturbs = |step: &Step| match &step.act {
        act if is_forbidden_assess(act) => false,
        Act::Trouble(Trouble::Workday(_)) | Act::Admin(_) => step.workspace == workspace,
        Act::Trouble(Trouble::WorkdayMended) | Act::Recruiter(..) | Act::Candidate(..) | Act::HeyMilo(..) | Act::Deadline(_) => false,
        Act::Trouble(_) => true,
    };
    !plan.skews.is_empty() || plan.steps.iter().any(disturbs)
}

/// Workday forbids us to read Assess events: whoever is only moved needs none.
fn is_forbidden_assess(act: &Act) -> bool {
    let Act::Trouble(Trouble::Workday(faults)) = act else {
        return false;
    };
    let is_it = |fault: &Value| fault["operation"] == "Get_Assess_Candidate" && fault["kind"] == "not_authorized";
    faults.as_array().is_some_and(|faults| faults.iter().all(is_it))
}

/// When a candidate was moved, if a recruiter did nothing else that decides about the invitation.
fn only_moved(plan: &Plan, workspace: usize, person: usize) -> Option<Duration> {
    let mut moved = None;
    for step in plan.steps.iter().filter(|step| step.workspace == workspace) {
        match &step.act {
            Act::Recruiter(whose, Recruiter::MoveToAssessment { .. }) if *whose == person && moved.is_none() => moved = Some(step.at),
            Act::Recruiter(whose, Recruiter::SubmitAssess) if *whose == person => {}
            Act::Recruiter(whose, _) if *whose == person => return None,
            Act::Recruiter(..) | Act::Candidate(..) | Act::Admin(_) | Act::HeyMilo(..) | Act::Deadline(_) | Act::Trouble(_) => {}
        }
    }
    moved
}

/// `20270115T080000Z`, as the request was signed.
fn sent_at(mail: &Mail) -> Option<Moment> {
    let part = |from: usize, to: usize| mail.sent_at.get(from..to);
    let (date, time) = (
        [part(0, 4)?, part(4, 6)?, part(6, 8)?].join("-"),
        [part(9, 11)?, part(11, 13)?, part(13, 15)?].join(":"),
    );
    Moment::from_rfc3339(&format!("{date}T{time}Z"))
}
