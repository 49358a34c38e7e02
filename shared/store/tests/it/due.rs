//! Due rows: taken once, back after a death, round again when armed anew.

use crate::fixture::{Fixture, TABLE, fixture, workspace};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Message, Moment, OrderId, Work};
use std::cell::Cell;
use std::time::Duration;
use store::announcing::{Announcement, Lanes, SHARDS};
use store::due::Next;
use store::{Arm, Store, StoreError};

const LEASE: Duration = Duration::from_secs(90);
const NOW: Moment = Moment(1_000_000);

fn message() -> Message {
    Message::new(
        workspace(),
        Work::AdvanceOrder {
            order: OrderId::new("order").unwrap(),
        },
    )
}

async fn arm(store: &Store, at: Moment) {
    store.arm(&workspace(), &Arm { work: message().work, at }).await.unwrap();
}

async fn to_announce(store: &Store, now: Moment) -> Vec<Announcement> {
    let mut rows = Vec::new();
    for shard in 0..SHARDS {
        let mut lanes = Lanes::of_shard(shard);
        while let Some(lane) = store.next_lane(&mut lanes, now, 100).await.unwrap() {
            rows.extend(lane.rows);
        }
    }
    rows
}

async fn count_due(store: &Store, now: Moment) -> usize {
    to_announce(store, now).await.len()
}

async fn work(store: &Store, now: Moment, next: Result<Next, StoreError>) -> (u32, Result<&'static str, StoreError>) {
    let runs = Cell::new(0);
    let next = Cell::new(Some(next));
    let outcome = store
        .work_on(
            &message(),
            || now,
            LEASE,
            |_armed| {
                runs.set(runs.get() + 1);
                let next = next.take().unwrap_or(Ok(Next::Finished("again")));
                async move { next }
            },
        )
        .await;
    (runs.get(), outcome)
}

#[tokio::test]
async fn a_message_without_a_due_row_is_a_leftover() {
    let fixture = fixture().await;
    let (runs, outcome) = work(&fixture.store, NOW, Ok(Next::Finished("done"))).await;
    assert_eq!((runs, outcome.unwrap()), (0, "nothing_due"));
}

#[tokio::test]
async fn finished_work_is_gone_and_its_second_message_does_nothing() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    assert_eq!(count_due(&fixture.store, NOW).await, 1);
    assert_eq!(work(&fixture.store, NOW, Ok(Next::Finished("done"))).await.0, 1);
    assert_eq!(work(&fixture.store, NOW, Ok(Next::Finished("done"))).await.0, 0);
    assert_eq!(count_due(&fixture.store, NOW.plus(LEASE * 2)).await, 0);
}

#[tokio::test]
async fn work_whose_worker_dies_becomes_due_again_and_is_nobody_elses_until_then() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    let (runs, outcome) = work(&fixture.store, NOW, Err(StoreError::Throttled)).await;
    assert!(runs == 1 && outcome.is_err());
    assert_eq!(work(&fixture.store, NOW, Ok(Next::Finished("too early"))).await.0, 0);
    assert_eq!(count_due(&fixture.store, NOW).await, 0);
    let later = NOW.plus(LEASE);
    assert_eq!(count_due(&fixture.store, later).await, 1);
    assert_eq!(work(&fixture.store, later, Ok(Next::Finished("done"))).await.0, 1);
}

#[tokio::test]
async fn parked_work_comes_back_at_its_moment() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    let until = NOW.plus(Duration::from_hours(13 * 24));
    work(&fixture.store, NOW, Ok(Next::Park(until, "maintenance"))).await.1.unwrap();
    assert_eq!(count_due(&fixture.store, Moment(until.0 - 1)).await, 0);
    assert_eq!(count_due(&fixture.store, until).await, 1);
}

#[tokio::test]
async fn a_stray_doubled_or_redriven_message_never_runs_parked_work_before_its_moment() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    let until = NOW.plus(Duration::from_mins(15));
    work(&fixture.store, NOW, Ok(Next::Park(until, "asked to wait"))).await.1.unwrap();
    for too_early in [NOW, until.minus(Duration::from_mins(1))] {
        let (runs, outcome) = work(&fixture.store, too_early, Ok(Next::Finished("early"))).await;
        assert_eq!((runs, outcome.unwrap()), (0, "nothing_due"));
    }
    assert_eq!(work(&fixture.store, until, Ok(Next::Finished("done"))).await.0, 1);
}

#[tokio::test]
async fn work_armed_for_later_while_it_is_done_waits_for_its_moment() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    let (store, runs) = (&fixture.store, Cell::new(0));
    let later = NOW.plus(Duration::from_mins(15));
    let once = |_armed| {
        runs.set(runs.get() + 1);
        async move {
            arm(store, later).await;
            Ok::<_, StoreError>(Next::Finished("done"))
        }
    };
    store.work_on(&message(), || NOW, LEASE, once).await.unwrap();
    assert_eq!(
        (runs.get(), count_due(store, NOW.plus(LEASE)).await, count_due(store, later).await),
        (1, 0, 1)
    );
    assert_eq!(work(store, later, Ok(Next::Finished("done"))).await.0, 1);
}

#[tokio::test]
async fn work_armed_anew_while_it_is_done_goes_round_again() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    let runs = Cell::new(0);
    let store = &fixture.store;
    let outcome = store
        .work_on(
            &message(),
            || NOW,
            LEASE,
            |_armed| {
                let first = runs.replace(runs.get() + 1) == 0;
                async move {
                    if first {
                        arm(store, NOW).await;
                        // The second message finds the row taken: two workers never do the same work at once.
                        assert_eq!(work(store, NOW, Ok(Next::Finished("second"))).await.0, 0);
                    }
                    Ok::<_, StoreError>(Next::Finished("done"))
                }
            },
        )
        .await;
    assert_eq!((outcome.unwrap(), runs.get()), ("done", 2));
    assert_eq!(count_due(store, NOW.plus(LEASE * 2)).await, 0);
}

#[tokio::test]
async fn two_sweeps_send_a_due_row_once() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    let seen = to_announce(&fixture.store, NOW).await;
    assert!(fixture.store.note_announced(&seen[0], NOW).await.unwrap());
    assert!(!fixture.store.note_announced(&seen[0], NOW).await.unwrap());
    assert_eq!(count_due(&fixture.store, NOW).await, 0);
    assert_eq!(count_due(&fixture.store, NOW.plus(Duration::from_mins(1))).await, 1);
}

/// The row's work becomes one of a kind that only a newer release knows.
async fn make_unknown(fixture: &Fixture) {
    let client = aws_sdk_dynamodb::Client::new(&fixture.services.sdk_config());
    let rows = client.scan().table_name(TABLE).send().await.unwrap().items.unwrap();
    let mut row = rows.into_iter().find(|row| row.contains_key("due_work")).unwrap();
    let kind = AttributeValue::S("kind_of_a_newer_release".into());
    row.insert("due_work".into(), AttributeValue::M([("kind".to_owned(), kind)].into()));
    client.put_item().table_name(TABLE).set_item(Some(row)).send().await.unwrap();
}

#[tokio::test]
async fn work_of_a_kind_that_a_newer_release_left_is_set_aside_and_nothing_else_waits_for_it() {
    let fixture = fixture().await;
    arm(&fixture.store, NOW).await;
    make_unknown(&fixture).await;
    let other = Work::WriteBack {
        order: OrderId::new("order").unwrap(),
    };
    fixture.store.arm(&workspace(), &Arm { work: other, at: NOW }).await.unwrap();
    let seen = to_announce(&fixture.store, NOW).await;
    let unknown: Vec<_> = seen.iter().filter(|row| row.message.is_none()).collect();
    assert_eq!((seen.len(), unknown.len()), (2, 1));
    assert!(fixture.store.note_announced(unknown[0], NOW).await.unwrap());
    assert_eq!(count_due(&fixture.store, NOW).await, 1, "it makes room for the other");
    assert_eq!(count_due(&fixture.store, NOW.plus(Duration::from_mins(1))).await, 2, "and is kept");
    assert_eq!(
        fixture.store.due_rows(&workspace()).await.unwrap().len(),
        1,
        "what can be read is shown"
    );
}

#[tokio::test]
async fn a_reader_takes_a_share_of_each_lane_oldest_first_and_jumps_over_the_rest() {
    let fixture = fixture().await;
    let store = &fixture.store;
    for number in 0..30 {
        let work = Work::AdvanceOrder {
            order: OrderId::new(format!("order-{number}")).unwrap(),
        };
        let at = NOW.minus(Duration::from_secs(number));
        store.arm(&workspace(), &Arm { work, at }).await.unwrap();
    }
    let write = |number: u64| Work::WriteBack {
        order: OrderId::new(format!("order-{number}")).unwrap(),
    };
    for (number, at) in [(1, NOW), (2, NOW.plus(Duration::from_secs(1)))] {
        store.arm(&workspace(), &Arm { work: write(number), at }).await.unwrap();
    }
    let mut lanes = Lanes::of_workspace(&workspace());
    let mut next = async || store.next_lane(&mut lanes, NOW, 20).await.unwrap();
    let orders = next().await.unwrap();
    let oldest = orders.rows[0].message.as_ref().unwrap().work.key();
    assert_eq!(
        (orders.rows.len(), oldest.as_str(), orders.left),
        (20, "ORDER#order-29", Some(workspace()))
    );
    let writes = next().await.unwrap();
    assert_eq!((writes.rows.len(), writes.left), (1, None));
    assert_eq!(writes.rows[0].message.as_ref().unwrap().work, write(1));
    assert!(next().await.is_none());
}

#[tokio::test]
async fn a_lane_whose_rows_are_all_parked_is_passed_and_the_next_one_is_found() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let later = NOW.plus(Duration::from_mins(1));
    for number in 0..30 {
        let work = Work::AdvanceOrder {
            order: OrderId::new(format!("order-{number}")).unwrap(),
        };
        store.arm(&workspace(), &Arm { work, at: later }).await.unwrap();
    }
    let write = Work::WriteBack {
        order: OrderId::new("order").unwrap(),
    };
    store.arm(&workspace(), &Arm { work: write, at: NOW }).await.unwrap();
    assert_eq!((count_due(store, NOW).await, count_due(store, later).await), (1, 31));
}

#[tokio::test]
async fn workspaces_whose_names_begin_alike_have_lanes_of_their_own() {
    let fixture = fixture().await;
    for name in ["acme", "acme-2", "acme~", "acm", "acmé"] {
        let of = domain::WorkspaceId::new(name).unwrap();
        fixture
            .store
            .arm(
                &of,
                &Arm {
                    work: message().work,
                    at: NOW,
                },
            )
            .await
            .unwrap();
        let mut lanes = Lanes::of_workspace(&of);
        let lane = fixture.store.next_lane(&mut lanes, NOW, 10).await.unwrap().unwrap();
        assert_eq!(lane.rows.len(), 1, "{name}");
        assert!(fixture.store.next_lane(&mut lanes, NOW, 10).await.unwrap().is_none(), "{name}");
    }
    assert_eq!(count_due(&fixture.store, NOW).await, 5);
}
