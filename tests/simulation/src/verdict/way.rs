//! The way by which a record in Workday came to what it shows.

use super::View;
use crate::plan::{Act, HeyMilo};
use crate::world::Tenant;
use domain::Order;
use serde_json::Value;

/// What HeyMilo says of an interview that has a report.
const REPORTED: [&str; 4] = ["completed", "shortlisted", "dismissed", "knocked_out"];

impl View<'_> {
    /// A step back among the statuses that a record has shown. A recruiter's send status begins anew.
    pub(super) fn went_backwards(&self, person: usize) -> Option<String> {
        let records = self.records_of("assessments", "application", Tenant::application(person));
        let mut shown = records.map(|record| record["statuses"].as_array().into_iter().flatten().filter_map(Value::as_str));
        let returns = self.mails_come_back();
        shown.find_map(|statuses| step_back(&statuses.collect::<Vec<_>>(), returns))
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

/// Only our own statuses count: what another vendor sets on a record that is both's says nothing of ours.
fn step_back(statuses: &[&str], mails_come_back: bool) -> Option<String> {
    let ours: Vec<&str> = statuses.iter().filter(|status| status.starts_with("HEYMILO_")).copied().collect();
    let mut pairs = ours.iter().zip(ours.iter().skip(1));
    let back = pairs.find(|(before, after)| !may_follow(before, after, mails_come_back));
    back.map(|(before, after)| format!("{after} after {before}"))
}

fn may_follow(before: &str, after: &str, mails_come_back: bool) -> bool {
    match (before, after) {
        (_, "HEYMILO_SEND_INVITE") | ("HEYMILO_SEND_INVITE", _) => true,
        // A result is the end: it may only be told once more, with another outcome or score.
        ("HEYMILO_COMPLETED", after) => after == "HEYMILO_COMPLETED",
        // A later deadline or a report ends this again, and nothing else does.
        ("HEYMILO_EXPIRED", after) => after != "HEYMILO_ERROR",
        // Whoever was invited is told of as somebody who could not be where the invitation came back, and nowhere else.
        ("HEYMILO_INVITED", "HEYMILO_ERROR") => mails_come_back,
        ("HEYMILO_IN_PROGRESS", "HEYMILO_ERROR") => false,
        ("HEYMILO_IN_PROGRESS", after) => after != "HEYMILO_INVITED",
        (_, _) => true,
    }
}

#[test]
fn after_a_final_status_only_what_can_end_it_follows() {
    let told = |statuses: [&str; 3], returns| {
        let statuses = statuses.map(|status| ["HEYMILO_", status].concat());
        step_back(&statuses.each_ref().map(String::as_str), returns)
    };
    let back = |statuses| told(statuses, false);
    for (statuses, said) in [
        (["INVITED", "COMPLETED", "EXPIRED"], "HEYMILO_EXPIRED after HEYMILO_COMPLETED"),
        (["INVITED", "COMPLETED", "ERROR"], "HEYMILO_ERROR after HEYMILO_COMPLETED"),
        (["COMPLETED", "COMPLETED", "INVITED"], "HEYMILO_INVITED after HEYMILO_COMPLETED"),
        (["INVITED", "EXPIRED", "ERROR"], "HEYMILO_ERROR after HEYMILO_EXPIRED"),
        (["INVITED", "IN_PROGRESS", "INVITED"], "HEYMILO_INVITED after HEYMILO_IN_PROGRESS"),
    ] {
        assert_eq!(back(statuses).as_deref(), Some(said));
    }
    for statuses in [
        ["INVITED", "EXPIRED", "COMPLETED"],
        ["IN_PROGRESS", "EXPIRED", "INVITED"],
        ["COMPLETED", "SEND_INVITE", "ERROR"],
        ["ERROR", "INVITED", "IN_PROGRESS"],
    ] {
        assert_eq!(back(statuses), None);
    }
    assert!(back(["INVITED", "ERROR", "SEND_INVITE"]).is_some() && told(["INVITED", "ERROR", "SEND_INVITE"], true).is_none());
    assert!(told(["IN_PROGRESS", "ERROR", "SEND_INVITE"], true).is_some());
    assert!(step_back(&["HEYMILO_COMPLETED", "OTHER_VENDOR_COMPLETED", "HEYMILO_EXPIRED"], true).is_some());
}
