//! Whether a connection works stands on every page; and the ids by which Workday and we understand each other are mended there.

use crate::browser::Browser;
use crate::fixture::{Fixture, POSTING, fixture, workspace};
use domain::ConnectionId;
use domain::settings::Connection;
use domain::standing::SeenIds;
use lambda_http::http::StatusCode;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::connection::ConnectionNote;
use store::session::Role;

const PAGE: &str = "/integrations/workday/production";

pub(crate) const REFERENCE_IDS: [(&str, &str); 10] = [
    ("send_statuses", "SEND"),
    ("invited_status", "INVITED"),
    ("in_progress_status", "IN_PROGRESS"),
    ("completed_status", "COMPLETED"),
    ("expired_status", "EXPIRED"),
    ("error_status", "ERROR"),
    ("tests", "OUR_TEST\r\nOUR_OLD_TEST"),
    ("assessment_stage", "ASSESSMENT"),
    ("document_category", "REPORTS"),
    ("document_category_type", "Document_Category_ID"),
];

async fn production(fixture: &Fixture) -> Connection {
    let id = ConnectionId::new("production").unwrap();
    fixture.admin().connection(&workspace(), &id).await.unwrap()
}

/// What every page says while a connection is in trouble, and the button beside it.
async fn is_told(fixture: &Fixture, words: &str, button: &str, leads_to: &str) {
    let mut owner = Browser::signed_in(fixture, Role::Owner).await;
    for path in [
        "/integrations",
        "/agents",
        &format!("/agents/{POSTING}"),
        "/activity",
        "/people",
        "/settings",
    ] {
        let page = owner.get(path).await;
        page.assert_shows(words);
        page.assert_shows(&format!("href=\"{leads_to}\">{button}</a>"));
    }
    owner
        .get("/integrations")
        .await
        .assert_hides("badge good\">Workday Integration Active");
    // Its own page says more than the bar.
    owner.get(PAGE).await.assert_hides(words);
    let mut viewer = Browser::signed_in(fixture, Role::Viewer).await;
    let page = viewer.get("/activity").await;
    page.assert_shows(words);
    page.assert_shows(&format!("href=\"{PAGE}\">See what is wrong</a>"));
}

#[tokio::test]
async fn access_that_workday_ended_stands_on_every_page_with_the_button_that_mends_it() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let well = owner.get("/activity").await;
    well.assert_hides("Workday no longer accepts");
    let known = production(&fixture).await;
    let stored = fixture.store().credential(&workspace(), &known.connection).await.unwrap().unwrap();
    let now = fixture.clock.now();
    fixture.store().require_reauthorization(&known, stored.version, now).await.unwrap();
    let form = format!("{PAGE}/connect");
    is_told(
        &fixture,
        "Workday no longer accepts the access. Nobody",
        "Enter a new refresh token",
        &form,
    )
    .await;
}

#[tokio::test]
async fn a_permission_that_is_missing_and_a_part_that_stopped_stand_on_every_page_while_the_card_does_not_say_active() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let known = production(&fixture).await;
    let withheld = BTreeMap::from([("Move_Candidate".to_owned(), fixture.clock.now())]);
    fixture.store().note(&known, ConnectionNote::Withheld(withheld)).await.unwrap();
    is_told(&fixture, "Workday refuses something", "See what is wrong", PAGE).await;
}

#[tokio::test]
async fn reference_ids_are_mended_on_a_page_and_what_waited_for_a_right_one_goes_on() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    owner.get(PAGE).await.assert_shows("Change reference IDs");
    let path = format!("{PAGE}/reference-ids");
    owner.get(&path).await.assert_shows("value=\"HEYMILO_INVITED\"");
    let mut fields = REFERENCE_IDS.to_vec();
    fields[1].1 = "";
    let refused = owner.post(&path, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows("id=\"invited_status-error\"");
    refused.assert_shows("value=\"IN_PROGRESS\"");
    let saved = owner.post(&path, &REFERENCE_IDS).await;
    let page = owner.follow(saved).await;
    page.assert_shows("Saved.");
    page.assert_shows("OUR_TEST, OUR_OLD_TEST");
    let now = production(&fixture).await;
    assert_eq!(now.options.identifiers.invited_status, "INVITED");
    assert_eq!(now.options.identifiers.document_category_type, "Document_Category_ID");
    let released = crate::mending::released(&fixture).await;
    assert!(
        released.contains(&json!({ "of": "workday", "connection": "production" })),
        "{released:?}"
    );
}

#[tokio::test]
async fn what_workday_showed_is_offered_and_an_id_that_it_never_showed_is_called_unproven() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let path = format!("{PAGE}/reference-ids");
    let before = owner.get(&path).await;
    before.assert_says("Not seen in Workday yet, so nobody can say whether it is right");
    before.assert_hides("Workday knows it");
    let seen = SeenIds {
        statuses: ["HEYMILO_INVITED", "ANOTHER_STATUS"].map(str::to_owned).into(),
        tests: BTreeSet::from(["THEIR_TEST".to_owned()]),
    };
    let note = ConnectionNote::Seen(seen);
    fixture.store().note(&production(&fixture).await, note).await.unwrap();
    let page = owner.get(&path).await;
    page.assert_says("Workday knows it");
    page.assert_shows("<option value=\"ANOTHER_STATUS\">");
    page.assert_says("Seen in Workday as well: ANOTHER_STATUS, HEYMILO_INVITED");
    page.assert_says("Seen in Workday as well: THEIR_TEST");
}

#[tokio::test]
async fn saving_settings_rounds_nothing_that_was_left_alone_and_says_where_nothing_starts_a_screening() {
    let fixture = fixture().await;
    let mut file = fixture.file();
    file["connections"][0]["poll_seconds"] = json!(10);
    fixture.admin().apply(&Fixture::setup(&file)).await.unwrap();
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let saved = owner.post(&format!("{PAGE}/settings"), &[("poll_minutes", "1")]).await;
    owner.follow(saved).await.assert_shows("Nothing starts a screening.");
    assert_eq!(production(&fixture).await.options.poll_seconds, 10);
}
