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
use workday::oauth::{TokenAnswer, TokenError};

/// A token is replaced this long before it ends.
const MARGIN: Duration = Duration::from_mins(2);
/// After a refresh that failed for a passing reason.
const COOLDOWN: Duration = Duration::from_secs(30);
/// Before the same refresh token is tried again after a worker that died in the middle of a refresh.
const SECOND_TRY: Duration = Duration::from_secs(5);
/// The longest pause that the token endpoint may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// How often new tokens are written before they are given up, and the longest wait in between.
const WRITES: u32 = 8;
const LONGEST_WRITE_WAIT: Duration = Duration::from_secs(3);
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
        let cooling = stored.cooldown_until.filter(|until| *until > now);
        let busy = cooling.is_some() || stored.lease_until.is_some_and(|until| until > now);
        if !busy
            && let Some(lease) = vendors
                .store
                .lease_refresh(&connection.workspace, &connection.connection, stored.version, now)
                .await?
        {
            match refresh(vendors, connection, endpoint, &stored, &oauth, &lease).await? {
                Some(fresh) => return Ok(fresh),
                None => continue,
            }
        }
        if let Some(access_token) = usable(&oauth, now, Duration::ZERO) {
            return Ok(fresh_from(access_token, &stored, &oauth));
        }
        if let Some(until) = cooling {
            return Err(Trouble::Park {
                reason: WaitReason::WorkdayUnavailable,
                after: Some(until.since(now)),
            });
        }
        vendors.clock.sleep(Duration::from_millis(50 + u64::from(look) * 20)).await;
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

/// Asks the provider under the lease. `None`: another credential is stored by now, and that one counts.
async fn refresh(
    vendors: &Vendors,
    connection: &Connection,
    endpoint: &workday::Endpoint,
    stored: &StoredCredential,
    oauth: &OAuthCredential,
    lease: &RefreshLease,
) -> Result<Option<Fresh>, Trouble> {
    let token_endpoint = workday::oauth::TokenEndpoint {
        url: endpoint.token_url(),
        client_id: oauth.client_id.clone(),
        client_secret: oauth.client_secret.clone(),
    };
    let ask = |refresh_token| vendors.token_call(connection, token_endpoint.refresh(&vendors.wire, refresh_token));
    let mut used = &oauth.refresh_token;
    let mut answer = ask(used).await;
    if matches!(answer, Err(TokenError::InvalidGrant)) {
        let (again, _) = read(vendors, connection).await?;
        if again.version != stored.version {
            return Ok(None);
        }
        // Perhaps a worker died between the provider's answer and our write: the rotated token is lost, and a
        // provider with a grace period still takes one before it.
        if stored.refresh_started == Some(stored.version) {
            vendors.clock.sleep(SECOND_TRY).await;
            answer = ask(used).await;
        }
        if let (Err(TokenError::InvalidGrant), Some(previous)) = (&answer, &oauth.previous_refresh_token) {
            used = previous;
            answer = ask(used).await;
        }
    }
    match answer {
        Ok(answer) => keep(vendors, connection, oauth, used, lease, stored.version, answer).await,
        Err(TokenError::InvalidGrant | TokenError::InvalidClient) => Err(vendors.credential_refused(connection, stored.version).await),
        Err(TokenError::Transient { retry_after }) => cool_down(vendors, connection, stored, oauth, lease, retry_after).await.map(Some),
        Err(TokenError::Refused { .. } | TokenError::Malformed) => {
            cool_down(vendors, connection, stored, oauth, lease, None).await.map(Some)
        }
    }
}

/// Gives the lease back after a failure that may pass; the old token serves as long as it lives.
async fn cool_down(
    vendors: &Vendors,
    connection: &Connection,
    stored: &StoredCredential,
    oauth: &OAuthCredential,
    lease: &RefreshLease,
    asked: Option<Duration>,
) -> Result<Fresh, Trouble> {
    let now = vendors.clock.now();
    let pause = asked.map_or(COOLDOWN, |asked| asked.clamp(COOLDOWN, LONGEST_PAUSE));
    vendors
        .store
        .release_refresh(&connection.workspace, &connection.connection, lease, now.plus(pause))
        .await?;
    match usable(oauth, now, Duration::ZERO) {
        Some(access_token) => Ok(fresh_from(access_token, stored, oauth)),
        None => Err(Trouble::Park {
            reason: WaitReason::WorkdayUnavailable,
            after: Some(pause),
        }),
    }
}

/// Stores the new tokens. The one dangerous window: the provider may have rotated, so the write is repeated.
async fn keep(
    vendors: &Vendors,
    connection: &Connection,
    oauth: &OAuthCredential,
    used: &SecretString,
    lease: &RefreshLease,
    version: u64,
    answer: TokenAnswer,
) -> Result<Option<Fresh>, Trouble> {
    let now = vendors.clock.now();
    let next = OAuthCredential {
        previous_refresh_token: match answer.refresh_token {
            Some(_) => Some(used.clone()),
            None => oauth.previous_refresh_token.clone(),
        },
        refresh_token: answer.refresh_token.unwrap_or_else(|| used.clone()),
        access_token: Some(answer.access_token.clone()),
        access_expires_at: now.plus(answer.expires_in),
        access_obtained_at: now,
        ..oauth.clone()
    };
    let credential = Credential::OAuth(next);
    let mut wait = Duration::from_millis(100);
    for write in 1..=WRITES {
        match vendors
            .store
            .store_refreshed(&connection.workspace, &connection.connection, lease, &credential)
            .await
        {
            Ok(()) => {
                return Ok(Some(Fresh {
                    access_token: answer.access_token,
                    version: version + 1,
                    obtained_at: now,
                }));
            }
            // A slow earlier try of ours, or a person who connected anew: what is stored counts.
            Err(StoreError::ConditionFailed) => break,
            Err(error) if write == WRITES => return Err(error.into()),
            Err(_passing) => vendors.clock.sleep(wait).await,
        }
        wait = (wait * 2).min(LONGEST_WRITE_WAIT);
    }
    Ok(None)
}
