//! How a call fails, named by what the caller can do about it.

use std::{io, time::Duration};

use crate::{
    fault::{Fault, FaultReason},
    xml::ReadError,
};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a call has no answer to use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection came about; the request was not sent. Try again later.
    #[error("no connection to Workday")]
    Connect(#[source] Cause),
    /// No complete answer in time. Workday may have acted.
    #[error("Workday did not answer in time")]
    TimedOut,
    /// The connection or the answer broke off after the request was on its way. Workday may have acted.
    #[error("the exchange with Workday broke off")]
    Interrupted(#[source] Cause),
    /// Workday does not accept the credential: refresh the token once, then ask for a reconnect.
    #[error("Workday does not accept the credential")]
    Unauthorized,
    /// The integration system user lacks a permission: show the permission list.
    #[error("Workday does not permit {operation}: {message}")]
    NotAuthorized {
        /// The operation that is withheld.
        operation: &'static str,
        /// Workday's text.
        message: String,
    },
    /// Nothing at this address: the services host, tenant or version is wrong.
    #[error("Workday has no such web service address")]
    NotFound,
    /// Too many requests; this one was not accepted.
    #[error("Workday asks for fewer requests")]
    Throttled {
        /// `Retry-After` of the answer.
        retry_after: Option<Duration>,
    },
    /// Workday is down, under maintenance or failed inside. It may have acted.
    #[error("Workday is not available (HTTP {status})")]
    Unavailable {
        /// HTTP status; 200 with a maintenance page.
        status: u16,
        /// `Retry-After` of the answer.
        retry_after: Option<Duration>,
        /// The SOAP fault, if there was one.
        fault: Option<Box<Fault>>,
    },
    /// Workday refuses the request as it is.
    #[error("Workday refuses the request: {0}")]
    Rejected(Fault),
    /// The answer is not what the interface definition promises. Workday may have acted.
    #[error("the answer of Workday is malformed: {detail}")]
    Malformed {
        /// What is wrong with it, in our words.
        detail: &'static str,
    },
    /// The answer exceeds the limit on bytes or elements. Workday may have acted.
    #[error("the answer of Workday is too large")]
    TooLarge,
    /// A read of several pages that never comes to its end: what was read so far is not the whole.
    #[error("the pages of Workday do not go forward: page {asked} was asked for, and page {answered} or the rows before came again")]
    PagesRepeat {
        /// The page that was asked for.
        asked: u32,
        /// The page that the answer calls itself.
        answered: u32,
    },
}

/// What is known about the effect of a request that has no answer to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Workday never took the request in.
    NotSent,
    /// Workday took it in and refused it.
    Refused,
    /// Workday may have acted: read back before repeating a write.
    Unknown,
}

impl Error {
    /// Whether Workday may have acted on the request.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::Connect(_) | Self::Throttled { .. } => Certainty::NotSent,
            Self::Rejected(fault) if fault.is_failure() => Certainty::Unknown,
            Self::Unauthorized | Self::NotAuthorized { .. } | Self::NotFound | Self::Rejected(_) => Certainty::Refused,
            Self::TimedOut
            | Self::Interrupted(_)
            | Self::Unavailable { .. }
            | Self::Malformed { .. }
            | Self::TooLarge
            | Self::PagesRepeat { .. } => Certainty::Unknown,
        }
    }

    /// How long Workday asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            Self::Connect(_)
            | Self::TimedOut
            | Self::Interrupted(_)
            | Self::Unauthorized
            | Self::NotAuthorized { .. }
            | Self::NotFound
            | Self::Rejected(_)
            | Self::Malformed { .. }
            | Self::TooLarge
            | Self::PagesRepeat { .. } => None,
        }
    }

    /// What the refusal is about, if it is one.
    pub fn fault_reason(&self) -> Option<FaultReason> {
        match self {
            Self::Rejected(fault) => Some(fault.reason()),
            Self::NotAuthorized { .. } => Some(FaultReason::NotAuthorized),
            Self::Connect(_)
            | Self::TimedOut
            | Self::Interrupted(_)
            | Self::Unauthorized
            | Self::NotFound
            | Self::Throttled { .. }
            | Self::Unavailable { .. }
            | Self::Malformed { .. }
            | Self::TooLarge
            | Self::PagesRepeat { .. } => None,
        }
    }
}

impl Error {
    /// Why a request brought no answer; what answers in the network's place says so by the kind of an [`io::Error`].
    pub(crate) fn sending(error: Cause) -> Self {
        let other = match error.downcast::<reqwest::Error>() {
            Ok(error) => return (*error).into(),
            Err(other) => other,
        };
        match other.downcast_ref().map(io::Error::kind) {
            Some(io::ErrorKind::TimedOut) => Self::TimedOut,
            Some(io::ErrorKind::ConnectionRefused) => Self::Connect(other),
            Some(_) | None => Self::Interrupted(other),
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The URL names the customer; logs get it from their own fields.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            Self::Connect(error.into())
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Interrupted(error.into())
        }
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        let detail = match error {
            ReadError::TooLarge => return Self::TooLarge,
            ReadError::Unfinished => {
                return Self::Interrupted("the document ends before its root element does".into());
            }
            ReadError::DocumentType => "it has a document type declaration",
            ReadError::UnknownEntity => "it names an undeclared entity",
            ReadError::NotWellFormed => "it is not well-formed XML",
        };
        Self::Malformed { detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;

    fn fault(kind: FaultKind, message: &str) -> Fault {
        Fault {
            kind,
            message: message.into(),
            ..Fault::blank()
        }
    }

    #[test]
    fn every_failure_says_what_workday_may_have_done() {
        use Certainty::{NotSent, Refused, Unknown};
        let unavailable = Error::Unavailable {
            status: 503,
            retry_after: None,
            fault: None,
        };
        for (error, certainty) in [
            (Error::Connect("refused".into()), NotSent),
            (Error::TimedOut, Unknown),
            (Error::Interrupted("reset".into()), Unknown),
            (Error::Unauthorized, Refused),
            (
                Error::NotAuthorized {
                    operation: "Get_Candidates",
                    message: "no".into(),
                },
                Refused,
            ),
            (Error::NotFound, Refused),
            (Error::Throttled { retry_after: None }, NotSent),
            (unavailable, Unknown),
            (Error::Rejected(fault(FaultKind::Validation, "odd")), Refused),
            (Error::Rejected(fault(FaultKind::Processing, "odd")), Unknown),
            (
                Error::Rejected(fault(FaultKind::Processing, "The Business Process must be in progress")),
                Refused,
            ),
            (Error::Malformed { detail: "odd" }, Unknown),
            (Error::TooLarge, Unknown),
            (Error::PagesRepeat { asked: 2, answered: 1 }, Unknown),
        ] {
            assert_eq!(error.certainty(), certainty, "{error:?}");
        }
    }

    #[test]
    fn what_answers_in_the_network_s_place_fails_as_the_network_does() {
        let sending = |kind| Error::sending(io::Error::from(kind).into());
        assert!(matches!(sending(io::ErrorKind::TimedOut), Error::TimedOut));
        assert!(matches!(sending(io::ErrorKind::ConnectionRefused), Error::Connect(_)));
        assert!(matches!(sending(io::ErrorKind::ConnectionAborted), Error::Interrupted(_)));
    }

    #[test]
    fn a_wait_and_a_reason_are_passed_on() {
        let wait = Some(Duration::from_secs(7));
        assert_eq!(Error::Throttled { retry_after: wait }.retry_after(), wait);
        assert_eq!(Error::TimedOut.retry_after(), None);
        let rejected = Error::Rejected(fault(FaultKind::Validation, "Invalid ID value. 'X' is not a valid ID value"));
        assert_eq!(rejected.fault_reason(), Some(FaultReason::InvalidReference));
        assert_eq!(Error::NotFound.fault_reason(), None);
    }
}
