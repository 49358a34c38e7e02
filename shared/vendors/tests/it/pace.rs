//! The vendors' limits hold for all callers together, by the vendor's own record.

use crate::{Fixture, fixture_at, parked, read, workspace};
use domain::order::WaitReason;
use domain::{ConnectionId, Moment};
use lambda_kit::Clock;
use serde_json::json;
use std::time::Duration;
use store::credential::Credential;
use store::rate::{Account, Limits, Look};
use testkit::{Fault, Kind, Service, When};

/// How many calls of so many at once were answered and how many were told to come back.
async fn call_at_once(fixture: &Fixture, number: usize) -> (u64, u64) {
    fixture
        .put(&Credential::UsernameToken {
            username: "HeyMilo_ISU@acme_preview".into(),
            password: "demo-isu-password".into(),
        })
        .await;
    let connection = fixture.connection().await;
    let callers: Vec<_> = (0..number)
        .map(|_| {
            let (vendors, connection) = (fixture.vendors.clone(), connection.clone());
            tokio::spawn(async move {
                let session = vendors.workday(&connection).await.unwrap();
                match read(&session).await {
                    Ok(()) => None,
                    Err(error @ workday::Error::Throttled { .. }) => Some(session.trouble(error).await),
                    Err(error) => panic!("{error:?}"),
                }
            })
        })
        .collect();
    let (mut answered, mut sent_back) = (0, 0);
    for caller in callers {
        match caller.await.unwrap() {
            None => answered += 1,
            Some(trouble) => {
                let (reason, after) = parked(&trouble);
                assert_eq!(reason, WaitReason::RateLimited);
                assert!(after.is_some_and(|after| after > Duration::ZERO));
                sent_back += 1;
            }
        }
    }
    (answered, sent_back)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_at_once_reach_workday_four_at_once_and_five_a_second() {
    let fixture = fixture_at(Clock::system()).await;
    let (answered, sent_back) = call_at_once(&fixture, 100).await;
    let record = fixture.record().await;
    assert_eq!(answered + sent_back, 100);
    assert_eq!(record["total"].as_u64(), Some(answered), "a call without a turn is not sent");
    assert!(answered >= 10, "only {answered} calls got a turn");
    assert!(record["max_concurrency"].as_u64().unwrap() <= 4, "{record}");
    assert!(record["max_per_second"].as_u64().unwrap() <= 5, "{record}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_waited_for_slow_calls_do_not_start_all_at_once() {
    let fixture = fixture_at(Clock::system()).await;
    let slow = json!([{"operation": "*", "times": 4, "kind": "slow", "delay_ms": 2_000}]);
    fixture.control("faults", &slow).await;
    let (answered, sent_back) = call_at_once(&fixture, 40).await;
    let record = fixture.record().await;
    assert_eq!((record["total"].as_u64(), answered + sent_back), (Some(answered), 40));
    assert!(answered > 4, "nobody went on after the slow calls");
    assert!(record["max_concurrency"].as_u64().unwrap() <= 4, "{record}");
    assert!(record["max_per_second"].as_u64().unwrap() <= 5, "{record}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_table_makes_calls_slower_in_proportion_and_costs_no_more_table_calls() {
    let fixture = fixture_at(Clock::system()).await;
    fixture.connect(crate::REFRESH_TOKEN).await;
    let session = fixture.session().await.unwrap();
    read(&session).await.unwrap();
    let slow = Fault {
        times: 10_000,
        ..Fault::once(Service::DynamoDb, "*", When::BeforeEffect, Kind::Slow(Duration::from_millis(40)))
    };
    fixture.aws.faults().plan(slow);
    for call in 1..=6 {
        let before = fixture.aws.faults().calls(Service::DynamoDb, "*");
        read(&session)
            .await
            .unwrap_or_else(|error| panic!("call {call} did not go out: {error:?}"));
        let cost = fixture.aws.faults().calls(Service::DynamoDb, "*") - before;
        assert!(cost <= 7, "call {call} cost {cost} table calls");
    }
    let record = fixture.record().await;
    assert!(record["max_per_second"].as_u64().unwrap() <= 5, "{record}");
}

#[tokio::test]
async fn a_worker_that_is_under_way_while_a_person_disconnects_sends_nothing_more() {
    let fixture = fixture_at(Clock::system()).await;
    fixture.connect(crate::REFRESH_TOKEN).await;
    let session = fixture.session().await.unwrap();
    read(&session).await.unwrap();
    let before = fixture.record().await["total"].clone();
    fixture.store.disconnect(&fixture.connection().await, "").await.unwrap();
    for _ in 0..5 {
        let error = read(&session).await.unwrap_err();
        assert!(matches!(error, workday::Error::Throttled { .. }), "{error:?}");
    }
    assert_eq!(fixture.record().await["total"], before);
}

#[tokio::test]
async fn a_slot_whose_holder_died_is_free_again_when_its_lease_ends() {
    let fixture = fixture_at(Clock::system()).await;
    let account = Account::workday(&workspace(), &ConnectionId::new("preview").unwrap());
    let (limits, lease) = (Limits::WORKDAY, Duration::from_secs(40));
    let look = async |now| fixture.store.occupy_slot(&account, limits, (now, now), lease).await.unwrap();
    let start = Moment(1_800_000_000_000);
    let mut now = start;
    for _ in 0..limits.at_once {
        let Look::Taken(slot) = look(now).await else {
            panic!("no slot at {now:?}")
        };
        assert_eq!(slot.start, now);
        now = now.plus(limits.spacing);
    }
    assert!(matches!(look(now).await, Look::Again(_)));
    assert!(matches!(look(start.plus(lease)).await, Look::Taken(_)));
}

#[tokio::test]
async fn starts_keep_their_distance_and_a_start_that_is_put_off_keeps_its_slot() {
    let fixture = fixture_at(Clock::system()).await;
    let account = Account::workday(&workspace(), &ConnectionId::new("preview").unwrap());
    let (limits, now, lease) = (Limits::WORKDAY, Moment(1_800_000_000_000), Duration::from_secs(40));
    let look = async || fixture.store.occupy_slot(&account, limits, (now, now), lease).await.unwrap();
    let (Look::Taken(first), Look::Taken(second)) = (look().await, look().await) else {
        panic!("two calls may start a spacing apart")
    };
    assert_eq!((first.start, second.start), (now, now.plus(limits.spacing)));
    assert_eq!(
        look().await,
        Look::Again(limits.spacing * 2),
        "no start further ahead than that is given away"
    );
    let later = now.plus(limits.spacing);
    let put_off = fixture.store.put_off(&account, limits, first, later).await.unwrap();
    assert_eq!(put_off, None, "the second call starts then");
    let later = later.plus(limits.spacing);
    let put_off = fixture.store.put_off(&account, limits, first, later).await.unwrap().unwrap();
    assert_eq!((put_off.index, put_off.start), (first.index, later));
    fixture.store.vacate_slot(&account, put_off).await.unwrap();
}

#[tokio::test]
async fn heymilo_is_never_asked_more_than_three_hundred_times_in_any_minute() {
    let fixture = fixture_at(Clock::system()).await;
    let account = Account::heymilo(&workspace());
    let (limits, patience) = (Limits::HEYMILO, Duration::from_secs(8));
    let mut now = Moment(1_800_000_000_000);
    let mut turns = Vec::new();
    while turns.len() < 700 {
        match fixture.store.reserve_turn(&account, limits, now, patience).await.unwrap() {
            Some(turn) => turns.push(turn),
            None => now = now.plus(patience),
        }
        if turns.len() == 350 {
            // A pause gives back the burst, and no more than that.
            now = now.plus(Duration::from_mins(10));
        }
    }
    let in_minute_from = |first: &Moment| {
        turns
            .iter()
            .filter(|turn| *turn >= first && turn.since(*first) < Duration::from_mins(1))
            .count()
    };
    let most = turns.iter().map(in_minute_from).max().unwrap();
    assert!((280..=300).contains(&most), "{most} in a minute");
}

#[tokio::test]
async fn a_function_whose_clock_is_ahead_takes_nobody_elses_turns_and_starts() {
    let fixture = fixture_at(Clock::system()).await;
    let account = Account::workday(&workspace(), &ConnectionId::new("preview").unwrap());
    let (limits, patience, lease) = (Limits::WORKDAY, Duration::from_secs(2), Duration::from_secs(40));
    let now = Moment(1_800_000_000_000);
    let (seconds, minutes) = (Duration::from_secs(26), Duration::from_mins(5));
    for now in [now.plus(minutes), now.plus(seconds), now, now.minus(minutes)] {
        let turn = fixture.store.reserve_turn(&account, limits, now, patience).await.unwrap();
        assert_eq!(turn, Some(now), "a turn by its own clock");
        let Look::Taken(slot) = fixture.store.occupy_slot(&account, limits, (now, now), lease).await.unwrap() else {
            panic!("no start")
        };
        assert_eq!(slot.start, now);
        let next = fixture.store.reserve_turn(&account, limits, now, patience).await.unwrap();
        assert_eq!(next, Some(now.plus(limits.spacing)), "and its distance to the one before");
    }
}

#[tokio::test]
async fn scarce_turns_go_to_the_patient() {
    let fixture = fixture_at(Clock::system()).await;
    let account = Account::workday(&workspace(), &ConnectionId::new("preview").unwrap());
    let now = Moment(1_800_000_000_000);
    let (poll, invite) = (Duration::from_secs(2), Duration::from_secs(8));
    let turn = async |patience| fixture.store.reserve_turn(&account, Limits::WORKDAY, now, patience).await.unwrap();
    while turn(poll).await.is_some() {}
    let turn_of_invite = turn(invite).await.unwrap();
    assert!(turn_of_invite > now.plus(poll) && turn_of_invite <= now.plus(invite));
    assert_eq!(turn(poll).await, None);
}

#[tokio::test]
async fn a_pause_that_workday_asks_for_holds_whoever_calls_the_operation_next_and_no_other() {
    let fixture = crate::fixture().await;
    let session = fixture.session().await.unwrap();
    let asks = json!([{"operation": "Get_Job_Requisitions", "kind": "http503", "retry_after": 7}]);
    fixture.control("faults", &asks).await;
    read(&session).await.unwrap_err();
    let calls = fixture.record().await["total"].as_u64();
    let another = fixture.session().await.unwrap();
    let told = read(&another).await.unwrap_err();
    assert!(matches!(told, workday::Error::Throttled { .. }), "{told:?}");
    assert_eq!(fixture.record().await["total"].as_u64(), calls, "not sent");
    let _unknown = another.events_named(&["a".repeat(32)]).await;
    assert!(fixture.record().await["total"].as_u64() > calls, "another operation is");
    fixture.clock.advance(Duration::from_secs(8));
    read(&another).await.unwrap();
}
