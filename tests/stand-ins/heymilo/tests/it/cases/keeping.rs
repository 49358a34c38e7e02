//! What outlives a stop, and what a script may force.

use heymilo_stand_in::Options;
use serde_json::json;

use super::support::Bench;

#[tokio::test]
async fn the_state_outlives_a_restart_and_an_evaluation_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        data_file: Some(folder.path().join("sub/heymilo.json")),
        ..Options::default()
    };
    let bench = Bench::with(options.clone()).await;
    bench
        .control("settings", json!({"evaluating_ms": 60_000, "communications_off": true}))
        .await;
    let id = bench.ingest("jane.smith@example.com").await["interview_id"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.control(&format!("interviews/{id}/complete"), json!({})).await;
    bench.data_when(&id, "evaluating").await;
    bench.running.stop().await;

    let text = std::fs::read_to_string(folder.path().join("sub/heymilo.json")).unwrap();
    std::fs::write(folder.path().join("sub/heymilo.json"), text.replace("60000", "10")).unwrap();
    let bench = Bench::with(options).await;
    bench.data_when(&id, "completed").await;
    assert_eq!(bench.state().await["workspaces"][0]["communications_off"], true);
}

#[tokio::test]
async fn a_state_file_that_cannot_be_read_is_an_error_not_a_fresh_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "{").unwrap();
    let options = Options {
        data_file: Some(file.path().to_owned()),
        ..Options::default()
    };
    assert!(heymilo_stand_in::HeyMiloStandIn::start(options).await.is_err());
}

#[tokio::test]
async fn ids_do_not_depend_on_the_order_of_calls() {
    let (one, other) = (Bench::start().await, Bench::start().await);
    let first = one.ingest("a@example.com").await["interview_id"].clone();
    other.ingest("b@example.com").await;
    assert_eq!(other.ingest("a@example.com").await["interview_id"], first);
}

#[tokio::test]
async fn a_script_may_end_knock_out_rescore_and_force_any_status() {
    let bench = Bench::start().await;
    let id = bench.ingest("jane.smith@example.com").await["interview_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let post = |path: &str, body| bench.send_owned("POST", format!("/__stand-in/interviews/{id}/{path}"), body);
    assert_eq!(post("rescore", json!({})).await, 409);
    assert_eq!(post("complete", json!({"answers": ["Perhaps"]})).await, 400);
    assert_eq!(
        post(
            "complete",
            json!({"answers": ["Yes", "Any", "I checked it", "I help", "I like it"]})
        )
        .await,
        200
    );
    let before = bench.data_when(&id, "completed").await["score"].as_f64().unwrap();
    assert_eq!(post("complete", json!({})).await, 409);
    assert_eq!(post("rescore", json!({"delta": 2})).await, 200);
    let after = bench.data_when(&id, "completed").await["score"].as_f64().unwrap();
    assert!((after - before - 20.0).abs() < 0.2, "{before} {after}");
    for status in ["shortlisted", "dismissed", "under_the_moon"] {
        assert_eq!(post("status", json!({"status": status})).await, 200);
        let data = bench.data_when(&id, status).await;
        assert!(!data["web_interview"].is_null());
    }
    assert_eq!(post("status", json!({"status": null})).await, 200);
    bench.data_when(&id, "completed").await;

    bench.control("settings", json!({"not_ready_status": true})).await;
    let other = bench.ingest("li@example.com").await["interview_id"].as_str().unwrap().to_owned();
    bench.data_when(&other, "not_ready").await;
    bench
        .control(&format!("interviews/{other}/complete"), json!({"outcome": "knocked_out"}))
        .await;
    bench.data_when(&other, "knocked_out").await;
}
