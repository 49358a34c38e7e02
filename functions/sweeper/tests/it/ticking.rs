//! The schedule's minute announces what is due, and nothing twice.

use crate::fixture::{Fixture, test};
use domain::{HintId, Message, OrderId, Work, WorkspaceId};
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
        for number in 0..100 {
            let at = here.clock.now();
            let workspace = WorkspaceId::new(format!("w{number}")).unwrap();
            here.store.arm(&workspace, &Arm { work: order("o"), at }).await.unwrap();
        }
        let fault = Fault::once(
            Service::DynamoDb,
            "Query",
            When::BeforeEffect,
            Kind::Refused(400, "AccessDeniedException"),
        );
        here.bench.aws.faults().plan(fault);
        let first = here.tick().await;
        assert!((1..100).contains(&first), "{first}");
        assert_eq!(first + here.tick().await, 100);
    });
}

/// More than one tick announces of one workspace and queue.
const BACKLOG: usize = 450;

/// Orders of a workspace that are all due, and have been for a minute.
async fn backlog(here: &Fixture, workspace: &WorkspaceId) {
    for number in 0..BACKLOG {
        let arm = Arm {
            work: order(&format!("o{number}")),
            at: here.clock.now().minus(Duration::from_mins(1)),
        };
        here.store.arm(workspace, &arm).await.unwrap();
    }
}

/// All messages that wait in a queue, taken out of it.
async fn drained(here: &Fixture, queue: &str) -> Vec<Message> {
    let mut all = Vec::new();
    loop {
        let some: Vec<Message> = here.bench.messages(queue).await.unwrap();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

#[test]
fn a_workspace_with_many_due_rows_delays_anothers_by_no_tick_and_the_rest_of_its_own_goes_on_beside_them() {
    test(async |here| {
        let busy = WorkspaceId::new("busy").unwrap();
        backlog(&here, &busy).await;
        here.arm(order("quiet")).await;
        let first = here.tick().await;
        let announced = drained(&here, "OrderQueue").await;
        assert!(announced.iter().any(|message| message.workspace == here.id()), "{first}");
        assert_eq!(announced.len(), 101, "a share of the one, and all of the other");

        let rest = drained(&here, "AnnounceQueue").await;
        assert_eq!(rest, [Message::new(busy, Work::AnnounceRest)]);
        here.take_message(&rest[0]).await;
        assert_eq!(drained(&here, "OrderQueue").await.len(), BACKLOG - 100);
        here.take_message(&rest[0]).await;
        assert!(
            drained(&here, "OrderQueue").await.is_empty(),
            "a doubled message announces nothing twice"
        );
        assert_eq!(here.tick().await, 0);
    });
}

#[test]
fn many_due_rows_of_one_queue_delay_no_row_of_another() {
    test(async |here| {
        backlog(&here, &here.id()).await;
        here.arm(here.connection_poll()).await;
        here.tick().await;
        assert_eq!(here.announced("SweepQueue").await, [here.connection_poll()]);
    });
}

#[test]
fn a_row_that_cannot_be_noted_keeps_no_other_from_being_announced_and_comes_a_minute_later() {
    test(async |here| {
        for name in ["a", "b", "c"] {
            here.arm(order(name)).await;
        }
        let fault = Fault::once(
            Service::DynamoDb,
            "UpdateItem",
            When::BeforeEffect,
            Kind::Refused(400, "AccessDeniedException"),
        );
        here.bench.aws.faults().plan(fault);
        assert_eq!((here.tick().await, here.tick().await), (2, 1));
    });
}

#[test]
fn a_second_message_of_a_poll_under_way_or_done_polls_nobody() {
    test(async |here| {
        let poll = here.connection_poll();
        here.take(&poll).await;
        let (calls, due) = (here.workday_calls().await.len(), here.due(&poll).await);
        here.take_message(&Message::new(here.id(), poll.clone())).await;
        assert_eq!((here.workday_calls().await.len(), here.due(&poll).await), (calls, due));
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
