//! Every operation: what it answers, and what it refuses.

use serde_json::{Value, json};

use super::support::{Bench, POSTING};

const CANDIDATES: &str = "/api/v2/postings/13D77095/candidates";

fn ids(list: &Value, field: &str) -> Vec<String> {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[field].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_key_sees_its_one_workspace_and_others_are_refused() {
    let mut bench = Bench::start().await;
    let got = bench.get("listWorkspaces", "/api/v2/workspaces").await;
    assert_eq!((got.status, got.json()["data"].as_array().unwrap().len()), (200, 1));
    assert_eq!(got.json()["data"][0]["name"], "Acme Talent (example)");
    assert_eq!(bench.get("health_check_health_get", "/health").await.status, 200);
    for key in [None, Some("wrong"), Some("")] {
        bench.key(key);
        let refused = bench.get("listWorkspaces", "/api/v2/workspaces").await;
        assert_eq!(
            (refused.status, &refused.json()["error"]["type"]),
            (401, &json!("authentication_error"))
        );
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_as_fastapi_does() {
    let bench = Bench::start().await;
    assert_eq!(bench.send("GET", "/api/v2/nothing", None).await.unwrap().status, 404);
    assert_eq!(bench.send("DELETE", "/api/v2/postings", None).await.unwrap().status, 405);
}

#[tokio::test]
async fn postings_are_listed_searched_and_read() {
    let bench = Bench::start().await;
    let summaries = bench.get("listPostingSummaries", "/api/v2/postings/list").await.json();
    let full = bench.get("listPostings", "/api/v2/postings?limit=100").await.json();
    assert_eq!(ids(&summaries, "id"), ids(&full, "id"));
    assert_eq!(
        full["pagination"],
        json!({"has_more": false, "total_count": 5, "url": "/api/v2/postings"})
    );
    let found = bench
        .get("listPostingSummaries", "/api/v2/postings/list?search=wareHOUSE")
        .await
        .json();
    assert_eq!(ids(&found, "id"), [POSTING]);
    let one = bench.get("getPosting", &format!("/api/v2/postings/{POSTING}")).await.json();
    assert_eq!(
        (&one["data"]["status"], &one["data"]["test_posting"]),
        (&json!("active"), &json!(false))
    );
    assert_eq!(one["data"]["workflow"].as_array().unwrap().len(), 2);
    assert_eq!(bench.get("getPosting", "/api/v2/postings/00000000").await.status, 404);
    let states: Vec<Value> = full["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|posting| posting["status"].clone())
        .collect();
    assert!(states.contains(&json!("expired")));
}

#[tokio::test]
async fn pages_follow_the_last_id_and_bad_limits_are_refused() {
    let bench = Bench::start().await;
    bench.control("seed", json!({"keep": true, "generate_postings": 120})).await;
    let mut seen = Vec::new();
    let mut path = "/api/v2/postings/list?limit=50".to_owned();
    loop {
        let page = bench.get("listPostingSummaries", &path).await.json();
        seen.extend(ids(&page, "id"));
        if page["pagination"]["has_more"] == false {
            break;
        }
        path = format!("/api/v2/postings/list?limit=50&starting_after={}", seen.last().unwrap());
    }
    assert_eq!(seen.len(), 125);
    assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), 125);
    assert_eq!(ids(&bench.get("listPostings", "/api/v2/postings").await.json(), "id").len(), 20);
    for limit in ["0", "101", "-1", "many"] {
        assert_eq!(
            bench.get("listPostings", &format!("/api/v2/postings?limit={limit}")).await.status,
            422,
            "{limit}"
        );
    }
    assert_eq!(
        bench.get("listPostings", "/api/v2/postings?starting_after=FFFFFFFF").await.status,
        404
    );
}

#[tokio::test]
async fn an_update_replaces_metadata_and_leaves_the_rest() {
    let bench = Bench::start().await;
    let path = format!("/api/v2/postings/{POSTING}");
    let tag = json!({"metadata": {"external_id": "R-1", "source": "workday"}, "max_retakes": 2});
    let got = bench.call("updatePosting", "PATCH", &path, Some(tag)).await.json();
    assert_eq!(got["data"]["metadata"], json!({"external_id": "R-1", "source": "workday"}));
    assert_eq!(
        (&got["data"]["title"], &got["data"]["max_retakes"]),
        (&json!("Warehouse Associate Screen"), &json!(2))
    );
    let got = bench
        .call(
            "updatePosting",
            "PATCH",
            &path,
            Some(json!({"metadata": {"a": "b"}, "deadline": "2031-01-01T00:00:00Z"})),
        )
        .await
        .json();
    assert_eq!(got["data"]["metadata"], json!({"a": "b"}));
    assert_eq!(got["data"]["deadline"], 1_924_992_000.0);
    for bad in [
        json!({"title": "ab"}),
        json!({"metadata": {"a": 1}}),
        json!({"max_retakes": 6}),
        json!({"deadline": "soon"}),
    ] {
        assert_eq!(bench.call("updatePosting", "PATCH", &path, Some(bad)).await.status, 422);
    }
}

#[tokio::test]
async fn an_ingest_returns_the_link_and_the_candidate_and_mails() {
    let bench = Bench::start().await;
    let data = bench.ingest("jane.smith@example.com").await;
    let id = data["interview_id"].as_str().unwrap();
    assert_eq!(data["interview_url"], format!("{}/acme/i/{id}", bench.running.url));
    assert_eq!(id.len(), 16);
    assert_eq!(
        (&data["candidate"]["status"], &data["candidate"]["score"]),
        (&json!("pending"), &Value::Null)
    );
    assert!(data["candidate"]["candidate_id"].as_str().unwrap().starts_with("cand_"));
    let state = bench.state().await;
    assert_eq!(state["mails"].as_array().unwrap().len(), 1);
    assert!(state["mails"][0]["text"].as_str().unwrap().contains(id));
    let stats = bench
        .get("getPostingStats", &format!("/api/v2/postings/{POSTING}/stats"))
        .await
        .json();
    assert_eq!(
        (&stats["data"]["total_candidates"], &stats["data"]["completed_interviews"]),
        (&json!(1), &json!(0))
    );
}

#[tokio::test]
async fn turned_off_communications_mail_nobody() {
    let bench = Bench::start().await;
    bench.control("settings", json!({"communications_off": true})).await;
    bench.ingest("jane.smith@example.com").await;
    assert_eq!(bench.state().await["mails"], json!([]));
}

#[tokio::test]
async fn a_second_ingest_does_what_the_settings_say() {
    let bench = Bench::start().await;
    let first = bench.ingest("jane.smith@example.com").await;
    let second = bench.ingest("Jane.Smith@EXAMPLE.com").await;
    assert_eq!(first["interview_id"], second["interview_id"]);
    let state = bench.state().await;
    assert_eq!(
        (
            &state["interviews"][0]["ingest_count"],
            state["interviews"].as_array().unwrap().len()
        ),
        (&json!(2), 1)
    );
    bench.control("settings", json!({"second_ingest": "error"})).await;
    let body = json!({"name": "Jane", "email": "jane.smith@example.com"});
    assert_eq!(bench.call("ingestCandidate", "POST", CANDIDATES, Some(body)).await.status, 400);
    bench.control("settings", json!({"second_ingest": "new"})).await;
    let third = bench.ingest("jane.smith@example.com").await;
    assert_ne!(first["interview_id"], third["interview_id"]);
    assert_eq!(first["candidate"]["candidate_id"], third["candidate"]["candidate_id"]);
}

#[tokio::test]
async fn what_the_document_refuses_is_refused() {
    let bench = Bench::start().await;
    let many: serde_json::Map<String, Value> = (0..51).map(|number| (format!("k{number}"), json!("v"))).collect();
    let with = |field: &str, value: Value| {
        let mut body = json!({"name": "Jane Smith", "email": "jane.smith@example.com"});
        body[field] = value;
        body
    };
    let refused = [
        json!({}),
        json!([]),
        json!({"name": "Jane Smith"}),
        json!({"email": "jane.smith@example.com"}),
        with("email", json!("not an address")),
        with("email", json!(7)),
        with("name", Value::Null),
        with("name", json!("  ")),
        with("phone_number", json!("0555 0100")),
        with("metadata", json!({"key": 7})),
        with("metadata", json!({"key": "v".repeat(501)})),
        with("metadata", json!({"k".repeat(41): "v"})),
        with("metadata", Value::Object(many)),
        with("metadata", json!("text")),
        with("data", json!([])),
    ];
    for body in refused {
        let got = bench.call("ingestCandidate", "POST", CANDIDATES, Some(body.clone())).await;
        assert_eq!(got.status, 422, "{body}");
        assert!(!got.text.contains("jane.smith"), "an error must not echo personal data");
    }
    let exactly = with("metadata", json!({"k".repeat(40): "ü".repeat(500)}));
    assert_eq!(bench.call("ingestCandidate", "POST", CANDIDATES, Some(exactly)).await.status, 201);
    let nulls = json!({"name": "N", "email": "n@example.com", "phone_number": null, "metadata": null, "data": null});
    assert_eq!(bench.call("ingestCandidate", "POST", CANDIDATES, Some(nulls)).await.status, 201);
    let elsewhere = bench
        .call(
            "ingestCandidate",
            "POST",
            "/api/v2/postings/0/candidates",
            Some(with("data", json!({}))),
        )
        .await;
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn a_bulk_ingest_takes_all_or_nothing() {
    let bench = Bench::start().await;
    let path = format!("{CANDIDATES}/bulk");
    let person = |number: u32| json!({"name": "N", "email": format!("n{number}@example.com"), "metadata": {"n": number.to_string()}});
    let got = bench
        .call("ingestCandidatesBulk", "POST", &path, Some(json!({"data": [person(1), person(2)]})))
        .await;
    assert_eq!((got.status, got.json()["data"].as_array().unwrap().len()), (201, 2));
    for bad in [
        json!({}),
        json!({"data": []}),
        json!({"data": [person(3), {"name": "x"}]}),
        json!({"data": [3]}),
    ] {
        assert_eq!(bench.call("ingestCandidatesBulk", "POST", &path, Some(bad)).await.status, 422);
    }
    assert_eq!(bench.state().await["interviews"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn candidates_are_paged_and_bounded_by_creation() {
    let bench = Bench::start().await;
    let mut created = Vec::new();
    for number in 0..5 {
        created.push(bench.ingest(&format!("n{number}@example.com")).await["candidate"].clone());
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let page = bench.get("listCandidates", &format!("{CANDIDATES}?limit=2")).await.json();
    assert_eq!(ids(&page, "email"), ["n4@example.com", "n3@example.com"]);
    let last = page["data"][1]["interview_id"].as_str().unwrap().to_owned();
    let page = bench
        .get("listCandidates", &format!("{CANDIDATES}?limit=3&starting_after={last}"))
        .await
        .json();
    assert_eq!(ids(&page, "email"), ["n2@example.com", "n1@example.com", "n0@example.com"]);
    assert_eq!(page["pagination"]["has_more"], false);
    let from = created[2]["created_at"].as_f64().unwrap();
    let later = bench
        .get("listCandidates", &format!("{CANDIDATES}?created_after={from}"))
        .await
        .json();
    assert_eq!(ids(&later, "email"), ["n4@example.com", "n3@example.com", "n2@example.com"]);
    let earlier = bench
        .get("listCandidates", &format!("{CANDIDATES}?created_before={from}"))
        .await
        .json();
    assert_eq!(ids(&earlier, "email").len(), 3);
    for query in [
        "created_after=2030-01-01T00:00:00Z&created_before=2029-01-01",
        "created_after=yesterday",
    ] {
        assert_eq!(
            bench.get("listCandidates", &format!("{CANDIDATES}?{query}")).await.status,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn interview_metadata_is_set_read_and_removed() {
    let bench = Bench::start().await;
    let id = bench.ingest("jane.smith@example.com").await["interview_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/v2/interviews/{id}/metadata");
    let got = bench
        .call("setInterviewMetadata", "POST", &path, Some(json!({"metadata": {"order": "7"}})))
        .await
        .json();
    assert_eq!(got["data"]["metadata"], json!({"external_id": "JA-1", "order": "7"}));
    assert_eq!(bench.get("getInterviewMetadata", &path).await.json(), got);
    for bad in [json!({}), json!({"metadata": null}), json!({"metadata": {"a": null}})] {
        assert_eq!(bench.call("setInterviewMetadata", "POST", &path, Some(bad)).await.status, 422);
    }
    let got = bench.call("deleteInterviewMetadata", "DELETE", &path, None).await.json();
    assert_eq!(got["data"]["metadata"], json!({}));
    assert_eq!(bench.get("getInterviewMetadata", "/api/v2/interviews/0/metadata").await.status, 404);
    assert_eq!(bench.get("getInterviewData", "/api/v2/interviews/0/data").await.status, 404);
}

#[tokio::test]
async fn the_limit_of_a_minute_refuses_and_is_recorded() {
    let bench = Bench::start().await;
    bench.control("settings", json!({"requests_per_minute": 3})).await;
    for expected in [200, 200, 200, 429, 429] {
        assert_eq!(bench.get("listWorkspaces", "/api/v2/workspaces").await.status, expected);
    }
    let calls = bench.send("GET", "/__stand-in/calls", None).await.unwrap().json();
    assert_eq!((&calls["count"], &calls["max_per_minute"]), (&json!(5), &json!(3)));
}

#[tokio::test]
async fn another_workspace_sees_nothing_of_this_one() {
    let mut bench = Bench::start().await;
    let id = bench.ingest("jane.smith@example.com").await["interview_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = json!({"id": "ws_other", "name": "Other (example)", "slug": "other", "api_key": "other-key"});
    bench
        .control(
            "seed",
            json!({"keep": true, "workspaces": [other], "postings": [{"title": "Theirs", "workspace_id": "ws_other"}]}),
        )
        .await;
    bench.key(Some("other-key"));
    assert_eq!(
        bench.get("listPostings", "/api/v2/postings").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(bench.get("getPosting", &format!("/api/v2/postings/{POSTING}")).await.status, 404);
    assert_eq!(
        bench.get("getInterviewData", &format!("/api/v2/interviews/{id}/data")).await.status,
        404
    );
}
