//! What the unit tests of the operations share: a rendered request element, and elements to read.

use crate::{
    credential::Credential,
    envelope,
    operation::Operation,
    xml::{self, Element, Writer},
};

/// The request element of an operation as it is sent, with nothing in the place of streamed content.
pub(crate) fn rendered(operation: &Operation, attributes: &[(&str, &str)], content: impl FnOnce(&mut Writer)) -> String {
    let credential = Credential::Bearer("token".into());
    let (before, after) = envelope::render(&credential, "v45.2", operation, attributes, content);
    let envelope = before + &after;
    let (_, body) = envelope.split_once("<soapenv:Body>").unwrap();
    let (body, _) = body.split_once("</soapenv:Body>").unwrap();
    body.to_owned()
}

/// Indented XML without the indentation.
pub(crate) fn compact(indented: &str) -> String {
    indented.lines().map(str::trim).collect()
}

/// The root element of a document.
pub(crate) fn element(document: &str) -> Element {
    xml::parse(document).unwrap()
}

/// A response element with the given content, under the default namespace.
pub(crate) fn response(operation: &Operation, content: &str) -> Element {
    let name = operation.response_element;
    element(&format!("<{name} xmlns='urn:com.workday/bsvc' version='v45.2'>{content}</{name}>"))
}
