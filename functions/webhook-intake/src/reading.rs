//! From a body's bytes to its fields, in whichever of the encodings and forms a tenant's integration system writes
//! them: what Workday's template sends is not documented (FACTS 4.1). Only ids are used, so the rest may be damaged.

use crate::body::{Unreadable, Value};
use crate::limits::{self, Excess};
use crate::xml;
use lambda_http::http::{HeaderMap, header};

/// The fields of a body.
pub(crate) fn fields(headers: &HeaderMap, body: &[u8]) -> Result<Value, Unreadable> {
    let text = decoded(headers, body);
    let text = text.trim_start_matches('\u{feff}').trim();
    // The declared type is not asked: it is wrong as often as it is missing.
    match text.chars().next() {
        Some('<') => xml::fields(text),
        Some('{' | '[' | '"') => json(text),
        Some(_) if text.contains('=') => form(text),
        Some(_) | None => Err(Unreadable::Form),
    }
}

fn json(text: &str) -> Result<Value, Unreadable> {
    limits::check_json(text)?;
    Value::parse(&without_half_characters(text)).map_err(|error| Unreadable::Json { line: error.line() })
}

fn form(text: &str) -> Result<Value, Unreadable> {
    let members = url::form_urlencoded::parse(text.as_bytes()).map(|(name, value)| {
        limits::check_text(&value)?;
        Ok((name.into_owned(), Value::Text(value.into_owned())))
    });
    Ok(Value::Object(members.collect::<Result<_, Excess>>()?))
}

/// The text of a body. What is UTF-8 is taken as that whatever is declared; a character that cannot be known becomes
/// U+FFFD, which no id may hold.
fn decoded(headers: &HeaderMap, body: &[u8]) -> String {
    let units = |unit: fn([u8; 2]) -> u16| -> Vec<u16> {
        let pairs = body.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
        pairs.map(unit).collect()
    };
    // UTF-16 shows itself by its mark, or by the half of its first character that is empty.
    match body {
        [0xFE, 0xFF, ..] | [0, _, ..] => return String::from_utf16_lossy(&units(u16::from_be_bytes)),
        [0xFF, 0xFE, ..] | [_, 0, ..] => return String::from_utf16_lossy(&units(u16::from_le_bytes)),
        _ => {}
    }
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_latin = declared.is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        ["iso-8859-1", "windows-1252", "latin1"]
            .iter()
            .any(|charset| kind.contains(charset))
    });
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) if is_latin => body.iter().copied().map(char::from).collect(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

/// The JSON with each escaped half of a character (`\ud83d`) replaced: alone it is no text, and two are no id.
fn without_half_characters(json: &str) -> String {
    let mut whole = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, escaped)) = rest.split_once('\\') {
        whole.push_str(before);
        if let Some((_half, behind)) = escaped.split_at_checked(HALF).filter(|(half, _)| is_half(half)) {
            whole.push_str("\\ufffd");
            rest = behind;
        } else {
            let mut behind = escaped.chars();
            whole.push('\\');
            whole.extend(behind.next());
            rest = behind.as_str();
        }
    }
    whole + rest
}

/// Length of `ud83d`.
const HALF: usize = 5;

fn is_half(escape: &str) -> bool {
    let unit = escape.strip_prefix('u').and_then(|digits| u16::from_str_radix(digits, 16).ok());
    unit.is_some_and(|unit| (0xD800..=0xDFFF).contains(&unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::HeaderValue;

    fn read_as(kind: &str, body: &[u8]) -> Result<Option<String>, Unreadable> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap());
        fields(&headers, body).map(|fields| fields.id("Candidate ID", &["candidateid"]).ok().flatten())
    }

    #[test]
    fn an_id_is_the_same_in_every_encoding() {
        let json = r#"{"Candidate_ID": "Ü-17"}"#;
        let utf_16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> { json.encode_utf16().flat_map(unit).collect() };
        for (kind, body) in [
            ("application/json", json.as_bytes().to_vec()),
            ("application/json", [b"\xEF\xBB\xBF", json.as_bytes()].concat()),
            ("application/json", utf_16(u16::to_le_bytes)),
            ("application/json", utf_16(u16::to_be_bytes)),
            ("application/json", [vec![0xFF, 0xFE], utf_16(u16::to_le_bytes)].concat()),
            (
                "application/json; charset=utf-16",
                [vec![0xFE, 0xFF], utf_16(u16::to_be_bytes)].concat(),
            ),
            ("application/json; charset=ISO-8859-1", b"{\"Candidate_ID\": \"\xDC-17\"}".to_vec()),
            // Declared and not true.
            ("application/json; charset=ISO-8859-1", json.as_bytes().to_vec()),
            (
                "text/xml",
                "\u{feff}<?xml version='1.0'?><p><Candidate_ID>&#220;-17</Candidate_ID></p>"
                    .as_bytes()
                    .to_vec(),
            ),
            ("application/x-www-form-urlencoded", b"a=%FC&Candidate+ID=%C3%9C-17&b".to_vec()),
        ] {
            assert_eq!(read_as(kind, &body), Ok(Some("Ü-17".to_owned())), "{kind} {body:?}");
        }
    }

    #[test]
    fn a_character_that_cannot_be_known_is_in_no_id() {
        for body in [
            &b"{\"Candidate_ID\": \"\xDC-17\"}"[..],
            br#"{"Candidate_ID": "C\ud83d17"}"#,
            b"Candidate_ID=%DC-17",
            b"<p><Candidate_ID>&#55356;17</Candidate_ID></p>",
        ] {
            assert_eq!(read_as("text/plain", body), Ok(None), "{body:?}");
        }
    }

    #[test]
    fn half_a_character_beside_an_id_costs_nothing() {
        for name in [r"\ud83d", r"\ud83d\ude00", r"\uDC00x", r"\\ud83d", r"\u00fc\n"] {
            let body = format!(r#"{{"Name": "{name}", "Candidate_ID": "C\u0031"}}"#);
            assert_eq!(read_as("application/json", body.as_bytes()), Ok(Some("C1".to_owned())), "{body}");
        }
    }

    #[test]
    fn what_has_no_fields_says_what_to_send() {
        for (body, expected) in [
            (&b""[..], Unreadable::Form),
            (b"C00001", Unreadable::Form),
            (b"{", Unreadable::Json { line: 1 }),
            (b"<a", Unreadable::Xml),
            (b"\x1f\x8b\x08", Unreadable::Form),
        ] {
            assert_eq!(read_as("application/json", body), Err(expected), "{body:?}");
        }
        let long = format!("a={}", "x".repeat(65 * 1024));
        assert_eq!(read_as("text/plain", long.as_bytes()), Err(Unreadable::Excess(Excess::Text)));
    }
}
