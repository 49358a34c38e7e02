//! Request validation as HeyMilo's `OpenAPI` document and its descriptions ask for it: every violation is collected, none is forgiven.

use serde_json::{Map, Value};

use crate::envelope::Violation;
use crate::model::Metadata;

const METADATA_KEYS: usize = 50;
const METADATA_KEY_LENGTH: usize = 40;
const METADATA_VALUE_LENGTH: usize = 500;

/// Reads a JSON object body; `FastAPI` refuses anything that is not declared as JSON.
pub(crate) fn json_object(content_type: Option<&str>, body: &[u8]) -> Result<Map<String, Value>, Vec<Violation>> {
    let refuse = |message: &str, kind| {
        vec![Violation {
            location: vec!["body".to_owned()],
            message: message.to_owned(),
            kind,
        }]
    };
    let declared = content_type.is_some_and(|value| {
        value
            .split(';')
            .next()
            .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
    });
    if body.is_empty() {
        return Err(refuse("Field required", "missing"));
    }
    if !declared {
        return Err(refuse(
            "Input should be a valid dictionary: the content type is not application/json",
            "model_attributes_type",
        ));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(refuse("Input should be a valid dictionary", "model_attributes_type")),
        Err(_) => Err(refuse("JSON decode error", "json_invalid")),
    }
}

/// Reads the fields of one object and collects what is wrong with them.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    prefix: Vec<String>,
    violations: Vec<Violation>,
}

impl<'a> Fields<'a> {
    /// `prefix` is where the object stands, as `["body"]` or `["body", "data", "0"]`.
    pub(crate) fn new(object: &'a Map<String, Value>, prefix: &[&str]) -> Self {
        let prefix = prefix.iter().map(|part| (*part).to_owned()).collect();
        Self {
            object,
            prefix,
            violations: Vec::new(),
        }
    }

    fn violate(&mut self, path: &[&str], message: impl Into<String>, kind: &'static str) {
        let mut location = self.prefix.clone();
        location.extend(path.iter().map(|part| (*part).to_owned()));
        self.violations.push(Violation {
            location,
            message: message.into(),
            kind,
        });
    }

    /// The violations, if any.
    pub(crate) fn finish(self) -> Result<(), Vec<Violation>> {
        if self.violations.is_empty() { Ok(()) } else { Err(self.violations) }
    }

    /// A field that is present and not null.
    fn present(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// A required string that says something.
    pub(crate) fn required_text(&mut self, name: &str) -> String {
        match self.object.get(name) {
            None => self.violate(&[name], "Field required", "missing"),
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.violate(&[name], "String should have at least 1 character", "string_too_short");
            }
            Some(Value::String(text)) => return text.clone(),
            Some(_) => self.violate(&[name], "Input should be a valid string", "string_type"),
        }
        String::new()
    }

    /// An optional string within length bounds (in characters).
    pub(crate) fn optional_text(&mut self, name: &str, shortest: usize, longest: usize) -> Option<String> {
        let Some(text) = self.present(name)?.as_str() else {
            self.violate(&[name], "Input should be a valid string", "string_type");
            return None;
        };
        let length = text.chars().count();
        if length < shortest {
            self.violate(
                &[name],
                format!("String should have at least {shortest} characters"),
                "string_too_short",
            );
        } else if length > longest {
            self.violate(
                &[name],
                format!("String should have at most {longest} characters"),
                "string_too_long",
            );
        }
        Some(text.to_owned())
    }

    /// An optional boolean.
    pub(crate) fn optional_bool(&mut self, name: &str) -> Option<bool> {
        let value = self.present(name)?;
        if value.as_bool().is_none() {
            self.violate(&[name], "Input should be a valid boolean", "bool_type");
        }
        value.as_bool()
    }

    /// An optional number within bounds.
    pub(crate) fn optional_number(&mut self, name: &str, highest: f64, whole: bool) -> Option<f64> {
        let value = self.present(name)?;
        let number = value.as_f64().filter(|number| !whole || number.fract() == 0.0);
        match number {
            None => self.violate(&[name], "Input should be a valid number", "float_type"),
            Some(number) if !(0.0..=highest).contains(&number) => {
                self.violate(&[name], format!("Input should be between 0 and {highest}"), "less_than_equal");
            }
            Some(_) => {}
        }
        number
    }

    /// A required email address.
    pub(crate) fn required_email(&mut self, name: &str) -> String {
        let text = self.required_text(name);
        if !text.is_empty() && !is_email(&text) {
            self.violate(&[name], "value is not a valid email address", "value_error");
        }
        text
    }

    /// An optional E.164 telephone number.
    pub(crate) fn optional_phone_number(&mut self, name: &str) -> Option<String> {
        let text = self.optional_text(name, 0, usize::MAX)?;
        if !is_e164(&text) {
            self.violate(&[name], "value is not a phone number in E.164 format", "value_error");
        }
        Some(text)
    }

    /// A required `http` or `https` URL.
    pub(crate) fn required_web_url(&mut self, name: &str) -> String {
        let text = self.required_text(name);
        let valid = url::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
        if !text.is_empty() && !valid {
            self.violate(&[name], "Input should be a valid URL", "url_parsing");
        }
        text
    }

    /// An optional free object, as `data`.
    pub(crate) fn optional_object(&mut self, name: &str) -> Option<Value> {
        let value = self.present(name)?;
        if !value.is_object() {
            self.violate(&[name], "Input should be a valid dictionary", "dict_type");
        }
        Some(value.clone())
    }

    /// A required, non-empty array.
    pub(crate) fn required_items(&mut self, name: &str) -> &'a [Value] {
        match self.object.get(name) {
            None => self.violate(&[name], "Field required", "missing"),
            Some(Value::Array(items)) if items.is_empty() => {
                self.violate(&[name], "List should have at least 1 item after validation, not 0", "too_short");
            }
            Some(Value::Array(items)) => return items,
            Some(_) => self.violate(&[name], "Input should be a valid list", "list_type"),
        }
        &[]
    }

    /// A required metadata map.
    pub(crate) fn required_metadata(&mut self, name: &str) -> Metadata {
        match self.object.get(name) {
            None => self.violate(&[name], "Field required", "missing"),
            Some(Value::Null) => self.violate(&[name], "Input should be a valid dictionary", "dict_type"),
            Some(_) => return self.optional_metadata(name).unwrap_or_default(),
        }
        Metadata::new()
    }

    /// Optional metadata: strings to strings, at most 50 keys of 40 characters, values of 500.
    pub(crate) fn optional_metadata(&mut self, name: &str) -> Option<Metadata> {
        let Some(map) = self.present(name)?.as_object() else {
            self.violate(&[name], "Input should be a valid dictionary", "dict_type");
            return None;
        };
        if map.len() > METADATA_KEYS {
            self.violate(&[name], format!("Metadata should have at most {METADATA_KEYS} keys"), "value_error");
        }
        let mut metadata = Metadata::new();
        for (key, value) in map {
            let Some(text) = value.as_str() else {
                self.violate(&[name, key], "Input should be a valid string", "string_type");
                continue;
            };
            if key.chars().count() > METADATA_KEY_LENGTH {
                self.violate(
                    &[name, key],
                    format!("Metadata key should have at most {METADATA_KEY_LENGTH} characters"),
                    "value_error",
                );
            }
            if text.chars().count() > METADATA_VALUE_LENGTH {
                self.violate(
                    &[name, key],
                    format!("Metadata value should have at most {METADATA_VALUE_LENGTH} characters"),
                    "value_error",
                );
            }
            metadata.insert(key.clone(), text.to_owned());
        }
        Some(metadata)
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let clean = |part: &str| {
        let edges = part.starts_with('.') || part.ends_with('.') || part.contains("..");
        let forbidden = |character: char| character.is_whitespace() || character.is_control() || "@<>()[],;:\\\"".contains(character);
        !part.is_empty() && !edges && !part.contains(forbidden)
    };
    let labels = || {
        domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
    };
    text.len() <= 254 && local.len() <= 64 && clean(local) && clean(domain) && domain.contains('.') && labels()
}

fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else { return false };
    (2..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{is_e164, is_email, json_object};

    #[test]
    fn emails_and_numbers_are_checked() {
        let good = [
            "a@example.com",
            "first.last+tag@mail.example.co",
            "o'brien@example.com",
            "李@example.com",
        ];
        let bad = [
            "",
            "a",
            "a@",
            "@example.com",
            "a@b",
            "a b@example.com",
            "a@exa mple.com",
            ".a@example.com",
            "a@example..com",
            "a@@example.com",
        ];
        for text in good {
            assert!(is_email(text), "{text}");
        }
        for text in bad {
            assert!(!is_email(text), "{text}");
        }
        assert!(is_e164("+14155550100"));
        for text in ["14155550100", "+0123", "+1 415", "+", "+1234567890123456"] {
            assert!(!is_e164(text), "{text}");
        }
    }

    #[test]
    fn a_body_must_be_declared_json_and_an_object() {
        let kind = |content_type, body: &str| json_object(content_type, body.as_bytes()).unwrap_err()[0].kind;
        assert_eq!(kind(Some("application/json"), "{"), "json_invalid");
        assert_eq!(kind(Some("application/json"), "[]"), "model_attributes_type");
        assert_eq!(kind(Some("text/plain"), "{}"), "model_attributes_type");
        assert_eq!(kind(None, ""), "missing");
        assert!(json_object(Some("application/json; charset=utf-8"), b"{}").is_ok());
    }
}
