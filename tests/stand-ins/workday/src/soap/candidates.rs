//! `Get_Candidates`: candidates with all their applications, by reference or by criteria.
//! Resumes come along as base64 unless the response group excludes attachments.

use base64::Engine as _;
use roxmltree::Node;

use super::{
    candidate_criteria::{self, Criteria},
    endpoint::Context,
    fault::SoapFault,
    filter::Filter,
    reference::{self, attribute_flag, child, children, flag, resolve},
    xml::Xml,
};
use crate::{
    clock::moment_text,
    model::{Application, Attachment, Candidate, State},
    recruiting::process,
    tenant::Contents,
};

/// What one answer is written from.
struct Answer<'s> {
    state: &'s State,
    contents: &'s Contents,
    filter: &'s Filter,
    include_reference: bool,
    include_attachments: bool,
}

/// Answers the request.
pub(super) fn get(context: &Context<'_>, request: Node<'_, '_>) -> Result<String, SoapFault> {
    let filter = Filter::read(request, context.tenant.read(|state, _| state.as_of()))?;
    let group = child(request, "Response_Group");
    context.tenant.read(|state, contents| {
        let found = find(state, request, &filter)?;
        let page = filter.page_of(&found);
        let answer = Answer {
            state,
            contents,
            filter: &filter,
            include_reference: group.is_none_or(|group| flag(group, "Include_Reference")),
            include_attachments: !group.is_some_and(|group| flag(group, "Exclude_All_Attachments")),
        };
        let mut xml = Xml::answer("Get_Candidates_Response", context.version, context.descriptors);
        filter.write_results(&mut xml, found.len(), page.len());
        xml.element("Response_Data", |xml| {
            for candidate in page {
                answer.write(xml, candidate);
            }
        });
        Ok(xml.finish())
    })
}

fn find<'s>(state: &'s State, request: Node<'_, '_>, filter: &Filter) -> Result<Vec<&'s Candidate>, SoapFault> {
    let candidates = &state.records.candidates;
    if let Some(references) = child(request, "Request_References") {
        let skip = attribute_flag(references, "Skip_Non_Existing_Instances");
        let mut found: Vec<&Candidate> = Vec::new();
        for node in children(references, "Candidate_Reference") {
            match resolve(node, candidates, reference::candidate) {
                Ok(candidate) => {
                    if !found.iter().any(|other| other.id == candidate.id) {
                        found.push(candidate);
                    }
                }
                Err(_) if skip => {}
                Err(fault) => return Err(fault),
            }
        }
        return Ok(found);
    }
    let Some(node) = child(request, "Request_Criteria") else {
        return Ok(Vec::new());
    };
    let criteria = Criteria::read(node, state)?;
    // The field report: criteria that say nothing find nobody.
    if criteria.is_empty() {
        return Ok(Vec::new());
    }
    Ok(candidate_criteria::find(&criteria, state, filter.as_of))
}

impl Answer<'_> {
    fn write(&self, xml: &mut Xml, candidate: &Candidate) {
        xml.element("Candidate", |xml| {
            if self.include_reference {
                xml.reference("Candidate_Reference", &reference::candidate(candidate));
            }
            xml.element("Candidate_Data", |xml| {
                xml.leaf("Candidate_ID", &candidate.id);
                write_name(xml, candidate);
                write_contact(xml, candidate);
                xml.element("Status_Data", |xml| {
                    xml.leaf("Do_Not_Hire", text_of(candidate.do_not_hire));
                    xml.leaf("Withdrawn", text_of(candidate.withdrawn));
                });
                for application in &self.state.records.applications {
                    if application.candidate == candidate.id && application.entered <= self.filter.as_of {
                        self.write_application(xml, application);
                    }
                }
                if self.include_attachments {
                    self.write_candidate_attachments(xml, candidate);
                }
            });
        });
    }

    fn write_application(&self, xml: &mut Xml, application: &Application) {
        let records = &self.state.records;
        let requisition = records
            .requisitions
            .iter()
            .find(|requisition| requisition.id == application.requisition);
        let step = application.step_as_of(self.filter.as_of);
        let (Some(requisition), Some(step)) = (requisition, step) else {
            return;
        };
        xml.element("Job_Application_Data", |xml| {
            let own = reference::application(records, application);
            xml.reference("Job_Application_Reference", &own);
            xml.element("Job_Applied_To_Data", |xml| {
                xml.leaf("Job_Application_ID", &application.id);
                xml.reference("Job_Requisition_Reference", &reference::requisition(requisition));
                xml.leaf("Job_Application_Date", &moment_text(application.applied));
                if let Some(stage) = process::stage(&step.stage) {
                    xml.reference("Stage_Reference", &reference::stage(stage));
                }
                if let Some(step) = process::step_towards(&step.definition) {
                    xml.reference("Workflow_Step_Reference", &reference::workflow_step(step));
                }
                if let Some(disposition) = &step.disposition {
                    xml.reference("Disposition_Reference", &reference::disposition(disposition));
                }
                xml.leaf("Status_Timestamp", &moment_text(step.at));
            });
            if self.include_attachments {
                for attachment in &records.attachments {
                    if attachment.application.as_deref() == Some(application.id.as_str()) {
                        xml.element("Resume_Attachment_Data", |xml| {
                            write_attachment(xml, attachment, self.contents);
                        });
                    }
                }
            }
        });
    }

    fn write_candidate_attachments(&self, xml: &mut Xml, candidate: &Candidate) {
        let records = &self.state.records;
        for attachment in &records.attachments {
            if attachment.candidate == candidate.id && attachment.application.is_none() {
                xml.element("Candidate_Attachment_Data", |xml| {
                    super::attachments::write_data(xml, records, attachment, self.contents);
                });
            }
        }
    }
}

/// The content of an `Attachment_WWS_Data` element, file included.
pub(super) fn write_attachment(xml: &mut Xml, attachment: &Attachment, contents: &Contents) {
    let bytes = contents.get(&attachment.sha256).map_or(&[][..], |bytes| bytes);
    xml.leaf("ID", &attachment.id);
    xml.leaf("Filename", &attachment.filename);
    xml.leaf("File_Content", &base64::engine::general_purpose::STANDARD.encode(bytes));
    if let Some(mime_type) = &attachment.mime_type {
        xml.reference("Mime_Type_Reference", &reference::mime_type(mime_type));
    }
    xml.optional("Comment", attachment.comment.as_deref());
}

fn write_name(xml: &mut Xml, candidate: &Candidate) {
    xml.element("Name_Data", |xml| {
        xml.element("Legal_Name", |xml| {
            xml.element("Name_Detail_Data", |xml| {
                xml.leaf("Full_Name", &candidate.name());
                xml.leaf("First_Name", &candidate.first_name);
                xml.leaf("Last_Name", &candidate.last_name);
            });
        });
        if let Some(preferred) = &candidate.preferred_first_name {
            xml.element("Preferred_Name", |xml| {
                xml.element("Name_Detail_Data", |xml| {
                    xml.leaf("First_Name", preferred);
                    xml.leaf("Last_Name", &candidate.last_name);
                });
            });
        }
    });
}

fn write_contact(xml: &mut Xml, candidate: &Candidate) {
    xml.element("Contact_Data", |xml| {
        if let Some(phone) = &candidate.phone {
            let country = reference::phone_country(&phone.country_code);
            xml.reference("Country_Phone_Code_Reference", &country);
            xml.leaf("Phone_Number", &phone.number);
        }
        xml.optional("Email_Address", candidate.email.as_deref());
    });
}

fn text_of(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}
