//! The View Report link: page and PDF from the stored result, and nothing for anybody else.

use crate::browser::Browser;
use crate::fixture::{Fixture, fixture, workspace};
use domain::order::ResultVersion;
use domain::{Order, OrderId};
use lambda_http::http::StatusCode;
use lambda_kit::signing::token_hash;
use report::{Context, Report};
use serde_json::json;
use store::link::{Link, LinkPurpose};

async fn order(fixture: &Fixture, result_version: u32) -> (OrderId, String) {
    let id = OrderId::new("order-1").unwrap();
    let order: Order = serde_json::from_value(json!({
        "workspace": "acme", "order": "order-1", "connection": "production", "application": "JOB_APPLICATION-1", "candidate": "C00001",
        "requisition": "R00001", "visit": 1, "attempt": 1, "state": "completed", "outcome": "completed", "result_version": result_version,
        "result_fingerprint": "a",
        "created_at": 0, "updated_at": 0
    }))
    .unwrap();
    crate::fixture::store_as_it_is(fixture.store(), order).await;
    let token = fixture.admin().signing().report_link_token(&workspace(), &id);
    let link = Link {
        workspace: workspace(),
        order: id.clone(),
        purpose: LinkPurpose::Report,
        void: false,
    };
    fixture.store().put_link(&token_hash(&token), &link).await.unwrap();
    (id, token)
}

fn stored(number: u32) -> ResultVersion {
    ResultVersion {
        number,
        fingerprint: "a".into(),
    }
}

async fn put_result(fixture: &Fixture, order: &OrderId, version: u32) {
    let data: heymilo::InterviewData = serde_json::from_value(json!({
        "interview_id": "I1", "candidate_id": "cand_1", "posting_id": "13D77095", "name": "Dana <Example>", "email": "dana@example.com",
        "score": 87.5, "status": "completed"
    }))
    .unwrap();
    let context = Context {
        candidate_name: "Dana <Example>".into(),
        job_requisition_id: "R00001".into(),
        job_title: "Customer Support Specialist".into(),
        posting_title: "Support".into(),
        completed_on: "2026-01-16".into(),
        report_id: "HM-ABC".into(),
        // As the worker stores it: the version is the row's.
        version: 0,
        view_report_url: "https://example.com/r/x".into(),
    };
    let content = serde_json::to_vec(&Report::from_interview(&data, context)).unwrap();
    fixture
        .store()
        .put_result(&workspace(), order, &stored(version), &content)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_link_opens_the_page_and_the_same_pdf_each_time() {
    let fixture = fixture().await;
    let (id, token) = order(&fixture, 1).await;
    put_result(&fixture, &id, 1).await;
    let mut browser = Browser::new(&fixture);
    let page = browser.get(&format!("/r/{token}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows("Dana &lt;Example&gt;");
    page.assert_shows(&format!("/r/{token}/report.pdf"));
    let first = browser.get(&format!("/r/{token}/report.pdf")).await;
    let second = browser.get(&format!("/r/{token}/report.pdf")).await;
    assert!(first.text.starts_with("%PDF-"));
    assert_eq!(first.text, second.text);
    assert_eq!(first.headers["content-type"], "application/pdf");
}

#[tokio::test]
async fn page_pdf_and_file_name_carry_the_version_that_the_order_has() {
    let fixture = fixture().await;
    let (id, token) = order(&fixture, 3).await;
    put_result(&fixture, &id, 3).await;
    let mut browser = Browser::new(&fixture);
    let page = browser.get(&format!("/r/{token}")).await;
    page.assert_shows("version 3");
    assert!(!page.text.contains("version 0"));
    let pdf = browser.get(&format!("/r/{token}/report.pdf")).await;
    let name = pdf.headers["content-disposition"].to_str().unwrap();
    assert!(name.contains("v3.pdf"), "{name}");
    // The same bytes as the worker attaches: rendered from the same content with the same version.
    let content = fixture.store().result(&workspace(), &id, &stored(3)).await.unwrap().unwrap();
    let mut attached: Report = serde_json::from_slice(&content).unwrap();
    attached.context.version = 3;
    assert_eq!(pdf.text, String::from_utf8_lossy(&attached.pdf().unwrap()));
}

#[tokio::test]
async fn unknown_voided_and_erased_links_are_answered_alike() {
    let fixture = fixture().await;
    let (_, token) = order(&fixture, 1).await;
    let mut browser = Browser::new(&fixture);
    // The order says that there is a result, and there is none any more: erased.
    let erased = browser.get(&format!("/r/{token}")).await;
    let unknown = browser.get(&format!("/r/{}", "A".repeat(43))).await;
    fixture.store().void_link(&token_hash(&token)).await.unwrap();
    let voided = browser.get(&format!("/r/{token}")).await;
    for answer in [&erased, &unknown, &voided] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.assert_shows("There is no report here");
    }
    assert_eq!(
        browser.post_raw(&format!("/r/{token}"), &[], "").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn before_the_result_the_page_says_so() {
    let fixture = fixture().await;
    let (_, token) = order(&fixture, 0).await;
    Browser::new(&fixture)
        .get(&format!("/r/{token}"))
        .await
        .assert_shows("not ready yet");
}
