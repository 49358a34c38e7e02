//! The two ways Workday accepts a caller of its web services.

use secrecy::SecretString;

/// What a call is signed in with; `Debug` never shows the secret.
#[derive(Clone, Debug)]
pub enum Credential {
    /// OAuth 2.0 access token, sent as `Authorization: Bearer`.
    Bearer(SecretString),
    /// WS-Security `UsernameToken` of an integration system user, sent in the SOAP header.
    UsernameToken {
        /// `{integration system user}@{tenant}`.
        username: String,
        /// The password as plain text, which is the only form the `PasswordText` profile knows.
        password: SecretString,
    },
}
