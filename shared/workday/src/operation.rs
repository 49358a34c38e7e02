//! What an operation of the Recruiting web service is; which there are is the catalogue's.

use std::time::Duration;

const READ_TIMEOUT: Duration = Duration::from_secs(20);
const WRITE_TIMEOUT: Duration = Duration::from_secs(25);

/// One operation of the Recruiting web service and the elements it exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The operation's name in the interface definition.
    pub name: &'static str,
    /// Element in the body of the request.
    pub request_element: &'static str,
    /// Element in the body of a successful answer.
    pub response_element: &'static str,
    /// How long one call may take, from connecting to the last byte of the answer.
    pub timeout: Duration,
}

impl Operation {
    pub(crate) const fn read(name: &'static str, request_element: &'static str, response_element: &'static str) -> Self {
        Self {
            name,
            request_element,
            response_element,
            timeout: READ_TIMEOUT,
        }
    }

    pub(crate) const fn write(name: &'static str, request_element: &'static str, response_element: &'static str) -> Self {
        Self {
            name,
            request_element,
            response_element,
            timeout: WRITE_TIMEOUT,
        }
    }
}
