//! What a person mended is released: at once, whatever it waits for, and nothing else.

use crate::fixture::{Fixture, test};
use domain::order::WaitReason;
use domain::part::{Obstacle, Part, PartStanding, Problem};
use domain::{JobRequisitionId, Message, Order, Work};
use serde_json::json;
use std::time::Duration;
use store::connection::ConnectionNote;
use surroundings::{APPLICATION, REQUISITION};

const ANOTHER: &str = "JOB_APPLICATION-3-2";
const HOUR: Duration = Duration::from_hours(1);

fn release(here: &Fixture, cause: &str) -> Work {
    let cause = match cause {
        "workday" => json!({ "of": "workday", "connection": here.connection_id() }),
        of => json!({ "of": of }),
    };
    serde_json::from_value(json!({ "kind": "release", "cause": cause, "since": here.clock.now() })).unwrap()
}

fn advance(order: &Order) -> Work {
    Work::AdvanceOrder {
        order: order.order.clone(),
    }
}

fn write_back(order: &Order) -> Work {
    Work::WriteBack {
        order: order.order.clone(),
    }
}

/// An order that waits for an hour, with its due row parked until then.
async fn waiting(here: &Fixture, application: &str, reason: WaitReason) -> Order {
    let order = here.confirmed(application, None).await;
    let (now, until) = (here.clock.now(), here.clock.now().plus(HOUR));
    let order = here.save(order.wait(reason, until, now)).await;
    here.arm_at(advance(&order), until).await;
    order
}

#[test]
fn orders_that_wait_for_what_was_mended_are_due_at_once_and_others_as_before() {
    for (cause, reason) in [
        ("who_sends", WaitReason::WhoSendsUnanswered),
        ("heymilo_key", WaitReason::HeyMiloCredentialRefused),
        ("workday", WaitReason::WorkdayCredentialRefused),
        ("workday", WaitReason::WorkdayUnavailable),
    ] {
        test(async |here| {
            let released = waiting(&here, APPLICATION, reason).await;
            let other = waiting(&here, ANOTHER, WaitReason::EmailUnavailable).await;
            here.clock.advance(Duration::from_secs(1));
            here.take(&release(&here, cause)).await;
            assert_eq!(here.due_in(&advance(&released)).await, Duration::ZERO, "{cause} {reason:?}");
            assert!(here.due_in(&advance(&other)).await > Duration::from_mins(50));
            assert_eq!(here.announced("OrderQueue").await, [advance(&released)]);
            assert_eq!(here.due(&release(&here, cause)).await, None, "nothing is left to release");
        });
    }
}

#[test]
fn what_is_mended_twice_is_released_by_whichever_message_comes_first() {
    test(async |here| {
        let first = Message::new(here.id(), release(&here, "workday"));
        here.clock.advance(Duration::from_mins(1));
        // Tried after the first mend, and still refused.
        let order = waiting(&here, APPLICATION, WaitReason::WorkdayCredentialRefused).await;
        here.clock.advance(Duration::from_mins(1));
        here.arm(release(&here, "workday")).await;
        here.take_message(&first).await;
        assert_eq!(here.announced("OrderQueue").await, [advance(&order)]);
        assert_eq!(here.due(&first.work).await, None);
    });
}

#[test]
fn results_and_hints_that_waited_for_workday_go_on_when_it_is_connected_again() {
    test(async |here| {
        let order = here.invited(APPLICATION, None).await;
        let later = here.clock.now().plus(HOUR);
        here.arm_at(write_back(&order), later).await;
        let hint = here.hint(here.seen_in_stage(ANOTHER)).await;
        here.arm_at(hint.work(), later).await;
        here.clock.advance(Duration::from_secs(1));
        here.take(&release(&here, "workday")).await;
        for work in [write_back(&order), hint.work()] {
            assert!(here.due_in(&work).await <= Duration::from_secs(1), "{}", work.key());
        }
    });
}

#[test]
fn hints_that_waited_for_a_baseline_go_on_when_it_is_taken_and_those_of_other_requisitions_as_before() {
    test(async |here| {
        here.unlink().await;
        here.clock.advance(Duration::from_mins(1));
        here.link(REQUISITION, None).await;
        let later = here.clock.now().plus(HOUR);
        let mut parked = Vec::new();
        for (application, requisition) in [(APPLICATION, REQUISITION), (ANOTHER, "R00002")] {
            let mut hint = here.hint(here.seen_in_stage(application)).await;
            hint.waits_for = Some(JobRequisitionId::new(requisition).unwrap());
            here.store.update_hint(&hint).await.unwrap();
            here.arm_at(hint.work(), later).await;
            parked.push(hint.work());
        }
        here.take(&here.baseline()).await;
        let [release] = here.announced("SweepQueue").await.try_into().unwrap();
        here.take(&release).await;
        assert_eq!(here.announced("OrderQueue").await, parked[..1]);
        assert_eq!(here.due_in(&parked[0]).await, Duration::ZERO);
        assert!(here.due_in(&parked[1]).await > Duration::from_mins(50));
    });
}

#[test]
fn a_record_that_workday_refused_is_written_again_once_the_settings_are_saved() {
    test(async |here| {
        let order = here.invited(APPLICATION, None).await;
        let later = here.clock.now().plus(HOUR);
        let order = here.save(order.write_waits("an id".into(), later, here.clock.now())).await;
        here.arm_at(write_back(&order), later).await;
        here.clock.advance(Duration::from_secs(1));
        here.take(&release(&here, "workday")).await;
        let again = here.again(&order).await;
        assert_eq!((again.write_problem.clone(), again.write_round), (None, order.write_round + 1));
        assert_eq!(here.due_in(&write_back(&order)).await, Duration::ZERO);
    });
}

#[test]
fn many_are_released_at_half_the_pace_of_their_connection() {
    test(async |here| {
        let mut orders = Vec::new();
        for number in 1..=9 {
            orders.push(waiting(&here, &format!("JOB_APPLICATION-3-{number}"), WaitReason::WorkdayCredentialRefused).await);
        }
        here.clock.advance(Duration::from_secs(1));
        here.take(&release(&here, "workday")).await;
        let mut due = Vec::new();
        for order in &orders {
            due.push(here.due(&advance(order)).await.unwrap());
        }
        due.sort();
        let apart = due.windows(2).all(|pair| pair[1].since(pair[0]) >= Duration::from_millis(440));
        assert!(apart && due[8].since(due[0]) < Duration::from_secs(10), "{due:?}");
    });
}

#[test]
fn a_part_that_waits_for_a_person_is_looked_at_at_once_when_they_mended_it_and_one_that_waits_for_workday_is_not() {
    for (obstacle, is_looked_at) in [
        (Obstacle::Withheld, true),
        (Obstacle::UnknownId, true),
        (Obstacle::Unavailable, false),
    ] {
        test(async |here| {
            // The other parts' time comes as well: theirs alone would not bring this one back.
            here.change_connection(|connection| connection.options.poll_seconds = 10).await;
            here.take(&here.connection_poll()).await;
            let now = here.clock.now();
            let problem = Problem {
                since: now,
                obstacle,
                words: "odd".into(),
            };
            let stopped = PartStanding::default().stopped(problem, None, now.plus(HOUR));
            let note = ConnectionNote::Looked(Part::AssessWindow, stopped);
            here.store.note(&here.connection().await, note).await.unwrap();
            here.clock.advance(Duration::from_secs(15));
            here.take(&release(&here, "workday")).await;
            here.take(&here.connection_poll()).await;
            let standing = here.connection().await.standing.assess_window;
            assert_eq!(standing.is_whole(), is_looked_at, "{obstacle:?} {standing:?}");
        });
    }
}
