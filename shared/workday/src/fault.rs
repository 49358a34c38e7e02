//! SOAP faults of Workday: what they say and which of the known situations they mean.

use std::fmt;

use crate::xml::Element;

/// Elements that a SOAP fault's `detail` may hold.
pub const FAULT_ELEMENTS: &[&str] = &["Validation_Fault", "Processing_Fault", "Authentication_Fault"];

/// Longest text kept of one fault message; the known ones are far shorter.
const MAX_MESSAGE_LENGTH: usize = 1_000;

/// What the text of a fault says about a wrong user name or password, in lower case.
const REFUSED_CREDENTIAL: &str = "invalid username or password";

/// A SOAP fault, or an HTTP refusal without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `faultcode`, such as `SOAP-ENV:Client.validationError`, or `HTTP 400` without a fault.
    pub code: String,
    /// `faultstring`, or the first detail if that is empty.
    pub message: String,
    /// `Validation_Error` of a validation fault; the one `Detail_Message` of a processing fault.
    pub details: Vec<ValidationError>,
    /// Which of the declared faults it is.
    pub kind: FaultKind,
}

/// One `Validation_Error` of a `Validation_Fault`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationError {
    /// `Message`.
    pub message: Option<String>,
    /// `Detail_Message`.
    pub detail_message: Option<String>,
    /// `Xpath` of the element that is refused.
    pub xpath: Option<String>,
    /// `Code`.
    pub code: Option<String>,
}

/// The faults that the operations declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// `Validation_Fault`: the data.
    Validation,
    /// `Processing_Fault`: the processing.
    Processing,
    /// `Authentication_Fault`: the credential.
    Authentication,
    /// None of them.
    Other,
}

/// The situations that the messages of the interface definition describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultReason {
    /// `Assess_Candidate`: the application never was in an Assess step.
    NeverInAssessment,
    /// `Assess_Candidate`: results exist and `Suppress_Overwrite` is set.
    ResultsExist,
    /// `Assess_Candidate`: several events, so the request must name one.
    AmbiguousEvent,
    /// `Put_Candidate_Attachment`: an attachment of this id or name is there already.
    AttachmentExists,
    /// `Move_Candidate`, `Assess_Candidate`: the process is not, or no longer, at this step.
    NotInProgress,
    /// `Move_Candidate`: the process has no such next step.
    InvalidStep,
    /// `Move_Candidate`: the process does not take comments.
    CommentDisabled,
    /// An id that Workday does not know, or that belongs to someone else.
    InvalidReference,
    /// A permission is missing.
    NotAuthorized,
    /// Anything else.
    Other,
}

/// Parts of the messages, in lower case, and what they mean; the first that fits decides.
const REASONS: [(&str, FaultReason); 18] = [
    ("never in the assessment business process", FaultReason::NeverInAssessment),
    ("cannot overwrite assessment because results exist", FaultReason::ResultsExist),
    ("must specify the event because there is more than 1", FaultReason::AmbiguousEvent),
    ("candidate attachment already exists", FaultReason::AttachmentExists),
    ("attachment with that filename already exists", FaultReason::AttachmentExists),
    ("file id for the attachment already in use", FaultReason::AttachmentExists),
    ("business process must be in progress", FaultReason::NotInProgress),
    ("precisely one job application event in progress", FaultReason::NotInProgress),
    ("must be in the assess candidate state", FaultReason::NotInProgress),
    (
        "next step, parallel step, or disposition chosen is invalid",
        FaultReason::InvalidStep,
    ),
    ("configured to disable comment", FaultReason::CommentDisabled),
    ("not a valid id value", FaultReason::InvalidReference),
    ("invalid id value", FaultReason::InvalidReference),
    (
        "does not belong to the submitted candidate reference",
        FaultReason::InvalidReference,
    ),
    ("task submitted is not authorized", FaultReason::NotAuthorized),
    ("must have access to the document category", FaultReason::NotAuthorized),
    ("must have access to the candidate data", FaultReason::NotAuthorized),
    ("don't have permission", FaultReason::NotAuthorized),
];

impl Fault {
    /// Whether it tells of a failure inside Workday and not of a refusal: a processing fault that names no known reason.
    pub fn is_failure(&self) -> bool {
        self.kind == FaultKind::Processing && self.reason() == FaultReason::Other
    }

    /// Which of the known situations the messages describe.
    pub fn reason(&self) -> FaultReason {
        let texts: Vec<String> = self.texts().map(str::to_lowercase).collect();
        REASONS
            .iter()
            .find(|(part, _)| texts.iter().any(|text| text.contains(part)))
            .map_or(FaultReason::Other, |(_, reason)| *reason)
    }

    /// Whether the fault code puts the blame on Workday's side.
    pub(crate) fn is_server_side(&self) -> bool {
        let code = self.code.rsplit(':').next().unwrap_or_default();
        code.starts_with("Server")
    }

    /// A fault that says nothing yet.
    #[cfg(test)]
    pub(crate) fn blank() -> Self {
        Self {
            code: String::new(),
            message: String::new(),
            details: Vec::new(),
            kind: FaultKind::Other,
        }
    }

    /// Reads the `Fault` element of an envelope. Its parts have no namespace; some servers give them one.
    pub(crate) fn read(fault: &Element) -> Self {
        let part = |name: &str| fault.all().find(|child| child.name() == name);
        let text = |name: &str| part(name).and_then(Element::text).map(bounded);
        let code = text("faultcode").unwrap_or_default();
        let declared = part("detail").and_then(|detail| detail.all().find(|child| FAULT_ELEMENTS.contains(&child.name())));
        let details = declared.map(read_details).unwrap_or_default();
        let message = text("faultstring")
            .or_else(|| details.iter().find_map(|detail| detail.text().map(str::to_owned)))
            .unwrap_or_default();
        Self {
            kind: kind(declared.map(Element::name), &code, &message),
            code,
            message,
            details,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let details = self
            .details
            .iter()
            .flat_map(|detail| [&detail.message, &detail.detail_message].into_iter().flatten());
        std::iter::once(&self.message).chain(details).map(String::as_str)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.message, self.code)
    }
}

impl ValidationError {
    fn text(&self) -> Option<&str> {
        self.message.as_deref().or(self.detail_message.as_deref())
    }

    fn read(element: &Element) -> Self {
        let text = |name| element.child(name).and_then(Element::text).map(bounded);
        Self {
            message: text("Message"),
            detail_message: text("Detail_Message"),
            xpath: text("Xpath"),
            code: text("Code"),
        }
    }
}

fn read_details(declared: &Element) -> Vec<ValidationError> {
    let mut details: Vec<_> = declared.children("Validation_Error").map(ValidationError::read).collect();
    // A processing fault has its text here, and some validation faults do too.
    let direct = ValidationError::read(declared);
    if direct != ValidationError::default() {
        details.push(direct);
    }
    details
}

fn kind(declared: Option<&str>, code: &str, message: &str) -> FaultKind {
    let code_names = |part: &str| code.to_ascii_lowercase().contains(part);
    match declared {
        Some("Authentication_Fault") => FaultKind::Authentication,
        _ if code_names("authenticationerror") => FaultKind::Authentication,
        _ if message.to_lowercase().contains(REFUSED_CREDENTIAL) => FaultKind::Authentication,
        Some("Validation_Fault") => FaultKind::Validation,
        Some("Processing_Fault") => FaultKind::Processing,
        _ if code_names("validationerror") => FaultKind::Validation,
        _ if code_names("processingerror") => FaultKind::Processing,
        _ => FaultKind::Other,
    }
}

fn bounded(text: &str) -> String {
    text.chars().take(MAX_MESSAGE_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testing::element, xml::Namespace};

    fn fault(inner: &str) -> Fault {
        let fault = element(&format!(
            "<S:Fault xmlns:S='http://schemas.xmlsoap.org/soap/envelope/'>{inner}</S:Fault>"
        ));
        assert!(fault.is(Namespace::Soap, "Fault"));
        Fault::read(&fault)
    }

    #[test]
    fn a_validation_fault_keeps_every_error() {
        let fault = fault(
            "<faultcode>SOAP-ENV:Client.validationError</faultcode>
             <faultstring>Validation error occurred. Invalid ID value.</faultstring>
             <detail><wd:Validation_Fault xmlns:wd='urn:com.workday/bsvc'>
               <wd:Validation_Error>
                 <wd:Message>Invalid ID value.  'X1' is not a valid ID value for type = 'Assessment_Status_ID'</wd:Message>
                 <wd:Detail_Message>more</wd:Detail_Message><wd:Xpath>/wd:A[1]</wd:Xpath><wd:Code>7</wd:Code>
               </wd:Validation_Error>
               <wd:Validation_Error><wd:Message>Another</wd:Message></wd:Validation_Error>
             </wd:Validation_Fault></detail>",
        );
        assert_eq!(fault.kind, FaultKind::Validation);
        assert_eq!(fault.reason(), FaultReason::InvalidReference);
        assert_eq!(fault.details.len(), 2);
        assert_eq!(fault.details[0].xpath.as_deref(), Some("/wd:A[1]"));
        assert_eq!(fault.details[0].detail_message.as_deref(), Some("more"));
        assert_eq!(fault.details[0].code.as_deref(), Some("7"));
        assert_eq!(
            fault.to_string(),
            "Validation error occurred. Invalid ID value. (SOAP-ENV:Client.validationError)"
        );
    }

    #[test]
    fn a_detail_message_straight_under_the_fault_is_read() {
        for name in FAULT_ELEMENTS {
            let fault = fault(&format!(
                "<faultcode>x</faultcode><faultstring/><detail><{name} xmlns='urn:com.workday/bsvc'>
                 <Detail_Message>The task submitted is not authorized.</Detail_Message></{name}></detail>"
            ));
            assert_eq!(fault.message, "The task submitted is not authorized.");
            assert_eq!(fault.reason(), FaultReason::NotAuthorized);
        }
    }

    #[test]
    fn the_kind_comes_from_the_detail_or_else_from_code_and_text() {
        let check = |declared, code, message, expected| assert_eq!(kind(declared, code, message), expected);
        check(Some("Validation_Fault"), "", "", FaultKind::Validation);
        check(Some("Processing_Fault"), "S:Client.validationError", "", FaultKind::Processing);
        check(Some("Authentication_Fault"), "", "", FaultKind::Authentication);
        check(
            Some("Processing_Fault"),
            "S:Client.authenticationError",
            "",
            FaultKind::Authentication,
        );
        check(None, "S:Client.validationError", "", FaultKind::Validation);
        check(None, "S:Server.processingError", "", FaultKind::Processing);
        check(None, "S:Client", "Invalid username or password", FaultKind::Authentication);
        check(None, "S:Client", "", FaultKind::Other);
    }

    #[test]
    fn the_messages_of_the_interface_definition_are_recognised() {
        let check = |message: &str, expected| {
            let fault = Fault {
                message: message.into(),
                ..Fault::blank()
            };
            assert_eq!(fault.reason(), expected, "{message}");
        };
        check(
            "The Candidate was never in the Assessment Business Process to add or update a Candidate Assessment.",
            FaultReason::NeverInAssessment,
        );
        check(
            "Cannot overwrite assessment because results exist and suppress overwrite is set to true.",
            FaultReason::ResultsExist,
        );
        check(
            "You must specify the event because there is more than 1 in progress or on record.",
            FaultReason::AmbiguousEvent,
        );
        check(
            "The Web Service is set to Add Only; but the Candidate Attachment already exists.",
            FaultReason::AttachmentExists,
        );
        check(
            "Attachment with that filename already exists on the Job Application.",
            FaultReason::AttachmentExists,
        );
        check(
            "The Business Process must be in progress to move candidate to the next stage.",
            FaultReason::NotInProgress,
        );
        check(
            "The provided Candidate and Requisition does not have precisely one Job Application Event in progress.",
            FaultReason::NotInProgress,
        );
        check(
            "The Job Application business process relevant to the candidate must be in the Assess Candidate state to use \
             Dynamic Business Process Parameters to Move Forward or Decline.",
            FaultReason::NotInProgress,
        );
        check(
            "The next step, parallel step, or disposition chosen is invalid for the job application process.",
            FaultReason::InvalidStep,
        );
        check(
            "This Business Process has been configured to disable comment. Please remove the comment.",
            FaultReason::CommentDisabled,
        );
        check(
            "The Job Application Reference you submitted does not belong to the submitted Candidate Reference.",
            FaultReason::InvalidReference,
        );
        check(
            "You must have access to the document category of the attachments you want to add.",
            FaultReason::NotAuthorized,
        );
        check(
            "To add candidate attachments, you must have access to the Candidate Data: Attachments domain.",
            FaultReason::NotAuthorized,
        );
        check("Something else", FaultReason::Other);
    }

    #[test]
    fn a_boundless_text_is_cut() {
        let fault = fault(&format!("<faultstring>{}</faultstring>", "é".repeat(5_000)));
        assert_eq!(fault.message.chars().count(), MAX_MESSAGE_LENGTH);
    }
}
