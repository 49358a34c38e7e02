//! Keeps the state in one JSON file: written shortly after a change, replaced in one step, read at the start.

use std::io;
use std::path::Path;

use crate::model::State;

/// Reads the state file; `None` when there is none yet.
pub(crate) fn load(file: &Path) -> io::Result<Option<State>> {
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the state beside the file and renames it over.
pub(crate) fn save(file: &Path, state: &State) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let bytes = serde_json::to_vec(state).map_err(io::Error::other)?;
    let temporary = file.with_extension("part");
    std::fs::write(&temporary, bytes)?;
    std::fs::rename(&temporary, file)
}
