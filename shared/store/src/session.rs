//! Who is signed in to the console, and the two kinds of single-use token on the way there and to Workday.
//!
//! Rows are found by the hash of a random token and hold ids only. A single-use row is taken by a delete that returns
//! what it deleted: of two takers one gets it.

use crate::key::{self, Key};
use crate::row::body;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::ReturnValue;
use domain::{ConnectionId, Moment, WorkspaceId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a person may do in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Admin,
    /// Reads and changes nothing.
    Viewer,
}

impl Role {
    /// The strongest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Viewer];

    /// Whether it lets a person do less than the other.
    pub fn is_less_than(self, other: Self) -> bool {
        let rank = |role: Self| Self::ALL.iter().position(|known| *known == role);
        rank(self) > rank(other)
    }

    /// As people, claims, forms and the operator's commands call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Viewer => "viewer",
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Owners and admins change settings; HeyMilo's own rule for its integrations.
    pub fn may_change(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }
}

/// A person signed in to one workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub workspace: WorkspaceId,
    /// The person's id at whoever vouched for them.
    pub person: String,
    pub role: Role,
    #[serde(default)]
    pub vouched_by: VouchedBy,
    pub ends_at: Moment,
    /// TTL attribute. DynamoDB deletes late, so readers check `ends_at`.
    pub expires_at: i64,
}

/// Who says that the person of a session is who they are, and what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VouchedBy {
    /// The operator, by a link.
    #[default]
    Operator,
    /// An issuer. The person is a member, whose row says at each request what they may do.
    Issuer,
}

/// The way from the console to an issuer's sign-in page and back: what the `state` parameter stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// Hash of the token in the browser that began it: the same browser must come back.
    pub browser: String,
    pub issuer: String,
    pub nonce: String,
    /// PKCE code verifier, sealed.
    pub sealed_verifier: String,
    /// Which of the person's workspaces they want, if they said.
    #[serde(default)]
    pub wanted: Option<WorkspaceId>,
    /// Hash of the invitation that the person accepts by signing in.
    #[serde(default)]
    pub invitation: Option<String>,
    /// Its token, sealed: whoever is refused tries again with it.
    #[serde(default)]
    pub sealed_invitation: Option<String>,
    pub ends_at: Moment,
    pub expires_at: i64,
}

/// The way from the console to Workday's consent page and back: what the `state` parameter stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    /// Who pressed Connect Now.
    pub person: String,
    /// Hash of the session that began it: the same browser must come back.
    pub session: String,
    /// The host whose consent page was asked.
    pub sign_in_host: String,
    pub redirect_uri: String,
    /// PKCE code verifier, sealed, when the connection uses PKCE.
    #[serde(default)]
    pub sealed_verifier: Option<String>,
    pub ends_at: Moment,
    pub expires_at: i64,
}

impl Store {
    /// Makes a session known under the hash of its token.
    pub async fn put_session(&self, token_hash: &str, session: &Session) -> Result<(), StoreError> {
        self.put(&key::session(token_hash), session).await
    }

    /// The session of a token; `None` when there is none or it has ended.
    pub async fn session(&self, token_hash: &str, now: Moment) -> Result<Option<Session>, StoreError> {
        let found: Option<Session> = self.read(&key::session(token_hash), "a session").await?;
        Ok(found.filter(|session| session.ends_at > now))
    }

    /// Ends a session.
    pub async fn delete_session(&self, token_hash: &str) -> Result<(), StoreError> {
        self.delete(&key::session(token_hash)).await
    }

    /// Offers a session to whoever brings the token of a sign-in link; `ends_at` is the link's.
    pub async fn put_sign_in(&self, token_hash: &str, offer: &Session) -> Result<(), StoreError> {
        self.put(&key::sign_in(token_hash), offer).await
    }

    /// Whether a sign-in link can still be used; looking uses nothing up.
    pub async fn is_sign_in_offered(&self, token_hash: &str, now: Moment) -> Result<bool, StoreError> {
        let offer: Option<Session> = self.read(&key::sign_in(token_hash), "a sign-in link").await?;
        Ok(offer.is_some_and(|offer| offer.ends_at > now))
    }

    /// Uses a sign-in link up; `None` when it is unknown, used or over.
    pub async fn take_sign_in(&self, token_hash: &str, now: Moment) -> Result<Option<Session>, StoreError> {
        let offer: Option<Session> = self.take_once(&key::sign_in(token_hash), "a sign-in link").await?;
        Ok(offer.filter(|offer| offer.ends_at > now))
    }

    /// Remembers a journey to an issuer under the hash of its `state`.
    pub async fn put_journey(&self, state_hash: &str, journey: &Journey) -> Result<(), StoreError> {
        self.put(&key::journey(state_hash), journey).await
    }

    /// Uses a `state` up; `None` when it is unknown, used or over.
    pub async fn take_journey(&self, state_hash: &str, now: Moment) -> Result<Option<Journey>, StoreError> {
        let journey: Option<Journey> = self.take_once(&key::journey(state_hash), "a sign-in").await?;
        Ok(journey.filter(|journey| journey.ends_at > now))
    }

    /// Remembers a journey to Workday's consent page under the hash of its `state`.
    pub async fn put_authorization(&self, state_hash: &str, request: &AuthorizationRequest) -> Result<(), StoreError> {
        self.put(&key::authorization_state(state_hash), request).await
    }

    /// Uses a `state` up; `None` when it is unknown, used or over.
    pub async fn take_authorization(&self, state_hash: &str, now: Moment) -> Result<Option<AuthorizationRequest>, StoreError> {
        let request: Option<AuthorizationRequest> = self
            .take_once(&key::authorization_state(state_hash), "an authorization state")
            .await?;
        Ok(request.filter(|request| request.ends_at > now))
    }

    async fn take_once<T: DeserializeOwned>(&self, key: &Key, expected: &'static str) -> Result<Option<T>, StoreError> {
        let taken = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .condition_expression("attribute_exists(pk)")
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        match taken.map_err(StoreError::from) {
            Ok(answer) => answer.attributes.map(|item| body(item, expected)).transpose(),
            Err(StoreError::ConditionFailed) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
