//! The SOAP 1.1 envelope of a request: header as Workday documents it, one element in the body.

use secrecy::ExposeSecret;

use crate::{credential::Credential, operation::Operation, xml::Writer};

const OPEN: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
    xmlns:wd=\"urn:com.workday/bsvc\"><soapenv:Header>";
const SECURITY_OPEN: &str = "<wsse:Security soapenv:mustUnderstand=\"1\" \
    xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
    <wsse:UsernameToken><wsse:Username>";
const SECURITY_MIDDLE: &str = "</wsse:Username><wsse:Password \
    Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">";
const SECURITY_CLOSE: &str = "</wsse:Password></wsse:UsernameToken></wsse:Security>";
const BODY_OPEN: &str = "</soapenv:Header><soapenv:Body>";
const CLOSE: &str = "</soapenv:Body></soapenv:Envelope>";

/// Renders the envelope of a request whose element has the given attributes beside `wd:version`, cut where
/// streamed content belongs (see [`Writer::finish`]).
pub(crate) fn render(
    credential: &Credential,
    version: &str,
    operation: &Operation,
    attributes: &[(&str, &str)],
    content: impl FnOnce(&mut Writer),
) -> (String, String) {
    let mut writer = Writer::default();
    writer.raw(OPEN);
    if let Credential::UsernameToken { username, password } = credential {
        writer.raw(SECURITY_OPEN);
        writer.text(username);
        writer.raw(SECURITY_MIDDLE);
        writer.text(password.expose_secret());
        writer.raw(SECURITY_CLOSE);
    }
    writer.within("Workday_Common_Header", |writer| {
        writer.flag("Include_Reference_Descriptors_In_Response", true);
    });
    writer.raw(BODY_OPEN);
    let attributes = [&[("version", version)], attributes].concat();
    writer.within_with(operation.request_element, &attributes, content);
    writer.raw(CLOSE);
    writer.finish()
}
