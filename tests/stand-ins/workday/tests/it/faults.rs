//! Planned faults, the call log, and what becomes of the effect.

use serde_json::json;

use crate::client::{Fixture, reference, token};

fn invited(application: &str) -> String {
    let target = reference("Job_Application_Reference", "Job_Application_ID", application);
    let status = reference("Assessment_Status_Reference", "Assessment_Status_ID", "HEYMILO_INVITED");
    format!(
        "<wd:Assess_Candidate_Request><wd:Assess_Candidate_Data>{target}<wd:Candidate_Assessment_Data><wd:Assessed_On_Date>2026-01-16</wd:Assessed_On_Date>{status}</wd:Candidate_Assessment_Data></wd:Assess_Candidate_Data></wd:Assess_Candidate_Request>"
    )
}

async fn assessments(fixture: &Fixture) -> usize {
    fixture.look("state").await["records"]["assessments"].as_array().unwrap().len()
}

#[tokio::test]
async fn faults_without_effect_leave_the_record_alone() {
    let fixture = Fixture::start().await;
    for (kind, status, text) in [
        ("http503", 503, "not available"),
        ("http429", 429, "not available"),
        ("html", 503, "<!DOCTYPE html>"),
        ("html200", 200, "<!DOCTYPE html>"),
        ("server_fault", 500, "SOAP-ENV:Server"),
        ("processing_fault", 500, "Processing_Fault"),
        ("not_authorized", 500, "The task submitted is not authorized"),
        ("auth_fault", 500, "Authentication_Fault"),
    ] {
        fixture
            .control("faults", json!([{"operation": "Assess_Candidate", "kind": kind, "retry_after": 7}]))
            .await;
        let answer = fixture.soap(&invited("JOB_APPLICATION-3-7")).await;
        assert_eq!(answer.status, status, "{kind}");
        assert!(answer.body.contains(text), "{kind}: {}", answer.body);
        if status == 429 {
            assert_eq!(answer.headers["retry-after"], "7");
        }
    }
    for kind in ["reset", "timeout"] {
        fixture.control("faults", json!([{"kind": kind, "delay_ms": 20}])).await;
        assert!(fixture.soap_result(&invited("JOB_APPLICATION-3-7")).await.is_err(), "{kind}");
    }
    assert_eq!(assessments(&fixture).await, 0);
    fixture.finish().await;
}

#[tokio::test]
async fn faults_after_the_effect_hide_a_write_that_happened() {
    let fixture = Fixture::start().await;
    for (index, kind) in ["timeout_after_effect", "reset_after_effect", "truncated"].into_iter().enumerate() {
        let application = format!("JOB_APPLICATION-3-{}", index + 1);
        fixture.move_to_assessment(&application).await;
        fixture
            .control("faults", json!([{"operation": "Assess_Candidate", "kind": kind, "delay_ms": 20}]))
            .await;
        assert!(fixture.soap_result(&invited(&application)).await.is_err(), "{kind}");
        assert_eq!(assessments(&fixture).await, index + 1, "{kind}");
    }
    fixture.control("faults", json!([{"kind": "malformed"}])).await;
    let malformed = fixture.soap(&invited("JOB_APPLICATION-3-1")).await;
    assert!(roxmltree::Document::parse(&malformed.body).is_err());
    let broken = fixture.folder.path().join("contract-broken/soap");
    assert_eq!(std::fs::read_dir(broken).unwrap().count(), 2, "truncated and malformed");
    fixture.finish().await;
}

#[tokio::test]
async fn the_call_log_shows_outcomes_and_the_token_endpoint_fails_too() {
    let fixture = Fixture::start().await;
    fixture
        .control("faults", json!([{"operation": "OAuth_Token", "kind": "http503"}]))
        .await;
    assert_eq!(token(&fixture.running.url, "grant_type=refresh_token").await.status, 503);
    fixture.soap("<wd:Get_Candidates_Request/>").await.assert_ok();
    fixture.soap(&invited("JOB_APPLICATION-3-1")).await;
    let calls = fixture.look("calls").await;
    let outcomes: Vec<&str> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes[..3], ["ok", "planned Http503", "ok"]);
    assert!(outcomes[3].starts_with("Validation_Fault: The Candidate was never"));
    assert_eq!(calls["max_concurrency"], 1);
    assert_eq!(calls["calls"][3]["operation"], "Assess_Candidate");
    fixture.finish().await;
}

#[tokio::test]
async fn a_plan_with_an_unknown_kind_is_refused() {
    let fixture = Fixture::start().await;
    let answer = fixture.control("faults", json!([{"kind": "explosion"}])).await;
    assert_eq!(answer.status, 400);
    let setting = fixture.control("settings", json!({"explosions": 1})).await;
    assert_eq!(setting.status, 409);
}
