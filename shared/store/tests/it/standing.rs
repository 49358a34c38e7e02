//! What people set and what workers notice: neither undoes the other, and no late worker undoes a person.

use crate::fixture::{application, fixture, workspace};
use domain::settings::{Connection, ConnectionOptions, Mapping};
use domain::standing::ConnectionState;
use domain::{Moment, Order};
use serde_json::json;
use store::connection::{Activation, ConnectionNote};
use store::credential::Credential;
use store::{Store, StoreError};

const HOST: &str = "wd2.workday.com";
const LATER: Moment = Moment(2_000_000);

fn on(host: &str) -> Activation<'_> {
    Activation {
        host,
        ..Activation::default()
    }
}

fn connection() -> Connection {
    let row = json!({"workspace": "acme", "connection": "production", "services_url": "https://wd2.workday.com", "tenant": "acme",
        "state": "active"});
    serde_json::from_value(row).unwrap()
}

fn mapping() -> Mapping {
    let row = json!({"workspace": "acme", "connection": "production", "requisition": "R00001", "requisition_title": "Baker",
        "posting": "13D77095", "posting_title": "Screen", "linked_at": 0});
    serde_json::from_value(row).unwrap()
}

fn password(password: &str) -> Credential {
    Credential::UsernameToken {
        username: "isu@acme".into(),
        password: password.into(),
    }
}

async fn stored(store: &Store) -> Connection {
    let key = connection();
    store.connection(&workspace(), &key.connection).await.unwrap().unwrap()
}

/// Connects, the first time or again.
async fn connect(store: &Store, credential: &Credential) -> Connection {
    let known = store.connection(&workspace(), &connection().connection).await.unwrap();
    let is_new = known.is_none();
    let known = known.unwrap_or_else(connection);
    let prepared = store.prepare_connection(&known, is_new, Some(credential)).await.unwrap();
    store.activate_connection(&prepared, on(HOST)).await.unwrap()
}

fn every_minute(connection: Connection) -> Connection {
    Connection {
        options: ConnectionOptions {
            poll_seconds: 60,
            ..connection.options
        },
        ..connection
    }
}

#[tokio::test]
async fn what_is_saved_reads_back_whole_alone_and_among_others_of_similar_name() {
    let fixture = fixture().await;
    let store = &fixture.store;
    for id in ["production", "production-2", "a", "production!"] {
        let other = Connection {
            connection: domain::ConnectionId::new(id).unwrap(),
            ..connection()
        };
        assert_eq!(store.save_connection(&other, &[]).await.unwrap().revision, 1);
    }
    let expected = Connection {
        revision: 1,
        ..connection()
    };
    assert_eq!(stored(store).await, expected);
    let all = store.connections(&workspace()).await.unwrap();
    assert_eq!(all.len(), 4);
    assert!(all.contains(&expected));
    let linked = store.save_mapping(&mapping(), &[]).await.unwrap();
    let found = store.mapping(&workspace(), &linked.connection, &linked.requisition).await.unwrap();
    assert_eq!(found.as_ref(), Some(&linked));
    assert_eq!(store.mappings_of(&workspace(), &linked.connection).await.unwrap(), [linked]);
}

#[tokio::test]
async fn saving_settings_never_revives_a_connection_that_a_worker_or_a_person_ended() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let seen = connect(store, &password("first")).await;
    store.require_reauthorization(&seen, 1, Moment(0)).await.unwrap();
    let saved = store.save_connection(&every_minute(seen), &[]).await.unwrap();
    assert_eq!(stored(store).await.standing.state, ConnectionState::ReauthorizationRequired);
    store.disconnect(&saved, HOST).await.unwrap();
    store.save_connection(&saved, &[]).await.unwrap();
    let now = stored(store).await;
    assert_eq!((now.standing.state, now.options.poll_seconds), (ConnectionState::Disconnected, 60));
}

#[tokio::test]
async fn a_note_and_a_setting_made_at_once_are_both_kept() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let seen = connect(store, &password("first")).await;
    store.note(&seen, ConnectionNote::Polled(LATER)).await.unwrap();
    store.save_connection(&every_minute(seen.clone()), &[]).await.unwrap();
    store.note(&seen, ConnectionNote::AttachmentOnly { since: LATER }).await.unwrap();
    let now = stored(store).await;
    let noted = (
        now.standing.polled_at,
        now.standing.limited_write_back_since,
        now.standing.limited_in_a_row,
    );
    assert_eq!(noted, (Some(LATER), Some(LATER), 1));
    assert_eq!(now.options.poll_seconds, 60);
}

#[tokio::test]
async fn a_late_reconnect_required_never_ends_a_connection_that_was_connected_anew() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let seen = connect(store, &password("first")).await;
    // A person disconnects, and connects with another password, while a worker waits for the refusal of the old one.
    store.disconnect(&seen, HOST).await.unwrap();
    connect(store, &password("second")).await;
    let late = store.require_reauthorization(&seen, 1, Moment(0)).await;
    assert!(matches!(late, Err(StoreError::ConditionFailed)), "{late:?}");
    store.note(&seen, ConnectionNote::EvergreenRefused(LATER)).await.unwrap();
    let now = stored(store).await.standing;
    assert_eq!((now.state, now.evergreen_refused_at), (ConnectionState::Active, None));
}

#[tokio::test]
async fn a_connect_that_a_disconnect_overtook_does_not_come_about() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let prepared = store
        .prepare_connection(&connection(), true, Some(&password("first")))
        .await
        .unwrap();
    store.disconnect(&prepared, HOST).await.unwrap();
    let late = store
        .activate_connection(
            &prepared,
            Activation {
                credential: Some(&password("first")),
                ..on(HOST)
            },
        )
        .await;
    assert!(matches!(late, Err(StoreError::ConditionFailed)), "{late:?}");
    let renewed = store.put_credential(&prepared, &password("first")).await;
    assert!(matches!(renewed, Err(StoreError::ConditionFailed)), "{renewed:?}");
    assert!(store.credential(&workspace(), &prepared.connection).await.unwrap().is_none());
    assert_eq!(stored(store).await.standing.state, ConnectionState::Disconnected);
    assert!(
        !store
            .is_tenant_taken(
                &Connection {
                    workspace: domain::WorkspaceId::new("other").unwrap(),
                    ..prepared
                },
                HOST
            )
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn of_two_people_who_save_at_once_the_second_is_told() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let seen = connect(store, &password("first")).await;
    store.save_connection(&every_minute(seen.clone()), &[]).await.unwrap();
    let second = store.save_connection(&seen, &[]).await;
    assert!(matches!(second, Err(StoreError::ConditionFailed)), "{second:?}");
    assert_eq!(stored(store).await.options.poll_seconds, 60);
}

#[tokio::test]
async fn of_two_people_who_link_a_requisition_at_once_the_second_is_told() {
    let fixture = fixture().await;
    let store = &fixture.store;
    store.save_mapping(&mapping(), &[]).await.unwrap();
    let second = store.save_mapping(&mapping(), &[]).await;
    assert!(matches!(second, Err(StoreError::ConditionFailed)), "{second:?}");
}

#[tokio::test]
async fn a_baseline_that_finishes_late_marks_neither_an_unlinked_nor_a_changed_nor_a_new_link() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let (person, now) = (application(1, LATER), LATER);
    let first = store.save_mapping(&mapping(), &[]).await.unwrap();
    let changed = store.save_mapping(&first, &[]).await.unwrap();
    assert_eq!(store.baseline_taken(&first, now).await.unwrap(), None);
    assert!(store.baseline_taken(&changed, now).await.unwrap().is_some());
    // What is taken stays when only the options change.
    let with_options = store.save_mapping(&changed, &[]).await.unwrap();
    assert_eq!(store.link_standing(&with_options).await.unwrap().unwrap().baseline_at, Some(now));
    store.delete_mapping(&with_options).await.unwrap();
    assert_eq!(store.baseline_taken(&with_options, now).await.unwrap(), None);
    assert!(store.mappings(&workspace()).await.unwrap().is_empty());
    let again = Mapping {
        linked_at: LATER,
        ..mapping()
    };
    let again = store.save_mapping(&again, &[]).await.unwrap();
    assert_eq!(store.baseline_taken(&first, now).await.unwrap(), None);
    let skipped = || Order::skip(person.subject(), 1, again.posting.clone(), now);
    let late = store.record_before_link(&first, &person, skipped()).await;
    assert!(matches!(late, Err(StoreError::ConditionFailed)), "{late:?}");
    store.record_before_link(&again, &person, skipped()).await.unwrap();
    assert_eq!(store.link_standing(&again).await.unwrap().unwrap().baseline_at, None);
}
