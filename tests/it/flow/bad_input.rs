//! Calls and people that cannot be served: refused or held with a reason, nothing lost, nothing sent.

use super::fixture::{Flow, is, list, orders, record};
use super::time::in_time;
use serde_json::json;

const DANA: &str = "JOB_APPLICATION-3-1";

#[test]
fn p7_strangers_and_malformed_bodies_cause_nothing() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let endpoint = flow
            .product
            .admin()
            .integration_endpoint(&domain::ConnectionId::new(local::demo::CONNECTION).unwrap());
        let known = Some(("push", "push-password"));
        let order = r#"{"Job_Application_ID":"JOB_APPLICATION-3-1"}"#;
        let forged = format!(
            "{}/webhooks/workday/{}.AAAAAAAAAAAAAAAAAAAAAA",
            flow.product.url,
            local::demo::CONNECTION
        );
        let huge = format!(r#"{{"Job_Application_ID":"{}"}}"#, "x".repeat(300 * 1024));
        for (url, body, basic, expected) in [
            (&endpoint, order, None, 401),
            (&endpoint, order, Some(("push", "wrong")), 401),
            (&forged, order, known, 401),
            (&endpoint, "not json", known, 400),
            (&endpoint, r#"{"Candidate_First_Name":"Dana"}"#, known, 400),
            (&endpoint, huge.as_str(), known, 413),
        ] {
            let (status, text) = flow.send(url, body, basic).await;
            assert_eq!(status, expected, "{url} {}", &body[..body.len().min(60)]);
            assert!(status != 401 || text.is_empty(), "a refusal must not explain itself: {text}");
        }
        let state = flow.settle_down().await;
        assert!(orders(&state, DANA).is_empty());
        assert_eq!((flow.mails(), flow.calls("heymilo", "ingestCandidate").await), (0, 0));
    });
}

#[test]
fn a_genuine_push_for_someone_outside_the_stage_invites_nobody() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let body = json!({ "Job_Application_ID": DANA, "Candidate_ID": "C00001", "Job_Requisition_ID": "R00001" });
        assert_eq!(flow.push(&body).await, 202);
        let state = flow.settle_down().await;
        assert!(orders(&state, DANA).is_empty());
        assert_eq!(flow.mails(), 0);
    });
}

#[test]
fn an_order_of_a_requisition_that_is_not_linked_is_refused_and_says_so() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let application = "JOB_APPLICATION-3-12";
        flow.move_to(application, "ASSESSMENT", true).await;
        flow.submit_assess(application).await;
        let state = flow.settle(|state| is(state, application, "refused"), "refused").await;
        assert_eq!(orders(&state, application)[0]["reason"], "requisition_not_linked");
        flow.settle(
            |state| orders(state, application)[0]["written_at"].is_i64(),
            "the recruiter is told",
        )
        .await;
        assert_eq!(flow.assessments(application).await[0]["status"], "HEYMILO_ERROR");
        assert_eq!(flow.mails(), 0);
    });
}

#[test]
fn a_candidate_without_email_is_refused_and_invited_once_the_record_is_mended() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let application = "JOB_APPLICATION-3-4";
        flow.move_to(application, "ASSESSMENT", true).await;
        flow.settle(
            |state| is(state, application, "refused") && orders(state, application)[0]["written_at"].is_i64(),
            "refused",
        )
        .await;
        let assessment = flow.assessments(application).await.remove(0);
        assert_eq!(assessment["status"], "HEYMILO_ERROR");
        assert!(assessment["comment"].as_str().unwrap().contains("no email address"));
        assert_eq!((flow.mails(), flow.calls("heymilo", "ingestCandidate").await), (0, 0));

        let mend = |records: &mut serde_json::Value| record(records, "candidates", "C00004")["email"] = json!("mended@example.com");
        flow.change_workday_records(mend).await;
        flow.submit_assess(application).await;
        let state = flow
            .settle(|state| is(state, application, "invited"), "the second attempt is invited")
            .await;
        assert_eq!(
            (
                orders(&state, application).len(),
                &orders(&state, application)[0]["attempt"],
                flow.mails()
            ),
            (1, &json!(2), 1)
        );
    });
}

#[test]
fn a_list_of_addresses_is_no_address_not_even_where_its_end_is_allowed() {
    in_time(async |time| {
        const LIST: &str = "real.person@gmail.example,x@test.example";
        for (non_production, state, reason) in [
            (true, "needs_review", "recipient_not_allowed"),
            (false, "refused", "candidate_without_email"),
        ] {
            let flow = Flow::start_with(
                time,
                if non_production {
                    |setup| {
                        setup["connections"][0]["non_production"] = json!(true);
                        setup["connections"][0]["allowed_recipients"] = json!(["@test.example"]);
                    }
                } else {
                    |_| {}
                },
            )
            .await;
            flow.change_workday_records(|records| record(records, "candidates", "C00001")["email"] = json!(LIST))
                .await;
            flow.move_to(DANA, "ASSESSMENT", true).await;
            let judged = |shown: &serde_json::Value| ["invited", "refused", "needs_review"].iter().any(|state| is(shown, DANA, state));
            let shown = flow.settle(judged, "judged").await;
            assert_eq!(orders(&shown, DANA)[0]["state"], state, "{:#}", orders(&shown, DANA)[0]);
            assert_eq!(orders(&shown, DANA)[0]["reason"], reason);
            assert_eq!((flow.mails(), flow.calls("heymilo", "ingestCandidate").await), (0, 0));
        }
    });
}

#[test]
fn who_left_the_stage_before_the_invitation_is_not_invited() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.fault(
            "heymilo",
            &json!({ "operation": "ingestCandidate", "times": 1000, "kind": "http429" }),
        )
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, DANA, "waiting"), "HeyMilo keeps the order waiting")
            .await;
        flow.move_to(DANA, "REVIEW", true).await;
        let state = flow.settle(|state| is(state, DANA, "refused"), "refused").await;
        assert_eq!(orders(&state, DANA)[0]["reason"], "left_stage_before_invite");
        assert_eq!(flow.mails(), 0);
    });
}

#[test]
fn an_interview_that_belongs_to_another_order_is_never_re_bound() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| {
            let second = json!({ "connection": local::demo::CONNECTION, "requisition": "R00002", "posting": "13D77095" });
            setup["mappings"].as_array_mut().unwrap().push(second);
        })
        .await;
        // The same person applied for two requisitions of one posting: two candidates in Workday, one email address.
        let records = flow.workday_records().await;
        let other = list(&records["applications"])
            .find(|application| application["requisition"] == "R00002" && application["steps"][0]["stage"] == "REVIEW");
        let (other, candidate) = other
            .map(|other| (other["id"].as_str().unwrap().to_owned(), other["candidate"].as_str().unwrap()))
            .unwrap();
        flow.change_workday_records(|records| {
            let email = record(records, "candidates", "C00001")["email"].clone();
            record(records, "candidates", candidate)["email"] = email;
        })
        .await;

        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.until_invited(DANA).await;
        flow.move_to(&other, "ASSESSMENT", true).await;
        let state = flow.settle(|state| is(state, &other, "needs_review"), "needs review").await;
        assert_eq!(
            (&orders(&state, &other)[0]["reason"], flow.mails()),
            (&json!("interview_shared"), 1)
        );
    });
}
