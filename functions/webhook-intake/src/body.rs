//! A body's fields as their sender wrote them: names compared leniently, repeated names kept, so that they can be refused.

use crate::limits::Excess;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A value of a body, reduced to what a webhook may tell us: texts, numbers and objects of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string, or a number as it was written.
    Text(String),
    /// An object's members in their order, repeated names included.
    Object(Vec<(String, Value)>),
    /// Null, booleans and lists: nothing in them is used.
    Other,
}

/// Why a body has no fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// More than a cap allows.
    #[error(transparent)]
    Excess(#[from] Excess),
    /// Begins as JSON and is none.
    #[error("Send a JSON object. It stops being JSON in line {line}.")]
    Json {
        /// Where reading stopped.
        line: usize,
    },
    /// Begins as XML and is none, or declares a document type.
    #[error("Send well-formed XML without a document type.")]
    Xml,
    /// None of the forms.
    #[error("Send a JSON object, or the same fields as XML or as a form.")]
    Form,
}

/// Why a field is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FieldError {
    /// Two different values, or one name twice: one reader would take the first and another the last.
    #[error("The field {0} is given more than once. Send it once.")]
    Repeated(&'static str),
    /// Not an id: too long, or with control characters or what could not be read inside.
    #[error("The field {0} does not hold an id.")]
    NotAnId(&'static str),
}

/// Longer texts are no vendor's id.
const ID_BYTES: usize = 128;

impl Value {
    /// Parses JSON.
    pub(crate) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The fields themselves where something else holds nothing but them, as an envelope does.
    pub(crate) fn unwrapped(&self) -> &Self {
        match self {
            Self::Object(members) => match members.as_slice() {
                [(_, inner @ Self::Object(_))] => inner.unwrapped(),
                _ => self,
            },
            Self::Text(_) | Self::Other => self,
        }
    }

    /// The members of an object under the names, which are given in lower case without separators.
    fn members(&self, names: &[&str]) -> Vec<(&str, &Value)> {
        let Self::Object(members) = self else { return Vec::new() };
        let named = members.iter().filter(|(name, _)| names.contains(&lenient(name).as_str()));
        named.map(|(name, value)| (name.as_str(), value)).collect()
    }

    /// The member under `name` if it is an object; two of them are refused.
    pub(crate) fn object(&self, name: &'static str) -> Result<Option<&Value>, FieldError> {
        let mut objects = self.members(&[name]);
        objects.retain(|(_, value)| matches!(value, Self::Object(_)));
        match objects.as_slice() {
            [] => Ok(None),
            [(_, object)] => Ok(Some(object)),
            [_, _, ..] => Err(FieldError::Repeated(name)),
        }
    }

    /// The id under one of the names, shown as `field` in errors. The same id under two names is one id.
    pub(crate) fn id(&self, field: &'static str, names: &[&str]) -> Result<Option<String>, FieldError> {
        let mut found: Option<(&str, &str)> = None;
        for (name, value) in self.members(names) {
            let Self::Text(text) = value else { continue };
            match found {
                Some((known, id)) if known == name || id != text.trim() => return Err(FieldError::Repeated(field)),
                Some(_) | None => found = Some((name, text.trim())),
            }
        }
        match found {
            Some((_, "")) | None => Ok(None),
            Some((_, id)) if is_id(id) => Ok(Some(id.to_owned())),
            Some(_) => Err(FieldError::NotAnId(field)),
        }
    }
}

/// `Job_Application_ID`, `job application id` and `jobApplicationId` are one name (FACTS 4.1).
fn lenient(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | ' ' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Tenants number as they like, with spaces, slashes and `#`: what an id is of is known only where it is looked up.
fn is_id(text: &str) -> bool {
    text.len() <= ID_BYTES && text.chars().all(|c| !c.is_control() && c != char::REPLACEMENT_CHARACTER)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, _number: f64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_bool<E: Error>(self, _truth: bool) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<Value>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry::<String, Value>()? {
            members.push(member);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(body: &str) -> Result<Option<String>, FieldError> {
        Value::parse(body)
            .unwrap()
            .id("Candidate ID", &["candidateid", "candidatereferenceid"])
    }

    #[test]
    fn names_are_lenient_and_values_are_trimmed() {
        for body in [
            r#"{"Candidate_ID": "C00001"}"#,
            r#"{"candidate id": " C00001 "}"#,
            r#"{"candidateId": "C00001", "other": [1, {"candidate_id": "C2"}]}"#,
            r#"{"Candidate Reference ID": "C00001"}"#,
            r#"{"CANDIDATE-ID": "C00001", "Candidate Reference ID": "C00001"}"#,
            "{\"candidate\\u005fid\": \"C0000\\u0031\"}",
        ] {
            assert_eq!(id(body), Ok(Some("C00001".to_owned())), "{body}");
        }
        assert_eq!(id(r#"{"Candidate_ID": 17}"#), Ok(Some("17".to_owned())));
    }

    #[test]
    fn what_is_empty_is_absent() {
        for body in [
            "{}",
            "[]",
            "7",
            "null",
            r#"{"candidate_id": ""}"#,
            r#"{"candidate_id": null}"#,
            r#"{"candidate_id": {}}"#,
        ] {
            assert_eq!(id(body), Ok(None), "{body}");
        }
    }

    #[test]
    fn a_repeated_field_is_refused() {
        for body in [
            r#"{"candidate_id": "C1", "candidate_id": "C1"}"#,
            r#"{"candidate_id": "C1", "Candidate ID": "C2"}"#,
            r#"{"candidate_id": "C1", "candidate\u005fid": "C2"}"#,
            r#"{"Candidate_ID": "C1", "Candidate Reference ID": "C2"}"#,
        ] {
            assert_eq!(id(body), Err(FieldError::Repeated("Candidate ID")), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_refused() {
        for bad in ["a\u{fffd}b", "a\\nb", "a\\u0000b", &"x".repeat(ID_BYTES + 1)] {
            assert_eq!(
                id(&format!(r#"{{"candidate_id": "{bad}"}}"#)),
                Err(FieldError::NotAnId("Candidate ID")),
                "{bad}"
            );
        }
    }
}
