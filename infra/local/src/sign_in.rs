//! The way in on this machine: nobody has to vouch for who starts the product.

use admin::{Admin, AdminError, Person};
use domain::WorkspaceId;
use std::time::Duration;
use store::session::Role;

/// Who is signed in on this machine, as the pages show it.
pub const OWNER: &str = "local-owner";

const LASTS: Duration = Duration::from_hours(12);

/// A link that signs an owner in.
pub(crate) async fn sign_in_link(admin: &Admin, workspace: &WorkspaceId) -> Result<String, AdminError> {
    let person = Person {
        id: OWNER.to_owned(),
        role: Role::Owner,
    };
    let path = admin.offer_sign_in(workspace, person, LASTS).await?;
    Ok(admin.public_url().at(&path))
}
