//! What a bad answer becomes, and what is then known about the effect.

use std::time::Duration;

use heymilo::{ApiKey, CandidateQuery, Certainty, Error, InterviewData};

use crate::stub::{Stub, api_key, client, raw};

async fn failure(stub: &Stub) -> Error {
    stub.client.interview_data(&api_key(), "I1").await.unwrap_err()
}

fn check(error: &Error, name: &str, certainty: Certainty) {
    let printed = format!("{error:?}");
    assert!(printed.starts_with(name), "{printed} is not {name}");
    assert_eq!(error.certainty(), certainty, "{printed}");
    let mut text = printed;
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        text.push_str(&error.to_string());
        source = error.source();
    }
    for secret in ["Ada", "ada@", "/api/v2/", "hm_example"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn every_status_has_its_meaning() {
    let api = include_str!("../fixtures/api_error.json");
    let validation = include_str!("../fixtures/validation_error.json");
    for (status, body, name, certainty) in [
        (401, api, "Unauthorized", Certainty::Refused),
        (403, "", "Forbidden", Certainty::Refused),
        (404, api, "NotFound", Certainty::Refused),
        (400, api, "Rejected", Certainty::Refused),
        (422, validation, "Rejected", Certainty::Refused),
        (429, api, "Throttled", Certainty::NotSent),
        (302, "", "Unavailable", Certainty::Unknown),
        (408, "", "Unavailable", Certainty::Unknown),
        // No operation declares it: whoever answers so.
        (409, "<html>", "Unavailable", Certainty::Unknown),
        (500, "Ada", "Unavailable", Certainty::Unknown),
        (503, "", "Unavailable", Certainty::Unknown),
    ] {
        let stub = Stub::start(status, body).await;
        check(&failure(&stub).await, name, certainty);
    }
}

#[tokio::test]
async fn the_reason_of_a_refusal_is_readable_but_not_printed() {
    let stub = Stub::start(422, include_str!("../fixtures/validation_error.json")).await;
    let error = failure(&stub).await;
    assert_eq!(
        error.to_string(),
        "HeyMilo refused the request: validation_error (body.email: value_error)"
    );
    let Error::Rejected(problem) = error else {
        panic!("{error}");
    };
    assert_eq!(problem.status, Some(422));
    assert!(problem.message.contains("not a valid email address"));
}

#[tokio::test]
async fn retry_after_is_read_and_bounded() {
    for (value, expected) in [
        ("7", Some(Duration::from_secs(7))),
        ("999999999", Some(Duration::from_hours(1))),
        ("soon", None),
        ("-1", None),
    ] {
        let stub = Stub::start_with(429, vec![("retry-after", value)], "", Duration::ZERO).await;
        let Error::Throttled { retry_after } = failure(&stub).await else {
            panic!("not throttled");
        };
        assert_eq!(retry_after, expected, "{value}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_unknown() {
    let stub = Stub::start_with(200, Vec::new(), "{}", Duration::from_secs(30)).await;
    check(&failure(&stub).await, "TimedOut", Certainty::Unknown);
}

#[tokio::test]
async fn an_unreachable_server_got_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&base_url).workspaces(&api_key()).await.unwrap_err();
    check(&error, "Connect", Certainty::NotSent);
}

#[tokio::test]
async fn a_failed_handshake_sent_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let error = client(&base_url).workspaces(&api_key()).await.unwrap_err();
    check(&error, "Connect", Certainty::NotSent);
}

#[tokio::test]
async fn broken_connections_are_unknown() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"dat",
        b"not HTTP at all\r\n\r\n",
    ] {
        let error = raw(bytes).await.workspaces(&api_key()).await.unwrap_err();
        check(&error, "Interrupted", Certainty::Unknown);
    }
}

#[tokio::test]
async fn a_success_that_is_not_the_promised_json_is_unknown() {
    for body in [
        "",
        "<html>Ada</html>",
        "{\"data\":{\"status\":\"comp",
        "{\"status\":\"completed\"}",
        "{\"data\":\"ada@example.com\"}",
    ] {
        let stub = Stub::start(200, body).await;
        check(&failure(&stub).await, "Malformed", Certainty::Unknown);
    }
}

#[tokio::test]
async fn bodies_are_capped() {
    let stub = Stub::start(200, vec![b' '; 300 * 1024]).await;
    let error = stub.client.workspaces(&api_key()).await.unwrap_err();
    check(&error, "TooLarge", Certainty::Unknown);

    let stub = Stub::start(400, vec![b'x'; 300 * 1024]).await;
    check(&failure(&stub).await, "Rejected", Certainty::Refused);
}

#[test]
fn keys_that_cannot_be_sent_are_refused() {
    for key in ["", "  ", "a b", "a\nb", "schlüssel"] {
        assert!(ApiKey::new(key.to_owned().into()).is_none(), "{key:?}");
    }
    assert!(ApiKey::new(" padded\n".to_owned().into()).is_some());
}

#[test]
fn a_broken_advisory_block_does_not_cost_the_result() {
    let data: InterviewData =
        serde_json::from_str(r#"{"status":"completed","score":80,"cheat_detection":{"types":7},"form":{"questions":[{"passed":null}]}}"#)
            .unwrap();
    assert_eq!(data.score, Some(80.0));
    assert!(data.cheat_detection.is_none());
    assert_eq!(data.form.unwrap().questions.len(), 1);
}

#[tokio::test]
async fn half_an_emoji_in_a_transcript_costs_one_character() {
    let body = r#"{"data":{"status":"completed","score":80,"name":"Dana \ud83d and \ud83d\ude80 \\ud83d \udc00\ud83dx"}}"#;
    let stub = Stub::start(200, body).await;
    let data = stub.client.interview_data(&api_key(), "I1").await.unwrap();
    assert_eq!(data.name, "Dana \u{FFFD} and \u{1F680} \\ud83d \u{FFFD}\u{FFFD}x");

    let stub = Stub::start(200, b"\xef\xbb\xbf{\"data\":{\"status\":\"completed\",\"name\":\"M\xfcller\"}}").await;
    let data = stub.client.interview_data(&api_key(), "I1").await.unwrap();
    assert_eq!(data.name, "M\u{FFFD}ller");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_set_aside_and_the_page_goes_on() {
    let body = r#"{"data":[
        {"interview_id":"I1","status":"pending","metadata":{"score":5,"sure":true,"external_id":"O1","odd":[]}},
        {"interview_id":"I2","status":{"odd":1}},
        {"interview_id":"I3","status":"pending","metadata":"none"},
        {"interview_id":"I4","metadata":{"external_id":"O4"}}
    ],"pagination":{"has_more":true}}"#;
    let stub = Stub::start(200, body).await;
    let page = stub.client.candidates(&api_key(), "P1", &CandidateQuery::default()).await.unwrap();
    let read: Vec<_> = page.data.iter().map(|candidate| candidate.interview_id.as_str()).collect();
    assert_eq!(read, ["I1", "I3"]);
    assert_eq!(page.data[0].metadata["score"], "5");
    assert_eq!(page.data[0].metadata["external_id"], "O1");
    assert_eq!(page.next(), Some("I4"), "the next page begins behind what was set aside");
    assert!(page.may_hold("O4") && !page.may_hold("O1") && !page.may_hold("O9"));
    assert!(!format!("{page:?}").contains("O4"));

    // A whole page of them is another document, and never an empty list.
    let stub = Stub::start(200, r#"{"data":[{"a":1},{"b":2}],"pagination":{"has_more":false}}"#).await;
    let answer = stub.client.candidates(&api_key(), "P1", &CandidateQuery::default()).await;
    check(&answer.unwrap_err(), "Malformed", Certainty::Unknown);
}
