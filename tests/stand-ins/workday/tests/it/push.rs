//! The integration system's push.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::client::{Fixture, get, post_form};

/// Takes one request, answers it with a status line and returns its text.
async fn take_one(listener: &TcpListener, status: &str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.ends_with('}') {
        let read = stream.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    text
}

async fn monitor_shows(fixture: &Fixture, text: &str) {
    let url = format!("{}/recruiter/process-monitor", fixture.running.url);
    let shown = async {
        while !get(&url).await.body.contains(text) {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), shown).await;
    assert!(in_time.is_ok(), "{text}");
}

#[tokio::test]
async fn a_submitted_order_is_posted_once_and_launched_again_by_hand() {
    let fixture = Fixture::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/webhooks/workday/abc", listener.local_addr().unwrap());
    let system = format!(
        "endpoint_url={endpoint}&username=heymilo&password=push-secret&assessment_status=HEYMILO_SEND_INVITE&test=HEYMILO_AI_SCREEN&key_style=underscore"
    );
    let base = format!("{}/recruiter", fixture.running.url);
    assert_eq!(post_form(&format!("{base}/integration-system"), &system).await.status, 303);
    let form = "status=HEYMILO_SEND_INVITE&test=HEYMILO_AI_SCREEN&back=/recruiter/candidates/C00007";
    let submitted = post_form(&format!("{base}/applications/JOB_APPLICATION-3-7/assess"), form).await;
    assert_eq!(&submitted.headers["location"], "/recruiter/candidates/C00007");
    let request = take_one(&listener, "503 Service Unavailable").await;
    assert!(request.starts_with("POST /webhooks/workday/abc HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Basic aGV5bWlsbzpwdXNoLXNlY3JldA=="), "{request}");
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["Candidate_ID"], "C00007");
    assert_eq!(body["Job_Requisition_ID"], "R00001");
    assert_eq!(body["Assessment_Status"], "HeyMilo - Send Invite");
    assert!(body["Assessment_ID"].as_str().unwrap().starts_with("RECRUITING_ASSESSMENT-1-"));
    monitor_shows(&fixture, "HTTP 503").await;
    fixture
        .control("settings", json!({"integration_system": {"key_style": "labels"}}))
        .await;
    let number = fixture.look("state").await["records"]["pushes"][0]["number"].to_string();
    post_form(&format!("{base}/process-monitor/{number}/relaunch"), "").await;
    let again = take_one(&listener, "202 Accepted").await;
    assert!(
        again.contains("\"Candidate Email Address\":\"mina.mustermann@example.com\""),
        "{again}"
    );
    monitor_shows(&fixture, "HTTP 202").await;
}

#[tokio::test]
async fn other_statuses_and_tests_are_not_pushed() {
    let fixture = Fixture::start().await;
    let system = json!({"integration_system": {"endpoint_url": "http://127.0.0.1:9/"}});
    fixture.control("settings", system).await;
    for (status, test) in [
        ("OTHER_VENDOR_SEND_INVITE", "OTHER_VENDOR_TEST"),
        ("HEYMILO_SEND_INVITE", "OTHER_VENDOR_TEST"),
    ] {
        let wish = json!({"application": "JOB_APPLICATION-3-7", "status": status, "test": test});
        assert_eq!(fixture.control("assess", wish).await.status, 200);
    }
    assert!(fixture.look("state").await["records"]["pushes"].as_array().unwrap().is_empty());
    let settings = fixture.look("settings").await;
    assert!(settings["integration_system"].get("password").is_none());
}
