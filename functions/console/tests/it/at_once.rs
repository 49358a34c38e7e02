//! Several people at once, and a step that breaks off in the middle: nobody's change is lost, and a second try works.

use crate::browser::{Answer, Browser};
use crate::fixture::{Fixture, POSTING, fixture, workspace};
use crate::pages::put_requisitions;
use domain::{ConnectionId, WorkspaceId};
use lambda_http::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use store::session::Role;
use testkit::{Fault, Kind, Service, When};

const CONNECTION: &str = "/integrations/workday/production";

fn production() -> ConnectionId {
    ConnectionId::new("production").unwrap()
}

impl Answer {
    /// The value of a page's hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.text.split_once(&start).unwrap_or_else(|| panic!("no field {name}"));
        rest.split_once('"').unwrap().0.replace("&quot;", "\"").replace("&amp;", "&")
    }
}

#[tokio::test]
async fn of_two_owners_who_save_at_once_the_second_is_told_what_changed_and_keeps_what_was_typed() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut first = Browser::signed_in(&fixture, Role::Owner).await;
    let mut second = Browser::signed_in(&fixture, Role::Admin).await;
    let (seen, also_seen) = (
        first.get(CONNECTION).await.hidden("seen"),
        second.get(CONNECTION).await.hidden("seen"),
    );
    let save = format!("{CONNECTION}/settings");
    let mut fields = vec![("stage", "on"), ("assess", "on"), ("poll_minutes", "17"), ("seen", seen.as_str())];
    assert_eq!(first.post(&save, &fields).await.leads_to(), format!("{CONNECTION} done:saved"));

    fields[2].1 = "5";
    fields[3].1 = &also_seen;
    fields.push(("allowed_recipients", "dana@example.com"));
    let told = second.post(&save, &fields).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    told.assert_shows("Somebody else saved");
    told.assert_shows("Looks at Workday: every 17 minutes");
    told.assert_hides("Allowed addresses:");
    told.assert_shows("dana@example.com</textarea>");
    // What the second person did not touch is as the first one set it.
    told.assert_shows("min=\"1\" max=\"60\" value=\"17\"");
    let connection = fixture.admin().connection(&workspace(), &production()).await.unwrap();
    assert_eq!(
        (connection.options.poll_seconds, connection.options.allowed_recipients.len()),
        (17 * 60, 0)
    );

    let seen = told.hidden("seen");
    fields[2].1 = "17";
    fields[3].1 = &seen;
    assert_eq!(second.post(&save, &fields).await.leads_to(), format!("{CONNECTION} done:saved"));
    let connection = fixture.admin().connection(&workspace(), &production()).await.unwrap();
    assert_eq!(connection.options.allowed_recipients, ["dana@example.com"]);
    assert_eq!(connection.options.poll_seconds, 17 * 60);
}

#[tokio::test]
async fn of_two_people_who_answer_the_question_at_once_the_second_is_told() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut first = Browser::signed_in(&fixture, Role::Owner).await;
    let mut second = Browser::signed_in(&fixture, Role::Admin).await;
    let seen = second.get("/settings").await.hidden("revision");
    let answered = first
        .post("/settings/who-sends", &[("sender", "heymilo"), ("revision", &seen)])
        .await;
    assert_eq!(answered.leads_to(), "/settings done:answered");
    let told = second
        .post(
            "/settings/who-sends",
            &[("sender", "we"), ("communications_off", "on"), ("revision", &seen)],
        )
        .await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    told.assert_shows("Somebody else saved");
    told.assert_shows("HeyMilo sends");
    told.assert_shows("value=\"we\" required checked");
}

#[tokio::test]
async fn of_two_people_who_link_a_requisition_at_once_the_second_is_told_what_it_is_linked_to() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    put_requisitions(&fixture, 3).await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    // The page was opened before somebody else linked R00001.
    let link = format!("/agents/{POSTING}/link");
    let told = browser
        .post(
            &link,
            &[
                ("connection", "production"),
                ("requisition", "R00001"),
                ("next_step", "OFFER"),
                ("rescreen", "on"),
            ],
        )
        .await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    told.assert_shows("linked by somebody else");
    told.assert_shows("name=\"next_step\" value=\"OFFER\"");
    told.assert_shows("name=\"rescreen\" value=\"on\" checked");
    let mappings = fixture.store().mappings(&workspace()).await.unwrap();
    assert_eq!((mappings.len(), mappings[0].options.next_step.as_deref()), (1, None));
}

#[tokio::test]
async fn a_link_that_somebody_changed_meanwhile_is_not_unlinked_unseen() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = browser.get(&format!("/agents/{POSTING}")).await;
    let seen = page.hidden("revision");
    let mut file = fixture.file();
    file["mappings"][0]["rescreen"] = json!(true);
    fixture.admin().apply(&Fixture::setup(&file)).await.unwrap();
    let fields = [("connection", "production"), ("requisition", "R00001"), ("revision", seen.as_str())];
    let told = browser.post(&format!("/agents/{POSTING}/unlink"), &fields).await;
    let page = browser.follow(told).await;
    page.assert_shows("Somebody else saved");
    page.assert_shows("screens again");
    let fields = [
        ("connection", "production"),
        ("requisition", "R00001"),
        ("revision", &page.hidden("revision")),
    ];
    let done = browser.post(&format!("/agents/{POSTING}/unlink"), &fields).await;
    assert_eq!(done.leads_to(), format!("/agents/{POSTING} done:unlinked"));
}

/// The same tenant, as another workspace would connect it.
fn of_another_workspace(fixture: &Fixture) -> serde_json::Value {
    let mut file = fixture.file();
    file["workspace"]["id"] = json!("umbrella");
    file["connections"][0]["id"] = json!("umbrella-production");
    file["mappings"] = json!([]);
    file
}

#[tokio::test]
async fn wherever_a_disconnect_breaks_off_a_second_try_is_offered_and_ends_it() {
    let fixture = fixture().await;
    let umbrella = WorkspaceId::new("umbrella").unwrap();
    let mut broken_off = 0;
    for (table_calls, secret_calls) in (0..8).flat_map(|calls| [(calls, 0), (calls, 1)]) {
        // Workday takes five calls a second.
        fixture.clock.advance(Duration::from_secs(30));
        fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
        for (service, skip) in [(Service::DynamoDb, table_calls), (Service::SecretsManager, secret_calls)] {
            let refused = Fault::once(service, "*", When::BeforeEffect, Kind::Refused(400, "AccessDeniedException"));
            fixture.bench.aws.faults().plan(Fault {
                skip,
                times: 1_000,
                ..refused
            });
        }
        let tried = fixture.admin().disconnect(&workspace(), &production()).await;
        fixture.bench.aws.faults().clear();
        if tried.is_err() {
            broken_off += 1;
            let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
            browser.get(CONNECTION).await.assert_shows(">Disconnect</a>");
            fixture.admin().disconnect(&workspace(), &production()).await.unwrap();
        }
        assert!(fixture.store().credential(&workspace(), &production()).await.unwrap().is_none());
        // The tenant is free again.
        fixture
            .admin()
            .apply(&Fixture::setup(&of_another_workspace(&fixture)))
            .await
            .unwrap();
        let theirs = ConnectionId::new("umbrella-production").unwrap();
        fixture.admin().disconnect(&umbrella, &theirs).await.unwrap();
    }
    assert!((9..16).contains(&broken_off), "{broken_off}");
}
