//! What Workday does not take: it waits, it says why, and no part of it is written twice.

use crate::fixture::{OURS, test, write};
use serde_json::{Value, json};
use std::time::Duration;
use surroundings::{APPLICATION, batch_of};

const STATUS: &str = "HEYMILO_INVITED";

/// Takes an assessment status away from the tenant, or gives one back.
fn without_status(records: &mut Value) {
    records["assessment_statuses"]
        .as_array_mut()
        .unwrap()
        .retain(|status| status["id"] != STATUS);
}

fn with_status(records: &mut Value) {
    let status = json!({ "id": STATUS, "name": "HeyMilo - Invited" });
    records["assessment_statuses"].as_array_mut().unwrap().push(status);
}

#[test]
fn an_id_that_workday_does_not_know_waits_for_a_person_a_quarter_of_an_hour_and_twice_as_long_each_time() {
    test(async |here| {
        here.change_records(without_status).await;
        let order = here.invited_in_stage(true).await;
        let mut stands = here.write(&order).await;
        for minutes in [15, 30, 60] {
            assert!(
                stands.write_problem.as_ref().unwrap().contains(STATUS),
                "{:?}",
                stands.write_problem
            );
            assert_eq!(here.due_in(&write(&order)).await, Duration::from_mins(minutes));
            stands = here.write_when_due(&order).await;
        }
        here.change_records(with_status).await;
        let written = here.write_when_due(&order).await;
        assert!(written.record_is_current() && written.write_problem.is_none() && written.tries == 0);
        assert_eq!(here.due(&write(&order)).await, None);
    });
}

#[test]
fn what_workday_refuses_outright_waits_for_write_again_and_is_looked_at_once_a_day() {
    test(async |here| {
        here.workday_fails("Assess_Candidate", "validation_fault").await;
        let order = here.invited_in_stage(true).await;
        let refused = here.write(&order).await;
        assert!(refused.write_problem.is_some() && !refused.record_is_current());
        assert_eq!(here.due_in(&write(&order)).await, Duration::from_hours(24));
        here.workday_recovers().await;
        assert!(
            here.write_when_due(&order).await.write_problem.is_some(),
            "a look asks nothing of Workday"
        );
        assert_eq!(here.called("Assess_Candidate").await, 1);

        let again = here.again(&order).await.write_again(domain::order::By::Us, here.clock.now());
        here.save(again.unwrap()).await;
        assert!(here.write(&order).await.record_is_current());
    });
}

#[test]
fn while_workday_is_down_or_throttles_the_write_is_tried_again_for_as_long_as_it_takes() {
    for kind in ["http503", "http429"] {
        test(async |here| {
            let order = here.invited_in_stage(true).await;
            here.workday_fails("*", kind).await;
            for _ in 0..10 {
                let before = here.again(&order).await.tries;
                let waits = here.write(&order).await;
                assert!(waits.tries > before && waits.write_problem.is_none(), "{kind}: each try is counted");
                let due_in = here.due_in(&write(&order)).await;
                assert!(due_in <= Duration::from_mins(16), "{kind}: {due_in:?}");
                here.clock.advance(due_in);
            }
            here.workday_recovers().await;
            let written = here.write(&order).await;
            assert!(written.record_is_current() && written.tries == 0);
        });
    }
}

#[test]
fn writes_that_fail_for_hours_while_workday_can_be_read_end_no_record_and_are_tried_less_and_less_often() {
    for kind in ["http503", "reset", "processing_fault"] {
        test(async |here| {
            let order = here.invited_in_stage(true).await;
            here.tell_workday("faults", json!([{ "operation": "Assess_Candidate", "times": 12, "kind": kind }]))
                .await;
            let mut longest = Duration::ZERO;
            let mut stands = here.write(&order).await;
            while !stands.record_is_current() {
                assert_eq!(stands.write_problem, None, "{kind}");
                longest = longest.max(here.due_in(&write(&order)).await);
                stands = here.write_when_due(&order).await;
            }
            assert_eq!(here.called("Assess_Candidate").await, 13, "{kind}");
            assert!(
                longest > Duration::from_mins(3) && longest <= Duration::from_mins(16),
                "{kind}: {longest:?}"
            );
        });
    }
}

#[test]
fn a_write_whose_answer_was_lost_is_read_back_before_it_is_repeated() {
    for (kind, writes) in [("reset_after_effect", 1), ("reset", 2)] {
        test(async |here| {
            let order = here.invited_in_stage(true).await;
            here.tell_workday("faults", json!([{ "operation": "Assess_Candidate", "kind": kind }]))
                .await;
            assert!(!here.write(&order).await.record_is_current());
            assert!(here.write_when_due(&order).await.record_is_current(), "{kind}");
            assert_eq!(here.called("Assess_Candidate").await, writes, "{kind}");
        });
    }
}

#[test]
fn a_missing_permission_for_attachments_undoes_nothing_and_the_pdf_alone_follows() {
    test(async |here| {
        here.tell_workday("settings", json!({ "attachments_denied": true })).await;
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        let waits = here.write(&completed).await;
        assert!(waits.write_problem.is_some() && !waits.record_is_current());
        let standing = serde_json::to_value(here.connection().await.standing).unwrap();
        assert!(standing["withheld"]["Put_Candidate_Attachment"].is_i64(), "{standing}");
        assert_eq!(here.assessments(APPLICATION).await[0]["status"], "HEYMILO_COMPLETED");
        assert_eq!(here.due_in(&write(&order)).await, Duration::from_mins(15));

        here.tell_workday("settings", json!({ "attachments_denied": false })).await;
        assert!(here.write_when_due(&order).await.record_is_current());
        assert_eq!((here.reports().await.len(), here.called("Assess_Candidate").await), (1, 1));
    });
}

#[test]
fn a_report_that_workday_refuses_does_not_keep_the_application_from_moving_on() {
    test(async |here| {
        here.change_mapping(|mapping| mapping.options.next_step = Some("JOB_APPLICATION_INTERVIEW".into()))
            .await;
        here.workday_fails("Put_Candidate_Attachment", "validation_fault").await;
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        assert!(here.write(&completed).await.write_problem.is_some());
        assert_eq!(here.called("Move_Candidate").await, 1);
    });
}

#[test]
fn a_connection_that_a_person_ended_is_looked_at_once_an_hour_without_a_call() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        here.disconnect().await;
        let stands = here.write(&order).await;
        assert_eq!((stands.tries, &stands.write_problem), (0, &None));
        assert_eq!(here.due_in(&write(&order)).await, Duration::from_hours(1));
        assert!(here.workday_calls().await.is_empty());
    });
}

#[test]
fn a_credential_that_workday_refuses_ends_the_connection_and_no_further_write_calls() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        here.workday_fails("*", "auth_fault").await;
        here.write(&order).await;
        assert!(
            here.due_in(&write(&order)).await >= Duration::from_mins(5),
            "one refusal may be an incident's"
        );
        here.write_when_due(&order).await;
        let calls = here.workday_calls().await.len();
        here.write_when_due(&order).await;
        assert_eq!(here.workday_calls().await.len(), calls);
        assert_eq!(
            here.again(&order).await.write_problem,
            None,
            "it is the connection's problem, and not the order's"
        );
    });
}

#[test]
fn one_bad_record_of_a_batch_takes_no_other_with_it() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        let good = here.batch(&[write(&order)]).records.remove(0).body.unwrap();
        assert_eq!(here.take_batch(batch_of([String::from("{}"), good].into_iter())).await, ["0"]);
        assert!(here.again(&order).await.record_is_current());
        assert_eq!(here.assessments(APPLICATION).await[0]["lines"][0]["test"], OURS);
    });
}

#[test]
fn where_workday_shows_no_event_and_cannot_tell_which_the_attachment_carries_the_result() {
    test(async |here| {
        let order = here.invited_in_stage(false).await;
        here.workday_fails("Assess_Candidate", "ambiguous_event").await;
        let completed = here.completed(&order).await;
        let written = here.write(&completed).await;
        assert!(
            written.record_is_current() && written.limited_write_back,
            "{:?}",
            written.write_problem
        );
        let files = here.reports().await;
        let comment = files[0]["comment"].as_str().unwrap();
        assert!(
            files.len() == 1 && comment.contains("score") && comment.contains("/r/"),
            "{comment}"
        );
        // A record that appears later gets the result when a recruiter asks there.
        here.workday_recovers().await;
        let event = here.submit_assess(APPLICATION, OURS).await;
        let joined = here.save(written.join(Some(&event), here.clock.now())).await;
        assert!(here.write(&joined).await.record_is_current());
        assert_eq!(here.assessments(APPLICATION).await[0]["status"], "HEYMILO_COMPLETED");
        assert_eq!(here.reports().await.len(), 1);
    });
}

#[test]
fn the_report_of_a_person_merged_into_another_record_goes_to_that_one() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        here.change_records(|records| {
            let merged = records.to_string().replace("\"C00001\"", "\"C00099\"");
            *records = serde_json::from_str(&merged).unwrap();
        })
        .await;
        let written = here.write(&completed).await;
        assert!(written.record_is_current(), "{:?}", written.write_problem);
        assert_eq!(written.candidate.as_str(), "C00099");
        let files = here.records("attachments").await;
        assert!(files.iter().any(|file| file["candidate"] == "C00099"), "{files:?}");
    });
}

#[test]
fn a_record_that_could_not_be_written_for_a_day_is_listed_for_a_look_and_tried_every_six_hours() {
    test(async |here| {
        here.workday_fails("Assess_Candidate", "http503").await;
        let order = here.invited_in_stage(true).await;
        here.write(&order).await;
        assert!(here.listed().await.is_empty());
        here.clock.advance(Duration::from_hours(24));
        let stuck = here.write_when_due(&order).await;
        assert_eq!((stuck.state.name(), stuck.write_problem.as_ref()), ("invited", None));
        assert_eq!(here.listed().await, std::slice::from_ref(&order.order));
        assert_eq!(here.due_in(&write(&order)).await, Duration::from_hours(6));
        let told = here.store.history(&order.workspace, &order.order).await.unwrap();
        assert_eq!(told.iter().filter(|entry| entry.what == "needs_a_look").count(), 1);
        here.workday_recovers().await;
        assert!(here.write_when_due(&order).await.record_is_current());
        assert!(here.listed().await.is_empty());
    });
}

#[test]
fn what_failed_before_a_person_disconnected_counts_for_nothing_when_they_connect_again() {
    test(async |here| {
        here.workday_fails("Assess_Candidate", "http503").await;
        let order = here.invited_in_stage(true).await;
        assert!(here.write(&order).await.failing_since.is_some());
        here.disconnect().await;
        assert_eq!(here.write_when_due(&order).await.failing_since, None);
        assert!(here.listed().await.is_empty());
    });
}

#[test]
fn what_goes_back_to_what_workday_shows_waits_for_nobody_any_more() {
    test(async |here| {
        let order = here.invited_in_stage(true).await;
        let completed = here.completed(&order).await;
        assert!(here.write(&completed).await.record_is_current());
        here.workday_fails("Assess_Candidate", "validation_fault").await;
        for (outcome, is_refused) in [(json!("shortlisted"), true), (Value::Null, false)] {
            here.at_interview(&order, "status", json!({ "status": outcome })).await;
            here.reported(&order, &format!("poll:{outcome}")).await;
            let stands = here.write(&order).await;
            assert_eq!(stands.write_problem.is_some(), is_refused, "{outcome}");
            assert_eq!(here.listed().await.is_empty(), !is_refused, "{outcome}");
        }
        assert_eq!(here.due(&write(&order)).await, None);
    });
}

#[test]
fn who_left_the_stage_is_nobodys_business_where_the_assess_step_ended_with_the_move() {
    test(async |here| {
        here.tell_workday("settings", json!({ "assess_ends_with_move": true })).await;
        let order = here.invited_in_stage(true).await;
        let invited = here.write(&order).await;
        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
            .await;
        let left = here.save(invited.leave(false, here.clock.now()).unwrap()).await;
        let closed = here.write(&left).await;
        assert_eq!((closed.state.reason(), &closed.write_problem), (Some("left_stage"), &None));
        assert!(closed.record_is_current() && closed.limited_write_back);
        assert!(here.listed().await.is_empty() && here.due(&write(&order)).await.is_none());
        let shown = here.assessments(APPLICATION).await[0].clone();
        assert_eq!(shown["status"], STATUS, "it stands as the move left it");
        assert!(
            closed.shows_write_to(shown["event"].as_str().unwrap()),
            "a send status there is set later"
        );
        assert_eq!(here.connection().await.standing.limited_write_back_since, None);
    });
}

#[test]
fn a_report_that_comes_after_the_assess_step_ended_is_told_to_a_person() {
    test(async |here| {
        here.tell_workday("settings", json!({ "assess_ends_with_move": true })).await;
        let order = here.invited_in_stage(true).await;
        here.write(&order).await;
        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
            .await;
        let completed = here.completed(&order).await;
        let waits = here.write(&completed).await;
        assert!(
            waits.write_problem.as_ref().is_some_and(|words| words.contains("in progress")),
            "{:?}",
            waits.write_problem
        );
        assert_eq!(here.listed().await, std::slice::from_ref(&order.order));
    });
}
