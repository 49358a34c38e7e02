//! The way in on this machine: nobody has to vouch for who starts the product.

use admin::{Admin, AdminError, Person, Problem};
use domain::WorkspaceId;
use lambda_http::{Body, Response};
use std::time::Duration;
use store::session::Role;
use web::{SessionCookie, SessionToken, answer};

/// Who is signed in on this machine, as the pages show it.
pub const OWNER: &str = "local-owner";

const LASTS: Duration = Duration::from_hours(12);

/// A link that signs an owner in.
pub(crate) async fn sign_in_link(admin: &Admin, workspace: &WorkspaceId) -> Result<String, AdminError> {
    let path = admin.offer_sign_in(workspace, owner(), LASTS).await?;
    Ok(admin.public_url().at(&path))
}

/// What a browser is answered that becomes the owner's at once.
pub(crate) async fn signed_in(admin: &Admin, workspace: &WorkspaceId) -> Result<Response<Body>, AdminError> {
    let path = admin.offer_sign_in(workspace, owner(), LASTS).await?;
    let session = SessionToken::random().ok_or(Problem::Ours)?;
    let link = path.split_once('=').map_or("", |(_, token)| token);
    let lasts = admin.sign_in(link, &session.session_hash()).await?.ok_or(Problem::Ours)?;
    let cookie = SessionCookie::of(admin.public_url());
    Ok(cookie.set(answer::redirect_to_path("/integrations"), &session, lasts))
}

fn owner() -> Person {
    Person {
        id: OWNER.to_owned(),
        role: Role::Owner,
    }
}
