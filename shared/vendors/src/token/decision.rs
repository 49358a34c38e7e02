//! What the stored token and the token endpoint's answers ask of a worker, without any reading, asking or writing.

#[cfg(test)]
mod tests;

use domain::Moment;
use secrecy::SecretString;
use std::time::Duration;
use store::credential::{OAuthCredential, StoredCredential};
use workday::oauth::{TokenAnswer, TokenError};

/// A token is replaced this long before it ends, or in the last part of a life that is short.
const MARGIN: Duration = Duration::from_mins(2);
const LAST_PART: u32 = 5;
/// After a refresh that failed for a passing reason.
const COOLDOWN: Duration = Duration::from_secs(30);
/// The longest pause that the token endpoint may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// The stored credential's standing, as far as it decides who refreshes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Standing {
    /// The end of the access token, if there is one.
    pub(super) token: Option<Moment>,
    /// How long before that it is replaced.
    pub(super) margin: Duration,
    /// The end of the lease under which a worker refreshes.
    pub(super) lease: Option<Moment>,
    /// The end of the pause after a failed refresh.
    pub(super) pause: Option<Moment>,
}

/// What a worker that needs a token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The stored token serves.
    Use,
    /// Asks for the right to refresh.
    Lease,
    /// The token endpoint failed lately: come back then.
    Park(Moment),
    /// Another worker refreshes: look again for its token.
    Wait,
}

impl Standing {
    pub(super) fn of(stored: &StoredCredential, oauth: &OAuthCredential) -> Self {
        Self {
            token: oauth.access_token.as_ref().map(|_token| oauth.access_expires_at),
            margin: MARGIN.min(oauth.access_expires_at.since(oauth.access_obtained_at) / LAST_PART),
            lease: stored.lease_until,
            pause: stored.cooldown_until,
        }
    }

    /// Whether the token still lives after `margin`.
    pub(super) fn serves(&self, now: Moment, margin: Duration) -> bool {
        self.token.is_some_and(|until| until > now.plus(margin))
    }

    /// `outrun`: this worker asked for the lease of this very standing and somebody else was first.
    pub(super) fn next(&self, now: Moment, outrun: bool) -> Next {
        let running = |until: &Moment| *until > now;
        let cooling = self.pause.filter(running);
        let busy = outrun || cooling.is_some() || self.lease.is_some_and(|until| running(&until));
        if self.serves(now, self.margin) {
            Next::Use
        } else if !busy {
            Next::Lease
        } else if self.serves(now, Duration::ZERO) {
            Next::Use
        } else {
            cooling.map_or(Next::Wait, Next::Park)
        }
    }
}

/// Which refresh token was presented, and for which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Asked {
    Current,
    /// Again, a while after it was refused.
    CurrentAgain,
    /// The one before the last rotation.
    Previous,
}

/// What is known of the refresh token besides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Past {
    /// Another credential is stored by now.
    pub(super) replaced: bool,
    /// A worker may have died between the provider's answer and our write: the rotated token is lost, and a provider
    /// with a grace period still takes one before it.
    pub(super) refresh_broke_off: bool,
    pub(super) has_previous: bool,
}

/// What an answer of the token endpoint means.
#[derive(Debug)]
pub(super) enum Meaning {
    /// New tokens to store.
    Keep(TokenAnswer),
    /// Present another token.
    Ask(Asked),
    /// What is stored by now counts.
    Theirs,
    /// The credential is refused: a person must connect again.
    Refused,
    /// The client is, or the request, in these words: that counts when it is so a while later too, for an incident does as
    /// much.
    Suspect(String),
    /// It may pass: nobody asks for that long.
    CoolDown(Duration),
}

pub(super) fn meaning(asked: Asked, answer: Result<TokenAnswer, TokenError>, past: Past) -> Meaning {
    match answer {
        Ok(answer) => Meaning::Keep(answer),
        Err(TokenError::InvalidGrant) => match asked {
            Asked::Current if past.replaced => Meaning::Theirs,
            Asked::Current if past.refresh_broke_off => Meaning::Ask(Asked::CurrentAgain),
            Asked::Current | Asked::CurrentAgain if past.has_previous => Meaning::Ask(Asked::Previous),
            Asked::Current | Asked::CurrentAgain | Asked::Previous => Meaning::Refused,
        },
        Err(TokenError::InvalidClient) => Meaning::Suspect("invalid_client".into()),
        Err(TokenError::Refused { code, description }) => Meaning::Suspect(match description {
            Some(description) => format!("{code}: {description}"),
            None => code,
        }),
        Err(TokenError::Transient { retry_after }) => {
            Meaning::CoolDown(retry_after.map_or(COOLDOWN, |asked| asked.clamp(COOLDOWN, LONGEST_PAUSE)))
        }
        Err(TokenError::Malformed) => Meaning::CoolDown(COOLDOWN),
    }
}

/// The credential after a refresh with `used`, which is kept for one generation if the provider rotated.
pub(super) fn renewed(oauth: &OAuthCredential, used: &SecretString, answer: TokenAnswer, now: Moment) -> OAuthCredential {
    OAuthCredential {
        previous_refresh_token: match answer.refresh_token {
            Some(_) => Some(used.clone()),
            None => oauth.previous_refresh_token.clone(),
        },
        refresh_token: answer.refresh_token.unwrap_or_else(|| used.clone()),
        access_token: Some(answer.access_token),
        access_expires_at: now.plus(answer.expires_in),
        access_obtained_at: now,
        ..oauth.clone()
    }
}
