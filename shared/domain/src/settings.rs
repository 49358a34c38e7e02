//! What a person may set: the workspace, its Workday connections and the requisition-to-posting mappings.
//!
//! Whatever is saved carries a revision, under which it is replaced: of two people who save at once, one is told. What
//! workers notice is in [`crate::standing`] and in rows of its own; a loaded connection or mapping carries both parts.
//! Invariant: the two parts share no field name, because they are shown side by side.

use crate::colour::Colour;
use crate::email::EmailAddress;
use crate::id::{ConnectionId, JobRequisitionId, PostingId, WorkspaceId};
use crate::moment::Moment;
use crate::notice::Topic;
use crate::standing::{ConnectionStanding, LinkStanding};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// A HeyMilo workspace and the one question that has no default: who writes to the candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub workspace: WorkspaceId,
    /// What HeyMilo calls it. Candidates read it where the employer has no name of its own among their details.
    pub name: String,
    #[serde(default)]
    pub who_sends: WhoSends,
    /// The address that is told when something needs a person, e.g. a connection that Workday ended.
    #[serde(default)]
    pub notices_to: Option<String>,
    /// What that address does not want to be told of.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub not_told: BTreeSet<Topic>,
    #[serde(default, skip_serializing_if = "CandidateDetails::is_unset")]
    pub candidate_details: CandidateDetails,
    /// HeyMilo's id of the workspace that the API key belongs to.
    #[serde(default)]
    pub heymilo_workspace: Option<String>,
    /// Grows with every save; 0: not saved yet.
    #[serde(default)]
    pub revision: u64,
}

/// What candidates are told of the employer besides its name, in our mails and on our pages. What is not set is not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CandidateDetails {
    /// What candidates know the employer as; none: the workspace's name.
    pub employer_name: Option<String>,
    /// The colour of the buttons that candidates press; white is read on it.
    pub colour: Option<Colour>,
    /// Who answers candidates: a person or a team. Only with an address.
    pub contact_name: Option<String>,
    /// Where candidates write to; replies to our mails go there.
    pub contact_address: Option<String>,
    /// The employer's privacy notice, an `https` address.
    pub privacy_notice: Option<String>,
}

impl CandidateDetails {
    /// Whether nothing is set.
    pub fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

impl Workspace {
    /// What candidates know the employer as.
    pub fn employer(&self) -> &str {
        self.candidate_details.employer_name.as_deref().unwrap_or(&self.name)
    }
}

/// Who writes to the candidate. Unanswered, orders wait.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum WhoSends {
    /// Nobody answered yet.
    #[default]
    Unanswered,
    /// HeyMilo mails on ingest; we send nothing.
    #[serde(rename = "heymilo", alias = "hey_milo")]
    HeyMilo,
    /// We send. Only with a person's confirmation that HeyMilo's "Turn Off All Candidate Communications" is on,
    /// because HeyMilo's API cannot tell us.
    We {
        /// Who confirmed it, as the console's session knows them.
        confirmed_by: String,
        confirmed_at: Moment,
    },
}

impl WhoSends {
    /// The id of whoever confirmed that HeyMilo does not send.
    pub fn confirmed_by(&self) -> Option<&str> {
        match self {
            Self::Unanswered | Self::HeyMilo => None,
            Self::We { confirmed_by, .. } => Some(confirmed_by),
        }
    }
}

/// One Workday tenant joined to a workspace. Holds no credential: those are sealed in a row of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    /// Scheme and host of Workday's services, e.g. `https://wd2-impl-services1.workday.com`.
    pub services_url: String,
    /// Scheme and host of Workday's sign-in pages, needed only to connect by consent.
    #[serde(default)]
    pub sign_in_url: Option<String>,
    /// Workday's tenant: the path segment, e.g. `acme_preview`.
    pub tenant: String,
    /// The web service version, e.g. `v45.2`.
    #[serde(default = "default_version")]
    pub version: String,
    #[serde(flatten)]
    pub options: ConnectionOptions,
    /// Grows with every save; 0: not saved yet.
    #[serde(default)]
    pub revision: u64,
    #[serde(flatten)]
    pub standing: ConnectionStanding,
}

/// What a person may choose about a connection. Declared here once: row, setup file and form embed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectionOptions {
    /// A sandbox or preview tenant holds copies of real people: invitations go to the allow-list only.
    pub non_production: bool,
    /// Addresses, or `@domain` suffixes, a non-production connection may write to.
    pub allowed_recipients: Vec<String>,
    pub identifiers: Identifiers,
    pub triggers: Triggers,
    /// Seconds between polls of this connection.
    pub poll_seconds: u32,
    /// Hours between the tenant's standard time and UTC. Unset: the day that has begun everywhere is written, for Workday
    /// may refuse one that has not begun where it is.
    pub utc_offset_hours: Option<i8>,
}

/// Where a day begins last.
const LAST_ZONE: i8 = -12;

impl ConnectionOptions {
    /// Whether an address is on the list of those that may be written to.
    pub fn lists(&self, address: &EmailAddress) -> bool {
        self.allowed_recipients.iter().any(|entry| address.is_named_by(entry))
    }

    /// The tenant's day (`YYYY-MM-DD`), or an earlier one.
    pub fn day(&self, moment: Moment) -> String {
        let hours = self.utc_offset_hours.unwrap_or(LAST_ZONE);
        let distance = Duration::from_hours(hours.unsigned_abs().into());
        let local = if hours < 0 { moment.minus(distance) } else { moment.plus(distance) };
        local.to_date()
    }
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            non_production: false,
            allowed_recipients: Vec::new(),
            identifiers: Identifiers::default(),
            triggers: Triggers::default(),
            poll_seconds: 300,
            utc_offset_hours: None,
        }
    }
}

/// Reference ids agreed with the Workday admin. Workday names statuses, tests and stages only by these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifiers {
    /// `Assessment_Status_ID`s that order a screening.
    pub send_statuses: Vec<String>,
    /// Whether an assess event without any status is an order too.
    pub no_status_is_an_order: bool,
    pub invited_status: String,
    pub in_progress_status: String,
    pub completed_status: String,
    pub expired_status: String,
    pub error_status: String,
    /// `Assessment_Test_ID`s that are ours; the first one is written.
    pub tests: Vec<String>,
    /// `Recruiting_Stage_ID` of the assessment stage.
    pub assessment_stage: String,
    /// Id type of the report's document category: `Document_Category_ID` or `Document_Category__Workday_Owned__ID`.
    pub document_category_type: String,
    pub document_category: String,
}

impl Default for Identifiers {
    fn default() -> Self {
        Self {
            send_statuses: vec!["HEYMILO_SEND_INVITE".into()],
            no_status_is_an_order: false,
            invited_status: "HEYMILO_INVITED".into(),
            in_progress_status: "HEYMILO_IN_PROGRESS".into(),
            completed_status: "HEYMILO_COMPLETED".into(),
            expired_status: "HEYMILO_EXPIRED".into(),
            error_status: "HEYMILO_ERROR".into(),
            tests: vec!["HEYMILO_AI_SCREEN".into()],
            assessment_stage: "ASSESSMENT".into(),
            document_category_type: "Document_Category__Workday_Owned__ID".into(),
            document_category: "OTHER_DOCUMENTS".into(),
        }
    }
}

/// Which sights of Workday start an order. Both are on unless somebody turns one off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Triggers {
    /// An Assess Candidate event that names our test with a send status.
    pub assess: bool,
    /// An application of a mapped requisition in the assessment stage.
    pub stage: bool,
}

impl Default for Triggers {
    fn default() -> Self {
        Self { assess: true, stage: true }
    }
}

/// One requisition linked to one posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    pub requisition: JobRequisitionId,
    /// The requisition's title when it was chosen, for pages and invitations.
    pub requisition_title: String,
    pub posting: PostingId,
    pub posting_title: String,
    #[serde(flatten)]
    pub options: LinkOptions,
    /// Who entered the stage later counts as entered after the link.
    pub linked_at: Moment,
    /// Grows with every save; 0: not saved yet.
    #[serde(default)]
    pub revision: u64,
    #[serde(flatten)]
    pub standing: LinkStanding,
}

/// What a person may choose about a link. Declared here once: row, setup file and form embed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkOptions {
    /// Overrides the connection's triggers.
    pub triggers: Option<Triggers>,
    /// Invite a person again who was screened in an earlier visit.
    pub rescreen: bool,
    /// `Workflow_Step_ID` to move to when the report is written; none: recruiters move people themselves.
    pub next_step: Option<String>,
}

impl Mapping {
    /// What is known of the agent that was asked. None: the link has another by now, and says nothing of that one.
    pub fn knows_of(&self, asked: Option<&PostingId>) -> Option<&LinkStanding> {
        (asked == Some(&self.posting)).then_some(&self.standing)
    }

    /// The triggers in force for this requisition.
    pub fn triggers(&self, connection: &Connection) -> Triggers {
        self.options.triggers.unwrap_or(connection.options.triggers)
    }
}

impl Connection {
    /// Whether access to the tenant was ever proven. Until then nothing hangs on the connection: its address can be
    /// corrected, and it can be removed.
    pub fn is_proven(&self) -> bool {
        self.standing.connected_at.is_some()
    }

    /// The address that an invitation may go to: in production any, else only one that is allow-listed (case-insensitive).
    pub fn recipient(&self, email: Option<&str>) -> Result<EmailAddress, NoRecipient> {
        let text = email.map(str::trim).filter(|text| !text.is_empty()).ok_or(NoRecipient::NoAddress)?;
        // What is not exactly one address could reach whom nobody compared with the list.
        let unread = if self.options.non_production {
            NoRecipient::NotAllowed
        } else {
            NoRecipient::NoAddress
        };
        let address = EmailAddress::parse(text).ok_or(unread)?;
        let allowed = !self.options.non_production || self.options.lists(&address);
        allowed.then_some(address).ok_or(NoRecipient::NotAllowed)
    }
}

/// Why nobody can be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRecipient {
    /// The record holds no address, or something that is not one.
    NoAddress,
    /// The connection is not a production one, and its allow-list does not name the address.
    NotAllowed,
}

/// The web service version this integration is written against.
pub fn default_version() -> String {
    "v45.2".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_writes_to_its_allow_list_only() {
        let mut connection: Connection = serde_json::from_str(
            r#"{"workspace":"acme","connection":"preview","services_url":"https://x.workday.com","tenant":"acme_preview",
                "non_production":true,"allowed_recipients":["dana@example.com","@test.example.com"]}"#,
        )
        .unwrap();
        for (email, expected) in [
            ("Dana@Example.com", Ok("Dana@Example.com")),
            (" someone@TEST.example.com ", Ok("someone@TEST.example.com")),
            ("real.person@example.org", Err(NoRecipient::NotAllowed)),
            ("someone@nottest.example.com", Err(NoRecipient::NotAllowed)),
            ("someone@sub.test.example.com", Err(NoRecipient::NotAllowed)),
            // A list is not one address, whatever its end or all of its members.
            ("real@gmail.test,x@test.example.com", Err(NoRecipient::NotAllowed)),
            ("dana@example.com,x@test.example.com", Err(NoRecipient::NotAllowed)),
            ("\"real@gmail.test,\"@test.example.com", Err(NoRecipient::NotAllowed)),
            ("real@gmail.test\n@test.example.com", Err(NoRecipient::NotAllowed)),
            ("", Err(NoRecipient::NoAddress)),
        ] {
            let recipient = connection.recipient(Some(email));
            assert_eq!(
                recipient.as_ref().map(EmailAddress::as_str),
                expected.as_ref().copied(),
                "{email:?}"
            );
        }
        assert_eq!(connection.recipient(None), Err(NoRecipient::NoAddress));
        connection.options.non_production = false;
        assert!(connection.recipient(Some("real.person@example.org")).is_ok());
        let list = connection.recipient(Some("real@gmail.test,x@test.example.com"));
        assert_eq!(list, Err(NoRecipient::NoAddress));
    }

    fn names(part: &impl Serialize) -> BTreeSet<String> {
        let shown = serde_json::to_value(part).unwrap();
        shown.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn what_people_set_and_what_workers_notice_share_no_name_and_are_shown_side_by_side() {
        let connection: Connection =
            serde_json::from_str(r#"{"workspace":"acme","connection":"c","services_url":"https://x.workday.com","tenant":"acme"}"#)
                .unwrap();
        let mapping: Mapping = serde_json::from_str(
            r#"{"workspace":"acme","connection":"c","requisition":"R1","requisition_title":"","posting":"p","posting_title":"","linked_at":0}"#,
        )
        .unwrap();
        // A name that both had would be one field fewer.
        assert_eq!(
            names(&connection).len(),
            7 + names(&connection.options).len() + names(&connection.standing).len()
        );
        assert_eq!(
            names(&mapping).len(),
            8 + names(&mapping.options).len() + names(&mapping.standing).len()
        );
        assert_eq!(connection.standing.state, crate::standing::ConnectionState::Pending);
        assert_eq!(connection.options, ConnectionOptions::default());
    }
}
