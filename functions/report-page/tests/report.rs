//! The View Report link: page and PDF from the stored result, and nothing for anybody else.

#![cfg(test)]

use domain::order::{Change, ContactFate, InterviewFate, ResultVersion};
use domain::{Order, OrderId, WorkspaceId};
use keys::token_hash;
use lambda_http::http::{Method, Request, StatusCode};
use lambda_http::{Body, Response};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use report::{Context, Report};
use report_page::Function;
use serde_json::json;
use store::Store;
use store::link::{Link, LinkPurpose};
use testkit::Bench;

const TOKEN: &str = "invented-token-of-forty-three-characters-00";

struct Fixture {
    function: Function,
    store: Store,
    _bench: Bench,
}

async fn fixture() -> Fixture {
    let bench = Bench::of("report-page").await.unwrap();
    let environment = Environment::from_pairs(bench.variables().unwrap());
    let clock = Clock::system();
    let aws = Aws::with_http_client(&environment, &clock, bench.aws.http_client()).unwrap();
    let secrets = Secrets::new(&aws, clock.clone());
    let outside = Outside::new(aws, clock);
    Fixture {
        function: Function::new(&environment, &outside).await.unwrap(),
        store: work::open_store(&environment, &outside, &secrets).await.unwrap(),
        _bench: bench,
    }
}

impl Fixture {
    async fn get(&self, path: &str) -> Response<Body> {
        self.request(Method::GET, path).await
    }

    async fn request(&self, method: Method, path: &str) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).body(Body::Empty).unwrap();
        self.function.handle(request).await
    }
}

fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

#[track_caller]
fn assert_shows(answer: &Response<Body>, words: &str) {
    let page = String::from_utf8_lossy(answer.body());
    assert!(page.contains(words), "{words:?} is not on the page: {page}");
}

async fn order(fixture: &Fixture, result_version: u32) -> OrderId {
    let id = OrderId::new("order-1").unwrap();
    let order: Order = serde_json::from_value(json!({
        "workspace": "acme", "order": "order-1", "connection": "production", "application": "JOB_APPLICATION-1", "candidate": "C00001",
        "requisition": "R00001", "visit": 1, "attempt": 1, "state": "completed", "outcome": "completed", "result_version": result_version,
        "result_fingerprint": (result_version > 0).then_some("a"), "created_at": 0, "updated_at": 0
    }))
    .unwrap();
    let as_it_is = Change {
        order,
        work: None,
        entry: None,
        interview: InterviewFate::Untouched,
        contact: ContactFate::Untouched,
    };
    fixture.store.save_change(as_it_is, None).await.unwrap();
    let link = Link {
        workspace: workspace(),
        order: id.clone(),
        purpose: LinkPurpose::Report,
        void: false,
    };
    fixture.store.put_link(&token_hash(TOKEN), &link).await.unwrap();
    id
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
        .store
        .put_result(&workspace(), order, &stored(version), &content)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_link_opens_the_page_and_the_same_pdf_each_time() {
    let fixture = fixture().await;
    let id = order(&fixture, 1).await;
    put_result(&fixture, &id, 1).await;
    let page = fixture.get(&format!("/r/{TOKEN}")).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_shows(&page, "Dana &lt;Example&gt;");
    assert_shows(&page, &format!("/r/{TOKEN}/report.pdf"));
    let first = fixture.get(&format!("/r/{TOKEN}/report.pdf")).await;
    let second = fixture.get(&format!("/r/{TOKEN}/report.pdf")).await;
    assert!(first.body().starts_with(b"%PDF-"));
    assert_eq!(first.body().as_ref(), second.body().as_ref());
    assert_eq!(first.headers()["content-type"], "application/pdf");
}

#[tokio::test]
async fn page_pdf_and_file_name_carry_the_version_that_the_order_has() {
    let fixture = fixture().await;
    let id = order(&fixture, 3).await;
    put_result(&fixture, &id, 3).await;
    let page = fixture.get(&format!("/r/{TOKEN}")).await;
    assert_shows(&page, "version 3");
    assert!(!String::from_utf8_lossy(page.body()).contains("version 0"));
    let pdf = fixture.get(&format!("/r/{TOKEN}/report.pdf")).await;
    let name = pdf.headers()["content-disposition"].to_str().unwrap();
    assert!(name.contains("v3.pdf"), "{name}");
    // The same bytes as the worker attaches: rendered from the same content with the same version.
    let content = fixture.store.result(&workspace(), &id, &stored(3)).await.unwrap().unwrap();
    let mut attached: Report = serde_json::from_slice(&content).unwrap();
    attached.context.version = 3;
    assert!(
        pdf.body().as_ref() == attached.pdf().unwrap(),
        "the PDF differs from the attached one"
    );
}

#[tokio::test]
async fn unknown_voided_and_erased_links_are_answered_alike() {
    let fixture = fixture().await;
    order(&fixture, 1).await;
    // The order says that there is a result, and there is none any more: erased.
    let erased = fixture.get(&format!("/r/{TOKEN}")).await;
    let unknown = fixture.get(&format!("/r/{}", "A".repeat(43))).await;
    fixture.store.void_link(&token_hash(TOKEN)).await.unwrap();
    let voided = fixture.get(&format!("/r/{TOKEN}")).await;
    for answer in [&erased, &unknown, &voided] {
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_shows(answer, "There is no report here");
    }
    let posted = fixture.request(Method::POST, &format!("/r/{TOKEN}")).await;
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn before_the_result_the_page_says_so() {
    let fixture = fixture().await;
    order(&fixture, 0).await;
    assert_shows(&fixture.get(&format!("/r/{TOKEN}")).await, "not ready yet");
}
