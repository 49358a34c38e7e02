//! Orders, interviews and results: optimistic locks, the one owner of an interview, sealed snapshots.

use crate::fixture::{Fixture, TABLE, application, confirmed, first_version, fixture, order, workspace};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::order::{Entrance, Outcome, ReviewReason, WaitReason};
use domain::trigger::Visits;
use domain::{InterviewId, Moment, Order, OrderState, PostingId, WorkspaceId};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use store::StoreError;
use store::application::Application;
use store::contact::Contact;
use store::order::Binding;

const NOW: Moment = Moment(1_000_000);

#[tokio::test]
async fn order_lock_row_due_row_and_history_are_written_together_or_not_at_all() {
    let fixture = fixture().await;
    let row = application(1, NOW);
    let order = fixture.store.save_change(confirmed(1, NOW), Some(&row)).await.unwrap();
    // The same move, reported again by another worker that read before the first one wrote.
    let again = fixture.store.save_change(confirmed(1, NOW), Some(&row)).await;
    assert!(matches!(again, Err(StoreError::ConditionFailed)), "{again:?}");
    assert_eq!(fixture.store.recent_orders(&workspace(), 10).await.unwrap().len(), 1);
    assert_eq!(fixture.store.due_rows(&workspace()).await.unwrap().len(), 1);
    let stored = fixture.store.order(&workspace(), &order.order).await.unwrap().unwrap();
    assert_eq!((stored.version, &stored.state), (1, &OrderState::Confirmed));
    let history = fixture.store.history(&workspace(), &order.order).await.unwrap();
    assert_eq!(history.iter().map(|entry| entry.what.as_str()).collect::<Vec<_>>(), ["confirmed"]);
}

#[tokio::test]
async fn a_change_made_from_an_old_read_is_refused() {
    let fixture = fixture().await;
    let first = fixture.store.save_change(confirmed(1, NOW), None).await.unwrap();
    let waits = || first.clone().wait(WaitReason::RateLimited, NOW, NOW);
    fixture.store.save_change(waits(), None).await.unwrap();
    assert!(matches!(
        fixture.store.save_change(waits(), None).await,
        Err(StoreError::ConditionFailed)
    ));
}

#[tokio::test]
async fn an_interview_belongs_to_one_application_for_good_and_its_next_attempt_takes_it_over() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let mine = store.save_change(confirmed(1, NOW), None).await.unwrap();
    let theirs = store.save_change(confirmed(2, NOW), None).await.unwrap();
    let (posting, interview) = (PostingId::new("13D77095").unwrap(), InterviewId::new("D536A69A4090E13F").unwrap());
    let url = SecretString::from("https://candidates.example.com/i/1");
    let bind = |order: &Order| order.clone().bind(interview.clone(), posting.clone(), NOW);
    let Binding::Bound(bound) = store.bind_interview(bind(&mine), &posting, &url).await.unwrap() else {
        panic!("not bound");
    };
    assert_eq!(
        bound.interview.as_ref(),
        Some(&interview),
        "the order has it from the moment it is bound"
    );
    assert_eq!(store.bind_interview(bind(&theirs), &posting, &url).await.unwrap(), Binding::Shared);
    let claim = store.interview(&workspace(), &interview).await.unwrap().unwrap();
    assert_eq!(claim.order, mine.order);
    assert_eq!(store.interview_url(&claim).unwrap().expose_secret(), url.expose_secret());
    assert_eq!(store.open_interviews(&workspace(), &posting).await.unwrap().len(), 1);
    let completed = OrderState::Completed {
        outcome: Outcome::Completed,
    };
    let result = first_version("a");
    let change = bound.invite(NOW).order.see(Some(completed), Some(result), NOW).unwrap();
    let done = store.save_change(change, None).await.unwrap();
    let [ended] = store.open_interviews(&workspace(), &posting).await.unwrap().try_into().unwrap();
    assert_eq!(
        ended.over.map(|over| (over.at, over.expired)),
        Some((NOW, false)),
        "a result ends it"
    );
    let entrance = Entrance {
        posting: Some(posting.clone()),
        withdrawn: false,
        screened_before: false,
        moved_long_ago: false,
    };
    let again = store.save_change(done.ask_again(2, entrance, None, NOW), None).await.unwrap();
    assert!(again.interview.is_none() && again.rank == 0, "nothing of the old attempt is left");
    let rebound = store.bind_interview(bind(&again), &posting, &url).await.unwrap();
    assert!(matches!(rebound, Binding::Bound(_)), "{rebound:?}");
    let [open] = store.open_interviews(&workspace(), &posting).await.unwrap().try_into().unwrap();
    assert_eq!(open.over, None, "it is looked for again");
}

#[tokio::test]
async fn a_candidate_who_withdrew_is_not_looked_for_any_more() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let order = store.save_change(confirmed(1, NOW), None).await.unwrap();
    let (posting, interview) = (PostingId::new("13D77095").unwrap(), InterviewId::new("D536A69A4090E13F").unwrap());
    let url = SecretString::from("https://candidates.example.com/i/1");
    let Binding::Bound(bound) = store
        .bind_interview(order.bind(interview, posting.clone(), NOW), &posting, &url)
        .await
        .unwrap()
    else {
        panic!("not bound");
    };
    let invited = store.save_change(bound.invite(NOW), None).await.unwrap();
    let withdrawn = store.save_change(invited.withdraw(NOW).unwrap(), None).await.unwrap();
    assert_eq!(withdrawn.rank, 60);
    assert!(store.open_interviews(&workspace(), &posting).await.unwrap().is_empty());
}

#[tokio::test]
async fn p6_another_workspace_finds_nothing() {
    let fixture = fixture().await;
    let order = fixture.store.save_change(confirmed(1, NOW), None).await.unwrap();
    let other = WorkspaceId::new("other").unwrap();
    assert!(fixture.store.order(&other, &order.order).await.unwrap().is_none());
    assert!(fixture.store.recent_orders(&other, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_result_larger_than_a_row_reads_back_and_other_data_of_the_same_version_do_not_pass_for_it() {
    let fixture = fixture().await;
    let order = order(1, NOW).order.clone();
    // Pseudo-random, so that it does not compress below one part.
    let content: Vec<u8> = (0..900_000_u32)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 13).to_be_bytes()[2])
        .collect();
    let (version, rescored) = (first_version("a"), first_version("b"));
    fixture.store.put_result(&workspace(), &order, &version, &content).await.unwrap();
    fixture.store.put_result(&workspace(), &order, &version, b"again").await.unwrap();
    // The process died before the order pointed to it; the interview was scored anew meanwhile.
    fixture
        .store
        .put_result(&workspace(), &order, &rescored, b"rescored")
        .await
        .unwrap();
    assert_eq!(
        fixture.store.result(&workspace(), &order, &version).await.unwrap().unwrap(),
        content
    );
    assert_eq!(
        fixture.store.result(&workspace(), &order, &rescored).await.unwrap().unwrap(),
        b"rescored"
    );
    let none = fixture.store.result(&workspace(), &order, &first_version("c")).await.unwrap();
    assert!(none.is_none());
}

#[tokio::test]
async fn the_person_behind_an_order_is_sealed_and_removable() {
    let fixture = fixture().await;
    let saved = fixture.store.save_change(confirmed(1, NOW), None).await.unwrap();
    let order = saved.order.clone();
    let contact = Contact {
        name: "Dana Example".into(),
        email: Some("dana@example.com".into()),
        phone: None,
        read_at: NOW,
    };
    fixture.store.put_contact(&workspace(), &order, &contact).await.unwrap();
    assert_eq!(fixture.store.contact(&workspace(), &order).await.unwrap(), Some(contact.clone()));
    assert!(!format!("{contact:?}").contains("dana"));
    fixture.store.save_change(saved.invite(NOW), None).await.unwrap();
    assert_eq!(fixture.store.contact(&workspace(), &order).await.unwrap(), None);
}

#[tokio::test]
async fn who_stands_in_the_stage_is_listed_with_the_lock_row_and_nobody_who_left_is() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let listed = async || {
        let of = application(1, NOW);
        let present = store.present(&of.workspace, &of.connection).await.unwrap();
        present
            .into_iter()
            .map(|present| present.application.to_string())
            .collect::<Vec<_>>()
    };
    for number in 1..=3 {
        store.save_application(&application(number, NOW)).await.unwrap();
    }
    let of = application(1, NOW);
    for row in store.applications(&of.workspace, &of.connection, &of.requisition).await.unwrap() {
        if row.application != of.application {
            let visits = Visits {
                in_stage: false,
                ..row.visits.clone()
            };
            store.save_application(&Application { visits, ..row }).await.unwrap();
        }
    }
    assert_eq!(listed().await, [of.application.as_str()]);
    // Somebody who read the row before changes neither.
    store.save_application(&application(2, NOW)).await.unwrap_err();
    assert_eq!(listed().await, [of.application.as_str()]);
}

/// The order's row becomes one that only a newer release can read.
async fn make_unreadable(fixture: &Fixture, order: &Order) {
    let client = aws_sdk_dynamodb::Client::new(&fixture.services.sdk_config());
    let rows = client.scan().table_name(TABLE).send().await.unwrap().items.unwrap();
    let of_order = |row: &HashMap<String, AttributeValue>| {
        row.get("order").and_then(|id| id.as_s().ok()).map(String::as_str) == Some(order.order.as_str())
    };
    let mut row = rows.into_iter().find(|row| of_order(row) && row.contains_key("recent")).unwrap();
    row.insert("state".into(), AttributeValue::S("of_a_newer_release".into()));
    client.put_item().table_name(TABLE).set_item(Some(row)).send().await.unwrap();
}

#[tokio::test]
async fn an_order_that_cannot_be_read_spoils_no_list_and_no_walk() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let mut saved = Vec::new();
    for number in 0..60 {
        let at = Moment(1_000_000 + i64::from(number));
        let order = store.save_change(confirmed(number, at), None).await.unwrap();
        saved.push(
            store
                .save_change(order.review(ReviewReason::EffectUnproven, at), None)
                .await
                .unwrap(),
        );
    }
    // The last one of the first page among them.
    for unreadable in [&saved[10], &saved[59]] {
        make_unreadable(&fixture, unreadable).await;
    }
    let first = store.reviews(&workspace(), None).await.unwrap();
    let second = store.reviews(&workspace(), first.next.as_ref()).await.unwrap();
    assert_eq!((first.orders.len(), second.orders.len(), second.next), (48, 10, None));
    assert_eq!(store.recent_orders(&workspace(), 100).await.unwrap().len(), 58);
    let read = store.order_if_readable(&workspace(), &saved[10].order).await.unwrap();
    assert_eq!(read, None);
    let other = store.order_if_readable(&workspace(), &saved[0].order).await.unwrap();
    assert_eq!(other.as_ref(), Some(&saved[0]));
}
