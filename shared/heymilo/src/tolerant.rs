//! Reading of fields whose published types have drifted before: null for a default, a number as text.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

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
