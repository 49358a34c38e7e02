//! Records every SOAP body as a document of its own, so that a schema check can be run over all of them.
//! What was broken on purpose, or refused for its structure, goes to a folder apart.

use std::path::{Path, PathBuf};

use crate::{identifier::sha256_hex, tenant::write_atomically};

/// Where SOAP bodies are recorded.
#[derive(Debug)]
pub(crate) struct Contract {
    sound: PathBuf,
    broken: PathBuf,
}

impl Contract {
    /// Records into `{directory}/soap` and `{directory}/../contract-broken/soap`.
    pub(crate) fn new(directory: &Path) -> Self {
        let parent = directory.parent().map(PathBuf::from).unwrap_or_default();
        Self {
            sound: directory.join("soap"),
            broken: parent.join("contract-broken").join("soap"),
        }
    }

    /// Records a body that keeps the schema.
    pub(crate) fn record(&self, operation: &str, kind: &str, document: &str) {
        write(&self.sound, operation, kind, document);
    }

    /// Records a body that does not, or that was cut or replaced on purpose.
    pub(crate) fn record_broken(&self, operation: &str, kind: &str, document: &str) {
        write(&self.broken, operation, kind, document);
    }
}

fn write(folder: &Path, operation: &str, kind: &str, document: &str) {
    let digest: String = sha256_hex(document.as_bytes()).chars().take(8).collect();
    let path = folder.join(format!("{operation}.{kind}.{digest}.xml"));
    // The same content has the same name: nothing to do, whichever process wrote it.
    if path.exists() {
        return;
    }
    let written = std::fs::create_dir_all(folder).and_then(|()| write_atomically(&path, document.as_bytes()));
    if let Err(error) = written {
        report_unrecorded(&error);
    }
}

#[expect(clippy::print_stderr, reason = "a developer's process: an incomplete contract folder must be seen")]
fn report_unrecorded(error: &std::io::Error) {
    eprintln!("workday-stand-in: a contract document was not written: {error}");
}
