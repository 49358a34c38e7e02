//! Assess Candidate: the recruiter's order and a vendor's result on the same assessment.

use super::{Refusal, remember};
use crate::{
    clock::date_text,
    identifier::wid,
    model::{Assessment, ResultLine, State},
};

/// Workday's message when the Assess step was never opened.
pub(crate) const NEVER_IN_ASSESSMENT: &str =
    "The Candidate was never in the Assessment Business Process to add or update a Candidate Assessment.";
/// Workday's message when an application has several events.
pub(crate) const AMBIGUOUS_EVENT: &str = "You must specify the event because there is more than 1 in progress or on record.";
/// Workday's message when results may not be overwritten.
pub(crate) const CANNOT_OVERWRITE: &str = "Cannot overwrite assessment because results exist and suppress overwrite is set to true.";
/// Workday's message for a link that is none.
pub(crate) const INVALID_HTTP_ADDRESS: &str =
    "Invalid HTTP address entered. HTTP addresses must be in one of the following formats: - http://... - https://...";
/// Workday's message for an inline assessment by event.
pub(crate) const INLINE_NEEDS_APPLICATION: &str =
    "An inline assessment must have a Job Application specified, and cannot be associated with an Assessment Event.";

/// What the recruiter submits on the Assess step.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) application: &'a str,
    pub(crate) status: &'a str,
    pub(crate) test: &'a str,
    pub(crate) by: &'a str,
    /// Opens a further event although one exists.
    pub(crate) new_event: bool,
}

/// Takes the recruiter's submit; answers the assessment's id.
pub(crate) fn submit_order(state: &mut State, order: &Order<'_>) -> Result<String, Refusal> {
    known(&state.records.assessment_statuses, order.status, "Assessment_Status_ID")?;
    known(&state.records.assessment_tests, order.test, "Assessment_Test_ID")?;
    let open = state
        .records
        .applications
        .iter()
        .find(|application| application.id == order.application)
        .ok_or_else(|| Refusal::new("There is no such job application."))?
        .current_step()
        .is_some_and(|step| step.assess_open);
    if !open {
        return Err(Refusal::new(
            "The Assess button is only there while the application is in the Assess Candidate step.",
        ));
    }
    let at = state.next_entry();
    let existing = events_of(state, order.application).last().cloned();
    let id = match existing.filter(|_| !order.new_event) {
        Some(id) => id,
        None => create(state, order.application, None, true)?,
    };
    let line_id = next_line_id(state);
    let assessment = find_mut(state, &id)?;
    assessment.set_status(order.status);
    assessment.assessed_on = date_text(at);
    assessment.assessed_by = Some(order.by.to_owned());
    assessment.updated = at;
    if !assessment.lines.iter().any(|line| line.test == order.test) {
        assessment.lines.push(empty_line(line_id, order.test));
    }
    remember(
        &mut state.records,
        at,
        order.application,
        order.by,
        format!("Assessment submitted: {} with {}", order.status, order.test),
    );
    Ok(id)
}

/// Opens an assessment for the requisition's default tests, if it has any.
pub(crate) fn order_default_tests(state: &mut State, application: &str, requisition: &str) -> Result<Vec<String>, Refusal> {
    let tests = state
        .records
        .requisitions
        .iter()
        .find(|other| other.id == requisition)
        .map(|requisition| requisition.default_tests.clone())
        .unwrap_or_default();
    if tests.is_empty() {
        return Ok(Vec::new());
    }
    let id = create(state, application, None, true)?;
    let status = state.settings.default_test_status.clone();
    for test in tests {
        let line_id = next_line_id(state);
        find_mut(state, &id)?.lines.push(empty_line(line_id, &test));
    }
    if let Some(status) = status {
        find_mut(state, &id)?.set_status(&status);
    }
    Ok(vec![id])
}

/// A result or status as `Assess_Candidate` carries it, with all ids resolved.
#[derive(Debug, Default)]
pub(crate) struct Write {
    /// `Assess_Candidate_Reference`.
    pub(crate) own_reference: Option<String>,
    pub(crate) assessed_by: Option<String>,
    pub(crate) assessed_on: String,
    pub(crate) status: String,
    pub(crate) comment: Option<String>,
    pub(crate) test_url: Option<String>,
    pub(crate) lines: Vec<LineWrite>,
}

/// One test result of a write; `line` is the existing line it changes.
#[derive(Debug)]
pub(crate) struct LineWrite {
    pub(crate) line: Option<String>,
    pub(crate) test: String,
    pub(crate) score: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) url: Option<String>,
}

/// Another vendor's result on an application's latest event.
#[derive(Debug)]
pub(crate) struct OtherResult<'a> {
    pub(crate) application: &'a str,
    pub(crate) test: &'a str,
    pub(crate) status: &'a str,
    pub(crate) score: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) url: Option<String>,
}

/// Writes it as that vendor would: the overall status, and its own line; answers the assessment's id.
pub(crate) fn write_other_result(state: &mut State, result: OtherResult<'_>) -> Result<String, Refusal> {
    known(&state.records.assessment_statuses, result.status, "Assessment_Status_ID")?;
    known(&state.records.assessment_tests, result.test, "Assessment_Test_ID")?;
    let latest = events_of(state, result.application).pop();
    let id = latest.ok_or_else(|| Refusal::new("The application has no assessment event."))?;
    let today = date_text(state.next_entry());
    let line = find_mut(state, &id)?.lines.iter().find(|line| line.test == result.test);
    let line = LineWrite {
        line: line.map(|line| line.id.clone()),
        test: result.test.to_owned(),
        score: result.score,
        status: Some(result.status.to_owned()),
        date: Some(today.clone()),
        comment: result.comment,
        url: result.url,
    };
    let write = Write {
        assessed_on: today,
        status: result.status.to_owned(),
        lines: vec![line],
        ..Write::default()
    };
    apply(state, &id, write, "Other Vendor")
}

/// The ids of an application's assessment events that count, oldest first.
pub(crate) fn events_of(state: &State, application: &str) -> Vec<String> {
    state
        .records
        .assessments
        .iter()
        .filter(|assessment| assessment.application == application && assessment.event.is_some() && !assessment.rescinded)
        .map(|assessment| assessment.id.clone())
        .collect()
}

/// The assessment that a write to this application means, opening one if the Assess step was ever open.
pub(crate) fn assessment_for_write(
    state: &mut State,
    application: &str,
    own_reference: Option<&str>,
    inline: bool,
) -> Result<String, Refusal> {
    if inline {
        let existing = state
            .records
            .assessments
            .iter()
            .find(|assessment| assessment.application == application && assessment.event.is_none());
        return match existing.map(|assessment| assessment.id.clone()) {
            Some(id) => Ok(id),
            None => create(state, application, own_reference, false),
        };
    }
    match events_of(state, application).as_slice() {
        [] => {
            let was_in = state
                .records
                .applications
                .iter()
                .any(|other| other.id == application && other.was_in_assessment_process);
            if was_in {
                create(state, application, own_reference, true)
            } else {
                Err(Refusal::new(NEVER_IN_ASSESSMENT))
            }
        }
        [only] => Ok(only.clone()),
        _ => Err(Refusal::new(AMBIGUOUS_EVENT)),
    }
}

/// Writes to an assessment; what the request leaves out stays as it is.
pub(crate) fn apply(state: &mut State, id: &str, write: Write, by: &str) -> Result<String, Refusal> {
    let at = state.next_entry();
    let mut new_ids = Vec::new();
    for _ in &write.lines {
        new_ids.push(next_line_id(state));
    }
    let assessment = find_mut(state, id)?;
    assessment.assessed_on = write.assessed_on;
    assessment.updated = at;
    replace(&mut assessment.assessed_by, write.assessed_by);
    replace(&mut assessment.comment, write.comment);
    replace(&mut assessment.test_url, write.test_url);
    let text = format!("Assessment updated by {by}: {}", write.status);
    assessment.set_status(&write.status);
    for (line, new_id) in write.lines.into_iter().zip(new_ids) {
        write_line(assessment, line, new_id);
    }
    if let Some(reference) = write.own_reference {
        assessment.id = reference;
    }
    let (id, application) = (assessment.id.clone(), assessment.application.clone());
    remember(&mut state.records, at, &application, by, text);
    Ok(id)
}

fn write_line(assessment: &mut Assessment, write: LineWrite, new_id: String) {
    let named = write
        .line
        .and_then(|wanted| assessment.lines.iter().position(|line| line.id == wanted));
    // Without a result reference Workday adds a line, even for a test that has one.
    let index = named.unwrap_or_else(|| {
        assessment.lines.push(empty_line(new_id, &write.test));
        assessment.lines.len() - 1
    });
    if let Some(line) = assessment.lines.get_mut(index) {
        line.test = write.test;
        replace(&mut line.score, write.score);
        replace(&mut line.status, write.status);
        replace(&mut line.date, write.date);
        replace(&mut line.comment, write.comment);
        replace(&mut line.url, write.url);
    }
}

fn replace(field: &mut Option<String>, value: Option<String>) {
    if value.is_some() {
        *field = value;
    }
}

fn create(state: &mut State, application: &str, own_reference: Option<&str>, with_event: bool) -> Result<String, Refusal> {
    let number = state.next_number();
    let id = own_reference.map_or_else(|| format!("RECRUITING_ASSESSMENT-1-{number}"), str::to_owned);
    if state.records.assessments.iter().any(|other| other.id == id) {
        return Err(Refusal::new("Reference IDs must be unique."));
    }
    let at = state.next_entry();
    state.records.assessments.push(Assessment {
        event: with_event.then(|| wid("Assess_Candidate_Event", &id)),
        id: id.clone(),
        application: application.to_owned(),
        created: at,
        updated: at,
        assessed_by: None,
        assessed_on: date_text(at),
        status: None,
        statuses: Vec::new(),
        comment: None,
        test_url: None,
        lines: Vec::new(),
        rescinded: false,
    });
    Ok(id)
}

fn empty_line(id: String, test: &str) -> ResultLine {
    ResultLine {
        id,
        test: test.to_owned(),
        score: None,
        status: None,
        date: None,
        comment: None,
        url: None,
    }
}

fn next_line_id(state: &mut State) -> String {
    format!("ASSESSMENT_TEST_RESULT-3-{}", state.next_number())
}

fn find_mut<'s>(state: &'s mut State, id: &str) -> Result<&'s mut Assessment, Refusal> {
    state
        .records
        .assessments
        .iter_mut()
        .find(|assessment| assessment.id == id)
        .ok_or_else(|| Refusal::new(format!("There is no assessment '{id}'.")))
}

fn known(list: &[crate::model::Named], id: &str, id_type: &str) -> Result<(), Refusal> {
    if list.iter().any(|named| named.id == id) {
        Ok(())
    } else {
        Err(Refusal::new(format!(
            "Invalid ID value. '{id}' is not a valid ID value for type = '{id_type}'"
        )))
    }
}
