//! HeyMilo has one interview per person and agent: what it answers with may be another application's, or over.

use crate::fixture::{Fixture, MAIL, stands, test, write_back};
use domain::order::{Outcome, ResultVersion};
use domain::progress::{self, Sighting};
use domain::settings::WhoSends;
use domain::{InterviewId, Moment, Order, OrderId, PostingId, Work};
use serde_json::json;
use std::time::Duration;
use surroundings::{APPLICATION, POSTING, REQUISITION};
use testkit::{Fault, Kind, Service, When};

const ANOTHER: &str = "JOB_APPLICATION-3-2";

#[test]
fn an_interview_of_another_application_is_never_taken_over() {
    test(async |here| {
        let first = here.invited(ANOTHER, None).await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let held = here.advance(&order).await;
        assert_eq!(
            (stands(&held), held.interview.clone()),
            (("needs_review", Some("interview_shared")), None)
        );
        assert!(here.bench.aws.outbox().mails().is_empty());
        let claim = here
            .store
            .interview(&first.workspace, first.interview.as_ref().unwrap())
            .await
            .unwrap();
        assert_eq!(claim.unwrap().order, first.order);
        assert_eq!(
            here.announced("WritebackQueue").await,
            [write_back(&order)],
            "the recruiter reads why"
        );
    });
}

#[test]
fn whoever_shares_an_interview_is_invited_by_the_agent_that_is_linked_since() {
    test(async |here| {
        here.invited(ANOTHER, None).await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let held = here.advance(&order).await;
        assert_eq!(stands(&held), ("needs_review", Some("interview_shared")));
        let other = json!({ "postings": [{ "id": "OTHER-1", "title": "Another agent" }] });
        here.tell_heymilo("seed", other).await;
        here.change_mapping(|mapping| mapping.posting = PostingId::new("OTHER-1").unwrap())
            .await;
        here.store
            .baseline_taken(&here.mapping(REQUISITION).await.unwrap(), here.clock.now())
            .await
            .unwrap();
        here.save(held.choose_anew(2, "owner", here.clock.now())).await;
        let invited = here.advance(&order).await;
        assert_eq!(
            (invited.state.name(), invited.posting.as_ref().unwrap().as_str()),
            ("invited", "OTHER-1")
        );
    });
}

#[test]
fn nobody_is_invited_to_an_interview_that_is_over_already() {
    test(async |here| {
        let interview = here.interview_from_before("completed").await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let held = here.advance(&order).await;
        assert_eq!(stands(&held), ("needs_review", Some("interview_over")));
        assert_eq!(held.interview.as_ref().map(InterviewId::as_str), Some(interview.as_str()));
        assert!(here.bench.aws.outbox().mails().is_empty());
        assert_eq!(here.heymilo_calls().await, ["ingestCandidate"; 2], "the answer itself tells");
        assert!(!held.may_have_arrived());
        let announced = here.announced("WritebackQueue").await;
        assert!(
            matches!(announced.as_slice(), [Work::ReadInterview { .. }]),
            "its result is read: {announced:?}"
        );
    });
}

#[test]
fn an_interview_from_before_that_is_not_finished_yet_is_invited_to_like_any_other() {
    test(async |here| {
        here.interview_from_before("started").await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert_eq!(here.advance(&order).await.state.name(), "invited");
    });
}

/// Who has the order's interview, and for whom the poll looks for it.
async fn owners(here: &Fixture, order: &Order) -> (OrderId, Vec<OrderId>) {
    let interview = order.interview.as_ref().unwrap();
    let claim = here.store.interview(&order.workspace, interview).await.unwrap().unwrap();
    let rows = here.store.open_interviews(&here.id(), &here.posting()).await.unwrap();
    (claim.order, rows.into_iter().map(|row| row.order).collect())
}

/// An order of the first visit whose candidate has finished, as we know it once the report is read.
async fn finished(here: &Fixture) -> Order {
    let order = here.ready(APPLICATION, Some(MAIL)).await;
    let order = here.advance(&order).await;
    let interview = order.interview.as_ref().unwrap();
    here.tell_heymilo(&format!("interviews/{interview}/complete"), json!({})).await;
    let seen = progress::absorb(&order.state, Sighting::Reported(Outcome::Completed));
    let result = ResultVersion {
        number: 1,
        fingerprint: "f".into(),
    };
    here.save(order.see(seen, Some(result), here.clock.now()).unwrap()).await
}

#[test]
fn an_interview_that_is_over_stays_with_the_visit_that_has_it_however_a_person_decides_about_the_next() {
    test(async |here| {
        let first = finished(&here).await;
        let theirs = (first.order.clone(), vec![first.order.clone()]);
        let second = here.confirmed_on_visit(2, APPLICATION, None).await;
        let held = here.advance(&second).await;
        assert_eq!(stands(&held), ("needs_review", Some("interview_over")));
        assert_eq!((&held.interview, owners(&here, &first).await), (&first.interview, theirs.clone()));
        let anew = here.save(held.clone().choose_anew(2, "owner", here.clock.now())).await;
        assert_eq!(owners(&here, &first).await, theirs, "invited anew");
        let held = here.advance(&anew).await;
        here.save(held.close("owner", here.clock.now())).await;
        assert_eq!(owners(&here, &first).await, theirs, "closed");
    });
}

#[test]
fn an_answer_that_was_lost_invites_nobody_to_an_interview_that_was_over_before() {
    test(async |here| {
        let first = finished(&here).await;
        here.tell_heymilo(
            "faults",
            json!({ "operation": "ingestCandidate", "times": 1, "kind": "reset_after_effect" }),
        )
        .await;
        let again = here.save(first.choose_anew(2, "owner", here.clock.now())).await;
        let mut held = here.advance(&again).await;
        while held.is_waiting() {
            held = here.advance_when_due(&held).await;
        }
        assert_eq!(stands(&held), ("needs_review", Some("interview_over")));
        assert_eq!(here.bench.aws.outbox().mails().len(), 1, "the first attempt's");
    });
}

#[test]
fn an_interview_that_was_finished_before_its_lost_answer_was_made_up_for_is_the_orders() {
    test(async |here| {
        here.tell_heymilo("settings", json!({ "communications_off": false })).await;
        here.change_workspace(|workspace| workspace.who_sends = WhoSends::HeyMilo).await;
        here.tell_heymilo(
            "faults",
            json!({ "operation": "ingestCandidate", "times": 1, "kind": "reset_after_effect" }),
        )
        .await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let mut stands = here.advance(&order).await;
        let state = here.heymilo_state().await;
        let interview = state["interviews"][0]["interview_id"].as_str().unwrap().to_owned();
        here.tell_heymilo(&format!("interviews/{interview}/complete"), json!({})).await;
        while stands.is_waiting() {
            stands = here.advance_when_due(&stands).await;
        }
        assert_eq!(stands.state.name(), "invited");
        assert_eq!(owners(&here, &stands).await.0, order.order);
    });
}

/// The requisition, linked to an agent of which this was heard last.
async fn linked_to(here: &Fixture, posting: &str, deadline: Moment) {
    here.unlink().await;
    let linked_at = here.clock.now();
    let mapping = json!({
        "workspace": here.id(), "connection": here.connection_id(), "requisition": REQUISITION, "requisition_title": "Warehouse Associate",
        "posting": posting, "posting_title": "Summer Screen", "linked_at": linked_at, "baseline_at": linked_at,
        "posting_deadline": deadline,
    });
    here.store
        .save_mapping(&serde_json::from_value(mapping).unwrap(), &[])
        .await
        .unwrap();
}

#[test]
fn nobody_is_invited_by_an_agent_whose_deadline_has_passed_and_the_recruiter_reads_why() {
    test(async |here| {
        let over = json!({ "keep": true, "postings": [{ "id": "OVER-1", "title": "Summer Screen", "deadline_days": -1.0 }] });
        here.tell_heymilo("seed", over).await;
        linked_to(&here, "OVER-1", here.clock.now().minus(Duration::from_hours(24))).await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let refused = here.advance(&order).await;
        assert_eq!(stands(&refused), ("refused", Some("refused_by_heymilo")));
        assert!(here.bench.aws.outbox().mails().is_empty());
        assert_eq!(here.heymilo_calls().await, ["getPosting"]);
        assert_eq!(here.announced("WritebackQueue").await, [write_back(&order)]);
    });
}

#[test]
fn an_agent_whose_deadline_was_moved_invites_and_is_asked_about_it_once() {
    test(async |here| {
        linked_to(&here, POSTING, here.clock.now().minus(Duration::from_hours(24))).await;
        for (application, mail) in [(APPLICATION, MAIL), (ANOTHER, "someone.else@example.com")] {
            let order = here.ready(application, Some(mail)).await;
            assert_eq!(here.advance(&order).await.state.name(), "invited");
        }
        assert_eq!(here.heymilo_calls().await, ["getPosting", "ingestCandidate", "ingestCandidate"]);
    });
}

#[test]
fn who_was_asked_for_before_the_deadline_is_not_mailed_after_it() {
    test(async |here| {
        here.bench
            .aws
            .faults()
            .plan(Fault::once(Service::Ses, "SendEmail", When::BeforeEffect, Kind::Throttled));
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert!(here.advance(&order).await.interview.is_some());
        let passed = here.clock.now().minus(Duration::from_mins(1));
        here.set_deadline(passed).await;
        linked_to(&here, POSTING, passed).await;
        let refused = here.advance_when_due(&order).await;
        assert_eq!(stands(&refused), ("refused", Some("refused_by_heymilo")));
        assert!(here.bench.aws.outbox().mails().is_empty());
    });
}
