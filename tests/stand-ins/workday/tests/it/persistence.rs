//! The data file: a restarted tenant remembers everything.

use serde_json::json;
use workday_stand_in::{Options, Seed, WorkdayStandIn};

use crate::client::{Fixture, get, sign_in};

#[tokio::test]
async fn a_restart_keeps_records_settings_tokens_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        data_file: Some(folder.path().join("tenant.json")),
        ..Options::default()
    };
    let fixture = Fixture::with(options.clone()).await;
    fixture.move_to_assessment("JOB_APPLICATION-3-1").await;
    fixture.control("settings", json!({"token_seconds": 5})).await;
    let before = fixture.look("state").await;
    fixture.finish().await;
    // Another seed does not matter: the file wins.
    let again = WorkdayStandIn::start(Options {
        seed: Seed::Empty,
        ..options
    })
    .await
    .unwrap();
    let after = get(&format!("{}/__stand-in/state", again.url)).await.json();
    assert_eq!(before, after);
    sign_in(&again.url).await;
    let file = after["records"]["attachments"][0]["id"].as_str().unwrap();
    let resume = get(&format!("{}/recruiter/attachments/{file}", again.url)).await;
    assert!(resume.body.contains("Curriculum vitae"));
    again.stop().await;
}

#[tokio::test]
async fn records_can_be_replaced_and_generated() {
    let fixture = Fixture::with(Options {
        seed: Seed::Empty,
        ..Options::default()
    })
    .await;
    let made = fixture.control("seed", json!({"requisitions": 2})).await.json();
    let requisition = made["requisitions"][0].as_str().unwrap();
    let wish = json!({"requisition": requisition, "candidates": 300, "stage": "ASSESSMENT"});
    let made = fixture.control("seed", wish).await.json();
    assert_eq!(made["applications"].as_array().unwrap().len(), 300);
    let state = fixture.look("state").await;
    assert_eq!(state["records"]["applications"][299]["steps"][1]["stage"], "ASSESSMENT");
    let copy = fixture.control("seed", json!({"records": state["records"]})).await;
    assert_eq!(copy.status, 200, "{}", copy.body);
    assert_eq!(fixture.look("state").await["records"], state["records"]);
    let unknown = json!({"requisition": "R0", "candidates": 1});
    assert_eq!(fixture.control("seed", unknown).await.status, 409);
}
