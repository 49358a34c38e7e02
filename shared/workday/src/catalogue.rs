//! Every operation this client calls, for whoever checks them against the interface definition.

use crate::operation::Operation;
use crate::{
    assess_candidate, get_assess_candidate, get_candidate_attachments, get_candidates, get_evergreen_requisitions, get_job_requisitions,
    move_candidate, put_candidate_attachment,
};

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
