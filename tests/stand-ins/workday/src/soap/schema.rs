//! Structure rules: what Recruiting v45.2 lets a request contain, checked from the declarative tables
//! of `tables` (a hand-made extract of the schema). Also refuses id types the schema's annotations do not list.

use roxmltree::Node;

use super::{
    envelope::WORKDAY_NAMESPACE,
    fault::{SoapFault, xpath},
    simple::Simple,
};

/// What an element holds.
#[derive(Debug)]
pub(super) enum Kind {
    Simple(Simple),
    /// A reference: `ID` elements with one of these `wd:type`s.
    Reference(&'static [&'static str]),
    Complex(&'static Type),
}

/// A complex type: its attributes and the sequence of its content.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) attributes: &'static [(&'static str, Simple)],
    pub(super) content: &'static [Particle],
}

/// One place of a sequence.
#[derive(Debug)]
pub(super) enum Particle {
    One(Element),
    /// Exactly one of these; none at all only if every one of them is optional.
    Choice(&'static [Element]),
}

/// An element declaration with its occurrence bounds.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) least: usize,
    pub(super) most: usize,
}

const REFERENCE_ATTRIBUTES: &[(&str, Simple)] = &[("Descriptor", Simple::Text)];

/// Checks an element and everything below it against its type.
pub(super) fn check(node: Node<'_, '_>, rule: &Type) -> Result<(), SoapFault> {
    check_attributes(node, rule.attributes)?;
    let children = element_children(node)?;
    let mut rest = children.as_slice();
    for particle in rule.content {
        rest = match particle {
            Particle::One(element) => take(node, element, rest)?,
            Particle::Choice(options) => take_choice(node, options, rest)?,
        };
    }
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(structure(
            *extra,
            format!("Element '{}' is not expected here.", extra.tag_name().name()),
        )),
    }
}

/// Consumes the run of one element from the front of `rest`.
fn take<'n, 'a, 'i>(parent: Node<'a, 'i>, element: &Element, rest: &'n [Node<'a, 'i>]) -> Result<&'n [Node<'a, 'i>], SoapFault> {
    let run = rest
        .iter()
        .take_while(|node| node.tag_name().name() == element.name)
        .count()
        .min(element.most);
    if run < element.least {
        return Err(structure(
            parent,
            format!("Element '{}' is required in '{}'.", element.name, parent.tag_name().name()),
        ));
    }
    let (taken, rest) = rest.split_at(run);
    for node in taken {
        check_kind(*node, &element.kind)?;
    }
    Ok(rest)
}

fn take_choice<'n, 'a, 'i>(parent: Node<'a, 'i>, options: &[Element], rest: &'n [Node<'a, 'i>]) -> Result<&'n [Node<'a, 'i>], SoapFault> {
    let next = rest.first().map_or("", |node| node.tag_name().name());
    if let Some(option) = options.iter().find(|option| option.name == next) {
        return take(parent, option, rest);
    }
    if options.iter().any(|option| option.least == 0) {
        return Ok(rest);
    }
    let names: Vec<&str> = options.iter().map(|option| option.name).collect();
    Err(structure(
        parent,
        format!("One of {} is required in '{}'.", names.join(", "), parent.tag_name().name()),
    ))
}

fn check_kind(node: Node<'_, '_>, kind: &Kind) -> Result<(), SoapFault> {
    match kind {
        Kind::Complex(rule) => check(node, rule),
        Kind::Simple(simple) => {
            check_attributes(node, &[])?;
            check_text(node, *simple)
        }
        Kind::Reference(id_types) => check_reference(node, id_types),
    }
}

fn check_reference(node: Node<'_, '_>, id_types: &[&str]) -> Result<(), SoapFault> {
    check_attributes(node, REFERENCE_ATTRIBUTES)?;
    for id in element_children(node)? {
        if id.tag_name().name() != "ID" {
            return Err(structure(id, format!("Element '{}' is not expected here.", id.tag_name().name())));
        }
        check_attributes(id, &[("type", Simple::Text)])?;
        check_text(id, Simple::Text)?;
        let Some(id_type) = id.attribute((WORKDAY_NAMESPACE, "type")) else {
            return Err(structure(id, "Attribute 'type' is required.".to_owned()));
        };
        if !id_types.contains(&id_type) {
            return Err(structure(
                id,
                format!("'{id_type}' is not a valid ID type for '{}'.", node.tag_name().name()),
            ));
        }
    }
    Ok(())
}

fn check_text(node: Node<'_, '_>, simple: Simple) -> Result<(), SoapFault> {
    if let Some(child) = node.children().find(Node::is_element) {
        return Err(structure(
            child,
            format!("Element '{}' is not expected here.", child.tag_name().name()),
        ));
    }
    simple
        .check(&text_of(node))
        .map_err(|problem| structure(node, format!("Element '{}': {problem}", node.tag_name().name())))
}

fn check_attributes(node: Node<'_, '_>, known: &[(&str, Simple)]) -> Result<(), SoapFault> {
    for attribute in node.attributes() {
        // Schema instance attributes are the business of every schema processor.
        if attribute.namespace() == Some("http://www.w3.org/2001/XMLSchema-instance") {
            continue;
        }
        let rule = known
            .iter()
            .find(|(name, _)| *name == attribute.name())
            .filter(|_| attribute.namespace() == Some(WORKDAY_NAMESPACE));
        let Some((_, simple)) = rule else {
            return Err(structure(node, format!("Attribute '{}' is not allowed here.", attribute.name())));
        };
        simple
            .check(attribute.value())
            .map_err(|problem| structure(node, format!("Attribute '{}': {problem}", attribute.name())))?;
    }
    Ok(())
}

/// The element children, refusing text between them and elements of other namespaces.
fn element_children<'a, 'i>(node: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, SoapFault> {
    let mut children = Vec::new();
    for child in node.children() {
        if child.is_element() {
            if child.tag_name().namespace() != Some(WORKDAY_NAMESPACE) {
                return Err(structure(
                    child,
                    format!("Element '{}' is not in the namespace {WORKDAY_NAMESPACE}.", child.tag_name().name()),
                ));
            }
            children.push(child);
        } else if child.is_text() && !child.text().unwrap_or_default().trim().is_empty() {
            return Err(structure(node, format!("Text is not allowed in '{}'.", node.tag_name().name())));
        }
    }
    Ok(children)
}

/// All text of a simple element; comments may split it into several nodes.
pub(super) fn text_of(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

fn structure(node: Node<'_, '_>, message: String) -> SoapFault {
    SoapFault::Structure {
        message,
        xpath: xpath(node),
    }
}

/// Checks a request element, whose own namespace the envelope reader has not looked at.
pub(super) fn check_request(node: Node<'_, '_>, rule: &Type) -> Result<(), SoapFault> {
    if node.tag_name().namespace() != Some(WORKDAY_NAMESPACE) {
        return Err(structure(node, format!("The request is not in the namespace {WORKDAY_NAMESPACE}.")));
    }
    check(node, rule)
}
