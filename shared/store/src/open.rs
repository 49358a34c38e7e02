//! Opening the table from a function's AWS configuration, so that no other crate needs the DynamoDB SDK.

use crate::sealing::KeyringError;
use crate::{Keyring, Store};
use aws_types::SdkConfig;
use secrecy::SecretString;

impl Store {
    /// The table `table`; `keyring` is the text of the sealing secret.
    pub fn open(config: &SdkConfig, table: impl Into<String>, keyring: &SecretString) -> Result<Self, KeyringError> {
        let keyring = Keyring::from_secret(keyring)?;
        Ok(Self::new(aws_sdk_dynamodb::Client::new(config), table, keyring))
    }

    /// The same table for a function that has no use for sealed values and so is not given the keys.
    pub fn without_keyring(config: &SdkConfig, table: impl Into<String>) -> Self {
        Self::new(aws_sdk_dynamodb::Client::new(config), table, Keyring::empty())
    }
}
