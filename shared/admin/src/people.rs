//! Who belongs to a workspace: invitations, roles, removal, and the issuers that may speak for it.

use crate::{Admin, AdminError, Problem, SignedIn};
use domain::{Moment, PersonId, WorkspaceId};
use identity::Person;
use keys::{random_token, token_hash};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use store::person::{Member, RoleChange};
use store::sealing::Place;
use store::session::{Invitation, Role};

/// Long enough for a holiday.
const INVITATION_LASTS: Duration = Duration::from_hours(7 * 24);

/// Longer names are cut.
const LONGEST_NAME: usize = 200;

impl Admin {
    /// Lets an issuer say who belongs to a workspace. The operator's act.
    pub async fn tie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), AdminError> {
        Ok(self.store.tie_issuer(workspace, issuer).await?)
    }

    /// Takes that back: whoever it vouched for is signed out at their next request.
    pub async fn untie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), AdminError> {
        Ok(self.store.untie_issuer(workspace, issuer).await?)
    }

    /// Everybody who belongs to the workspace, with what they are known by.
    pub async fn people(&self, workspace: &WorkspaceId) -> Result<Vec<(Member, String)>, AdminError> {
        let members = self.store.members(workspace).await?;
        let named = members.into_iter().map(|member| {
            let place = name_place(workspace, &member.person);
            let name = self.store.keyring().open_text(place, &member.sealed_name)?;
            Ok((member, name.expose_secret().to_owned()))
        });
        named.collect()
    }

    /// What people know a person by: the address that their issuer checked, or their name there.
    pub(crate) fn seal_name(&self, workspace: &WorkspaceId, id: &PersonId, person: &Person) -> Result<String, AdminError> {
        let address = person.texts("email").into_iter().next().filter(|_| person.email_is_verified());
        let name = address.or_else(|| person.texts("name").into_iter().next()).unwrap_or(id.as_str());
        let name = SecretString::from(name.chars().take(LONGEST_NAME).collect::<String>());
        Ok(self.store.keyring().seal_text(name_place(workspace, id), &name)?)
    }

    /// Makes an invitation: an address that gives one person the role, once, within seven days.
    pub async fn invite_person(&self, owner: &SignedIn, role: Role) -> Result<String, AdminError> {
        check_owner(owner)?;
        let token = random_token().ok_or(Problem::Ours)?;
        let ends_at = self.clock.now().plus(INVITATION_LASTS);
        let invitation = Invitation {
            workspace: owner.session.workspace.clone(),
            role,
            invited_by: owner.session.person.clone(),
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        };
        self.store.put_invitation(&token_hash(&token), &invitation).await?;
        Ok(self.public_url.at(&format!("/invitation/{token}")))
    }

    /// What an invitation offers, if it can still be accepted. Looking uses nothing up.
    pub async fn invitation(&self, token: &str) -> Result<Option<Invitation>, AdminError> {
        Ok(self.store.invitation(&token_hash(token), self.clock.now()).await?)
    }

    /// Gives the invited person their role. Whoever cannot accept leaves the invitation as it is.
    pub(crate) async fn accept_invitation(&self, hash: &str, person: &Person, now: Moment) -> Result<Member, AdminError> {
        let offered = self.store.invitation(hash, now).await?.ok_or(Problem::InvitationOver)?;
        if !person.email_is_verified() {
            return Err(Problem::EmailUnverified.into());
        }
        self.check_tie(&offered.workspace, &person.issuer).await?;
        let taken = self.store.take_invitation(hash, now).await?.ok_or(Problem::InvitationOver)?;
        let id = PersonId::derive(&person.issuer, &person.subject);
        let member = Member {
            sealed_name: self.seal_name(&taken.workspace, &id, person)?,
            workspace: taken.workspace,
            person: id,
            issuer: person.issuer.clone(),
            role: taken.role,
            by_claims: false,
            since: now,
            last_visit: now,
        };
        changed(self.store.save_member(&member).await?)?;
        Ok(member)
    }

    /// Gives a person of the workspace another role; it holds from their next request on.
    pub async fn change_role(&self, owner: &SignedIn, person: &str, role: Role) -> Result<(), AdminError> {
        let member = self.person_of(owner, person).await?;
        let member = Member { role, ..member };
        changed(self.store.save_member(&member).await?)
    }

    /// Removes a person from the workspace; their sessions end with their next request.
    pub async fn remove_person(&self, owner: &SignedIn, person: &str) -> Result<(), AdminError> {
        let member = self.person_of(owner, person).await?;
        changed(self.store.remove_member(&member).await?)
    }

    async fn person_of(&self, owner: &SignedIn, person: &str) -> Result<Member, AdminError> {
        check_owner(owner)?;
        let person = PersonId::new(person).map_err(|_no_id| Problem::PersonUnknown)?;
        let member = self.store.member(&owner.session.workspace, &person).await?;
        Ok(member.ok_or(Problem::PersonUnknown)?)
    }
}

/// Where a sealed name belongs: one person of one workspace.
fn name_place<'a>(workspace: &'a WorkspaceId, person: &'a PersonId) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: person.as_str(),
        kind: "person_name",
        version: 1,
    }
}

/// Admins change settings; who else may is the owners' matter.
fn check_owner(person: &SignedIn) -> Result<(), AdminError> {
    match person.session.role {
        Role::Owner => Ok(()),
        Role::Admin | Role::Viewer => Err(Problem::OwnersOnly.into()),
    }
}

fn changed(change: RoleChange) -> Result<(), AdminError> {
    match change {
        RoleChange::Done => Ok(()),
        RoleChange::LastOwner => Err(Problem::LastOwner.into()),
    }
}
