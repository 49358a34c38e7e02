//! What waits for a person: found however much else there is, and each reason with something that can be done.

use crate::browser::Browser;
use crate::fixture::{Fixture, fixture, put_order, workspace};
use domain::{OrderId, Work};
use serde_json::{Value, json};
use store::session::Role;

async fn stands(fixture: &Fixture, order: &str) -> Value {
    let order = fixture.store().order(&workspace(), &OrderId::new(order).unwrap()).await.unwrap();
    serde_json::to_value(order.unwrap()).unwrap()
}

#[tokio::test]
async fn an_order_that_needs_a_person_is_listed_however_many_changed_since() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let state = json!({ "state": "needs_review", "reason": "effect_unproven", "candidate": "C77777" });
    put_order(&fixture, "forgotten", state).await;
    for number in 0..210 {
        put_order(
            &fixture,
            &format!("later-{number}"),
            json!({ "state": "invited", "updated_at": 5_000 + number }),
        )
        .await;
    }
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    browser.get("/activity?show=attention").await.assert_shows("C77777");
}

#[tokio::test]
async fn what_needs_a_person_is_paged_and_nothing_is_on_two_pages() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    for number in 0..60 {
        let state = json!({ "state": "needs_review", "reason": "recipient_not_allowed", "candidate": format!("C{number:05}") });
        put_order(&fixture, &format!("order-{number}"), state).await;
    }
    let first = fixture.admin().reviews(&workspace(), None).await.unwrap();
    let second = fixture.admin().reviews(&workspace(), first.next.clone()).await.unwrap();
    let mut seen: Vec<String> = first
        .orders
        .iter()
        .chain(&second.orders)
        .map(|order| order.order.to_string())
        .collect();
    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), second.next), (60, None));
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    let page = browser.get("/activity?show=attention").await;
    let more = page
        .text
        .split("href=\"")
        .find(|link| link.starts_with("/activity?show=attention&amp;after="));
    let more = more.unwrap().split('"').next().unwrap().replace("&amp;", "&");
    browser.get(&more).await.assert_shows("/activity/order-");
}

#[tokio::test]
async fn whatever_was_given_up_can_be_invited_again_from_its_page() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    for (state, reason) in [
        ("needs_review", "already_screened"),
        ("needs_review", "interview_shared"),
        ("needs_review", "recipient_not_allowed"),
        ("needs_review", "effect_unproven"),
        ("needs_review", "interview_over"),
        ("refused", "requisition_not_linked"),
        ("refused", "candidate_without_email"),
        ("refused", "left_stage_before_invite"),
        ("refused", "candidate_withdrawn"),
        ("refused", "refused_by_heymilo"),
        ("refused", "email_refused"),
    ] {
        put_order(&fixture, reason, json!({ "state": state, "reason": reason })).await;
        while !fixture.messages("OrderQueue").await.is_empty() {}
        browser
            .get(&format!("/activity/{reason}"))
            .await
            .assert_shows(&format!("/activity/{reason}/invite"));
        let answer = browser.post(&format!("/activity/{reason}/invite"), &[]).await;
        assert_eq!(answer.leads_to(), "/activity done:inviting", "{reason}");
        assert_eq!(stands(&fixture, reason).await["state"], "confirmed", "{reason}");
        let work = fixture.messages("OrderQueue").await.remove(0).work;
        assert!(matches!(work, Work::AdvanceOrder { .. }), "{reason}: {work:?}");
    }
}

#[tokio::test]
async fn what_a_person_closes_ends_with_words_for_the_recruiter_and_may_be_started_again() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    put_order(
        &fixture,
        "order-1",
        json!({ "state": "needs_review", "reason": "interview_shared" }),
    )
    .await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    let answer = browser.post("/activity/order-1/close", &[]).await;
    assert_eq!(answer.leads_to(), "/activity done:closed");
    assert_eq!(stands(&fixture, "order-1").await["reason"], "closed_by_a_person");
    let told = fixture.messages("WritebackQueue").await.remove(0).work;
    assert!(matches!(told, Work::WriteBack { .. }), "{told:?}");
    assert_eq!(fixture.admin().reviews(&workspace(), None).await.unwrap().orders.len(), 0);
    let answer = browser.post("/activity/order-1/invite", &[]).await;
    assert_eq!(answer.leads_to(), "/activity done:inviting");
    let attempt = stands(&fixture, "order-1").await["attempt"].clone();
    assert_eq!(
        attempt, 2,
        "with the agent that is linked now, and not with the interview of before"
    );
}

#[tokio::test]
async fn what_waits_is_looked_at_at_once_where_a_person_says_so() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let later = fixture.clock.now().plus(std::time::Duration::from_hours(1));
    let waits = json!({ "state": "waiting", "reason": "email_sender_refused", "until": later });
    put_order(&fixture, "order-1", waits).await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    let answer = browser.post("/activity/order-1/release", &[]).await;
    assert_eq!(answer.leads_to(), "/activity done:released");
    let work = fixture.messages("OrderQueue").await.remove(0).work;
    assert!(matches!(work, Work::AdvanceOrder { .. }), "{work:?}");
}

#[tokio::test]
async fn a_result_that_is_kept_is_read_and_adopted_or_left_aside_from_its_page() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    for (reason, action, done, state) in [
        ("late_result", "adopt", "adopted", "completed"),
        ("interview_over", "adopt", "adopted", "completed"),
        ("late_result", "close", "left-aside", "withdrawn"),
        ("interview_over", "close", "closed", "refused"),
    ] {
        let order = format!("{reason}-{action}").replace('_', "-");
        let row = json!({
            "state": "needs_review", "reason": reason, "kept_outcome": "shortlisted", "result_version": 1, "result_fingerprint": "f",
        });
        put_order(&fixture, &order, row).await;
        while !fixture.messages("WritebackQueue").await.is_empty() {}
        let page = browser.get(&format!("/activity/{order}")).await;
        page.assert_shows("View report");
        page.assert_shows(&format!("/activity/{order}/{action}"));
        let answer = browser.post(&format!("/activity/{order}/{action}"), &[]).await;
        assert_eq!(answer.leads_to(), format!("/activity done:{done}"), "{order}");
        assert_eq!(stands(&fixture, &order).await["state"], state, "{order}");
        let told = !fixture.messages("WritebackQueue").await.is_empty();
        assert_eq!(told, state != "withdrawn", "{order}: Workday stays as the withdrawal left it");
    }
}

#[tokio::test]
async fn where_no_result_is_kept_there_is_none_to_adopt() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    put_order(&fixture, "order-1", json!({ "state": "needs_review", "reason": "interview_over" })).await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    assert!(!browser.get("/activity/order-1").await.text.contains("/adopt"));
    let answer = browser.post("/activity/order-1/adopt", &[]).await;
    assert!(answer.leads_to().contains(" problem:"), "{}", answer.leads_to());
}

#[tokio::test]
async fn why_workday_does_not_take_a_record_is_said_once_and_names_what_it_does_not_permit() {
    let fixture = fixture().await;
    fixture.connect_heymilo().await;
    let problem = "Workday does not permit Assess_Candidate: The task submitted is not authorized.";
    let row = json!({ "state": "invited", "write_problem": problem });
    put_order(&fixture, "order-1", row).await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    for page in ["/activity", "/activity/order-1"] {
        let page = browser.get(page).await;
        page.assert_shows(problem);
        assert_eq!(page.text.matches("Workday does not").count(), 1, "{}", page.text);
        page.assert_hides("Refused by Workday");
    }
}

#[tokio::test]
async fn what_has_failed_for_a_day_is_listed_with_words_and_a_button_that_tries_it_now() {
    let fixture = fixture().await;
    fixture.admin().apply(&Fixture::setup(&fixture.file())).await.unwrap();
    put_order(
        &fixture,
        "order-1",
        json!({ "state": "invited", "failing_since": 0, "needs_a_look": true }),
    )
    .await;
    let mut browser = Browser::signed_in(&fixture, Role::Admin).await;
    for page in ["/activity?show=attention", "/activity/order-1"] {
        browser.get(page).await.assert_shows("Needs a look");
    }
    while !fixture.messages("WritebackQueue").await.is_empty() {}
    let answer = browser.post("/activity/order-1/release", &[]).await;
    assert_eq!(answer.leads_to(), "/activity done:released");
    let work = fixture.messages("WritebackQueue").await.remove(0).work;
    assert!(matches!(work, Work::WriteBack { .. }), "{work:?}");
}
