//! A transaction that DynamoDB cancels: the reasons decide, and nothing counts as stored that is not there.

use crate::fixture::{application, confirmed, first_version, fixture, order, workspace};
use domain::Moment;
use domain::settings::Connection;
use secrecy::ExposeSecret;
use serde_json::json;
use store::StoreError;
use store::connection::Activation;
use store::credential::Credential;
use testkit::{Fault, Kind, Service, When};

const NOW: Moment = Moment(1_000_000);

fn cancelled(reasons: &'static [&'static str]) -> Fault {
    Fault::once(
        Service::DynamoDb,
        "TransactWriteItems",
        When::BeforeEffect,
        Kind::Cancelled(reasons),
    )
}

#[tokio::test]
async fn a_conflict_or_throttling_is_safe_to_repeat_and_is_not_somebody_who_was_first() {
    let fixture = fixture().await;
    let row = application(1, NOW);
    let reasons: [&'static [&'static str]; 5] = [
        &["TransactionConflict"],
        &["None", "ThrottlingError"],
        &["ProvisionedThroughputExceeded", "None"],
        // Whoever is throttled has not been judged yet.
        &["ConditionalCheckFailed", "ThrottlingError"],
        &["ConditionalCheckFailed", "TransactionConflict"],
    ];
    for reasons in reasons {
        fixture.services.faults().plan(cancelled(reasons));
        let saved = fixture.store.save_change(confirmed(1, NOW), Some(&row)).await;
        assert!(matches!(saved, Err(StoreError::Throttled)), "{reasons:?}: {saved:?}");
        assert_eq!(fixture.services.faults().left(), 0);
    }
    let saved = fixture.store.save_change(confirmed(1, NOW), Some(&row)).await;
    assert!(saved.is_ok(), "repeated: {saved:?}");
}

#[tokio::test]
async fn only_a_failed_condition_says_that_somebody_was_first() {
    let fixture = fixture().await;
    let row = application(1, NOW);
    fixture.services.faults().plan(cancelled(&["None", "ConditionalCheckFailed"]));
    let saved = fixture.store.save_application(&row).await;
    assert!(matches!(saved, Err(StoreError::ConditionFailed)), "{saved:?}");
    let reasons: [&'static [&'static str]; 5] = [
        &["ValidationError"],
        &["ItemCollectionSizeLimitExceeded"],
        &["ConditionalCheckFailed", "ValidationError"],
        &["None"],
        &[],
    ];
    for reasons in reasons {
        fixture.services.faults().plan(cancelled(reasons));
        let saved = fixture.store.save_application(&row).await;
        assert!(matches!(saved, Err(StoreError::Unavailable(_))), "{reasons:?}: {saved:?}");
    }
}

#[tokio::test]
async fn a_result_counts_as_stored_only_when_it_is_there() {
    let fixture = fixture().await;
    let order = order(1, NOW).order.clone();
    let version = first_version("a");
    let reasons: [&'static [&'static str]; 3] = [&["ThrottlingError"], &["TransactionConflict"], &["ConditionalCheckFailed"]];
    for reasons in reasons {
        fixture.services.faults().plan(cancelled(reasons));
        let put = fixture.store.put_result(&workspace(), &order, &version, b"a result").await;
        let there = fixture.store.result(&workspace(), &order, &version).await.unwrap();
        assert!(put.is_err() && there.is_none(), "{reasons:?}: {put:?}");
    }
    fixture.store.put_result(&workspace(), &order, &version, b"a result").await.unwrap();
    fixture.store.put_result(&workspace(), &order, &version, b"a result").await.unwrap();
    assert_eq!(
        fixture.store.result(&workspace(), &order, &version).await.unwrap().unwrap(),
        b"a result"
    );
}

#[tokio::test]
async fn a_credential_is_not_replaced_when_the_fence_before_it_cannot_be_read() {
    let fixture = fixture().await;
    let connection: Connection = serde_json::from_value(json!({
        "workspace": "acme", "connection": "preview", "services_url": "https://wd2-impl-services1.workday.com", "tenant": "acme_preview"
    }))
    .unwrap();
    let credential = |password: &str| Credential::UsernameToken {
        username: "isu".into(),
        password: password.into(),
    };
    let store = &fixture.store;
    let prepared = store.prepare_connection(&connection, true, Some(&credential("one"))).await.unwrap();
    let host = "wd2-impl-services1.workday.com";
    let connection = store
        .activate_connection(
            &prepared,
            Activation {
                host,
                ..Activation::default()
            },
        )
        .await
        .unwrap();
    let put = async |password: &str| store.put_credential(&connection, &credential(password)).await;
    put("two").await.unwrap();
    fixture.services.faults().plan(Fault {
        times: 10,
        ..Fault::once(Service::DynamoDb, "GetItem", When::BeforeEffect, Kind::Unavailable)
    });
    assert!(put("three").await.is_err());
    fixture.services.faults().clear();
    let stored = fixture
        .store
        .credential(&workspace(), &connection.connection)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.version, 2);
    let Credential::UsernameToken { password, .. } = stored.credential else {
        panic!()
    };
    assert_eq!(password.expose_secret(), "two");
    put("three").await.unwrap();
}
