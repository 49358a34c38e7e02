//! What goes out, and what a good answer becomes.

use std::collections::BTreeMap;

use heymilo::{CandidateIngestRequest, CandidateQuery, CreateWebhook, InterviewData, InterviewStatus, PageQuery, PostingQuery};
use serde_json::{Value, json};

use crate::stub::{KEY, Stub, api_key};

fn ada() -> CandidateIngestRequest {
    CandidateIngestRequest {
        name: "Ada Example".to_owned(),
        email: "ada@example.com".to_owned(),
        phone_number: Some("+12065550100".to_owned()),
        metadata: BTreeMap::from([("external_id".to_owned(), "JOB_APPLICATION-3-1".to_owned())]),
        data: None,
    }
}

#[tokio::test]
async fn ingest_sends_the_candidate_and_returns_the_link() {
    let stub = Stub::start(201, include_str!("../fixtures/ingested_candidate.json")).await;
    let ingested = stub.client.ingest_candidate(&api_key(), "13D77095", &ada()).await.unwrap();
    assert_eq!(ingested.interview_id, "D536A69A4090E13F");
    assert!(ingested.interview_url.ends_with("/i/D536A69A4090E13F"));
    assert_eq!(ingested.candidate.unwrap().status, InterviewStatus::Pending);

    let seen = stub.seen();
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.path_and_query, "/api/v2/postings/13D77095/candidates");
    assert_eq!(seen.api_key, KEY);
    assert_eq!(seen.content_type.as_deref(), Some("application/json"));
    assert_eq!(
        serde_json::from_str::<Value>(&seen.body).unwrap(),
        json!({
            "name": "Ada Example", "email": "ada@example.com", "phone_number": "+12065550100",
            "metadata": {"external_id": "JOB_APPLICATION-3-1"}
        })
    );
}

#[tokio::test]
async fn a_link_is_not_lost_to_an_unreadable_receipt() {
    let body = r#"{"data":{"interview_id":"I1","interview_url":"https://c.example.com/i/I1","posting_id":"P1","candidate":{"status":7}}}"#;
    let stub = Stub::start(201, body).await;
    let ingested = stub.client.ingest_candidate(&api_key(), "P1", &ada()).await.unwrap();
    assert_eq!(ingested.interview_id, "I1");
    assert!(ingested.candidate.is_none());
}

#[tokio::test]
async fn an_interview_without_id_or_link_is_no_interview() {
    for (id, url) in [("", "https://c.example.com/i/I1"), ("I1", ""), ("I1", "  ")] {
        let body = json!({"data": {"interview_id": id, "interview_url": url, "posting_id": "P1"}});
        let stub = Stub::start(201, body.to_string()).await;
        let error = stub.client.ingest_candidate(&api_key(), "P1", &ada()).await.unwrap_err();
        assert!(matches!(error, heymilo::Error::Malformed { .. }), "{error:?}");
    }
    let body = r#"{"data":[{"interview_id":"I1","interview_url":"","status":"pending"}],"pagination":{}}"#;
    let page = Stub::start(200, body)
        .await
        .client
        .candidates(&api_key(), "P1", &CandidateQuery::default())
        .await
        .unwrap();
    assert_eq!(page.data[0].interview_url, None);
}

#[tokio::test]
async fn candidates_are_paged_by_interview_id() {
    let stub = Stub::start(200, include_str!("../fixtures/candidates.json")).await;
    let query = CandidateQuery {
        limit: Some(50),
        starting_after: Some("B536A69A4090E13F".to_owned()),
        created_after: Some("2026-03-13T00:00:00Z".to_owned()),
        created_before: None,
    };
    let page = stub.client.candidates(&api_key(), "13D77095", &query).await.unwrap();
    assert_eq!(page.next(), Some("A536A69A4090E13F"));
    assert_eq!(page.data[0].score, Some(78.5));
    assert_eq!(page.data[1].status, InterviewStatus::Unknown("paused_by_moderator".to_owned()));
    assert_eq!(
        stub.seen().path_and_query,
        "/api/v2/postings/13D77095/candidates?limit=50&starting_after=B536A69A4090E13F&created_after=2026-03-13T00%3A00%3A00Z"
    );
}

#[tokio::test]
async fn postings_are_searched() {
    let stub = Stub::start(200, include_str!("../fixtures/posting_summaries.json")).await;
    let query = PostingQuery {
        search: Some("nurse & carer".to_owned()),
        ..PostingQuery::default()
    };
    let page = stub.client.postings(&api_key(), &query).await.unwrap();
    assert_eq!(page.data[1].title, "Nurse & Carer <night>");
    assert_eq!(page.next(), None);
    assert_eq!(page.total_count, Some(2));
    assert_eq!(stub.seen().path_and_query, "/api/v2/postings/list?limit=100&search=nurse+%26+carer");
}

#[tokio::test]
async fn posting_is_read() {
    let stub = Stub::start(200, include_str!("../fixtures/posting.json")).await;
    let posting = stub.client.posting(&api_key(), "13D77095").await.unwrap();
    assert_eq!(posting.deadline, Some(1_775_174_400.0));
    assert_eq!(posting.workflow[1].kind, "web_interview");
    assert!(!posting.allow_sms_comms && posting.finalized);
    assert_eq!(stub.seen().path_and_query, "/api/v2/postings/13D77095");
}

#[tokio::test]
async fn workspace_is_read_in_either_spelling() {
    let stub = Stub::start(200, include_str!("../fixtures/workspaces.json")).await;
    let workspaces = stub.client.workspaces(&api_key()).await.unwrap();
    assert_eq!(workspaces[0].id.as_deref(), Some("ws_acme"));
    assert_eq!(stub.seen().path_and_query, "/api/v2/workspaces");

    let body = r#"{"data":[{"id":"a","workspace_id":"b","workspace_name":"Acme"}]}"#;
    let workspaces = Stub::start(200, body).await.client.workspaces(&api_key()).await.unwrap();
    assert_eq!(workspaces[0].name.as_deref(), Some("Acme"));
}

#[tokio::test]
async fn webhooks_are_registered_listed_and_deleted() {
    let registration = CreateWebhook {
        posting_id: "13D77095".to_owned(),
        webhook_url: "https://hooks.example.com/h/not-a-real-token".to_owned(),
        event_type: "report_available".to_owned(),
    };
    let stub = Stub::start(201, include_str!("../fixtures/webhook.json")).await;
    let webhook = stub.client.create_webhook(&api_key(), &registration).await.unwrap();
    assert!(webhook.is_active);
    let sent: Value = serde_json::from_str(&stub.seen().body).unwrap();
    assert_eq!(
        sent,
        json!({"posting_id": "13D77095", "webhook_url": "https://hooks.example.com/h/not-a-real-token", "event_type": "report_available"})
    );

    let stub = Stub::start(200, include_str!("../fixtures/webhooks.json")).await;
    let page = stub.client.webhooks(&api_key(), &PageQuery::default()).await.unwrap();
    assert_eq!(page.data.len(), 1);
    assert_eq!(stub.seen().path_and_query, "/api/v2/webhooks?limit=100");

    let stub = Stub::start(200, include_str!("../fixtures/webhook.json")).await;
    stub.client.delete_webhook(&api_key(), &webhook.webhook_id).await.unwrap();
    let seen = stub.seen();
    assert_eq!(seen.method, "DELETE");
    assert_eq!(seen.path_and_query, "/api/v2/webhooks/42AE4CFA720B1C35D499E9E39C14F321");
}

#[tokio::test]
async fn interview_data_is_read_and_kept_without_signed_addresses() {
    let stub = Stub::start(200, include_str!("../fixtures/interview_data.json")).await;
    let data = stub.client.interview_data(&api_key(), "D536A69A4090E13F").await.unwrap();
    let interview = data.web_interview.as_ref().unwrap();
    assert_eq!(interview.match_score, Some(82.0));
    assert!(interview.audio_recording_url.is_some());
    assert_eq!(data.form.as_ref().unwrap().questions.len(), 2);

    let kept = serde_json::to_string(&data).unwrap();
    assert!(!kept.contains("signature"));
    let again: InterviewData = serde_json::from_str(&kept).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), kept);
}

#[tokio::test]
async fn interview_data_that_is_not_ready_needs_no_more_than_a_status() {
    for (body, expected) in [
        (r#"{"data":{"status":"not_ready"}}"#, InterviewStatus::NotReady),
        (
            r#"{"data":{"status":"paused","score":"12","web_interview":{"scorecard":null,"surprise":[]},"surprise":{}}}"#,
            InterviewStatus::Unknown("paused".to_owned()),
        ),
    ] {
        let stub = Stub::start(200, body).await;
        let data = stub.client.interview_data(&api_key(), "I1").await.unwrap();
        assert_eq!(data.status, expected);
    }
}

#[tokio::test]
async fn debug_output_shows_no_person_link_or_key() {
    let data: Value = serde_json::from_str(include_str!("../fixtures/interview_data.json")).unwrap();
    let data: InterviewData = serde_json::from_value(data["data"].clone()).unwrap();
    let stub = Stub::start(201, include_str!("../fixtures/ingested_candidate.json")).await;
    let ingested = stub.client.ingest_candidate(&api_key(), "13D77095", &ada()).await.unwrap();
    let printed = format!(
        "{data:?} {:?} {:?} {ingested:?} {:?} {:?} {:?}",
        data.web_interview,
        data.form,
        ingested.candidate,
        ada(),
        api_key()
    );
    for secret in ["Ada", "ada@", "candidates.example.com", "authorized", KEY] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
