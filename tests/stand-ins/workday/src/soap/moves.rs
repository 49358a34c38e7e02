//! `Move_Candidate`, and the dynamic business process parameters that `Assess_Candidate` shares with it.

use roxmltree::Node;

use super::{
    assess_read::by_candidate,
    endpoint::Context,
    fault::SoapFault,
    reference::{self, child, children, resolve, text},
    xml::Xml,
};
use crate::{
    model::{Application, State},
    recruiting::{
        Refusal,
        process::{self, Move, WORKFLOW_STEPS, WorkflowStep},
    },
};

const INVALID_STEP: &str = "The next step, parallel step, or disposition chosen is invalid for the job application process.";
const COMMENT_DISABLED: &str = "This Business Process has been configured to disable comment. Please remove the comment or change the setting in the Business Process Policy or tenant setup.";
const NOT_IN_ASSESSMENT: &str = "The Job Application business process relevant to the candidate must be in the Assess Candidate state to use Dynamic Business Process Parameters to Move Forward or Decline.";
pub(super) const NOT_IN_PROGRESS: &str = "The Business Process must be in progress to move candidate to the next stage.";
const NOT_PRECISELY_ONE: &str = "The provided Candidate and Requisition does not have precisely one Job Application Event in progress.";

/// `Dynamic_Business_Process_Parameters`, resolved.
#[derive(Debug)]
pub(super) struct Parameters {
    step: &'static WorkflowStep,
    comment: Option<String>,
}

/// Answers `Move_Candidate`.
pub(super) fn move_candidate(context: &Context<'_>, request: Node<'_, '_>) -> Result<String, SoapFault> {
    let Some(data) = child(request, "Move_Candidate_Data") else {
        return Err(SoapFault::Server);
    };
    context.tenant.change(|state, _| {
        let application = target(data, state)?.clone();
        let parameters = read_parameters(request, state)?;
        check(state, &application.id, parameters.as_ref(), request)?;
        // Without parameters the process does not move.
        if let Some(parameters) = parameters {
            apply(state, &application.id, parameters, &context.by).map_err(|refusal| SoapFault::validation(data, refusal.0))?;
        }
        let mut xml = Xml::answer("Move_Candidate_Response", context.version, context.descriptors);
        xml.reference("Event_Reference", &reference::application_event(&application));
        Ok(xml.finish())
    })
}

fn target<'s>(data: Node<'_, '_>, state: &'s State) -> Result<&'s Application, SoapFault> {
    let records = &state.records;
    if let Some(node) = child(data, "Event_Reference") {
        return resolve(node, &records.applications, reference::application_event);
    }
    if let Some(node) = child(data, "Job_Application_Reference") {
        return resolve(node, &records.applications, |application| {
            reference::application(records, application)
        });
    }
    let Some(node) = child(data, "Candidate_Criteria_Data") else {
        return Err(SoapFault::Server);
    };
    let running: Vec<&Application> = by_candidate(node, records, "Requisition_Reference")?
        .into_iter()
        .filter(|application| process::in_progress(application))
        .collect();
    match running.as_slice() {
        [only] => Ok(*only),
        _ => Err(SoapFault::validation(node, NOT_PRECISELY_ONE)),
    }
}

/// Reads the parameters of a request, if it has any.
pub(super) fn read_parameters(request: Node<'_, '_>, state: &State) -> Result<Option<Parameters>, SoapFault> {
    let Some(node) = child(request, "Dynamic_Business_Process_Parameters") else {
        return Ok(None);
    };
    // No process of this tenant has parallel stages.
    if let Some(parallel) = child(node, "Start_Parallel_Stage_Reference") {
        resolve(parallel, WORKFLOW_STEPS, reference::workflow_step)?;
        return Err(SoapFault::validation(parallel, INVALID_STEP));
    }
    let (chosen, is_disposition) = match child(node, "Next_Step_Reference") {
        Some(next) => (Some(next), false),
        None => (child(node, "Disposition_Step_Reference"), true),
    };
    let Some(chosen) = chosen else {
        return Err(SoapFault::Server);
    };
    let step = resolve(chosen, WORKFLOW_STEPS, reference::workflow_step)?;
    if step.disposition.is_some() != is_disposition {
        return Err(SoapFault::validation(chosen, INVALID_STEP));
    }
    let comments: Vec<String> = children(node, "Comment_Data")
        .filter_map(|comment| text(comment, "Comment"))
        .collect();
    if state.settings.comments_disabled && !comments.is_empty() {
        return Err(SoapFault::validation(node, COMMENT_DISABLED));
    }
    Ok(Some(Parameters {
        step,
        comment: (!comments.is_empty()).then(|| comments.join("\n")),
    }))
}

/// Whether the application's Assess step is the one that it is at.
pub(super) fn is_in_assessment(state: &State, application: &str) -> bool {
    find(state, application)
        .and_then(Application::current_step)
        .is_some_and(|step| step.assess_open)
}

/// Refuses parameters of `Assess_Candidate` outside the Assess Candidate state.
pub(super) fn check_in_assessment(state: &State, application: &str, request: Node<'_, '_>) -> Result<(), SoapFault> {
    if is_in_assessment(state, application) {
        Ok(())
    } else {
        Err(SoapFault::validation(request, NOT_IN_ASSESSMENT))
    }
}

/// Refuses a move that the process does not allow from where the application is.
pub(super) fn check(state: &State, application: &str, parameters: Option<&Parameters>, request: Node<'_, '_>) -> Result<(), SoapFault> {
    let Some(application) = find(state, application) else {
        return Err(SoapFault::Server);
    };
    if !process::in_progress(application) {
        return Err(SoapFault::validation(request, NOT_IN_PROGRESS));
    }
    match parameters {
        Some(parameters) if !process::next_step_allowed(application, parameters.step) => Err(SoapFault::validation(request, INVALID_STEP)),
        _ => Ok(()),
    }
}

/// Moves the application as the parameters say.
pub(super) fn apply(state: &mut State, application: &str, parameters: Parameters, by: &str) -> Result<(), Refusal> {
    let wish = Move {
        application,
        step: parameters.step,
        by,
        comment: parameters.comment,
        assess_step: true,
    };
    process::move_application(state, &wish).map(|_| ())
}

fn find<'s>(state: &'s State, application: &str) -> Option<&'s Application> {
    state.records.applications.iter().find(|other| other.id == application)
}
