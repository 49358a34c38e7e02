//! Registrations and what arrives at them.

use serde_json::{Value, json};

use super::support::{Bench, POSTING, Receiver};

const EVENTS: [&str; 3] = ["interview_started", "interview_completed", "report_available"];

async fn register(bench: &Bench, url: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for event in EVENTS {
        let body = json!({"posting_id": POSTING, "webhook_url": url, "event_type": event});
        let got = bench.call("createWebhook", "POST", "/api/v2/webhooks", Some(body)).await;
        assert_eq!(got.status, 201, "{}", got.text);
        ids.push(got.json()["data"]["webhook_id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn interview(bench: &Bench) -> String {
    bench.ingest("jane.smith@example.com").await["interview_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn registrations_are_created_listed_read_and_deactivated() {
    let bench = Bench::start().await;
    let ids = register(&bench, "https://hooks.example.com/h/secret").await;
    assert!(ids.iter().all(|id| id.len() == 32));
    let list = bench.get("listWebhooks", "/api/v2/webhooks?limit=2").await.json();
    assert_eq!(
        (&list["pagination"]["has_more"], &list["data"][0]["webhook_id"]),
        (&json!(true), &json!(ids[2]))
    );
    let gone = bench
        .call("deleteWebhook", "DELETE", &format!("/api/v2/webhooks/{}", ids[0]), None)
        .await;
    assert_eq!((gone.status, &gone.json()["data"]["is_active"]), (200, &json!(false)));
    let one = bench.get("getWebhook", &format!("/api/v2/webhooks/{}", ids[0])).await.json();
    assert_eq!(one["data"]["is_active"], false);
    assert_eq!(
        bench.get("listWebhooks", "/api/v2/webhooks").await.json()["pagination"]["total_count"],
        2
    );
    assert_eq!(bench.get("getWebhook", "/api/v2/webhooks/0").await.status, 404);
    assert_eq!(bench.call("deleteWebhook", "DELETE", "/api/v2/webhooks/0", None).await.status, 404);
}

#[tokio::test]
async fn registrations_are_validated() {
    let bench = Bench::start().await;
    let good = json!({"posting_id": POSTING, "webhook_url": "https://hooks.example.com/h", "event_type": "report_available"});
    for (field, value) in [
        ("posting_id", json!(1)),
        ("webhook_url", json!("not a url")),
        ("webhook_url", json!("ftp://x.example.com")),
        ("event_type", Value::Null),
        ("event_type", json!("")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert_eq!(
            bench.call("createWebhook", "POST", "/api/v2/webhooks", Some(body)).await.status,
            422,
            "{field}"
        );
    }
    let mut unknown = good.clone();
    unknown["posting_id"] = json!("00000000");
    assert_eq!(
        bench.call("createWebhook", "POST", "/api/v2/webhooks", Some(unknown)).await.status,
        404
    );
    let old_name = json!({"posting_id": POSTING, "url": "https://hooks.example.com/h", "event_type": "report_available"});
    assert_eq!(
        bench.call("createWebhook", "POST", "/api/v2/webhooks", Some(old_name)).await.status,
        422
    );
}

#[tokio::test]
async fn a_run_sends_its_three_events_in_order_with_the_interview_id() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(&[]).await;
    register(&bench, &receiver.url).await;
    let id = interview(&bench).await;
    bench.control(&format!("interviews/{id}/complete"), json!({})).await;
    assert_eq!(receiver.events(3).await, EVENTS);
    let bodies = receiver.bodies(3).await;
    assert!(
        bodies
            .iter()
            .all(|body| body["interview_id"] == json!(id) && body["posting_id"] == POSTING)
    );
    assert_eq!(bodies[2]["status"], "completed");
    bench.control(&format!("interviews/{id}/rescore"), json!({"delta": -2})).await;
    assert_eq!(receiver.events(4).await[3], "report_available");
}

#[tokio::test]
async fn a_refusing_receiver_is_tried_a_few_times_only() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(&[500, 503]).await;
    let ids = register(&bench, &receiver.url).await;
    bench
        .call("deleteWebhook", "DELETE", &format!("/api/v2/webhooks/{}", ids[1]), None)
        .await;
    bench
        .call("deleteWebhook", "DELETE", &format!("/api/v2/webhooks/{}", ids[2]), None)
        .await;
    let id = interview(&bench).await;
    bench
        .control(&format!("interviews/{id}/complete"), json!({"outcome": "started"}))
        .await;
    receiver.bodies(3).await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    loop {
        let state = bench.state().await;
        if state["deliveries"][0]["outcome"] == "delivered" {
            assert_eq!(state["deliveries"][0]["attempts"], json!(["500", "503", "200"]));
            break;
        }
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn webhooks_can_be_dropped_duplicated_and_turned_around() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(&[]).await;
    register(&bench, &receiver.url).await;
    bench.control("settings", json!({"drop_webhooks": true})).await;
    let id = interview(&bench).await;
    bench.control(&format!("interviews/{id}/complete"), json!({})).await;
    bench.data_when(&id, "completed").await;
    let outcomes: Vec<Value> = bench.state().await["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|delivery| delivery["outcome"].clone())
        .collect();
    assert_eq!(outcomes, vec![json!("dropped"); 3]);

    bench
        .control(
            "settings",
            json!({"drop_webhooks": false, "reorder_webhooks": true, "duplicate_webhooks": 1}),
        )
        .await;
    let other = bench.ingest("li@example.com").await["interview_id"].as_str().unwrap().to_owned();
    bench
        .control(&format!("interviews/{other}/complete"), json!({"quality": "weak"}))
        .await;
    let turned = [
        "report_available",
        "report_available",
        "interview_completed",
        "interview_completed",
        "interview_started",
        "interview_started",
    ];
    assert_eq!(receiver.events(6).await, turned);
}

#[tokio::test]
async fn a_refused_script_changes_nothing() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(&[]).await;
    register(&bench, &receiver.url).await;
    let id = interview(&bench).await;
    let path = format!("/__stand-in/interviews/{id}/complete");
    let refused = bench
        .send("POST", &path, Some(&json!({"answers": ["Yes", "At dawn"]})))
        .await
        .unwrap();
    assert_eq!(refused.status, 400);
    let state = bench.state().await;
    assert_eq!(
        (&state["interviews"][0]["status"], &state["deliveries"]),
        (&json!("pending"), &json!([]))
    );
}
