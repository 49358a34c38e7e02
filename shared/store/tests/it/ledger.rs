//! The step ledger: an effect happens as often as it must and no more, whatever crashes or is delivered twice.

use crate::fixture::{fixture, order, workspace};
use domain::{Moment, Order};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::Store;
use store::ledger::{Called, Class, Effect, LookFailed, ParkReason, Step, StepOutcome, Timing, run};

const NOW: Moment = Moment(1_000_000_000);

/// A far side that can lose answers: what happens there, and what the caller hears of it.
struct FarSide {
    answers: Mutex<Vec<Answer>>,
    happened: AtomicUsize,
    calls: AtomicUsize,
    visible: bool,
}

#[derive(Clone, Copy)]
enum Answer {
    Ok,
    LostAfterEffect,
    LostBeforeEffect,
    NotSent,
    Refused,
    /// The process dies inside the call, after the effect.
    Crash,
}

impl FarSide {
    fn answering(answers: &[Answer]) -> Self {
        Self {
            answers: Mutex::new(answers.iter().rev().copied().collect()),
            happened: 0.into(),
            calls: 0.into(),
            visible: true,
        }
    }

    fn happened(&self) -> usize {
        self.happened.load(Ordering::SeqCst)
    }
}

impl Effect for FarSide {
    async fn call(&self) -> Called {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.lock().unwrap().pop().unwrap_or(Answer::Ok);
        if matches!(answer, Answer::Ok | Answer::LostAfterEffect | Answer::Crash) {
            self.happened.fetch_add(1, Ordering::SeqCst);
        }
        match answer {
            Answer::Ok => Called::Done("id".into()),
            Answer::LostAfterEffect | Answer::LostBeforeEffect => Called::Unknown,
            Answer::NotSent => Called::NotSent { retry_after: None },
            Answer::Refused => Called::Refused("no".into()),
            Answer::Crash => std::future::pending().await,
        }
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        Ok((self.visible && self.happened() > 0).then(|| "id".into()))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a crashed call waits for ever, and no product code waits here"
)]
async fn step(store: &Store, class: Class, input: &str, now: Moment, far_side: &FarSide) -> StepOutcome {
    let order: Order = order(1, NOW);
    let step = Step {
        workspace: &workspace(),
        owner: (&order.order).into(),
        name: "a1.step".into(),
        class,
        input_hash: input.into(),
        round: 0,
    };
    let running = run(store, &step, Timing::default(), || now, far_side);
    // A crash is a future that is dropped: the call never returns here.
    match tokio::time::timeout(Duration::from_millis(500), running).await {
        Ok(outcome) => outcome.unwrap(),
        Err(_crashed) => StepOutcome::Park {
            until: now,
            reason: ParkReason::Unproven,
            failures: 0,
        },
    }
}

/// Runs a step until it settles, as its due row would: at each moment it asks for, and after each lease.
async fn settle(store: &Store, class: Class, far_side: &FarSide) -> StepOutcome {
    let mut now = NOW;
    for _ in 0..40 {
        match step(store, class, "input", now, far_side).await {
            StepOutcome::Park { until, .. } => now = until.max(now.plus(Duration::from_secs(1))),
            settled @ (StepOutcome::Done(_) | StepOutcome::Refused(_) | StepOutcome::Review) => return settled,
        }
    }
    panic!("the step never settles");
}

#[tokio::test]
async fn p3_a_readable_effect_happens_once_whatever_is_lost() {
    use Answer::{Crash, LostAfterEffect, LostBeforeEffect, NotSent, Ok};
    for answers in [
        &[Ok][..],
        &[LostAfterEffect],
        &[LostBeforeEffect, Ok],
        &[LostBeforeEffect, LostAfterEffect],
        &[NotSent, NotSent, Ok],
        &[Crash],
        &[NotSent, Crash],
        &[LostBeforeEffect, Crash],
    ] {
        let fixture = fixture().await;
        let far_side = FarSide::answering(answers);
        assert_eq!(
            settle(&fixture.store, Class::Readable, &far_side).await,
            StepOutcome::Done("id".into())
        );
        assert_eq!(far_side.happened(), 1);
        // Delivered again: the ledger answers, the far side is not asked.
        let calls = far_side.calls.load(Ordering::SeqCst);
        settle(&fixture.store, Class::Readable, &far_side).await;
        assert_eq!(far_side.calls.load(Ordering::SeqCst), calls);
    }
}

#[tokio::test]
async fn an_unknown_answer_is_quarantined_before_anything_is_repeated() {
    let fixture = fixture().await;
    let far_side = FarSide::answering(&[Answer::LostBeforeEffect]);
    let first = step(&fixture.store, Class::Readable, "input", NOW, &far_side).await;
    let StepOutcome::Park {
        until,
        reason: ParkReason::Unproven,
        failures: 1,
    } = first
    else {
        panic!("{first:?}")
    };
    assert_eq!(until, NOW.plus(Timing::default().quarantine));
    let early = step(&fixture.store, Class::Readable, "input", Moment(until.0 - 1), &far_side).await;
    assert!(matches!(early, StepOutcome::Park { .. }), "{early:?}");
    let second_look = step(&fixture.store, Class::Readable, "input", until, &far_side).await;
    assert!(
        matches!(second_look, StepOutcome::Park { .. }),
        "one look is not enough: {second_look:?}"
    );
    assert_eq!(far_side.calls.load(Ordering::SeqCst), 1);
    let done = step(
        &fixture.store,
        Class::Readable,
        "input",
        until.plus(Timing::default().second_look),
        &far_side,
    )
    .await;
    assert_eq!(done, StepOutcome::Done("id".into()));
}

#[tokio::test]
async fn p4_a_message_without_evidence_is_repeated_up_to_its_cap_and_then_reviewed() {
    let fixture = fixture().await;
    let far_side = FarSide {
        visible: false,
        ..FarSide::answering(&[Answer::LostAfterEffect; 9])
    };
    assert_eq!(settle(&fixture.store, Class::Unreadable, &far_side).await, StepOutcome::Review);
    assert_eq!(far_side.happened(), 3);
}

#[tokio::test]
async fn p9_what_can_be_read_back_is_tried_for_as_long_as_it_takes() {
    for class in [Class::Readable, Class::Idempotent] {
        let fixture = fixture().await;
        let far_side = FarSide::answering(&[Answer::LostBeforeEffect; 12]);
        assert_eq!(
            settle(&fixture.store, class, &far_side).await,
            StepOutcome::Done("id".into()),
            "{class:?}"
        );
        assert_eq!((far_side.happened(), far_side.calls.load(Ordering::SeqCst)), (1, 13), "{class:?}");
    }
}

#[tokio::test]
async fn lease_and_quarantine_count_from_the_call_however_long_the_work_before_it_took() {
    let fixture = fixture().await;
    let far_side = FarSide::answering(&[Answer::LostBeforeEffect]);
    let order: Order = order(1, NOW);
    let step = Step {
        workspace: &workspace(),
        owner: (&order.order).into(),
        name: "a1.step".into(),
        class: Class::Readable,
        input_hash: "input".into(),
        round: 0,
    };
    // Each look at the clock finds it a minute later: the first claim is late before its call.
    let minutes = AtomicUsize::new(0);
    let clock = || {
        let passed = minutes.fetch_add(1, Ordering::SeqCst).min(2) as u64;
        NOW.plus(Duration::from_mins(passed))
    };
    let outcome = run(&fixture.store, &step, Timing::default(), clock, &far_side).await.unwrap();
    let StepOutcome::Park { until, .. } = outcome else {
        panic!("{outcome:?}")
    };
    let called_at = NOW.plus(Duration::from_mins(1));
    assert!(until >= called_at.plus(Timing::default().quarantine), "{until:?}");
}

#[tokio::test]
async fn p4_evidence_ends_the_wait_at_once() {
    let fixture = fixture().await;
    let far_side = FarSide::answering(&[Answer::LostAfterEffect]);
    step(&fixture.store, Class::Unreadable, "input", NOW, &far_side).await;
    let next = step(
        &fixture.store,
        Class::Unreadable,
        "input",
        NOW.plus(Duration::from_secs(1)),
        &far_side,
    )
    .await;
    assert_eq!(next, StepOutcome::Done("id".into()));
    assert_eq!(far_side.happened(), 1);
}

#[tokio::test]
async fn a_value_that_stands_there_already_is_not_set_again() {
    let fixture = fixture().await;
    let far_side = FarSide::answering(&[]);
    far_side.happened.store(1, Ordering::SeqCst);
    assert_eq!(
        settle(&fixture.store, Class::Idempotent, &far_side).await,
        StepOutcome::Done("id".into())
    );
    assert_eq!(far_side.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_refusal_is_remembered() {
    let fixture = fixture().await;
    let far_side = FarSide::answering(&[Answer::Refused]);
    for _ in 0..2 {
        assert_eq!(
            settle(&fixture.store, Class::Readable, &far_side).await,
            StepOutcome::Refused("no".into())
        );
    }
    assert_eq!(far_side.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_step_can_never_mean_two_things() {
    let fixture = fixture().await;
    let far_side = FarSide::answering(&[Answer::LostBeforeEffect]);
    step(&fixture.store, Class::Readable, "one", NOW, &far_side).await;
    let other = step(&fixture.store, Class::Readable, "two", NOW.plus(Duration::from_hours(1)), &far_side).await;
    assert_eq!(other, StepOutcome::Review);
}

#[tokio::test]
async fn a_step_that_never_left_may_be_corrected() {
    let fixture = fixture().await;
    let far_side = FarSide::answering(&[Answer::NotSent, Answer::Ok]);
    step(&fixture.store, Class::Readable, "wrong id", NOW, &far_side).await;
    let corrected = step(
        &fixture.store,
        Class::Readable,
        "right id",
        NOW.plus(Duration::from_mins(15)),
        &far_side,
    )
    .await;
    assert_eq!(corrected, StepOutcome::Done("id".into()));
}

#[tokio::test]
async fn two_deliveries_at_once_cause_one_call() {
    for class in [Class::Readable, Class::Unreadable] {
        let fixture = fixture().await;
        let far_side = FarSide::answering(&[]);
        let (left, right) = tokio::join!(
            step(&fixture.store, class, "input", NOW, &far_side),
            step(&fixture.store, class, "input", NOW, &far_side)
        );
        assert!(
            [&left, &right].iter().any(|outcome| matches!(outcome, StepOutcome::Done(_))),
            "{left:?} {right:?}"
        );
        assert_eq!(far_side.happened(), 1);
    }
}
