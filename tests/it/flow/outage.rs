//! A vendor is down: the order waits with its reason, and goes on by itself when the vendor is back.

use super::fixture::{Flow, is, orders};
use super::time::in_time;
use drive::Candidate;
use serde_json::json;

const DANA: &str = "JOB_APPLICATION-3-1";
const CANDIDATE: &str = "C00001";

#[test]
fn p2_heymilo_down_the_order_waits_visibly_and_is_invited_once_afterwards() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.fault("heymilo", &json!({ "operation": "*", "times": 3, "kind": "http503" }))
            .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.settle(|state| is(state, DANA, "waiting"), "waiting").await;
        let order = orders(&state, DANA)[0];
        assert!(
            ["heymilo_unavailable", "outcome_unknown"].contains(&order["reason"].as_str().unwrap()),
            "{order}"
        );
        assert!(order["until"].is_i64());
        flow.settle(|state| is(state, DANA, "invited"), "invited afterwards").await;
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn an_ingest_whose_answer_was_lost_is_found_again_and_not_repeated() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.fault(
            "heymilo",
            &json!({ "operation": "ingestCandidate", "times": 1, "kind": "reset_after_effect" }),
        )
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, DANA, "invited"), "invited").await;
        assert_eq!((flow.calls("heymilo", "ingestCandidate").await, flow.mails()), (1, 1));
    });
}

#[test]
fn p9_workday_down_the_result_waits_and_is_written_once_afterwards() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.until_invited(DANA).await;
        flow.fault("workday", &json!([{ "operation": "*", "times": 5, "kind": "http503" }]))
            .await;
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
        assert_eq!(flow.attachments(CANDIDATE).await.len(), 1);
        assert_eq!(flow.assessments(DANA).await[0]["status"], "HEYMILO_COMPLETED");
    });
}

#[test]
fn p3_an_attachment_whose_answer_was_lost_is_found_again_and_not_doubled() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.until_invited(DANA).await;
        flow.fault(
            "workday",
            &json!([{ "operation": "Put_Candidate_Attachment", "times": 1, "kind": "reset_after_effect" }]),
        )
        .await;
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
        assert_eq!(
            (
                flow.attachments(CANDIDATE).await.len(),
                flow.calls("workday", "Put_Candidate_Attachment").await
            ),
            (1, 1)
        );
    });
}

#[test]
fn an_email_the_service_did_not_take_is_sent_later_and_once() {
    in_time(async |time| {
        use testkit::{Fault, Kind, Service, When};
        let flow = Flow::start(time).await;
        flow.aws.faults().plan(Fault {
            times: 2,
            ..Fault::once(Service::Ses, "SendEmail", When::BeforeEffect, Kind::Throttled)
        });
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, DANA, "invited"), "invited").await;
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn whoever_holds_the_mail_may_start_though_nobody_knows_yet_that_it_left() {
    in_time(async |time| {
        use testkit::{Fault, Kind, Service, When};
        let flow = Flow::start(time).await;
        let lost = Fault::once(Service::Ses, "SendEmail", When::AfterEffect, Kind::TimesOut);
        flow.aws.faults().plan(lost);
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow
            .settle(|state| is(state, DANA, "waiting"), "the mail's answer is unknown")
            .await;
        assert_eq!(orders(&state, DANA)[0]["reason"], "outcome_unknown");
        let candidate = Candidate::new(flow.browser());
        let notice = candidate.read_notice(&flow.latest_link()).await.unwrap();
        let interview = orders(&state, DANA)[0]["interview"].as_str().unwrap();
        let started = candidate.start(&notice).await.unwrap();
        assert!(started.contains(interview), "{started}");
    });
}

#[test]
fn a_tenant_whose_requisition_filter_finds_nothing_or_fails_is_read_by_date() {
    in_time(async |time| {
        for filter in ["empty", "fault"] {
            let flow = Flow::start(time).await;
            let settings = json!({ "requisition_filter": filter });
            flow.post(&flow.workday("/__stand-in/settings"), &settings).await;
            flow.move_to(DANA, "ASSESSMENT", true).await;
            flow.settle(|state| is(state, DANA, "invited"), filter).await;
            assert_eq!(flow.mails(), 1);
        }
    });
}
