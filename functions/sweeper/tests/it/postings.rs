//! A posting's poll: interviews that moved, ended, or can no longer be taken.

use crate::fixture::{Fixture, test};
use domain::order::{Outcome, ResultVersion};
use domain::progress::{self, Sighting};
use domain::{Message, Moment, Order};
use serde_json::json;
use std::cell::Cell;
use std::time::Duration;
use store::StoreError;
use store::due::Next;
use store::hint::About;
use surroundings::{APPLICATION, REQUISITION};

#[test]
fn a_posting_with_nobody_to_look_for_costs_no_call_and_one_that_is_unlinked_is_polled_no_more() {
    test(async |here| {
        here.take(&here.posting_poll()).await;
        assert_eq!(here.due_in(&here.posting_poll()).await, Duration::from_mins(5));
        here.unlink().await;
        here.take(&here.posting_poll()).await;
        assert_eq!((here.due(&here.posting_poll()).await, here.heymilo_calls().await.len()), (None, 0));
    });
}

/// Something happens to an order's interview at HeyMilo.
async fn at_interview(here: &Fixture, order: &Order, what: &str, body: serde_json::Value) {
    let interview = order.interview.as_ref().unwrap();
    here.tell_heymilo(&format!("interviews/{interview}/{what}"), body).await;
}

#[test]
fn an_interview_that_is_further_than_its_order_is_hinted_and_one_that_is_not_is_no_news() {
    test(async |here| {
        let order = here.invited(APPLICATION, None).await;
        here.take(&here.posting_poll()).await;
        assert!(here.hinted("WritebackQueue").await.is_empty(), "not started");

        at_interview(&here, &order, "complete", json!({ "outcome": "started" })).await;
        here.take(&here.posting_poll()).await;
        let [hint] = here.hinted("WritebackQueue").await.try_into().unwrap();
        let About::Interview { interview, event_type, .. } = hint.about else {
            panic!("{:?}", hint.about)
        };
        let expected = order.interview.as_ref().unwrap().to_string();
        assert_eq!((interview, event_type.as_str()), (expected, "poll:in_progress"));

        let seen = progress::absorb(&order.state, Sighting::InProgress);
        let order = here.save(order.see(seen, None, here.clock.now()).unwrap()).await;
        here.take(&here.posting_poll()).await;
        assert!(here.hinted("WritebackQueue").await.is_empty(), "known by now");

        here.unlink().await;
        at_interview(&here, &order, "complete", json!({})).await;
        here.take(&here.posting_poll()).await;
        assert_eq!(
            here.hinted("WritebackQueue").await.len(),
            1,
            "an interview that runs outlives its link"
        );
        let result = ResultVersion {
            number: 1,
            fingerprint: "f".into(),
        };
        let seen = progress::absorb(&order.state, Sighting::Reported(Outcome::Completed));
        here.save(order.see(seen, Some(result), here.clock.now()).unwrap()).await;
        let calls = here.heymilo_calls().await.len();
        here.take(&here.posting_poll()).await;
        assert_eq!(
            here.heymilo_calls().await.len(),
            calls,
            "completed: it is looked at again in an hour"
        );
        here.clock.advance(Duration::from_hours(24 * 31));
        here.take(&here.posting_poll()).await;
        assert_eq!(
            here.due(&here.posting_poll()).await,
            None,
            "after a month nobody is left to look for"
        );
        assert_eq!(here.heymilo_calls().await.len(), calls);
    });
}

#[test]
fn an_interview_that_ended_is_hinted_when_it_says_something_new_and_the_first_time_it_is_looked_at() {
    test(async |here| {
        let order = here.invited(APPLICATION, None).await;
        at_interview(&here, &order, "complete", json!({})).await;
        let result = ResultVersion {
            number: 1,
            fingerprint: "f".into(),
        };
        let seen = progress::absorb(&order.state, Sighting::Reported(Outcome::Completed));
        here.save(order.clone().see(seen, Some(result), here.clock.now()).unwrap()).await;
        let look = async || {
            here.clock.advance(Duration::from_hours(1));
            here.take(&here.posting_poll()).await;
            here.hinted("WritebackQueue").await.len()
        };
        assert_eq!((look().await, look().await), (1, 0), "it may have changed before anybody looked");
        at_interview(&here, &order, "rescore", json!({ "delta": -1 })).await;
        assert_eq!((look().await, look().await), (1, 0), "another score");
        at_interview(&here, &order, "status", json!({ "status": "shortlisted" })).await;
        assert_eq!((look().await, look().await), (1, 0), "another outcome");
    });
}

#[test]
fn an_agent_that_heymilo_does_not_show_ends_nobody_and_is_looked_for_hourly() {
    test(async |here| {
        here.invited(APPLICATION, None).await;
        here.heymilo_fails("getPosting", "not_found").await;
        here.take(&here.posting_poll()).await;
        assert_eq!(here.due_in(&here.posting_poll()).await, Duration::from_hours(1));
        assert!(here.hinted("WritebackQueue").await.is_empty());
    });
}

#[test]
fn when_the_agents_deadline_passes_is_noted_on_its_links_for_whoever_invites() {
    test(async |here| {
        here.invited(APPLICATION, None).await;
        for days in [3, 9] {
            let deadline = Moment(here.clock.now().epoch_seconds() * 1_000).plus(Duration::from_hours(24 * days));
            here.set_deadline(deadline).await;
            here.take(&here.posting_poll()).await;
            assert_eq!(here.mapping(REQUISITION).await.unwrap().standing.posting_deadline, Some(deadline));
        }
    });
}

#[test]
fn a_posting_poll_that_heymilo_does_not_answer_is_tried_within_a_minute() {
    test(async |here| {
        here.invited(APPLICATION, None).await;
        here.heymilo_fails("listCandidates", "http503").await;
        here.take(&here.posting_poll()).await;
        assert!(here.due_in(&here.posting_poll()).await <= Duration::from_mins(1));
        assert!(here.hinted("WritebackQueue").await.is_empty());
    });
}

#[test]
fn an_interview_that_heymilo_had_before_the_order_is_looked_at_though_no_list_shows_it() {
    test(async |here| {
        // Made by hand at HeyMilo; our ingest is answered with it.
        let mail = "dana.example@example.com";
        let by_hand = here.ingest(&json!({ "name": "Dana Example", "email": mail })).await;
        here.clock.advance(Duration::from_hours(3));
        let order = here.invited(APPLICATION, None).await;
        assert_eq!(order.interview.as_ref().unwrap().as_str(), by_hand["interview_id"]);
        here.take(&here.posting_poll()).await;
        assert!(here.hinted("WritebackQueue").await.is_empty(), "not started");
        at_interview(&here, &order, "complete", json!({})).await;
        here.take(&here.posting_poll()).await;
        assert_eq!(here.hinted("WritebackQueue").await.len(), 1);
    });
}

#[test]
fn an_interview_that_is_bound_while_its_agents_poll_ends_is_looked_for_all_the_same() {
    test(async |here| {
        here.arm(here.posting_poll()).await;
        let message = Message::new(here.id(), here.posting_poll());
        let rounds = Cell::new(0);
        let saw_nobody = |_| async {
            rounds.set(rounds.get() + 1);
            if rounds.get() == 1 {
                here.invited(APPLICATION, None).await;
            }
            Ok::<_, StoreError>(Next::Finished("unlinked"))
        };
        let lease = Duration::from_mins(5);
        here.store.work_on(&message, || here.clock.now(), lease, saw_nobody).await.unwrap();
        assert_eq!(rounds.get(), 2, "the poll looks once more");
    });
}
