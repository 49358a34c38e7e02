//! Token refresh under a fenced lease: with a provider that rotates refresh tokens, two refreshes at once kill the
//! connection, so exactly one worker asks and the others wait for what it stores.

mod decision;
#[cfg(test)]
mod model;

use crate::{Trouble, Vendors};
use decision::{Asked, Meaning, Next, Past, Standing};
use domain::Moment;
use domain::order::WaitReason;
use domain::settings::Connection;
use domain::standing::BETWEEN_REFUSALS;
use secrecy::SecretString;
use std::time::Duration;
use store::StoreError;
use store::credential::{Credential, OAuthCredential, RefreshLease, StoredCredential};
use workday::oauth::{TokenAnswer, TokenError};

/// Before the same refresh token is tried again after a worker that died in the middle of a refresh.
const SECOND_TRY: Duration = Duration::from_secs(5);
/// How often new tokens are written before they are given up, and the longest wait in between.
const WRITES: u32 = 8;
const LONGEST_WRITE_WAIT: Duration = Duration::from_secs(3);
/// How often a worker that lost the race looks for the winner's token, and when it comes back if there is none: the
/// winner has died, or its provider is slow.
const LOOKS: u32 = 20;
const COMES_BACK: Duration = Duration::from_secs(30);

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
        let standing = Standing::of(&stored, &oauth);
        let mut next = standing.next(now, false);
        let mut lease = None;
        if next == Next::Lease {
            lease = vendors
                .store
                .lease_refresh(&connection.workspace, &connection.connection, stored.version, now)
                .await?;
            next = standing.next(now, true);
        }
        if let Some(lease) = lease {
            let refresh = Refresh {
                vendors,
                connection,
                stored: &stored,
                oauth: &oauth,
                lease,
            };
            match refresh.ask(endpoint).await? {
                Some(fresh) => return Ok(fresh),
                None => continue,
            }
        }
        match (next, &oauth.access_token) {
            (Next::Use, Some(access_token)) => return Ok(fresh_from(access_token.clone(), &stored, &oauth)),
            (Next::Park(until), _) => {
                return Err(Trouble::Park {
                    reason: WaitReason::WorkdayUnavailable,
                    after: Some(until.since(now)),
                });
            }
            (Next::Use | Next::Lease | Next::Wait, _) => {
                vendors.clock.sleep(Duration::from_millis(50 + u64::from(look) * 20)).await;
            }
        }
    }
    Err(Trouble::Park {
        reason: WaitReason::WorkdayUnavailable,
        after: Some(COMES_BACK),
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

fn fresh_from(access_token: SecretString, stored: &StoredCredential, oauth: &OAuthCredential) -> Fresh {
    Fresh {
        access_token,
        version: stored.version,
        obtained_at: oauth.access_obtained_at,
    }
}

/// One refresh under a lease: what was read before it.
struct Refresh<'a> {
    vendors: &'a Vendors,
    connection: &'a Connection,
    stored: &'a StoredCredential,
    oauth: &'a OAuthCredential,
    lease: RefreshLease,
}

impl Refresh<'_> {
    /// Asks the provider. `None`: another credential is stored by now, and that one counts.
    async fn ask(&self, endpoint: &workday::Endpoint) -> Result<Option<Fresh>, Trouble> {
        let Self {
            vendors,
            connection,
            stored,
            oauth,
            ..
        } = self;
        let token_endpoint = workday::oauth::TokenEndpoint {
            url: endpoint.token_url(),
            client_id: oauth.client_id.clone(),
            client_secret: oauth.client_secret.clone(),
            client_in_body: Some(oauth.client_in_body),
        };
        let ask = |refresh_token| vendors.token_call(connection, token_endpoint.refresh(&vendors.wire, refresh_token));
        let mut asked = Asked::Current;
        loop {
            let used = match (asked, &oauth.previous_refresh_token) {
                (Asked::Previous, Some(previous)) => previous,
                (Asked::Current | Asked::CurrentAgain | Asked::Previous, _) => &oauth.refresh_token,
            };
            if asked == Asked::CurrentAgain {
                vendors.clock.sleep(SECOND_TRY).await;
            }
            let answer = ask(used).await;
            let first_refused = asked == Asked::Current && matches!(answer, Err(TokenError::InvalidGrant));
            let past = Past {
                replaced: first_refused && read(vendors, connection).await?.0.version != stored.version,
                refresh_broke_off: stored.refresh_started == Some(stored.version),
                has_previous: oauth.previous_refresh_token.is_some(),
            };
            match decision::meaning(asked, answer, past) {
                Meaning::Keep(answer) => return self.keep(used, answer).await,
                Meaning::Ask(other) => asked = other,
                Meaning::Theirs => return Ok(None),
                Meaning::Refused => return Err(vendors.credential_refused(connection, stored.version).await),
                Meaning::Suspect(_) if connection.standing.was_refused_before(vendors.clock.now()) => {
                    return Err(vendors.credential_refused(connection, stored.version).await);
                }
                Meaning::Suspect(words) => {
                    vendors.note_refusal(connection, words).await?;
                    return self.cool_down(BETWEEN_REFUSALS).await.map(Some);
                }
                Meaning::CoolDown(pause) => return self.cool_down(pause).await.map(Some),
            }
        }
    }

    /// Gives the lease back after a failure that may pass; the old token serves as long as it lives.
    async fn cool_down(&self, pause: Duration) -> Result<Fresh, Trouble> {
        let Self {
            vendors, stored, oauth, ..
        } = self;
        let (workspace, connection) = (&self.connection.workspace, &self.connection.connection);
        let now = vendors.clock.now();
        vendors
            .store
            .release_refresh(workspace, connection, &self.lease, now.plus(pause))
            .await?;
        match oauth.access_token.clone() {
            Some(access_token) if Standing::of(stored, oauth).serves(now, Duration::ZERO) => Ok(fresh_from(access_token, stored, oauth)),
            Some(_) | None => Err(Trouble::Park {
                reason: WaitReason::WorkdayUnavailable,
                after: Some(pause),
            }),
        }
    }

    /// Stores the new tokens. The one dangerous window: the provider may have rotated, so the write is repeated.
    async fn keep(&self, used: &SecretString, answer: TokenAnswer) -> Result<Option<Fresh>, Trouble> {
        let Self {
            vendors, stored, oauth, ..
        } = self;
        let (workspace, connection) = (&self.connection.workspace, &self.connection.connection);
        let now = vendors.clock.now();
        let access_token = answer.access_token.clone();
        let credential = Credential::OAuth(decision::renewed(oauth, used, answer, now));
        let mut wait = Duration::from_millis(100);
        for write in 1..=WRITES {
            match vendors.store.store_refreshed(workspace, connection, &self.lease, &credential).await {
                Ok(()) => {
                    return Ok(Some(Fresh {
                        access_token,
                        version: stored.version + 1,
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
}
