//! `Assess_Candidate`: writes status, comments, results and links to an assessment, and may move on at once.

use roxmltree::Node;

use super::{
    assess_read::by_candidate,
    endpoint::Context,
    fault::SoapFault,
    moves::{self, Parameters},
    reference::{self, child, children, flag, resolve, text},
    xml::Xml,
};
use crate::{
    model::{Assessment, Records, State},
    recruiting::{
        Refusal,
        assess::{self, LineWrite, Write},
    },
};

/// Which assessment a request means.
enum Target {
    Event(String),
    Application(String),
}

/// Answers the request.
pub(super) fn assess(context: &Context<'_>, request: Node<'_, '_>) -> Result<String, SoapFault> {
    let Some(data) = child(request, "Assess_Candidate_Data") else {
        return Err(SoapFault::Server);
    };
    let Some(content) = child(data, "Candidate_Assessment_Data") else {
        return Err(SoapFault::Server);
    };
    context.tenant.change(|state, _| {
        let refuse = |refusal: Refusal| SoapFault::validation(data, refusal.0);
        let inline = flag(content, "Is_Inline_Assessment");
        let target = target(data, state, inline)?;
        let write = read_write(content, &state.records)?;
        let parameters = moves::read_parameters(request, state)?;
        check_before_write(state, &target, &write, parameters.as_ref(), request)?;
        let own_reference = write.own_reference.as_deref();
        let id = match &target {
            Target::Event(id) => id.clone(),
            Target::Application(application) => assess::assessment_for_write(state, application, own_reference, inline).map_err(refuse)?,
        };
        check_lines(state, &id, &write, content, flag(request, "Suppress_Overwrite"))?;
        let application = application_of(state, &id);
        let id = assess::apply(state, &id, write, &context.by).map_err(refuse)?;
        if let Some(parameters) = parameters {
            moves::apply(state, &application, parameters, &context.by).map_err(refuse)?;
        }
        Ok(answer(context, &state.records, &id))
    })
}

fn target(data: Node<'_, '_>, state: &State, inline: bool) -> Result<Target, SoapFault> {
    let records = &state.records;
    if let Some(node) = child(data, "Event_Reference") {
        let found = resolve(node, &records.assessments, reference::event)?;
        if inline {
            return Err(SoapFault::validation(data, assess::INLINE_NEEDS_APPLICATION));
        }
        if found.rescinded {
            return Err(SoapFault::validation(data, assess::NEVER_IN_ASSESSMENT));
        }
        return Ok(Target::Event(found.id.clone()));
    }
    if let Some(node) = child(data, "Job_Application_Reference") {
        let found = resolve(node, &records.applications, |application| {
            reference::application(records, application)
        })?;
        return Ok(Target::Application(found.id.clone()));
    }
    if inline {
        return Err(SoapFault::validation(data, assess::INLINE_NEEDS_APPLICATION));
    }
    let Some(node) = child(data, "Candidate_Criteria_Data") else {
        return Err(SoapFault::Server);
    };
    let found = by_candidate(node, records, "Job_Requisition_Reference")?;
    let assessed: Vec<_> = found.iter().filter(|application| application.was_in_assessment_process).collect();
    match assessed.as_slice() {
        [] => Err(SoapFault::validation(node, assess::NEVER_IN_ASSESSMENT)),
        [only] => Ok(Target::Application(only.id.clone())),
        _ => Err(SoapFault::validation(node, assess::AMBIGUOUS_EVENT)),
    }
}

fn read_write(content: Node<'_, '_>, records: &Records) -> Result<Write, SoapFault> {
    let status = |node| resolve(node, &records.assessment_statuses, reference::assessment_status);
    let mut write = Write {
        own_reference: text(content, "Assess_Candidate_Reference"),
        assessed_on: text(content, "Assessed_On_Date").unwrap_or_default().trim().to_owned(),
        comment: text(content, "Overall_Assessment_Comment"),
        test_url: http_address(content, "Assessment_Test_URL")?,
        ..Write::default()
    };
    if let Some(node) = child(content, "Assessed_By_Reference") {
        // The stand-in keeps no workers: any employee may have assessed.
        write.assessed_by = text(node, "ID");
    }
    if let Some(node) = child(content, "Assessment_Status_Reference") {
        write.status.clone_from(&status(node)?.id);
    }
    for node in children(content, "Assess_Candidate_Test_Result_Data") {
        let line = match child(node, "Assessment_Test_Result_Reference") {
            Some(result) => Some(result_line(result, records)?),
            None => None,
        };
        let test = match child(node, "Assessment_Test_Reference") {
            Some(test) => resolve(test, &records.assessment_tests, reference::assessment_test)?,
            None => return Err(SoapFault::Server),
        };
        let line_status = match child(node, "Assessment_Test_Status_Reference") {
            Some(node) => Some(status(node)?.id.clone()),
            None => None,
        };
        write.lines.push(LineWrite {
            line,
            test: test.id.clone(),
            score: text(node, "Assessment_Test_Score").map(|score| score.trim().to_owned()),
            status: line_status,
            date: text(node, "Assessment_Test_Date").map(|date| date.trim().to_owned()),
            comment: text(node, "Comment"),
            url: http_address(node, "Assessment_Test_Results_URL")?,
        });
    }
    Ok(write)
}

fn result_line(node: Node<'_, '_>, records: &Records) -> Result<String, SoapFault> {
    let lines: Vec<_> = records
        .assessments
        .iter()
        .flat_map(|assessment| assessment.lines.iter().cloned())
        .collect();
    resolve(node, &lines, reference::test_result).map(|line| line.id.clone())
}

fn http_address(node: Node<'_, '_>, name: &str) -> Result<Option<String>, SoapFault> {
    let Some(address) = text(node, name) else {
        return Ok(None);
    };
    let sound = ["http://", "https://"].iter().any(|scheme| {
        address
            .strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
    });
    if sound {
        Ok(Some(address))
    } else {
        Err(SoapFault::validation(node, assess::INVALID_HTTP_ADDRESS))
    }
}

fn check_before_write(
    state: &State,
    target: &Target,
    write: &Write,
    parameters: Option<&Parameters>,
    request: Node<'_, '_>,
) -> Result<(), SoapFault> {
    let application = match target {
        Target::Event(id) => application_of(state, id),
        Target::Application(application) => application.clone(),
    };
    if state.settings.assess_ends_with_move && !moves::is_in_assessment(state, &application) {
        return Err(SoapFault::validation(request, moves::NOT_IN_PROGRESS));
    }
    if parameters.is_some() {
        moves::check_in_assessment(state, &application, request)?;
        moves::check(state, &application, parameters, request)?;
    }
    let taken = write.own_reference.as_ref().is_some_and(|reference| {
        state
            .records
            .assessments
            .iter()
            .any(|assessment| assessment.id == *reference && assessment.application != application)
    });
    if taken {
        return Err(SoapFault::validation(request, "Reference IDs must be unique."));
    }
    // An assessment that is still to be opened has no result lines that could be named.
    let opens = matches!(target, Target::Application(_)) && assess::events_of(state, &application).is_empty();
    match write.lines.iter().find_map(|line| line.line.as_deref()) {
        Some(line) if opens => Err(SoapFault::invalid_id(request, "Assessment_Test_Result_ID", line)),
        _ => Ok(()),
    }
}

fn check_lines(state: &State, id: &str, write: &Write, content: Node<'_, '_>, suppress_overwrite: bool) -> Result<(), SoapFault> {
    let Some(assessment) = find(&state.records, id) else {
        return Err(SoapFault::Server);
    };
    if suppress_overwrite && assessment.lines.iter().any(crate::model::ResultLine::has_result) {
        return Err(SoapFault::validation(content, assess::CANNOT_OVERWRITE));
    }
    for line in write.lines.iter().filter_map(|line| line.line.as_deref()) {
        if !assessment.lines.iter().any(|own| own.id == line) {
            return Err(SoapFault::invalid_id(content, "Assessment_Test_Result_ID", line));
        }
    }
    Ok(())
}

fn answer(context: &Context<'_>, records: &Records, id: &str) -> String {
    let mut xml = Xml::answer("Assess_Candidate_Response", context.version, context.descriptors);
    if let Some(assessment) = find(records, id) {
        if assessment.event.is_some() {
            xml.reference("Candidate_Assessment_Event_Reference", &reference::event(assessment));
        }
        xml.reference("Candidate_Assessment_Reference", &reference::assessment(assessment));
    }
    xml.finish()
}

fn find<'r>(records: &'r Records, id: &str) -> Option<&'r Assessment> {
    records.assessments.iter().find(|assessment| assessment.id == id)
}

fn application_of(state: &State, id: &str) -> String {
    find(&state.records, id)
        .map(|assessment| assessment.application.clone())
        .unwrap_or_default()
}
