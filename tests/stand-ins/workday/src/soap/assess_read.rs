//! `Get_Assess_Candidate`: assessments by event, by id, by application or by creation window.

use roxmltree::Node;

use super::{
    endpoint::Context,
    fault::SoapFault,
    filter::Filter,
    reference::{self, child, children, flag, moment_of, resolve},
    xml::Xml,
};
use crate::model::{Application, Assessment, Named, Records, ResultLine};

const NO_CRITERION: &str = "To submit a candidate assessment request with Request Criteria, enter at least 1 of these criteria: Job Application Reference, Candidate Criteria Data, Job Application Event Reference, From Moment, To Moment.";

/// Answers the request.
pub(super) fn get(context: &Context<'_>, request: Node<'_, '_>) -> Result<String, SoapFault> {
    let filter = Filter::read(request, context.tenant.read(|state, _| state.as_of()))?;
    context.tenant.read(|state, _| {
        let records = &state.records;
        let mut found = match (child(request, "Request_References"), child(request, "Request_Criteria")) {
            (Some(references), _) => by_references(references, records)?,
            (None, Some(criteria)) => by_criteria(criteria, records)?,
            (None, None) => return Err(SoapFault::validation(request, NO_CRITERION)),
        };
        found.retain(|assessment| assessment.created <= filter.as_of);
        let page = filter.page_of(&found);
        let mut xml = Xml::answer("Get_Assess_Candidate_Response", context.version, context.descriptors);
        filter.write_results(&mut xml, found.len(), page.len());
        xml.element("Response_Data", |xml| {
            // The schema puts all events before all inline assessments.
            let (events, inline): (Vec<&Assessment>, Vec<&Assessment>) = page.iter().partition(|assessment| assessment.event.is_some());
            for assessment in events {
                xml.element("Assess_Candidate_Data", |xml| write(xml, records, assessment));
            }
            for assessment in inline {
                xml.element("Inline_Assessment_Data", |xml| write(xml, records, assessment));
            }
        });
        Ok(xml.finish())
    })
}

fn by_references<'r>(references: Node<'_, '_>, records: &'r Records) -> Result<Vec<&'r Assessment>, SoapFault> {
    let mut found: Vec<&Assessment> = Vec::new();
    for node in children(references, "Assess_Candidate_Reference") {
        found.push(resolve(node, &records.assessments, reference::event)?);
    }
    for node in children(references, "Assessment_Reference") {
        found.push(resolve(node, &records.assessments, reference::assessment)?);
    }
    Ok(found)
}

fn by_criteria<'r>(criteria: Node<'_, '_>, records: &'r Records) -> Result<Vec<&'r Assessment>, SoapFault> {
    let from = moment_of(criteria, "From_Moment");
    let to = moment_of(criteria, "To_Moment");
    if matches!((from, to), (Some(from), Some(to)) if from >= to) {
        return Err(SoapFault::validation(criteria, "The From Moment must be less than the To Moment."));
    }
    let applications = applications_of(criteria, records)?;
    if applications.is_none() && from.is_none() && to.is_none() {
        return Err(SoapFault::validation(criteria, NO_CRITERION));
    }
    let inline = flag(criteria, "Include_Inline_Assessments");
    Ok(records
        .assessments
        .iter()
        .filter(|assessment| assessment.event.is_some() || inline)
        .filter(|assessment| from.is_none_or(|from| assessment.created >= from))
        .filter(|assessment| to.is_none_or(|to| assessment.created < to))
        .filter(|assessment| applications.as_ref().is_none_or(|ids| ids.contains(&assessment.application)))
        .collect())
}

/// The applications that the criteria name; `None` if they name none.
fn applications_of(criteria: Node<'_, '_>, records: &Records) -> Result<Option<Vec<String>>, SoapFault> {
    let applications = &records.applications;
    if let Some(node) = child(criteria, "Job_Application_Reference") {
        let found = resolve(node, applications, |application| reference::application(records, application))?;
        return Ok(Some(vec![found.id.clone()]));
    }
    if let Some(node) = child(criteria, "Job_Application_Event_Reference") {
        let found = resolve(node, applications, reference::application_event)?;
        return Ok(Some(vec![found.id.clone()]));
    }
    let Some(node) = child(criteria, "Candidate_Criteria_Data") else {
        return Ok(None);
    };
    let found = by_candidate(node, records, "Job_Requisition_Reference")?;
    Ok(Some(found.iter().map(|application| application.id.clone()).collect()))
}

/// The applications of a `Candidate_Criteria_Data` element, whose requisition element has this name.
pub(super) fn by_candidate<'r>(
    node: Node<'_, '_>,
    records: &'r Records,
    requisition_element: &str,
) -> Result<Vec<&'r Application>, SoapFault> {
    let Some(candidate) = child(node, "Candidate_Reference") else {
        return Ok(Vec::new());
    };
    let candidate = resolve(candidate, &records.candidates, reference::candidate)?;
    let requisition = match child(node, requisition_element) {
        Some(node) => Some(resolve(node, &records.requisitions, reference::requisition)?),
        None => None,
    };
    Ok(records
        .applications
        .iter()
        .filter(|application| {
            application.candidate == candidate.id && requisition.is_none_or(|requisition| requisition.id == application.requisition)
        })
        .collect())
}

fn write(xml: &mut Xml, records: &Records, assessment: &Assessment) {
    let Some(application) = records
        .applications
        .iter()
        .find(|application| application.id == assessment.application)
    else {
        return;
    };
    if assessment.event.is_some() {
        xml.reference("Event_Reference", &reference::event(assessment));
    }
    let own = reference::application(records, application);
    xml.reference("Job_Application_Reference", &own);
    let candidate = records.candidates.iter().find(|other| other.id == application.candidate);
    if let Some(candidate) = candidate {
        xml.reference("Candidate_Reference", &reference::candidate(candidate));
    }
    let requisition = records.requisitions.iter().find(|other| other.id == application.requisition);
    if let Some(requisition) = requisition {
        xml.reference("Job_Requisition_Reference", &reference::requisition(requisition));
    }
    xml.reference("Job_Application_Event_Reference", &reference::application_event(application));
    xml.element("Candidate_Assessment_Data", |xml| write_data(xml, records, assessment));
}

fn write_data(xml: &mut Xml, records: &Records, assessment: &Assessment) {
    xml.leaf("Assess_Candidate_Reference", &assessment.id);
    if let Some(worker) = assessment.assessed_by.as_deref() {
        xml.reference("Assessed_By_Reference", &reference::worker(worker));
    }
    xml.leaf("Assessed_On_Date", &assessment.assessed_on);
    match find(&records.assessment_statuses, assessment.status.as_deref()) {
        Some(status) => xml.reference("Assessment_Status_Reference", &reference::assessment_status(status)),
        // The schema requires the element even where there is no status yet.
        None => xml.element("Assessment_Status_Reference", |_| {}),
    }
    xml.optional("Overall_Assessment_Comment", assessment.comment.as_deref());
    xml.leaf("Is_Inline_Assessment", if assessment.event.is_some() { "false" } else { "true" });
    xml.optional("Assessment_Test_URL", assessment.test_url.as_deref());
    for line in &assessment.lines {
        xml.element("Assess_Candidate_Test_Result_Data", |xml| write_line(xml, records, line));
    }
}

fn write_line(xml: &mut Xml, records: &Records, line: &ResultLine) {
    xml.reference("Assessment_Test_Result_Reference", &reference::test_result(line));
    match find(&records.assessment_tests, Some(&line.test)) {
        Some(test) => xml.reference("Assessment_Test_Reference", &reference::assessment_test(test)),
        None => xml.element("Assessment_Test_Reference", |_| {}),
    }
    xml.optional("Assessment_Test_Score", line.score.as_deref());
    if let Some(status) = find(&records.assessment_statuses, line.status.as_deref()) {
        let status = reference::assessment_status(status);
        xml.reference("Assessment_Test_Status_Reference", &status);
    }
    xml.optional("Assessment_Test_Date", line.date.as_deref());
    xml.optional("Comment", line.comment.as_deref());
    xml.optional("Assessment_Test_Results_URL", line.url.as_deref());
}

fn find<'r>(list: &'r [Named], id: Option<&str>) -> Option<&'r Named> {
    list.iter().find(|named| Some(named.id.as_str()) == id)
}
