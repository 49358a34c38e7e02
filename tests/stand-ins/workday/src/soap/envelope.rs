//! Reads a SOAP 1.1 envelope: the one request element, the common header, the WS-Security user name.

use roxmltree::{Document, Node};

use super::{
    fault::SoapFault,
    schema::{self, text_of},
    simple::boolean,
    tables::COMMON_HEADER,
};

/// Namespace of SOAP 1.1.
pub(super) const SOAP_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Namespace of every Workday element and attribute.
pub(super) const WORKDAY_NAMESPACE: &str = "urn:com.workday/bsvc";
const SECURITY_NAMESPACE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const PASSWORD_TEXT: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

/// What an envelope carries.
#[derive(Debug)]
pub(super) struct Envelope<'a, 'i> {
    /// The body's one child.
    pub(super) request: Node<'a, 'i>,
    /// `Include_Reference_Descriptors_In_Response`.
    pub(super) descriptors: bool,
    pub(super) username_token: Option<UsernameToken>,
}

/// A WS-Security user name and its password.
pub(super) struct UsernameToken {
    pub(super) username: String,
    pub(super) password: String,
}

impl std::fmt::Debug for UsernameToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("UsernameToken")
    }
}

/// Reads the envelope around a parsed document.
pub(super) fn read<'a, 'i>(document: &'a Document<'i>) -> Result<Envelope<'a, 'i>, SoapFault> {
    let root = document.root_element();
    if !is_soap(root, "Envelope") {
        return Err(client("The document is not a SOAP 1.1 envelope."));
    }
    let mut parts = root.children().filter(Node::is_element).peekable();
    let header = parts.next_if(|part| is_soap(*part, "Header"));
    let body = parts
        .next()
        .filter(|part| is_soap(*part, "Body"))
        .ok_or_else(|| client("The envelope has no body."))?;
    let mut requests = body.children().filter(Node::is_element);
    let (Some(request), None) = (requests.next(), requests.next()) else {
        return Err(client("The body must hold exactly one request element."));
    };
    let mut envelope = Envelope {
        request,
        descriptors: false,
        username_token: None,
    };
    if let Some(header) = header {
        read_header(header, &mut envelope)?;
    }
    Ok(envelope)
}

fn read_header(header: Node<'_, '_>, envelope: &mut Envelope<'_, '_>) -> Result<(), SoapFault> {
    for block in header.children().filter(Node::is_element) {
        let name = block.tag_name();
        match (name.namespace(), name.name()) {
            (Some(WORKDAY_NAMESPACE), "Workday_Common_Header") => {
                schema::check(block, &COMMON_HEADER)?;
                envelope.descriptors = block
                    .children()
                    .find(Node::is_element)
                    .is_some_and(|flag| boolean(&text_of(flag)) == Some(true));
            }
            (Some(SECURITY_NAMESPACE), "Security") => {
                envelope.username_token = Some(read_username_token(block)?);
            }
            _ if block.attribute((SOAP_NAMESPACE, "mustUnderstand")) == Some("1") => {
                return Err(client("A header that must be understood is unknown."));
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_username_token(security: Node<'_, '_>) -> Result<UsernameToken, SoapFault> {
    let find = |parent: Node<'_, '_>, name: &str| {
        parent
            .children()
            .find(|child| child.tag_name().name() == name && child.tag_name().namespace() == Some(SECURITY_NAMESPACE))
            .map(|node| node.id())
    };
    let document = security.document();
    let token = find(security, "UsernameToken").and_then(|id| document.get_node(id));
    let part = |name| token.and_then(|token| find(token, name)).and_then(|id| document.get_node(id));
    let (Some(username), Some(password)) = (part("Username"), part("Password")) else {
        return Err(client("The security header has no UsernameToken with a password."));
    };
    // Only the plain-text profile is offered to integration system users.
    if password.attribute("Type").is_some_and(|kind| kind != PASSWORD_TEXT) {
        return Err(client("The password type is not supported."));
    }
    Ok(UsernameToken {
        username: text_of(username).trim().to_owned(),
        password: text_of(password),
    })
}

/// An element of the source text as a document of its own, with the namespaces it uses declared.
pub(super) fn standalone(node: Node<'_, '_>) -> String {
    let source = node.document().input_text();
    let text = source.get(node.range()).unwrap_or_default();
    let start_tag = text.split('>').next().unwrap_or_default();
    let name_end = text.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(text.len());
    let mut declarations = String::new();
    for namespace in node.namespaces() {
        let (declaration, used) = match namespace.name() {
            Some("xml") => continue,
            Some(prefix) => (format!("xmlns:{prefix}="), text.contains(&format!("{prefix}:"))),
            None => ("xmlns=".to_owned(), true),
        };
        if used && !start_tag.contains(&declaration) {
            declarations.push(' ');
            declarations.push_str(&declaration);
            declarations.push('"');
            declarations.push_str(&super::xml::escape(namespace.uri()));
            declarations.push('"');
        }
    }
    let (name, rest) = text.split_at(name_end);
    format!("{name}{declarations}{rest}")
}

fn is_soap(node: Node<'_, '_>, name: &str) -> bool {
    node.tag_name().name() == name && node.tag_name().namespace() == Some(SOAP_NAMESPACE)
}

fn client(message: &str) -> SoapFault {
    SoapFault::Client {
        message: message.to_owned(),
    }
}
