//! Writes every JSON body of the API to files, for a later check against HeyMilo's `OpenAPI` document. Bodies that a fault broke on
//! purpose go to a folder of their own, where they must fail that check.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ids;

/// Records bodies below `{contract}/heymilo` and `{contract}/../contract-broken/heymilo`.
#[derive(Debug)]
pub(crate) struct ContractRecorder {
    sound: PathBuf,
    broken: PathBuf,
    temporary: AtomicU64,
}

impl ContractRecorder {
    /// Makes both folders.
    pub(crate) fn new(contract_dir: &Path) -> io::Result<Self> {
        let beside = contract_dir.parent().unwrap_or(Path::new("."));
        let recorder = Self {
            sound: contract_dir.join("heymilo"),
            broken: beside.join("contract-broken").join("heymilo"),
            temporary: AtomicU64::new(0),
        };
        std::fs::create_dir_all(&recorder.sound)?;
        std::fs::create_dir_all(&recorder.broken)?;
        Ok(recorder)
    }

    /// A request body as it came.
    pub(crate) fn request(&self, operation: &str, body: &[u8]) -> io::Result<()> {
        self.write(&self.sound, &format!("{operation}.request"), body)
    }

    /// An answer body as it goes out; `broken` when a fault spoilt it.
    pub(crate) fn answer(&self, operation: &str, status: u16, body: &[u8], broken: bool) -> io::Result<()> {
        let folder = if broken { &self.broken } else { &self.sound };
        self.write(folder, &format!("{operation}.answer-{status}"), body)
    }

    /// The same content has the same name, so it is written once; readers never see half a file.
    fn write(&self, folder: &Path, stem: &str, body: &[u8]) -> io::Result<()> {
        let hash = ids::digest(&[&String::from_utf8_lossy(body)], 8);
        let target = folder.join(format!("{stem}.{hash}.json"));
        if target.exists() {
            return Ok(());
        }
        let number = self.temporary.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!(".{}-{number}.part", std::process::id()));
        std::fs::write(&temporary, body)?;
        std::fs::rename(&temporary, &target)
    }
}

#[cfg(test)]
mod tests {
    use super::ContractRecorder;

    #[test]
    fn the_same_body_is_one_file_and_broken_bodies_stand_apart() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = ContractRecorder::new(&folder.path().join("contract")).unwrap();
        recorder.request("ingestCandidate", b"{}").unwrap();
        recorder.request("ingestCandidate", b"{}").unwrap();
        recorder.answer("ingestCandidate", 201, b"{\"da", true).unwrap();
        let names = |path: &str| -> Vec<String> {
            let entries = std::fs::read_dir(folder.path().join(path)).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        assert_eq!(names("contract/heymilo").len(), 1);
        assert!(names("contract/heymilo")[0].starts_with("ingestCandidate.request."));
        assert!(names("contract-broken/heymilo")[0].starts_with("ingestCandidate.answer-201."));
    }
}
