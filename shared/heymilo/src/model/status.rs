//! The status of an interview: `CandidateResponse.status`, `InterviewDataResponse.status`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a candidate stands in a posting's workflow; the document types it as text, so any value is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InterviewStatus {
    /// `pending`: invited, nothing started.
    Pending,
    /// `in_progress`: at least one step started.
    InProgress,
    /// `evaluating`: every step done, the score still being computed.
    Evaluating,
    /// `completed`: every step done and scored.
    Completed,
    /// `shortlisted`: a recruiter shortlisted the candidate.
    Shortlisted,
    /// `dismissed`: a recruiter dismissed the candidate.
    Dismissed,
    /// `knocked_out`: a step disqualified the candidate.
    KnockedOut,
    /// `not_ready`: named by the text of `getInterviewData` for a candidate who has not finished.
    NotReady,
    /// A value that the document does not name.
    Unknown(String),
}

impl InterviewStatus {
    /// The value as HeyMilo writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Evaluating => "evaluating",
            Self::Completed => "completed",
            Self::Shortlisted => "shortlisted",
            Self::Dismissed => "dismissed",
            Self::KnockedOut => "knocked_out",
            Self::NotReady => "not_ready",
            Self::Unknown(value) => value,
        }
    }
}

impl From<String> for InterviewStatus {
    fn from(value: String) -> Self {
        match value.as_str() {
            "pending" => Self::Pending,
            "in_progress" => Self::InProgress,
            "evaluating" => Self::Evaluating,
            "completed" => Self::Completed,
            "shortlisted" => Self::Shortlisted,
            "dismissed" => Self::Dismissed,
            "knocked_out" => Self::KnockedOut,
            "not_ready" => Self::NotReady,
            _ => Self::Unknown(value),
        }
    }
}

impl fmt::Display for InterviewStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for InterviewStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for InterviewStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_the_round_trip() {
        for value in [
            "pending",
            "in_progress",
            "evaluating",
            "completed",
            "shortlisted",
            "dismissed",
            "knocked_out",
            "not_ready",
            "paused_by_moderator",
            "",
        ] {
            let json = serde_json::to_string(value).unwrap();
            let status: InterviewStatus = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&status).unwrap(), json);
        }
    }
}
