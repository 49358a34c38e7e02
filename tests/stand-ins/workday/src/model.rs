//! The tenant's records, in Workday's words. Plain data that is written to the data file as JSON;
//! the rules are in `recruiting`, ids are reference ids, attachment bytes live beside it by their SHA-256.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{clock::Clock, settings::Settings};

/// Everything one tenant remembers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub(crate) records: Records,
    pub(crate) access: Access,
    pub(crate) settings: Settings,
    /// Last number handed out by [`State::next_number`].
    pub(crate) sequence: u64,
    /// Latest entry moment handed out, so that the next one is later.
    pub(crate) latest_entry: Option<Timestamp>,
    /// Not of the records: the time by which they change.
    #[serde(skip)]
    pub(crate) clock: Clock,
}

impl State {
    /// The next number of the one counter that generated ids are made of.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// The moment of which a read shows the records: now, with everything entered so far.
    pub(crate) fn as_of(&self) -> Timestamp {
        self.clock.now().max(self.latest_entry.unwrap_or_default())
    }

    /// The entry moment of a new record: now, but later than every earlier one.
    pub(crate) fn next_entry(&mut self) -> Timestamp {
        let mut moment = self.clock.now();
        if let Some(latest) = self.latest_entry
            && moment <= latest
        {
            moment = latest + jiff::SignedDuration::from_micros(1);
        }
        self.latest_entry = Some(moment);
        moment
    }
}

/// The recruiting records that `POST seed` replaces.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Records {
    pub(crate) requisitions: Vec<Requisition>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) applications: Vec<Application>,
    pub(crate) assessments: Vec<Assessment>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) assessment_statuses: Vec<Named>,
    pub(crate) assessment_tests: Vec<Named>,
    pub(crate) document_categories: Vec<DocumentCategory>,
    pub(crate) history: Vec<HistoryEntry>,
    pub(crate) pushes: Vec<Push>,
}

/// An admin-maintained object: reference id and display name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A document category; `accessible` is whether the integration user's security group may use it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DocumentCategory {
    /// `Document_Category_ID` or `Document_Category__Workday_Owned__ID`.
    pub(crate) id_type: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) accessible: bool,
}

/// A job requisition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Requisition {
    pub(crate) id: String,
    pub(crate) entered: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) title: String,
    /// `Job_Requisition_Status_ID`: `Open` or `Closed`.
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) confidential: bool,
    /// Listed by an operation of its own.
    #[serde(default)]
    pub(crate) evergreen: bool,
    pub(crate) location: String,
    pub(crate) organization: String,
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) default_tests: Vec<String>,
}

/// A candidate; the email address is optional in Workday.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) entered: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    #[serde(default)]
    pub(crate) preferred_first_name: Option<String>,
    #[serde(default)]
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<Phone>,
    #[serde(default)]
    pub(crate) withdrawn: bool,
    #[serde(default)]
    pub(crate) do_not_hire: bool,
}

impl Candidate {
    /// First and last name as the recruiter's pages show them.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// A phone number; Workday keeps the country apart (`Country_Phone_Code_ID`, for example `USA_1`).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Phone {
    pub(crate) country_code: String,
    pub(crate) number: String,
}

/// A job application of one candidate to one requisition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) id: String,
    pub(crate) candidate: String,
    pub(crate) requisition: String,
    pub(crate) applied: Timestamp,
    pub(crate) entered: Timestamp,
    /// Every place it has been, oldest first; never empty.
    pub(crate) steps: Vec<Step>,
    /// Whether the Assess Candidate step was ever opened for it.
    #[serde(default)]
    pub(crate) was_in_assessment_process: bool,
}

/// One place of an application in its business process, from `at` on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    /// `Recruiting_Stage_ID`.
    pub(crate) stage: String,
    /// `Workflow_Step_ID`.
    #[serde(rename = "workflow_step")]
    pub(crate) definition: String,
    #[serde(default)]
    pub(crate) disposition: Option<String>,
    /// Whether the Assess button is open in this step.
    #[serde(default)]
    pub(crate) assess_open: bool,
    pub(crate) at: Timestamp,
}

impl Application {
    /// Where it was at a moment, or at its first step when it was entered later.
    pub(crate) fn step_as_of(&self, moment: Timestamp) -> Option<&Step> {
        self.steps
            .iter()
            .rev()
            .find(|step| step.at <= moment)
            .or_else(|| self.steps.first())
    }

    /// Where it is now.
    pub(crate) fn current_step(&self) -> Option<&Step> {
        self.steps.last()
    }
}

/// A candidate assessment, with its event unless it is inline.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Assessment {
    /// `Recruiting_Assessment_ID`.
    pub(crate) id: String,
    /// WID of the Assess Candidate event; inline assessments have none.
    pub(crate) event: Option<String>,
    pub(crate) application: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    #[serde(default)]
    pub(crate) assessed_by: Option<String>,
    pub(crate) assessed_on: String,
    /// `Assessment_Status_ID`; default tests may order without one.
    #[serde(default)]
    pub(crate) status: Option<String>,
    /// Every status that was set, by whomever, oldest first; for tests that judge the way and not the end alone.
    #[serde(default)]
    pub(crate) statuses: Vec<String>,
    #[serde(default)]
    pub(crate) comment: Option<String>,
    #[serde(default)]
    pub(crate) test_url: Option<String>,
    #[serde(default)]
    pub(crate) lines: Vec<ResultLine>,
    /// The event was rescinded: it can be read, but no longer written.
    #[serde(default)]
    pub(crate) rescinded: bool,
}

impl Assessment {
    /// Sets `Assessment_Status_ID`.
    pub(crate) fn set_status(&mut self, status: &str) {
        self.status = Some(status.to_owned());
        self.statuses.push(status.to_owned());
    }
}

/// One test's result within an assessment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResultLine {
    /// `Assessment_Test_Result_ID`.
    pub(crate) id: String,
    pub(crate) test: String,
    #[serde(default)]
    pub(crate) score: Option<String>,
    #[serde(default)]
    pub(crate) status: Option<String>,
    #[serde(default)]
    pub(crate) date: Option<String>,
    #[serde(default)]
    pub(crate) comment: Option<String>,
    #[serde(default)]
    pub(crate) url: Option<String>,
}

impl ResultLine {
    /// Whether a result was recorded, beyond the order itself.
    pub(crate) fn has_result(&self) -> bool {
        self.score.is_some() || self.url.is_some() || self.status.is_some()
    }
}

/// An attachment of a candidate, or of one of their applications (a resume file).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attachment {
    /// `File_ID`.
    pub(crate) id: String,
    pub(crate) candidate: String,
    #[serde(default)]
    pub(crate) application: Option<String>,
    pub(crate) filename: String,
    #[serde(default)]
    pub(crate) mime_type: Option<String>,
    #[serde(default)]
    pub(crate) comment: Option<String>,
    pub(crate) category_type: String,
    pub(crate) category: String,
    pub(crate) sha256: String,
    pub(crate) size: usize,
    pub(crate) entered: Timestamp,
    pub(crate) uploaded_by: String,
}

/// One line of a candidate's process history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HistoryEntry {
    pub(crate) at: Timestamp,
    pub(crate) candidate: String,
    #[serde(default)]
    pub(crate) application: Option<String>,
    pub(crate) by: String,
    pub(crate) text: String,
}

/// One launch of the integration system, as the process monitor shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Push {
    pub(crate) number: u64,
    pub(crate) assessment: String,
    pub(crate) test: String,
    pub(crate) launched: Timestamp,
    /// `in progress`, `completed` or `failed`.
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) http_status: Option<u16>,
    #[serde(default)]
    pub(crate) detail: String,
}

/// Tokens and codes of the tenant's API client.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Access {
    /// Live refresh tokens; a rotated or revoked one is simply absent.
    pub(crate) refresh_tokens: Vec<String>,
    /// Live bearer tokens and the moment each expires.
    pub(crate) bearer_tokens: BTreeMap<String, Timestamp>,
    pub(crate) codes: BTreeMap<String, AuthorizationCode>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Access")
            .field("refresh_tokens", &self.refresh_tokens.len())
            .field("bearer_tokens", &self.bearer_tokens.len())
            .finish_non_exhaustive()
    }
}

/// An authorization code that was not exchanged yet.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct AuthorizationCode {
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: Option<String>,
    pub(crate) expires: Timestamp,
}
