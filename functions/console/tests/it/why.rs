//! Why nothing happened: each gate that can be in somebody's way is named, with what to do about it.

use crate::browser::{Answer, Browser};
use crate::fixture::{Fixture, fixture, put_order, workspace};
use domain::settings::{Connection, Mapping};
use domain::{ConnectionId, JobRequisitionId, Moment};
use lambda_http::http::StatusCode;
use serde_json::{Value, json};
use store::session::Role;

const DANA: &str = "JOB_APPLICATION-3-1";
const WITHOUT_ADDRESS: &str = "JOB_APPLICATION-3-4";

/// A linked requisition whose baseline is taken, and Dana in its assessment stage.
async fn linked() -> Fixture {
    let fixture = Box::pin(fixture()).await;
    Box::pin(fixture.admin().apply(&Fixture::setup(&fixture.file()))).await.unwrap();
    let link = link(&fixture).await;
    fixture.store().baseline_taken(&link, link.linked_at).await.unwrap();
    move_to(&fixture, DANA, "ASSESSMENT").await;
    fixture
}

async fn link(fixture: &Fixture) -> Mapping {
    let requisition = JobRequisitionId::new("R00001").unwrap();
    fixture.store().mapping(&workspace(), &id(), &requisition).await.unwrap().unwrap()
}

fn id() -> ConnectionId {
    ConnectionId::new("production").unwrap()
}

async fn move_to(fixture: &Fixture, application: &str, stage: &str) {
    let body = json!({ "application": application, "stage": stage, "by": "recruiter", "assess_step": true });
    fixture
        .control(&format!("{}/__stand-in/move", fixture.workday.url), Some(body))
        .await;
}

/// The number of the candidate whose application it is.
pub(crate) async fn candidate(fixture: &Fixture, application: &str) -> String {
    let state = fixture
        .control(&format!("{}/__stand-in/state?only=applications", fixture.workday.url), None)
        .await;
    let applications = state["records"]["applications"].as_array().unwrap();
    let found = applications.iter().find(|one| one["id"] == application).unwrap();
    found["candidate"].as_str().unwrap().to_owned()
}

async fn ask(fixture: &Fixture, number: &str) -> Answer {
    let mut owner = Browser::signed_in(fixture, Role::Owner).await;
    owner.get(&format!("/why?number={number}")).await
}

async fn of_dana(fixture: &Fixture) -> Answer {
    ask(fixture, &candidate(fixture, DANA).await).await
}

async fn change_connection(fixture: &Fixture, change: impl FnOnce(&mut Connection)) {
    let mut connection = fixture.store().connection(&workspace(), &id()).await.unwrap().unwrap();
    change(&mut connection);
    fixture.store().save_connection(&connection, &[]).await.unwrap();
}

#[tokio::test]
async fn whoever_meets_every_condition_is_found_by_the_next_look() {
    let fixture = linked().await;
    let page = of_dana(&fixture).await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows("Everything holds.");
    page.assert_shows(DANA);
    page.assert_hides(">No<");
}

#[tokio::test]
async fn a_requisition_without_a_link_is_said_and_leads_to_the_agents() {
    let fixture = linked().await;
    fixture.store().delete_mapping(&link(&fixture).await).await.unwrap();
    let page = of_dana(&fixture).await;
    page.assert_shows("is not linked to an agent, so nobody of it is invited");
    page.assert_shows("href=\"/agents\"");
}

#[tokio::test]
async fn an_unanswered_question_of_who_sends_is_said_and_leads_to_it() {
    let fixture = linked().await;
    let mut settings = fixture.store().workspace(&workspace()).await.unwrap().unwrap();
    settings.who_sends = domain::settings::WhoSends::Unanswered;
    fixture.store().save_workspace(&settings, &[]).await.unwrap();
    let page = of_dana(&fixture).await;
    page.assert_shows("Nobody said yet who writes to candidates");
    page.assert_shows("href=\"/settings#who-sends\"");
}

#[tokio::test]
async fn whoever_stands_outside_the_stage_is_said_to() {
    let fixture = linked().await;
    move_to(&fixture, DANA, "REVIEW").await;
    of_dana(&fixture).await.assert_shows("They do not stand in the Assessment stage");
}

#[tokio::test]
async fn an_address_that_is_missing_or_may_not_be_written_to_is_said() {
    let fixture = linked().await;
    move_to(&fixture, WITHOUT_ADDRESS, "ASSESSMENT").await;
    let number = candidate(&fixture, WITHOUT_ADDRESS).await;
    ask(&fixture, &number).await.assert_shows("has no email address");
    change_connection(&fixture, |connection| connection.options.non_production = true).await;
    of_dana(&fixture).await.assert_shows("writes only to the addresses on its list");
}

#[tokio::test]
async fn a_baseline_that_is_still_taken_is_said() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    move_to(&fixture, DANA, "ASSESSMENT").await;
    of_dana(&fixture).await.assert_shows("is still being recorded");
}

#[tokio::test]
async fn a_move_that_is_no_order_here_is_said_with_the_statuses_that_stand() {
    let fixture = linked().await;
    change_connection(&fixture, |connection| {
        connection.options.triggers.stage = false;
        connection.options.identifiers.send_statuses = vec!["ANOTHER_STATUS".to_owned()];
    })
    .await;
    let body = json!({ "application": DANA, "status": "HEYMILO_SEND_INVITE", "test": "HEYMILO_AI_SCREEN", "by": "recruiter" });
    fixture
        .control(&format!("{}/__stand-in/assess", fixture.workday.url), Some(body))
        .await;
    let page = of_dana(&fixture).await;
    page.assert_shows("a move alone is not an order here");
    page.assert_shows("HEYMILO_SEND_INVITE");
}

#[tokio::test]
async fn an_agent_that_takes_nobody_any_more_is_said() {
    let fixture = linked().await;
    let past = Some(Moment(1_000));
    fixture.store().note_deadline(&link(&fixture).await, past).await.unwrap();
    of_dana(&fixture)
        .await
        .assert_shows("deadline has passed, so it takes nobody any more");
}

#[tokio::test]
async fn access_that_workday_ended_is_said_before_workday_is_asked() {
    let fixture = linked().await;
    let number = candidate(&fixture, DANA).await;
    let known = fixture.store().connection(&workspace(), &id()).await.unwrap().unwrap();
    let stored = fixture.store().credential(&workspace(), &id()).await.unwrap().unwrap();
    let now = fixture.clock.now();
    fixture.store().require_reauthorization(&known, stored.version, now).await.unwrap();
    let page = ask(&fixture, &number).await;
    page.assert_shows("This Workday connection is not active");
    page.assert_shows(&format!("value=\"{number}\""));
}

#[tokio::test]
async fn an_application_number_is_found_by_what_its_screening_left_and_says_where_it_stands() {
    let fixture = linked().await;
    let subject: Value = json!({
        "workspace": "acme", "connection": "production", "requisition": "R00001", "application": DANA,
        "candidate": candidate(&fixture, DANA).await, "visits": {"visit": 1, "in_stage": true, "attempt": 1}, "screened": true, "seen_at": 0, "version": 0,
    });
    let row = serde_json::from_value(flat(subject)).unwrap();
    fixture.store().save_application(&row).await.unwrap();
    let order = domain::OrderId::derive(&id(), &row.application, 1);
    put_order(&fixture, order.as_str(), json!({ "state": "invited" })).await;
    let page = ask(&fixture, DANA).await;
    page.assert_shows("Invited");
    page.assert_shows(&format!("href=\"/activity/{order}\""));
}

/// The row as it is stored: its visits are part of it.
fn flat(mut row: Value) -> Value {
    let visits = row.as_object_mut().unwrap().remove("visits").unwrap();
    row.as_object_mut().unwrap().extend(visits.as_object().unwrap().clone());
    row
}

#[tokio::test]
async fn a_number_that_workday_does_not_know_and_one_that_is_none_are_told_apart() {
    let fixture = linked().await;
    ask(&fixture, "C99999").await.assert_shows("shows no candidate");
    let page = ask(&fixture, &"9".repeat(101)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_shows("That is not a number of Workday");
    let mut viewer = Browser::signed_in(&fixture, Role::Viewer).await;
    viewer.get("/why").await.assert_shows("Find out");
}

#[tokio::test]
async fn an_outage_of_workday_is_told_and_the_number_stays() {
    let fixture = linked().await;
    let number = candidate(&fixture, DANA).await;
    let outage = json!([{ "operation": "*", "times": 50, "kind": "http503" }]);
    fixture
        .control(&format!("{}/__stand-in/faults", fixture.workday.url), Some(outage))
        .await;
    let page = ask(&fixture, &number).await;
    page.assert_shows(&format!("value=\"{number}\""));
    assert!(!page.status.is_success());
}
