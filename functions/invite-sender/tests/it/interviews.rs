//! HeyMilo has one interview per person and agent: what it answers with may be another application's, or over.

use crate::fixture::{MAIL, stands, test, write_back};
use domain::{InterviewId, PostingId, Work};
use serde_json::json;
use surroundings::{APPLICATION, REQUISITION};

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
