//! Token refresh under a fenced lease: with a provider that rotates refresh tokens, two refreshes at once kill the
//! connection, so exactly one worker asks and the others wait for what it stores.

use crate::{Trouble, Vendors};
use domain::Moment;
use domain::order::WaitReason;
use domain::settings::Connection;
use secrecy::SecretString;
use std::time::Duration;
use store::StoreError;
use store::credential::{Credential, OAuthCredential, RefreshLease, StoredCredential};

/// A token is replaced this long before it ends.
const MARGIN: Duration = Duration::from_mins(2);
/// After a refresh that failed for a passing reason.
const COOLDOWN: Duration = Duration::from_secs(30);
/// How often a worker that lost the race looks for the winner's token.
const LOOKS: u32 = 20;

/// An access token that is good for a while.
pub(crate) struct Fresh {
    pub(crate) access_token: SecretString,
    pub(crate) version: u64,
    pub(crate) obtained_at: Moment,
}

/// The connection's access token, refreshed by this worker or another if it ends soon.
pub(crate) async fn fresh(vendors: &Vendors, connection: &Connection, endpoint: &workday::Endpoint) -> Result<Fresh, Trouble> {
    for look in 0..LOOKS {
        let (stored, oauth) = read(vendors, connection).await?;
        let now = vendors.clock.now();
        if let Some(access_token) = usable(&oauth, now, MARGIN) {
            return Ok(fresh_from(access_token, &stored, &oauth));
        }
        let leased = vendors
            .store
            .lease_refresh(&connection.workspace, &connection.connection, stored.version, now)
            .await?;
        if let Some(lease) = leased {
            return refresh(vendors, connection, endpoint, &stored, &oauth, &lease).await;
        }
        if let Some(access_token) = usable(&oauth, now, Duration::ZERO) {
            return Ok(fresh_from(access_token, &stored, &oauth));
        }
        if stored.cooldown_until.is_some_and(|until| until > now) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50 + u64::from(look) * 20)).await;
    }
    Err(Trouble::Park {
        reason: WaitReason::WorkdayUnavailable,
        after: Some(Duration::from_secs(5)),
    })
}

/// Marks the access token as ended, if it is still the one that was refused.
pub(crate) async fn expire(vendors: &Vendors, connection: &Connection, version: u64) -> Result<(), Trouble> {
    let (stored, oauth) = read(vendors, connection).await?;
    if stored.version != version {
        return Ok(());
    }
    let now = vendors.clock.now();
    let Some(lease) = vendors
        .store
        .lease_refresh(&connection.workspace, &connection.connection, version, now)
        .await?
    else {
        return Ok(());
    };
    let ended = Credential::OAuth(OAuthCredential {
        access_token: None,
        ..oauth
    });
    match vendors
        .store
        .store_refreshed(&connection.workspace, &connection.connection, &lease, &ended)
        .await
    {
        Ok(()) | Err(StoreError::ConditionFailed) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn read(vendors: &Vendors, connection: &Connection) -> Result<(StoredCredential, OAuthCredential), Trouble> {
    let stored = vendors
        .store
        .credential(&connection.workspace, &connection.connection)
        .await?
        .ok_or(Trouble::Disconnected)?;
    match stored.credential.clone() {
        Credential::OAuth(oauth) => Ok((stored, oauth)),
        // A person changed the way of signing in between two reads: start over.
        Credential::UsernameToken { .. } => Err(Trouble::from(StoreError::ConditionFailed)),
    }
}

fn usable(oauth: &OAuthCredential, now: Moment, margin: Duration) -> Option<SecretString> {
    oauth.access_token.clone().filter(|_| oauth.access_expires_at > now.plus(margin))
}

fn fresh_from(access_token: SecretString, stored: &StoredCredential, oauth: &OAuthCredential) -> Fresh {
    Fresh {
        access_token,
        version: stored.version,
        obtained_at: oauth.access_obtained_at,
    }
}

async fn refresh(
    vendors: &Vendors,
    connection: &Connection,
    endpoint: &workday::Endpoint,
    stored: &StoredCredential,
    oauth: &OAuthCredential,
    lease: &RefreshLease,
) -> Result<Fresh, Trouble> {
    let token_endpoint = workday::oauth::TokenEndpoint {
        url: endpoint.token_url(),
        client_id: oauth.client_id.clone(),
        client_secret: oauth.client_secret.clone(),
    };
    let mut answer = token_endpoint.refresh(&vendors.http, &oauth.refresh_token).await;
    if matches!(answer, Err(workday::oauth::TokenError::InvalidGrant)) {
        // Perhaps a worker died between the provider's answer and our write: the rotated token is lost, and a
        // provider with a grace period still takes the one before it.
        let (again, _) = read(vendors, connection).await?;
        if again.version != stored.version {
            return Err(Trouble::from(StoreError::ConditionFailed));
        }
        if let Some(previous) = &oauth.previous_refresh_token {
            answer = token_endpoint.refresh(&vendors.http, previous).await;
        }
    }
    match answer {
        Ok(answer) => keep(vendors, connection, stored, oauth, lease, answer).await,
        Err(workday::oauth::TokenError::InvalidGrant | workday::oauth::TokenError::InvalidClient) => {
            Err(vendors.credential_refused(connection).await)
        }
        Err(_passing) => {
            let until = vendors.clock.now().plus(COOLDOWN);
            vendors
                .store
                .release_refresh(&connection.workspace, &connection.connection, lease, until)
                .await?;
            Err(Trouble::Park {
                reason: WaitReason::WorkdayUnavailable,
                after: Some(COOLDOWN),
            })
        }
    }
}

/// Stores the new tokens. The one dangerous window: the provider may have rotated, so the write is repeated.
async fn keep(
    vendors: &Vendors,
    connection: &Connection,
    stored: &StoredCredential,
    oauth: &OAuthCredential,
    lease: &RefreshLease,
    answer: workday::oauth::TokenAnswer,
) -> Result<Fresh, Trouble> {
    let now = vendors.clock.now();
    let rotated = answer.refresh_token.is_some();
    let next = OAuthCredential {
        previous_refresh_token: if rotated {
            Some(oauth.refresh_token.clone())
        } else {
            oauth.previous_refresh_token.clone()
        },
        refresh_token: answer.refresh_token.unwrap_or_else(|| oauth.refresh_token.clone()),
        access_token: Some(answer.access_token.clone()),
        access_expires_at: now.plus(answer.expires_in),
        access_obtained_at: now,
        ..oauth.clone()
    };
    let credential = Credential::OAuth(next);
    for attempt in 0..5_u32 {
        match vendors
            .store
            .store_refreshed(&connection.workspace, &connection.connection, lease, &credential)
            .await
        {
            Ok(()) => {
                return Ok(Fresh {
                    access_token: answer.access_token,
                    version: stored.version + 1,
                    obtained_at: now,
                });
            }
            // A slow earlier try of ours, or a person who connected anew: what is stored counts.
            Err(StoreError::ConditionFailed) => break,
            Err(error) if attempt == 4 => return Err(error.into()),
            Err(_passing) => tokio::time::sleep(Duration::from_millis(100 << attempt)).await,
        }
    }
    Err(Trouble::from(StoreError::ConditionFailed))
}
