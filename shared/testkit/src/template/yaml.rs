//! YAML with `CloudFormation`'s tags, turned into the JSON form of the same template.

use super::TemplateError;
use saphyr::{LoadableYamlNode, ScalarOwned, YamlOwned};
use serde_json::{Map, Value};

pub(super) fn read(text: &str) -> Result<Value, TemplateError> {
    let documents = YamlOwned::load_from_str(text).map_err(|error| TemplateError::Yaml(error.to_string()))?;
    match documents.as_slice() {
        [document] => json(document),
        _ => Err(TemplateError::Yaml("it is not exactly one document".into())),
    }
}

fn json(node: &YamlOwned) -> Result<Value, TemplateError> {
    match node {
        YamlOwned::Value(scalar) => Ok(plain(scalar)),
        YamlOwned::Sequence(items) => items.iter().map(json).collect::<Result<_, _>>().map(Value::Array),
        YamlOwned::Mapping(entries) => {
            let mut object = Map::new();
            for (name, value) in entries {
                let name = name.as_str().ok_or_else(|| TemplateError::Yaml("a key is not a text".into()))?;
                object.insert(name.to_owned(), json(value)?);
            }
            Ok(Value::Object(object))
        }
        YamlOwned::Tagged(tag, inner) => intrinsic(&tag.suffix, json(inner)?),
        YamlOwned::Representation(..) | YamlOwned::Alias(_) | YamlOwned::BadValue => {
            Err(TemplateError::Yaml("a value cannot be read".into()))
        }
    }
}

fn plain(scalar: &ScalarOwned) -> Value {
    match scalar {
        ScalarOwned::Null => Value::Null,
        ScalarOwned::Boolean(value) => Value::Bool(*value),
        ScalarOwned::Integer(value) => Value::from(*value),
        ScalarOwned::FloatingPoint(value) => Value::from(value.into_inner()),
        ScalarOwned::String(value) => Value::String(value.clone()),
    }
}

/// The long form of a short one: `!GetAtt A.Arn` is `{"Fn::GetAtt": ["A", "Arn"]}`.
fn intrinsic(name: &str, argument: Value) -> Result<Value, TemplateError> {
    let (long, argument) = match (name, argument) {
        ("Ref" | "Condition", argument) => (name.to_owned(), argument),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path
                .split_once('.')
                .ok_or_else(|| TemplateError::Yaml(format!("!GetAtt {path} names no attribute")))?;
            ("Fn::GetAtt".to_owned(), Value::from(vec![resource, attribute]))
        }
        (name, argument) => (format!("Fn::{name}"), argument),
    };
    Ok(Value::Object(Map::from_iter([(long, argument)])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_forms_are_written_out() {
        let template =
            read("A: !Ref B\nC: !GetAtt D.Arn\nE: !Sub ${F}/x\nG: !If [H, 1, \"2\"]\nI: !Not [!Equals [!Ref J, \"\"]]\n").unwrap();
        let expected = json!({
            "A": {"Ref": "B"}, "C": {"Fn::GetAtt": ["D", "Arn"]}, "E": {"Fn::Sub": "${F}/x"}, "G": {"Fn::If": ["H", 1, "2"]},
            "I": {"Fn::Not": [{"Fn::Equals": [{"Ref": "J"}, ""]}]}
        });
        assert_eq!(template, expected);
    }

    #[test]
    fn what_is_not_a_template_is_an_error() {
        for bad in ["a: [", "", "1: {2: 3}", "a: !GetAtt b"] {
            assert!(read(bad).is_err(), "{bad:?} was read");
        }
    }
}
