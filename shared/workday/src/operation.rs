//! The operations of the Recruiting web service that this client calls.

use std::time::Duration;

use crate::{
    assess_candidate, get_assess_candidate, get_candidate_attachments, get_candidates, get_evergreen_requisitions, get_job_requisitions,
    move_candidate, put_candidate_attachment,
};

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

/// Every operation this client calls.
pub const OPERATIONS: &[Operation] = &[
    get_job_requisitions::OPERATION,
    get_evergreen_requisitions::OPERATION,
    get_candidates::OPERATION,
    get_assess_candidate::OPERATION,
    assess_candidate::OPERATION,
    put_candidate_attachment::OPERATION,
    get_candidate_attachments::OPERATION,
    move_candidate::OPERATION,
];

/// Elements that a SOAP fault's `detail` may hold.
pub const FAULT_ELEMENTS: &[&str] = &["Validation_Fault", "Processing_Fault", "Authentication_Fault"];
