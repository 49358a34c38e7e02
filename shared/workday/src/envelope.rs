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

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation::read("Op", "Op_Request", "Op_Response");

    #[test]
    fn a_bearer_token_stays_out_of_the_envelope() {
        let credential = Credential::Bearer("secret-token".into());
        let (envelope, rest) = render(&credential, "v45.2", &OPERATION, &[], |writer| writer.element("A", "b"));
        assert_eq!(
            envelope,
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:wd=\"urn:com.workday/bsvc\">\
             <soapenv:Header><wd:Workday_Common_Header>\
             <wd:Include_Reference_Descriptors_In_Response>true</wd:Include_Reference_Descriptors_In_Response>\
             </wd:Workday_Common_Header></soapenv:Header>\
             <soapenv:Body><wd:Op_Request wd:version=\"v45.2\"><wd:A>b</wd:A></wd:Op_Request></soapenv:Body></soapenv:Envelope>"
        );
        assert_eq!(rest, "");
        assert!(!format!("{credential:?}").contains("secret-token"));
    }

    #[test]
    fn a_user_name_token_goes_into_the_header_escaped() {
        let credential = Credential::UsernameToken {
            username: "HeyMilo_ISU@acme".into(),
            password: "p<&>w".into(),
        };
        let (envelope, _) = render(&credential, "v45.2", &OPERATION, &[], |_| {});
        assert!(envelope.contains(
            "<soapenv:Header><wsse:Security soapenv:mustUnderstand=\"1\" \
             xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
             <wsse:UsernameToken><wsse:Username>HeyMilo_ISU@acme</wsse:Username><wsse:Password \
             Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">\
             p&lt;&amp;&gt;w</wsse:Password></wsse:UsernameToken></wsse:Security><wd:Workday_Common_Header>"
        ));
        assert!(!format!("{credential:?}").contains("p<&>w"));
    }
}
