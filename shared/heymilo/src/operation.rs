//! The operations of HeyMilo's `OpenAPI` document that this client calls, with what each may cost in time and memory.

use std::time::Duration;

use reqwest::Method;

/// One operation of HeyMilo's `OpenAPI` document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `operationId` in the document.
    pub id: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path template as in the document.
    pub path: &'static str,
    /// Statuses the document declares, the success first.
    pub statuses: &'static [u16],
    /// Time for the whole call, body included.
    pub timeout: Duration,
    /// Longest answer that is read, in bytes.
    pub body_limit: usize,
}

const KIBIBYTE: usize = 1024;
const MEBIBYTE: usize = 1024 * KIBIBYTE;

pub(crate) const LIST_WORKSPACES: Operation = Operation {
    id: "listWorkspaces",
    method: Method::GET,
    path: "/api/v2/workspaces",
    statuses: &[200, 401, 429, 422],
    timeout: Duration::from_secs(10),
    body_limit: 256 * KIBIBYTE,
};

pub(crate) const LIST_POSTING_SUMMARIES: Operation = Operation {
    id: "listPostingSummaries",
    method: Method::GET,
    path: "/api/v2/postings/list",
    statuses: &[200, 401, 404, 429, 422],
    timeout: Duration::from_secs(10),
    body_limit: 2 * MEBIBYTE,
};

pub(crate) const GET_POSTING: Operation = Operation {
    id: "getPosting",
    method: Method::GET,
    path: "/api/v2/postings/{posting_id}",
    statuses: &[200, 401, 404, 429, 422],
    timeout: Duration::from_secs(10),
    body_limit: 4 * MEBIBYTE,
};

// Ingest starts HeyMilo's own mails in some workspaces and is the call that must not be cut off early:
// a timeout here costs a search through the posting's candidates.
pub(crate) const INGEST_CANDIDATE: Operation = Operation {
    id: "ingestCandidate",
    method: Method::POST,
    path: "/api/v2/postings/{posting_id}/candidates",
    statuses: &[201, 401, 404, 429, 422],
    timeout: Duration::from_secs(25),
    body_limit: 2 * MEBIBYTE,
};

pub(crate) const LIST_CANDIDATES: Operation = Operation {
    id: "listCandidates",
    method: Method::GET,
    path: "/api/v2/postings/{posting_id}/candidates",
    statuses: &[200, 401, 404, 429, 400, 422],
    timeout: Duration::from_secs(20),
    body_limit: 8 * MEBIBYTE,
};

pub(crate) const GET_INTERVIEW_DATA: Operation = Operation {
    id: "getInterviewData",
    method: Method::GET,
    path: "/api/v2/interviews/{interview_id}/data",
    statuses: &[200, 401, 404, 429, 422],
    timeout: Duration::from_secs(20),
    body_limit: 16 * MEBIBYTE,
};

pub(crate) const CREATE_WEBHOOK: Operation = Operation {
    id: "createWebhook",
    method: Method::POST,
    path: "/api/v2/webhooks",
    statuses: &[201, 401, 404, 429, 422],
    timeout: Duration::from_secs(10),
    body_limit: 256 * KIBIBYTE,
};

pub(crate) const LIST_WEBHOOKS: Operation = Operation {
    id: "listWebhooks",
    method: Method::GET,
    path: "/api/v2/webhooks",
    statuses: &[200, 401, 404, 429, 422],
    timeout: Duration::from_secs(10),
    body_limit: 2 * MEBIBYTE,
};

pub(crate) const DELETE_WEBHOOK: Operation = Operation {
    id: "deleteWebhook",
    method: Method::DELETE,
    path: "/api/v2/webhooks/{webhook_id}",
    statuses: &[200, 401, 404, 429, 422],
    timeout: Duration::from_secs(10),
    body_limit: 256 * KIBIBYTE,
};

/// Every operation this client calls: the list a contract check has to cover.
pub const OPERATIONS: &[Operation] = &[
    LIST_WORKSPACES,
    LIST_POSTING_SUMMARIES,
    GET_POSTING,
    INGEST_CANDIDATE,
    LIST_CANDIDATES,
    GET_INTERVIEW_DATA,
    CREATE_WEBHOOK,
    LIST_WEBHOOKS,
    DELETE_WEBHOOK,
];
