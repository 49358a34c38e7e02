//! Out of the stage and in again: a second visit has an interview, a place and a result of its own.

use super::fixture::{Flow, is, is_written, list, orders};
use super::time::{Time, in_time};
use domain::order::Action;
use domain::{OrderId, WorkspaceId};
use serde_json::{Value, json};
use std::sync::Arc;

const DANA: &str = "JOB_APPLICATION-3-1";
const CANDIDATE: &str = "C00001";

/// The order of the latest visit.
fn latest(state: &Value, visit: u32) -> Option<&Value> {
    orders(state, DANA).into_iter().find(|order| order["visit"] == visit)
}

fn stands(state: &Value, visit: u32, expected: &str) -> bool {
    latest(state, visit).is_some_and(|order| order["state"] == expected && order["record_is_current"] == true)
}

impl Flow {
    /// Re-screening allowed; a second ingest of one person answers as HeyMilo is told to here.
    async fn re_screening(time: &Time, second_ingest: &str) -> Arc<Self> {
        let flow = Self::start_with(time, |setup| setup["mappings"][0]["rescreen"] = json!(true)).await;
        let settings = json!({ "second_ingest": second_ingest });
        flow.post(&flow.heymilo("/__stand-in/settings"), &settings).await;
        flow
    }

    /// Waits for the visit's invitation. Returns its interview.
    async fn invited(&self, visit: u32) -> String {
        let state = self.settle(|state| stands(state, visit, "invited"), "invited and written").await;
        latest(&state, visit).unwrap()["interview"].as_str().unwrap().to_owned()
    }

    async fn completed(&self, visit: u32) -> Value {
        self.settle(|state| stands(state, visit, "completed"), "completed and written")
            .await
    }

    async fn leave_and_come_back(&self, assess_step: bool) {
        self.move_to(DANA, "INTERVIEW", assess_step).await;
        let has_left = |state: &Value| list(&state["applications"]).any(|row| row["application"] == DANA && row["in_stage"] == false);
        self.settle(has_left, "seen outside the stage").await;
        self.move_to(DANA, "ASSESSMENT", assess_step).await;
    }

    /// Screened, out, in again, screened anew.
    async fn screened_twice(&self, assess_step: bool) {
        self.move_to(DANA, "ASSESSMENT", assess_step).await;
        let first = self.invited(1).await;
        self.complete(&first).await;
        self.completed(1).await;
        self.leave_and_come_back(assess_step).await;
        let second = self.invited(2).await;
        self.complete(&second).await;
        self.completed(2).await;
    }
}

#[test]
fn re_entry_with_re_screening_leaves_the_first_result_alone_and_puts_the_second_on_the_open_step() {
    in_time(async |time| {
        let flow = Flow::re_screening(time, "new").await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let interview = flow.invited(1).await;
        flow.complete(&interview).await;
        flow.completed(1).await;
        let [first] = flow.assessments(DANA).await.try_into().unwrap();
        flow.leave_and_come_back(true).await;
        let interview = flow.invited(2).await;
        let [finished] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!(
            finished, first,
            "until somebody submits Assess there is no record but the finished one"
        );
        // The step that the second move opened has an event of its own.
        let submit = json!({ "application": DANA, "status": "HEYMILO_SEND_INVITE", "test": "HEYMILO_AI_SCREEN", "by": "recruiter", "new_event": true });
        flow.post(&flow.workday("/__stand-in/assess"), &submit).await;
        flow.settle(|state| !latest(state, 2).unwrap()["assess_event"].is_null(), "the submit is seen")
            .await;
        flow.complete(&interview).await;
        flow.completed(2).await;
        let [finished, open] = flow.assessments(DANA).await.try_into().unwrap();
        assert_eq!(finished, first, "the finished step is as it was");
        assert_eq!(open["status"], "HEYMILO_COMPLETED");
        assert_eq!(flow.attachments(CANDIDATE).await.len(), 2);
    });
}

#[test]
fn a_late_event_of_an_earlier_attempts_interview_completes_nothing() {
    in_time(async |time| {
        let flow = Flow::re_screening(time, "new").await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let first = flow.invited(1).await;
        // The first send status joins the invitation, the second orders another attempt.
        flow.submit_assess(DANA).await;
        let joined = |state: &Value| stands(state, 1, "invited") && !latest(state, 1).unwrap()["assess_event"].is_null();
        flow.settle(joined, "the submit joins").await;
        flow.submit_assess(DANA).await;
        let anew = |state: &Value| stands(state, 1, "invited") && latest(state, 1).unwrap()["attempt"] == 2;
        let state = flow.settle(anew, "a new attempt").await;
        let before = latest(&state, 1).unwrap().clone();
        assert_ne!(before["interview"], first.as_str());
        flow.complete(&first).await;
        assert_eq!(latest(&flow.settle_down().await, 1).unwrap(), &before);
    });
}

#[test]
fn where_heymilo_answers_with_the_same_interview_again_nobody_is_invited_to_it_and_a_person_may_adopt_its_result() {
    in_time(async |time| {
        let flow = Flow::re_screening(time, "same").await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let interview = flow.invited(1).await;
        flow.complete(&interview).await;
        flow.completed(1).await;
        flow.leave_and_come_back(true).await;
        let is_kept = |state: &Value| latest(state, 2).is_some_and(|order| order["kept_outcome"] == "completed");
        let state = flow.settle(is_kept, "the result is kept").await;
        let second = latest(&state, 2).unwrap();
        assert_eq!(
            (&second["reason"], &second["interview"]),
            (&json!("interview_over"), &json!(interview))
        );
        assert_eq!(flow.mails(), 1, "nothing could be done behind a second link");
        let order = OrderId::new(second["order"].as_str().unwrap()).unwrap();
        let workspace = WorkspaceId::new("acme").unwrap();
        flow.product.admin().act(&workspace, &order, Action::Adopt, "owner").await.unwrap();
        flow.completed(2).await;
        assert_eq!(flow.attachments(CANDIDATE).await.len(), 2, "each visit has its report");
    });
}

#[test]
fn in_out_and_in_again_without_an_assess_step_the_attachment_carries_each_result() {
    in_time(async |time| {
        let flow = Flow::re_screening(time, "new").await;
        flow.screened_twice(false).await;
        let state = flow.settle_down().await;
        assert!(is(&state, DANA, "completed") && is_written(&state, DANA));
        assert!(flow.assessments(DANA).await.is_empty());
        let files = flow.attachments(CANDIDATE).await;
        assert_eq!(files.len(), 2, "{files:#?}");
        for file in &files {
            assert!(file["comment"].as_str().unwrap().contains("/r/"), "{file:#}");
        }
    });
}

#[test]
fn one_candidate_without_an_assess_step_is_no_limit_of_the_connection() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", false).await;
        let interview = flow.invited(1).await;
        flow.complete(&interview).await;
        let state = flow.completed(1).await;
        assert_eq!(orders(&state, DANA)[0]["limited_write_back"], true);
        assert_eq!(
            state["connections"][0]["limited_in_a_row"], 1,
            "a record counts once, however often it is written"
        );
        let page = flow.console(&format!("/integrations/workday/{}", local::demo::CONNECTION)).await;
        assert!(!page.contains("Limited write-back"));
    });
}
