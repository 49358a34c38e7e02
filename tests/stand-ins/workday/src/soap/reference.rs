//! Between references on the wire and records: which ids name a record, and how a record is named in an answer.

use roxmltree::Node;

use super::{
    envelope::WORKDAY_NAMESPACE,
    fault::SoapFault,
    schema::text_of,
    simple::{boolean, moment},
    xml::{Reference, Wid},
};
use crate::{
    model::{Application, Assessment, Attachment, Candidate, DocumentCategory, Named, Records, Requisition, ResultLine},
    recruiting::process,
};

/// The child element of this name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The child elements of this name.
pub(super) fn children<'a, 'i: 'a>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    let wanted = name.to_owned();
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == wanted)
}

/// The text of a child element, if it is there and not empty.
pub(super) fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    child(node, name).map(text_of).filter(|text| !text.is_empty())
}

/// Whether a boolean child element says true.
pub(super) fn flag(node: Node<'_, '_>, name: &str) -> bool {
    text(node, name).and_then(|text| boolean(&text)) == Some(true)
}

/// Whether a qualified boolean attribute says true.
pub(super) fn attribute_flag(node: Node<'_, '_>, name: &str) -> bool {
    node.attribute((WORKDAY_NAMESPACE, name)).and_then(boolean) == Some(true)
}

/// A moment in a child element.
pub(super) fn moment_of(node: Node<'_, '_>, name: &str) -> Option<jiff::Timestamp> {
    text(node, name).and_then(|text| moment(&text))
}

/// `Updated_From` and `Updated_Through` of `Transaction_Date_Range_Data`.
pub(super) fn updated_between(dates: Node<'_, '_>, now: jiff::Timestamp) -> Result<[Option<jiff::Timestamp>; 2], SoapFault> {
    let range = ["Updated_From", "Updated_Through"].map(|name| moment_of(dates, name));
    let refused = match range {
        [Some(from), Some(through)] if from > through => "Updated From must be less than or equal to Updated Through!",
        [Some(_), Some(through)] if through > now => "Updated Through must be less than or equal to Current Moment!",
        [Some(_), Some(_)] | [None, None] => return Ok(range),
        [_, _] => "If one of Updated From or Updated Through contains a value, both are Required!",
    };
    Err(SoapFault::validation(dates, refused))
}

/// The record that a reference names: every ID it carries must name the same one.
pub(super) fn resolve<'r, T>(node: Node<'_, '_>, records: &'r [T], name_of: impl Fn(&T) -> Reference) -> Result<&'r T, SoapFault> {
    let mut found: Option<(usize, &'r T)> = None;
    for id in children(node, "ID") {
        let id_type = id.attribute((WORKDAY_NAMESPACE, "type")).unwrap_or_default();
        let value = text_of(id);
        let hit = records
            .iter()
            .enumerate()
            .find(|(_, record)| names(&name_of(record), id_type, value.trim()));
        match (hit, found) {
            (Some((index, _)), Some((earlier, _))) if index != earlier => {
                return Err(SoapFault::invalid_id(id, id_type, &value));
            }
            (Some(hit), _) => found = Some(hit),
            (None, _) => return Err(SoapFault::invalid_id(id, id_type, &value)),
        }
    }
    found
        .map(|(_, record)| record)
        .ok_or_else(|| SoapFault::validation(node, format!("Enter a value for {}.", node.tag_name().name())))
}

/// Refuses a reference to a kind of object that this tenant has none of.
pub(super) fn refuse_unknown(node: Node<'_, '_>, name: &str) -> Result<(), SoapFault> {
    for reference in children(node, name) {
        resolve::<Reference>(reference, &[], Clone::clone)?;
    }
    Ok(())
}

fn names(reference: &Reference, id_type: &str, value: &str) -> bool {
    match id_type {
        "WID" => reference.wid.text() == value,
        // Both names of an assessment test's reference id are accepted.
        "Reference_ID" => reference
            .id
            .as_ref()
            .is_some_and(|(own_type, id)| *own_type == "Assessment_Test_ID" && id == value),
        other => reference
            .id
            .as_ref()
            .is_some_and(|(own_type, id)| *own_type == other && id == value),
    }
}

fn named(kind: &'static str, id_type: &'static str, id: &str, descriptor: &str) -> Reference {
    Reference {
        wid: Wid::Of(kind, id.to_owned()),
        id: Some((id_type, id.to_owned())),
        descriptor: descriptor.to_owned(),
    }
}

pub(super) fn requisition(requisition: &Requisition) -> Reference {
    let descriptor = format!("{} {}", requisition.id, requisition.title);
    named("Job_Requisition", "Job_Requisition_ID", &requisition.id, &descriptor)
}

pub(super) fn requisition_status(status: &str) -> Reference {
    named("Job_Requisition_Status", "Job_Requisition_Status_ID", status, status)
}

pub(super) fn location(name: &str) -> Reference {
    let id = name.to_uppercase().replace([' ', ','], "_");
    named("Location", "Location_ID", &id, name)
}

pub(super) fn organization(name: &str) -> Reference {
    let id = name.to_uppercase().replace([' ', ','], "_");
    named("Supervisory_Organization", "Organization_Reference_ID", &id, name)
}

pub(super) fn candidate(candidate: &Candidate) -> Reference {
    named("Candidate", "Candidate_ID", &candidate.id, &candidate.name())
}

pub(super) fn phone_country(code: &str) -> Reference {
    named("Country_Phone_Code", "Country_Phone_Code_ID", code, code)
}

pub(super) fn application(records: &Records, application: &Application) -> Reference {
    let candidate = records
        .candidates
        .iter()
        .find(|candidate| candidate.id == application.candidate)
        .map(Candidate::name)
        .unwrap_or_default();
    let descriptor = format!("{candidate} - {}", application.requisition);
    named("Job_Application", "Job_Application_ID", &application.id, &descriptor)
}

pub(super) fn application_event(application: &Application) -> Reference {
    Reference {
        wid: Wid::Known(process::application_event(&application.id)),
        id: None,
        descriptor: format!("Job Application: {}", application.id),
    }
}

pub(super) fn event(assessment: &Assessment) -> Reference {
    Reference {
        wid: Wid::Known(assessment.event.clone().unwrap_or_default()),
        id: None,
        descriptor: format!("Assess Candidate: {}", assessment.application),
    }
}

pub(super) fn assessment(assessment: &Assessment) -> Reference {
    named("Recruiting_Assessment", "Recruiting_Assessment_ID", &assessment.id, &assessment.id)
}

pub(super) fn assessment_status(status: &Named) -> Reference {
    named("Assessment_Status", "Assessment_Status_ID", &status.id, &status.name)
}

pub(super) fn assessment_test(test: &Named) -> Reference {
    named("Assessment_Test", "Assessment_Test_ID", &test.id, &test.name)
}

pub(super) fn test_result(line: &ResultLine) -> Reference {
    named("Assessment_Test_Result", "Assessment_Test_Result_ID", &line.id, &line.id)
}

pub(super) fn stage(stage: &process::Stage) -> Reference {
    named("Recruiting_Stage", "Recruiting_Stage_ID", stage.id, stage.name)
}

pub(super) fn workflow_step(step: &process::WorkflowStep) -> Reference {
    named("Workflow_Step", "Workflow_Step_ID", step.id, step.name)
}

pub(super) fn disposition(id: &str) -> Reference {
    named("Recruiting_Disposition", "Recruiting_Disposition_ID", id, id)
}

pub(super) fn attachment(attachment: &Attachment) -> Reference {
    named("Attachment", "File_ID", &attachment.id, &attachment.filename)
}

pub(super) fn document_category(category: &DocumentCategory) -> Reference {
    let id_type = match category.id_type.as_str() {
        "Document_Category__Workday_Owned__ID" => "Document_Category__Workday_Owned__ID",
        _ => "Document_Category_ID",
    };
    named("Document_Category", id_type, &category.id, &category.name)
}

pub(super) fn mime_type(content_type: &str) -> Reference {
    named("Mime_Type", "Content_Type_ID", content_type, content_type)
}

pub(super) fn worker(employee: &str) -> Reference {
    named("Worker", "Employee_ID", employee, employee)
}
