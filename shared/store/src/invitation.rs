//! Invitations: a place in a workspace for one person, who brings the token, once.
//!
//! The row is found by the hash of the token; the workspace lists those that are open. An invitation that is taken back
//! stays until it would have ended, so that whoever opens it is told.

use crate::person::{Member, ROLE_LOSS_KEPT, RoleChange};
use crate::session::{Role, VouchedBy};
use crate::{Store, StoreError, Transaction, key};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Moment, PersonId, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Long enough for a holiday.
pub const INVITATION_LASTS: Duration = Duration::from_hours(7 * 24);
const _: () = assert!(INVITATION_LASTS.as_secs() < ROLE_LOSS_KEPT.as_secs());

/// A place in a workspace for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub workspace: WorkspaceId,
    pub role: Role,
    /// Whose address the issuer must call verified, sealed.
    pub sealed_address: String,
    /// The id of whoever invited.
    pub invited_by: String,
    /// Who says that they may.
    pub vouched_by: VouchedBy,
    /// Rows of older releases do not say: before whatever this release noted.
    #[serde(default = "beginning")]
    pub made_at: Moment,
    #[serde(default)]
    pub taken_back: bool,
    pub ends_at: Moment,
    pub expires_at: i64,
}

fn beginning() -> Moment {
    Moment(0)
}

impl Invitation {
    /// The member who made it; none: somebody whom the operator let in, whose word holds always.
    pub fn made_by_member(&self) -> Option<PersonId> {
        match self.vouched_by {
            VouchedBy::Operator => None,
            VouchedBy::Issuer => PersonId::new(&self.invited_by).ok(),
        }
    }
}

/// An invitation as its workspace lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInvitation {
    /// The hash of its token.
    pub hash: String,
    pub invitation: Invitation,
    /// TTL attribute.
    expires_at: i64,
}

impl Store {
    /// Offers a place to the person who brings the token.
    pub async fn put_invitation(&self, token_hash: &str, invitation: &Invitation) -> Result<(), StoreError> {
        let listed = OpenInvitation {
            hash: token_hash.to_owned(),
            invitation: invitation.clone(),
            expires_at: invitation.expires_at,
        };
        let mut transaction = Transaction::default();
        transaction.put(&self.table, &key::invitation(token_hash), invitation)?;
        transaction.put(&self.table, &key::open_invitation(&invitation.workspace, token_hash), &listed)?;
        self.commit(transaction).await
    }

    /// An invitation that is not used and not over; looking uses nothing up.
    pub async fn invitation(&self, token_hash: &str, now: Moment) -> Result<Option<Invitation>, StoreError> {
        let invitation: Option<Invitation> = self.read(&key::invitation(token_hash), "an invitation").await?;
        Ok(invitation.filter(|invitation| invitation.ends_at > now))
    }

    /// The invitations of a workspace that were neither accepted nor taken back and are not over.
    pub async fn open_invitations(&self, workspace: &WorkspaceId, now: Moment) -> Result<Vec<OpenInvitation>, StoreError> {
        let partition = key::workspace_partition(workspace);
        let mut listed: Vec<OpenInvitation> = self.query(&partition, key::OPEN_INVITATION_PREFIX, "an open invitation").await?;
        listed.retain(|open| open.invitation.ends_at > now);
        Ok(listed)
    }

    /// Takes an invitation back; [`StoreError::ConditionFailed`] when it was accepted or taken back meanwhile.
    pub async fn take_back_invitation(&self, open: &OpenInvitation) -> Result<(), StoreError> {
        let mut transaction = Transaction::default();
        let taken_back = Invitation {
            taken_back: true,
            ..open.invitation.clone()
        };
        let row = crate::row::item(&key::invitation(&open.hash), &taken_back)?;
        transaction.put_item(&self.table, row, Some(STILL_OPEN), &[(":no", AttributeValue::Bool(false))])?;
        let listed = key::open_invitation(&open.invitation.workspace, &open.hash);
        transaction.delete_as(&self.table, &listed, |delete| delete)?;
        self.commit(transaction).await
    }

    /// Gives whoever accepts their place, and uses the invitation up with it or not at all. [`StoreError::ConditionFailed`]
    /// when it was used or taken back meanwhile, or when one of the two people lost a role since it was made.
    pub async fn accept_invitation(
        &self,
        token_hash: &str,
        offered: &Invitation,
        member: &Member,
        known: Option<&Member>,
    ) -> Result<RoleChange, StoreError> {
        let mut transaction = Transaction::default();
        transaction.delete_as(&self.table, &key::invitation(token_hash), |delete| {
            delete
                .condition_expression(STILL_OPEN)
                .expression_attribute_values(":no", AttributeValue::Bool(false))
        })?;
        let listed = key::open_invitation(&offered.workspace, token_hash);
        transaction.delete_as(&self.table, &listed, |delete| delete)?;
        if known.is_some_and(|known| member.role.is_less_than(known.role)) {
            self.note_loss(&mut transaction, member, member.last_visit, Some(offered.made_at))?;
        } else {
            self.expect_no_loss(&mut transaction, &offered.workspace, &member.person, offered.made_at)?;
        }
        // A transaction looks at each row once.
        if let Some(inviter) = offered.made_by_member().filter(|inviter| *inviter != member.person) {
            self.expect_no_loss(&mut transaction, &offered.workspace, &inviter, offered.made_at)?;
        }
        self.place(transaction, member, known).await
    }
}

const STILL_OPEN: &str = "attribute_exists(pk) AND (attribute_not_exists(taken_back) OR taken_back = :no)";
