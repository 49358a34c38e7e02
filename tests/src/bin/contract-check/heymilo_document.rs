//! HeyMilo's `OpenAPI` 3.1 document: which schema a body of an operation has to keep.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::CannotCheck;
use crate::recorded::Body;

/// Errors repeated for one body.
const SHOWN_ERRORS: usize = 3;

/// A compiled schema, or why the document has none.
type Judge = Rc<Result<Validator, String>>;

/// The document with the validators made from it so far.
pub(crate) struct Document {
    content: Value,
    validators: RefCell<BTreeMap<(String, String), Judge>>,
}

impl Document {
    pub(crate) fn read(shared: &Path) -> Result<Self, CannotCheck> {
        let path = shared.join("heymilo/openapi/heymilo-openapi-original.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            return Err(CannotCheck::SchemaAbsent {
                what: "HeyMilo's OpenAPI document",
                path,
            });
        };
        let content = serde_json::from_str(&text).map_err(|source| CannotCheck::DocumentUnreadable { path, source })?;
        Ok(Self {
            content,
            validators: RefCell::default(),
        })
    }

    /// What is wrong with a body, if anything is.
    pub(crate) fn violation(&self, body: &Body) -> Option<String> {
        let read = std::fs::read(&body.path).map_err(|error| error.to_string());
        let value: Value = match read.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string())) {
            Ok(value) => value,
            Err(message) => return Some(message),
        };
        match self.validator(&body.operation, &body.kind).as_ref() {
            Ok(validator) => {
                let errors: Vec<String> = validator
                    .iter_errors(&value)
                    .take(SHOWN_ERRORS)
                    .map(|error| format!("at '{}': {error}", error.instance_path))
                    .collect();
                (!errors.is_empty()).then(|| errors.join(" | "))
            }
            Err(message) => Some(message.clone()),
        }
    }

    /// Whether an operation takes a body.
    pub(crate) fn has_request(&self, operation: &str) -> bool {
        self.operation(operation)
            .is_some_and(|declared| declared.get("requestBody").is_some())
    }

    fn operation(&self, id: &str) -> Option<&Value> {
        let paths = self.content.get("paths")?.as_object()?;
        let mut operations = paths.values().filter_map(Value::as_object).flat_map(serde_json::Map::values);
        operations.find(|operation| operation.get("operationId") == Some(&json!(id)))
    }

    fn validator(&self, operation: &str, kind: &str) -> Judge {
        let key = (operation.to_owned(), kind.to_owned());
        let mut validators = self.validators.borrow_mut();
        let made = validators.entry(key).or_insert_with(|| Rc::new(self.compile(operation, kind)));
        Rc::clone(made)
    }

    fn compile(&self, operation: &str, kind: &str) -> Result<Validator, String> {
        let schema = self.schema(operation, kind)?;
        // References of the document point into its components, so these come along.
        let rooted = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": self.content.get("components"),
        });
        jsonschema::validator_for(&rooted).map_err(|error| format!("the document's schema cannot be used: {error}"))
    }

    fn schema(&self, operation: &str, kind: &str) -> Result<Value, String> {
        let declared = self
            .operation(operation)
            .ok_or_else(|| format!("the document has no operation {operation}"))?;
        let place = match kind.strip_prefix("answer-") {
            // The document forgets this one; refusals have one shape everywhere else.
            Some("400") if operation == "ingestCandidate" => return Ok(json!({"$ref": "#/components/schemas/APIErrorResponse"})),
            Some(status) => format!("/responses/{status}"),
            None => "/requestBody".to_owned(),
        };
        declared
            .pointer(&format!("{place}/content/application~1json/schema"))
            .cloned()
            .ok_or_else(|| format!("the document declares no {kind} for {operation}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        let answer = |name: &str| json!({"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}});
        let content = json!({
            "components": {"schemas": {
                "Posting": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
                "APIErrorResponse": {"type": "object", "required": ["error"]},
            }},
            "paths": {
                "/postings/{id}": {"get": {
                    "operationId": "getPosting",
                    "responses": {"200": answer("Posting")},
                }},
                "/postings": {"post": {"operationId": "ingestCandidate", "requestBody": answer("Posting"), "responses": {}}},
            },
        });
        Document {
            content,
            validators: RefCell::default(),
        }
    }

    #[test]
    fn a_body_is_judged_by_the_schema_of_its_operation() {
        let folder = tempfile::tempdir().unwrap();
        let check = |operation: &str, kind: &str, content: &str, valid: bool| {
            let path = folder.path().join("body.json");
            std::fs::write(&path, content).unwrap();
            let (operation, kind) = (operation.to_owned(), kind.to_owned());
            let violation = document().violation(&Body { path, operation, kind });
            assert_eq!(violation.is_none(), valid, "{content}: {violation:?}");
        };
        check("getPosting", "answer-200", r#"{"id":"13D77095"}"#, true);
        check("getPosting", "answer-200", r#"{"id":7}"#, false);
        check("getPosting", "answer-200", r#"{"id":"13D7"#, false);
        check("getPosting", "answer-500", r#"{"id":"13D77095"}"#, false);
        check("getNothing", "answer-200", r#"{"id":"13D77095"}"#, false);
        check("ingestCandidate", "request", r#"{"id":"13D77095"}"#, true);
        check("ingestCandidate", "answer-400", r#"{"error":{}}"#, true);
        check("ingestCandidate", "answer-400", r#"{"detail":[]}"#, false);
    }

    #[test]
    fn only_some_operations_take_a_body() {
        let document = document();
        assert!(document.has_request("ingestCandidate"));
        assert!(!document.has_request("getPosting") && !document.has_request("getNothing"));
    }
}
