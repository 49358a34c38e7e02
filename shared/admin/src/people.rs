//! Who belongs to a workspace: invitations, roles, removal, and the issuers that may speak for it.

use crate::{Admin, AdminError, Problem, SignedIn};
use domain::{EmailAddress, Moment, PersonId, WorkspaceId};
use identity::Person;
use keys::{random_token, token_hash};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use store::person::{Member, RoleChange};
use store::sealing::Place;
use store::session::{Invitation, Role, VouchedBy};

/// Long enough for a holiday.
const INVITATION_LASTS: Duration = Duration::from_hours(7 * 24);

/// Longer names are cut.
const LONGEST_NAME: usize = 200;

impl Admin {
    /// Lets the issuer that people sign in at say who belongs to a workspace. The operator's act.
    pub async fn tie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), AdminError> {
        if self.company_issuer() != Some(issuer) {
            return Err(Problem::IssuerForeign.into());
        }
        Ok(self.store.tie_issuer(workspace, issuer).await?)
    }

    /// Takes that back: whoever it vouched for is signed out at their next request. [`Problem::IssuerNeverTied`] when there
    /// was nothing to take back.
    pub async fn untie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), AdminError> {
        if self.store.untie_issuer(workspace, issuer).await? {
            return Ok(());
        }
        Err(Problem::IssuerNeverTied.into())
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

    /// Makes an invitation: an address of ours that gives whoever has this email address the role, once, within seven days.
    pub async fn invite_person(&self, owner: &SignedIn, email: &str, role: Role) -> Result<String, AdminError> {
        check_owner(owner)?;
        let issuer = self.company_issuer().ok_or(Problem::IssuerMissing)?;
        self.check_tie(&owner.session.workspace, issuer).await?;
        let email = EmailAddress::parse(email).ok_or(Problem::InviteeUnusable)?;
        let token = random_token().ok_or(Problem::Ours)?;
        let hash = token_hash(&token);
        let session = &owner.session;
        let place = address_place(&session.workspace, &hash);
        let ends_at = self.clock.now().plus(INVITATION_LASTS);
        let invitation = Invitation {
            sealed_address: self.store.keyring().seal_text(place, &comparable(&email))?,
            workspace: session.workspace.clone(),
            role,
            invited_by: session.person.clone(),
            vouched_by: session.vouched_by,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        };
        self.store.put_invitation(&hash, &invitation).await?;
        Ok(self.public_url.at(&format!("/invitation/{token}")))
    }

    /// What an invitation offers, if it can still be accepted. Looking uses nothing up.
    pub async fn invitation(&self, token: &str) -> Result<Option<Invitation>, AdminError> {
        self.open_invitation(&token_hash(token), self.clock.now()).await
    }

    /// An invitation holds while whoever made it may make one. The operator's word holds always.
    async fn open_invitation(&self, hash: &str, now: Moment) -> Result<Option<Invitation>, AdminError> {
        let Some(invitation) = self.store.invitation(hash, now).await? else {
            return Ok(None);
        };
        let holds = match invitation.vouched_by {
            VouchedBy::Operator => true,
            VouchedBy::Issuer => {
                let inviter = self.standing_of(&invitation.workspace, &invitation.invited_by).await?;
                inviter.is_some_and(|inviter| inviter.role == Role::Owner)
            }
        };
        Ok(holds.then_some(invitation))
    }

    /// Gives the invited person their role. Whoever cannot accept leaves the invitation as it is.
    pub(crate) async fn accept_invitation(&self, hash: &str, person: &Person, now: Moment) -> Result<Member, AdminError> {
        let offered = self.open_invitation(hash, now).await?.ok_or(Problem::InvitationOver)?;
        self.check_invited(&offered, hash, person)?;
        self.check_tie(&offered.workspace, &person.issuer).await?;
        let id = PersonId::derive(&person.issuer, &person.subject);
        let known = self.store.member(&offered.workspace, &id).await?;
        let member = Member {
            sealed_name: self.seal_name(&offered.workspace, &id, person)?,
            workspace: offered.workspace,
            person: id,
            issuer: person.issuer.clone(),
            role: offered.role,
            by_claims: false,
            since: known.as_ref().map_or(now, |known| known.since),
            last_visit: now,
        };
        changed(self.store.accept_invitation(hash, &member, known.as_ref()).await?)?;
        Ok(member)
    }

    /// Whoever else the address reached is not whom the owner meant.
    fn check_invited(&self, offered: &Invitation, hash: &str, person: &Person) -> Result<(), AdminError> {
        if !person.email_is_verified() {
            return Err(Problem::EmailUnverified.into());
        }
        let place = address_place(&offered.workspace, hash);
        let invited = self.store.keyring().open_text(place, &offered.sealed_address)?;
        let theirs = person.texts("email").into_iter().next().and_then(EmailAddress::parse);
        if theirs.is_some_and(|theirs| comparable(&theirs).expose_secret() == invited.expose_secret()) {
            return Ok(());
        }
        Err(Problem::InvitationForeign.into())
    }

    /// Gives a person of the workspace another role; it holds from their next request on.
    pub async fn change_role(&self, owner: &SignedIn, person: &str, role: Role) -> Result<(), AdminError> {
        let member = self.person_of(owner, person).await?;
        let changed_member = Member { role, ..member.clone() };
        changed(self.store.save_member(&changed_member, Some(&member)).await?)
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

/// Where the address of an invitation belongs.
fn address_place<'a>(workspace: &'a WorkspaceId, invitation: &'a str) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: invitation,
        kind: "invitation_address",
        version: 1,
    }
}

/// No company gives two people addresses that differ in capitals alone, and people type them as they like.
fn comparable(email: &EmailAddress) -> SecretString {
    SecretString::from(email.as_str().to_lowercase())
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
