//! What workers notice about what people set: how a connection and a link stand.
//!
//! Rows of their own, written attribute by attribute. Each such write holds only under the epoch, or the generation, that
//! it was worked out under: every connect and disconnect raises a connection's epoch, every save of a link its generation.
//! So no late worker undoes a person, and no person's save undoes what a worker noticed.

use crate::id::{PostingId, WorkspaceId};
use crate::moment::Moment;
use crate::notice::Told;
use crate::part::{Cursor, Part, PartStanding, RequisitionFilter};
use crate::push::PushStanding;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How a connection stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectionStanding {
    pub state: ConnectionState,
    /// Raised by every connect and disconnect.
    pub epoch: u64,
    /// Whose identity writes to Workday, as the credential names it.
    pub writes_as: String,
    /// How the access was given that is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<AccessWay>,
    /// When it was last connected.
    pub connected_at: Option<Moment>,
    /// When the last poll after which every part of it had been read to its end began.
    pub polled_at: Option<Moment>,
    /// How each part stands of what is looked at. Boxed: a connection is at hand in every piece of work, and these seldom
    /// matter to it.
    pub assess_window: Box<PartStanding>,
    pub watched_events: Box<PartStanding>,
    pub stage: Box<PartStanding>,
    pub requisition_index: Box<PartStanding>,
    /// Whether candidates can be asked for by requisition.
    pub requisition_filter: Box<RequisitionFilter>,
    /// Whether pushes tell of send statuses before polls find them.
    pub push: PushStanding,
    /// Since when Workday takes attachments only, the last record written included; one whole record ends it.
    pub limited_write_back_since: Option<Moment>,
    /// Results since then that are with the attachment alone.
    pub limited_in_a_row: u32,
    /// Since when Workday refuses the access, nothing having worked since: the connection is degraded.
    pub refused_at: Option<Moment>,
    /// What Workday said then, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// When Workday ended it.
    pub ended_at: Option<Moment>,
    /// Operations that Workday withheld from the integration system user, and when it last did.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub withheld: BTreeMap<String, Moment>,
    /// What Workday took of us or showed, and when it last did, once a day at most: operations, and ids agreed with the tenant.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub proven: BTreeMap<String, Moment>,
    /// What stands on the tenant's assess events, whoever's they are.
    #[serde(skip_serializing_if = "SeenIds::is_empty")]
    pub seen_ids: SeenIds,
    /// When it was last asked for that it be tried out what the connection may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried_out_at: Option<Moment>,
    /// When Workday last refused to list evergreen requisitions, which is a permission of its own.
    pub evergreen_refused_at: Option<Moment>,
    /// As of when they were last listed: less often than the others, of which what changed is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evergreen_read_at: Option<Moment>,
    /// What people were told last of what keeps it from working; none: nothing, or that it works again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// Results in a row that are with the attachment alone before that counts as the connection's rule.
const A_RULE: u32 = 3;

/// What waits for a permission looks again within a day.
const REFUSAL_SAYS: Duration = Duration::from_hours(25);

/// Between two refusals of the access that together end a connection: an incident may bring about one.
pub const BETWEEN_REFUSALS: Duration = Duration::from_mins(5);

impl ConnectionStanding {
    /// How a part stands of what is looked at.
    pub fn part(&self, part: Part) -> &PartStanding {
        match part {
            Part::AssessWindow => &self.assess_window,
            Part::WatchedEvents => &self.watched_events,
            Part::Stage => &self.stage,
            Part::RequisitionIndex => &self.requisition_index,
        }
    }

    /// Whether the access was refused long enough ago, and nothing worked since, for another refusal to count.
    pub fn was_refused_before(&self, now: Moment) -> bool {
        self.refused_at.is_some_and(|at| now.since(at) >= BETWEEN_REFUSALS)
    }

    /// The operations that are withheld still, as far as is known: a refusal older than a day, or than the last look that
    /// read it, says nothing any more.
    pub fn withheld_now(&self, now: Moment) -> impl Iterator<Item = (&str, Moment)> {
        let since = now.minus(REFUSAL_SAYS);
        let read_at = |name: &str| match name {
            "Get_Candidates" => self.stage.succeeded_at,
            "Get_Assess_Candidate" => self.assess_window.succeeded_at,
            "Get_Job_Requisitions" => self.requisition_index.succeeded_at,
            _ => None,
        };
        let is_read_since = move |name: &str, at: Moment| read_at(name).is_some_and(|read| read > at);
        let known = self.withheld.iter().map(|(name, at)| (name.as_str(), *at));
        known.filter(move |(name, at)| *at >= since && !is_read_since(name, *at))
    }

    /// Whether *limited write-back* is the rule here. One withdrawn candidate, or one who never was in an Assess step,
    /// is that candidate's.
    pub fn is_limited(&self) -> bool {
        self.limited_in_a_row >= A_RULE
    }
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// Settings saved, no proven credential yet.
    #[default]
    Pending,
    /// A renewable credential and an authenticated read.
    Active,
    /// Workday refused the credential for good: a person must connect again.
    ReauthorizationRequired,
    /// Disconnected by a person.
    Disconnected,
}

/// How a Workday tenant gives access. Its words are Workday's own tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessWay {
    /// *Register API Client for Integrations*: a refresh token made for the integration system user.
    RefreshToken,
    /// *Register API Client*, Authorization Code Grant: a person approves.
    Consent,
    /// WS-Security user name and password of the integration system user.
    Password,
}

/// Reference ids that Workday showed on assess events: what the settings of a connection can name. Of each kind the first
/// [`SeenIds::KEPT`]: a tenant has a handful.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenIds {
    /// `Assessment_Status_ID`s.
    pub statuses: BTreeSet<String>,
    /// `Assessment_Test_ID`s.
    pub tests: BTreeSet<String>,
}

impl SeenIds {
    const KEPT: usize = 40;

    /// Whether nothing was seen yet.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These with what stands on some events. None: nothing new.
    pub fn with<'a>(&self, statuses: impl Iterator<Item = &'a String>, tests: impl Iterator<Item = &'a String>) -> Option<Self> {
        let mut all = self.clone();
        keep(&mut all.statuses, statuses);
        keep(&mut all.tests, tests);
        (all != *self).then_some(all)
    }
}

fn keep<'a>(kept: &mut BTreeSet<String>, ids: impl Iterator<Item = &'a String>) {
    for id in ids {
        if kept.len() < SeenIds::KEPT {
            kept.insert(id.clone());
        }
    }
}

/// How a link stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkStanding {
    /// Raised by every save of the link.
    pub generation: u64,
    /// When the people who were in the stage at linking had all been recorded; orders start then.
    pub baseline_at: Option<Moment>,
    /// Where a baseline goes on that takes several runs.
    pub baseline_cursor: Option<Cursor>,
    /// Workday does not know the requisition.
    pub lost: Option<Lost>,
    /// When nobody can take its agent's screening any more, as HeyMilo last said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posting_deadline: Option<Moment>,
    /// The language its agent speaks (BCP 47), as HeyMilo last said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posting_language: Option<String>,
}

/// A requisition that Workday does not know any more: deleted, made confidential, or gone with a sandbox's refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    pub since: Moment,
    /// When Workday was last asked.
    pub looked_at: Moment,
}

/// Between two looks for a requisition that Workday does not know.
pub const BETWEEN_SEARCHES: Duration = Duration::from_hours(1);

impl Lost {
    /// Whether Workday is to be asked again.
    pub fn is_to_be_looked_for(&self, now: Moment) -> bool {
        now.since(self.looked_at) >= BETWEEN_SEARCHES
    }
}

/// How the polls of an agent's interviews stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingStanding {
    pub workspace: WorkspaceId,
    pub posting: PostingId,
    #[serde(flatten)]
    pub polls: PartStanding,
    /// Since when each look was answered that HeyMilo has no such agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_since: Option<Moment>,
}

/// An agent that HeyMilo does not know is gone once each look has said so for this long: a slip with the key, or an odd answer,
/// is over by then.
const UNKNOWN_UNTIL_GONE: Duration = Duration::from_hours(6);

impl PostingStanding {
    /// An agent that was not looked at yet.
    pub fn new(workspace: &WorkspaceId, posting: &PostingId) -> Self {
        Self {
            workspace: workspace.clone(),
            posting: posting.clone(),
            polls: PartStanding::default(),
            unknown_since: None,
        }
    }

    /// Whether HeyMilo has the agent no more.
    pub fn is_gone(&self, now: Moment) -> bool {
        self.unknown_since.is_some_and(|since| now.since(since) >= UNKNOWN_UNTIL_GONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_record_that_takes_no_result_is_that_candidates_and_three_in_a_row_are_the_connections() {
        let limited = |limited_in_a_row| ConnectionStanding {
            limited_in_a_row,
            ..ConnectionStanding::default()
        };
        assert_eq!(
            [0, 1, 2, 3, 9].map(|records| limited(records).is_limited()),
            [false, false, false, true, true]
        );
    }

    #[test]
    fn ids_that_were_seen_are_news_once_and_a_tenant_full_of_them_is_not_kept_whole() {
        let (sent, ours) = (["SENT".to_owned()], ["OURS".to_owned()]);
        let seen = SeenIds::default().with(sent.iter(), ours.iter()).unwrap();
        assert_eq!(seen.with(sent.iter(), ours.iter()), None);
        let many: Vec<String> = (0..100).map(|number| format!("S{number:03}")).collect();
        let full = seen.with(many.iter(), ours.iter()).unwrap();
        assert_eq!((full.statuses.len(), full.tests.len()), (SeenIds::KEPT, 1));
        assert_eq!(full.with(many.iter(), ours.iter()), None);
    }

    #[test]
    fn a_withheld_permission_is_told_for_a_day_or_until_what_it_keeps_was_read() {
        let now = Moment(1_000_000_000);
        let ago = |minutes| now.minus(Duration::from_mins(minutes));
        let standing = |polled| ConnectionStanding {
            stage: Box::new(PartStanding::succeeded(polled)),
            withheld: BTreeMap::from([
                ("Get_Candidates".to_owned(), ago(10)),
                ("Move_Candidate".to_owned(), ago(10)),
                ("Assess_Candidate".to_owned(), ago(26 * 60)),
            ]),
            ..ConnectionStanding::default()
        };
        let told = |polled| {
            standing(polled)
                .withheld_now(now)
                .map(|(name, _)| name.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(told(ago(15)), ["Get_Candidates", "Move_Candidate"]);
        assert_eq!(told(ago(5)), ["Move_Candidate"]);
    }

    #[test]
    fn what_nobody_noticed_yet_stands_at_the_beginning() {
        let connection: ConnectionStanding = serde_json::from_str("{}").unwrap();
        assert_eq!((connection.state, connection.epoch), (ConnectionState::Pending, 0));
        assert_eq!(
            (connection.polled_at, connection.connected_at),
            (None, None),
            "nothing is said to have happened"
        );
        let link: LinkStanding = serde_json::from_str("{}").unwrap();
        assert_eq!((link.generation, link.baseline_at), (0, None), "orders wait for the baseline");
    }

    #[test]
    fn a_row_that_a_newer_release_wrote_is_read_as_far_as_it_is_known() {
        let row = r#"{"state":"reauthorization_required","epoch":7,"polled_at":null,"health":{"degraded":true}}"#;
        let standing: ConnectionStanding = serde_json::from_str(row).unwrap();
        assert_eq!((standing.state, standing.epoch), (ConnectionState::ReauthorizationRequired, 7));
    }
}
