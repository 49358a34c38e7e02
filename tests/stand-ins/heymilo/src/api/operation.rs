//! The operations of HeyMilo's `OpenAPI` document that the stand-in serves, by method and path.

/// One operation with its path parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    HealthCheck,
    ListWorkspaces,
    ListPostings,
    ListPostingSummaries,
    GetPosting(String),
    UpdatePosting(String),
    GetPostingStats(String),
    IngestCandidate(String),
    IngestCandidatesBulk(String),
    ListCandidates(String),
    GetInterviewData(String),
    GetInterviewMetadata(String),
    SetInterviewMetadata(String),
    DeleteInterviewMetadata(String),
    CreateWebhook,
    ListWebhooks,
    GetWebhook(String),
    DeleteWebhook(String),
}

/// Where a method and a path lead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Routed {
    To(Operation),
    WrongMethod,
    Nowhere,
}

impl Operation {
    /// The `operationId` of the `OpenAPI` document.
    pub(crate) fn id(&self) -> &'static str {
        match self {
            Self::HealthCheck => "health_check_health_get",
            Self::ListWorkspaces => "listWorkspaces",
            Self::ListPostings => "listPostings",
            Self::ListPostingSummaries => "listPostingSummaries",
            Self::GetPosting(_) => "getPosting",
            Self::UpdatePosting(_) => "updatePosting",
            Self::GetPostingStats(_) => "getPostingStats",
            Self::IngestCandidate(_) => "ingestCandidate",
            Self::IngestCandidatesBulk(_) => "ingestCandidatesBulk",
            Self::ListCandidates(_) => "listCandidates",
            Self::GetInterviewData(_) => "getInterviewData",
            Self::GetInterviewMetadata(_) => "getInterviewMetadata",
            Self::SetInterviewMetadata(_) => "setInterviewMetadata",
            Self::DeleteInterviewMetadata(_) => "deleteInterviewMetadata",
            Self::CreateWebhook => "createWebhook",
            Self::ListWebhooks => "listWebhooks",
            Self::GetWebhook(_) => "getWebhook",
            Self::DeleteWebhook(_) => "deleteWebhook",
        }
    }
}

/// Finds the operation of a request.
pub(crate) fn route(method: &str, path: &str) -> Routed {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let id = |text: &str| text.to_owned();
    let found = match (method, segments.as_slice()) {
        ("GET", ["health"]) => Operation::HealthCheck,
        ("GET", ["api", "v2", "workspaces"]) => Operation::ListWorkspaces,
        ("GET", ["api", "v2", "postings"]) => Operation::ListPostings,
        ("GET", ["api", "v2", "postings", "list"]) => Operation::ListPostingSummaries,
        ("GET", ["api", "v2", "postings", posting]) => Operation::GetPosting(id(posting)),
        ("PATCH", ["api", "v2", "postings", posting]) => Operation::UpdatePosting(id(posting)),
        ("GET", ["api", "v2", "postings", posting, "stats"]) => Operation::GetPostingStats(id(posting)),
        ("POST", ["api", "v2", "postings", posting, "candidates"]) => Operation::IngestCandidate(id(posting)),
        ("GET", ["api", "v2", "postings", posting, "candidates"]) => Operation::ListCandidates(id(posting)),
        ("POST", ["api", "v2", "postings", posting, "candidates", "bulk"]) => Operation::IngestCandidatesBulk(id(posting)),
        ("GET", ["api", "v2", "interviews", interview, "data"]) => Operation::GetInterviewData(id(interview)),
        ("GET", ["api", "v2", "interviews", interview, "metadata"]) => Operation::GetInterviewMetadata(id(interview)),
        ("POST", ["api", "v2", "interviews", interview, "metadata"]) => Operation::SetInterviewMetadata(id(interview)),
        ("DELETE", ["api", "v2", "interviews", interview, "metadata"]) => Operation::DeleteInterviewMetadata(id(interview)),
        ("POST", ["api", "v2", "webhooks"]) => Operation::CreateWebhook,
        ("GET", ["api", "v2", "webhooks"]) => Operation::ListWebhooks,
        ("GET", ["api", "v2", "webhooks", webhook]) => Operation::GetWebhook(id(webhook)),
        ("DELETE", ["api", "v2", "webhooks", webhook]) => Operation::DeleteWebhook(id(webhook)),
        _ => return unrouted(method, path),
    };
    Routed::To(found)
}

/// `FastAPI` tells a known path with a wrong method (405) from an unknown path (404). Every known path but one answers GET.
fn unrouted(method: &str, path: &str) -> Routed {
    let known = ["GET", "POST"]
        .into_iter()
        .any(|other| other != method && leads_somewhere(other, path));
    if known { Routed::WrongMethod } else { Routed::Nowhere }
}

fn leads_somewhere(method: &str, path: &str) -> bool {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match segments.as_slice() {
        ["health"]
        | ["api", "v2", "workspaces" | "postings" | "webhooks"]
        | ["api", "v2", "postings" | "webhooks", _]
        | ["api", "v2", "postings", _, "stats" | "candidates"]
        | ["api", "v2", "interviews", _, "data" | "metadata"] => method == "GET",
        ["api", "v2", "postings", _, "candidates", "bulk"] => method == "POST",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, Routed, route};

    #[test]
    fn methods_and_paths_find_their_operation() {
        let check = |method: &str, path: &str, expected: Routed| assert_eq!(route(method, path), expected, "{method} {path}");
        check("GET", "/api/v2/postings/list", Routed::To(Operation::ListPostingSummaries));
        check(
            "GET",
            "/api/v2/postings/13D77095",
            Routed::To(Operation::GetPosting("13D77095".into())),
        );
        check(
            "POST",
            "/api/v2/postings/13D77095/candidates",
            Routed::To(Operation::IngestCandidate("13D77095".into())),
        );
        check("PUT", "/api/v2/postings", Routed::WrongMethod);
        check("DELETE", "/api/v2/postings/13D77095", Routed::WrongMethod);
        check("GET", "/api/v2/postings/13D77095/candidates/bulk", Routed::WrongMethod);
        check("GET", "/postings", Routed::Nowhere);
        check("GET", "/api/v2/webhooks/", Routed::To(Operation::GetWebhook(String::new())));
    }
}
