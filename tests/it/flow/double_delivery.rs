//! One move, reported by every way there is, again and again: one interview, one email, one note, one attachment.

use super::fixture::{Flow, is, orders};
use super::time::in_time;
use serde_json::{Value, json};

const DANA: &str = "JOB_APPLICATION-3-1";
const CANDIDATE: &str = "C00001";

/// The three ways a move is reported.
#[derive(Debug, Clone, Copy)]
enum Report {
    Push,
    AssessPoll,
    StagePoll,
}

const ORDERS: [[Report; 3]; 6] = [
    [Report::Push, Report::AssessPoll, Report::StagePoll],
    [Report::Push, Report::StagePoll, Report::AssessPoll],
    [Report::AssessPoll, Report::Push, Report::StagePoll],
    [Report::AssessPoll, Report::StagePoll, Report::Push],
    [Report::StagePoll, Report::Push, Report::AssessPoll],
    [Report::StagePoll, Report::AssessPoll, Report::Push],
];

/// The hint each way would leave, recorded as that way records it.
async fn report(flow: &Flow, report: Report, assessment: &Value) {
    let about = |assess_event: Option<&str>| store::hint::About::Application {
        connection: domain::ConnectionId::new(local::demo::CONNECTION).unwrap(),
        assessment: None,
        assess_event: assess_event.map(str::to_owned),
        application: Some(DANA.into()),
        candidate: Some(CANDIDATE.into()),
        requisition: Some("R00001".into()),
    };
    let about = match report {
        Report::Push => {
            let body = json!({ "Assessment_ID": assessment["id"], "Candidate_ID": CANDIDATE, "Job_Requisition_ID": "R00001" });
            assert_eq!(flow.push(&body).await, 202);
            return;
        }
        Report::AssessPoll => about(assessment["event"].as_str()),
        Report::StagePoll => about(None),
    };
    let admin = flow.product.admin();
    let workspace = domain::WorkspaceId::new("acme").unwrap();
    flow.product
        .store()
        .record_hint(&store::hint::Hint::new(workspace, about, admin.now()))
        .await
        .unwrap();
}

#[test]
fn one_move_reported_by_push_and_both_polls_in_any_order_five_times_each_is_one_screening() {
    in_time(async |time| {
        for order in ORDERS {
            let flow = Flow::start(time).await;
            flow.move_to(DANA, "ASSESSMENT", true).await;
            flow.submit_assess(DANA).await;
            let assessment = flow.assessments(DANA).await.remove(0);
            for _ in 0..5 {
                for way in order {
                    report(&flow, way, &assessment).await;
                }
            }
            let state = flow.until_invited(DANA).await;
            flow.finish(&state, DANA).await;
            flow.until_completed(DANA).await;
            for way in order {
                report(&flow, way, &assessment).await;
            }
            let state = flow.settle_down().await;
            assert_eq!(orders(&state, DANA).len(), 1, "{order:?}");
            assert_eq!(flow.calls("heymilo", "ingestCandidate").await, 1, "{order:?}");
            assert_eq!((flow.mails(), flow.attachments(CANDIDATE).await.len()), (1, 1), "{order:?}");
            let assessments = flow.assessments(DANA).await;
            let notes = assessments
                .iter()
                .filter(|assessment| assessment["comment"].as_str().is_some_and(|note| note.contains("View Report:")))
                .count();
            assert_eq!((assessments.len(), notes), (1, 1), "{order:?}");
            assert_eq!(flow.calls("workday", "Put_Candidate_Attachment").await, 1, "{order:?}");
        }
    });
}

#[test]
fn heymilos_events_five_times_each_and_out_of_order_write_once() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        let settings = json!({ "duplicate_webhooks": 4, "reorder_webhooks": true });
        flow.post(&flow.heymilo("/__stand-in/settings"), &settings).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.until_invited(DANA).await;
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
        flow.settle_down().await;
        assert_eq!(flow.assessments(DANA).await[0]["status"], "HEYMILO_COMPLETED");
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
fn with_every_event_dropped_the_polls_find_everything() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.post(&flow.heymilo("/__stand-in/settings"), &json!({ "drop_webhooks": true }))
            .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.settle(|state| is(state, DANA, "invited"), "invited").await;
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
        assert_eq!(flow.attachments(CANDIDATE).await.len(), 1);
    });
}
