//! Signing in by OIDC at any issuer: discovery, authorization code with PKCE, and the check of the ID token.
//!
//! Speaks the standard's words and knows nothing of ours: no workspace, no role, no row, no clock. The issuer's answers
//! are hostile until proven otherwise. Invariant: [`Person`] comes out of [`Issuer::person`] only, which has checked
//! signature, issuer, audience, times and nonce.

mod exchange;
mod issuer;
mod token;

pub use issuer::{Issuer, Journey, RelyingParty};
pub use token::{Person, TokenRefused};

use reqwest::{Request, Response};
use std::error::Error;
use tower::util::BoxCloneSyncService;

/// What requests are sent by.
pub type Wire = BoxCloneSyncService<Request, Response, Box<dyn Error + Send + Sync>>;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The issuer does not answer, or answers with a failure of its own. Try again.
    #[error("the issuer is not available")]
    Unavailable(#[source] Option<Box<dyn Error + Send + Sync>>),
    /// The issuer's own description of itself cannot be used: the deployment names another issuer, or none.
    #[error("the issuer's configuration cannot be used: {0}")]
    Unusable(&'static str),
    /// The issuer does not accept our client id and secret.
    #[error("the issuer does not accept our client")]
    ClientRefused,
    /// The code is used, over, or not of this browser's journey.
    #[error("the issuer does not accept the code")]
    CodeRefused,
    /// The ID token is not one for us.
    #[error("the ID token is refused: {0}")]
    TokenRefused(#[from] TokenRefused),
}
