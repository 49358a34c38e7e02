//! Workday's Recruiting web service: each operation of the client × answer, each fault, each broken answer.

use serde_json::json;
use workday::oauth::TokenEndpoint;
use workday::{
    AssessCandidateQuery, AssessCandidateRequest, AssessTarget, CandidateAttachment, CandidateAttachmentQuery, CandidateQuery, Certainty,
    Client, Credential, Endpoint, Error, FaultKind, JobRequisitionQuery, MoveCandidateRequest, OPERATIONS, PageRequest, Reference,
    TestResult, id_type,
};
use workday_stand_in::{Options, Running, WorkdayStandIn};

use super::{contract_folder, notice_absent_schemas, tell, wire};

/// In the assessment stage of the demo tenant from the start, with an Assess step.
const APPLICATION: &str = "JOB_APPLICATION-3-7";
const REQUISITION: &str = "R00001";
const EVERGREEN_REQUISITION: &str = "R90001";

/// A demo tenant and the client signed in to it.
struct Tenant {
    running: Running,
    client: Client,
    credential: Credential,
    candidate: String,
}

/// What the call names: things that exist, or things that Workday does not know.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    Known,
    Unknown,
}

impl Names {
    fn choose<'a>(self, known: &'a str, unknown: &'a str) -> &'a str {
        if self == Self::Known { known } else { unknown }
    }
}

impl Tenant {
    async fn start() -> Self {
        notice_absent_schemas();
        let options = Options {
            contract_dir: Some(contract_folder()),
            ..Options::default()
        };
        let credentials = options.credentials.clone();
        let running = WorkdayStandIn::start(options).await.unwrap();
        let endpoint = Endpoint {
            services_url: running.url.parse().unwrap(),
            tenant: running.tenant.clone(),
            version: "v45.2".into(),
        };
        let token = TokenEndpoint {
            url: endpoint.token_url(),
            client_id: credentials.client_id,
            client_secret: credentials.client_secret.into(),
            client_in_body: None,
        };
        let token = token.refresh(&wire(), &credentials.refresh_token.into()).await.unwrap();
        let client = Client::new(wire(), &endpoint);
        let credential = Credential::Bearer(token.access_token);
        let candidate = candidate_of(&client, &credential).await;
        Self {
            running,
            client,
            credential,
            candidate,
        }
    }

    /// Calls an operation with every part of the request that the product uses.
    async fn call(&self, operation: &str, names: Names) -> Result<(), Error> {
        let (client, credential) = (&self.client, &self.credential);
        // References that resolve to nothing are skipped by the reads, so these err in the page.
        let page = PageRequest {
            page: u32::from(names == Names::Known),
            ..PageRequest::first("2035-01-16T10:00:00Z")
        };
        match operation {
            "Get_Job_Requisitions" => {
                let query = JobRequisitionQuery::ByReference(vec![REQUISITION.into()]);
                client.get_job_requisitions(credential, &query, &page).await.map(drop)
            }
            "Get_Evergreen_Requisitions" => {
                let query = JobRequisitionQuery::ByReference(vec![EVERGREEN_REQUISITION.into()]);
                client.get_evergreen_requisitions(credential, &query, &page).await.map(drop)
            }
            "Get_Candidates" => {
                let query = CandidateQuery::ByReference(vec![self.candidate.clone()]);
                client.get_candidates(credential, &query, &page).await.map(drop)
            }
            "Get_Assess_Candidate" => {
                let query = AssessCandidateQuery::of_application(APPLICATION);
                client.get_assess_candidate(credential, &query, &page).await.map(drop)
            }
            "Assess_Candidate" => client.assess_candidate(credential, &assessment(names)).await.map(drop),
            "Put_Candidate_Attachment" => {
                let attachment = attachment(names.choose(&self.candidate, "C99999"));
                client.put_candidate_attachment(credential, &attachment).await.map(drop)
            }
            "Get_Candidate_Attachments" => {
                let query = CandidateAttachmentQuery::OfCandidate(names.choose(&self.candidate, "C99999").into());
                client.get_candidate_attachments(credential, &query).await.map(drop)
            }
            "Move_Candidate" => {
                let request = MoveCandidateRequest {
                    target: AssessTarget::Application(APPLICATION.into()),
                    next_step: Reference::of(id_type::WORKFLOW_STEP, names.choose("JOB_APPLICATION_INTERVIEW", "NO_STEP")),
                    comment: Some("Screened & scored <by HeyMilo>".into()),
                };
                client.move_candidate(credential, &request).await.map(drop)
            }
            other => panic!("{other} has no call here: add one, so that the contract check sees it"),
        }
    }

    /// Has the next call of an operation fail in this way.
    async fn plan(&self, operation: &str, kind: &str) {
        tell(&self.running.url, "faults", &json!([{"operation": operation, "kind": kind}])).await;
    }
}

async fn candidate_of(client: &Client, credential: &Credential) -> String {
    let query = CandidateQuery::InStage {
        job_requisitions: vec![REQUISITION.into()],
        stage: Some("ASSESSMENT".into()),
    };
    let page = client.get_candidates(credential, &query, &PageRequest::single()).await.unwrap();
    let is_ours = |candidate: &&workday::Candidate| candidate.applications.iter().any(|applied| applied.application_id == APPLICATION);
    page.items.iter().find(is_ours).unwrap().candidate_id.clone()
}

fn assessment(names: Names) -> AssessCandidateRequest {
    let line = TestResult {
        test_id: "HEYMILO_AI_SCREEN".into(),
        score: Some("87.5".into()),
        date: Some("2026-01-16".into()),
        comment: Some("Communication 4/5 & \"clear\"".into()),
        results_url: Some("https://heymilo.example.com/r/1".into()),
        ..TestResult::default()
    };
    AssessCandidateRequest {
        target: AssessTarget::Application(APPLICATION.into()),
        assessment_id: None,
        assessed_on: "2026-01-16".into(),
        status_id: names.choose("HEYMILO_COMPLETED", "NO_STATUS").into(),
        overall_comment: Some("Recommended <strongly>".into()),
        test_results: vec![line],
        suppress_overwrite: false,
    }
}

fn attachment(candidate: &str) -> CandidateAttachment {
    CandidateAttachment {
        candidate_id: candidate.into(),
        id: None,
        filename: "R00001 screening report.pdf".into(),
        content: bytes::Bytes::from_static(b"%PDF-1.7 invented"),
        mime_type: Some("application/pdf".into()),
        comment: Some("Score 87.5".into()),
        document_category: Reference::of(id_type::WORKDAY_OWNED_DOCUMENT_CATEGORY, "OTHER_DOCUMENTS"),
        replaces: None,
        add_only: true,
    }
}

/// The fault of a refusal, or of a failure inside Workday.
fn fault(operation: &str, result: Result<(), Error>) -> FaultKind {
    match result {
        Err(Error::Rejected(fault)) => fault.kind,
        Err(Error::Unavailable { fault: Some(fault), .. }) => fault.kind,
        other => panic!("{operation}: not a fault: {other:?}"),
    }
}

#[tokio::test]
async fn every_operation_of_workday_is_answered_and_refused_by_each_fault() {
    let tenant = Tenant::start().await;
    for operation in OPERATIONS.iter().map(|operation| operation.name) {
        let refused = tenant.call(operation, Names::Unknown).await;
        assert_eq!(fault(operation, refused), FaultKind::Validation);
        tenant.plan(operation, "processing_fault").await;
        let refused = tenant.call(operation, Names::Known).await;
        assert_eq!(fault(operation, refused), FaultKind::Processing);
        tenant.plan(operation, "auth_fault").await;
        assert!(
            matches!(tenant.call(operation, Names::Known).await, Err(Error::Unauthorized)),
            "{operation}"
        );
        tenant
            .call(operation, Names::Known)
            .await
            .unwrap_or_else(|error| panic!("{operation}: {error}"));
    }
    tenant.running.stop().await;
}

#[tokio::test]
async fn a_broken_answer_of_workday_leaves_open_whether_it_acted() {
    for kind in ["truncated", "malformed", "html200"] {
        // Each write is new to a tenant of its own.
        let tenant = Tenant::start().await;
        for operation in OPERATIONS.iter().map(|operation| operation.name) {
            tenant.plan(operation, kind).await;
            let error = tenant.call(operation, Names::Known).await.unwrap_err();
            assert_eq!(error.certainty(), Certainty::Unknown, "{operation} {kind}: {error:?}");
        }
        tenant.running.stop().await;
    }
}
