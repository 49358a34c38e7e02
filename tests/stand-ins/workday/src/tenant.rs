//! One tenant: its records behind one lock, written to the data file after each change.
//! Attachment bytes are files of their own beside it, named by their SHA-256, so a change stays cheap.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use crate::{Host, Options, calls::CallLog, clock::Clock, contract::Contract, faults::FaultPlan, identifier::sha256_hex, model::State};

/// Attachment bytes by SHA-256.
pub(crate) type Contents = BTreeMap<String, Bytes>;

/// A tenant and what surrounds it: calls, planned faults, contract recording.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) name: String,
    pub(crate) credentials: crate::Credentials,
    pub(crate) clock: Clock,
    /// What pushes go out by in place of the network.
    pub(crate) outbound: Option<Host>,
    pub(crate) calls: CallLog,
    pub(crate) faults: FaultPlan,
    pub(crate) contract: Option<Contract>,
    data_file: Option<PathBuf>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: State,
    contents: Contents,
}

impl Tenant {
    /// Loads the data file if there is one, else starts from `seed`.
    pub(crate) fn open(options: Options, outbound: Option<Host>, seed: impl FnOnce(&mut State, &mut Contents)) -> io::Result<Self> {
        let Options {
            tenant: name,
            credentials,
            data_file,
            contract_dir,
            clock,
            ..
        } = options;
        let mut state = State {
            clock: clock.clone(),
            ..State::default()
        };
        let mut contents = Contents::new();
        match data_file.as_deref().filter(|path| path.exists()) {
            Some(path) => {
                state = serde_json::from_slice(&std::fs::read(path)?)?;
                state.clock = clock.clone();
                contents = read_contents(path)?;
            }
            None => seed(&mut state, &mut contents),
        }
        // A data file may be older than the address the product listens on today.
        for uri in &credentials.redirect_uris {
            if !state.settings.redirect_uris.contains(uri) {
                state.settings.redirect_uris.push(uri.clone());
            }
        }
        let tenant = Self {
            name,
            credentials,
            calls: CallLog::new(clock.clone()),
            clock,
            outbound,
            faults: FaultPlan::default(),
            contract: contract_dir.as_deref().map(Contract::new),
            data_file,
            inner: Mutex::new(Inner { state, contents }),
        };
        tenant.save(&tenant.lock())?;
        Ok(tenant)
    }

    /// Looks at the records.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State, &Contents) -> R) -> R {
        let inner = self.lock();
        look(&inner.state, &inner.contents)
    }

    /// Changes the records and writes the data file before returning.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut State, &mut Contents) -> R) -> R {
        let mut inner = self.lock();
        let Inner { state, contents } = &mut *inner;
        let result = change(state, contents);
        if let Err(error) = self.save(&inner) {
            report_unsaved(&error);
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panicking test must not hide what the others would see.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, inner: &Inner) -> io::Result<()> {
        let Some(path) = self.data_file.as_deref() else {
            return Ok(());
        };
        let folder = contents_folder(path);
        std::fs::create_dir_all(&folder)?;
        for (digest, bytes) in &inner.contents {
            let file = folder.join(digest);
            if !file.exists() {
                write_atomically(&file, bytes)?;
            }
        }
        write_atomically(path, &serde_json::to_vec(&inner.state)?)
    }
}

/// Keeps attachment bytes and returns their SHA-256.
pub(crate) fn keep(contents: &mut Contents, bytes: Vec<u8>) -> String {
    let digest = sha256_hex(&bytes);
    contents.entry(digest.clone()).or_insert_with(|| Bytes::from(bytes));
    digest
}

/// Writes a file so that a reader, or a killed process, never sees half of it.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes)?;
    std::fs::rename(&part, path)
}

fn contents_folder(data_file: &Path) -> PathBuf {
    let mut name = data_file.file_name().unwrap_or_default().to_os_string();
    name.push(".files");
    data_file.with_file_name(name)
}

fn read_contents(data_file: &Path) -> io::Result<Contents> {
    let folder = contents_folder(data_file);
    let mut contents = Contents::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A leftover of a killed write is not a file of ours.
            if name.len() == 64 {
                contents.insert(name, Bytes::from(std::fs::read(entry.path())?));
            }
        }
    }
    Ok(contents)
}

#[expect(clippy::print_stderr, reason = "a developer's process: a lost data file must be seen")]
fn report_unsaved(error: &io::Error) {
    eprintln!("workday-stand-in: the data file was not written: {error}");
}
