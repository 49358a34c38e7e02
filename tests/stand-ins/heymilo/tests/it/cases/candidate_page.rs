//! The candidate's way through the page, and the report that comes of it.

use serde_json::json;

use super::support::{Bench, Got};

async fn page(bench: &Bench, url: &str) -> Got {
    let path = url.strip_prefix(&bench.running.url).unwrap();
    bench.send("GET", path, None).await.unwrap()
}

async fn submit(bench: &Bench, url: &str, fields: &[(&str, &str)]) -> Got {
    let response = bench.http.post(url).form(fields).send().await.unwrap();
    Got {
        status: response.status().as_u16(),
        text: response.text().await.unwrap(),
    }
}

fn question_id(page: &str) -> String {
    page.split("name=\"question_id\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// Starts and answers as a person does, reading each question's id from the page.
async fn walk(bench: &Bench, url: &str, answers: &[&str]) -> Got {
    let mut shown = submit(bench, &format!("{url}/start"), &[]).await;
    for (number, answer) in answers.iter().enumerate() {
        assert!(shown.text.contains(&format!("Question {} of 5", number + 1)), "{}", shown.text);
        let id = question_id(&shown.text);
        shown = submit(bench, &format!("{url}/answer"), &[("question_id", &id), ("answer", answer)]).await;
    }
    shown
}

const GOOD: &str =
    "At my last job I checked the labels, wore gloves and told my supervisor when I needed help, because I like to learn from experience.";

#[tokio::test]
async fn a_candidate_reads_the_notice_answers_and_gets_a_report() {
    let bench = Bench::start().await;
    let data = bench.ingest("jane.smith@example.com").await;
    let (id, url) = (data["interview_id"].as_str().unwrap(), data["interview_url"].as_str().unwrap());
    let notice = page(&bench, url).await;
    assert!(notice.text.contains("AI interviewer") && notice.text.contains("Jane &lt;Smith&gt; &amp; Söhne"));
    let end = walk(&bench, url, &["Yes", "Day", GOOD, "No idea <script>", GOOD]).await;
    assert!(end.text.contains("Thank you"));

    let report = bench.data_when(id, "completed").await;
    let interview = &report["web_interview"];
    assert_eq!(interview["scorecard"].as_array().unwrap().len(), 3);
    assert_eq!(report["workflow"]["all_complete"], true);
    assert_eq!(
        (
            &report["form"]["overall_status"],
            &report["form"]["questions"][0]["candidate_answer"]
        ),
        (&json!("passed"), &json!("Yes"))
    );
    assert!(
        interview["transcript"]
            .as_array()
            .unwrap()
            .iter()
            .any(|turn| turn["text"] == "No idea <script>")
    );
    assert!(
        interview["scorecard"][1]["evaluation_summary"]
            .as_str()
            .unwrap()
            .contains("No key point mentioned")
    );
    let weighted: u64 = interview["scorecard"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["score"].as_u64().unwrap() * line["score_weight"].as_u64().unwrap())
        .sum();
    let score = report["score"].as_f64().unwrap();
    assert!(
        (score - f64::from(u32::try_from(weighted).unwrap()) * 10.0 / 17.0).abs() < 0.1,
        "{score}"
    );
    assert_eq!(report["cheat_detection"], serde_json::Value::Null);

    let console = bench.send("GET", &format!("/interviews/{id}"), None).await.unwrap().text;
    assert!(console.contains("Key points") && console.contains("No idea &lt;script&gt;"));
}

#[tokio::test]
async fn a_failed_knockout_ends_without_a_score() {
    let bench = Bench::start().await;
    let data = bench.ingest("jane.smith@example.com").await;
    let (id, url) = (data["interview_id"].as_str().unwrap(), data["interview_url"].as_str().unwrap());
    let end = walk(&bench, url, &["No", "Night"]).await;
    assert!(end.text.contains("Thank you"));
    let report = bench.data_when(id, "knocked_out").await;
    assert_eq!((&report["score"], &report["web_interview"]), (&json!(null), &json!(null)));
    assert_eq!(
        (&report["form"]["overall_status"], &report["workflow"]["steps"][0]["status"]),
        (&json!("failed"), &json!("knocked_out"))
    );
    assert_eq!(report["workflow"]["all_complete"], false);
}

#[tokio::test]
async fn bad_answers_show_the_question_again_and_old_tabs_change_nothing() {
    let bench = Bench::start().await;
    let data = bench.ingest("jane.smith@example.com").await;
    let url = data["interview_url"].as_str().unwrap();
    let early = submit(
        &bench,
        &format!("{url}/answer"),
        &[("question_id", "fq_13d77095_1"), ("answer", "Yes")],
    )
    .await;
    assert!(early.text.contains("I understand, start"));
    let shown = submit(&bench, &format!("{url}/start"), &[]).await;
    let first = question_id(&shown.text);
    for (answer, reason) in [("", "Please give an answer"), ("Perhaps", "Please choose one")] {
        let again = submit(&bench, &format!("{url}/answer"), &[("question_id", &first), ("answer", answer)]).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains(reason) && again.text.contains("Question 1 of 5"));
    }
    submit(&bench, &format!("{url}/answer"), &[("question_id", &first), ("answer", "Yes")]).await;
    let twice = submit(&bench, &format!("{url}/answer"), &[("question_id", &first), ("answer", "No")]).await;
    assert!(twice.text.contains("Question 2 of 5"));
    assert_eq!(
        page(
            &bench,
            &format!("{}/other/i/{}", bench.running.url, data["interview_id"].as_str().unwrap())
        )
        .await
        .status,
        404
    );
}

#[tokio::test]
async fn an_expired_posting_takes_candidates_but_its_link_is_closed() {
    let bench = Bench::start().await;
    let postings = bench.get("listPostings", "/api/v2/postings?search=internship").await.json();
    let id = postings["data"][0]["id"].as_str().unwrap();
    let body = json!({"name": "Jane", "email": "jane.smith@example.com"});
    let got = bench
        .call("ingestCandidate", "POST", &format!("/api/v2/postings/{id}/candidates"), Some(body))
        .await
        .json();
    let closed = page(&bench, got["data"]["interview_url"].as_str().unwrap()).await;
    assert_eq!(closed.status, 410);
    assert!(closed.text.contains("closed"));
}

#[tokio::test]
async fn the_consoles_pages_open_and_the_switch_works() {
    let bench = Bench::start().await;
    let id = bench.ingest("jane.smith@example.com").await["interview_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [
        "/",
        "/outbox",
        "/webhooks",
        "/settings",
        "/calls",
        "/postings/13D77095",
        &format!("/interviews/{id}"),
    ] {
        let got = bench.send("GET", path, None).await.unwrap();
        assert_eq!(got.status, 200, "{path}");
        assert!(got.text.contains("<main id=\"main\"") && !got.text.contains("<Smith>"), "{path}");
    }
    let fields = [("workspace_id", "ws_acme_talent"), ("communications", "off")];
    let shown = submit(&bench, &format!("{}/settings/communications", bench.running.url), &fields).await;
    assert!(shown.text.contains("nobody is mailed"));
    assert_eq!(bench.state().await["workspaces"][0]["communications_off"], true);
    assert_eq!(bench.send("GET", "/interviews/0", None).await.unwrap().status, 404);
}

#[tokio::test]
async fn a_recruiters_decision_is_the_status() {
    let bench = Bench::start().await;
    let id = bench.ingest("jane.smith@example.com").await["interview_id"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.control(&format!("interviews/{id}/complete"), json!({})).await;
    bench.data_when(&id, "completed").await;
    let url = format!("{}/interviews/{id}/decision", bench.running.url);
    for (decision, status) in [("shortlisted", "shortlisted"), ("dismissed", "dismissed"), ("none", "completed")] {
        assert_eq!(submit(&bench, &url, &[("decision", decision)]).await.status, 200);
        bench.data_when(&id, status).await;
    }
}

#[tokio::test]
async fn a_german_posting_speaks_german() {
    let bench = Bench::start().await;
    let postings = bench.get("listPostings", "/api/v2/postings?search=KUNDEN").await.json();
    let path = format!("/api/v2/postings/{}/candidates", postings["data"][0]["id"].as_str().unwrap());
    let body = json!({"name": "Jörg Ößner", "email": "joerg@example.com"});
    let got = bench.call("ingestCandidate", "POST", &path, Some(body)).await.json();
    let shown = page(&bench, got["data"]["interview_url"].as_str().unwrap()).await;
    assert!(shown.text.contains("KI-Interviewer") && shown.text.contains("lang=\"de\"") && shown.text.contains("Jörg Ößner"));
}
