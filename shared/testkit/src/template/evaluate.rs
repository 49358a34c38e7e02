//! The values of `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If` and conditions, given what the resources are called here.

use super::{Template, TemplateError};
use serde_json::Value;
use std::collections::BTreeMap;

/// What `Ref` and `Fn::GetAtt` stand for in one environment; parameters not named here have their default.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// What `!Ref id` stands for.
    #[must_use]
    pub fn reference(mut self, id: &str, value: impl Into<String>) -> Self {
        self.0.insert(id.to_owned(), value.into());
        self
    }

    /// What `!GetAtt id.attribute` stands for.
    #[must_use]
    pub fn attribute(mut self, id: &str, attribute: &str, value: impl Into<String>) -> Self {
        self.0.insert(format!("{id}.{attribute}"), value.into());
        self
    }
}

impl Template {
    /// The text a value stands for.
    pub fn text(&self, value: &Value, names: &Names) -> Result<String, TemplateError> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            Value::Null | Value::Array(_) => Err(TemplateError::at(value.to_string(), "is not a text")),
            Value::Object(object) => {
                let mut entries = object.iter();
                match (entries.next(), entries.next()) {
                    (Some((function, argument)), None) => self.call(function, argument, names),
                    _ => Err(TemplateError::at(value.to_string(), "is not a text")),
                }
            }
        }
    }

    fn call(&self, function: &str, argument: &Value, names: &Names) -> Result<String, TemplateError> {
        match (function, argument) {
            ("Ref", Value::String(id)) => self.named(id, names),
            ("Fn::GetAtt", Value::Array(path)) => {
                let path: Vec<&str> = path.iter().filter_map(Value::as_str).collect();
                self.named(&path.join("."), names)
            }
            ("Fn::Sub", Value::String(pattern)) => self.substitute(pattern, names),
            ("Fn::If", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(condition), yes, no] => {
                    let chosen = if self.holds_by_name(condition, names)? { yes } else { no };
                    self.text(chosen, names)
                }
                _ => Err(TemplateError::at("Fn::If", "does not have a condition and two values")),
            },
            _ => Err(TemplateError::at(function, "is not supported here")),
        }
    }

    fn named(&self, name: &str, names: &Names) -> Result<String, TemplateError> {
        if let Some(value) = names.0.get(name) {
            return Ok(value.clone());
        }
        let default = self.root.pointer(&format!("/Parameters/{name}/Default"));
        match default {
            Some(value) => self.text(value, names),
            None => Err(TemplateError::at(name, "has no value here")),
        }
    }

    fn substitute(&self, pattern: &str, names: &Names) -> Result<String, TemplateError> {
        let mut pieces = pattern.split("${");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece
                .split_once('}')
                .ok_or_else(|| TemplateError::at(pattern, "has an unclosed ${"))?;
            text.push_str(&self.named(name, names)?);
            text.push_str(rest);
        }
        Ok(text)
    }

    fn holds_by_name(&self, condition: &str, names: &Names) -> Result<bool, TemplateError> {
        let condition = self.root.pointer(&format!("/Conditions/{condition}"));
        self.holds(
            condition.ok_or_else(|| TemplateError::at("Conditions", "a condition is missing"))?,
            names,
        )
    }

    fn holds(&self, condition: &Value, names: &Names) -> Result<bool, TemplateError> {
        let not = condition.get("Fn::Not").and_then(Value::as_array);
        let equals = condition.get("Fn::Equals").and_then(Value::as_array);
        match (not.map(Vec::as_slice), equals.map(Vec::as_slice)) {
            (Some([inner]), None) => self.holds(inner, names).map(|truth| !truth),
            (None, Some([left, right])) => Ok(self.text(left, names)? == self.text(right, names)?),
            _ => Err(TemplateError::at("Conditions", "only Fn::Not and Fn::Equals are supported here")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TEMPLATE: &str = "Parameters: {Url: {Default: \"\"}}\nConditions: {HasUrl: !Not [!Equals [!Ref Url, \"\"]]}\n";

    fn check(value: &Value, names: &Names, expected: Option<&str>) {
        let template = Template::parse(TEMPLATE).unwrap();
        assert_eq!(template.text(value, names).ok().as_deref(), expected, "{value}");
    }

    #[test]
    fn values_follow_names_parameters_and_conditions() {
        let names = Names::default()
            .reference("Table", "local")
            .attribute("Api", "Endpoint", "http://127.0.0.1:1");
        check(&json!(15), &names, Some("15"));
        check(&json!({"Ref": "Table"}), &names, Some("local"));
        check(
            &json!({"Fn::Sub": "${Api.Endpoint}/x/${Table}"}),
            &names,
            Some("http://127.0.0.1:1/x/local"),
        );
        let choice = json!({"Fn::If": ["HasUrl", {"Ref": "Url"}, {"Fn::GetAtt": ["Api", "Endpoint"]}]});
        check(&choice, &names, Some("http://127.0.0.1:1"));
        check(
            &choice,
            &names.clone().reference("Url", "https://example.com"),
            Some("https://example.com"),
        );
    }

    #[test]
    fn what_has_no_value_here_is_an_error_and_not_a_guess() {
        let names = Names::default();
        for value in [
            json!({"Ref": "Absent"}),
            json!({"Fn::Sub": "${Absent"}),
            json!({"Fn::Split": ["a", "b"]}),
            json!([1]),
        ] {
            check(&value, &names, None);
        }
    }
}
