//! The one DynamoDB table: rows, step ledger, due rows, sealed values.
//!
//! Owns every key string; nothing outside this crate knows how a row is found. Rows of a workspace start with
//! `W#<workspace>`, every call takes the [`domain::WorkspaceId`], and a loaded row of another workspace is an error.
//! Invariant: a state change and the due row of the work it causes are written in one transaction.

pub mod announcing;
pub mod application;
pub mod audit;
pub mod connect_link;
pub mod connection;
pub mod contact;
pub mod credential;
pub mod due;
pub mod evidence;
pub mod hint;
pub mod interview;
pub mod invitation;
pub mod ledger;
pub mod link;
pub mod mapping;
pub mod offer;
pub mod order;
pub mod person;
pub mod posting;
pub mod preflight;
pub mod push;
pub mod rate;
pub mod requisition;
pub mod result;
pub mod sealing;
pub mod session;
pub mod settings;
pub mod told;
pub mod trial;
pub mod watched;

mod error;
mod key;
mod open;
mod row;
mod transaction;

pub use due::Arm;
pub use error::StoreError;
pub use sealing::Keyring;
pub use transaction::Transaction;

use crate::row::Item;
use aws_sdk_dynamodb::Client;
use domain::Randomness;
use ring::rand::{SecureRandom, SystemRandom};

/// The table, through the AWS SDK. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    keyring: Keyring,
    randomness: Randomness,
    /// Rows of an act that each transaction writes along.
    recorded: Vec<Item>,
}

impl Store {
    /// A store over `table`; `keyring` seals what must not be readable in the table.
    pub fn new(client: Client, table: impl Into<String>, keyring: Keyring) -> Self {
        Self {
            client,
            table: table.into(),
            keyring,
            randomness: Randomness::new(|bytes| SystemRandom::new().fill(bytes).is_ok()),
            recorded: Vec::new(),
        }
    }

    /// The same table with another source of what tells holders and armings apart; sealing always uses the system's.
    #[must_use]
    pub fn with_randomness(self, randomness: Randomness) -> Self {
        Self { randomness, ..self }
    }

    /// 80 random bits, to tell one holder or arming from another.
    pub(crate) fn generation(&self) -> Result<String, StoreError> {
        let bytes: [u8; 10] = self.randomness.bytes().ok_or_else(StoreError::no_randomness)?;
        Ok(data_encoding::BASE32_NOPAD.encode(&bytes))
    }

    /// The keyring that seals this table's values.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }
}
