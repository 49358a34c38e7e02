//! The workspace of a key, as `listWorkspaces` answers it.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A workspace: the company's account at HeyMilo. The document leaves its fields open, so both usual spellings are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workspace {
    /// `id` or `workspace_id`.
    pub id: Option<String>,
    /// `name` or `workspace_name`.
    pub name: Option<String>,
}

impl<'de> Deserialize<'de> for Workspace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not by `alias`: an answer with both spellings would be refused as a duplicate field.
        let fields = Map::<String, Value>::deserialize(deserializer)?;
        let text = |names: [&str; 2]| names.into_iter().find_map(|name| fields.get(name)?.as_str()).map(str::to_owned);
        Ok(Self {
            id: text(["id", "workspace_id"]),
            name: text(["name", "workspace_name"]),
        })
    }
}
