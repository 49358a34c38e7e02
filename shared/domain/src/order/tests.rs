use super::*;

pub(super) const NOW: Moment = Moment(1_000);
const LATER: Moment = Moment(2_000);

fn subject() -> Subject {
    Subject {
        workspace: WorkspaceId::new("acme").unwrap(),
        connection: ConnectionId::new("production").unwrap(),
        application: JobApplicationId::new("JOB_APPLICATION-1").unwrap(),
        candidate: WorkdayCandidateId::new("C00001").unwrap(),
        requisition: JobRequisitionId::new("R00001").unwrap(),
    }
}

fn posting() -> PostingId {
    PostingId::new("13D77095").unwrap()
}

fn entrance() -> Entrance {
    Entrance {
        posting: Some(posting()),
        withdrawn: false,
        screened_before: false,
        moved_long_ago: false,
    }
}

pub(super) fn confirmed() -> Order {
    Order::begin(subject(), 1, entrance(), None, NOW).order
}

pub(super) fn invited() -> Order {
    let interview = InterviewId::new("D536A69A4090E13F").unwrap();
    confirmed().bind(interview, posting(), NOW).order.invite(NOW).order
}

fn completed() -> Order {
    let result = ResultVersion {
        number: 1,
        fingerprint: "a".into(),
    };
    invited().see(Some(state(Outcome::Completed)), Some(result), NOW).unwrap().order
}

fn state(outcome: Outcome) -> OrderState {
    OrderState::Completed { outcome }
}

/// Workday confirmed everything the order says.
fn written(order: Order) -> Order {
    let written = Written {
        rank: order.rank_to_write().unwrap(),
        version: order.result_version,
        attempt: order.attempt,
        outcome: order.outcome(),
        answers: order.assess_event.clone(),
        event: Some("e1".into()),
        at: Some(NOW),
    };
    order.wrote(written, false, NOW).order
}

#[test]
fn whoever_leaves_or_withdraws_before_the_invitation_leaves_nothing_to_write() {
    for withdrawn in [false, true] {
        let left = confirmed().leave(withdrawn, NOW).unwrap();
        assert_eq!((left.work, left.order.record_is_current()), (None, true), "withdrawn: {withdrawn}");
    }
}

#[test]
fn where_an_order_begins_depends_on_link_then_withdrawal_then_earlier_screenings() {
    use crate::Queue::{Order as Sender, Writeback};
    let (unlinked, withdrew, screened) = (
        Some("requisition_not_linked"),
        Some("candidate_withdrawn"),
        Some("already_screened"),
    );
    for (linked, withdrawn, screened_before, reason, work) in [
        (true, false, false, None, Some(Sender)),
        (true, false, true, screened, None),
        // Workday's own word: there is nothing to tell.
        (true, true, false, withdrew, None),
        (true, true, true, withdrew, None),
        // The recruiter reads why.
        (false, false, false, unlinked, Some(Writeback)),
        (false, false, true, unlinked, Some(Writeback)),
        (false, true, false, unlinked, Some(Writeback)),
        (false, true, true, unlinked, Some(Writeback)),
    ] {
        let entrance = Entrance {
            posting: linked.then(posting),
            withdrawn,
            screened_before,
            moved_long_ago: false,
        };
        let described = format!("{entrance:?}");
        let begun = Order::begin(subject(), 3, entrance, Some("e1".to_owned()), NOW);
        assert_eq!(begun.order.state.reason(), reason, "{described}");
        assert_eq!(begun.order.state == OrderState::Confirmed, reason.is_none(), "{described}");
        assert_eq!(begun.work.map(|work| work.queue()), work, "{described}");
        let order = begun.order;
        assert_eq!((order.visit, order.attempt, order.assess_event.as_deref()), (3, 1, Some("e1")));
    }
}

#[test]
fn a_new_attempt_clears_what_belonged_to_the_old_one_and_closes_its_interview() {
    let old = written(completed());
    assert!(old.record_is_current());
    let again = old.ask_again(2, entrance(), Some(&"e2".to_owned()), LATER);
    assert!(matches!(again.interview, InterviewFate::Closed { .. }));
    let order = again.order;
    assert_eq!((order.attempt, order.rank, &order.interview, order.invited_at), (2, 0, &None, None));
    assert_eq!((order.assess_event.as_deref(), order.result_version), (Some("e2"), 1));
    let invited = order.invite(LATER).order;
    assert!(
        !invited.record_is_current(),
        "what the first attempt wrote says nothing about the second"
    );
}

#[test]
fn someone_screened_is_held_back_once_and_a_recruiter_who_insists_is_heard() {
    let screened = Entrance {
        screened_before: true,
        moved_long_ago: false,
        ..entrance()
    };
    let held = completed().ask_again(2, screened.clone(), None, NOW).order;
    assert_eq!(held.state.reason(), Some("already_screened"));
    let insisted = held.ask_again(3, screened, None, NOW).order;
    assert_eq!(insisted.state, OrderState::Confirmed);
}

#[test]
fn a_joined_event_is_to_be_written_to() {
    let order = written(invited());
    let joined = order.join(Some(&"e2".to_owned()), LATER);
    assert!(!joined.order.record_is_current());
    assert!(matches!(joined.work, Some(crate::Work::WriteBack { .. })));
    assert!(written(joined.order).record_is_current());
    assert_eq!(confirmed().join(None, NOW).work.map(|work| work.queue()), Some(crate::Queue::Order));
}

#[test]
fn withdrawing_ranks_above_progress_and_closes_the_interview() {
    let withdrawn = invited().withdraw(LATER).unwrap();
    assert_eq!(withdrawn.order.rank, 60);
    assert!(matches!(withdrawn.interview, InterviewFate::Closed { .. }));
    assert_eq!(confirmed().withdraw(NOW), None);
    let gone = invited().leave(true, LATER).unwrap();
    assert_eq!((gone.order.state.name(), gone.order.withdrew), ("withdrawn", true));
    let left = confirmed().leave(false, NOW).unwrap();
    assert_eq!((left.order.state.reason(), left.work), (Some("left_stage_before_invite"), None));
}

#[test]
fn whoever_is_moved_away_before_they_finish_can_take_it_no_longer_and_whoever_has_finished_waits_for_the_score() {
    let left = written(invited()).leave(false, LATER).unwrap();
    assert_eq!(
        (left.order.state.name(), left.order.state.reason()),
        ("expired", Some("left_stage"))
    );
    assert!(matches!(left.work, Some(crate::Work::WriteBack { .. })), "Workday says why");
    assert!(matches!(left.interview, InterviewFate::Over { .. }), "a report may come still");
    assert_eq!(left.order.clone().reopen(false, LATER), None, "a later deadline is no way back");
    assert!(!left.order.goes_by_deadline(false));
    assert_eq!(
        left.order.actions(),
        [],
        "asked anew, the report of whoever has begun would be lost"
    );
    for finished in [OrderState::Scoring, state(Outcome::Completed)] {
        let order = invited().see(Some(finished), completed().result(), NOW).unwrap().order;
        assert_eq!(order.leave(false, LATER), None);
    }
    let reported = left
        .order
        .see(Some(state(Outcome::Completed)), completed().result(), LATER)
        .unwrap();
    assert_eq!(reported.order.state.name(), "completed");
}

#[test]
fn a_repeated_wait_is_no_news() {
    let waits = |order: Order, reason| order.wait(reason, LATER, NOW);
    let first = waits(confirmed(), WaitReason::RateLimited);
    let entry = first.entry.clone().unwrap();
    assert_eq!(
        (entry.what.as_str(), entry.reason.as_deref(), entry.until),
        ("waiting", Some("rate_limited"), Some(LATER))
    );
    let second = waits(first.order, WaitReason::RateLimited);
    assert_eq!((second.entry.clone(), second.order.tries), (None, 2));
    assert!(waits(second.order, WaitReason::HeyMiloUnavailable).entry.is_some());
}

#[test]
fn only_news_is_a_change() {
    assert_eq!(completed().see(None, completed().result(), NOW), None);
    assert_eq!(invited().see(None, None, NOW), None);
    assert!(invited().open(NOW).unwrap().order.open(NOW).is_none(), "opened once");
    let rescored = ResultVersion {
        number: 2,
        fingerprint: "b".into(),
    };
    let order = written(completed()).see(None, Some(rescored), LATER).unwrap().order;
    assert_eq!((order.result_version, order.record_is_current()), (2, false));
}

#[test]
fn another_outcome_of_the_same_result_is_still_to_be_written() {
    let order = written(completed());
    let shortlisted = order.see(Some(state(Outcome::Shortlisted)), None, LATER).unwrap().order;
    assert!(!shortlisted.record_is_current());
}

#[test]
fn a_refused_write_is_told_once_and_goes_on_when_a_person_says_so() {
    let refused = completed().write_waits("no such status".into(), LATER, NOW);
    assert_eq!(refused.entry.as_ref().unwrap().until, Some(LATER));
    let again = refused.order.clone().write_waits("no such status".into(), LATER, NOW);
    assert_eq!(again.entry, None);
    let released = refused.order.write_again(By::Person("owner".into()), LATER).unwrap();
    assert_eq!((released.order.write_round, released.order.write_problem.clone()), (1, None));
    assert!(matches!(released.work, Some(crate::Work::WriteBack { .. })));
    assert_eq!(completed().write_again(By::Us, NOW), None);
}

#[test]
fn what_is_not_workdays_business_is_current_as_it_is() {
    let review = confirmed().review(ReviewReason::RecipientNotAllowed, NOW).order;
    assert!(review.record_is_current());
    let shared = confirmed().review(ReviewReason::InterviewShared, NOW);
    assert!(
        !shared.order.record_is_current() && shared.work.is_some(),
        "the recruiter reads why"
    );
}

#[test]
fn who_is_refused_again_for_another_reason_is_to_be_written_anew() {
    let refused = written(confirmed().refuse(RefusalReason::CandidateWithoutEmail, NOW).order);
    let again = refused
        .choose("owner", LATER)
        .order
        .refuse(RefusalReason::RefusedByHeyMilo, LATER)
        .order;
    assert!(!again.record_is_current());
    assert_eq!(again.returns, 1, "a step of its own");
}

#[test]
fn an_invitation_that_came_back_is_told_above_its_having_left_and_below_what_only_its_holder_can_do() {
    let invited = invited();
    let returned = invited.clone().mail_returned(LATER).unwrap().order;
    assert_eq!(returned.state.reason(), Some("mail_returned"));
    assert!(returned.state.rank_to_write() > invited.state.rank_to_write());
    assert!(returned.actions().contains(&Action::Invite) && returned.actions().contains(&Action::Close));
    assert_eq!(returned.clone().mail_returned(LATER), None, "told twice");
    let bound = returned
        .bind(InterviewId::new("i1").unwrap(), PostingId::new("p1").unwrap(), LATER)
        .order;
    let arrived = bound.arrive(LATER).expect("whoever holds the link has the mail").order;
    let opened = arrived.open(LATER).unwrap().order;
    assert!(opened.state.rank_to_write() > Some(15));
    assert_eq!(opened.mail_returned(LATER), None, "they had it");
}
