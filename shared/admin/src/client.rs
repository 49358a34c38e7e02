//! The API client that an administrator registered in Workday.

use crate::{AdminError, Problem};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// A client made with Workday's task *Register API Client*.
#[derive(Debug, Clone)]
pub struct ClientRegistration {
    pub client_id: String,
    pub client_secret: SecretString,
    /// Send a PKCE challenge. Off unless the tenant is known to take one: Workday does not document it.
    pub pkce: bool,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    client_id: String,
    client_secret: String,
    #[serde(default)]
    pkce: bool,
}

impl ClientRegistration {
    /// As it is kept; [`Problem::FieldUnusable`] without id or secret.
    pub(crate) fn to_text(&self) -> Result<SecretString, AdminError> {
        let (client_id, client_secret) = (self.client_id.trim(), self.client_secret.expose_secret().trim());
        if client_id.is_empty() || client_secret.is_empty() {
            return Err(Problem::FieldUnusable.into());
        }
        let stored = Stored {
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            pkce: self.pkce,
        };
        let text = serde_json::to_string(&stored).map_err(|_source| Problem::Ours)?;
        Ok(text.into())
    }

    pub(crate) fn of_text(text: &SecretString) -> Result<Self, AdminError> {
        let stored: Stored = serde_json::from_str(text.expose_secret()).map_err(|_source| Problem::ClientMissing)?;
        Ok(Self {
            client_id: stored.client_id,
            client_secret: stored.client_secret.into(),
            pkce: stored.pkce,
        })
    }
}
