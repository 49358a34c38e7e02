//! Signing in: a single-use link gives a session. Whoever holds its token is known here by the token's hash alone.

use crate::{Act, Actor, Admin, AdminError, Problem, Subject};
use domain::{PersonId, WorkspaceId};
use keys::{random_token, token_hash};
use lambda_kit::telemetry::chain;
use std::time::Duration;
use store::person::Member;
use store::session::{Role, Session, VouchedBy};

/// A working day; then sign in again.
const SESSION_LASTS: Duration = Duration::from_hours(12);

/// More seldom than people press, for each is a write.
const BETWEEN_NOTED_VISITS: Duration = Duration::from_hours(1);

/// Who is to be signed in, and what they may do.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their id at whoever vouches for them.
    pub id: String,
    pub role: Role,
}

/// A signed-in person's request.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub session: Session,
    session_hash: String,
}

impl SignedIn {
    /// The session's name in the table.
    pub fn session_hash(&self) -> &str {
        &self.session_hash
    }
}

impl Admin {
    /// Makes a sign-in link: a path of the console that works once within `valid_for`.
    pub async fn offer_sign_in(&self, workspace: &WorkspaceId, person: Person, valid_for: Duration) -> Result<String, AdminError> {
        let token = random_token().ok_or(Problem::Ours)?;
        let offer = self.session(workspace.clone(), person.id, person.role, valid_for);
        let store = self.recording(workspace, Act::SignInLinkMade, Subject::Role { role: person.role })?;
        store.put_sign_in(&token_hash(&token), &offer).await?;
        Ok(format!("/sign-in?token={token}"))
    }

    /// Whether a sign-in link still works. Looking uses nothing up: mail scanners open every link before its reader does.
    pub async fn is_sign_in_offered(&self, link_token: &str) -> Result<bool, AdminError> {
        Ok(self.store.is_sign_in_offered(&token_hash(link_token), self.clock.now()).await?)
    }

    /// Trades the token of a sign-in link for a session of this hash, and says how long it lasts; `None` when the link is
    /// used or over.
    pub async fn sign_in(&self, link_token: &str, session_hash: &str) -> Result<Option<Duration>, AdminError> {
        let Some(offer) = self.store.take_sign_in(&token_hash(link_token), self.clock.now()).await? else {
            return Ok(None);
        };
        let session = self.session(offer.workspace, offer.person, offer.role, SESSION_LASTS);
        Ok(Some(self.open_session(session_hash, &session, Act::SignedInByLink).await?))
    }

    /// Whose session this hash is, if it is one that has not ended.
    pub async fn signed_in(&self, session_hash: String) -> Result<Option<SignedIn>, AdminError> {
        let Some(mut session) = self.store.session(&session_hash, self.clock.now()).await? else {
            return Ok(None);
        };
        match session.vouched_by {
            VouchedBy::Operator => {}
            VouchedBy::Issuer => {
                let Some(member) = self.standing_of(&session.workspace, &session.person).await? else {
                    self.store.delete_session(&session_hash).await?;
                    return Ok(None);
                };
                session.role = member.role;
                self.note_visit(&member).await;
            }
        }
        Ok(Some(SignedIn { session, session_hash }))
    }

    /// Keeps when the person was last here, to the hour. A table that takes nothing at the moment locks nobody out.
    async fn note_visit(&self, member: &Member) {
        let now = self.clock.now();
        if now.since(member.last_visit) < BETWEEN_NOTED_VISITS {
            return;
        }
        if let Err(error) = self.store.note_visit(member, now).await {
            tracing::warn!(workspace = %member.workspace, error = chain(&error), "a visit was not noted");
        }
    }

    /// What a person whom an issuer named may do now: `None` when they were removed, or their issuer speaks for the
    /// workspace no more.
    pub(crate) async fn standing_of(&self, workspace: &WorkspaceId, person: &str) -> Result<Option<Member>, AdminError> {
        let person = PersonId::new(person)?;
        let Some(member) = self.store.member(workspace, &person).await? else {
            return Ok(None);
        };
        let tied = self.store.is_issuer_tied(workspace, &member.issuer).await?;
        Ok(tied.then_some(member))
    }

    /// Ends the session.
    pub async fn sign_out(&self, signed_in: &SignedIn) -> Result<(), AdminError> {
        let workspace = &signed_in.session.workspace;
        let store = self.recording(workspace, Act::SignedOut, Subject::Workspace)?;
        store.delete_session(&signed_in.session_hash).await?;
        Ok(())
    }

    /// Opens the session of a person whom an issuer named, and says how long it lasts.
    pub(crate) async fn let_in(&self, member: &Member, session_hash: &str) -> Result<Duration, AdminError> {
        let person = member.person.as_str().to_owned();
        let session = Session {
            vouched_by: VouchedBy::Issuer,
            ..self.session(member.workspace.clone(), person, member.role, SESSION_LASTS)
        };
        self.open_session(session_hash, &session, Act::SignedIn).await
    }

    async fn open_session(&self, session_hash: &str, session: &Session, what: Act) -> Result<Duration, AdminError> {
        let on = Subject::Role { role: session.role };
        let store = self.recording_by(Actor::of(session), &session.workspace, what, on)?;
        store.put_session(session_hash, session).await?;
        tracing::info!(workspace = %session.workspace, person = session.person, "signed in");
        Ok(SESSION_LASTS)
    }

    fn session(&self, workspace: WorkspaceId, person: String, role: Role, lasts: Duration) -> Session {
        let ends_at = self.clock.now().plus(lasts);
        Session {
            workspace,
            person,
            role,
            vouched_by: VouchedBy::Operator,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        }
    }
}
