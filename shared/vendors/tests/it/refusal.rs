//! When Workday refuses a credential: looked at twice, never against a person who has connected again meanwhile.

use crate::{Fixture, bearer, fixture, parked, read};
use domain::order::WaitReason;
use domain::settings::Connection;
use domain::standing::ConnectionState;
use serde_json::json;
use std::time::Duration;
use store::credential::Credential;
use vendors::workday::Workday;
use work::Trouble;

/// Between two refusals that count.
const FIVE_MINUTES: Duration = Duration::from_mins(5);

impl Fixture {
    /// Whether the connection says that its access was refused, and nothing worked since.
    async fn is_degraded(&self) -> bool {
        let standing = serde_json::to_value(self.connection().await.standing).unwrap();
        standing["refused_at"].is_i64()
    }

    async fn revoke(&self) {
        self.control("revoke", &json!({})).await;
    }

    /// A call is refused, and the function asks what that means.
    async fn refused_call(&self, session: &Workday) -> Trouble {
        let error = read(session).await.unwrap_err();
        assert!(matches!(error, workday::Error::Unauthorized), "{error:?}");
        session.trouble(error).await
    }

    async fn calls(&self) -> u64 {
        self.record().await["total"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn a_revoked_grant_ends_the_connection_and_nothing_reaches_workday_any_more() {
    let fixture = fixture().await;
    fixture.revoke().await;
    for _ in 0..3 {
        let trouble = fixture.session().await.unwrap_err();
        assert_eq!(parked(&trouble).0, WaitReason::WorkdayCredentialRefused);
    }
    assert_eq!(fixture.state().await, ConnectionState::ReauthorizationRequired);
    assert_eq!(fixture.calls().await, 1, "the refusal and nothing after it");
}

#[tokio::test]
async fn a_person_who_connects_again_during_a_refusal_wins() {
    let fixture = fixture().await;
    fixture.revoke().await;
    fixture
        .control("faults", &json!([{"operation": "OAuth_Token", "kind": "slow", "delay_ms": 400}]))
        .await;
    let person = async {
        while fixture.calls().await == 0 {
            lambda_kit::Clock::system().sleep(Duration::from_millis(10)).await;
        }
        fixture.issue("a-new-token").await;
        fixture.connect("a-new-token").await;
    };
    // The slow answer would be for the old token, which the provider has forgotten.
    let (session, ()) = tokio::join!(fixture.session(), person);
    session.unwrap();
    assert_eq!(fixture.refreshes().await, ["invalid_grant", "ok"]);
    assert_eq!(fixture.state().await, ConnectionState::Active);
}

#[tokio::test]
async fn a_person_who_connects_again_during_a_successful_refresh_wins_too() {
    let fixture = fixture().await;
    fixture.rotate().await;
    fixture
        .control("faults", &json!([{"operation": "OAuth_Token", "kind": "slow", "delay_ms": 400}]))
        .await;
    let person = async {
        while fixture.calls().await == 0 {
            lambda_kit::Clock::system().sleep(Duration::from_millis(10)).await;
        }
        fixture.issue("a-new-token").await;
        fixture.connect("a-new-token").await;
    };
    let (session, ()) = tokio::join!(fixture.session(), person);
    session.unwrap();
    assert_eq!(fixture.refreshes().await.len(), 2, "the person's token was refreshed as well");
    assert_eq!(fixture.state().await, ConnectionState::Active);
}

#[tokio::test]
async fn a_wrong_client_secret_ends_the_connection_when_it_is_refused_again_five_minutes_later() {
    let fixture = fixture().await;
    let oauth = store::credential::OAuthCredential {
        client_secret: "not-the-secret".into(),
        ..fixture.oauth().await
    };
    fixture.put(&Credential::OAuth(oauth)).await;
    let trouble = fixture.session().await.unwrap_err();
    assert_eq!(parked(&trouble).0, WaitReason::WorkdayUnavailable);
    assert_eq!(fixture.state().await, ConnectionState::Active);
    assert!(fixture.is_degraded().await);
    fixture.clock.advance(FIVE_MINUTES);
    let trouble = fixture.session().await.unwrap_err();
    assert_eq!(parked(&trouble).0, WaitReason::WorkdayCredentialRefused);
    assert_eq!(fixture.refreshes().await, ["invalid_client", "invalid_client"]);
    assert_eq!(fixture.state().await, ConnectionState::ReauthorizationRequired);
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_however_young_it_is() {
    let fixture = fixture().await;
    let (first, second) = (fixture.session().await.unwrap(), fixture.session().await.unwrap());
    fixture.revoke().await;
    fixture.issue(crate::REFRESH_TOKEN).await;
    let trouble = fixture.refused_call(&first).await;
    assert_eq!(parked(&trouble), (WaitReason::WorkdayUnavailable, Some(Duration::from_secs(1))));
    fixture.clock.advance(Duration::from_secs(1));
    let renewed = fixture.session().await.unwrap();
    assert_ne!(bearer(&renewed), bearer(&first));
    read(&renewed).await.unwrap();
    // A late refusal of the same old token must not cost the new one.
    let trouble = fixture.refused_call(&second).await;
    assert!(matches!(trouble, Trouble::Again), "{trouble:?}");
    assert_eq!(bearer(&fixture.session().await.unwrap()), bearer(&renewed));
    assert_eq!(fixture.refreshes().await, ["ok", "ok"]);
    assert_eq!(fixture.state().await, ConnectionState::Active);
    assert!(!fixture.is_degraded().await, "the next call that worked said so");
}

#[tokio::test]
async fn one_operations_refusal_is_that_operations_and_ends_no_connection() {
    let fixture = fixture().await;
    for _ in 0..3 {
        let session = fixture.session().await.unwrap();
        // The call itself is refused, and whatever is asked to prove the access is not.
        fixture
            .control(
                "faults",
                &json!([{"operation": "Get_Job_Requisitions", "times": 1, "kind": "auth_fault"}]),
            )
            .await;
        let trouble = fixture.refused_call(&session).await;
        assert_eq!(parked(&trouble).0, WaitReason::WorkdayUnavailable);
        assert_eq!(fixture.state().await, ConnectionState::Active);
        fixture.clock.advance(FIVE_MINUTES);
    }
    assert!(!fixture.is_degraded().await);
    assert_eq!(fixture.refreshes().await, ["ok"], "nobody asks for another token because of it");
}

#[tokio::test]
async fn access_that_is_refused_with_a_new_token_and_five_minutes_later_too_ends_the_connection() {
    let fixture = fixture().await;
    let session = fixture.session().await.unwrap();
    fixture
        .control(
            "faults",
            &json!([{"operation": "Get_Job_Requisitions", "times": 100, "kind": "auth_fault"}]),
        )
        .await;
    parked(&fixture.refused_call(&session).await);
    fixture.clock.advance(Duration::from_secs(2));
    let renewed = fixture.session().await.unwrap();
    assert_ne!(bearer(&renewed), bearer(&session));
    let (reason, after) = parked(&fixture.refused_call(&renewed).await);
    assert_eq!(reason, WaitReason::WorkdayUnavailable);
    assert!(after > Some(Duration::from_mins(4)), "{after:?}");
    assert_eq!(fixture.state().await, ConnectionState::Active, "degraded until then");
    assert!(fixture.is_degraded().await);
    fixture.clock.advance(FIVE_MINUTES);
    let trouble = fixture.refused_call(&fixture.session().await.unwrap()).await;
    assert_eq!(parked(&trouble).0, WaitReason::WorkdayCredentialRefused);
    assert_eq!(fixture.state().await, ConnectionState::ReauthorizationRequired);
    let calls = fixture.calls().await;
    parked(&fixture.session().await.unwrap_err());
    assert_eq!(fixture.calls().await, calls);
}

#[tokio::test]
async fn a_late_refusal_of_an_old_credential_does_not_end_a_new_one() {
    let fixture = fixture().await;
    let password = |password: &str| Credential::UsernameToken {
        username: "HeyMilo_ISU@acme_preview".into(),
        password: password.into(),
    };
    fixture.put(&password("wrong")).await;
    let old = fixture.session().await.unwrap();
    fixture.put(&password("demo-isu-password")).await;
    let trouble = fixture.refused_call(&old).await;
    assert!(matches!(trouble, Trouble::Again), "{trouble:?}");
    assert_eq!(fixture.state().await, ConnectionState::Active);
    read(&fixture.session().await.unwrap()).await.unwrap();

    fixture.put(&password("wrong again")).await;
    let wrong = fixture.session().await.unwrap();
    assert_eq!(parked(&fixture.refused_call(&wrong).await).0, WaitReason::WorkdayUnavailable);
    assert_eq!(fixture.state().await, ConnectionState::Active);
    fixture.clock.advance(FIVE_MINUTES);
    let unchanged = fixture.session().await.unwrap();
    assert_eq!(
        parked(&fixture.refused_call(&unchanged).await).0,
        WaitReason::WorkdayCredentialRefused
    );
    assert_eq!(fixture.state().await, ConnectionState::ReauthorizationRequired);
}

#[tokio::test]
async fn a_stored_host_that_may_not_be_called_any_more_gets_no_call() {
    let fixture = fixture().await;
    let stored = fixture.connection().await;
    for services_url in [
        "https://wd2.workday.com.example.com",
        "https://169.254.169.254",
        "http://wd2.workday.com",
    ] {
        let changed = Connection {
            services_url: services_url.into(),
            ..stored.clone()
        };
        let trouble = fixture.vendors.workday(&changed).await.unwrap_err();
        assert_eq!(parked(&trouble).0, WaitReason::WorkdayCredentialRefused, "{services_url}");
        assert!(fixture.vendors.workday_client(&changed).is_err(), "{services_url}");
    }
    assert!(fixture.refreshes().await.is_empty());
}

#[tokio::test]
async fn a_dead_token_under_any_name_and_status_ends_the_connection_and_says_what_workday_said() {
    for (status, code) in [(400, "invalid_request"), (200, "unauthorized_client"), (500, "invalid_grant")] {
        let fixture = fixture().await;
        let description = "The token A1b2C3d4E5f6G7h8I9j0K1l2 of dana@example.com cannot be used";
        let refusal = json!({"status": status, "error": code, "error_description": description});
        fixture.control("settings", &json!({"token_refusal": refusal})).await;
        let trouble = fixture.session().await.unwrap_err();
        assert_eq!(parked(&trouble).0, WaitReason::WorkdayUnavailable, "an incident may say so once");
        assert!(fixture.is_degraded().await);
        fixture.clock.advance(FIVE_MINUTES);
        let trouble = fixture.session().await.unwrap_err();
        assert_eq!(parked(&trouble).0, WaitReason::WorkdayCredentialRefused);
        assert_eq!(fixture.refreshes().await, [code, code]);
        assert_eq!(fixture.state().await, ConnectionState::ReauthorizationRequired);
        let standing = serde_json::to_value(fixture.connection().await.standing).unwrap();
        assert_eq!(standing["refusal"], format!("{code}: The token … of … cannot be used"));
    }
}

#[tokio::test]
async fn an_invalid_grant_with_status_200_ends_the_connection_at_once() {
    let fixture = fixture().await;
    let refusal = json!({"status": 200, "error": "invalid_grant"});
    fixture.control("settings", &json!({"token_refusal": refusal})).await;
    let trouble = fixture.session().await.unwrap_err();
    assert_eq!(parked(&trouble).0, WaitReason::WorkdayCredentialRefused);
    assert_eq!(fixture.state().await, ConnectionState::ReauthorizationRequired);
}
