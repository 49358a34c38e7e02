//! Signing in: a single-use link gives a session, a cookie carries it, and every form proves that our page sent it.

use crate::{Admin, Problem, SetupError};
use domain::WorkspaceId;
use lambda_kit::signing::{equal_in_constant_time, random_token, token_hash};
use std::time::Duration;
use store::session::{Role, Session};

/// A working day; then sign in again.
const SESSION_LASTS: Duration = Duration::from_hours(12);

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
    token: String,
}

impl SignedIn {
    /// What every form of this session carries; useless without the session's cookie.
    pub fn form_token(&self) -> String {
        token_hash(&format!("form {}", self.token))
    }

    /// Whether a form was sent by a page of this session. Compares in constant time.
    pub fn sent(&self, form_token: &str) -> bool {
        equal_in_constant_time(&self.form_token(), form_token)
    }

    /// The session's name in the table.
    pub fn session_hash(&self) -> String {
        session_hash(&self.token)
    }
}

fn session_hash(token: &str) -> String {
    token_hash(&format!("session {token}"))
}

impl Admin {
    /// Makes a sign-in link: a path of the console that works once within `valid_for`.
    pub async fn offer_sign_in(&self, workspace: &WorkspaceId, person: Person, valid_for: Duration) -> Result<String, SetupError> {
        let token = random_token().ok_or(Problem::Ours)?;
        let offer = self.session(workspace.clone(), person.id, person.role, valid_for);
        self.store.put_sign_in(&token_hash(&token), &offer).await?;
        Ok(format!("/sign-in?token={token}"))
    }

    /// Trades the token of a sign-in link for the session cookie's `Set-Cookie` value; `None` when it is used or over.
    pub async fn sign_in(&self, link_token: &str) -> Result<Option<String>, SetupError> {
        let Some(offer) = self.store.take_sign_in(&token_hash(link_token), self.clock.now()).await? else {
            return Ok(None);
        };
        let token = random_token().ok_or(Problem::Ours)?;
        let session = self.session(offer.workspace, offer.person, offer.role, SESSION_LASTS);
        self.store.put_session(&session_hash(&token), &session).await?;
        tracing::info!(workspace = %session.workspace, person = session.person, "signed in");
        Ok(Some(self.cookie(&token, SESSION_LASTS)))
    }

    /// Who sent these `Cookie` headers, if anybody is signed in.
    pub async fn signed_in<'a>(&self, cookies: impl IntoIterator<Item = &'a str>) -> Result<Option<SignedIn>, SetupError> {
        let name = self.cookie_name();
        let token = cookies
            .into_iter()
            .flat_map(|header| header.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find_map(|(found, value)| (found == name).then(|| value.to_owned()));
        let Some(token) = token else { return Ok(None) };
        let session = self.store.session(&session_hash(&token), self.clock.now()).await?;
        Ok(session.map(|session| SignedIn { session, token }))
    }

    /// Ends the session; the result is the `Set-Cookie` value that removes the cookie.
    pub async fn sign_out(&self, signed_in: &SignedIn) -> Result<String, SetupError> {
        self.store.delete_session(&signed_in.session_hash()).await?;
        Ok(self.cookie("", Duration::ZERO))
    }

    fn session(&self, workspace: WorkspaceId, person: String, role: Role, lasts: Duration) -> Session {
        let ends_at = self.clock.now().plus(lasts);
        Session {
            workspace,
            person,
            role,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        }
    }

    /// Browsers refuse the `__Host-` prefix and `Secure` over plain http, which only a local run uses.
    fn cookie_name(&self) -> &'static str {
        if self.is_https() { "__Host-session" } else { "session" }
    }

    /// `Lax`, not `Strict`: Workday's consent page sends the browser back to us, and the session must come along.
    fn cookie(&self, token: &str, lasts: Duration) -> String {
        let secure = if self.is_https() { "; Secure" } else { "" };
        let (name, seconds) = (self.cookie_name(), lasts.as_secs());
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}
