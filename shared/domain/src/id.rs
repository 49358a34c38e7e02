//! Typed ids. Each is checked on construction, so that a key string or URL built from one cannot be bent.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// An id that is empty, too long, or has a character no id of that kind has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to {max} visible characters, without {without}")]
pub struct IdError {
    kind: &'static str,
    max: usize,
    without: &'static str,
}

fn checked(kind: &'static str, max: usize, value: String) -> Result<String, IdError> {
    let legal = |c: char| !c.is_control() && !c.is_whitespace() && c != '#';
    if value.is_empty() || value.len() > max || !value.chars().all(legal) {
        let without = "spaces or '#'";
        return Err(IdError { kind, max, without });
    }
    Ok(value)
}

/// An id that the tenant's own people number: anything that is seen, spaces between it too. Where it becomes part of a key,
/// a file's name or a URL, it is escaped there.
fn numbered(kind: &'static str, max: usize, value: String) -> Result<String, IdError> {
    let unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let legal = |c: char| !c.is_control() && !unseen(c) && c != char::REPLACEMENT_CHARACTER && (c == ' ' || !c.is_whitespace());
    if value.is_empty() || value.len() > max || value.trim() != value || !value.chars().all(legal) {
        let without = "spaces around them";
        return Err(IdError { kind, max, without });
    }
    Ok(value)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $max:literal, $check:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the value: see the error for what an id of this kind may be.
            pub fn new(value: impl Into<String>) -> Result<Self, IdError> {
                $check($kind, $max, value.into()).map(Self)
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(value: String) -> Result<Self, IdError> {
                Self::new(value)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A HeyMilo workspace: our customer, and the boundary no data crosses.
    WorkspaceId, "workspace id", 64, checked
);
id!(
    /// One Workday tenant joined to one workspace.
    ConnectionId, "connection id", 64, checked
);
id!(
    /// Workday `Job_Requisition_ID`.
    JobRequisitionId, "Job_Requisition_ID", 128, numbered
);
id!(
    /// Workday `Job_Application_ID`.
    JobApplicationId, "Job_Application_ID", 128, numbered
);
id!(
    /// Workday `Candidate_ID`.
    WorkdayCandidateId, "Candidate_ID", 128, numbered
);
id!(
    /// HeyMilo's posting: what its pages call an interviewer or agent.
    PostingId, "posting id", 64, checked
);
id!(
    /// A person who signs in: an issuer's subject.
    PersonId, "person id", 64, checked
);
id!(
    /// HeyMilo's interview: one per candidate and posting.
    InterviewId, "interview id", 64, checked
);
id!(
    /// One order: one visit of one job application to the assessment stage.
    OrderId, "order id", 64, checked
);
id!(
    /// Whose effects the ledger keeps: an order, or a notice to people of the workspace.
    OwnerId, "owner id", 64, checked
);
id!(
    /// A stored inbound hint; equal content gives an equal id, so a repeat is the same row.
    HintId, "hint id", 64, checked
);

/// The first 130 bits of SHA-256 over length-prefixed parts, as 26 lower-case base32 characters.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut text = data_encoding::BASE32_NOPAD.encode(&hash.finalize()).to_ascii_lowercase();
    text.truncate(26);
    text
}

impl OrderId {
    /// The order's key: connection + job application + visit (event ids and moments differ between triggers, these do not).
    pub fn derive(connection: &ConnectionId, application: &JobApplicationId, visit: u32) -> Self {
        Self(digest(&["order", connection.as_str(), application.as_str(), &visit.to_string()]))
    }
}

impl PersonId {
    /// The person whom an issuer calls by this subject. Neither an email address nor a name: those change hands.
    pub fn derive(issuer: &str, subject: &str) -> Self {
        Self(digest(&["person", issuer, subject]))
    }

    /// Whether an id is one that [`PersonId::derive`] makes, and no name that somebody chose.
    pub fn is_derived(id: &str) -> bool {
        id.len() == 26 && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
    }
}

impl OwnerId {
    pub(crate) fn from_digest(digest: String) -> Self {
        Self(digest)
    }
}

impl From<&OrderId> for OwnerId {
    fn from(order: &OrderId) -> Self {
        Self(order.0.clone())
    }
}

impl HintId {
    /// The id of a hint from what it says: the same report arriving twice is one hint.
    pub fn derive(parts: &[&str]) -> Self {
        Self(digest(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_refuse_what_could_bend_a_key() {
        for bad in ["", "a#b", "a b", "a\nb", "a\u{0}", &"x".repeat(65)] {
            assert!(WorkspaceId::new(bad).is_err(), "{bad:?} was accepted");
        }
        assert!(JobApplicationId::new("JOB_APPLICATION-3-25").is_ok());
    }

    #[test]
    fn what_tenants_number_themselves_is_taken_as_they_write_it() {
        for written in ["REQ 2024 001", "R-00123/A", "Ü-17", "REQ 2024 001/Ü#17", "CAND 0001"] {
            assert_eq!(JobRequisitionId::new(written).unwrap().as_str(), written);
            assert_eq!(JobApplicationId::new(written).unwrap().as_str(), written);
            assert_eq!(WorkdayCandidateId::new(written).unwrap().as_str(), written);
        }
        for bad in ["", " ", "a ", " a", "a\nb", "a\u{0}", "a\u{200b}b", "a\u{fffd}", &"x".repeat(129)] {
            assert!(JobRequisitionId::new(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn an_order_is_known_by_connection_application_and_visit() {
        let connection = ConnectionId::new("acme").unwrap();
        let application = JobApplicationId::new("JOB_APPLICATION-3-25").unwrap();
        let first = OrderId::derive(&connection, &application, 1);
        assert_eq!(first, OrderId::derive(&connection, &application, 1));
        assert_ne!(first, OrderId::derive(&connection, &application, 2));
        assert_eq!(first.as_str().len(), 26);
    }

    #[test]
    fn a_persons_id_is_told_from_a_name() {
        let derived = PersonId::derive("https://issuer.example.com", "dana");
        assert!(PersonId::is_derived(derived.as_str()));
        assert!(
            ["dana", "", "local-owner", "owner@example.com"]
                .into_iter()
                .all(|name| !PersonId::is_derived(name))
        );
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        assert_ne!(HintId::derive(&["ab", "c"]), HintId::derive(&["a", "bc"]));
    }
}
