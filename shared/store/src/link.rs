//! Links that need no sign-in: a random-looking token in the address, its hash in the table, ids only in the row.

use crate::{Store, StoreError, key};
use domain::{OrderId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// What a token opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub workspace: WorkspaceId,
    pub order: OrderId,
    pub purpose: LinkPurpose,
    /// A person sent a new link, or the person's data were erased.
    #[serde(default)]
    pub void: bool,
}

/// The two kinds of link we hand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// The candidate's way to the interview, `/i/…`.
    Candidate,
    /// The recruiter's View Report, `/r/…`.
    Report,
}

impl Store {
    /// Makes a link known under the hash of its token. Repeating it changes nothing.
    pub async fn put_link(&self, token_hash: &str, link: &Link) -> Result<(), StoreError> {
        self.put_new(&key::token_hash(token_hash), link).await.map(|_| ())
    }

    /// What the token with this hash opens.
    pub async fn link(&self, token_hash: &str) -> Result<Option<Link>, StoreError> {
        self.read(&key::token_hash(token_hash), "a link").await
    }

    /// Voids a link: the address answers, but opens nothing any more.
    pub async fn void_link(&self, token_hash: &str) -> Result<(), StoreError> {
        if let Some(link) = self.link(token_hash).await? {
            self.put(&key::token_hash(token_hash), &Link { void: true, ..link }).await?;
        }
        Ok(())
    }
}
