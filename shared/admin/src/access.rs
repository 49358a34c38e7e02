//! Access to a Workday tenant: what an administrator brings as proof, what is kept of it, and what Workday is shown.

use crate::{Admin, AdminError, Problem};
use domain::settings::Connection;
use domain::standing::AccessWay;
use secrecy::SecretString;
use store::credential::{Credential, OAuthCredential};
use workday::Endpoint;
use workday::oauth::{TokenAnswer, TokenEndpoint};

/// What an administrator brings to prove that the tenant is theirs.
#[derive(Debug, Clone)]
pub enum Proof {
    /// API Client for Integrations: the refresh token made for the integration system user.
    RefreshToken {
        client_id: String,
        client_secret: SecretString,
        refresh_token: SecretString,
    },
    /// WS-Security user name (`{user}@{tenant}`) and password of the integration system user.
    UsernameToken { username: String, password: SecretString },
    /// Register API Client: the tokens that the consent page's code was traded for.
    Consent {
        client_id: String,
        client_secret: SecretString,
        tokens: TokenAnswer,
    },
}

impl Proof {
    pub(crate) fn way(&self) -> AccessWay {
        match self {
            Self::RefreshToken { .. } => AccessWay::RefreshToken,
            Self::UsernameToken { .. } => AccessWay::Password,
            Self::Consent { .. } => AccessWay::Consent,
        }
    }
}

impl Admin {
    /// What is kept of a proof, and as whom it writes to Workday. A refresh token is used up by it.
    pub(crate) async fn obtain(&self, connection: &Connection, proof: Proof) -> Result<(Credential, String), AdminError> {
        match proof {
            Proof::UsernameToken { username, password } => {
                let username = username.trim().to_owned();
                if username.is_empty() {
                    return Err(Problem::FieldUnusable.into());
                }
                let writes_as = username.clone();
                Ok((Credential::UsernameToken { username, password }, writes_as))
            }
            Proof::RefreshToken {
                client_id,
                client_secret,
                refresh_token,
            } => {
                let endpoint = token_endpoint(connection, &client_id, client_secret)?;
                let answer = self.refresh(connection, &endpoint, &refresh_token).await?;
                let writes_as = format!("the integration system user of API client {client_id}");
                Ok((Credential::OAuth(self.held(endpoint, answer, refresh_token, None)), writes_as))
            }
            Proof::Consent {
                client_id,
                client_secret,
                mut tokens,
            } => {
                let refresh_token = tokens.refresh_token.take().ok_or(Problem::NotRenewable)?;
                let endpoint = token_endpoint(connection, &client_id, client_secret)?;
                // Who pressed the button here is among the acts; which account they used at Workday is not told to us.
                let writes_as = "the Workday account that approved the access".to_owned();
                Ok((Credential::OAuth(self.held(endpoint, tokens, refresh_token, None)), writes_as))
            }
        }
    }

    /// The stored credential with a fresh access token.
    pub(crate) async fn renew(&self, connection: &Connection, credential: Credential) -> Result<Credential, AdminError> {
        match credential {
            Credential::UsernameToken { .. } => Ok(credential),
            Credential::OAuth(oauth) => {
                let endpoint = TokenEndpoint {
                    client_in_body: Some(oauth.client_in_body),
                    ..token_endpoint(connection, &oauth.client_id, oauth.client_secret)?
                };
                let answer = self.refresh(connection, &endpoint, &oauth.refresh_token).await?;
                Ok(Credential::OAuth(self.held(
                    endpoint,
                    answer,
                    oauth.refresh_token,
                    oauth.previous_refresh_token,
                )))
            }
        }
    }

    async fn refresh(&self, connection: &Connection, endpoint: &TokenEndpoint, token: &SecretString) -> Result<TokenAnswer, AdminError> {
        let call = endpoint.refresh(&self.wire, token);
        Ok(self.vendors.token_call(connection, call).await?)
    }

    /// What is kept of a token answer; `used` is the refresh token it was got with.
    fn held(&self, endpoint: TokenEndpoint, answer: TokenAnswer, used: SecretString, previous: Option<SecretString>) -> OAuthCredential {
        let now = self.clock.now();
        let (refresh_token, previous_refresh_token) = match answer.refresh_token {
            Some(rotated) => (rotated, Some(used)),
            None => (used, previous),
        };
        OAuthCredential {
            client_id: endpoint.client_id,
            client_secret: endpoint.client_secret,
            client_in_body: answer.client_in_body,
            refresh_token,
            previous_refresh_token,
            access_token: Some(answer.access_token),
            access_obtained_at: now,
            access_expires_at: now.plus(answer.expires_in),
        }
    }
}

/// What Workday is shown of a stored credential.
pub(crate) fn presented(credential: &Credential) -> Result<workday::Credential, AdminError> {
    match credential {
        Credential::UsernameToken { username, password } => Ok(workday::Credential::UsernameToken {
            username: username.clone(),
            password: password.clone(),
        }),
        Credential::OAuth(oauth) => Ok(workday::Credential::Bearer(
            oauth.access_token.clone().ok_or(Problem::NotRenewable)?,
        )),
    }
}

/// The connection's token endpoint, as one API client calls it.
pub(crate) fn token_endpoint(connection: &Connection, client_id: &str, client_secret: SecretString) -> Result<TokenEndpoint, AdminError> {
    Ok(TokenEndpoint {
        url: endpoint(connection)?.token_url(),
        client_id: client_id.trim().to_owned(),
        client_secret,
        client_in_body: None,
    })
}

/// The connection's Workday address; it was checked when it was stored.
pub(crate) fn endpoint(connection: &Connection) -> Result<Endpoint, AdminError> {
    Ok(Endpoint {
        services_url: connection
            .services_url
            .parse()
            .map_err(|_unparsable| Problem::ServicesAddressRefused)?,
        tenant: connection.tenant.clone(),
        version: connection.version.clone(),
    })
}
