//! How an agent's polls stand is told where a person looks, until a poll works again.

use crate::fixture::{Fixture, test};
use domain::order::ExpiryReason;
use domain::part::{Obstacle, PartStanding};
use domain::progress::{self, Sighting};
use domain::standing::PostingStanding;
use serde_json::json;
use std::time::Duration;
use surroundings::APPLICATION;

async fn standing(here: &Fixture) -> PartStanding {
    let known = here.store.posting_standing(&here.id(), &here.posting()).await.unwrap();
    known.map(|known: PostingStanding| known.polls).unwrap_or_default()
}

#[test]
fn what_keeps_an_agents_polls_is_told_in_heymilos_words_until_a_poll_works_again() {
    for (operation, kind, obstacle, words) in [
        (
            "getPosting",
            "not_found",
            Obstacle::UnknownId,
            "HeyMilo has no such agent for this key",
        ),
        ("*", "http401", Obstacle::AccessRefused, "HeyMilo does not accept the API key"),
        (
            "listCandidates",
            "http503",
            Obstacle::Unavailable,
            "HeyMilo is unavailable (status 503)",
        ),
        (
            "listCandidates",
            "non_json",
            Obstacle::Unreadable,
            "HeyMilo's answer cannot be read",
        ),
    ] {
        test(async |here| {
            here.invited(APPLICATION, None).await;
            here.take(&here.posting_poll()).await;
            let worked = standing(&here).await;
            assert!(worked.is_whole() && worked.problem.is_none(), "{worked:?}");

            here.clock.advance(Duration::from_mins(5));
            let began = here.clock.now();
            here.heymilo_fails(operation, kind).await;
            here.take(&here.posting_poll()).await;
            let stopped = standing(&here).await;
            let problem = stopped.problem.clone().unwrap_or_else(|| panic!("{kind}: nothing is told"));
            assert_eq!(problem.obstacle, obstacle, "{kind}");
            assert!(problem.words.starts_with(words), "{kind}: {}", problem.words);
            assert_eq!((stopped.succeeded_at, stopped.failures), (worked.succeeded_at, 1), "{kind}");

            here.clock.advance(here.due_in(&here.posting_poll()).await);
            here.take(&here.posting_poll()).await;
            let again = standing(&here).await;
            assert_eq!(again.problem.map(|problem| problem.since), Some(problem.since), "{kind}: it lasts");

            here.heymilo_recovers().await;
            here.clock.advance(Duration::from_hours(2));
            here.take(&here.posting_poll()).await;
            let mended = standing(&here).await;
            assert!(mended.problem.is_none() && mended.succeeded_at > Some(began), "{kind}: {mended:?}");
        });
    }
}

#[test]
fn what_kept_an_agents_polls_is_over_only_when_heymilo_answers_though_nobody_is_left_to_look_for() {
    test(async |here| {
        let order = here.invited(APPLICATION, None).await;
        here.heymilo_fails("getPosting", "not_found").await;
        here.take(&here.posting_poll()).await;
        let interview = order.interview.as_ref().unwrap();
        here.store.forget_interview(&here.id(), &here.posting(), interview).await.unwrap();
        here.clock.advance(Duration::from_hours(2));
        here.take(&here.posting_poll()).await;
        assert!(standing(&here).await.problem.is_some(), "HeyMilo does not know the agent still");

        here.heymilo_recovers().await;
        here.clock.advance(Duration::from_hours(2));
        here.take(&here.posting_poll()).await;
        assert!(standing(&here).await.problem.is_none());
        let calls = here.heymilo_calls().await.len();
        here.clock.advance(Duration::from_hours(2));
        here.take(&here.posting_poll()).await;
        assert_eq!(here.heymilo_calls().await.len(), calls, "nothing kept it, and nobody is looked for");
    });
}

#[test]
fn an_agent_that_is_polled_no_more_is_not_told_of() {
    test(async |here| {
        here.take(&here.posting_poll()).await;
        here.unlink().await;
        here.take(&here.posting_poll()).await;
        assert!(here.store.posting_standings(&here.id()).await.unwrap().is_empty());
    });
}

/// Polls for so many hours, each poll when it is due; how many hints at interviews came of it.
async fn hints_within(here: &Fixture, hours: u64) -> usize {
    let ends = here.clock.now().plus(Duration::from_hours(hours));
    let mut hints = 0;
    here.arm(here.posting_poll()).await;
    while let Some(due) = here.due(&here.posting_poll()).await.filter(|due| *due <= ends) {
        here.clock.sleep_until(due).await;
        here.take(&here.posting_poll()).await;
        hints += here.hinted("WritebackQueue").await.len();
    }
    here.clock.sleep_until(ends).await;
    hints
}

/// A row of the agent's interviews that says nothing.
fn damage_a_row(here: &Fixture) {
    let row = json!({
        "TableName": here.environment.required("TABLE_NAME").unwrap(),
        "Item": { "pk": { "S": format!("W#{}#P#{}", here.id(), here.posting()) }, "sk": { "S": "OPEN#odd" }, "since": { "S": "odd" } },
    });
    here.bench.aws.ask_table("PutItem", &row);
}

#[test]
fn an_agent_is_gone_only_when_heymilo_has_said_so_at_each_look_for_six_hours() {
    test(async |here| {
        here.invited(APPLICATION, None).await;
        let fails = async |kind| here.heymilo_fails("getPosting", kind).await;
        for kind in ["http503", "http401", "http403", "non_json"] {
            fails(kind).await;
            assert_eq!(hints_within(&here, 7).await, 0, "{kind}");
            here.heymilo_recovers().await;
        }
        fails("not_found").await;
        assert_eq!(hints_within(&here, 5).await, 0);
        here.heymilo_recovers().await;
        assert_eq!(hints_within(&here, 1).await, 0, "it is there after all");
        fails("not_found").await;
        assert_eq!(hints_within(&here, 5).await, 0, "said anew");
        assert!(hints_within(&here, 3).await > 0, "whoever is under way is looked at");
    });
}

#[test]
fn an_agent_that_is_gone_is_told_of_until_no_requisition_is_linked_to_it_whatever_of_it_cannot_be_read() {
    test(async |here| {
        let order = here.invited(APPLICATION, None).await;
        damage_a_row(&here);
        here.heymilo_fails("getPosting", "not_found").await;
        hints_within(&here, 8).await;
        let removed = progress::absorb(&order.state, Sighting::Over(ExpiryReason::InterviewRemoved));
        here.save(order.see(removed, None, here.clock.now()).unwrap()).await;
        hints_within(&here, 2).await;
        let problem = standing(&here).await.problem.unwrap();
        assert_eq!(problem.obstacle, Obstacle::UnknownId, "candidates are moved to it still");

        here.unlink().await;
        hints_within(&here, 2).await;
        assert_eq!(standing(&here).await.problem, None);
        here.clock.advance(Duration::from_hours(24 * 31));
        here.take(&here.posting_poll()).await;
        assert_eq!(here.due(&here.posting_poll()).await, None, "nobody is left to look for");
        assert!(here.store.posting_standings(&here.id()).await.unwrap().is_empty());
    });
}

#[test]
fn an_interviews_row_that_cannot_be_read_keeps_no_other_and_is_told_with_its_number() {
    test(async |here| {
        let order = here.invited(APPLICATION, None).await;
        damage_a_row(&here);
        let interview = order.interview.as_ref().unwrap();
        here.tell_heymilo(&format!("interviews/{interview}/complete"), json!({ "outcome": "started" }))
            .await;
        here.take(&here.posting_poll()).await;
        assert_eq!(here.hinted("WritebackQueue").await.len(), 1, "the readable one moved");
        let told = standing(&here).await;
        let words = told.problem.clone().map(|problem| problem.words).unwrap_or_default();
        assert!(words.starts_with("1 interview could not be read"), "{words}");
        assert!(told.succeeded_at.is_some());
    });
}

#[test]
fn an_interview_that_heymilo_shows_in_a_way_that_cannot_be_read_keeps_no_other_and_is_told_with_its_number() {
    test(async |here| {
        // Older than the list that is asked for, so that it is read by itself.
        let mail = "dana.example@example.com";
        here.ingest(&json!({ "name": "Dana Example", "email": mail })).await;
        here.clock.advance(Duration::from_hours(3));
        here.invited(APPLICATION, None).await;
        here.heymilo_fails("getInterviewData", "non_json").await;
        here.take(&here.posting_poll()).await;
        let told = standing(&here).await;
        let problem = told.problem.clone().unwrap_or_else(|| panic!("{told:?}"));
        assert!(problem.words.starts_with("1 interview could not be read"), "{}", problem.words);
        assert_eq!(problem.obstacle, Obstacle::Unreadable);
        assert!(told.succeeded_at.is_some(), "the others were looked at");
    });
}
