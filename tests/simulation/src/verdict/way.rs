//! The way by which a record in Workday came to what it shows.

use super::View;
use crate::plan::{Act, HeyMilo};
use crate::world::Tenant;
use domain::Order;
use serde_json::Value;

/// What HeyMilo says of an interview that has a report.
const REPORTED: [&str; 4] = ["completed", "shortlisted", "dismissed", "knocked_out"];

impl View<'_> {
    /// A step back among the statuses that a record has shown. A recruiter's send status begins anew, and whatever is said of an
    /// end without a result may turn out otherwise.
    pub(super) fn went_backwards(&self, person: usize) -> Option<String> {
        let records = self.records_of("assessments", "application", Tenant::application(person));
        let mut shown = records.map(|record| record["statuses"].as_array().into_iter().flatten().filter_map(Value::as_str));
        shown.find_map(|statuses| step_back(&statuses.collect::<Vec<_>>()))
    }

    /// Where HeyMilo said of candidates what it pleased: the order has the last thing that it said of a report.
    pub(super) fn is_not_the_last_said(&self, order: &Order, person: usize) -> Option<String> {
        let acts = self.plan.steps.iter().rev().filter(|step| step.workspace == self.number);
        let said = acts.filter_map(|step| match &step.act {
            Act::HeyMilo(whose, HeyMilo::Says(status)) if *whose == person => Some(*status),
            Act::HeyMilo(..) | Act::Recruiter(..) | Act::Candidate(..) | Act::Admin(_) | Act::Deadline(_) | Act::Trouble(_) => None,
        });
        let said = said.into_iter().find(|status| REPORTED.contains(status))?;
        // Of a completed order that is the outcome.
        let here = order.state.reason().unwrap_or(order.state.name());
        (here != said).then(|| format!("HeyMilo last said {said}, {here} here"))
    }
}

fn step_back(statuses: &[&str]) -> Option<String> {
    let rank = |status: &str| match status {
        "HEYMILO_INVITED" => 1,
        "HEYMILO_IN_PROGRESS" => 2,
        "HEYMILO_COMPLETED" => 3,
        _ => 0,
    };
    let mut pairs = statuses.iter().zip(statuses.iter().skip(1));
    let back = pairs.find(|(before, after)| rank(after) > 0 && rank(after) < rank(before));
    back.map(|(before, after)| format!("{after} after {before}"))
}
