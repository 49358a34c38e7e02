//! The main job, and what a second visit means.

use super::fixture::{Flow, is, orders};
use super::time::in_time;
use serde_json::json;

const DANA: &str = "JOB_APPLICATION-3-1";
const CANDIDATE: &str = "C00001";

#[test]
fn a_bare_stage_move_ends_with_the_report_on_the_record() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.until_invited(DANA).await;
        assert_eq!(flow.assessments(DANA).await[0]["status"], "HEYMILO_INVITED");
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;

        let assessments = flow.assessments(DANA).await;
        assert_eq!(assessments.len(), 1);
        let line = &assessments[0]["lines"][0];
        assert_eq!(
            (&assessments[0]["status"], &line["status"]),
            (&json!("HEYMILO_COMPLETED"), &json!("HEYMILO_COMPLETED"))
        );
        assert!(line["score"].as_str().unwrap().parse::<f64>().unwrap() > 0.0);
        assert!(line["url"].as_str().unwrap().starts_with(&format!("{}/r/", flow.product.url)));
        let page = flow.page(line["url"].as_str().unwrap()).await;
        assert!(
            page.contains("version 1") && !page.contains("version 0"),
            "the page names the result's version"
        );
        assert!(assessments[0]["comment"].as_str().unwrap().contains("View Report:"));
        assert!(line["comment"].as_str().unwrap().contains("HM-"));
        assert_eq!(flow.attachments(CANDIDATE).await.len(), 1);
        assert_eq!((flow.mails(), flow.mails_of_heymilo().await), (1, 0));
    });
}

#[test]
fn an_assess_submit_ends_there_too_and_other_vendors_lines_stay() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let other = json!({ "application": DANA, "status": "HEYMILO_SEND_INVITE", "test": "OTHER_VENDOR_TEST", "by": "recruiter" });
        flow.post(&flow.workday("/__stand-in/assess"), &other).await;
        flow.submit_assess(DANA).await;
        let state = flow.settle(|state| is(state, DANA, "invited"), "invited").await;
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
        let assessments = flow.assessments(DANA).await;
        let lines: Vec<_> = assessments
            .iter()
            .flat_map(|assessment| assessment["lines"].as_array().unwrap())
            .collect();
        let others: Vec<_> = lines.iter().filter(|line| line["test"] == "OTHER_VENDOR_TEST").collect();
        assert!(
            !others.is_empty() && others.iter().all(|line| line["url"].is_null() && line["score"].is_null()),
            "{lines:#?}"
        );
        let with_link = lines
            .iter()
            .filter(|line| line["test"] == "HEYMILO_AI_SCREEN" && line["url"].is_string())
            .count();
        assert_eq!(with_link, 1);
    });
}

#[test]
fn leaving_after_the_report_and_coming_back_is_a_second_visit_for_a_person_to_decide() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.until_invited(DANA).await;
        flow.screen(DANA).await;
        flow.move_to(DANA, "INTERVIEW", true).await;
        flow.settle(
            |state| state["applications"].to_string().contains(r#""in_stage":false"#),
            "seen outside the stage",
        )
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow
            .settle(|state| is(state, DANA, "needs_review"), "visit 2 is for a person")
            .await;
        let orders = orders(&state, DANA);
        assert_eq!(
            (orders.len(), &orders[1]["visit"], &orders[1]["reason"]),
            (2, &json!(2), &json!("already_screened"))
        );
        assert_eq!((flow.mails(), flow.calls("heymilo", "ingestCandidate").await), (1, 1));
    });
}

#[test]
fn linking_with_fifty_in_the_stage_invites_nobody_until_chosen() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        let fifty = json!({ "requisition": "R00001", "candidates": 50, "stage": "ASSESSMENT" });
        flow.post(&flow.workday("/__stand-in/seed"), &fifty).await;
        flow.connect(|_| {}).await;
        let skipped = |state: &serde_json::Value| {
            super::fixture::list(&state["orders"])
                .filter(|order| order["state"] == "skipped")
                .count()
        };
        flow.settle(|state| skipped(state) >= 50, "everybody in the stage is recorded")
            .await;
        let state = flow.settle_down().await;
        assert_eq!(skipped(&state), state["orders"].as_array().unwrap().len());
        assert_eq!((flow.mails(), flow.calls("heymilo", "ingestCandidate").await), (0, 0));

        let chosen = state["orders"][0].clone();
        let order = domain::OrderId::new(chosen["order"].as_str().unwrap()).unwrap();
        let workspace = domain::WorkspaceId::new("acme").unwrap();
        let invite = domain::order::Action::Invite;
        flow.product.admin().act(&workspace, &order, invite, "owner").await.unwrap();
        let application = chosen["application"].as_str().unwrap();
        flow.settle(|state| is(state, application, "invited"), "the chosen one is invited")
            .await;
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn without_an_assess_step_the_attachment_carries_the_result() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", false).await;
        let state = flow.until_invited(DANA).await;
        flow.finish(&state, DANA).await;
        let state = flow.until_completed(DANA).await;
        assert_eq!(orders(&state, DANA)[0]["limited_write_back"], true);
        assert!(state["connections"][0]["limited_write_back_since"].is_i64());
        let files = flow.attachments(CANDIDATE).await;
        let comment = files[0]["comment"].as_str().unwrap();
        assert!(
            files.len() == 1 && comment.contains("score") && comment.contains("/r/"),
            "{comment}"
        );
        assert!(flow.assessments(DANA).await.is_empty());
    });
}

#[test]
fn a_mapping_with_a_next_step_moves_on_after_the_report() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| setup["mappings"][0]["next_step"] = json!("JOB_APPLICATION_INTERVIEW")).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.settle(|state| is(state, DANA, "invited"), "invited").await;
        flow.finish(&state, DANA).await;
        flow.until_completed(DANA).await;
        let records = flow.workday_records().await;
        let application = super::fixture::list(&records["applications"])
            .find(|application| application["id"] == DANA)
            .unwrap();
        assert_eq!(application["steps"].as_array().unwrap().last().unwrap()["stage"], "INTERVIEW");
        assert_eq!(flow.calls("workday", "Move_Candidate").await, 1);
    });
}
