//! What a script of ours keeps up to date on the pages: moments, and work under way.

use crate::boundaries::furnished;
use crate::browser::Browser;
use crate::company::tied;
use crate::fixture::{Fixture, POSTING, fixture, workspace};
use crate::routes;
use domain::ConnectionId;
use domain::part::{Cursor, Obstacle, Part, PartStanding, Problem};
use store::connection::ConnectionNote;
use store::session::Role;

/// A page without what stands in its `time` elements.
fn without_times(page: &str) -> String {
    let mut parts = page.split("<time ");
    let before = parts.next().unwrap_or_default().to_owned();
    let after = parts.map(|part| part.split_once("</time>").expect("a time element ends").1);
    after.fold(before, |text, part| text + part)
}

fn naked_moment(text: &str) -> Option<&str> {
    let words = [
        " minute ago",
        " minutes ago",
        " hour ago",
        " hours ago",
        " day ago",
        " days ago",
        "just now",
    ];
    let is_clock = |at: usize| text[..at].ends_with(|last: char| last.is_ascii_digit());
    let clock = text.match_indices(" UTC").map(|(at, _)| at).find(|at| is_clock(*at));
    let found = clock.or_else(|| words.iter().find_map(|words| text.find(words)))?;
    text.get(found.saturating_sub(60)..)?.get(..80)
}

#[tokio::test]
async fn every_moment_on_every_page_is_one_that_programs_can_read() {
    let fixture = tied().await;
    let ids = furnished(&fixture).await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    owner.post("/integrations/workday/production/connect-link", &[]).await;
    let mut shown = 0;
    let mut walked = routes::of("GET").iter().flat_map(|pattern| ids.fill(pattern)).collect::<Vec<_>>();
    // A mail is shown in the words in which it is sent.
    walked.retain(|path| !path.starts_with("/settings/invitation"));
    for path in walked.iter().map(String::as_str).chain(["/activity?show=attention"]) {
        let page = owner.get(path).await;
        shown += page.text.matches("<time datetime=\"").count();
        assert_eq!(naked_moment(&without_times(&page.text)), None, "{path}");
    }
    assert!(shown >= 12, "only {shown} moments were seen");
}

#[tokio::test]
async fn a_list_that_is_being_read_says_how_many_it_has_and_only_then_looks_again_by_itself() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let id = ConnectionId::new("production").unwrap();
    let connection = fixture.store().connection(&workspace(), &id).await.unwrap().unwrap();
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let now = fixture.clock.now();
    let read = PartStanding::succeeded(now);
    let cursor = Cursor {
        rows: 1_601,
        ..Cursor::beginning(now)
    };
    let problem = Problem {
        since: now,
        obstacle: Obstacle::Unavailable,
        words: "Workday did not answer in time.".into(),
    };
    let reading = "id=\"list-read\" role=\"status\" data-under-way>";
    let path = format!("/agents/{POSTING}");
    for (standing, is_under_way) in [
        (PartStanding::default(), true),
        (read.clone(), false),
        (read.goes_on(cursor.clone(), now), true),
        (read.stopped(problem, Some(cursor), now), false),
    ] {
        let note = ConnectionNote::Looked(Part::RequisitionIndex, standing.clone());
        fixture.store().note(&connection, note).await.unwrap();
        let page = owner.get(&path).await;
        assert_eq!(page.text.contains(reading), is_under_way, "{standing:?}");
        let tells = page.text.contains("It is being read now: 1,601 so far.");
        assert_eq!(tells, is_under_way && standing.cursor.is_some(), "{standing:?}");
        page.assert_hides("http-equiv");
    }
}
