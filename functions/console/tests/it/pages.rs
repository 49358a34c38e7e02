//! The pages in a browser without scripts: sign in, answer the question, connect, link, invite; and who may not.

use crate::browser::Browser;
use crate::fixture::{Fixture, POSTING, fixture, put_order, workspace};
use domain::notice::Topic;
use domain::standing::{ConnectionState, PostingStanding};
use domain::{ConnectionId, Moment, OrderId, OrderState, Work, WorkspaceId};
use heymilo_stand_in::DEFAULT_API_KEY;
use lambda_http::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use store::connection::ConnectionNote;
use store::requisition::RequisitionEntry;
use store::session::Role;

const HOSTILE: &str = "</td><script>alert(1)</script>\"'&\u{202e}";

pub(crate) async fn put_requisitions(fixture: &Fixture, count: usize) {
    for number in 1..=count {
        let entry = RequisitionEntry {
            number: format!("R{number:05}"),
            title: if number == 7 {
                format!("Nurse {HOSTILE}")
            } else {
                format!("Role {number}")
            },
            location: Some("Austin".into()),
            status: Some("Open".into()),
            confidential: number == 8,
            evergreen: number == 9,
            read_at: fixture.clock.now(),
        };
        fixture
            .store()
            .put_requisition(&workspace(), &ConnectionId::new("production").unwrap(), &entry)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_viewer_looks_and_changes_nothing() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    put_requisitions(&fixture, 3).await;
    put_order(&fixture, "skipped", json!({"state": "skipped", "reason": "before_link"})).await;
    let mut browser = Browser::signed_in(&fixture, Role::Viewer).await;
    for path in [
        "/integrations",
        "/integrations/workday/production",
        "/agents",
        &format!("/agents/{POSTING}"),
        "/activity",
        "/settings",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for button in [
            "Connect another",
            "Disconnect",
            "Unlink",
            ">Save<",
            ">Invite<span",
            "Make a new password",
        ] {
            page.assert_hides(button);
        }
    }
    for path in [
        "/integrations/workday/production/disconnect",
        "/settings/who-sends",
        "/activity/skipped/invite",
        "/integrations/workday/new",
    ] {
        assert_eq!(
            browser.post(path, &[("sender", "heymilo")]).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_question_is_asked_on_every_page_until_it_is_answered() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    put_order(
        &fixture,
        "waiting",
        json!({"state": "waiting", "reason": "who_sends_unanswered", "until": 9_000_000_000_000_i64}),
    )
    .await;
    for path in ["/integrations", "/activity", "/settings"] {
        browser.get(path).await.assert_shows("Nobody is invited yet.");
    }
    let answer = browser.post("/settings/who-sends", &[("sender", "we")]).await;
    assert_eq!(answer.leads_to(), "/settings problem:confirmation-missing");
    browser.follow(answer).await.assert_shows("two invitations");
    let answer = browser
        .post("/settings/who-sends", &[("sender", "we"), ("communications_off", "on")])
        .await;
    let page = browser.follow(answer).await;
    page.assert_shows("Confirmed by owner@example.com");
    page.assert_hides("Nobody is invited yet.");
    assert!(crate::mending::released(&fixture).await.contains(&json!({ "of": "who_sends" })));
    let announced = fixture.messages("SweepQueue").await;
    assert!(matches!(&announced.last().unwrap().work, Work::Release { .. }), "{announced:?}");
}

#[tokio::test]
async fn only_the_steps_that_are_left_are_named() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let page = browser.get("/integrations").await;
    for step in [
        "Next steps",
        "approves the permissions",
        "Say who writes",
        "link a job requisition",
        ">Done<",
    ] {
        page.assert_shows(step);
    }
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    browser.get("/integrations").await.assert_hides("Next steps");
}

#[tokio::test]
async fn a_requisition_is_found_among_many_and_linked() {
    let fixture = fixture().await;
    let mut file = fixture.file();
    file["mappings"] = json!([]);
    fixture.admin().apply(&Fixture::setup(&file)).await.unwrap();
    put_requisitions(&fixture, 260).await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    let path = format!("/agents/{POSTING}");
    fixture.clock.advance(Duration::from_mins(3));
    let page = browser.get(&path).await;
    page.assert_shows("1\u{2013}25 of 260");
    page.assert_shows("3 minutes ago");
    page.assert_shows("Nurse &lt;/td&gt;&lt;script&gt;");
    page.assert_runs_no_other_script();
    page.assert_hides("\u{202e}");
    page.assert_shows(">Evergreen</");
    page.assert_hides("Evergreen requisitions are missing");
    let store = fixture.store();
    let production = ConnectionId::new("production").unwrap();
    let production = store.connection(&workspace(), &production).await.unwrap().unwrap();
    store
        .note(
            &production,
            ConnectionNote::EvergreenRead(fixture.clock.now().minus(Duration::from_hours(5))),
        )
        .await
        .unwrap();
    browser
        .get(&path)
        .await
        .assert_says("List read from Workday 3 minutes ago, its evergreen requisitions 5 hours ago.");
    let refused = ConnectionNote::EvergreenRefused(fixture.clock.now());
    store.note(&production, refused).await.unwrap();
    browser.get(&path).await.assert_shows("Evergreen requisitions are missing");
    browser.get(&format!("{path}?page=11")).await.assert_shows("251\u{2013}260 of 260");
    let found = browser.get(&format!("{path}?q=role+110")).await;
    found.assert_shows("1\u{2013}1 of 1");
    let answer = browser
        .post(
            &format!("{path}/link"),
            &[("connection", "production"), ("requisition", "R00001"), ("trigger", "stage")],
        )
        .await;
    let page = browser.follow(answer).await;
    page.assert_shows("Linked.");
    page.assert_shows("by stage move only");
    let linked = store.mappings(&workspace()).await.unwrap().remove(0);
    assert!(linked.standing.posting_deadline.is_some(), "whoever invites knows when it passes");
    page.assert_shows("Recording who is in the stage");
    let answer = browser
        .post(&format!("{path}/link"), &[("connection", "production"), ("requisition", "R99999")])
        .await;
    browser.follow(answer).await.assert_shows("no job requisition of this number");
    let answer = browser
        .post(
            &format!("{path}/unlink"),
            &[("connection", "production"), ("requisition", "R00001")],
        )
        .await;
    browser.follow(answer).await.assert_shows("Unlinked.");
}

#[tokio::test]
async fn refreshing_the_list_is_work_for_the_sweep_which_reads_all_of_it() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    while !fixture.messages("SweepQueue").await.is_empty() {}
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    let answer = browser
        .post("/integrations/workday/production/refresh", &[("posting", POSTING)])
        .await;
    browser.follow(answer).await.assert_shows("being read from Workday");
    let work = fixture.messages("SweepQueue").await.remove(0).work;
    assert!(matches!(work, Work::RefreshRequisitions { .. }), "{work:?}");
    let production = ConnectionId::new("production").unwrap();
    let connection = fixture.store().connection(&workspace(), &production).await.unwrap().unwrap();
    assert!(
        connection.standing.requisition_index.cursor.is_some(),
        "what changed alone is not enough"
    );
}

#[tokio::test]
async fn a_skipped_person_is_invited_by_choice_and_only_once() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    put_order(&fixture, "skipped", json!({"state": "skipped", "reason": "before_link"})).await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    let page = browser.get("/activity").await;
    page.assert_shows("before the requisition was linked");
    page.assert_shows("R00001");
    let answer = browser.post("/activity/skipped/invite", &[]).await;
    assert_eq!(answer.leads_to(), "/activity done:inviting");
    let order = fixture
        .store()
        .order(&workspace(), &OrderId::new("skipped").unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(order.state, OrderState::Confirmed);
    assert!(matches!(
        fixture.messages("OrderQueue").await.remove(0).work,
        Work::AdvanceOrder { .. }
    ));
    let again = browser.post("/activity/skipped/invite", &[]).await;
    assert_eq!(again.leads_to(), "/activity problem:order-not-invitable");
}

#[tokio::test]
async fn disconnecting_asks_first_and_deletes_the_credential() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    browser
        .get("/integrations/workday/production/disconnect")
        .await
        .assert_shows("Keep it");
    let answer = browser.post("/integrations/workday/production/disconnect", &[]).await;
    browser.follow(answer).await.assert_shows("Workday is disconnected.");
    let id = ConnectionId::new("production").unwrap();
    let connection = fixture.store().connection(&workspace(), &id).await.unwrap().unwrap();
    assert_eq!(connection.standing.state, ConnectionState::Disconnected);
    assert!(fixture.store().credential(&workspace(), &id).await.unwrap().is_none());
    assert!(fixture.admin().check_again(&workspace(), &connection.connection).await.is_err());
}

#[tokio::test]
async fn a_push_password_is_shown_once_and_the_one_before_counts_for_a_day() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let id = ConnectionId::new("production").unwrap();
    let before = fixture.store().webhook_credential(&workspace(), &id).await.unwrap().unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let push = "/integrations/workday/production/push";
    let unasked = browser.post(push, &[]).await;
    assert_eq!(unasked.leads_to(), "/integrations/workday/production problem:push-password-in-use");
    assert_eq!(
        fixture.store().webhook_credential(&workspace(), &id).await.unwrap().unwrap(),
        before
    );
    browser.post(push, &[("confirmed", "on")]).await.assert_shows("shown only once");
    let after = fixture.store().webhook_credential(&workspace(), &id).await.unwrap().unwrap();
    assert_ne!(before.current, after.current);
    let (previous, until) = after.previous.unwrap();
    assert_eq!(previous, before.current);
    let left = Moment(until).since(fixture.clock.now());
    assert!(
        left <= Duration::from_hours(24) && left > Duration::from_hours(24) - Duration::from_mins(1),
        "{left:?}"
    );
    browser
        .get("/integrations/workday/production")
        .await
        .assert_hides("shown only once");
}

#[tokio::test]
async fn whether_a_push_password_is_used_and_which_one_a_new_one_ends_is_said_before_it_is_made() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let path = "/integrations/workday/production";
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    fixture.clock.advance(Duration::from_mins(3));
    let page = browser.get(path).await;
    page.assert_says("A password is in use, made 3 minutes ago. No push came in the last 30 days.");
    page.assert_says("Pushes with the password in use stop 24 hours after you make a new one.");
    page.assert_hides("Two passwords count now.");
    browser.post(&format!("{path}/push"), &[("confirmed", "on")]).await;
    let about = store::hint::About::Application {
        connection: ConnectionId::new("production").unwrap(),
        assessment: None,
        assess_event: None,
        requisition: None,
        application: Some("JOB_APPLICATION-1".into()),
        candidate: None,
    };
    let hint = store::hint::Hint::new(workspace(), about, fixture.clock.now());
    fixture.store().record_push(&hint, None).await.unwrap();
    fixture.clock.advance(Duration::from_mins(2));
    let page = browser.get(path).await;
    page.assert_says("made 2 minutes ago. The last push came 2 minutes ago with the older password: put the new one into Workday before");
    let id = ConnectionId::new("production").unwrap();
    let made_at = fixture
        .store()
        .webhook_credential(&workspace(), &id)
        .await
        .unwrap()
        .unwrap()
        .made_at;
    let hint = store::hint::Hint::new(workspace(), hint.about, fixture.clock.now());
    fixture.store().record_push(&hint, made_at).await.unwrap();
    let page = browser.get(path).await;
    page.assert_says("with the new password.");
    page.assert_says("Two passwords count now. If you make a new one, pushes with the older one,");
}

#[tokio::test]
async fn another_workspaces_ids_are_unknown() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut file = fixture.file();
    file["workspace"]["id"] = json!("umbrella");
    file["connections"][0]["id"] = json!("theirs");
    file["mappings"][0]["connection"] = json!("theirs");
    fixture.admin().apply(&Fixture::setup(&file)).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    browser.get("/integrations").await.assert_hides("theirs");
    for path in [
        "/integrations/workday/theirs",
        "/integrations/workday/theirs/connect",
        "/integrations/workday/theirs/disconnect",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.assert_shows("Nothing here");
    }
    for action in ["disconnect", "push", "check", "settings", "refresh"] {
        browser
            .post(&format!("/integrations/workday/theirs/{action}"), &[("poll_minutes", "5")])
            .await;
    }
    let theirs = WorkspaceId::new("umbrella").unwrap();
    let connection = fixture
        .store()
        .connection(&theirs, &ConnectionId::new("theirs").unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (connection.standing.state, connection.options.poll_seconds),
        (ConnectionState::Active, 300)
    );
}

#[tokio::test]
async fn while_heymilo_is_down_the_pages_still_show_what_is_known() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let faults = format!("{}/__stand-in/faults", fixture.heymilo.url);
    fixture
        .control(&faults, Some(json!({"operation": "*", "times": 2, "kind": "http503"})))
        .await;
    let page = browser.get("/agents").await;
    page.assert_shows("HeyMilo did not answer");
    page.assert_shows("Linked agents");
    let page = browser.get(&format!("/agents/{POSTING}")).await;
    page.assert_shows("HeyMilo did not answer");
    page.assert_shows("R00001");
}

#[tokio::test]
async fn what_keeps_an_agents_screenings_stands_on_its_page_and_on_the_connections_with_what_to_do() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let standing: PostingStanding = serde_json::from_value(json!({
        "workspace": "acme", "posting": POSTING, "succeeded_at": 0, "next_at": 1,
        "problem": { "since": 0, "obstacle": "unknown_id", "words": "HeyMilo has no such agent for this key" }
    }))
    .unwrap();
    fixture.store().note_posting(&standing).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Viewer).await;
    for path in [format!("/agents/{POSTING}"), "/integrations/workday/production".to_owned()] {
        let page = browser.get(&path).await;
        page.assert_shows("HeyMilo has no such agent for this key");
        page.assert_shows("Link its requisitions to another agent");
    }
}

#[tokio::test]
async fn a_new_key_is_checked_before_it_replaces_the_old_one() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    let answer = browser.post("/settings/heymilo", &[("api_key", "wrong")]).await;
    assert_eq!(answer.leads_to(), "/settings problem:api-key-refused");
    browser.get("/agents").await.assert_shows("/agents/13D77095");
    let answer = browser.post("/settings/heymilo", &[("api_key", DEFAULT_API_KEY)]).await;
    assert_eq!(answer.leads_to(), "/settings done:saved");
}

#[tokio::test]
async fn odd_requests_are_answered_without_a_server_error() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut browser = Browser::signed_in(&fixture, Role::Owner).await;
    for path in [
        "/nothing",
        "/integrations/workday/",
        "/integrations/workday/a%00b",
        "/agents/%2e%2e",
        "/agents/x?page=99999999999",
        "/activity?show=%3Cscript%3E",
        "/settings?problem=%3Cscript%3E",
        "/settings?done=disconnected",
        "/integrations/workday/%23/connect",
    ] {
        let answer = browser.get(path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        answer.assert_runs_no_other_script();
    }
    let large = "x".repeat(70_000);
    let answer = browser
        .post_raw("/settings/who-sends", &[("sec-fetch-site", "same-origin")], &large)
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_screening_has_a_page_with_what_happened_to_it_and_another_workspaces_has_none() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    put_order(
        &fixture,
        "order-1",
        json!({ "state": "completed", "outcome": "completed", "write_problem": HOSTILE }),
    )
    .await;
    let id = domain::OrderId::new("order-1").unwrap();
    let again = domain::order::Action::WriteAgain;
    fixture.admin().act(&workspace(), &id, again, "owner").await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Viewer).await;
    let page = browser.get("/activity/order-1").await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_shows("What happened");
    page.assert_shows("Will be written again");
    page.assert_shows("owner");
    assert_ne!(browser.get("/activity/order-2").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_owner_says_what_the_address_is_told_of_and_an_old_form_changes_nothing_of_it() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let path = "/settings/who-is-told";
    let fields = [
        ("address", "hr@example.com"),
        ("topics", "on"),
        ("connection", "on"),
        ("screenings", "on"),
    ];
    let saved = owner.post(path, &fields).await;
    owner.follow(saved).await.assert_shows("Saved.");
    let not_told = async || {
        let settings = fixture.store().workspace(&workspace()).await.unwrap().unwrap();
        settings.not_told.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(not_told().await, [Topic::WorksAgain]);
    owner.post(path, &[("address", "people@example.com")]).await;
    assert_eq!(not_told().await, [Topic::WorksAgain], "a form without boxes says nothing of them");
    let refused = owner
        .post(path, &[("address", "not an address"), ("topics", "on"), ("works_again", "on")])
        .await;
    refused.assert_shows("name=\"works_again\" value=\"on\" checked");
    assert_eq!(not_told().await, [Topic::WorksAgain]);
}

#[tokio::test]
async fn a_word_about_what_was_done_is_said_once_and_no_address_says_it_for_us() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let linked = owner.get("/settings?done=disconnected&problem=api-key-refused").await;
    assert_eq!(linked.status, StatusCode::OK);
    linked.assert_hides("Workday is disconnected");
    linked.assert_hides("HeyMilo does not accept this API key");
    let answer = owner.post("/settings/who-sends", &[("sender", "heymilo")]).await;
    assert_eq!(answer.leads_to(), "/settings done:answered");
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(
        cookie.contains("note=done:answered; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"),
        "{cookie}"
    );
    owner
        .follow(answer)
        .await
        .assert_shows("Orders that were waiting for this answer go on now.");
    owner
        .get("/settings")
        .await
        .assert_hides("Orders that were waiting for this answer go on now.");
}
