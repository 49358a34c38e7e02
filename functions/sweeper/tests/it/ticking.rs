//! The schedule's minute announces what is due, and nothing twice.

use crate::fixture::{Fixture, test};
use domain::{HintId, OrderId, Work};
use std::time::Duration;
use store::due::Arm;
use testkit::{Fault, Kind, Service, When};

fn order(id: &str) -> Work {
    Work::AdvanceOrder {
        order: OrderId::new(id).unwrap(),
    }
}

#[test]
fn a_due_row_is_announced_once_on_the_queue_of_its_work_and_again_when_nobody_took_it() {
    test(async |here| {
        let write = Work::WriteBack {
            order: OrderId::new("b").unwrap(),
        };
        for work in [order("a"), write.clone(), here.connection_poll()] {
            here.arm(work).await;
        }
        let later = Arm {
            work: order("later"),
            at: here.clock.now().plus(Duration::from_secs(61)),
        };
        here.store.arm(&here.id(), &later).await.unwrap();
        assert_eq!(here.tick().await, 3);
        assert_eq!(here.announced("OrderQueue").await, [order("a")]);
        assert_eq!(here.announced("WritebackQueue").await, [write]);
        assert_eq!(here.announced("SweepQueue").await, [here.connection_poll()]);

        assert_eq!(here.tick().await, 0, "the same minute");
        let mut ticks = Vec::new();
        for _minute in 0..8 {
            here.clock.advance(Duration::from_mins(1));
            ticks.push(here.tick().await);
        }
        // After one minute, two more, four more: what is announced in vain is announced less and less often.
        assert_eq!(
            ticks,
            [3, 1, 4, 0, 1, 0, 3, 0],
            "three were lost on their way, the fourth is due after a minute"
        );
    });
}

async fn arm_forty(here: &Fixture) {
    for number in 0..40 {
        here.arm(order(&format!("o{number}"))).await;
    }
}

#[test]
fn many_rows_of_one_minute_are_all_announced() {
    test(async |here| {
        arm_forty(&here).await;
        assert_eq!(here.tick().await, 40);
    });
}

#[test]
fn where_one_queue_does_not_answer_the_others_rows_are_announced_and_its_own_come_again() {
    test(async |here| {
        here.arm(order("a")).await;
        here.arm(here.connection_poll()).await;
        let fault = Fault::once(
            Service::Sqs,
            "SendMessageBatch",
            When::BeforeEffect,
            Kind::Refused(400, "AccessDenied"),
        );
        here.bench.aws.faults().plan(fault);
        here.tick().await;
        let taken = [here.announced("OrderQueue").await.len(), here.announced("SweepQueue").await.len()];
        assert_eq!(taken.iter().sum::<usize>(), 1, "{taken:?}");
        here.clock.advance(Duration::from_mins(1));
        here.tick().await;
        assert_eq!(here.announced("OrderQueue").await, [order("a")]);
        assert_eq!(here.announced("SweepQueue").await, [here.connection_poll()]);
    });
}

#[test]
fn a_shard_that_cannot_be_read_keeps_no_other_row_from_being_announced() {
    test(async |here| {
        arm_forty(&here).await;
        let fault = Fault::once(
            Service::DynamoDb,
            "Query",
            When::BeforeEffect,
            Kind::Refused(400, "AccessDeniedException"),
        );
        here.bench.aws.faults().plan(fault);
        let first = here.tick().await;
        assert!((1..40).contains(&first), "{first}");
        assert_eq!(first + here.tick().await, 40);
    });
}

#[test]
fn a_message_that_is_not_ours_is_finished_and_nobody_is_called() {
    test(async |here| {
        let hint = HintId::new("h").unwrap();
        for work in [order("a"), Work::ConfirmHint { hint }] {
            here.take(&work).await;
            assert_eq!(here.due(&work).await, None);
        }
        assert!(here.workday_calls().await.is_empty());
    });
}
