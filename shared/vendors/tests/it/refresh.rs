//! One worker refreshes, the others use what it stores; a failure that passes never ends a connection.

use crate::{bearer, fixture, parked};
use domain::order::WaitReason;
use domain::standing::ConnectionState;
use secrecy::ExposeSecret;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::{Fault, Kind, Service, When};

/// What is left of a pause of which all but a second went by.
const LAST_SECOND: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_callers_of_an_ended_token_make_one_refresh_and_none_fails() {
    let fixture = fixture().await;
    fixture.rotate().await;
    let first = fixture.session().await.unwrap();
    fixture.clock.advance(Duration::from_hours(1));
    fixture
        .control("faults", &json!([{"operation": "OAuth_Token", "kind": "slow", "delay_ms": 300}]))
        .await;
    let connection = fixture.connection().await;
    let callers: Vec<_> = (0..200)
        .map(|_| {
            let (vendors, connection) = (fixture.vendors.clone(), connection.clone());
            tokio::spawn(async move { vendors.workday(&connection).await })
        })
        .collect();
    let mut tokens = BTreeSet::new();
    for caller in callers {
        tokens.insert(bearer(&caller.await.unwrap().unwrap()).to_owned());
    }
    assert_eq!(fixture.refreshes().await, ["ok", "ok"], "one at the start, one for all callers");
    assert_eq!(tokens.len(), 1);
    assert!(!tokens.contains(bearer(&first)));
}

#[tokio::test]
async fn a_token_is_used_until_two_minutes_before_its_end_and_then_replaced() {
    let fixture = fixture().await;
    let first = fixture.session().await.unwrap();
    fixture.clock.advance(Duration::from_mins(57));
    assert_eq!(bearer(&fixture.session().await.unwrap()), bearer(&first));
    fixture.clock.advance(Duration::from_mins(1));
    assert_ne!(bearer(&fixture.session().await.unwrap()), bearer(&first));
    assert_eq!(fixture.refreshes().await.len(), 2);
}

#[tokio::test]
async fn a_token_whose_life_is_shorter_than_the_margin_serves_for_most_of_it() {
    let fixture = fixture().await;
    fixture.control("settings", &json!({"token_seconds": 10})).await;
    for _ in 0..3 {
        let first = fixture.session().await.unwrap();
        for _ in 0..3 {
            fixture.clock.advance(Duration::from_secs(2));
            assert_eq!(bearer(&fixture.session().await.unwrap()), bearer(&first));
        }
        fixture.clock.advance(Duration::from_secs(3));
    }
    assert_eq!(fixture.refreshes().await, ["ok", "ok", "ok"], "one a life");
}

#[tokio::test]
async fn an_empty_refresh_token_in_an_answer_leaves_the_good_one_standing() {
    let fixture = fixture().await;
    fixture.control("settings", &json!({"refresh_tokens": "empty"})).await;
    for _ in 0..2 {
        fixture.session().await.unwrap();
        let kept = fixture.oauth().await;
        assert_eq!(kept.refresh_token.expose_secret(), crate::REFRESH_TOKEN);
        assert!(kept.previous_refresh_token.is_none());
        fixture.clock.advance(Duration::from_hours(1));
    }
    assert_eq!(fixture.refreshes().await, ["ok", "ok"]);
}

/// How the token endpoint can fail for a while.
const PASSING: [&str; 10] = [
    "http503",
    "http429",
    "html",
    "html200",
    "reset",
    "timeout",
    "server_fault",
    "reset_after_effect",
    "timeout_after_effect",
    "truncated",
];

#[tokio::test]
async fn after_a_passing_failure_nobody_asks_for_thirty_seconds_and_the_connection_lives() {
    let fixture = fixture().await;
    for kind in PASSING {
        fixture.connect(crate::REFRESH_TOKEN).await;
        let before = fixture.refreshes().await.len();
        fixture
            .control("faults", &json!([{"operation": "OAuth_Token", "kind": kind, "delay_ms": 20}]))
            .await;
        let trouble = fixture.session().await.unwrap_err();
        assert_eq!(
            parked(&trouble),
            (WaitReason::WorkdayUnavailable, Some(Duration::from_secs(30))),
            "{kind}"
        );
        fixture.clock.advance(Duration::from_secs(29));
        let trouble = fixture.session().await.unwrap_err();
        let (reason, left) = parked(&trouble);
        assert!(
            reason == WaitReason::WorkdayUnavailable && left.is_some_and(|left| left <= LAST_SECOND),
            "{kind}: {left:?}"
        );
        assert_eq!(fixture.refreshes().await.len(), before + 1, "{kind}: asked during the pause");
        fixture.clock.advance(Duration::from_secs(1));
        fixture.session().await.unwrap();
        assert_eq!(fixture.state().await, ConnectionState::Active, "{kind}");
    }
}

#[tokio::test]
async fn the_old_token_serves_while_the_token_endpoint_fails() {
    let fixture = fixture().await;
    let first = fixture.session().await.unwrap();
    fixture.clock.advance(Duration::from_mins(59));
    for kind in PASSING {
        fixture
            .control("faults", &json!([{"operation": "OAuth_Token", "kind": kind, "delay_ms": 20}]))
            .await;
        let (met, cooling) = (fixture.session().await.unwrap(), fixture.session().await.unwrap());
        assert_eq!((bearer(&met), bearer(&cooling)), (bearer(&first), bearer(&first)), "{kind}");
        fixture.connect(crate::REFRESH_TOKEN).await;
        let ends_soon = store::credential::OAuthCredential {
            access_token: Some(bearer(&first).into()),
            access_expires_at: fixture.clock.now().plus(Duration::from_mins(1)),
            ..fixture.oauth().await
        };
        fixture.put(&store::credential::Credential::OAuth(ends_soon)).await;
    }
    assert_eq!(fixture.refreshes().await.len(), 1 + PASSING.len());
}

#[tokio::test]
async fn the_token_endpoint_may_ask_for_a_longer_pause() {
    let fixture = fixture().await;
    fixture
        .control(
            "faults",
            &json!([{"operation": "OAuth_Token", "kind": "http429", "retry_after": 90}]),
        )
        .await;
    let trouble = fixture.session().await.unwrap_err();
    assert_eq!(parked(&trouble).1, Some(Duration::from_secs(90)));
    fixture.clock.advance(Duration::from_secs(89));
    let left = parked(&fixture.session().await.unwrap_err()).1;
    assert!(left.is_some_and(|left| left <= LAST_SECOND), "{left:?}");
    assert_eq!(fixture.refreshes().await.len(), 1);
}

#[tokio::test]
async fn a_rotated_token_is_written_until_the_table_takes_it() {
    let fixture = fixture().await;
    fixture.rotate().await;
    fixture.aws.faults().plan(Fault {
        times: 7,
        ..Fault::once(Service::DynamoDb, "PutItem", When::BeforeEffect, Kind::Unavailable)
    });
    fixture.session().await.unwrap();
    assert_eq!(fixture.aws.faults().left(), 0);
    assert_ne!(fixture.oauth().await.refresh_token.expose_secret(), crate::REFRESH_TOKEN);
    assert_eq!(fixture.refreshes().await, ["ok"]);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_counts() {
    let fixture = fixture().await;
    fixture.rotate().await;
    let lost = Fault::once(Service::DynamoDb, "PutItem", When::AfterEffect, Kind::Disconnects);
    fixture.aws.faults().plan(lost);
    let session = fixture.session().await.unwrap();
    assert_eq!(bearer(&session), fixture.oauth().await.access_token.unwrap().expose_secret());
    assert_eq!(fixture.refreshes().await, ["ok"]);
}
