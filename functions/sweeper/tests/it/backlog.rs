//! How much one tick gets through, and that one workspace's backlog is nobody else's. Takes minutes: see `.ci/full`.

use crate::fixture::{Fixture, test};
use domain::{OrderId, Work, WorkspaceId};
use std::time::{Duration, Instant};
use store::due::Arm;

/// Arms so many orders of a workspace, due for a minute.
async fn backlog(here: &Fixture, workspace: &str, rows: usize) {
    let workspace = WorkspaceId::new(workspace).unwrap();
    for number in 0..rows {
        let work = Work::AdvanceOrder {
            order: OrderId::new(format!("o{number}")).unwrap(),
        };
        let at = here.clock.now().minus(Duration::from_mins(1));
        here.store.arm(&workspace, &Arm { work, at }).await.unwrap();
    }
}

#[test]
#[ignore = "takes minutes"]
fn a_hundred_thousand_due_rows_of_a_thousand_workspaces_are_announced_within_a_minute() {
    test(async |here| {
        for number in 0..1_000 {
            backlog(&here, &format!("w{number}"), 100).await;
        }
        let began = Instant::now();
        let sent = here.tick().await;
        let took = began.elapsed();
        println!(
            "{sent} rows announced in {took:?}: {} a minute",
            u128::from(sent) * 60_000 / took.as_millis()
        );
        assert_eq!(sent, 100_000);
        assert!(took <= Duration::from_mins(1), "{took:?}");
    });
}

#[test]
#[ignore = "takes minutes"]
fn fifty_thousand_due_rows_of_one_workspace_delay_anothers_by_no_tick() {
    test(async |here| {
        backlog(&here, "busy", 50_000).await;
        here.arm(here.connection_poll()).await;
        let began = Instant::now();
        here.tick().await;
        println!("the tick took {:?}", began.elapsed());
        assert_eq!(here.announced("SweepQueue").await, [here.connection_poll()]);
    });
}
