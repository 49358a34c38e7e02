//! Who belongs to a workspace: invitations, roles, removal, and the issuers that may speak for it.

use crate::{Act, Actor, Admin, AdminError, Problem, SignedIn, Subject};
use domain::{EmailAddress, Moment, PersonId, WorkspaceId};
use identity::Person;
use keys::{random_token, token_hash};
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};
use store::invitation::{INVITATION_LASTS, Invitation, OpenInvitation};
use store::person::{Member, RoleChange};
use store::sealing::Place;
use store::session::Role;
use store::{Store, StoreError};

/// Longer names are cut.
const LONGEST_NAME: usize = 200;

/// A page of the people of a workspace, each with what they are known by.
#[derive(Debug)]
pub struct PeoplePage {
    pub people: Vec<(Member, String)>,
    /// The page ends with this person; none: it is the last.
    pub next: Option<PersonId>,
}

/// What people of a workspace are known by.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// The name of a person by their id, which is not for reading. Whoever the operator let in is called by theirs.
    pub fn of<'a>(&'a self, id: &'a str) -> &'a str {
        let known = self.0.get(id).map(String::as_str);
        known.unwrap_or(if PersonId::is_derived(id) { "a person who was removed" } else { id })
    }
}

impl Admin {
    /// Lets the issuer that people sign in at say who belongs to a workspace. The operator's act.
    pub async fn tie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), AdminError> {
        if self.company_issuer() != Some(issuer) {
            return Err(Problem::IssuerForeign.into());
        }
        let store = self.recording(workspace, Act::IssuerAllowed, Subject::Workspace)?;
        Ok(store.tie_issuer(workspace, issuer).await?)
    }

    /// Takes that back: whoever it vouched for is signed out at their next request. [`Problem::IssuerNeverTied`] when there
    /// was nothing to take back.
    pub async fn untie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), AdminError> {
        if !self.store.is_issuer_tied(workspace, issuer).await? {
            return Err(Problem::IssuerNeverTied.into());
        }
        let store = self.recording(workspace, Act::IssuerForbidden, Subject::Workspace)?;
        Ok(store.untie_issuer(workspace, issuer).await?)
    }

    /// Everybody who belongs to the workspace, with what they are known by.
    pub async fn people(&self, workspace: &WorkspaceId) -> Result<Vec<(Member, String)>, AdminError> {
        let (mut people, mut after) = (Vec::new(), None);
        loop {
            let page = self.people_page(workspace, after.as_ref()).await?;
            people.extend(page.people);
            after = page.next;
            if after.is_none() {
                return Ok(people);
            }
        }
    }

    /// A page of them, the ones after a person of the page before.
    pub async fn people_page(&self, workspace: &WorkspaceId, after: Option<&PersonId>) -> Result<PeoplePage, AdminError> {
        let page = self.store.members(workspace, after).await?;
        let named = page.members.into_iter().map(|member| {
            let name = self.name_of(&member)?;
            Ok((member, name))
        });
        Ok(PeoplePage {
            people: named.collect::<Result<_, AdminError>>()?,
            next: page.next,
        })
    }

    /// What people know these persons by, whoever of them belongs to the workspace still.
    pub async fn names<'a>(&self, workspace: &WorkspaceId, ids: impl Iterator<Item = &'a str>) -> Result<Names, AdminError> {
        let ids: BTreeSet<&str> = ids.filter(|id| PersonId::is_derived(id)).collect();
        let mut names = BTreeMap::new();
        for id in ids {
            if let Some(member) = self.store.member(workspace, &PersonId::new(id)?).await? {
                names.insert(id.to_owned(), self.name_of(&member)?);
            }
        }
        Ok(Names(names))
    }

    fn name_of(&self, member: &Member) -> Result<String, AdminError> {
        let place = name_place(&member.workspace, &member.person);
        let name = self.store.keyring().open_text(place, &member.sealed_name)?;
        Ok(name.expose_secret().to_owned())
    }

    /// What people know a person by: the address that their issuer checked, or their name there. A name that looks like an
    /// address would pass for one that was checked.
    pub(crate) fn seal_name(&self, workspace: &WorkspaceId, id: &PersonId, person: &Person) -> Result<String, AdminError> {
        let address = person.texts("email").into_iter().next().filter(|_| person.email_is_verified());
        let name = || person.texts("name").into_iter().find(|name| !name.contains('@'));
        let name = address.or_else(name).unwrap_or(id.as_str());
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
        let made_at = self.clock.now();
        let ends_at = made_at.plus(INVITATION_LASTS);
        let invitation = Invitation {
            sealed_address: self.store.keyring().seal_text(place, &comparable(&email))?,
            workspace: session.workspace.clone(),
            role,
            invited_by: session.person.clone(),
            vouched_by: session.vouched_by,
            made_at,
            taken_back: false,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        };
        let store = self.recording(&session.workspace, Act::Invited, Subject::Role { role })?;
        store.put_invitation(&hash, &invitation).await?;
        Ok(self.public_url.at(&format!("/invitation/{token}")))
    }

    /// What an invitation offers, if it can still be accepted. Looking uses nothing up.
    pub async fn invitation(&self, token: &str) -> Result<Invitation, AdminError> {
        self.offered(&token_hash(token), self.clock.now()).await
    }

    async fn offered(&self, hash: &str, now: Moment) -> Result<Invitation, AdminError> {
        let invitation = self.store.invitation(hash, now).await?.ok_or(Problem::InvitationOver)?;
        if invitation.taken_back {
            return Err(Problem::InvitationTakenBack.into());
        }
        if self.holds(&invitation).await? {
            return Ok(invitation);
        }
        Err(Problem::InvitationOver.into())
    }

    /// An invitation holds while whoever made it has been an owner all the time. The operator's word holds always.
    async fn holds(&self, invitation: &Invitation) -> Result<bool, AdminError> {
        let Some(inviter) = invitation.made_by_member() else {
            return Ok(true);
        };
        let workspace = &invitation.workspace;
        let standing = self.standing_of(workspace, inviter.as_str()).await?;
        let is_owner = standing.is_some_and(|inviter| inviter.role == Role::Owner);
        Ok(is_owner && !self.store.lost_a_role_since(workspace, &inviter, invitation.made_at).await?)
    }

    /// The invitations that can be accepted now, those that end first before the others, with the address each is for.
    pub async fn open_invitations(&self, workspace: &WorkspaceId) -> Result<Vec<(OpenInvitation, String)>, AdminError> {
        let mut open = Vec::new();
        for listed in self.store.open_invitations(workspace, self.clock.now()).await? {
            if self.holds(&listed.invitation).await? {
                let place = address_place(workspace, &listed.hash);
                let address = self.store.keyring().open_text(place, &listed.invitation.sealed_address)?;
                open.push((listed, address.expose_secret().to_owned()));
            }
        }
        open.sort_by_key(|(listed, _)| listed.invitation.ends_at);
        Ok(open)
    }

    /// Takes an open invitation back, named by the hash that the list gives it.
    pub async fn take_back_invitation(&self, owner: &SignedIn, hash: &str) -> Result<(), AdminError> {
        check_owner(owner)?;
        let workspace = &owner.session.workspace;
        let open = self.store.open_invitations(workspace, self.clock.now()).await?;
        let open = open.into_iter().find(|open| open.hash == hash).ok_or(Problem::InvitationUnknown)?;
        let role = open.invitation.role;
        let store = self.recording(workspace, Act::InvitationTakenBack, Subject::Role { role })?;
        Ok(store.take_back_invitation(&open).await?)
    }

    /// Gives the invited person their role. Whoever cannot accept leaves the invitation as it is.
    pub(crate) async fn accept_invitation(&self, hash: &str, person: &Person, now: Moment) -> Result<Member, AdminError> {
        let offered = self.offered(hash, now).await?;
        self.check_invited(&offered, hash, person)?;
        self.check_tie(&offered.workspace, &person.issuer).await?;
        let id = PersonId::derive(&person.issuer, &person.subject);
        // Who was removed, or given a lesser role, does not come back by what they were offered before.
        if self.store.lost_a_role_since(&offered.workspace, &id, offered.made_at).await? {
            return Err(Problem::InvitationOver.into());
        }
        let known = self.store.member(&offered.workspace, &id).await?;
        let member = Member {
            sealed_name: self.seal_name(&offered.workspace, &id, person)?,
            workspace: offered.workspace.clone(),
            person: id,
            issuer: person.issuer.clone(),
            role: offered.role,
            by_claims: false,
            since: known.as_ref().map_or(now, |known| known.since),
            last_visit: now,
        };
        let store = self.recording_of(&member, Act::InvitationAccepted)?;
        changed(store.accept_invitation(hash, &offered, &member, known.as_ref()).await?)?;
        Ok(member)
    }

    /// What a person does to their own place by signing in.
    pub(crate) fn recording_of(&self, member: &Member, what: Act) -> Result<Store, StoreError> {
        let who = Actor::Person {
            person: member.person.clone(),
        };
        self.recording_by(who, &member.workspace, what, subject(member))
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
        let store = self.recording(&member.workspace, Act::RoleGiven, subject(&changed_member))?;
        changed(store.save_member(&changed_member, Some(&member), self.clock.now()).await?)
    }

    /// Removes a person from the workspace; their sessions end with their next request.
    pub async fn remove_person(&self, owner: &SignedIn, person: &str) -> Result<(), AdminError> {
        let member = self.person_of(owner, person).await?;
        let store = self.recording(&member.workspace, Act::Removed, subject(&member))?;
        changed(store.remove_member(&member, self.clock.now()).await?)
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

fn subject(member: &Member) -> Subject {
    Subject::Person {
        person: member.person.clone(),
        role: member.role,
    }
}

fn changed(change: RoleChange) -> Result<(), AdminError> {
    match change {
        RoleChange::Done => Ok(()),
        RoleChange::LastOwner => Err(Problem::LastOwner.into()),
    }
}
