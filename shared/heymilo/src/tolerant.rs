//! Reading of answers that have drifted before: null for a default, a number as text, half a character.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Replaces each escaped half of a character that has no other half (`\ud83d` alone), in place: JavaScript cuts texts
/// there, and no string of ours can hold it. What is no such escape stays for the reader to judge.
pub(crate) fn replace_half_characters(json: &mut [u8]) {
    let mut rest = json;
    loop {
        let step = match rest {
            [] => return,
            [b'\\', b'u', ..] => match (unit(rest), rest.get(ESCAPE..).and_then(unit)) {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => ESCAPE * 2,
                (Some(0xD800..=0xDFFF), _) => {
                    rest.iter_mut()
                        .zip(REPLACEMENT)
                        .for_each(|(byte, replacement)| *byte = *replacement);
                    ESCAPE
                }
                (Some(_), _) => ESCAPE,
                (None, _) => 2,
            },
            [b'\\', _, ..] => 2,
            [_, ..] => 1,
        };
        rest = rest.get_mut(step..).unwrap_or_default();
    }
}

/// Length of `\ud83d`.
const ESCAPE: usize = 6;
const REPLACEMENT: &[u8; ESCAPE] = br"\ufffd";

/// The UTF-16 unit that an escape at the beginning stands for.
fn unit(json: &[u8]) -> Option<u16> {
    let digits = json.get(..ESCAPE)?.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Takes null, which the document allows for many fields, as the type's default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Takes a text that says something: an empty id or link must never stand for a real one.
pub(crate) fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(serde::de::Error::invalid_length(0, &"a text that is not empty"));
    }
    Ok(text)
}

/// Takes an empty text as none.
pub(crate) fn filled_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// Takes a finite number, written as a number or as text; anything else is no number.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = match &value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    Ok(number.filter(|number| number.is_finite()))
}

/// Takes an object's texts, numbers and truths as texts; whatever else is in it, or in its place, is left out.
pub(crate) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let members = or_none::<_, Map<String, Value>>(deserializer)?.unwrap_or_default();
    let texts = members.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Number(_) | Value::Bool(_) => Some((name, value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    Ok(texts.collect())
}

/// Takes a block if it can be read and nothing otherwise: for advisory blocks that must not cost a whole result.
pub(crate) fn or_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "number")]
        score: Option<f64>,
        #[serde(default, deserialize_with = "or_default")]
        tags: Vec<String>,
        #[serde(default, deserialize_with = "or_none")]
        block: Option<Vec<u8>>,
    }

    fn sample(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_are_read_from_numbers_and_text() {
        for (json, expected) in [
            (r#"{"score":82}"#, Some(82.0)),
            (r#"{"score":"78.5"}"#, Some(78.5)),
            (r#"{"score":"NaN"}"#, None),
            (r#"{"score":"high"}"#, None),
            (r#"{"score":null}"#, None),
            (r#"{"score":true}"#, None),
            (r"{}", None),
        ] {
            assert_eq!(sample(json).score, expected, "{json}");
        }
    }

    #[test]
    fn null_and_unreadable_blocks_are_absent() {
        let sample = sample(r#"{"tags":null,"block":"text"}"#);
        assert!(sample.tags.is_empty());
        assert!(sample.block.is_none());
    }
}
