//! Reads a whole document into a tree, under limits, with namespaces resolved.
//!
//! Any prefix will do. A document type declaration, an entity beyond the five of XML, too many or too deep
//! elements end the reading; nothing is ever fetched or expanded.

use std::fmt;

use quick_xml::{
    NsReader, XmlVersion,
    errors::{IllFormedError, SyntaxError},
    events::{BytesRef, BytesStart, Event},
    name::ResolveResult,
};

use super::{half_characters::whole_characters, is_legal};

const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 200_000;
const MAX_ATTRIBUTES: usize = 64;

const WORKDAY_NAMESPACE: &str = "urn:com.workday/bsvc";
const SOAP_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Why a document was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// It has a document type declaration.
    DocumentType,
    /// It names an entity that XML does not know by itself.
    UnknownEntity,
    /// It is larger than any honest answer.
    TooLarge,
    /// It ends before its root element does.
    Unfinished,
    /// It is not well-formed XML in UTF-8.
    NotWellFormed,
}

/// The namespaces that answers are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// Workday's one namespace.
    Workday,
    /// The envelope of SOAP 1.1.
    Soap,
    /// No namespace: the parts of a SOAP fault.
    None,
    /// Anything else.
    Foreign,
}

/// One element of a document.
pub(crate) struct Element {
    namespace: Namespace,
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// Whether this is the element of that name in that namespace.
    pub(crate) fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The element's name without its prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The first child of that name in Workday's namespace.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.all().find(|child| child.is(Namespace::Workday, name))
    }

    /// The children of that name in Workday's namespace.
    pub(crate) fn children(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.all().filter(move |child| child.is(Namespace::Workday, name))
    }

    /// All children.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Element> {
        self.children.iter()
    }

    /// All children, taken out of the element.
    pub(crate) fn into_children(self) -> impl Iterator<Item = Element> {
        self.children.into_iter()
    }

    /// The element at the end of a path of first children in Workday's namespace.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text, without blanks around it, if there is any.
    pub(crate) fn text(&self) -> Option<&str> {
        let text = self.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The text of the child of that name.
    pub(crate) fn text_of(&self, name: &str) -> Option<String> {
        self.child(name)?.text().map(str::to_owned)
    }

    /// The boolean in the child of that name; Workday writes `1` and `0`.
    pub(crate) fn flag_of(&self, name: &str) -> bool {
        self.child(name)
            .and_then(Element::text)
            .is_some_and(|text| text == "1" || text == "true")
    }

    /// The attribute of that name in Workday's namespace or in none.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Element {
    // Texts are candidates' data.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Element").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Reads a document.
pub(crate) fn parse(document: &str) -> Result<Element, ReadError> {
    let document = whole_characters(document.trim_start_matches('\u{feff}'));
    let mut reader = NsReader::from_str(&document);
    let mut tree = Tree::default();
    loop {
        let event = reader.read_event().map_err(|error| read_error(&error, &document))?;
        match event {
            Event::Start(start) => {
                let element = open(&reader, &start)?;
                tree.open(element)?;
            }
            Event::Empty(start) => {
                let element = open(&reader, &start)?;
                tree.open(element)?;
                tree.close()?;
            }
            Event::End(_) => tree.close()?,
            Event::Text(text) => tree.text(&text.xml10_content())?,
            Event::CData(text) => {
                tree.count()?;
                tree.text(&text.xml10_content())?;
            }
            Event::GeneralRef(reference) => {
                let mut buffer = [0; 4];
                tree.text(resolve(&reference)?.encode_utf8(&mut buffer))?;
            }
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => tree.count()?,
            Event::DocType(_) => return Err(ReadError::DocumentType),
            Event::Eof => return tree.finish(),
        }
    }
}

/// The elements that are open, outermost first, and the root once it is closed.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
}

impl Tree {
    fn count(&mut self) -> Result<(), ReadError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(ReadError::TooLarge);
        }
        Ok(())
    }

    fn open(&mut self, element: Element) -> Result<(), ReadError> {
        self.count()?;
        if self.root.is_some() {
            return Err(ReadError::NotWellFormed);
        }
        if self.open.len() == MAX_DEPTH {
            return Err(ReadError::TooLarge);
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<(), ReadError> {
        let element = self.open.pop().ok_or(ReadError::NotWellFormed)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), ReadError> {
        match self.open.last_mut() {
            Some(element) => element.text.extend(text.chars().filter(|character| is_legal(*character))),
            None if text.trim().is_empty() => {}
            None => return Err(ReadError::NotWellFormed),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, ReadError> {
        if self.open.is_empty() {
            self.root.ok_or(ReadError::Unfinished)
        } else {
            Err(ReadError::Unfinished)
        }
    }
}

fn open(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, ReadError> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    Ok(Element {
        namespace: known(&namespace)?,
        name: name.as_ref().to_owned(),
        attributes: attributes(reader, start)?,
        children: Vec::new(),
        text: String::new(),
    })
}

fn attributes(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Vec<(String, String)>, ReadError> {
    let mut found = Vec::new();
    // The check for duplicates compares every attribute with every other one, so the number is limited first.
    if start.attributes().with_checks(false).count() > MAX_ATTRIBUTES {
        return Err(ReadError::TooLarge);
    }
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_malformed| ReadError::NotWellFormed)?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        if matches!(known(&namespace)?, Namespace::Workday | Namespace::None) {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_malformed| ReadError::NotWellFormed)?;
            let value = value.chars().filter(|character| is_legal(*character));
            found.push((name.as_ref().to_owned(), value.collect()));
        }
    }
    Ok(found)
}

fn known(namespace: &ResolveResult<'_>) -> Result<Namespace, ReadError> {
    match namespace {
        ResolveResult::Bound(bound) if bound.0 == WORKDAY_NAMESPACE => Ok(Namespace::Workday),
        ResolveResult::Bound(bound) if bound.0 == SOAP_NAMESPACE => Ok(Namespace::Soap),
        ResolveResult::Bound(_) => Ok(Namespace::Foreign),
        ResolveResult::Unbound => Ok(Namespace::None),
        ResolveResult::Unknown(_) => Err(ReadError::NotWellFormed),
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, ReadError> {
    let character = reference.resolve_char_ref().map_err(|_malformed| ReadError::NotWellFormed)?;
    if let Some(character) = character {
        return Ok(character);
    }
    match reference.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(ReadError::UnknownEntity),
    }
}

fn read_error(error: &quick_xml::Error, document: &str) -> ReadError {
    match error {
        // Cut inside a reference, or an ampersand that was never meant as one?
        quick_xml::Error::IllFormed(IllFormedError::UnclosedReference) if ends_in_reference(document) => ReadError::Unfinished,
        quick_xml::Error::Syntax(SyntaxError::UnclosedDoctype) => ReadError::DocumentType,
        quick_xml::Error::Syntax(_) | quick_xml::Error::IllFormed(IllFormedError::MissingEndTag(_)) => ReadError::Unfinished,
        quick_xml::Error::Io(_)
        | quick_xml::Error::IllFormed(_)
        | quick_xml::Error::InvalidAttr(_)
        | quick_xml::Error::Encoding(_)
        | quick_xml::Error::Escape(_)
        | quick_xml::Error::Namespace(_) => ReadError::NotWellFormed,
    }
}

fn ends_in_reference(document: &str) -> bool {
    document.rsplit_once('&').is_some_and(|(_, end)| !end.contains(['<', ';']))
}

#[cfg(test)]
mod tests;
