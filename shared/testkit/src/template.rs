//! `template.yaml`, read as far as a program needs it: values of intrinsic functions, the table, queues, mappings,
//! functions, routes, secrets and the schedule.

mod declaration;
mod evaluate;
mod yaml;

pub use declaration::{Function, Index, KeyPart, Mapping, Queue, Redrive, Route, Secret, Table};
pub use evaluate::Names;

use serde_json::Value;

/// The template of this repository.
const REPOSITORY: &str = include_str!("../../../template.yaml");

/// The template is not one that is understood.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is not YAML.
    #[error("the template is not valid YAML: {0}")]
    Yaml(String),
    /// Something at that place is missing or of another kind than expected.
    #[error("template: {place}: {problem}")]
    Unexpected {
        /// Logical id and property.
        place: String,
        /// What is the matter.
        problem: String,
    },
}

impl TemplateError {
    fn at(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Unexpected {
            place: place.into(),
            problem: problem.into(),
        }
    }
}

/// A `CloudFormation` or SAM template, its short forms (`!Ref`) written out (`{"Ref": …}`).
#[derive(Debug, Clone)]
pub struct Template {
    root: Value,
}

impl Template {
    /// This repository's `template.yaml`, as it was when this was compiled.
    pub fn of_repository() -> Result<Self, TemplateError> {
        Self::parse(REPOSITORY)
    }

    /// A template from its YAML text.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        Ok(Self { root: yaml::read(text)? })
    }

    /// The whole template, for tests of what the typed functions do not cover.
    pub fn json(&self) -> &Value {
        &self.root
    }

    /// The resources of a type, as (logical id, properties), in the template's order.
    pub fn resources<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let resources = self.root.get("Resources").and_then(Value::as_object);
        resources
            .into_iter()
            .flatten()
            .filter(move |(_, resource)| resource.get("Type").and_then(Value::as_str) == Some(kind))
            .map(|(id, resource)| (id.as_str(), resource.get("Properties").unwrap_or(&Value::Null)))
    }
}
