//! The schedule's minute announces what is due, and nothing twice.

use crate::fixture::test;
use domain::{HintId, OrderId, Work};
use serde_json::json;
use std::time::Duration;
use store::due::Arm;
use testkit::{Fault, Kind, Service, When};

fn order(id: &str) -> Work {
    Work::AdvanceOrder {
        order: OrderId::new(id).unwrap(),
    }
}

#[test]
fn a_due_row_is_announced_once_on_the_queue_of_its_work_and_again_when_nobody_took_it_for_five_minutes() {
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
        here.clock.advance(Duration::from_mins(2));
        assert_eq!((here.tick().await, here.announced("OrderQueue").await), (1, vec![order("later")]));
        here.clock.advance(Duration::from_mins(3));
        assert_eq!(here.tick().await, 3, "lost on their way");
    });
}

#[test]
fn many_rows_of_one_minute_are_all_announced() {
    test(async |here| {
        for number in 0..40 {
            here.arm(order(&format!("o{number}"))).await;
        }
        assert_eq!(here.tick().await, 40);
    });
}

#[test]
fn a_tick_whose_queue_is_down_fails_and_its_rows_come_again() {
    test(async |here| {
        here.arm(order("a")).await;
        let fault = Fault::once(
            Service::Sqs,
            "SendMessageBatch",
            When::BeforeEffect,
            Kind::Refused(400, "AccessDenied"),
        );
        here.bench.aws.faults().plan(fault);
        assert!(here.handle(json!({})).await.is_err());
        here.clock.advance(Duration::from_mins(5));
        assert_eq!((here.tick().await, here.announced("OrderQueue").await), (1, vec![order("a")]));
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
