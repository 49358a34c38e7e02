//! The bodies that the stand-ins wrote: `{vendor folder}/{operation}.{kind}.{hash}.{ending}`.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::CannotCheck;

/// One recorded body.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) path: PathBuf,
    /// Operation of the vendor's interface definition.
    pub(crate) operation: String,
    /// `request`, `answer`, `answer-{status}` or the element of a fault.
    pub(crate) kind: String,
}

/// All bodies below one folder, in the order of their names.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) soap: Vec<Body>,
    pub(crate) heymilo: Vec<Body>,
}

impl Recording {
    /// Reads both vendors' folders; a folder that is not there holds nothing.
    pub(crate) fn read(folder: &Path) -> Result<Self, CannotCheck> {
        Ok(Self {
            soap: bodies(&folder.join("soap"), "xml")?,
            heymilo: bodies(&folder.join("heymilo"), "json")?,
        })
    }
}

fn bodies(folder: &Path, ending: &str) -> Result<Vec<Body>, CannotCheck> {
    let unreadable = |source| CannotCheck::FolderUnreadable {
        path: folder.to_owned(),
        source,
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut bodies = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        // A file that is being written has another name.
        bodies.extend(body(&path, ending));
    }
    bodies.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(bodies)
}

fn body(path: &Path, ending: &str) -> Option<Body> {
    let name = path.file_name().and_then(OsStr::to_str)?;
    let mut parts = name.split('.');
    let (operation, kind, _hash) = (parts.next()?, parts.next()?, parts.next()?);
    (!operation.is_empty() && parts.eq([ending])).then(|| Body {
        path: path.to_owned(),
        operation: operation.to_owned(),
        kind: kind.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finished_bodies_are_read() {
        let read = |name: &str| body(Path::new(name), "xml").map(|body| (body.operation, body.kind));
        assert_eq!(
            read("soap/Get_Candidates.Validation_Fault.0a1b2c3d.xml"),
            Some(("Get_Candidates".into(), "Validation_Fault".into()))
        );
        for name in [
            ".12-3.part",
            "Get_Candidates.request.0a1b2c3d.xml.tmp",
            "notes.txt",
            "a.b.json",
            ".a.b.xml",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
