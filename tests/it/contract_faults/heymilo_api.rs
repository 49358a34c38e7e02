//! HeyMilo's API: each operation of the client × answer, each status the document declares, each broken answer.

use std::collections::BTreeMap;

use heymilo::{
    ApiKey, CandidateIngestRequest, CandidateQuery, Certainty, Client, CreateWebhook, Error, OPERATIONS, PageQuery, PostingQuery,
};
use heymilo_stand_in::{DEFAULT_API_KEY, HeyMiloStandIn, Options, Running};
use serde_json::json;

use super::{contract_folder, notice_absent_schemas, tell, wire};

const POSTING: &str = "13D77095";
const NO_SUCH: &str = "00000000";
const EMAIL: &str = "dana.example@example.com";

/// A workspace of HeyMilo and the client that has its key.
struct Workspace {
    running: Running,
    client: Client,
    key: ApiKey,
    interview: String,
    webhook: String,
}

/// What the call names: things that exist, things that do not, or no proper things at all.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    Known,
    Unknown,
    Invalid,
}

impl Workspace {
    async fn start() -> Self {
        notice_absent_schemas();
        let options = Options {
            contract_dir: Some(contract_folder()),
            ..Options::default()
        };
        let running = HeyMiloStandIn::start(options).await.unwrap();
        let client = Client::new(wire(), running.url.parse().unwrap());
        let key = ApiKey::new(DEFAULT_API_KEY.into()).unwrap();
        let ingested = client.ingest_candidate(&key, POSTING, &candidate(EMAIL)).await.unwrap();
        let mut workspace = Self {
            running,
            client,
            key,
            interview: ingested.interview_id,
            webhook: String::new(),
        };
        workspace.register_webhook().await;
        workspace
    }

    /// Makes the registration that the next deletion deletes.
    async fn register_webhook(&mut self) {
        let created = self.client.create_webhook(&self.key, &webhook(POSTING, "report_available")).await;
        self.webhook = created.unwrap().webhook_id;
    }

    async fn call(&self, operation: &str, names: Names) -> Result<(), Error> {
        self.call_with(&self.key, operation, names).await
    }

    async fn call_with(&self, key: &ApiKey, operation: &str, names: Names) -> Result<(), Error> {
        let client = &self.client;
        let posting = if names == Names::Unknown { NO_SUCH } else { POSTING };
        let cursor = (names == Names::Unknown).then(|| NO_SUCH.to_owned());
        match operation {
            "listWorkspaces" => client.workspaces(key).await.map(drop),
            "listPostingSummaries" => {
                let query = PostingQuery {
                    starting_after: cursor,
                    ..PostingQuery::default()
                };
                client.postings(key, &query).await.map(drop)
            }
            "getPosting" => client.posting(key, posting).await.map(drop),
            "ingestCandidate" => {
                let email = if names == Names::Invalid { "nobody" } else { EMAIL };
                client.ingest_candidate(key, posting, &candidate(email)).await.map(drop)
            }
            "listCandidates" => {
                let query = CandidateQuery {
                    created_after: (names == Names::Invalid).then(|| "the other day".to_owned()),
                    ..CandidateQuery::default()
                };
                client.candidates(key, posting, &query).await.map(drop)
            }
            "getInterviewData" => {
                let interview = if names == Names::Unknown { NO_SUCH } else { &self.interview };
                client.interview_data(key, interview).await.map(drop)
            }
            "createWebhook" => {
                let event = if names == Names::Invalid { " " } else { "interview_completed" };
                client.create_webhook(key, &webhook(posting, event)).await.map(drop)
            }
            "listWebhooks" => {
                let query = PageQuery {
                    starting_after: cursor,
                    ..PageQuery::default()
                };
                client.webhooks(key, &query).await.map(drop)
            }
            "deleteWebhook" => {
                let webhook = if names == Names::Unknown { NO_SUCH } else { &self.webhook };
                client.delete_webhook(key, webhook).await
            }
            other => panic!("{other} has no call here: add one, so that the contract check sees it"),
        }
    }

    /// Has the next call of an operation fail in this way.
    async fn plan(&self, operation: &str, kind: &str) {
        tell(&self.running.url, "faults", &json!({"operation": operation, "kind": kind})).await;
    }
}

fn candidate(email: &str) -> CandidateIngestRequest {
    CandidateIngestRequest {
        name: "Dana Example".into(),
        email: email.into(),
        phone_number: Some("+15125550100".into()),
        metadata: BTreeMap::from([("job_requisition_id".into(), "R00001".into())]),
        data: None,
    }
}

fn webhook(posting: &str, event: &str) -> CreateWebhook {
    CreateWebhook {
        posting_id: posting.into(),
        webhook_url: "http://127.0.0.1:9/webhooks/heymilo".into(),
        event_type: event.into(),
    }
}

#[tokio::test]
async fn every_operation_of_heymilo_is_answered_and_refused_with_each_declared_status() {
    let mut workspace = Workspace::start().await;
    let stranger = ApiKey::new("somebody-elses-key".into()).unwrap();
    for operation in OPERATIONS {
        let name = operation.id;
        let refused = workspace.call_with(&stranger, name, Names::Known).await;
        assert!(matches!(refused, Err(Error::Unauthorized)), "{name}: {refused:?}");
        workspace.plan(name, "http429").await;
        let refused = workspace.call(name, Names::Known).await;
        assert!(matches!(refused, Err(Error::Throttled { .. })), "{name}: {refused:?}");
        if operation.statuses.contains(&404) {
            let refused = workspace.call(name, Names::Unknown).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{name}: {refused:?}");
        }
        workspace
            .call(name, Names::Known)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    workspace.register_webhook().await;
    workspace.running.stop().await;
}

#[tokio::test]
async fn heymilo_refuses_what_the_client_can_send_amiss() {
    let workspace = Workspace::start().await;
    for (operation, expected) in [("ingestCandidate", 422), ("createWebhook", 422), ("listCandidates", 400)] {
        match workspace.call(operation, Names::Invalid).await {
            Err(Error::Rejected(problem)) => assert_eq!(problem.status, Some(expected), "{operation}"),
            other => panic!("{operation}: {other:?}"),
        }
    }
    // Undocumented: what an ingest of somebody who is there already may be answered.
    tell(&workspace.running.url, "settings", &json!({"second_ingest": "error"})).await;
    match workspace.call("ingestCandidate", Names::Known).await {
        Err(Error::Rejected(problem)) => assert_eq!(problem.status, Some(400)),
        other => panic!("second ingest: {other:?}"),
    }
    workspace.running.stop().await;
}

#[tokio::test]
async fn a_broken_answer_of_heymilo_leaves_open_whether_it_acted() {
    let mut workspace = Workspace::start().await;
    for operation in OPERATIONS.iter().map(|operation| operation.id) {
        for kind in ["truncated", "non_json", "html", "http500", "http503"] {
            workspace.plan(operation, kind).await;
            let error = workspace.call(operation, Names::Known).await.unwrap_err();
            assert_eq!(error.certainty(), Certainty::Unknown, "{operation} {kind}: {error:?}");
            if operation == "deleteWebhook" {
                workspace.register_webhook().await;
            }
        }
    }
    workspace.running.stop().await;
}
