//! What proves that something is ours: signing keys, link tokens, markers, our own addresses, the names of our secrets.
//!
//! Each is made in one way and checked in one way, here. Knows no row of the table, no vendor and no page.

pub mod address;
pub mod secret_name;
pub mod signing;
pub mod token;

pub use address::PublicUrl;
pub use signing::{SigningKeyError, SigningKeys, WebhookAddress};
pub use token::{equal_in_constant_time, is_token, random_token, token_hash};
