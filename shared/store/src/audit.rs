//! Who did what to a workspace, and when: a row an act, written in the act's own transaction.
//!
//! Rows hold ids only: names are those of the people's own rows, and nothing that was typed is kept. They are never
//! changed, and expire after [`KEPT_FOR`].

use crate::row::{Item, body, item, same_workspace};
use crate::session::{Role, Session, VouchedBy};
use crate::{Store, StoreError, key};
use domain::{ConnectionId, JobRequisitionId, Moment, OrderId, PersonId, PostingId, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// As long as the evidence of what was done outside.
pub const KEPT_FOR: Duration = Duration::from_hours(400 * 24);

/// Acts on a page.
const ACTS_A_PAGE: i32 = 100;
/// Visits by the operator's links that are shown at once; the others are among the acts.
const VISITS_SHOWN: i32 = 10;

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody whom an issuer vouches for.
    Person { person: PersonId },
    /// Somebody whom the operator let in by a link, under the id that the operator gave them.
    Guest { guest: String },
    /// Whoever opened a connect link.
    ConnectLink,
    /// The operator of the installation, by a command or a setup file.
    Operator,
    /// Somebody whom only a newer release knows.
    #[serde(other)]
    Unknown,
}

impl Actor {
    /// Whoever is signed in. An id that is an address is not kept.
    pub fn of(session: &Session) -> Self {
        let id = &session.person;
        match (session.vouched_by, PersonId::new(id)) {
            (VouchedBy::Issuer, Ok(person)) => Self::Person { person },
            (VouchedBy::Issuer | VouchedBy::Operator, _) => Self::Guest {
                guest: if id.contains('@') { String::new() } else { id.clone() },
            },
        }
    }
}

/// What was done. Rows of a newer release may say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    SignedIn,
    SignedInByLink,
    SignedOut,
    SignInLinkMade,
    IssuerAllowed,
    IssuerForbidden,
    Invited,
    InvitationTakenBack,
    InvitationAccepted,
    RoleGiven,
    RoleGivenByClaims,
    Removed,
    RemovedByClaims,
    HeyMiloKeySaved,
    SenderAnswered,
    NoticesAddressed,
    CandidateDetailsSaved,
    ConnectionBegun,
    ConnectionRemoved,
    ConnectLinkMade,
    ConnectLinkWithdrawn,
    ConnectLinkOpened,
    ConnectTried,
    AccessOffered,
    OfferAccepted,
    OfferDeclined,
    ApiClientSaved,
    Connected,
    AccessChecked,
    SettingsChanged,
    PushCredentialSaved,
    Disconnected,
    RequisitionsAskedFor,
    TriedOut,
    TestCandidateNamed,
    Linked,
    Unlinked,
    ScreeningInvited,
    ScreeningWrittenAgain,
    ScreeningReleased,
    ResultAdopted,
    ScreeningClosed,
    #[serde(other)]
    Unknown,
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// The workspace as a whole.
    Workspace,
    Connection {
        connection: ConnectionId,
    },
    Link {
        connection: ConnectionId,
        requisition: JobRequisitionId,
        posting: PostingId,
    },
    Order {
        order: OrderId,
    },
    /// A person, and the role that they have afterwards or had until then.
    Person {
        person: PersonId,
        role: Role,
    },
    /// A role that an invitation, a link or a session gives.
    Role {
        role: Role,
    },
    #[serde(other)]
    Unknown,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub workspace: WorkspaceId,
    pub at: Moment,
    pub who: Actor,
    pub what: Act,
    pub on: Subject,
    /// TTL attribute.
    pub expires_at: i64,
}

impl AuditEntry {
    /// An act of this moment.
    pub fn new(workspace: WorkspaceId, at: Moment, who: Actor, what: Act, on: Subject) -> Self {
        Self {
            workspace,
            at,
            who,
            what,
            on,
            expires_at: at.plus(KEPT_FOR).epoch_seconds(),
        }
    }
}

/// A page of acts, latest first.
#[derive(Debug, Clone)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// Where the older ones go on; none: these are the oldest.
    pub older: Option<AuditCursor>,
}

/// The last act of a page. As text it is `<milliseconds>-<letters and digits>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCursor(String);

impl fmt::Display for AuditCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl AuditCursor {
    /// Reads what [`fmt::Display`] wrote.
    pub fn read(cursor: &str) -> Option<Self> {
        let (at, id) = cursor.split_once('-')?;
        let is_ours = at.len() == 15 && at.bytes().all(|byte| byte.is_ascii_digit());
        (is_ours && id.len() <= 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| Self(cursor.to_owned()))
    }
}

impl Store {
    /// The same table, whose changes write this act along, all or nothing. It is one row, however many changes the act takes.
    pub fn recording(&self, entry: &AuditEntry) -> Result<Self, StoreError> {
        let place = format!("{:015}-{}", entry.at.0.max(0), self.generation()?);
        let mut rows = vec![item(&key::act(&entry.workspace, &place), entry)?];
        if entry.what == Act::SignedInByLink {
            rows.push(item(&key::guest_visit(&entry.workspace, &place), entry)?);
        }
        Ok(Self {
            recorded: rows,
            ..self.clone()
        })
    }

    /// A page of what was done in a workspace, latest first.
    pub async fn acts(&self, workspace: &WorkspaceId, before: Option<&AuditCursor>) -> Result<AuditPage, StoreError> {
        let start = before.map(|AuditCursor(place)| key::act(workspace, place).attributes());
        let (entries, last) = self.latest(workspace, key::ACT_PREFIX, ACTS_A_PAGE, start).await?;
        Ok(AuditPage { entries, older: last })
    }

    /// The latest visits by links of the operator, latest first.
    pub async fn guest_visits(&self, workspace: &WorkspaceId) -> Result<Vec<AuditEntry>, StoreError> {
        let (entries, _) = self.latest(workspace, key::GUEST_VISIT_PREFIX, VISITS_SHOWN, None).await?;
        Ok(entries)
    }

    async fn latest(
        &self,
        workspace: &WorkspaceId,
        prefix: &str,
        at_most: i32,
        start: Option<Item>,
    ) -> Result<(Vec<AuditEntry>, Option<AuditCursor>), StoreError> {
        let answer = self
            .rows_of(&key::audit_partition(workspace), prefix)
            .scan_index_forward(false)
            .limit(at_most)
            .set_exclusive_start_key(start)
            .send()
            .await?;
        let mut entries = Vec::new();
        for row in answer.items.unwrap_or_default() {
            let entry: AuditEntry = body(row, "an act")?;
            same_workspace(workspace, &entry.workspace)?;
            entries.push(entry);
        }
        let last = answer.last_evaluated_key.and_then(|last| {
            let place = last.get("sk")?.as_s().ok()?;
            AuditCursor::read(place.strip_prefix(prefix)?)
        });
        Ok((entries, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_of_a_newer_release_is_read_as_one_that_is_not_known() {
        let row = serde_json::json!({
            "workspace": "acme", "at": 1, "expires_at": 2, "who": {"kind": "robot", "robot": "r2"},
            "what": "danced", "on": {"kind": "floor", "floor": 7}
        });
        let read: AuditEntry = serde_json::from_value(row).unwrap();
        assert_eq!((read.who, read.what, read.on), (Actor::Unknown, Act::Unknown, Subject::Unknown));
    }

    #[test]
    fn a_cursor_leads_nowhere_else() {
        let written = "000001800000000-ABCDEFGHIJKLMNOP";
        assert_eq!(AuditCursor::read(written).unwrap().to_string(), written);
        for bent in [
            "",
            "1-A",
            "000001800000000",
            "000001800000000-A#B",
            "00000180000000x-A",
            "000001800000000-A-B",
        ] {
            assert_eq!(AuditCursor::read(bent), None, "{bent}");
        }
    }
}
