//! The folder that a local run keeps everything in, for one run at a time.

use domain::WorkspaceId;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const NOTES: &str = "run.json";
/// What a run writes, and `--reset` removes: nothing else in the folder is touched.
const FILES: [&str; 9] = [
    "table.db",
    "table.db-wal",
    "table.db-shm",
    "secrets.json",
    "outbox.jsonl",
    "workday.json",
    "heymilo.json",
    NOTES,
    "product.log",
];

/// What one run leaves for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notes {
    /// The workspaces that were set up.
    pub(crate) workspaces: Vec<WorkspaceId>,
    /// The addresses that the built-in setup connected: product, Workday, HeyMilo.
    pub(crate) demo: Option<[String; 3]>,
}

/// The folder, held until dropped.
#[derive(Debug)]
pub(crate) struct DataFolder {
    pub(crate) path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Takes the folder for this run.
    pub(crate) fn open(path: &Path, reset: bool) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let lock = File::create(path.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("another run uses {}: end it, or choose another folder with --data", path.display()),
            ),
            TryLockError::Error(error) => error,
        })?;
        if reset {
            for name in FILES {
                match fs::remove_file(path.join(name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(Self {
            path: path.to_path_buf(),
            _lock: lock,
        })
    }

    pub(crate) fn notes(&self) -> Notes {
        let text = fs::read(self.path.join(NOTES)).unwrap_or_default();
        // Without notes the setup is made again, which changes nothing that is as it was.
        serde_json::from_slice(&text).unwrap_or_default()
    }

    pub(crate) fn keep(&self, notes: &Notes) -> io::Result<()> {
        fs::write(self.path.join(NOTES), serde_json::to_vec_pretty(notes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_serves_one_run_at_a_time_and_forgets_only_its_own_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = DataFolder::open(&path, false).unwrap();
        assert_eq!(DataFolder::open(&path, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let notes = Notes {
            workspaces: vec![WorkspaceId::new("acme").unwrap()],
            demo: None,
        };
        first.keep(&notes).unwrap();
        fs::write(path.join("mine.txt"), "keep").unwrap();
        drop(first);
        assert_eq!(DataFolder::open(&path, false).unwrap().notes(), notes);
        assert_eq!(DataFolder::open(&path, true).unwrap().notes(), Notes::default());
        assert!(path.join("mine.txt").exists());
    }
}
