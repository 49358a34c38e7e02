//! `Put_Candidate_Attachment` and `Get_Candidate_Attachments`.

use roxmltree::Node;

use super::{
    candidates::write_attachment,
    endpoint::Context,
    fault::SoapFault,
    filter::Filter,
    reference::{self, attribute_flag, child, children, resolve, text},
    simple::base64_bytes,
    xml::{Reference, Xml},
};
use crate::{
    model::{Attachment, DocumentCategory, Records, State},
    recruiting::attach::{self, Upload},
    tenant::Contents,
};

const CATEGORY_ACCESS: &str = "You must have access to the document category of the attachments you want to add.";
const DOMAIN_ACCESS: &str = "To add candidate attachments, you must have access to the Candidate Data: Attachments domain.";
const MISSING_FILE: &str = "Enter the Filename and File Content for the document you want to attach.";
const MISSING_CANDIDATE: &str =
    "There is information in the Candidate/Prospect section that is missing a Candidate ID. Either delete the row or enter a Candidate ID.";
const REFERENCE_OF_ANOTHER: &str = "The Candidate Attachment Reference you submitted does not belong to the submitted Candidate Reference.";
const APPLICATION_NEEDED: &str = "A Job Application or Job Requisition Reference is required to add an Job Application Attachment.";
const APPLICATION_OF_ANOTHER: &str = "The Job Application Reference you submitted does not belong to the submitted Candidate Reference.";
const RESUME_CATEGORY: &str = "RESUME";

/// Answers `Put_Candidate_Attachment`.
pub(super) fn put(context: &Context<'_>, request: Node<'_, '_>) -> Result<String, SoapFault> {
    context.tenant.change(|state, contents| {
        let candidate = match child(request, "Candidate_Reference") {
            Some(node) => Some(resolve(node, &state.records.candidates, reference::candidate)?.id.clone()),
            None => None,
        };
        if state.settings.attachments_denied {
            return Err(SoapFault::validation(request, DOMAIN_ACCESS));
        }
        let uploads = read_uploads(context, request, state, candidate.as_deref())?;
        if uploads.is_empty() {
            return Err(SoapFault::validation(request, MISSING_FILE));
        }
        let mut added = Vec::new();
        for upload in uploads {
            let id = attach::attach(state, contents, upload).map_err(|refusal| SoapFault::validation(request, refusal.0))?;
            added.push(id);
        }
        Ok(put_answer(context, state, candidate.as_deref(), &added))
    })
}

fn read_uploads(context: &Context<'_>, request: Node<'_, '_>, state: &State, candidate: Option<&str>) -> Result<Vec<Upload>, SoapFault> {
    let add_only = attribute_flag(request, "Add_Only");
    let mut uploads = Vec::new();
    if let Some(prospect) = child(request, "Prospect_Resume_Attachments_Data") {
        // The tenant has no prospects.
        return Err(SoapFault::validation(prospect, MISSING_CANDIDATE));
    }
    if let Some(data) = child(request, "Candidate_Attachment_Data") {
        let Some(candidate) = candidate else {
            return Err(SoapFault::validation(request, MISSING_CANDIDATE));
        };
        let category = category_of(data, &state.records)?;
        let mut upload = read_file(child(data, "Attachment_Data"), data, context)?;
        if let Some(node) = child(data, "Candidate_Attachment_Reference") {
            let replaced = resolve(node, &state.records.attachments, reference::attachment)?;
            if replaced.candidate != candidate {
                return Err(SoapFault::validation(node, REFERENCE_OF_ANOTHER));
            }
            upload.id = Some(replaced.id.clone());
        }
        candidate.clone_into(&mut upload.candidate);
        upload.category_type.clone_from(&category.id_type);
        upload.category.clone_from(&category.id);
        uploads.push(upload);
    }
    for data in children(request, "Job_Application_Attachment_Data") {
        let mut upload = read_file(child(data, "Attachment_Data"), data, context)?;
        let (owner, application) = application_of(data, state, candidate)?;
        upload.candidate = owner;
        upload.application = Some(application);
        uploads.push(upload);
    }
    for upload in &mut uploads {
        upload.add_only = add_only;
    }
    Ok(uploads)
}

fn category_of<'r>(data: Node<'_, '_>, records: &'r Records) -> Result<&'r DocumentCategory, SoapFault> {
    let Some(node) = child(data, "Document_Category_Reference") else {
        return Err(SoapFault::Server);
    };
    let category = resolve(node, &records.document_categories, reference::document_category)?;
    if category.accessible {
        Ok(category)
    } else {
        Err(SoapFault::validation(node, CATEGORY_ACCESS))
    }
}

fn read_file(file: Option<Node<'_, '_>>, data: Node<'_, '_>, context: &Context<'_>) -> Result<Upload, SoapFault> {
    let missing = || SoapFault::validation(data, MISSING_FILE);
    let file = file.ok_or_else(missing)?;
    let filename = text(file, "Filename").ok_or_else(missing)?;
    let content = text(file, "File_Content")
        .and_then(|content| base64_bytes(&content))
        .filter(|content| !content.is_empty())
        .ok_or_else(missing)?;
    let mime_type = child(file, "Mime_Type_Reference").and_then(|node| text(node, "ID"));
    Ok(Upload {
        id: text(file, "ID"),
        candidate: String::new(),
        application: None,
        filename,
        content,
        mime_type,
        comment: text(file, "Comment"),
        category_type: "Document_Category_ID".to_owned(),
        category: RESUME_CATEGORY.to_owned(),
        add_only: false,
        by: context.by.clone(),
    })
}

/// The candidate and application that a `Job_Application_Attachment_Data` names.
fn application_of(data: Node<'_, '_>, state: &State, candidate: Option<&str>) -> Result<(String, String), SoapFault> {
    let records = &state.records;
    if let Some(node) = child(data, "Job_Application_Reference") {
        let found = resolve(node, &records.applications, |application| {
            reference::application(records, application)
        })?;
        if candidate.is_some_and(|candidate| candidate != found.candidate) {
            return Err(SoapFault::validation(node, APPLICATION_OF_ANOTHER));
        }
        return Ok((found.candidate.clone(), found.id.clone()));
    }
    let (Some(node), Some(candidate)) = (child(data, "Job_Requisition_Reference"), candidate) else {
        return Err(SoapFault::validation(data, APPLICATION_NEEDED));
    };
    let requisition = resolve(node, &records.requisitions, reference::requisition)?;
    records
        .applications
        .iter()
        .find(|application| application.candidate == candidate && application.requisition == requisition.id)
        .map(|application| (application.candidate.clone(), application.id.clone()))
        .ok_or_else(|| {
            let message = format!("No Job Application for {} found for {candidate}.", requisition.id);
            SoapFault::validation(node, message)
        })
}

fn put_answer(context: &Context<'_>, state: &State, candidate: Option<&str>, added: &[String]) -> String {
    let records = &state.records;
    let mut xml = Xml::answer("Put_Candidate_Attachment_Response", context.version, context.descriptors);
    if let Some(candidate) = records.candidates.iter().find(|other| Some(other.id.as_str()) == candidate) {
        xml.reference("Candidate_Reference", &reference::candidate(candidate));
    }
    let files: Vec<&Attachment> = records
        .attachments
        .iter()
        .filter(|attachment| added.contains(&attachment.id))
        .collect();
    for file in files.iter().filter(|file| file.application.is_none()) {
        xml.reference("Attachment_Reference", &reference::attachment(file));
    }
    for file in files {
        let application = records
            .applications
            .iter()
            .find(|application| Some(&application.id) == file.application.as_ref());
        if let Some(application) = application {
            xml.element("Job_Application_Attachment_Data", |xml| {
                let own = reference::application(records, application);
                xml.reference("Job_Application_Reference", &own);
                xml.reference("Job_Application_Attachment_Reference", &reference::attachment(file));
            });
        }
    }
    xml.finish()
}

/// Answers `Get_Candidate_Attachments`: every file of the candidates asked for, content included.
pub(super) fn get(context: &Context<'_>, request: Node<'_, '_>) -> Result<String, SoapFault> {
    let filter = Filter::read(request, context.tenant.read(|state, _| state.as_of()))?;
    context.tenant.read(|state, contents| {
        let records = &state.records;
        let found: Vec<&Attachment> = find(request, records)?
            .into_iter()
            .filter(|attachment| attachment.entered <= filter.as_of)
            .collect();
        let page = filter.page_of(&found);
        let mut xml = Xml::answer("Get_Candidate_Attachments_Response", context.version, context.descriptors);
        filter.write_results(&mut xml, found.len(), page.len());
        xml.element("Response_Data", |xml| {
            for attachment in page {
                xml.element("Candidate_Attachment", |xml| {
                    let owner = records.candidates.iter().find(|other| other.id == attachment.candidate);
                    if let Some(owner) = owner {
                        xml.reference("Candidate_Reference", &reference::candidate(owner));
                    }
                    xml.element("Candidate_Attachment_Data", |xml| {
                        write_data(xml, records, attachment, contents);
                    });
                });
            }
        });
        Ok(xml.finish())
    })
}

fn find<'r>(request: Node<'_, '_>, records: &'r Records) -> Result<Vec<&'r Attachment>, SoapFault> {
    let mut found: Vec<&Attachment> = records.attachments.iter().collect();
    if let Some(references) = child(request, "Request_References") {
        let skip = attribute_flag(references, "Skip_Non_Existing_Instances");
        let mut wanted = Vec::new();
        for node in children(references, "Candidate_Attachment_Reference") {
            match resolve(node, &records.attachments, reference::attachment) {
                Ok(attachment) => wanted.push(attachment.id.as_str()),
                Err(_) if skip => {}
                Err(fault) => return Err(fault),
            }
        }
        found.retain(|attachment| wanted.contains(&attachment.id.as_str()));
    }
    if let Some(criteria) = child(request, "Request_Criteria") {
        let mut owners = Vec::new();
        for node in children(criteria, "Candidate_Reference") {
            owners.push(resolve(node, &records.candidates, reference::candidate)?.id.as_str());
        }
        if !owners.is_empty() {
            found.retain(|attachment| owners.contains(&attachment.candidate.as_str()));
        }
    }
    Ok(found)
}

/// The content of a `Candidate_Attachment_Data` element, file included.
pub(super) fn write_data(xml: &mut Xml, records: &Records, attachment: &Attachment, contents: &Contents) {
    xml.reference("Candidate_Attachment_Reference", &reference::attachment(attachment));
    xml.element("Attachment_Data", |xml| write_attachment(xml, attachment, contents));
    let category = records
        .document_categories
        .iter()
        .find(|category| category.id == attachment.category)
        .map_or_else(|| resume_category(attachment), reference::document_category);
    xml.reference("Document_Category_Reference", &category);
}

fn resume_category(attachment: &Attachment) -> Reference {
    reference::document_category(&DocumentCategory {
        id_type: attachment.category_type.clone(),
        id: attachment.category.clone(),
        name: "Resume".to_owned(),
        accessible: false,
    })
}
