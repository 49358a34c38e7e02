//! Whole requests against the embedded table and queues: who gets in, what is stored, and in which order.

#![cfg(test)]

mod fixture;

use fixture::{CONNECTION, Fixture, POSTING, PUSH, basic, fixture};
use lambda_http::http::{Method, StatusCode};
use store::hint::About;
use testkit::{Fault, Kind, Service, When};

const EVENT: &str = r#"{"event_type": "report_available", "interview_id": "D536A69A4090E13F"}"#;

#[tokio::test]
async fn a_push_is_stored_announced_and_accepted_and_a_repeat_is_the_same() {
    let fixture = fixture().await;
    for _delivery in 0..5 {
        let answer = fixture.push(PUSH).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }
    let messages = fixture.messages("OrderQueue").await;
    assert_eq!(messages.len(), 5, "a message costs nothing; the due row is one");
    assert!(messages.iter().all(|message| *message == messages[0]));
    let due = fixture.due_rows().await;
    assert_eq!(due.len(), 1);
    assert_eq!((&due[0].workspace, &due[0].work), (&messages[0].workspace, &messages[0].work));
    let About::Application {
        connection,
        assessment,
        candidate,
        ..
    } = fixture.hint(&messages[0]).await.about
    else {
        panic!("not about an application")
    };
    assert_eq!(connection.as_str(), CONNECTION);
    assert_eq!(
        (assessment.as_deref(), candidate.as_deref()),
        (Some("RECRUITING_ASSESSMENT-1-10"), Some("C00001"))
    );
}

/// A poll asks for it by what it knows of an event.
#[tokio::test]
async fn when_a_push_came_is_known_by_the_application_and_by_the_assessment_that_it_names() {
    let fixture = fixture().await;
    let of = |application, assessment| fixture.pushed_at(application, assessment);
    assert_eq!(
        of(Some("JOB_APPLICATION-3-1"), Some("RECRUITING_ASSESSMENT-1-10")).await,
        [None, None]
    );
    let first = fixture.clock.now();
    assert_eq!(fixture.push(PUSH).await.status(), StatusCode::ACCEPTED);
    let [about, last] = of(Some("JOB_APPLICATION-3-1"), Some("RECRUITING_ASSESSMENT-1-10")).await;
    assert!(about >= Some(first) && last == about, "{about:?} {last:?}");
    fixture.clock.advance(std::time::Duration::from_mins(5));
    let second = fixture.clock.now();
    fixture.push(r#"{"Job Application Reference ID": "JOB_APPLICATION-3-1"}"#).await;
    assert!(of(Some("JOB_APPLICATION-3-1"), None).await[0] >= Some(second));
    assert!(of(None, Some("RECRUITING_ASSESSMENT-1-10")).await[0] < Some(second));
    assert!(of(None, None).await[1] >= Some(second));
}

#[tokio::test]
async fn nothing_of_the_person_is_stored_or_sent() {
    let fixture = fixture().await;
    fixture.push(PUSH).await;
    let messages = fixture.messages("OrderQueue").await;
    let stored = format!("{:?} {messages:?}", fixture.hint(&messages[0]).await);
    for personal in ["Dana", "Example", "dana@example.com", "555"] {
        assert!(!stored.contains(personal), "{personal} was kept");
    }
}

#[tokio::test]
async fn an_event_of_heymilo_is_stored_announced_and_accepted() {
    let fixture = fixture().await;
    assert_eq!(fixture.event(EVENT).await.status(), StatusCode::ACCEPTED);
    let messages = fixture.messages("WritebackQueue").await;
    let About::Interview {
        posting,
        interview,
        event_type,
    } = fixture.hint(&messages[0]).await.about
    else {
        panic!("not about an interview")
    };
    assert_eq!(
        (posting.as_str(), interview.as_str(), event_type.as_str()),
        (POSTING, "D536A69A4090E13F", "report_available")
    );
}

#[tokio::test]
async fn without_the_queue_the_row_is_stored_and_accepted() {
    let fixture = fixture().await;
    fixture.fail(Service::Sqs, "SendMessage", Kind::Refused(403, "AccessDenied"), When::BeforeEffect);
    assert_eq!(fixture.push(PUSH).await.status(), StatusCode::ACCEPTED);
    assert_eq!(fixture.due_rows().await.len(), 1);
    assert!(fixture.messages("OrderQueue").await.is_empty());
}

#[tokio::test]
async fn a_queue_that_hangs_is_not_waited_for_and_a_table_that_hangs_is_not_believed() {
    let queue = async {
        let fixture = fixture().await;
        fixture.fail(Service::Sqs, "SendMessage", Kind::Hangs, When::BeforeEffect);
        assert_eq!(fixture.push(PUSH).await.status(), StatusCode::ACCEPTED);
        assert_eq!(fixture.due_rows().await.len(), 1);
    };
    let table = async {
        let fixture = fixture().await;
        fixture.fail(Service::DynamoDb, "TransactWriteItems", Kind::Hangs, When::BeforeEffect);
        assert_eq!(fixture.push(PUSH).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(fixture.messages("OrderQueue").await.is_empty());
    };
    tokio::join!(Box::pin(queue), Box::pin(table));
}

#[tokio::test]
async fn deliveries_that_collide_are_stored_one_after_the_other() {
    let fixture = fixture().await;
    let collide = |times| Fault {
        times,
        ..Fault::once(
            Service::DynamoDb,
            "TransactWriteItems",
            When::BeforeEffect,
            Kind::Cancelled(&["ConditionalCheckFailed", "None"]),
        )
    };
    fixture.bench.aws.faults().plan(collide(2));
    let before = fixture.clock.now();
    assert_eq!(fixture.push(PUSH).await.status(), StatusCode::ACCEPTED);
    let waited = fixture.clock.now().since(before);
    assert!(
        waited >= std::time::Duration::from_millis(150),
        "each try is given time: {waited:?}"
    );
    fixture.bench.aws.faults().plan(collide(3));
    let answer = fixture.push(PUSH).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "5");
}

/// P1: whatever the table does, 202 is answered only if the row is there.
#[tokio::test]
async fn without_the_table_the_sender_is_told_to_repeat() {
    let kinds = [
        Kind::Unavailable,
        Kind::Throttled,
        Kind::TimesOut,
        Kind::Disconnects,
        Kind::Refused(400, "ResourceNotFoundException"),
    ];
    for operation in ["GetItem", "TransactWriteItems"] {
        for kind in kinds.clone() {
            let fixture = fixture().await;
            fixture.fail(Service::DynamoDb, operation, kind.clone(), When::BeforeEffect);
            let answer = fixture.push(PUSH).await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{operation} {kind:?}");
            assert!(fixture.due_rows_without_faults().await.is_empty());
            assert!(
                fixture.messages("OrderQueue").await.is_empty(),
                "nothing is announced that is not stored"
            );
            assert_eq!(fixture.push(PUSH).await.status(), StatusCode::ACCEPTED, "the repeat is taken");
        }
    }
}

#[tokio::test]
async fn a_lost_answer_of_the_table_never_gives_202_without_a_row() {
    let fixture = fixture().await;
    fixture.bench.aws.faults().plan(Fault::once(
        Service::DynamoDb,
        "TransactWriteItems",
        When::AfterEffect,
        Kind::Disconnects,
    ));
    let answer = fixture.push(PUSH).await;
    assert!(matches!(answer.status(), StatusCode::ACCEPTED | StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(fixture.due_rows().await.len(), 1);
}

#[tokio::test]
async fn a_forged_address_costs_no_read_and_gets_an_empty_401() {
    let fixture = fixture().await;
    let good = fixture.workday_path();
    for path in [
        good.replace(CONNECTION, "umbrella"),
        format!("{good}x"),
        good.replace("/workday/", "/heymilo/"),
        "/webhooks/workday/acme-preview".to_owned(),
        "/webhooks/other/acme-preview.AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        "/webhooks/heymilo/acme.AAAAAAAAAAAAAAAAAAAAAA/13D77095".to_owned(),
        "/".to_owned(),
    ] {
        let before = fixture.reads();
        let answer = fixture
            .request(Method::POST, &path, &[("authorization", &basic("heymilo:current"))], PUSH)
            .await;
        fixture::assert_silent_401(&answer);
        assert_eq!(fixture.reads(), before, "{path} was looked up");
    }
    assert!(fixture.due_rows().await.is_empty());
}

#[tokio::test]
async fn unknown_connection_and_wrong_credential_cost_and_say_the_same() {
    let fixture = fixture().await;
    let wrong = [
        (fixture.workday_path(), Some(basic("heymilo:wrong"))),
        (fixture.workday_path(), Some("Bearer current".to_owned())),
        (fixture.workday_path(), None),
        (fixture.path_of("never-connected"), Some(basic("heymilo:current"))),
        (fixture.path_of("other"), Some(basic("heymilo:current"))),
    ];
    for (path, credential) in wrong {
        let before = fixture.reads();
        let headers: Vec<(&str, &str)> = credential.iter().map(|value| ("authorization", value.as_str())).collect();
        let answer = fixture.request(Method::POST, &path, &headers, PUSH).await;
        fixture::assert_silent_401(&answer);
        assert_eq!(fixture.reads() - before, 2, "{path}");
    }
    assert!(fixture.due_rows().await.is_empty());
}

#[tokio::test]
async fn both_credentials_count_during_a_rotation_and_which_one_is_used_is_kept() {
    let fixture = fixture().await;
    for (credential, is_latest) in [("heymilo:current", true), ("heymilo:previous", false)] {
        let headers = [("authorization", &*basic(credential))];
        let answer = fixture.request(Method::POST, &fixture.workday_path(), &headers, PUSH).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{credential}");
        let [made_at, used] = fixture.passwords().await;
        assert_eq!((made_at.is_some(), used), (true, made_at.filter(|_| is_latest)), "{credential}");
    }
    fixture.clock.advance(std::time::Duration::from_hours(24));
    let late = [("authorization", &*basic("heymilo:previous"))];
    fixture::assert_silent_401(&fixture.request(Method::POST, &fixture.workday_path(), &late, PUSH).await);
}

#[tokio::test]
async fn a_disconnected_connection_is_gone() {
    let fixture = fixture().await;
    fixture.disconnect().await;
    assert_eq!(fixture.push(PUSH).await.status(), StatusCode::GONE);
    assert_eq!(fixture.event(EVENT).await.status(), StatusCode::GONE);
    assert!(fixture.due_rows().await.is_empty());
}

#[tokio::test]
async fn each_cap_has_its_answer() {
    let fixture = fixture().await;
    let check = async |headers: &[(&str, &str)], body: String, expected: StatusCode| {
        let credential = basic("heymilo:current");
        let headers: Vec<(&str, &str)> = [("authorization", &*credential)]
            .into_iter()
            .chain(headers.iter().copied())
            .collect();
        let answer = fixture.request(Method::POST, &fixture.workday_path(), &headers, &*body).await;
        assert_eq!(
            answer.status(),
            expected,
            "{headers:?} {}",
            body.chars().take(40).collect::<String>()
        );
    };
    let padded = |length: usize| format!("{PUSH}{}", " ".repeat(length - PUSH.len()));
    check(&[], padded(256 * 1024), StatusCode::ACCEPTED).await;
    check(&[], padded(256 * 1024 + 1), StatusCode::PAYLOAD_TOO_LARGE).await;
    check(
        &[("x-padding", &"x".repeat(16 * 1024))],
        PUSH.to_owned(),
        StatusCode::PAYLOAD_TOO_LARGE,
    )
    .await;
    check(&[("content-encoding", "gzip")], PUSH.to_owned(), StatusCode::BAD_REQUEST).await;
    check(&[("content-type", "text/xml")], "<xml/>".to_owned(), StatusCode::BAD_REQUEST).await;
    let deep = |depth: usize| format!(r#"{{"Assessment_ID": "A", "x": {}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    check(&[], deep(31), StatusCode::ACCEPTED).await;
    check(&[], deep(32), StatusCode::BAD_REQUEST).await;
    check(&[], deep(100_000), StatusCode::BAD_REQUEST).await;
    check(
        &[],
        format!(r#"{{"Assessment_ID": "A", "x": "{}"}}"#, "x".repeat(65 * 1024)),
        StatusCode::BAD_REQUEST,
    )
    .await;
    check(
        &[],
        r#"{"Assessment_ID": "A", "assessment id": "B"}"#.to_owned(),
        StatusCode::BAD_REQUEST,
    )
    .await;
    check(&[], String::new(), StatusCode::BAD_REQUEST).await;
    check(&[], "{".to_owned(), StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn whatever_an_id_can_safely_be_read_from_is_taken() {
    let fixture = fixture().await;
    let utf_16: Vec<u8> = r#"{"Assessment_ID": "A-1"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bodies: [(_, &[u8]); 8] = [
        (("x-none", ""), b"\xEF\xBB\xBF{\"Assessment_ID\": \"A-1\"}"),
        (("content-encoding", "UTF-8"), br#"{"Assessment_ID": "A-1"}"#),
        (
            ("content-type", "application/json; charset=ISO-8859-1"),
            b"{\"Candidate_Last_Name\": \"M\xFCller\", \"Assessment_ID\": \"A-1\"}",
        ),
        (
            ("x-none", ""),
            b"{\"Candidate_Last_Name\": \"M\xFCller\", \"Assessment_ID\": \"A-1\"}",
        ),
        (
            ("x-none", ""),
            br#"{"Candidate_First_Name": "Dana \ud83d", "Assessment_ID": "A-1"}"#,
        ),
        (
            ("content-type", "text/xml"),
            b"<Data><Candidate_First_Name>Dana &#55356;</Candidate_First_Name><Assessment_ID>A-1</Assessment_ID></Data>",
        ),
        (
            ("content-type", "application/x-www-form-urlencoded"),
            b"Candidate_Last_Name=M%FCller&Assessment+ID=A-1",
        ),
        (("x-none", ""), &utf_16),
    ];
    let credential = basic("heymilo:current");
    for (header, body) in bodies {
        let headers = [("authorization", &*credential), header];
        let answer = fixture.request(Method::POST, &fixture.workday_path(), &headers, body).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(body));
    }
    let messages = fixture.messages("OrderQueue").await;
    let About::Application { assessment, .. } = fixture.hint(&messages[0]).await.about else {
        panic!("not about an application")
    };
    assert_eq!(assessment.as_deref(), Some("A-1"));
    assert_eq!(fixture.due_rows().await.len(), 1, "they are one hint");
}

#[tokio::test]
async fn only_post_is_taken() {
    let fixture = fixture().await;
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = fixture.request(method, &fixture.workday_path(), &[], PUSH).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}

/// T6 in small: seeded mutations of good requests cause no panic, no 5xx, and store only what parses.
#[tokio::test]
async fn mutated_requests_never_break_the_function() {
    let fixture = fixture().await;
    let mut random = fixture::Random::seeded(4711);
    let bodies = [
        PUSH,
        EVENT,
        r#"{"a": [1, null, true, {"b": "\ud83d\ude00"}], "Job Application Reference ID": "J"}"#,
    ];
    for round in 0..600_usize {
        let body = random.mutate(bodies[round % bodies.len()].as_bytes());
        let path = if random.below(2) == 0 {
            fixture.workday_path()
        } else {
            fixture.heymilo_path()
        };
        let path = if random.below(8) == 0 {
            String::from_utf8_lossy(&random.mutate(path.as_bytes())).into_owned()
        } else {
            path
        };
        let credential = basic("heymilo:current");
        let Some(answer) = fixture.try_request(&path, &credential, body).await else {
            continue;
        };
        let status = answer.status();
        assert!(!status.is_server_error(), "round {round}: {status}");
        assert!(
            status == StatusCode::ACCEPTED || status.is_client_error(),
            "round {round}: {status}"
        );
    }
}

/// The helper of the fault tests: plans enough faults for every retry of the SDK.
impl Fixture {
    fn fail(&self, service: Service, operation: &str, kind: Kind, when: When) {
        let fault = Fault {
            times: 3,
            ..Fault::once(service, operation, when, kind)
        };
        self.bench.aws.faults().plan(fault);
    }
}
