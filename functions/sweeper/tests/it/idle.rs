//! What a connection costs on a day on which nothing happens, by Workday's own record of the calls.

use crate::fixture::{Fixture, test};
use domain::{Moment, Work};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use store::hint::Hint;
use surroundings::{APPLICATION, START};

/// In the stage of the linked requisition from the start.
const THERE: [&str; 2] = ["JOB_APPLICATION-3-7", "JOB_APPLICATION-3-8"];

/// Nobody is in the stage any more.
async fn nobody_is_there(here: &Fixture) {
    for application in THERE {
        here.tell_workday("move", json!({ "application": application, "stage": "INTERVIEW" }))
            .await;
    }
}

/// The calls of so many hours, each poll and each refresh of the index at the moment that the one before named.
async fn calls_in(here: &Fixture, hours: u64) -> usize {
    here.arm(here.connection_poll()).await;
    here.arm(here.index()).await;
    let ends = here.clock.now().plus(Duration::from_hours(hours));
    let before = here.workday_calls().await.len();
    while let Some((at, work)) = next(here).await.filter(|(at, _)| *at < ends) {
        here.clock.sleep_until(at).await;
        here.take(&work).await;
    }
    let calls = here.workday_calls().await.split_off(before);
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for call in &calls {
        *counted.entry(call).or_default() += 1;
    }
    println!("{} calls in {hours} hours: {counted:?}", calls.len());
    assert!(here.hinted("OrderQueue").await.is_empty(), "nothing happens");
    calls.len()
}

/// The work that is due next, and when.
async fn next(here: &Fixture) -> Option<(Moment, Work)> {
    let (poll, index) = (here.connection_poll(), here.index());
    let due = [(here.due(&poll).await, poll), (here.due(&index).await, index)];
    let due = due.into_iter().filter_map(|(at, work)| Some((at?, work)));
    due.min_by_key(|(at, _)| *at)
}

/// A connection's surroundings on an idle day.
#[derive(Debug, Clone, Copy)]
enum Idle {
    WithALink,
    WithHealthyPushes,
    WithFiftyLinks,
    StageNoTrigger,
    WithoutLinks,
    Disconnected,
}

/// Each, and the most calls that its day costs.
const DAYS: [(Idle, usize); 6] = [
    (Idle::WithALink, 480),
    (Idle::WithHealthyPushes, 440),
    (Idle::WithFiftyLinks, 480),
    (Idle::StageNoTrigger, 200),
    (Idle::WithoutLinks, 60),
    (Idle::Disconnected, 0),
];

async fn arrange(here: &Fixture, idle: Idle) {
    nobody_is_there(here).await;
    match idle {
        Idle::WithALink => {}
        Idle::WithHealthyPushes => {
            here.store
                .record_push(&Hint::new(here.id(), here.seen_in_stage(APPLICATION), here.clock.now()), None)
                .await
                .unwrap();
        }
        Idle::WithFiftyLinks => {
            here.tell_workday("seed", json!({ "requisitions": 49 })).await;
            for requisition in here.records("requisitions").await {
                if requisition["organization"] == "Generated" {
                    here.link(requisition["id"].as_str().unwrap(), Some(START)).await;
                }
            }
        }
        Idle::StageNoTrigger => {
            here.change_connection(|connection| connection.options.triggers.stage = false).await;
        }
        Idle::WithoutLinks => here.unlink().await,
        Idle::Disconnected => here.disconnect().await,
    }
}

#[test]
fn an_idle_connection_keeps_to_the_calls_of_a_day() {
    for (idle, most) in DAYS {
        test(async |here| {
            arrange(&here, idle).await;
            let calls = calls_in(&here, 4).await;
            assert!(calls * 6 <= most, "{idle:?}: {calls} in four hours");
        });
    }
}

#[test]
#[ignore = "takes minutes"]
fn an_idle_connection_keeps_to_the_calls_of_a_whole_day() {
    for (idle, most) in DAYS {
        test(async |here| {
            arrange(&here, idle).await;
            let calls = calls_in(&here, 24).await;
            assert!(calls <= most, "{idle:?}: {calls}");
        });
    }
}
