//! `Get_Job_Requisitions` and `Get_Evergreen_Requisitions`: by reference and by criteria. Each knows its own kind only.

use roxmltree::Node;

use super::{
    endpoint::Context,
    fault::SoapFault,
    filter::Filter,
    reference::{self, attribute_flag, child, children, flag, refuse_unknown, resolve, updated_between},
    xml::Xml,
};
use crate::model::{Records, Requisition, State};

const STATUSES: [&str; 2] = ["Open", "Closed"];

/// One kind of requisition, with the names of its operation.
#[derive(Debug)]
pub(super) struct Kind {
    evergreen: bool,
    response: &'static str,
    requisition: &'static str,
    reference: &'static str,
    data: &'static str,
    restrictions_flag: &'static str,
}

pub(super) static JOB: Kind = Kind {
    evergreen: false,
    response: "Get_Job_Requisitions_Response",
    requisition: "Job_Requisition",
    reference: "Job_Requisition_Reference",
    data: "Job_Requisition_Data",
    restrictions_flag: "Include_Job_Requisition_Restrictions_Data",
};

pub(super) static EVERGREEN: Kind = Kind {
    evergreen: true,
    response: "Get_Evergreen_Requisitions_Response",
    requisition: "Evergreen_Job_Requisition",
    reference: "Evergreen_Job_Requisition_Reference",
    data: "Evergreen_Job_Requisition_Data",
    restrictions_flag: "Create_Job_Requisition_Restrictions_Data",
};

/// Which parts of a requisition the answer holds.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "Workday's response group is a list of flags")]
struct Group {
    reference: bool,
    definition: bool,
    restrictions: bool,
    organizations: bool,
}

/// Answers the request.
pub(super) fn get(context: &Context<'_>, request: Node<'_, '_>, kind: &Kind) -> Result<String, SoapFault> {
    let filter = Filter::read(request, context.tenant.read(|state, _| state.as_of()))?;
    let group = read_group(request, kind);
    context.tenant.read(|state, _| {
        let mut found: Vec<&Requisition> = state
            .records
            .requisitions
            .iter()
            .filter(|requisition| requisition.evergreen == kind.evergreen && requisition.entered <= filter.as_of)
            .collect();
        if let Some(references) = child(request, "Request_References") {
            let wanted = referenced(references, &state.records, kind)?;
            found.retain(|requisition| wanted.contains(&requisition.id.as_str()));
        }
        if let Some(criteria) = child(request, "Request_Criteria") {
            keep_matching(criteria, state, &mut found)?;
        }
        let page = filter.page_of(&found);
        let mut xml = Xml::answer(kind.response, context.version, context.descriptors);
        filter.write_results(&mut xml, found.len(), page.len());
        xml.element("Response_Data", |xml| {
            for requisition in page {
                write(xml, &state.records, requisition, &group, kind);
            }
        });
        Ok(xml.finish())
    })
}

fn referenced<'r>(references: Node<'_, '_>, records: &'r Records, kind: &Kind) -> Result<Vec<&'r str>, SoapFault> {
    let skip = attribute_flag(references, "Skip_Non_Existing_Instances");
    let mut wanted = Vec::new();
    for node in children(references, kind.reference) {
        match resolve(node, &records.requisitions, reference::requisition) {
            Ok(requisition) if requisition.evergreen == kind.evergreen => wanted.push(requisition.id.as_str()),
            Ok(_) | Err(_) if skip => {}
            Ok(requisition) => {
                return Err(SoapFault::invalid_id(node, "Job_Requisition_ID", &requisition.id));
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(wanted)
}

fn keep_matching(criteria: Node<'_, '_>, state: &State, found: &mut Vec<&Requisition>) -> Result<(), SoapFault> {
    let (records, now) = (&state.records, state.as_of());
    for log in children(criteria, "Transaction_Log_Criteria_Data") {
        refuse_unknown(log, "Subscriber_Reference")?;
        if let Some(dates) = child(log, "Transaction_Date_Range_Data") {
            let [from, through] = updated_between(dates, now)?;
            found.retain(|requisition| {
                from.is_none_or(|from| requisition.updated >= from) && through.is_none_or(|through| requisition.updated <= through)
            });
        }
    }
    let mut statuses = Vec::new();
    for node in children(criteria, "Job_Requisition_Status_Reference") {
        statuses.push(*resolve(node, &STATUSES, |status| reference::requisition_status(status))?);
    }
    if !statuses.is_empty() {
        found.retain(|requisition| statuses.contains(&requisition.status.as_str()));
    }
    let names = |node: Node<'_, '_>, kind: fn(&str) -> super::xml::Reference, of: fn(&Requisition) -> &str| {
        resolve(node, &records.requisitions, |requisition| kind(of(requisition))).map(|requisition| of(requisition).to_owned())
    };
    let mut organizations = Vec::new();
    for node in children(criteria, "Supervisory_Organization_Reference") {
        organizations.push(names(node, reference::organization, |requisition| &requisition.organization)?);
    }
    if !organizations.is_empty() {
        found.retain(|requisition| organizations.contains(&requisition.organization));
    }
    let mut locations = Vec::new();
    for node in children(criteria, "Primary_Location_Reference") {
        locations.push(names(node, reference::location, |requisition| &requisition.location)?);
    }
    if !locations.is_empty() {
        found.retain(|requisition| locations.contains(&requisition.location));
    }
    refuse_unknown(criteria, "Additional_Locations_Reference")
}

fn read_group(request: Node<'_, '_>, kind: &Kind) -> Group {
    match child(request, "Response_Group") {
        None => Group {
            reference: true,
            definition: true,
            restrictions: true,
            organizations: true,
        },
        Some(group) => Group {
            reference: flag(group, "Include_Reference"),
            definition: flag(group, "Include_Job_Requisition_Definition_Data"),
            restrictions: flag(group, kind.restrictions_flag),
            organizations: flag(group, "Include_Organizations"),
        },
    }
}

fn write(xml: &mut Xml, records: &Records, requisition: &Requisition, group: &Group, kind: &Kind) {
    xml.element(kind.requisition, |xml| {
        if group.reference {
            xml.reference(kind.reference, &reference::requisition(requisition));
        }
        if !(group.definition || group.restrictions || group.organizations) {
            return;
        }
        xml.element(kind.data, |xml| {
            if group.definition {
                let status = reference::requisition_status(&requisition.status);
                xml.reference("Job_Requisition_Status_Reference", &status);
                xml.element("Job_Requisition_Detail_Data", |xml| write_detail(xml, requisition));
            }
            if group.restrictions {
                xml.element("Hiring_Requirement_Data", |xml| {
                    let location = reference::location(&requisition.location);
                    xml.reference("Primary_Location_Reference", &location);
                });
            }
            if group.definition && !requisition.default_tests.is_empty() {
                write_default_tests(xml, records, requisition);
            }
            if group.organizations {
                let organization = reference::organization(&requisition.organization);
                xml.reference("Supervisory_Organization_Reference", &organization);
            }
        });
    });
}

fn write_detail(xml: &mut Xml, requisition: &Requisition) {
    xml.leaf("Job_Posting_Title", &requisition.title);
    xml.leaf("Positions_Available", "1");
    xml.leaf("Job_Description_Summary", &requisition.description);
    // Rich text is HTML inside text: escaped twice.
    let html = format!("<p>{}</p>", super::xml::escape(&requisition.description));
    xml.leaf("Job_Description", &html);
    xml.leaf(
        "Confidential_Job_Requisition",
        if requisition.confidential { "true" } else { "false" },
    );
}

fn write_default_tests(xml: &mut Xml, records: &Records, requisition: &Requisition) {
    xml.element("Assessment_Data", |xml| {
        for test in &requisition.default_tests {
            if let Some(test) = records.assessment_tests.iter().find(|other| other.id == *test) {
                xml.reference("Default_Assessment_Tests_Reference", &reference::assessment_test(test));
            }
        }
    });
}
