//! Workday client: the Recruiting web service (SOAP, v45.2) and the OAuth token endpoint.
//!
//! Speaks Workday's words and knows nothing of this project: no order, no mapping, no retry, no clock.
//! Every call is one request; a failure says what the caller can do ([`Error`]) and whether Workday may have
//! acted on the request ([`Certainty`]). Names, texts and file contents of candidates never reach a log,
//! an error or a `Debug` output.

mod address;
mod answer;
mod assess_candidate;
mod catalogue;
mod client;
mod credential;
mod endpoint;
mod envelope;
mod error;
mod fault;
mod get_assess_candidate;
mod get_candidate_attachments;
mod get_candidates;
mod get_evergreen_requisitions;
mod get_job_requisitions;
mod move_candidate;
pub mod oauth;
mod operation;
mod pace;
mod page;
mod put_candidate_attachment;
mod reference;
#[cfg(test)]
mod testing;
mod xml;

pub use address::{TenantAddress, is_for_trying, is_version};
pub use assess_candidate::{AssessCandidateAnswer, AssessCandidateRequest, AssessTarget};
pub use catalogue::OPERATIONS;
pub use client::{Client, Wire};
pub use credential::Credential;
pub use endpoint::{Endpoint, HOST_SUFFIXES, is_tenant_name};
pub use error::{Certainty, Error};
pub use fault::{FAULT_ELEMENTS, Fault, FaultKind, FaultReason, ValidationError};
pub use get_assess_candidate::{AssessCandidate, AssessCandidateQuery, CandidateAssessment, TestResult};
pub use get_candidate_attachments::{AttachmentName, CandidateAttachmentQuery};
pub use get_candidates::{Candidate, CandidateQuery, JobApplication, Phone};
pub use get_job_requisitions::{JobRequisition, JobRequisitionQuery};
pub use move_candidate::MoveCandidateRequest;
pub use operation::Operation;
pub use pace::Pace;
pub use page::{Page, PageRequest, all_pages};
pub use put_candidate_attachment::CandidateAttachment;
pub use reference::{Reference, References, id_type, is_wid};
