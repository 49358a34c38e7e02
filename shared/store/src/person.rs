//! Who belongs to a workspace: people whom an issuer vouches for, and the issuers that may speak for it.
//!
//! A person is an issuer's subject, never an email address. Invariant: a workspace that has an owner keeps one: each
//! change of a role is a transaction with the row that lists its owners, conditional on what that row was.

use crate::key;
use crate::row::{body, item, number};
use crate::session::Role;
use crate::{Store, StoreError, Transaction};
use domain::{Moment, PersonId, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// A person of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub workspace: WorkspaceId,
    pub person: PersonId,
    pub issuer: String,
    /// What people know them by, sealed.
    pub sealed_name: String,
    pub role: Role,
    /// The issuer's claims said so, and take it away again; else an invitation did.
    pub by_claims: bool,
    pub since: Moment,
    pub last_visit: Moment,
}

/// People on a page.
const MEMBERS_A_PAGE: i32 = 100;

/// A page of the people of a workspace.
#[derive(Debug, Clone)]
pub struct Members {
    pub members: Vec<Member>,
    /// The page ends with this person; none: it is the last.
    pub next: Option<PersonId>,
}

/// The workspace's owners.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Owners {
    people: BTreeSet<PersonId>,
    /// Grows with every change; 0: none yet.
    revision: u64,
}

/// What became of a change of somebody's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleChange {
    Done,
    /// Nobody would own the workspace any more.
    LastOwner,
}

/// A person's role became a lesser one, or they were removed. Kept while an invitation from before could be open.
#[derive(Serialize, Deserialize)]
struct RoleLoss {
    lost_at: Moment,
    /// TTL attribute.
    expires_at: i64,
}

const NO_LOSS_SINCE: &str = "attribute_not_exists(pk) OR lost_at < :since";
/// Longer than any invitation, by more than the clocks of two functions differ.
pub(crate) const ROLE_LOSS_KEPT: Duration = Duration::from_hours(8 * 24);

#[derive(Serialize, Deserialize)]
struct Tie {
    workspace: WorkspaceId,
    issuer: String,
}

#[derive(Serialize, Deserialize)]
struct Belonging {
    workspace: WorkspaceId,
}

impl Store {
    /// Lets an issuer speak for the workspace.
    pub async fn tie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), StoreError> {
        let tie = Tie {
            workspace: workspace.clone(),
            issuer: issuer.to_owned(),
        };
        self.put(&key::issuer(workspace, issuer), &tie).await
    }

    /// The issuer speaks for the workspace no more.
    pub async fn untie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), StoreError> {
        self.delete(&key::issuer(workspace, issuer)).await
    }

    /// Whether the issuer may speak for the workspace.
    pub async fn is_issuer_tied(&self, workspace: &WorkspaceId, issuer: &str) -> Result<bool, StoreError> {
        let tie: Option<Tie> = self.read(&key::issuer(workspace, issuer), "a tie of an issuer").await?;
        Ok(tie.is_some_and(|tie| tie.issuer == issuer && tie.workspace == *workspace))
    }

    /// The person's place in the workspace.
    pub async fn member(&self, workspace: &WorkspaceId, person: &PersonId) -> Result<Option<Member>, StoreError> {
        self.read(&key::member(workspace, person), "a person").await
    }

    /// A page of the people who belong to the workspace, the ones after a person of the page before.
    pub async fn members(&self, workspace: &WorkspaceId, after: Option<&PersonId>) -> Result<Members, StoreError> {
        let answer = self
            .rows_of(&key::workspace_partition(workspace), key::MEMBER_PREFIX)
            .limit(MEMBERS_A_PAGE)
            .set_exclusive_start_key(after.map(|person| key::member(workspace, person).attributes()))
            .send()
            .await?;
        let rows = answer.items.unwrap_or_default().into_iter();
        let members: Vec<Member> = rows.map(|row| body(row, "a person")).collect::<Result<_, _>>()?;
        let last = || members.last().map(|member| member.person.clone());
        Ok(Members {
            next: answer.last_evaluated_key.and_then(|_| last()),
            members,
        })
    }

    /// The workspaces a person belongs to.
    pub async fn workspaces_of(&self, person: &PersonId) -> Result<Vec<WorkspaceId>, StoreError> {
        let partition = key::person_partition(person);
        let found: Vec<Belonging> = self.query(&partition, "W#", "a person's workspace").await?;
        Ok(found.into_iter().map(|belonging| belonging.workspace).collect())
    }

    /// Stores the person's place; `known` is the one that they had. [`StoreError::ConditionFailed`] when another change was
    /// first: whoever was removed meanwhile is not brought back.
    pub async fn save_member(&self, member: &Member, known: Option<&Member>, now: Moment) -> Result<RoleChange, StoreError> {
        let mut transaction = Transaction::default();
        if known.is_some_and(|known| member.role.is_less_than(known.role)) {
            self.note_loss(&mut transaction, member, now, None)?;
        }
        self.place(transaction, member, known).await
    }

    /// Writes the rest of a change that gives a person a place.
    pub(crate) async fn place(
        &self,
        mut transaction: Transaction,
        member: &Member,
        known: Option<&Member>,
    ) -> Result<RoleChange, StoreError> {
        let is_owner = member.role == Role::Owner;
        if !self.list_owner(&mut transaction, member, is_owner).await? {
            return Ok(RoleChange::LastOwner);
        }
        let condition = match known {
            Some(_) => "attribute_exists(pk)",
            None => "attribute_not_exists(pk)",
        };
        let row = item(&key::member(&member.workspace, &member.person), member)?;
        transaction.put_item(&self.table, row, Some(condition), &[])?;
        let belonging = Belonging {
            workspace: member.workspace.clone(),
        };
        transaction.put(&self.table, &key::belonging(&member.person, &member.workspace), &belonging)?;
        self.commit(transaction).await?;
        Ok(RoleChange::Done)
    }

    /// The person belongs to the workspace no more; [`StoreError::ConditionFailed`] when another change was first.
    pub async fn remove_member(&self, member: &Member, now: Moment) -> Result<RoleChange, StoreError> {
        let mut transaction = Transaction::default();
        if !self.list_owner(&mut transaction, member, false).await? {
            return Ok(RoleChange::LastOwner);
        }
        transaction.delete_as(&self.table, &key::member(&member.workspace, &member.person), |delete| delete)?;
        transaction.delete_as(&self.table, &key::belonging(&member.person, &member.workspace), |delete| delete)?;
        self.note_loss(&mut transaction, member, now, None)?;
        self.commit(transaction).await?;
        Ok(RoleChange::Done)
    }

    /// Notes that a person loses a role; where `unless_since` says so, only if they have lost none since that moment.
    pub(crate) fn note_loss(
        &self,
        transaction: &mut Transaction,
        member: &Member,
        now: Moment,
        unless_since: Option<Moment>,
    ) -> Result<(), StoreError> {
        let loss = RoleLoss {
            lost_at: now,
            expires_at: now.plus(ROLE_LOSS_KEPT).epoch_seconds(),
        };
        let row = item(&key::role_loss(&member.workspace, &member.person), &loss)?;
        match unless_since {
            Some(moment) => transaction.put_item(&self.table, row, Some(NO_LOSS_SINCE), &[(":since", number(moment.0))]),
            None => transaction.put_item(&self.table, row, None, &[]),
        }
    }

    /// Holds a transaction to it that a person has lost no role since a moment.
    pub(crate) fn expect_no_loss(
        &self,
        transaction: &mut Transaction,
        workspace: &WorkspaceId,
        person: &PersonId,
        since: Moment,
    ) -> Result<(), StoreError> {
        transaction.expect(&self.table, &key::role_loss(workspace, person), |check| {
            check
                .condition_expression(NO_LOSS_SINCE)
                .expression_attribute_values(":since", number(since.0))
        })
    }

    /// Whether a person has lost a role, or their place, since a moment: what was offered to them or by them until then
    /// holds no more.
    pub async fn lost_a_role_since(&self, workspace: &WorkspaceId, person: &PersonId, since: Moment) -> Result<bool, StoreError> {
        let loss: Option<RoleLoss> = self.read(&key::role_loss(workspace, person), "when a person lost a role").await?;
        Ok(loss.is_some_and(|loss| loss.lost_at >= since))
    }

    /// Writes the list of owners with or without the person; `false` when that would leave nobody.
    async fn list_owner(&self, transaction: &mut Transaction, member: &Member, is_owner: bool) -> Result<bool, StoreError> {
        let place = key::owners(&member.workspace);
        let mut owners: Owners = self.read(&place, "the owners of a workspace").await?.unwrap_or_default();
        let seen = owners.revision;
        let was_owner = owners.people.contains(&member.person);
        if is_owner {
            owners.people.insert(member.person.clone());
        } else {
            owners.people.remove(&member.person);
        }
        if was_owner && owners.people.is_empty() {
            return Ok(false);
        }
        owners.revision += 1;
        let row = item(&place, &owners)?;
        if seen == 0 {
            transaction.put_item(&self.table, row, Some("attribute_not_exists(pk)"), &[])?;
        } else {
            transaction.put_item(&self.table, row, Some("revision = :seen"), &[(":seen", number(seen))])?;
        }
        Ok(true)
    }

    /// Notes a visit, unless the person was removed meanwhile.
    pub async fn note_visit(&self, member: &Member, at: Moment) -> Result<(), StoreError> {
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::member(&member.workspace, &member.person).attributes()))
            .condition_expression("attribute_exists(pk)")
            .update_expression("SET last_visit = :at")
            .expression_attribute_values(":at", number(at.0))
            .send()
            .await;
        match noted.map_err(StoreError::from) {
            Ok(_) | Err(StoreError::ConditionFailed) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
