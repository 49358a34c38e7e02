//! Faults on order: what the caller sees, and whether the work was done.

use heymilo_stand_in::Options;
use serde_json::json;

use super::support::{Bench, POSTING, violations};

async fn interviews(bench: &Bench) -> usize {
    bench.state().await["interviews"].as_array().unwrap().len()
}

#[tokio::test]
async fn each_fault_looks_and_works_as_it_says() {
    let bench = Bench::start().await;
    let path = format!("/api/v2/postings/{POSTING}/candidates");
    let cases = [
        ("http500", Some(500), false),
        ("http503", Some(503), false),
        ("http429", Some(429), false),
        ("html", Some(502), false),
        ("reset", None, false),
        ("timeout", None, false),
        ("reset_after_effect", None, true),
        ("timeout_after_effect", None, true),
        ("truncated", None, true),
        ("non_json", Some(201), true),
        ("wrong_shape", Some(201), true),
        ("slow", Some(201), true),
    ];
    for (number, (kind, status, has_effect)) in cases.into_iter().enumerate() {
        let before = interviews(&bench).await;
        bench
            .control("faults", json!({"operation": "ingestCandidate", "kind": kind, "delay_ms": 20}))
            .await;
        let body = json!({"name": "N", "email": format!("n{number}@example.com")});
        let got = bench.send("POST", &path, Some(&body)).await;
        assert_eq!(got.ok().map(|got| got.status), status, "{kind}");
        assert_eq!(interviews(&bench).await - before, usize::from(has_effect), "{kind}");
    }
    assert_eq!(bench.state().await["faults"], json!([]));
}

#[tokio::test]
async fn broken_bodies_violate_the_document_and_are_recorded_apart() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::with(Options {
        contract_dir: Some(folder.path().join("contract")),
        ..Options::default()
    })
    .await;
    bench.ingest("jane.smith@example.com").await;
    bench
        .control("faults", json!([{"kind": "wrong_shape"}, {"kind": "truncated"}]))
        .await;
    let wrong = bench.send("GET", "/api/v2/postings", None).await.unwrap();
    if !violations("listPostings", 200, &serde_json::Value::Null).is_empty() {
        assert!(!violations("listPostings", wrong.status, &wrong.json()).is_empty());
    }
    bench.send("GET", "/api/v2/workspaces", None).await.unwrap_err();
    let names = |path: &str| -> Vec<String> {
        let entries = std::fs::read_dir(folder.path().join(path)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let sound = names("contract/heymilo");
    assert_eq!(sound.len(), 2, "{sound:?}");
    assert!(sound[0].starts_with("ingestCandidate.answer-201.") && sound[1].starts_with("ingestCandidate.request."));
    let broken = names("contract-broken/heymilo");
    assert_eq!(broken.len(), 2, "{broken:?}");
    assert!(broken[0].starts_with("listPostings.answer-200.") && broken[1].starts_with("listWorkspaces.answer-200."));
}

#[tokio::test]
async fn unknown_control_words_are_refused() {
    let bench = Bench::start().await;
    for (path, body) in [
        ("faults", json!({"kind": "earthquake"})),
        ("settings", json!({"secondIngest": "same"})),
        ("seed", json!({"posting": []})),
    ] {
        let got = bench.send("POST", &format!("/__stand-in/{path}"), Some(&body)).await.unwrap();
        assert_eq!(got.status, 400, "{path}");
    }
}
