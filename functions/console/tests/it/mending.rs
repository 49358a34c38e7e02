//! What a person must mend is shown, and what waited for it goes on.

use crate::browser::Browser;
use crate::fixture::{Fixture, POSTING, fixture, workspace};
use domain::ConnectionId;
use domain::part::{Part, PartStanding};
use domain::standing::Lost;
use serde_json::json;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::session::Role;

/// The causes whose parked work is to be released, by the due rows.
pub(crate) async fn released(fixture: &Fixture) -> Vec<serde_json::Value> {
    let rows = fixture.store().due_rows(&workspace()).await.unwrap();
    let works = rows.iter().map(|row| serde_json::to_value(&row.work).unwrap());
    works
        .filter(|work| work["kind"] == "release")
        .map(|work| work["cause"].clone())
        .collect()
}

#[tokio::test]
async fn whatever_a_person_mends_releases_what_waited_for_it() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let workday = json!({ "of": "workday", "connection": "production" });
    assert!(released(&fixture).await.contains(&workday), "connecting");
    let key = json!({ "of": "heymilo_key" });
    fixture.connect_heymilo().await;
    assert!(released(&fixture).await.contains(&key), "a key");
    let connection = ConnectionId::new("production").unwrap();
    let known = fixture.admin().connection(&workspace(), &connection).await.unwrap();
    let since = |rows: Vec<store::due::Due>| {
        let works = rows.iter().map(|row| serde_json::to_value(&row.work).unwrap());
        works
            .filter(|work| work["cause"] == workday)
            .map(|work| work["since"].clone())
            .next()
    };
    let before = since(fixture.store().due_rows(&workspace()).await.unwrap());
    fixture.clock.advance(Duration::from_secs(1));
    let saved = fixture
        .admin()
        .change_settings(&workspace(), &connection, known.revision, known.options)
        .await;
    saved.unwrap();
    let after = since(fixture.store().due_rows(&workspace()).await.unwrap());
    assert_ne!(before, after, "saving the settings");
}

#[tokio::test]
async fn a_permission_that_workday_withholds_stands_on_the_connections_page() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let id = ConnectionId::new("production").unwrap();
    let connection = fixture.admin().connection(&workspace(), &id).await.unwrap();
    let withheld = std::collections::BTreeMap::from([("Get_Assess_Candidate".to_owned(), fixture.clock.now())]);
    fixture.store().note(&connection, ConnectionNote::Withheld(withheld)).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Viewer).await;
    let page = browser.get("/integrations/workday/production").await;
    page.assert_shows("A permission is missing.");
    page.assert_shows("Get_Assess_Candidate");
}

#[tokio::test]
async fn what_stopped_a_part_of_the_poll_stands_on_the_connections_page_with_since_when_and_what_to_do() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let id = ConnectionId::new("production").unwrap();
    let connection = fixture.admin().connection(&workspace(), &id).await.unwrap();
    let began = fixture.clock.now().minus(Duration::from_hours(2));
    let stage = json!({
        "succeeded_at": began.minus(Duration::from_mins(5)),
        "problem": { "since": began, "at": began, "obstacle": "pages_repeat", "words": "the pages of Workday do not go forward" },
    });
    let stopped = ConnectionNote::Looked(Part::Stage, serde_json::from_value(stage).unwrap());
    fixture.store().note(&connection, stopped).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Viewer).await;
    let page = browser.get("/integrations/workday/production").await;
    page.assert_shows("Assessment stage");
    page.assert_says("Stopped 2 hours ago");
    page.assert_shows("the pages of Workday do not go forward");
    page.assert_shows("Nothing is lost");
    fixture
        .store()
        .note(
            &connection,
            ConnectionNote::Looked(Part::Stage, PartStanding::succeeded(fixture.clock.now())),
        )
        .await
        .unwrap();
    let page = browser.get("/integrations/workday/production").await;
    page.assert_hides("do not go forward");
}

#[tokio::test]
async fn a_linked_requisition_that_workday_does_not_know_says_so_where_it_is_linked() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mapping = fixture.store().mappings(&workspace()).await.unwrap().remove(0);
    let since = fixture.clock.now().minus(Duration::from_hours(3));
    let lost = Lost { since, looked_at: since };
    assert!(fixture.store().note_lost(&mapping, Some(lost)).await.unwrap());
    let mut browser = Browser::signed_in(&fixture, Role::Viewer).await;
    let page = browser.get(&format!("/agents/{POSTING}")).await;
    page.assert_shows("Unknown to Workday");
    page.assert_says("first noticed 3 hours ago");
    assert!(fixture.store().note_lost(&mapping, None).await.unwrap());
    browser.get(&format!("/agents/{POSTING}")).await.assert_hides("Unknown to Workday");
}
