//! The table of decisions: what a row, a moment and a look ask for.

use super::super::input_hash;
use super::*;
use domain::{OrderId, WorkspaceId};

const NOW: Moment = Moment(1_000_000_000);
const TIMING: Timing = Timing {
    lease: Duration::from_secs(90),
    quarantine: Duration::from_mins(2),
    second_look: Duration::from_secs(5),
    evidence: Duration::from_mins(10),
};
const CLASSES: [Class; 3] = [Class::Readable, Class::Idempotent, Class::Unreadable];

/// A run of a step of that class in that round, and what it decides.
struct Asked {
    class: Class,
    round: u32,
    input: &'static str,
}

fn asked(class: Class) -> Asked {
    let (round, input) = (0, "input");
    Asked { class, round, input }
}

impl Asked {
    fn run<T>(&self, ask: impl FnOnce(&Run<'_>) -> T) -> T {
        let (workspace, order) = (WorkspaceId::new("acme").unwrap(), OrderId::new("order").unwrap());
        let step = Step {
            workspace: &workspace,
            owner: (&order).into(),
            name: "a1.step".into(),
            class: self.class,
            input_hash: input_hash(&[self.input]),
            round: self.round,
        };
        ask(&Run {
            step: &step,
            timing: TIMING,
            cap: CAP,
            now: NOW,
        })
    }

    fn next(&self, seen: Option<&Row>, found: Option<&Found>) -> Next {
        self.run(|run| run.next(seen, found))
    }

    fn absent(&self, row: &Row) -> Next {
        self.next(Some(row), Some(&Ok(None)))
    }
}

fn ago(seconds: u64) -> Moment {
    NOW.minus(Duration::from_secs(seconds))
}

fn later(seconds: u64) -> Moment {
    NOW.plus(Duration::from_secs(seconds))
}

/// A step called once, that long ago, by a worker whose lease is over.
fn called(class: Class, seconds: u64) -> Row {
    Row {
        workspace: WorkspaceId::new("acme").unwrap(),
        status: Status::Intent,
        class,
        epoch: 4,
        lease_until: NOW,
        call_at: Some(ago(seconds)),
        sends: 1,
        failures: 0,
        absent_at: None,
        result: String::new(),
        input_hash: input_hash(&["input"]),
        round: 0,
        expires_at: 0,
    }
}

fn settled(class: Class, status: Status) -> Row {
    Row {
        status,
        result: "result".into(),
        sends: CAP,
        ..called(class, 10_000)
    }
}

fn waits(until: Moment, reason: ParkReason) -> Next {
    failed(until, reason, 0)
}

/// The same after so many failures in a row.
fn failed(until: Moment, reason: ParkReason, failures: u32) -> Next {
    Next::Tell(StepOutcome::Park { until, reason, failures })
}

/// The row that is written, if something is.
fn written(next: Next) -> Option<Row> {
    match next {
        Next::Write { row, .. } => Some(row),
        Next::Call(_) | Next::Look | Next::Tell(_) => None,
    }
}

/// The claim, if a call follows.
fn claim(next: Next) -> Option<Row> {
    match next {
        Next::Call(claim) => Some(claim),
        Next::Write { .. } | Next::Look | Next::Tell(_) => None,
    }
}

#[test]
fn a_new_step_is_called_and_a_value_looked_for_first() {
    assert_eq!(asked(Class::Idempotent).next(None, None), Next::Look);
    let found_nothing = asked(Class::Idempotent).next(None, Some(&Ok(None)));
    for next in [
        asked(Class::Readable).next(None, None),
        asked(Class::Unreadable).next(None, None),
        found_nothing,
    ] {
        let claim = claim(next).unwrap();
        assert_eq!((claim.epoch, claim.sends, claim.status), (1, 1, Status::Intent));
        assert_eq!((claim.lease_until, claim.call_at), (later(90), Some(NOW)));
    }
    let stands = asked(Class::Idempotent).next(None, Some(&Ok(Some("id".into()))));
    let row = written(stands).unwrap();
    assert_eq!((row.epoch, row.sends, row.status, row.result.as_str()), (1, 0, Status::Done, "id"));
}

#[test]
fn a_settled_step_is_told_and_nothing_is_asked_or_changed() {
    for class in CLASSES {
        let told = |status| asked(class).next(Some(&settled(class, status)), None);
        assert_eq!(told(Status::Done), Next::Tell(StepOutcome::Done("result".into())));
        assert_eq!(told(Status::Refused), Next::Tell(StepOutcome::Refused("result".into())));
        assert_eq!(told(Status::Review), Next::Tell(StepOutcome::Review));
    }
}

#[test]
fn a_step_asked_for_again_counts_its_calls_anew() {
    for class in CLASSES {
        let again = Asked { round: 1, ..asked(class) };
        let refused = settled(class, Status::Refused);
        let next = match again.next(Some(&refused), None) {
            Next::Look => again.absent(&refused),
            next @ (Next::Call(_) | Next::Write { .. } | Next::Tell(_)) => next,
        };
        assert_eq!(
            claim(next).map(|row| (row.epoch, row.sends, row.round)),
            Some((5, 1, 1)),
            "{class:?}"
        );
        // Left for a person: the last call may have happened after all, so it is looked for.
        let review = Row {
            absent_at: Some(ago(5)),
            ..settled(class, Status::Review)
        };
        assert_eq!(again.next(Some(&review), None), Next::Look);
        assert_eq!(
            claim(again.absent(&review)).map(|row| (row.sends, row.round)),
            Some((1, 1)),
            "{class:?}"
        );
        let done = settled(class, Status::Done);
        assert_eq!(again.next(Some(&done), None), Next::Tell(StepOutcome::Done("result".into())));
    }
}

#[test]
fn a_step_means_one_thing_once_it_may_have_left() {
    let other = |class| Asked {
        input: "other",
        ..asked(class)
    };
    for class in [Class::Readable, Class::Unreadable] {
        let review = written(other(class).next(Some(&called(class, 1000)), None)).unwrap();
        assert_eq!((review.status, review.result.as_str()), (Status::Review, "input_changed"));
        let never_left = Row {
            call_at: None,
            sends: 0,
            ..called(class, 0)
        };
        assert!(claim(other(class).next(Some(&never_left), None)).is_some());
        let again = Asked { round: 1, ..other(class) };
        assert_eq!(again.next(Some(&settled(class, Status::Review)), None), Next::Look);
    }
}

#[test]
fn a_release_that_words_it_differently_between_an_unknown_answer_and_its_repeat_writes_the_new_words() {
    let reworded = Asked {
        input: "other words",
        ..asked(Class::Idempotent)
    };
    let unknown = called(Class::Idempotent, 1000);
    assert_eq!(reworded.next(Some(&unknown), None), Next::Look, "never left for a person");
}

#[test]
fn a_repeat_that_was_not_sent_leaves_the_earlier_message_to_be_looked_for() {
    let row = |class| Row {
        call_at: None,
        ..called(class, 0)
    };
    let mail = row(Class::Unreadable);
    assert_eq!(asked(Class::Unreadable).next(Some(&mail), None), Next::Look);
    assert_eq!(claim(asked(Class::Unreadable).absent(&mail)).map(|row| row.sends), Some(2));
    let other = Asked {
        input: "other",
        ..asked(Class::Unreadable)
    };
    assert_eq!(
        written(other.next(Some(&mail), None)).map(|row| row.result),
        Some("input_changed".into())
    );
    // What can be read was proven absent before the repeat.
    assert!(claim(asked(Class::Readable).next(Some(&row(Class::Readable)), None)).is_some());
}

#[test]
fn nobody_touches_what_another_holds() {
    for class in CLASSES {
        let held = Row {
            lease_until: later(1),
            ..called(class, 10_000)
        };
        assert_eq!(asked(class).next(Some(&held), None), waits(later(1), ParkReason::Held));
    }
}

#[test]
fn a_lost_answer_is_looked_for_when_a_look_can_prove_something() {
    let next = |class, seconds| asked(class).next(Some(&called(class, seconds)), None);
    assert_eq!(next(Class::Readable, 119), waits(later(1), ParkReason::Unproven));
    assert_eq!(next(Class::Readable, 120), Next::Look);
    assert_eq!(next(Class::Idempotent, 0), Next::Look);
    // Evidence ends the wait whenever it comes.
    assert_eq!(next(Class::Unreadable, 0), Next::Look);
}

#[test]
fn what_is_found_is_done_and_a_failed_look_says_nothing() {
    for class in CLASSES {
        let row = called(class, 130);
        let found = written(asked(class).next(Some(&row), Some(&Ok(Some("id".into()))))).unwrap();
        assert_eq!((found.status, found.epoch, found.sends), (Status::Done, 5, 1));
        for (seconds, until) in [(None, NOW), (Some(30), later(30))] {
            let look = LookFailed {
                retry_after: seconds.map(Duration::from_secs),
            };
            let Next::Write { row: noted, told, lost } = asked(class).next(Some(&row), Some(&Err(look))) else {
                panic!("a failed look is counted")
            };
            assert_eq!(
                noted,
                Row {
                    failures: 1,
                    ..row.clone()
                }
            );
            assert_eq!(Next::Tell(told.clone()), failed(until, ParkReason::Unreachable, 1));
            assert_eq!(lost, told);
        }
    }
}

#[test]
fn a_readable_effect_is_absent_after_two_looks() {
    let first = called(Class::Readable, 120);
    let Next::Write { row, told, lost } = asked(Class::Readable).absent(&first) else {
        panic!("the first look is written down")
    };
    assert_eq!((row.absent_at, row.epoch), (Some(NOW), 4));
    assert_eq!(Next::Tell(told), waits(later(5), ParkReason::Unproven));
    assert_eq!(Next::Tell(lost), waits(later(5), ParkReason::Unproven));
    let absent = |seconds| {
        asked(Class::Readable).absent(&Row {
            absent_at: Some(ago(seconds)),
            ..first.clone()
        })
    };
    assert_eq!(absent(4), waits(later(1), ParkReason::Unproven));
    assert_eq!(claim(absent(5)).map(|row| (row.sends, row.absent_at)), Some((1, None)));
}

#[test]
fn a_value_is_set_again_at_once_and_a_message_when_evidence_had_its_time() {
    let absent = |class, seconds| asked(class).absent(&called(class, seconds));
    assert_eq!(claim(absent(Class::Idempotent, 0)).map(|row| row.sends), Some(1));
    assert_eq!(absent(Class::Unreadable, 599), waits(later(1), ParkReason::Unproven));
    assert_eq!(claim(absent(Class::Unreadable, 600)).map(|row| row.sends), Some(2));
}

#[test]
fn a_message_is_left_for_a_person_at_its_cap_and_nothing_that_can_be_read_back_ever_is() {
    let row = |class, sends| Row {
        sends,
        absent_at: Some(ago(5)),
        ..called(class, 600)
    };
    let mail = asked(Class::Unreadable);
    assert!(claim(mail.absent(&row(Class::Unreadable, CAP - 1))).is_some());
    let review = written(mail.absent(&row(Class::Unreadable, CAP))).unwrap();
    assert_eq!((review.status, review.result.as_str()), (Status::Review, "cap_reached"));
    for class in [Class::Readable, Class::Idempotent] {
        assert!(claim(asked(class).absent(&row(class, 1_000))).is_some(), "{class:?}");
    }
}

#[test]
fn a_claim_whose_write_took_half_its_lease_is_written_anew_before_the_call_and_counts_once() {
    for class in CLASSES {
        let claim = |seconds| Row {
            lease_until: later(90 - seconds),
            sends: 2,
            failures: 4,
            ..called(class, seconds)
        };
        let renewed = |seconds| asked(class).run(|run| run.renewed(&claim(seconds)));
        assert_eq!(renewed(44), None);
        let row = renewed(45).unwrap();
        assert_eq!((row.epoch, row.sends, row.failures), (5, 2, 4), "{class:?}");
        assert_eq!((row.call_at, row.lease_until), (Some(NOW), later(90)), "{class:?}");
    }
}

#[test]
fn what_a_call_came_to_is_kept_with_the_claim() {
    // Counted from the claim; a value is looked at again a moment after the answer was lost.
    for (class, wait) in [(Class::Readable, 100), (Class::Idempotent, 5), (Class::Unreadable, 580)] {
        let claimed = Row {
            call_at: Some(ago(20)),
            sends: 2,
            failures: 6,
            lease_until: later(90),
            ..called(class, 0)
        };
        let came_to = |called| asked(class).run(|run| run.called(&claimed, called));
        let (row, told) = came_to(Called::Done("id".into()));
        assert_eq!((row.status, row.epoch, told), (Status::Done, 4, StepOutcome::Done("id".into())));
        let (row, told) = came_to(Called::Refused("no".into()));
        assert_eq!(
            (row.status, row.epoch, told),
            (Status::Refused, 4, StepOutcome::Refused("no".into()))
        );
        // Not sent: it does not count.
        let (row, told) = came_to(Called::NotSent { retry_after: None });
        assert_eq!((row.sends, row.call_at, row.lease_until), (1, None, Moment(0)));
        assert_eq!(Next::Tell(told), failed(NOW, ParkReason::Unreachable, 7));
        let (row, told) = came_to(Called::Unknown);
        assert_eq!((row.sends, row.call_at, row.lease_until), (2, Some(ago(20)), NOW));
        assert_eq!(Next::Tell(told), failed(later(wait), ParkReason::Unproven, 7));
    }
}
