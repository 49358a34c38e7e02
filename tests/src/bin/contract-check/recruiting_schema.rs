//! Workday's `Recruiting_v45.2.xsd`, applied by `xmllint`: reading the schema takes longer than checking a thousand files,
//! so all files go into one call.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::CannotCheck;
use crate::recorded::Body;

/// Bytes of file names in one call; the systems we build on take twice as much.
const ARGUMENT_BYTES: usize = 1_000_000;
/// Lines of `xmllint` repeated for one file; the first ones name the cause.
const MESSAGE_LINES: usize = 2;

/// The schema of the Recruiting web service.
#[derive(Debug)]
pub(crate) struct RecruitingSchema {
    path: PathBuf,
}

impl RecruitingSchema {
    pub(crate) fn find(shared: &Path) -> Result<Self, CannotCheck> {
        let path = shared.join("workday/Recruiting_v45.2.xsd");
        if path.is_file() {
            return Ok(Self { path });
        }
        Err(CannotCheck::SchemaAbsent {
            what: "Workday's schema of the Recruiting web service",
            path,
        })
    }

    /// What is wrong, by file; a file that is not named keeps the schema.
    pub(crate) fn violations(&self, bodies: &[Body]) -> Result<BTreeMap<PathBuf, String>, CannotCheck> {
        let mut violations = BTreeMap::new();
        let mut rest = bodies;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(fitting(rest));
            violations.extend(self.judge(now)?);
            rest = later;
        }
        Ok(violations)
    }

    fn judge(&self, bodies: &[Body]) -> Result<BTreeMap<PathBuf, String>, CannotCheck> {
        let output = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .arg(&self.path)
            .args(bodies.iter().map(|body| &body.path))
            .output()
            .map_err(CannotCheck::XmllintAbsent)?;
        let said = String::from_utf8_lossy(&output.stderr);
        // Without a schema `xmllint` still reads the files, and says nothing about them.
        if said.contains("Schemas parser error") || said.contains("failed to compile") {
            return Err(CannotCheck::SchemaUnusable {
                path: self.path.clone(),
                message: said.lines().next().unwrap_or_default().to_owned(),
            });
        }
        Ok(read_verdicts(&said, bodies))
    }
}

/// How many of the bodies fit into one call, at least one.
fn fitting(bodies: &[Body]) -> usize {
    let mut bytes = 0;
    let fits = bodies.iter().take_while(|body| {
        bytes += body.path.as_os_str().len() + 1;
        bytes <= ARGUMENT_BYTES
    });
    fits.count().max(1)
}

/// Only the words `{file} validates` clear a file: silence about it is a violation too.
fn read_verdicts(said: &str, bodies: &[Body]) -> BTreeMap<PathBuf, String> {
    let cleared: Vec<&str> = said.lines().filter_map(|line| line.strip_suffix(" validates")).collect();
    let violated = bodies.iter().filter(|body| {
        let name = body.path.to_string_lossy();
        !cleared.contains(&name.as_ref())
    });
    violated
        .map(|body| {
            let prefix = format!("{}:", body.path.display());
            let lines: Vec<&str> = said
                .lines()
                .filter_map(|line| line.strip_prefix(&prefix))
                .take(MESSAGE_LINES)
                .collect();
            let message = if lines.is_empty() {
                "xmllint does not read it".to_owned()
            } else {
                lines.join(" | ")
            };
            (body.path.clone(), message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_is_said_to_be_valid_is() {
        let body = |path: &str| Body {
            path: path.into(),
            operation: String::new(),
            kind: String::new(),
        };
        let said = "c/a.xml validates\nc/b.xml:3: element X: Schemas validity error : odd\nc/b.xml fails to validate\n";
        let verdicts = read_verdicts(said, &[body("c/a.xml"), body("c/b.xml"), body("c/never-mentioned.xml")]);
        let names: Vec<_> = verdicts.keys().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(names, ["c/b.xml", "c/never-mentioned.xml"]);
        assert_eq!(verdicts[Path::new("c/b.xml")], "3: element X: Schemas validity error : odd");
    }
}
