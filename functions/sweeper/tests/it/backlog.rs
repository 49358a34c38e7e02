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

/// Rows announced in a minute by an optimised build. Unoptimised, nearly all of the time is the SDK's, and the rate is only told.
const A_MINUTE: u128 = 100_000;

#[test]
#[ignore = "takes minutes"]
fn due_rows_of_many_workspaces_are_announced_in_one_tick_a_hundred_thousand_a_minute() {
    test(async |here| {
        for number in 0..200 {
            backlog(&here, &format!("w{number}"), 100).await;
        }
        let began = Instant::now();
        let sent = here.tick().await;
        let rate = u128::from(sent) * 60_000 / began.elapsed().as_millis();
        println!("{sent} rows announced, {rate} a minute");
        assert_eq!(sent, 20_000);
        assert!(cfg!(debug_assertions) || rate >= A_MINUTE, "{rate}");
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
