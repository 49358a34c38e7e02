//! The Job Application business process: its stages, steps and dispositions, and moving through them.

use super::{Refusal, assess, remember};
use crate::{
    identifier::wid,
    model::{Application, State, Step},
};

/// A recruiting stage (`Recruiting_Stage_ID`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stage {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

/// A step of the process definition (`Workflow_Step_ID`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkflowStep {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// The stage it leads to; a disposition step ends the process where it is.
    pub(crate) stage: Option<&'static str>,
    /// `Recruiting_Disposition_ID` of a disposition step.
    pub(crate) disposition: Option<&'static str>,
}

/// The stage that orders an assessment.
pub(crate) const ASSESSMENT_STAGE: &str = "ASSESSMENT";

/// The stages in the order of the process definition.
pub(crate) const STAGES: &[Stage] = &[
    Stage {
        id: "REVIEW",
        name: "Review",
    },
    Stage {
        id: "SCREEN",
        name: "Screen",
    },
    Stage {
        id: ASSESSMENT_STAGE,
        name: "Assessment",
    },
    Stage {
        id: "INTERVIEW",
        name: "Interview",
    },
    Stage {
        id: "OFFER",
        name: "Offer",
    },
    Stage {
        id: "BACKGROUND_CHECK",
        name: "Background Check",
    },
    Stage {
        id: "READY_FOR_HIRE",
        name: "Ready for Hire",
    },
];

/// The steps of the process definition: one for each stage, then the dispositions.
pub(crate) const WORKFLOW_STEPS: &[WorkflowStep] = &[
    step("JOB_APPLICATION_REVIEW", "Review", "REVIEW"),
    step("JOB_APPLICATION_SCREEN", "Screen", "SCREEN"),
    step("JOB_APPLICATION_ASSESSMENT", "Assess Candidate", ASSESSMENT_STAGE),
    step("JOB_APPLICATION_INTERVIEW", "Interview", "INTERVIEW"),
    step("JOB_APPLICATION_OFFER", "Offer", "OFFER"),
    step("JOB_APPLICATION_BACKGROUND_CHECK", "Background Check", "BACKGROUND_CHECK"),
    step("JOB_APPLICATION_READY_FOR_HIRE", "Ready for Hire", "READY_FOR_HIRE"),
    end("JOB_APPLICATION_DECLINED", "Declined by Employer", "DECLINED_BY_EMPLOYER"),
    end("JOB_APPLICATION_WITHDRAWN", "Candidate Withdrew", "CANDIDATE_WITHDREW"),
];

const fn step(id: &'static str, name: &'static str, stage: &'static str) -> WorkflowStep {
    WorkflowStep {
        id,
        name,
        stage: Some(stage),
        disposition: None,
    }
}

const fn end(id: &'static str, name: &'static str, disposition: &'static str) -> WorkflowStep {
    WorkflowStep {
        id,
        name,
        stage: None,
        disposition: Some(disposition),
    }
}

/// The WID of an application's Job Application event.
pub(crate) fn application_event(application: &str) -> String {
    wid("Job_Application_Event", application)
}

/// The stage of this id.
pub(crate) fn stage(id: &str) -> Option<&'static Stage> {
    STAGES.iter().find(|stage| stage.id == id)
}

/// The step that stands for a stage or disposition, or has this step id.
pub(crate) fn step_towards(target: &str) -> Option<&'static WorkflowStep> {
    WORKFLOW_STEPS
        .iter()
        .find(|step| step.id == target || step.stage == Some(target) || step.disposition == Some(target))
}

/// What a person or the web service asks to happen to an application.
#[derive(Debug)]
pub(crate) struct Move<'a> {
    pub(crate) application: &'a str,
    pub(crate) step: &'static WorkflowStep,
    pub(crate) by: &'a str,
    pub(crate) comment: Option<String>,
    /// Whether entering the assessment stage opens the Assess step; it does unless the process lacks it.
    pub(crate) assess_step: bool,
}

/// Moves an application. A recruiter may move it anywhere; the web service checks [`next_step_allowed`] first.
/// Returns the assessments that default tests ordered.
pub(crate) fn move_application(state: &mut State, wish: &Move<'_>) -> Result<Vec<String>, Refusal> {
    let at = state.next_entry();
    let application = find_mut(state, wish.application)?;
    let stage = wish
        .step
        .stage
        .map(str::to_owned)
        .or_else(|| application.current_step().map(|step| step.stage.clone()))
        .unwrap_or_default();
    let assess_open = wish.assess_step && wish.step.stage == Some(ASSESSMENT_STAGE);
    application.was_in_assessment_process |= assess_open;
    application.steps.push(Step {
        stage,
        definition: wish.step.id.to_owned(),
        disposition: wish.step.disposition.map(str::to_owned),
        assess_open,
        at,
    });
    let (candidate, requisition) = (application.candidate.clone(), application.requisition.clone());
    touch(state, &candidate, at);
    let mut text = format!("Moved to {}", wish.step.name);
    if let Some(comment) = &wish.comment {
        text.push_str(": ");
        text.push_str(comment);
    }
    remember(&mut state.records, at, wish.application, wish.by, text);
    if assess_open {
        assess::order_default_tests(state, wish.application, &requisition)
    } else {
        Ok(Vec::new())
    }
}

/// Whether the web service may send an application from where it is to a step.
pub(crate) fn next_step_allowed(application: &Application, step: &WorkflowStep) -> bool {
    let Some(current) = application.current_step() else {
        return false;
    };
    let position = |id: &str| STAGES.iter().position(|stage| stage.id == id);
    match step.stage {
        None => true,
        Some(target) => position(target) > position(&current.stage),
    }
}

/// Whether the application's process is still running.
pub(crate) fn in_progress(application: &Application) -> bool {
    application
        .current_step()
        .is_some_and(|step| step.disposition.is_none() && step.stage != "READY_FOR_HIRE")
}

/// Rescinds the assessment process of an application: what it had can still be read, but no longer written.
pub(crate) fn rescind(state: &mut State, application: &str, by: &str) -> Result<(), Refusal> {
    let at = state.next_entry();
    let found = find_mut(state, application)?;
    found.was_in_assessment_process = false;
    for step in &mut found.steps {
        step.assess_open = false;
    }
    for assessment in &mut state.records.assessments {
        if assessment.application == application {
            assessment.rescinded = true;
        }
    }
    remember(&mut state.records, at, application, by, "Assess Candidate rescinded".to_owned());
    Ok(())
}

fn find_mut<'s>(state: &'s mut State, application: &str) -> Result<&'s mut Application, Refusal> {
    state
        .records
        .applications
        .iter_mut()
        .find(|other| other.id == application)
        .ok_or_else(|| Refusal::new(format!("There is no job application '{application}'.")))
}

fn touch(state: &mut State, candidate: &str, at: jiff::Timestamp) {
    for other in &mut state.records.candidates {
        if other.id == candidate {
            other.updated = at;
        }
    }
}
