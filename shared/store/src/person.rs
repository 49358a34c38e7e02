//! Who belongs to a workspace: people whom an issuer vouches for, and the issuers that may speak for it.
//!
//! A person is an issuer's subject, never an email address. Invariant: a workspace that has an owner keeps one: each
//! change of a role is a transaction with the row that lists its owners, conditional on what that row was.

use crate::key;
use crate::row::{item, number};
use crate::session::Role;
use crate::{Store, StoreError, Transaction};
use domain::{Moment, PersonId, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

    /// The issuer speaks for the workspace no more; `false` when it did not, written like this.
    pub async fn untie_issuer(&self, workspace: &WorkspaceId, issuer: &str) -> Result<bool, StoreError> {
        let is_tied = self.is_issuer_tied(workspace, issuer).await?;
        self.delete(&key::issuer(workspace, issuer)).await?;
        Ok(is_tied)
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

    /// Everybody who belongs to the workspace.
    pub async fn members(&self, workspace: &WorkspaceId) -> Result<Vec<Member>, StoreError> {
        self.query(&key::workspace_partition(workspace), key::MEMBER_PREFIX, "a person")
            .await
    }

    /// The workspaces a person belongs to.
    pub async fn workspaces_of(&self, person: &PersonId) -> Result<Vec<WorkspaceId>, StoreError> {
        let partition = key::person_partition(person);
        let found: Vec<Belonging> = self.query(&partition, "W#", "a person's workspace").await?;
        Ok(found.into_iter().map(|belonging| belonging.workspace).collect())
    }

    /// Stores the person's place; `known` is the one that they had. [`StoreError::ConditionFailed`] when another change was
    /// first: whoever was removed meanwhile is not brought back.
    pub async fn save_member(&self, member: &Member, known: Option<&Member>) -> Result<RoleChange, StoreError> {
        self.place(Transaction::default(), member, known).await
    }

    /// The same for whoever accepts an invitation, which is used up with it or not at all.
    pub async fn accept_invitation(&self, token_hash: &str, member: &Member, known: Option<&Member>) -> Result<RoleChange, StoreError> {
        let mut transaction = Transaction::default();
        transaction.delete_as(&self.table, &key::invitation(token_hash), |delete| {
            delete.condition_expression("attribute_exists(pk)")
        })?;
        self.place(transaction, member, known).await
    }

    async fn place(&self, mut transaction: Transaction, member: &Member, known: Option<&Member>) -> Result<RoleChange, StoreError> {
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
    pub async fn remove_member(&self, member: &Member) -> Result<RoleChange, StoreError> {
        let mut transaction = Transaction::default();
        if !self.list_owner(&mut transaction, member, false).await? {
            return Ok(RoleChange::LastOwner);
        }
        transaction.delete_as(&self.table, &key::member(&member.workspace, &member.person), |delete| delete)?;
        transaction.delete_as(&self.table, &key::belonging(&member.person, &member.workspace), |delete| delete)?;
        self.commit(transaction).await?;
        Ok(RoleChange::Done)
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
