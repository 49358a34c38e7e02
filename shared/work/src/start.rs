//! What every function that does queued work opens when it starts.

use lambda_kit::{ConfigError, Environment, Outside, Secrets, StartError};
use std::time::Duration;
use store::Store;
use store::ledger::Timing;

/// The store with its keyring: reads `TABLE_NAME` and the secret that `SEALING_SECRET_NAME` names.
pub async fn open_store(environment: &Environment, outside: &Outside, secrets: &Secrets) -> Result<Store, StartError> {
    let keyring = secrets.read(&environment.required("SEALING_SECRET_NAME")?).await?;
    let store = Store::open(outside.aws.sdk_config(), environment.required("TABLE_NAME")?, &keyring);
    let store = store.map_err(|error| StartError::dependency("the sealing keyring", error))?;
    Ok(store.with_randomness(outside.randomness.clone()))
}

/// The ledger's waits, each a default that a test deployment may shorten (`LEDGER_QUARANTINE_SECONDS`,
/// `LEDGER_EVIDENCE_SECONDS`, `LEDGER_LEASE_SECONDS`).
pub fn ledger_timing(environment: &Environment) -> Result<Timing, ConfigError> {
    let default = Timing::default();
    let seconds = |name, default: Duration| environment.number(name, default.as_secs()).map(Duration::from_secs);
    Ok(Timing {
        lease: seconds("LEDGER_LEASE_SECONDS", default.lease)?,
        quarantine: seconds("LEDGER_QUARANTINE_SECONDS", default.quarantine)?,
        evidence: seconds("LEDGER_EVIDENCE_SECONDS", default.evidence)?,
        ..default
    })
}
