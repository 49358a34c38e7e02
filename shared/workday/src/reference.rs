//! References to Workday objects: a typed id in a request, several ids and a display name in an answer.

use std::fmt;

use crate::xml::{Element, Writer};

const WID_LENGTH: usize = 32;

/// Names of the id types (attribute `wd:type`) that this client writes or looks for.
pub mod id_type {
    /// Workday's own id of any object.
    pub const WID: &str = "WID";
    /// The other id type that events accept beside the WID.
    pub const IID: &str = "IID";
    /// A job requisition.
    pub const JOB_REQUISITION: &str = "Job_Requisition_ID";
    /// The status of a job requisition, such as `Open`.
    pub const JOB_REQUISITION_STATUS: &str = "Job_Requisition_Status_ID";
    /// A candidate.
    pub const CANDIDATE: &str = "Candidate_ID";
    /// A job application.
    pub const JOB_APPLICATION: &str = "Job_Application_ID";
    /// A stage of the recruiting process, such as `ASSESSMENT`.
    pub const RECRUITING_STAGE: &str = "Recruiting_Stage_ID";
    /// A step of a business process definition.
    pub const WORKFLOW_STEP: &str = "Workflow_Step_ID";
    /// One assessment of one candidate.
    pub const RECRUITING_ASSESSMENT: &str = "Recruiting_Assessment_ID";
    /// An assessment status that the customer maintains.
    pub const ASSESSMENT_STATUS: &str = "Assessment_Status_ID";
    /// An assessment test that the customer maintains.
    pub const ASSESSMENT_TEST: &str = "Assessment_Test_ID";
    /// One result line of an assessment.
    pub const ASSESSMENT_TEST_RESULT: &str = "Assessment_Test_Result_ID";
    /// An attachment.
    pub const FILE: &str = "File_ID";
    /// A MIME type.
    pub const CONTENT_TYPE: &str = "Content_Type_ID";
    /// A document category that the customer maintains.
    pub const DOCUMENT_CATEGORY: &str = "Document_Category_ID";
    /// A document category that Workday delivers.
    pub const WORKDAY_OWNED_DOCUMENT_CATEGORY: &str = "Document_Category__Workday_Owned__ID";
}

/// One id of a Workday object together with its type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The id's type, one of [`id_type`] or another that the interface definition allows.
    pub id_type: String,
    /// The id.
    pub value: String,
}

impl Reference {
    /// A reference of the given type, or of type WID if the value has the form of one: Workday accepts the WID
    /// of every object.
    pub fn of(id_type: &str, value: &str) -> Self {
        let id_type = if is_wid(value) { id_type::WID } else { id_type };
        Self {
            id_type: id_type.to_owned(),
            value: value.to_owned(),
        }
    }

    pub(crate) fn event(value: &str) -> Self {
        Self::of(id_type::IID, value)
    }
}

/// Whether an id has the form of a WID: 32 hexadecimal digits.
pub fn is_wid(value: &str) -> bool {
    value.len() == WID_LENGTH && value.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// All ids by which an answer names one object, and its display name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct References {
    /// The ids, usually the WID and one reference id.
    pub ids: Vec<Reference>,
    /// The display name; for a candidate or an application it holds the person's name.
    pub descriptor: Option<String>,
}

impl References {
    /// The object's WID.
    pub fn wid(&self) -> Option<&str> {
        self.get(id_type::WID)
    }

    /// The id of the given type.
    pub fn get(&self, id_type: &str) -> Option<&str> {
        self.ids.iter().find(|id| id.id_type == id_type).map(|id| id.value.as_str())
    }

    /// The id to keep: the reference id, which people see and can edit, or else the WID.
    pub fn best(&self) -> Option<&str> {
        self.ids
            .iter()
            .find(|id| id.id_type != id_type::WID)
            .or_else(|| self.ids.first())
            .map(|id| id.value.as_str())
    }

    /// Whether one of the ids has this value.
    pub fn is(&self, value: &str) -> bool {
        self.ids.iter().any(|id| id.value == value)
    }

    pub(crate) fn read(element: &Element) -> Self {
        let ids = element
            .children("ID")
            .filter_map(|id| {
                Some(Reference {
                    id_type: id.attribute("type")?.to_owned(),
                    value: id.text()?.to_owned(),
                })
            })
            .collect();
        Self {
            ids,
            descriptor: element.attribute("Descriptor").map(str::to_owned),
        }
    }

    pub(crate) fn read_child(parent: &Element, name: &str) -> Option<Self> {
        parent.child(name).map(Self::read)
    }

    /// The wanted id type if present, else whatever names the object best.
    pub(crate) fn id(&self, id_type: &str) -> Option<String> {
        self.get(id_type).or_else(|| self.best()).map(str::to_owned)
    }
}

impl fmt::Debug for References {
    // The descriptor of a candidate is a person's name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("References").field("ids", &self.ids).finish_non_exhaustive()
    }
}

impl Writer {
    /// Writes one reference element with one id.
    pub(crate) fn reference(&mut self, name: &str, reference: &Reference) {
        self.within(name, |writer| {
            writer.element_with("ID", &[("type", &reference.id_type)], &reference.value);
        });
    }

    /// Writes one reference element of the given id type, see [`Reference::of`].
    pub(crate) fn id(&mut self, name: &str, id_type: &str, value: &str) {
        self.reference(name, &Reference::of(id_type, value));
    }

    /// Writes one reference element per id.
    pub(crate) fn ids(&mut self, name: &str, id_type: &str, values: &[String]) {
        for value in values {
            self.id(name, id_type, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_two_hex_digits_are_sent_as_a_wid() {
        let wid = "0123456789abcdef0123456789abcdef";
        assert_eq!(Reference::of(id_type::CANDIDATE, wid).id_type, "WID");
        assert_eq!(Reference::of(id_type::CANDIDATE, "C00001").id_type, "Candidate_ID");
        assert_eq!(Reference::event(wid).id_type, "WID");
        assert_eq!(Reference::event("1234$5678").id_type, "IID");
        assert!(!is_wid(&wid[1..]));
        assert!(!is_wid(&wid.replace('f', "g")));
    }

    #[test]
    fn the_reference_id_is_preferred_and_the_descriptor_stays_out_of_debug() {
        let references = References {
            ids: vec![
                Reference::of("WID", "0123456789abcdef0123456789abcdef"),
                Reference::of("Candidate_ID", "C00001"),
            ],
            descriptor: Some("Dana Example".into()),
        };
        assert_eq!(references.best(), Some("C00001"));
        assert_eq!(references.wid(), Some("0123456789abcdef0123456789abcdef"));
        assert_eq!(references.get("Candidate_ID"), Some("C00001"));
        assert_eq!(references.get("Applicant_ID"), None);
        assert!(references.is("C00001") && !references.is("C00002"));
        assert!(!format!("{references:?}").contains("Dana"));
        assert_eq!(References::default().best(), None);
    }
}
