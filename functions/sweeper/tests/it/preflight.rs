//! What a connection may do is tried out before a candidate needs it: each policy that is missing is found by name.

use crate::fixture::{Fixture, test};
use domain::Work;
use domain::preflight::{AgentVerdict, Capability, Preflight, Verdict};
use serde_json::json;
use std::time::Duration;

/// Tried by a request for somebody who does not exist.
const TRIED_ON_NOBODY: [Capability; 4] = [
    Capability::Attachments,
    Capability::WriteAssessment,
    Capability::WriteAttachment,
    Capability::Move,
];

async fn tried(here: &Fixture) -> Preflight {
    here.take(&Work::TryOut {
        connection: here.connection_id(),
    })
    .await;
    here.store.preflight(&here.id(), &here.connection_id()).await.unwrap().unwrap()
}

async fn linked_with_a_next_step(here: &Fixture) {
    here.change_mapping(|link| link.options.next_step = Some("JOB_APPLICATION_INTERVIEW".to_owned()))
        .await;
}

#[test]
fn whoever_may_do_everything_passes_and_nothing_in_workday_changes() {
    test(async |here| {
        linked_with_a_next_step(&here).await;
        let records = async || {
            (
                here.records("assessments").await,
                here.records("attachments").await,
                here.records("applications").await,
            )
        };
        let before = records().await;
        let found = tried(&here).await;
        for capability in Capability::ALL {
            let is_tried_in_vain = TRIED_ON_NOBODY.contains(&capability);
            let expected = if is_tried_in_vain { Verdict::Likely } else { Verdict::Passed };
            assert_eq!(found.verdict(capability), Some(&expected), "{capability:?}");
        }
        assert_eq!(found.agents.values().collect::<Vec<_>>(), [&AgentVerdict::Open]);
        assert_eq!(records().await, before, "a preflight takes no effect");
    });
}

#[test]
fn each_permission_that_is_missing_is_found_and_only_it_and_stands_on_the_connection() {
    for capability in Capability::ALL {
        test(async |here| {
            linked_with_a_next_step(&here).await;
            here.workday_fails(capability.operation(), "not_authorized").await;
            let found = tried(&here).await;
            let failed: Vec<_> = Capability::ALL
                .into_iter()
                .filter(|one| matches!(found.verdict(*one), Some(Verdict::Failed { .. })))
                .collect();
            assert_eq!(failed, [capability]);
            let withheld = here.connection().await.standing.withheld;
            // Without evergreen requisitions the others can be linked.
            let is_told = capability != Capability::EvergreenRequisitions;
            assert_eq!(withheld.contains_key(capability.operation()), is_told);

            here.workday_recovers().await;
            tried(&here).await;
            assert!(here.connection().await.standing.withheld.is_empty(), "given, it is missing no more");
        });
    }
}

#[test]
fn what_workday_refuses_for_another_reason_than_whom_it_names_has_failed_in_its_words() {
    test(async |here| {
        here.workday_fails("Put_Candidate_Attachment", "validation_fault").await;
        let found = tried(&here).await;
        let failed = found.verdict(Capability::WriteAttachment).unwrap();
        assert!(matches!(failed, Verdict::Failed { words } if !words.is_empty()), "{failed:?}");
    });
}

#[test]
fn nobody_asks_for_a_move_where_nobody_is_moved_on() {
    test(async |here| {
        assert_eq!(tried(&here).await.verdict(Capability::Move), None);
        assert!(!here.workday_calls().await.contains(&"Move_Candidate".to_owned()));
    });
}

#[test]
fn what_workday_does_not_answer_is_tried_again_and_nobody_is_told_that_it_failed() {
    test(async |here| {
        here.workday_fails("Get_Candidates", "http503").await;
        let found = tried(&here).await;
        assert_eq!(found.verdict(Capability::Candidates), Some(&Verdict::Unknown));
        assert!(!found.is_whole());
        here.workday_recovers().await;
        here.clock.advance(Duration::from_mins(16));
        let due = here.store.due_rows(&here.id()).await.unwrap();
        let again = due.iter().find(|due| matches!(due.work, Work::TryOut { .. })).unwrap();
        assert!(again.due_at <= here.clock.now());
        assert!(tried(&here).await.is_whole());
    });
}

#[test]
fn a_poll_asks_for_it_once_a_day_and_at_once_after_connecting() {
    test(async |here| {
        let is_armed = async || {
            let due = here.store.due_rows(&here.id()).await.unwrap();
            due.iter().any(|due| matches!(due.work, Work::TryOut { .. }))
        };
        here.take(&here.connection_poll()).await;
        assert!(is_armed().await);
        tried(&here).await;
        here.clock.advance(Duration::from_hours(23));
        here.take(&here.connection_poll()).await;
        assert!(!is_armed().await, "not before a day has passed");
        here.clock.advance(Duration::from_hours(2));
        here.take(&here.connection_poll()).await;
        assert!(is_armed().await);
    });
}

#[test]
fn an_agent_that_is_closed_or_gone_is_found() {
    test(async |here| {
        here.tell_heymilo("settings", json!({ "communications_off": true })).await;
        here.change_mapping(|link| link.posting = domain::PostingId::new("ZZZZZZZZ").unwrap())
            .await;
        let found = tried(&here).await;
        assert_eq!(found.agents.values().collect::<Vec<_>>(), [&AgentVerdict::Gone]);
    });
}
