//! Secrets Manager that keeps its secrets in a file: losing the sealing keyring would lose the whole table.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use winterbaume_core::{StatefulService, default_account_id};
use winterbaume_secretsmanager::{SecretsManagerService, SecretsmanagerStateView};

/// The service, with what is in `file` in this region; the file is rewritten on each change.
pub(crate) async fn open(file: Option<PathBuf>, region: &str) -> io::Result<Arc<SecretsManagerService>> {
    let service = Arc::new(SecretsManagerService::new());
    let Some(file) = file else { return Ok(service) };
    if file.exists() {
        let view: SecretsmanagerStateView = serde_json::from_slice(&std::fs::read(&file)?)?;
        let restored = service.restore(default_account_id(), region, view).await;
        restored.map_err(|error| io::Error::other(error.to_string()))?;
    }
    service.notifier().subscribe(move |_account, _region, view| {
        // The listener cannot fail the call; what was not written shows when the runner starts the next time.
        if let Err(error) = keep(&file, view) {
            report(&file, &error);
        }
    });
    Ok(service)
}

fn keep(file: &Path, view: &SecretsmanagerStateView) -> io::Result<()> {
    let draft = file.with_extension("draft");
    let mut options = std::fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&draft)?.write_all(&serde_json::to_vec(view)?)?;
    // Renamed into place, so that a kill in the middle leaves the old file.
    std::fs::rename(draft, file)
}

#[expect(clippy::print_stderr, reason = "a tool for one machine: its user reads the terminal")]
fn report(file: &Path, error: &io::Error) {
    eprintln!("the secrets could not be written to {}: {error}", file.display());
}
