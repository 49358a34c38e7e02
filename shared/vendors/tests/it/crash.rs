//! A worker dies in the middle of a refresh. The connection is alive afterwards, unless the provider itself has
//! forgotten every token we hold.

use crate::{Fixture, REFRESH_TOKEN, fixture, parked};
use domain::order::WaitReason;
use domain::standing::ConnectionState;
use futures::future::poll_fn;
use secrecy::ExposeSecret;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use store::credential::{Credential, OAuthCredential, REFRESH_LEASE};
use testkit::{Fault, Kind, Service, When};

const BEFORE_LEASE: (&str, When) = ("UpdateItem", When::BeforeEffect);
const AFTER_LEASE: (&str, When) = ("UpdateItem", When::AfterEffect);
const BEFORE_WRITE: (&str, When) = ("PutItem", When::BeforeEffect);
const AFTER_WRITE: (&str, When) = ("PutItem", When::AfterEffect);

impl Fixture {
    /// A worker hangs at a call of the table and is killed there; its lease ends.
    async fn crash(&self, (operation, when): (&str, When)) {
        self.aws.faults().plan(Fault::once(Service::DynamoDb, operation, when, Kind::Hangs));
        let connection = self.connection().await;
        let reached = async {
            while self.aws.faults().left() > 0 {
                lambda_kit::Clock::system().sleep(Duration::from_millis(5)).await;
            }
            // The call that hangs after its effect still has to have it.
            lambda_kit::Clock::system().sleep(Duration::from_millis(150)).await;
        };
        tokio::select! {
            _ = self.vendors.workday(&connection) => panic!("the worker lived"),
            () = reached => {}
        }
        self.clock.advance(REFRESH_LEASE + Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_crash_before_the_answer_or_after_the_write_costs_nothing() {
    for point in [BEFORE_LEASE, AFTER_LEASE, AFTER_WRITE] {
        let fixture = fixture().await;
        fixture.rotate().await;
        fixture.crash(point).await;
        fixture.session().await.unwrap();
        assert_eq!(fixture.refreshes().await, ["ok"], "{point:?}");
        assert_eq!(fixture.state().await, ConnectionState::Active);
    }
}

#[tokio::test]
async fn while_the_dead_worker_holds_the_lease_the_old_token_serves_and_nobody_asks() {
    let fixture = fixture().await;
    fixture.session().await.unwrap();
    fixture.clock.advance(Duration::from_mins(58));
    // Another worker died while it refreshed.
    let dead = fixture.connection().await;
    let version = fixture.version().await;
    let now = fixture.clock.now();
    let lease = fixture
        .store
        .lease_refresh(&dead.workspace, &dead.connection, version, now)
        .await
        .unwrap();
    assert!(lease.is_some());
    fixture.session().await.unwrap();
    assert_eq!(fixture.refreshes().await.len(), 1);
}

#[tokio::test]
async fn functions_whose_clocks_differ_never_refresh_at_once() {
    // One that is five minutes behind refreshes for as long as a refresh can take; one five minutes ahead wants to.
    let (clocks_apart, longest_refresh) = (Duration::from_mins(10), Duration::from_secs(160));
    let fixture = fixture().await;
    let connection = fixture.connection().await;
    let (version, behind) = (fixture.version().await, fixture.clock.now());
    let lease = async |now| {
        let leased = fixture
            .store
            .lease_refresh(&connection.workspace, &connection.connection, version, now);
        leased.await.unwrap()
    };
    assert!(lease(behind).await.is_some());
    for refreshing_since in [Duration::ZERO, longest_refresh] {
        let ahead = behind.plus(clocks_apart + refreshing_since);
        assert!(lease(ahead).await.is_none(), "after {refreshing_since:?}");
    }
}

#[tokio::test]
async fn a_crash_with_the_answer_in_hand_is_survived_with_a_provider_that_does_not_rotate() {
    let fixture = fixture().await;
    fixture.crash(BEFORE_WRITE).await;
    fixture.session().await.unwrap();
    assert_eq!(fixture.refreshes().await, ["ok", "ok"]);
}

#[tokio::test]
async fn a_crash_with_the_answer_in_hand_is_survived_with_a_provider_that_has_a_grace() {
    let fixture = fixture().await;
    fixture.rotate().await;
    fixture.crash(BEFORE_WRITE).await;
    fixture.issue(REFRESH_TOKEN).await;
    fixture.session().await.unwrap();
    assert_eq!(fixture.refreshes().await, ["ok", "ok"]);
    assert_eq!(fixture.oauth().await.previous_refresh_token.unwrap().expose_secret(), REFRESH_TOKEN);
}

#[tokio::test]
async fn only_a_token_that_the_provider_itself_lost_asks_a_person_to_connect_again() {
    let fixture = fixture().await;
    fixture.rotate().await;
    fixture.crash(BEFORE_WRITE).await;
    let trouble = fixture.session().await.unwrap_err();
    assert_eq!(parked(&trouble).0, WaitReason::WorkdayCredentialRefused);
    // After a dead worker the same token is tried twice.
    assert_eq!(fixture.refreshes().await, ["ok", "invalid_grant", "invalid_grant"]);
    assert_eq!(fixture.state().await, ConnectionState::ReauthorizationRequired);
}

#[tokio::test]
async fn the_token_before_the_last_rotation_is_tried_before_a_person_is_asked() {
    let fixture = fixture().await;
    fixture.put_with_previous("never-arrived", REFRESH_TOKEN).await;
    fixture.session().await.unwrap();
    assert_eq!(fixture.refreshes().await, ["invalid_grant", "ok"]);
    // The one that worked is the current one now.
    assert_eq!(fixture.oauth().await.refresh_token.expose_secret(), REFRESH_TOKEN);
}

#[tokio::test]
async fn a_crash_at_any_await_point_leaves_the_connection_alive() {
    let fixture = fixture().await;
    fixture.rotate().await;
    for point in 0..400 {
        let token = format!("token-{point}");
        fixture.issue(&token).await;
        fixture.connect(&token).await;
        let before = fixture.refreshes().await.len();
        let lived = fixture.crash_at_poll(point).await;
        // What the dead worker had sent still arrives.
        lambda_kit::Clock::system().sleep(Duration::from_millis(20)).await;
        fixture.clock.advance(REFRESH_LEASE + Duration::from_secs(1));
        let answered = fixture.refreshes().await.len() > before;
        if answered && fixture.oauth().await.refresh_token.expose_secret() == token {
            // The provider's grace: without one it has lost this token itself.
            fixture.issue(&token).await;
        }
        fixture.session().await.unwrap_or_else(|trouble| panic!("{point}: {trouble:?}"));
        assert_eq!(fixture.state().await, ConnectionState::Active, "{point}");
        let asked = fixture.refreshes().await.len() - before;
        assert!(asked <= 2, "{point}: asked {asked} times");
        if lived {
            assert!(point > 5, "the crashes were too few to mean anything");
            return;
        }
    }
    panic!("no number of polls was enough");
}

impl Fixture {
    /// Polls a worker that often and drops it; true when it was done before.
    async fn crash_at_poll(&self, mut polls: u32) -> bool {
        let connection = self.connection().await;
        let mut worker = pin!(self.vendors.workday(&connection));
        poll_fn(|context| {
            if polls == 0 {
                return Poll::Ready(false);
            }
            polls -= 1;
            worker.as_mut().poll(context).map(|_session| true)
        })
        .await
    }

    async fn version(&self) -> u64 {
        let connection = self.connection().await;
        let stored = self.store.credential(&connection.workspace, &connection.connection).await;
        stored.unwrap().unwrap().version
    }

    async fn put_with_previous(&self, current: &str, previous: &str) {
        let oauth = OAuthCredential {
            refresh_token: current.into(),
            previous_refresh_token: Some(previous.into()),
            ..self.oauth().await
        };
        self.put(&Credential::OAuth(oauth)).await;
    }
}
