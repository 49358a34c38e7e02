//! What a connection may do in Workday, tried out before the first candidate needs it: capability by capability, with the
//! security policy that gives it.

use crate::id::{ConnectionId, PostingId, WorkspaceId};
use crate::moment::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that we do in Workday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    Requisitions,
    EvergreenRequisitions,
    Candidates,
    AssessEvents,
    Attachments,
    WriteAssessment,
    WriteAttachment,
    /// Only where a link moves people on.
    Move,
}

/// What a try came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It works.
    Passed,
    /// A request that cannot take effect was refused for whom it named, not for who asked.
    Likely,
    /// Workday does not permit it, or does not know an id that it needs; in Workday's words.
    Failed { words: String },
    /// Nobody needs it, or Workday did not answer: it is tried again. A newer release may know more.
    #[serde(other)]
    Unknown,
}

/// What is the matter with an agent that requisitions are linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentVerdict {
    Open,
    /// Its deadline has passed, or it was closed.
    Closed,
    /// HeyMilo does not know it.
    Gone,
    /// HeyMilo did not answer. A newer release may know more.
    #[serde(other)]
    Unknown,
}

/// What the last preflight of a connection found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    pub workspace: WorkspaceId,
    pub connection: ConnectionId,
    pub ran_at: Moment,
    /// By the capability's operation.
    #[serde(default)]
    pub verdicts: BTreeMap<String, Verdict>,
    #[serde(default)]
    pub agents: BTreeMap<PostingId, AgentVerdict>,
}

impl Capability {
    /// All of them, in the order in which a candidate's way needs them.
    pub const ALL: [Self; 8] = [
        Self::Requisitions,
        Self::EvergreenRequisitions,
        Self::Candidates,
        Self::AssessEvents,
        Self::WriteAssessment,
        Self::Attachments,
        Self::WriteAttachment,
        Self::Move,
    ];

    /// The operation of Workday's web service; its name in rows.
    pub fn operation(self) -> &'static str {
        match self {
            Self::Requisitions => "Get_Job_Requisitions",
            Self::EvergreenRequisitions => "Get_Evergreen_Requisitions",
            Self::Candidates => "Get_Candidates",
            Self::AssessEvents => "Get_Assess_Candidate",
            Self::Attachments => "Get_Candidate_Attachments",
            Self::WriteAssessment => "Assess_Candidate",
            Self::WriteAttachment => "Put_Candidate_Attachment",
            Self::Move => "Move_Candidate",
        }
    }

    /// What gives it, as a Workday administrator finds it (`workday/FACTS.md` section 6).
    pub fn policies(self) -> &'static [&'static str] {
        match self {
            Self::Requisitions => &["Job Requisition Data: Get", "Job Requisitions for Recruiting: Get"],
            Self::EvergreenRequisitions => &["Manage: Evergreen Requisitions: Get"],
            Self::Candidates => &[
                "Candidate Data: Job Application: Get",
                "Candidate Data: Personal Information: Get",
                "Business process Job Application, initiating action Get_Candidates (Web Service)",
            ],
            Self::AssessEvents => &["Candidate Data: Assessment Results: Get"],
            Self::Attachments => &[
                "Candidate Data: Attachments: Get",
                "Business process Job Application, initiating action Get_Candidate_Attachments (Web Service)",
            ],
            Self::WriteAssessment => &[
                "Candidate Data: Assessment Results: Put",
                "Staffing Actions: Job Requisition Assessments: Put",
                "Business process Assess Candidate, its web service action",
            ],
            Self::WriteAttachment => &["Candidate Data: Attachments: Put", "Access to the document category"],
            Self::Move => &[
                "Move Candidate: Get and Put",
                "Business process Job Application, its web service action",
            ],
        }
    }
}

impl Preflight {
    /// What the try of a capability came to; none: it was not tried yet.
    pub fn verdict(&self, capability: Capability) -> Option<&Verdict> {
        self.verdicts.get(capability.operation())
    }

    /// Whether everything that was tried was answered.
    pub fn is_whole(&self) -> bool {
        let answered = |verdict: &Verdict| *verdict != Verdict::Unknown;
        self.verdicts.values().all(answered) && self.agents.values().all(|agent| *agent != AgentVerdict::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_release_found_is_read_as_far_as_it_is_known() {
        let row = r#"{"workspace":"acme","connection":"c","ran_at":1,"verdicts":{"Get_Candidates":{"verdict":"of_tomorrow"},"Move_Candidate":{"verdict":"failed","words":"No."}},"agents":{"p":"odd"}}"#;
        let found: Preflight = serde_json::from_str(row).unwrap();
        assert_eq!(found.verdict(Capability::Candidates), Some(&Verdict::Unknown));
        assert!(matches!(found.verdict(Capability::Move), Some(Verdict::Failed { .. })));
        assert_eq!((found.verdict(Capability::AssessEvents), found.is_whole()), (None, false));
    }
}
