//! Faults in the shapes that Workday answers, and the location of the element that caused one.

use roxmltree::Node;

use super::xml::{Xml, escape};

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum SoapFault {
    /// The request does not keep the schema; answered as a validation fault too.
    Structure { message: String, xpath: String },
    /// A business rule refuses it.
    Validation { message: String, xpath: String },
    /// Workday cannot process it, or the security policy forbids the task.
    Processing { message: String },
    /// The user name, password or bearer token is refused.
    Authentication { http_status: u16 },
    /// The envelope cannot be read; no detail.
    Client { message: String },
    /// Workday's own failure; no detail.
    Server,
}

impl SoapFault {
    /// A business rule refusal at an element.
    pub(super) fn validation(node: Node<'_, '_>, message: impl Into<String>) -> Self {
        Self::Validation {
            message: message.into(),
            xpath: xpath(node),
        }
    }

    /// Workday's message for a reference that resolves to nothing.
    pub(super) fn invalid_id(node: Node<'_, '_>, id_type: &str, value: &str) -> Self {
        Self::validation(
            node,
            format!("Invalid ID value. '{value}' is not a valid ID value for type = '{id_type}'"),
        )
    }

    /// "The task submitted is not authorized".
    pub(super) fn not_authorized() -> Self {
        Self::Processing {
            message: "The task submitted is not authorized".to_owned(),
        }
    }

    /// Whether the request itself breaks the schema.
    pub(super) fn is_structural(&self) -> bool {
        matches!(self, Self::Structure { .. } | Self::Client { .. })
    }

    /// The HTTP status that carries it.
    pub(super) fn http_status(&self) -> u16 {
        match self {
            Self::Authentication { http_status } => *http_status,
            Self::Structure { .. } | Self::Validation { .. } | Self::Processing { .. } | Self::Client { .. } | Self::Server => 500,
        }
    }

    /// What the call log shows.
    pub(super) fn outcome(&self) -> String {
        match self {
            Self::Structure { message, .. } => format!("structure: {message}"),
            Self::Validation { message, .. } => format!("Validation_Fault: {message}"),
            Self::Processing { message } => format!("Processing_Fault: {message}"),
            Self::Authentication { .. } => "Authentication_Fault".to_owned(),
            Self::Client { message } => format!("client: {message}"),
            Self::Server => "server fault".to_owned(),
        }
    }

    /// The detail's child as a document of its own, with the name of its element.
    pub(super) fn detail(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Structure { message, xpath } | Self::Validation { message, xpath } => {
                let mut xml = Xml::fault("Validation_Fault");
                xml.element("Validation_Error", |xml| {
                    xml.leaf("Message", message);
                    xml.leaf("Detail_Message", message);
                    xml.leaf("Xpath", xpath);
                });
                Some(("Validation_Fault", xml.finish()))
            }
            Self::Processing { message } => {
                let mut xml = Xml::fault("Processing_Fault");
                xml.leaf("Detail_Message", message);
                Some(("Processing_Fault", xml.finish()))
            }
            Self::Authentication { .. } => {
                let mut xml = Xml::fault("Authentication_Fault");
                xml.leaf("Code", "authenticationError");
                Some(("Authentication_Fault", xml.finish()))
            }
            Self::Client { .. } | Self::Server => None,
        }
    }

    /// The whole SOAP envelope.
    pub(super) fn envelope(&self) -> String {
        let (code, text) = match self {
            Self::Structure { message, .. } | Self::Validation { message, .. } => {
                ("SOAP-ENV:Client.validationError", format!("Validation error occurred. {message}"))
            }
            Self::Processing { message } => ("SOAP-ENV:Server.processingError", message.clone()),
            Self::Authentication { .. } => ("SOAP-ENV:Client.authenticationError", "invalid username or password".to_owned()),
            Self::Client { message } => ("SOAP-ENV:Client", message.clone()),
            Self::Server => ("SOAP-ENV:Server", "Internal error".to_owned()),
        };
        let detail = self
            .detail()
            .map(|(_, document)| format!("<detail>{document}</detail>"))
            .unwrap_or_default();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"{}\"><SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>{code}</faultcode><faultstring>{}</faultstring>{detail}</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>",
            super::envelope::SOAP_NAMESPACE,
            escape(&text),
        )
    }
}

/// Where an element is, counted from the request element, as Workday's `Xpath` writes it.
pub(super) fn xpath(node: Node<'_, '_>) -> String {
    let mut steps: Vec<String> = node
        .ancestors()
        .filter(Node::is_element)
        .take_while(|element| element.tag_name().namespace() != Some(super::envelope::SOAP_NAMESPACE))
        .map(|element| {
            let name = element.tag_name().name();
            let position = element
                .prev_siblings()
                .filter(|sibling| sibling.is_element() && sibling.tag_name().name() == name)
                .count();
            format!("/bsvc:{name}[{}]", position.max(1))
        })
        .collect();
    steps.reverse();
    steps.concat()
}
