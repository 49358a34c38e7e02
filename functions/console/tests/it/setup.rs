//! The setup guide: ticked by what was tried out and what Workday took, and a test candidate who is nobody real.

use crate::browser::Browser;
use crate::fixture::{Fixture, fixture, put_order, workspace};
use crate::why::candidate;
use domain::preflight::{Capability, Preflight, Verdict};
use domain::settings::Connection;
use domain::{ConnectionId, Moment, OrderId, Work};
use lambda_http::http::StatusCode;
use serde_json::json;
use std::collections::BTreeMap;
use store::connection::ConnectionNote;
use store::session::Role;

const PAGE: &str = "/integrations/workday/production/setup";
const DANA: &str = "JOB_APPLICATION-3-1";

async fn connected() -> Fixture {
    let fixture = Box::pin(fixture()).await;
    Box::pin(fixture.admin().apply(&Fixture::setup(&fixture.file()))).await.unwrap();
    fixture
}

async fn connection(fixture: &Fixture) -> Connection {
    let id = ConnectionId::new("production").unwrap();
    fixture.store().connection(&workspace(), &id).await.unwrap().unwrap()
}

async fn keep(fixture: &Fixture, verdict: impl Fn(Capability) -> Verdict) {
    let verdicts = Capability::ALL.into_iter().map(|one| (one.operation().to_owned(), verdict(one)));
    let found = Preflight {
        workspace: workspace(),
        connection: ConnectionId::new("production").unwrap(),
        ran_at: fixture.clock.now(),
        verdicts: verdicts.collect(),
        agents: BTreeMap::new(),
    };
    fixture.store().put_preflight(&found).await.unwrap();
}

#[tokio::test]
async fn before_anything_was_tried_out_nothing_is_said_to_work() {
    let fixture = connected().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let page = owner.get(PAGE).await;
    page.assert_shows("It was not tried out yet");
    page.assert_shows("Unproven until first used");
    page.assert_hides(">Works<");
    page.assert_hides(">Proven<");
}

#[tokio::test]
async fn a_missing_permission_is_named_by_the_policy_that_gives_it() {
    for capability in Capability::ALL {
        let fixture = connected().await;
        let refused = Verdict::Failed {
            words: "The task submitted is not authorized.".to_owned(),
        };
        keep(&fixture, |one| if one == capability { refused.clone() } else { Verdict::Passed }).await;
        let mut viewer = Browser::signed_in(&fixture, Role::Viewer).await;
        let page = viewer.get(PAGE).await;
        page.assert_shows("Workday said: The task submitted is not authorized.");
        for policy in capability.policies() {
            page.assert_shows(policy);
        }
        assert_eq!(page.text.matches(">Missing<").count(), 1, "{capability:?}");
    }
}

#[tokio::test]
async fn what_workday_took_of_us_is_proven_and_what_was_only_tried_is_likely() {
    let fixture = connected().await;
    keep(&fixture, |_| Verdict::Likely).await;
    let now = fixture.clock.now();
    let taken = ["Assess_Candidate", "HEYMILO_INVITED"].map(|name| (name.to_owned(), now));
    let note = ConnectionNote::Proven(BTreeMap::from(taken));
    fixture.store().note(&connection(&fixture).await, note).await.unwrap();
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let page = owner.get(PAGE).await;
    assert_eq!(page.text.matches(">Proven<").count(), 2, "the operation and the status");
    page.assert_shows(">Likely<");
}

#[tokio::test]
async fn an_owner_has_it_tried_out_at_once() {
    let fixture = connected().await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let answer = owner.post(&format!("{PAGE}/try"), &[]).await;
    owner.follow(answer).await.assert_shows("It is being tried out.");
    let announced = fixture.messages("SweepQueue").await;
    assert!(announced.iter().any(|message| matches!(message.work, Work::TryOut { .. })));
}

#[tokio::test]
async fn nobody_real_becomes_the_test_candidate() {
    let fixture = connected().await;
    let number = candidate(&fixture, DANA).await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let path = format!("{PAGE}/test-candidate");
    let unconfirmed = owner.post(&path, &[("number", &number)]).await;
    assert_eq!(unconfirmed.status, StatusCode::UNPROCESSABLE_ENTITY);
    unconfirmed.assert_shows("Please confirm that this is a person");
    unconfirmed.assert_shows(&format!("value=\"{number}\""));
    let fields = [("number", number.as_str()), ("confirmed", "on")];
    owner.post(&path, &fields).await.assert_shows("is not on this connection");
    let elsewhere = owner.post(&path, &[("number", "C99999"), ("confirmed", "on")]).await;
    elsewhere.assert_shows("shows no application of this number");
    assert!(
        fixture
            .store()
            .trial(&workspace(), &connection(&fixture).await.connection)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn each_stage_of_the_test_candidate_is_ticked_as_it_happens() {
    let fixture = connected().await;
    let mut allowed = connection(&fixture).await;
    allowed.options.allowed_recipients = vec!["@example.com".to_owned()];
    fixture.store().save_connection(&allowed, &[]).await.unwrap();
    let number = candidate(&fixture, DANA).await;
    let mut owner = Browser::signed_in(&fixture, Role::Owner).await;
    let fields = [("number", number.as_str()), ("confirmed", "on")];
    let named = owner.post(&format!("{PAGE}/test-candidate"), &fields).await;
    let page = owner.follow(named).await;
    page.assert_shows("Move them into the Assessment stage in Workday");
    assert_eq!(page.text.matches(">Not yet<").count(), 6);
    let row = json!({
        "workspace": "acme", "connection": "production", "requisition": "R00001", "application": DANA, "candidate": number,
        "visit": 1, "in_stage": true, "attempt": 1, "screened": true, "seen_at": Moment(0), "version": 0,
    });
    fixture
        .store()
        .save_application(&serde_json::from_value(row).unwrap())
        .await
        .unwrap();
    let order = OrderId::derive(&allowed.connection, &domain::JobApplicationId::new(DANA).unwrap(), 1);
    put_order(&fixture, order.as_str(), json!({ "state": "invited" })).await;
    let page = owner.get(PAGE).await;
    assert_eq!(page.text.matches(">Not yet<").count(), 5, "found");
    page.assert_shows(&format!("href=\"/activity/{order}\""));
}
