//! What each answer, and each missing one, becomes.

use std::time::Duration;

use workday::{AssessCandidateAnswer, CandidateQuery, Certainty, Error, FaultReason, Page, PageRequest};

use crate::{
    requests::assessment,
    stub::{Stub, bearer, client, envelope, hanging_up_after, silent},
};

type Written = Result<AssessCandidateAnswer, Error>;

async fn write_to(stub: &Stub) -> Written {
    stub.client().assess_candidate(&bearer(), &assessment()).await
}

async fn written(status: u16, headers: &'static [(&'static str, &'static str)], body: impl Into<String>) -> Written {
    write_to(&Stub::answering(status, headers, body.into()).await).await
}

fn fault(code: &str, text: &str, detail: &str) -> String {
    envelope(&format!(
        "<SOAP-ENV:Fault xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:wd=\"urn:com.workday/bsvc\">\
         <faultcode>SOAP-ENV:{code}</faultcode><faultstring>{text}</faultstring><detail>{detail}</detail></SOAP-ENV:Fault>"
    ))
}

#[tokio::test]
async fn success_under_the_prefixes_in_use() {
    let id = "0123456789abcdef0123456789abcdef";
    for (open, prefix, attribute) in [
        ("xmlns:wd", "wd:", "wd:type"),
        ("xmlns:bsvc", "bsvc:", "bsvc:type"),
        ("xmlns", "", "type"),
    ] {
        let body = envelope(&format!(
            "<{prefix}Assess_Candidate_Response {open}=\"urn:com.workday/bsvc\">\
             <{prefix}Candidate_Assessment_Event_Reference><{prefix}ID {attribute}=\"WID\">{id}</{prefix}ID>\
             </{prefix}Candidate_Assessment_Event_Reference></{prefix}Assess_Candidate_Response>"
        ));
        let answer = written(200, &[], body).await.unwrap();
        assert_eq!(answer.event.as_deref(), Some(id), "{prefix}");
    }
}

#[tokio::test]
async fn statuses_without_a_fault() {
    assert!(matches!(written(401, &[], "").await, Err(Error::Unauthorized)));
    assert!(matches!(written(404, &[], "Not Found").await, Err(Error::NotFound)));
    assert!(matches!(
        written(500, &[], "oops").await,
        Err(Error::Unavailable { status: 500, .. })
    ));
    let redirect = written(302, &[("location", "http://127.0.0.1:1/maintenance")], "").await;
    assert!(matches!(redirect, Err(Error::Unavailable { status: 302, .. })));

    let error = written(429, &[("retry-after", "17")], "").await.unwrap_err();
    assert!(matches!(error, Error::Throttled { .. }));
    assert_eq!(
        (error.retry_after(), error.certainty()),
        (Some(Duration::from_secs(17)), Certainty::NotSent)
    );
    let error = written(503, &[("retry-after", "60")], "").await.unwrap_err();
    assert_eq!(
        (error.retry_after(), error.certainty()),
        (Some(Duration::from_mins(1)), Certainty::Unknown)
    );
}

#[tokio::test]
async fn faults() {
    let never = "The Candidate was never in the Assessment Business Process to add or update a Candidate Assessment.";
    let detail =
        format!("<wd:Validation_Fault><wd:Validation_Error><wd:Message>{never}</wd:Message></wd:Validation_Error></wd:Validation_Fault>");
    let text = "Validation error occurred.";
    let error = written(500, &[], fault("Client.validationError", text, &detail)).await.unwrap_err();
    assert_eq!(error.fault_reason(), Some(FaultReason::NeverInAssessment));
    assert_eq!(error.certainty(), Certainty::Refused);

    let detail = format!("<wd:Validation_Fault><wd:Detail_Message>{never}</wd:Detail_Message></wd:Validation_Fault>");
    let error = written(400, &[], fault("Client.validationError", "", &detail)).await.unwrap_err();
    assert_eq!(error.fault_reason(), Some(FaultReason::NeverInAssessment));
    assert!(error.to_string().contains(never));

    let detail = "<wd:Processing_Fault><wd:Detail_Message>The task submitted is not authorized.</wd:Detail_Message></wd:Processing_Fault>";
    let error = written(500, &[], fault("Client.processingError", "Processing error occurred.", detail))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotAuthorized { .. }));

    let detail = "<wd:Authentication_Fault><wd:Code>1</wd:Code></wd:Authentication_Fault>";
    let error = written(
        500,
        &[],
        fault("Client.authenticationError", "invalid username or password", detail),
    )
    .await
    .unwrap_err();
    assert!(matches!(error, Error::Unauthorized));

    let error = written(500, &[], fault("Server", "Service unavailable", "")).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { fault: Some(_), .. }));
}

#[tokio::test]
async fn answers_that_are_none() {
    let page = "<!DOCTYPE html><html><head><title>Workday is unavailable</title></head></html>";
    let error = written(200, &[("content-type", "text/html")], page).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { status: 200, .. }));
    let bomb = "<!DOCTYPE e [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><e>&b;</e>";
    let error = written(200, &[("content-type", "text/xml")], bomb).await.unwrap_err();
    assert!(matches!(error, Error::Malformed { .. }));
    assert_eq!(error.certainty(), Certainty::Unknown);
    let whole = envelope("<Assess_Candidate_Response xmlns=\"urn:com.workday/bsvc\"/>");
    let error = written(200, &[], &whole[..whole.len() - 20]).await.unwrap_err();
    assert!(matches!(error, Error::Interrupted(_)));
    let error = written(200, &[], "x".repeat(11 * 1024 * 1024)).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge));
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    // Bound and closed again: nobody listens there.
    let (url, listener) = silent().await;
    drop(listener);
    let error = client(url).assess_candidate(&bearer(), &assessment()).await.unwrap_err();
    assert!(matches!(error, Error::Connect(_)));
    assert_eq!(error.certainty(), Certainty::NotSent);
}

#[tokio::test]
async fn a_cut_answer_leaves_the_effect_unknown() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n<env:Envelope",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n<env:",
    ] {
        let url = hanging_up_after(bytes).await;
        let error = client(url).assess_candidate(&bearer(), &assessment()).await.unwrap_err();
        assert!(matches!(error, Error::Interrupted(_)), "{error:?}");
        assert_eq!(error.certainty(), Certainty::Unknown);
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_on() {
    let (url, _listener) = silent().await;
    let query = CandidateQuery::ByReference(vec!["C00001".into()]);
    let asked: Result<Page<_>, Error> = client(url).get_candidates(&bearer(), &query, &PageRequest::single()).await;
    let error = asked.unwrap_err();
    assert!(matches!(error, Error::TimedOut), "{error:?}");
    assert_eq!(error.certainty(), Certainty::Unknown);
}

#[tokio::test]
async fn no_error_shows_the_token_or_the_answer() {
    for (status, body) in [
        (200, "<a>canary-person</a>"),
        (400, "canary-person"),
        (500, "canary-person"),
        (200, "<a>&canary-person;</a>"),
    ] {
        let error = written(status, &[], body).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
