//! The fields of an XML body: what stands in its root element, by the names without their prefixes. Nothing is fetched or expanded.

use crate::body::{Unreadable, Value};
use crate::limits::{self, Excess};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// An element that is open.
#[derive(Default)]
struct Open {
    name: String,
    text: String,
    members: Vec<(String, Value)>,
}

impl Open {
    fn into_member(self) -> (String, Value) {
        let value = if self.members.is_empty() {
            Value::Text(self.text)
        } else {
            Value::Object(self.members)
        };
        (self.name, value)
    }
}

/// The fields in the root element.
pub(crate) fn fields(text: &str) -> Result<Value, Unreadable> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = vec![Open::default()];
    loop {
        match reader.read_event().map_err(|_malformed| Unreadable::Xml)? {
            Event::Start(start) => {
                if open.len() > limits::DEPTH {
                    return Err(Excess::Depth.into());
                }
                let name = start.local_name().as_ref().to_owned();
                open.push(Open { name, ..Open::default() });
            }
            Event::Empty(empty) => {
                let member = (empty.local_name().as_ref().to_owned(), Value::Text(String::new()));
                open.last_mut().ok_or(Unreadable::Xml)?.members.push(member);
            }
            Event::End(_) => {
                let member = open.pop().ok_or(Unreadable::Xml)?.into_member();
                open.last_mut().ok_or(Unreadable::Xml)?.members.push(member);
            }
            Event::Text(piece) => add(&mut open, &piece.xml10_content())?,
            Event::CData(piece) => add(&mut open, &piece.xml10_content())?,
            Event::GeneralRef(reference) => add(&mut open, resolved(&reference).encode_utf8(&mut [0; 4]))?,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::DocType(_) => return Err(Unreadable::Xml),
            Event::Eof => break,
        }
    }
    let (Some(document), true) = (open.pop(), open.is_empty()) else {
        return Err(Unreadable::Xml);
    };
    match document.members.into_iter().next() {
        Some((_root, fields)) => Ok(fields),
        None => Err(Unreadable::Xml),
    }
}

fn add(open: &mut [Open], piece: &str) -> Result<(), Unreadable> {
    let element = open.last_mut().ok_or(Unreadable::Xml)?;
    element.text.push_str(piece);
    Ok(limits::check_text(&element.text)?)
}

/// What a reference stands for; U+FFFD, which no id may hold, for whatever is not a character.
fn resolved(reference: &BytesRef<'_>) -> char {
    match reference.as_ref() {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => reference.resolve_char_ref().ok().flatten().unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Result<Option<String>, Unreadable> {
        fields(text).map(|fields| fields.id("Candidate ID", &["candidateid"]).ok().flatten())
    }

    #[test]
    fn a_field_is_an_element_under_any_prefix_and_in_any_root() {
        for document in [
            "<payload><Candidate_ID>C00001</Candidate_ID></payload>",
            "<?xml version='1.0'?><!-- x --><wd:p xmlns:wd='urn:w'><wd:a/><wd:candidate-id a='b'>\n C00001 </wd:candidate-id></wd:p>",
            "<p><Name>D&eacute;na &#55356;</Name><CandidateId><![CDATA[C00]]>00&#x31;</CandidateId></p>",
        ] {
            assert_eq!(id(document), Ok(Some("C00001".to_owned())), "{document}");
        }
        assert_eq!(id("<Candidate_ID>C1</Candidate_ID>"), Ok(None));
        assert_eq!(id("<p/>"), Ok(None));
    }

    #[test]
    fn hostile_documents_are_refused() {
        for document in [
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a>",
            "<a></b>",
            "</a>",
            "<",
            "<!-- -->",
        ] {
            assert_eq!(id(document), Err(Unreadable::Xml), "{document}");
        }
        let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert_eq!(id(&nested(limits::DEPTH)), Ok(None));
        assert_eq!(id(&nested(limits::DEPTH + 1)), Err(Unreadable::Excess(Excess::Depth)));
        assert_eq!(id(&nested(80_000)), Err(Unreadable::Excess(Excess::Depth)));
        let long = format!("<a>{}</a>", "x".repeat(65 * 1024));
        assert_eq!(id(&long), Err(Unreadable::Excess(Excess::Text)));
    }
}
