//! What stands on the Workday record once everything is written, and what it costs.

use crate::fixture::{Fixture, OURS, THEIRS, test, write};
use domain::Order;
use domain::order::RefusalReason;
use serde_json::{Value, json};
use surroundings::APPLICATION;
use testkit::PUBLIC_URL;

/// The only assessment of the application.
async fn assessment(here: &Fixture) -> Value {
    let [assessment] = here.assessments(APPLICATION).await.try_into().unwrap();
    assessment
}

/// Where the application stands.
async fn stage(here: &Fixture) -> Value {
    let applications = here.records("applications").await;
    let application = applications.iter().find(|application| application["id"] == APPLICATION).unwrap();
    application["steps"].as_array().unwrap().last().unwrap()["stage"].clone()
}

fn is_done(order: &Order) -> bool {
    order.record_is_current() && order.write_problem.is_none()
}

#[test]
fn what_is_not_workdays_business_or_written_already_costs_no_call() {
    test(async |here| {
        let order = here.confirmed(APPLICATION, None).await;
        here.arm(write(&order)).await;
        here.write(&order).await;
        assert_eq!((here.due(&write(&order)).await, here.workday_calls().await.len()), (None, 0));
    });
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        let written = here.write(&order).await;
        assert!(is_done(&written));
        let calls = here.workday_calls().await;
        here.arm(write(&order)).await;
        assert_eq!(here.write(&order).await, written, "nothing is said to have happened");
        assert_eq!((here.due(&write(&order)).await, here.workday_calls().await), (None, calls));
    });
}

#[test]
fn who_was_invited_is_written_in_two_calls_onto_the_event_that_asked_or_onto_one_that_workday_opens() {
    for by_event in [true, false] {
        test(async |here| {
            let order = here.invited_in_stage(by_event).await;
            let written = here.write(&order).await;
            assert!(is_done(&written));
            let assessment = assessment(&here).await;
            assert_eq!(assessment["status"], "HEYMILO_INVITED");
            assert_eq!(
                (&assessment["lines"][0]["test"], &assessment["lines"][0]["score"]),
                (&json!(OURS), &Value::Null)
            );
            assert_eq!(written.written.event.as_deref(), assessment["event"].as_str());
            assert_eq!(here.workday_calls().await, ["Get_Assess_Candidate", "Assess_Candidate"]);
        });
    }
}

#[test]
fn a_refusal_is_on_the_record_in_words_for_the_recruiter() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let event = here.submit_assess(APPLICATION, OURS).await;
        let order = here.confirmed(APPLICATION, Some(&event)).await;
        let refused = here
            .save(order.refuse(RefusalReason::CandidateWithoutEmail, here.clock.now()))
            .await;
        assert!(is_done(&here.write(&refused).await));
        let assessment = assessment(&here).await;
        assert_eq!(assessment["status"], "HEYMILO_ERROR");
        assert_eq!(assessment["comment"], RefusalReason::CandidateWithoutEmail.for_recruiter());
    });
}

#[test]
fn a_report_is_on_the_record_with_score_note_link_and_one_pdf() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        assert!(is_done(&here.write(&completed).await));
        let assessment = assessment(&here).await;
        let line = &assessment["lines"][0];
        let link = line["url"].as_str().unwrap();
        assert!(link.starts_with(&format!("{PUBLIC_URL}/r/")), "{link}");
        let score: f64 = line["score"].as_str().unwrap().parse().unwrap();
        assert!(score > 0.0 && score <= 100.0);
        assert_eq!(
            (&assessment["status"], &line["status"]),
            (&json!("HEYMILO_COMPLETED"), &json!("HEYMILO_COMPLETED"))
        );
        let note = assessment["comment"].as_str().unwrap();
        assert!(
            note.starts_with("HeyMilo: Screening completed") && note.contains(&format!("View Report: {link}")),
            "{note}"
        );

        let [file] = here.reports().await.try_into().unwrap();
        assert_eq!(
            (&file["mime_type"], &file["category"]),
            (&json!("application/pdf"), &json!("OTHER_DOCUMENTS"))
        );
        assert_eq!(file["comment"], format!("View Report: {link}"));
        assert!(file["filename"].as_str().unwrap().contains("R00001"), "{file}");
        let calls = ["Get_Assess_Candidate", "Assess_Candidate", "Put_Candidate_Attachment"];
        assert_eq!(here.workday_calls().await, calls);
    });
}

#[test]
fn where_every_event_is_another_vendors_the_attachment_alone_says_it_and_order_and_connection_say_so() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        here.submit_assess(APPLICATION, THEIRS).await;
        let before = assessment(&here).await;
        let invited = here.invited(APPLICATION, None).await;
        let completed = here.completed(&invited).await;
        let written = here.write(&completed).await;
        assert!(is_done(&written) && written.limited_write_back);
        assert_eq!(assessment(&here).await, before, "nothing of theirs is touched");
        let [file] = here.reports().await.try_into().unwrap();
        let comment = file["comment"].as_str().unwrap();
        for said in ["HeyMilo: Screening completed, score ", " of 100. View Report: ", "/r/"] {
            assert!(comment.contains(said), "{comment}");
        }
        assert!(here.connection().await.standing.limited_write_back_since.is_some());

        here.move_to_assessment("JOB_APPLICATION-3-3", true).await;
        let whole = here.save(
            here.confirmed("JOB_APPLICATION-3-3", None)
                .await
                .refuse(RefusalReason::EmailRefused, here.clock.now()),
        );
        assert!(!here.write(&whole.await).await.limited_write_back);
        assert_eq!(
            here.connection().await.standing.limited_write_back_since,
            None,
            "one whole record ends it"
        );
    });
}

#[test]
fn another_score_is_written_once_with_a_pdf_of_its_own() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        here.write(&completed).await;
        let first = assessment(&here).await["lines"][0]["score"].clone();
        here.at_interview(&order, "rescore", json!({ "delta": -1 })).await;
        here.reported(&order, "report_available").await;
        let written = here.write(&order).await;
        assert!(is_done(&written) && written.written.version == 2);
        let assessment = assessment(&here).await;
        assert_ne!(assessment["lines"][0]["score"], first);
        assert_eq!(assessment["lines"].as_array().unwrap().len(), 1, "the same line");
        assert_eq!(here.reports().await.len(), 2);

        here.reported(&order, "report_available").await;
        here.arm(write(&order)).await;
        here.write(&order).await;
        assert_eq!((here.called("Assess_Candidate").await, here.reports().await.len()), (2, 2));
    });
}

#[test]
fn who_completes_is_moved_on_where_the_link_says_so_and_who_was_knocked_out_waits_for_a_person() {
    for (outcome, expected) in [("completed", "INTERVIEW"), ("knocked_out", "ASSESSMENT")] {
        test(async |here| {
            here.change_mapping(|mapping| mapping.options.next_step = Some("JOB_APPLICATION_INTERVIEW".into()))
                .await;
            let order = here.invited_in_stage(true).await;
            here.at_interview(&order, "complete", json!({ "outcome": outcome })).await;
            here.reported(&order, "report_available").await;
            assert!(is_done(&here.write(&order).await));
            assert_eq!(stage(&here).await, expected);
        });
    }
}

#[test]
fn a_recruiters_own_move_is_never_undone() {
    test(async |here| {
        here.change_mapping(|mapping| mapping.options.next_step = Some("JOB_APPLICATION_INTERVIEW".into()))
            .await;
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "OFFER" }))
            .await;
        assert!(is_done(&here.write(&completed).await));
        assert_eq!((stage(&here).await, here.called("Move_Candidate").await), (json!("OFFER"), 0));
    });
}

#[test]
fn the_day_on_the_record_is_the_tenants_and_never_tomorrow_where_nobody_said() {
    // At eight in the morning, UTC.
    for (utc_offset_hours, day) in [
        (None, "2027-01-14"),
        (Some(-9), "2027-01-14"),
        (Some(-7), "2027-01-15"),
        (Some(14), "2027-01-15"),
    ] {
        test(async |here| {
            here.change_connection(|connection| connection.options.utc_offset_hours = utc_offset_hours)
                .await;
            let order = here.invited_in_stage(true).await;
            here.write(&order).await;
            let assessment = here.assessments(APPLICATION).await.remove(0);
            assert_eq!(assessment["assessed_on"], day, "{utc_offset_hours:?}");
        });
    }
}

/// The link names a step to move on to.
async fn moves_on(here: &Fixture) {
    here.change_mapping(|mapping| mapping.options.next_step = Some("JOB_APPLICATION_INTERVIEW".into()))
        .await;
}

#[test]
fn an_adopted_result_of_somebody_who_withdrew_is_written_and_moves_nobody() {
    test(async |here| {
        moves_on(&here).await;
        let order = here.withdrawn().await;
        here.at_interview(&order, "complete", json!({})).await;
        here.reported(&order, "report_available").await;
        let late = here.again(&order).await;
        let adopted = here.save(late.adopt("owner", here.clock.now()).unwrap()).await;
        assert!(is_done(&here.write(&adopted).await));
        assert_eq!((here.called("Move_Candidate").await, stage(&here).await), (0, json!("ASSESSMENT")));
    });
}

#[test]
fn whoever_workday_says_has_withdrawn_is_not_moved_on_though_nobody_saw_it_before() {
    test(async |here| {
        moves_on(&here).await;
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        here.change_records(|records| {
            let mut candidates = records["candidates"].as_array_mut().unwrap().iter_mut();
            candidates.find(|candidate| candidate["id"] == "C00001").unwrap()["withdrawn"] = json!(true);
        })
        .await;
        assert!(is_done(&here.write(&completed).await));
        assert_eq!((here.called("Move_Candidate").await, stage(&here).await), (0, json!("ASSESSMENT")));
    });
}
