//! `Request_Criteria` of `Get_Candidates`: all given criteria hold together, those about an application
//! for one and the same application.

use jiff::Timestamp;
use roxmltree::Node;
use std::collections::BTreeSet;

use super::{
    fault::SoapFault,
    reference::{self, child, children, flag, moment_of, refuse_unknown, resolve, text, updated_between},
};
use crate::{
    model::{Application, Candidate, State},
    recruiting::process::STAGES,
    settings::{RequisitionFilter, TransactionLog},
};

/// The criteria of one request.
#[derive(Debug, Default)]
pub(super) struct Criteria {
    updated_from: Option<Timestamp>,
    updated_through: Option<Timestamp>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    requisitions: Vec<String>,
    stages: Vec<&'static str>,
    applied_from: Option<Timestamp>,
    applied_through: Option<Timestamp>,
    internal_only: bool,
    created_from: Option<Timestamp>,
    created_through: Option<Timestamp>,
    /// The tenant answers nothing for requisition criteria.
    finds_nobody: bool,
}

impl Criteria {
    /// Reads and checks the criteria.
    pub(super) fn read(node: Node<'_, '_>, state: &State) -> Result<Self, SoapFault> {
        let mut criteria = Self {
            first_name: text(node, "First_Name"),
            last_name: text(node, "Last_Name"),
            email: text(node, "Candidate_Email_Address"),
            applied_from: moment_of(node, "Applied_From"),
            applied_through: moment_of(node, "Applied_Through"),
            internal_only: flag(node, "Internal_Workers_Only"),
            created_from: moment_of(node, "Created_From"),
            created_through: moment_of(node, "Created_Through"),
            ..Self::default()
        };
        for log in children(node, "Transaction_Log_Criteria_Data") {
            refuse_unknown(log, "Subscriber_Reference")?;
            if state.settings.transaction_log == TransactionLog::Fault {
                return Err(fails());
            }
            if let Some(dates) = child(log, "Transaction_Date_Range_Data") {
                [criteria.updated_from, criteria.updated_through] = updated_between(dates, state.as_of())?;
            }
        }
        criteria.read_references(node, state)?;
        criteria.check(node)?;
        Ok(criteria)
    }

    fn read_references(&mut self, node: Node<'_, '_>, state: &State) -> Result<(), SoapFault> {
        for requisition in children(node, "Job_Requisition_Reference") {
            let found = resolve(requisition, &state.records.requisitions, reference::requisition)?;
            self.requisitions.push(found.id.clone());
        }
        if !self.requisitions.is_empty() {
            match state.settings.requisition_filter {
                RequisitionFilter::Works => {}
                RequisitionFilter::Empty => self.finds_nobody = true,
                RequisitionFilter::Fault => return Err(fails()),
            }
        }
        for stage in children(node, "Recruiting_Stage_Reference") {
            self.stages.push(resolve(stage, STAGES, reference::stage)?.id);
        }
        for name in [
            "Pre-Hire_Reference",
            "Worker_Reference",
            "Applicant_Source_Reference",
            "Candidate_Tag_Reference",
            "Criteria_Match_Score_Category_Reference",
            "Static_Candidate_Pool_Reference",
        ] {
            refuse_unknown(node, name)?;
        }
        Ok(())
    }

    fn check(&self, node: Node<'_, '_>) -> Result<(), SoapFault> {
        if self.first_name.is_some() && self.last_name.is_none() {
            return Err(SoapFault::validation(node, "Last Name is required if First Name is entered."));
        }
        // The wording is Workday's, although it says the opposite of what it means.
        if is_after(self.applied_from, self.applied_through) {
            return Err(SoapFault::validation(
                node,
                "Applied From date must be greater or equal to Applied Through date.",
            ));
        }
        if is_after(self.created_from, self.created_through) {
            return Err(SoapFault::validation(
                node,
                "Created From date must be less than or equal to Created Through date.",
            ));
        }
        Ok(())
    }

    /// Whether nothing was asked for.
    pub(super) fn is_empty(&self) -> bool {
        !self.concerns_applications()
            && self.updated_from.is_none()
            && self.updated_through.is_none()
            && self.last_name.is_none()
            && self.email.is_none()
            && !self.internal_only
            && self.created_from.is_none()
            && self.created_through.is_none()
    }

    fn concerns_applications(&self) -> bool {
        !self.requisitions.is_empty() || !self.stages.is_empty() || self.applied_from.is_some() || self.applied_through.is_some()
    }
}

/// The candidates who meet the criteria as of an entry moment.
pub(super) fn find<'s>(criteria: &Criteria, state: &'s State, as_of: Timestamp) -> Vec<&'s Candidate> {
    let candidates = state.records.candidates.iter().filter(|candidate| candidate.entered <= as_of);
    if !criteria.concerns_applications() {
        return candidates.filter(|candidate| matches(criteria, candidate)).collect();
    }
    let applications = state.records.applications.iter();
    let meant = applications.filter(|application| application.entered <= as_of && application_matches(criteria, application, as_of));
    let applicants: BTreeSet<&str> = meant.map(|application| application.candidate.as_str()).collect();
    let applied = candidates.filter(|candidate| applicants.contains(candidate.id.as_str()));
    applied.filter(|candidate| matches(criteria, candidate)).collect()
}

/// Whether a candidate meets the criteria, those about their applications aside.
fn matches(criteria: &Criteria, candidate: &Candidate) -> bool {
    // All candidates of the stand-in are external.
    if criteria.finds_nobody || criteria.internal_only {
        return false;
    }
    let same = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted.to_lowercase() == value.to_lowercase());
    same(&criteria.first_name, &candidate.first_name)
        && same(&criteria.last_name, &candidate.last_name)
        && same(&criteria.email, candidate.email.as_deref().unwrap_or_default())
        && within(candidate.updated, criteria.updated_from, criteria.updated_through)
        && within(candidate.entered, criteria.created_from, criteria.created_through)
}

fn application_matches(criteria: &Criteria, application: &Application, as_of: Timestamp) -> bool {
    let stage = application.step_as_of(as_of).map(|step| step.stage.as_str()).unwrap_or_default();
    (criteria.requisitions.is_empty() || criteria.requisitions.contains(&application.requisition))
        && (criteria.stages.is_empty() || criteria.stages.contains(&stage))
        && within(application.applied, criteria.applied_from, criteria.applied_through)
}

fn within(moment: Timestamp, from: Option<Timestamp>, through: Option<Timestamp>) -> bool {
    from.is_none_or(|from| moment >= from) && through.is_none_or(|through| moment <= through)
}

fn fails() -> SoapFault {
    SoapFault::Processing {
        message: "An internal error occurred while processing the task.".to_owned(),
    }
}

fn is_after(from: Option<Timestamp>, through: Option<Timestamp>) -> bool {
    matches!((from, through), (Some(from), Some(through)) if from > through)
}
