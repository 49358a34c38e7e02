//! Work that must pause: briefly within the invocation, longer in its due row.

use domain::{Message, Moment, PostingId, Work, WorkspaceId};
use lambda_kit::{Aws, Clock, Environment, Outside, Secrets};
use std::cell::Cell;
use std::time::Duration;
use store::Arm;
use store::due::Next;
use testkit::Bench;
use work::Worker;

const LEASE: Duration = Duration::from_mins(1);

/// Works under a due row with pauses of this length; how often it was begun, and how it ended.
async fn begun_and_ended(pause: Duration, pauses: u32) -> (u32, &'static str) {
    let bench = Bench::of("invite-sender").await.unwrap();
    let environment = Environment::from_pairs(bench.variables().unwrap());
    let clock = Clock::shifted(Moment(1_800_000_000_000));
    let aws = Aws::with_http_client(&environment, &clock, bench.aws.http_client()).unwrap();
    let secrets = Secrets::new(&aws, clock.clone());
    let outside = Outside::new(aws, clock.clone());
    let store = work::open_store(&environment, &outside, &secrets).await.unwrap();
    let worker = Worker::new(&outside, store.clone(), LEASE);
    let workspace = WorkspaceId::new("acme").unwrap();
    let posting = PostingId::new("posting").unwrap();
    let message = Message::new(workspace.clone(), Work::PollPosting { posting });
    let now = clock.now();
    let arm = Arm {
        work: message.work.clone(),
        at: now,
    };
    store.arm(&workspace, &arm).await.unwrap();
    let begun = Cell::new(0);
    let work = |_armed| async {
        begun.set(begun.get() + 1);
        Ok(if begun.get() > pauses {
            Next::Finished("finished")
        } else {
            Next::Park(now.plus(pause), "parked")
        })
    };
    let done = worker.run(&message, work).await;
    (begun.get(), done.0)
}

#[tokio::test]
async fn a_collision_costs_an_instant_and_not_the_wait_for_the_schedule() {
    assert_eq!(begun_and_ended(Duration::from_millis(20), 3).await, (4, "finished"));
    assert_eq!(begun_and_ended(Duration::ZERO, 1).await, (2, "finished"));
}

#[tokio::test]
async fn what_must_wait_longer_or_collides_again_and_again_is_parked() {
    assert_eq!(begun_and_ended(Duration::from_secs(2), 1).await, (1, "parked"));
    assert_eq!(begun_and_ended(Duration::from_millis(20), 9).await, (4, "parked"));
}
