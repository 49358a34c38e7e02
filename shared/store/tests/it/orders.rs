//! Orders, interviews and results: optimistic locks, the one owner of an interview, sealed snapshots.

use crate::fixture::{application, fixture, workspace};
use domain::{InterviewId, Moment, OrderState, PostingId, Work, WorkspaceId};
use secrecy::{ExposeSecret, SecretString};
use store::contact::Contact;
use store::order::Binding;
use store::result::fingerprint;
use store::{Arm, StoreError};

const NOW: Moment = Moment(1_000_000);

#[tokio::test]
async fn order_lock_row_and_due_row_are_written_together_or_not_at_all() {
    let fixture = fixture().await;
    let row = application(1, NOW);
    let order = row.first_order(NOW);
    let arms = [Arm {
        work: Work::AdvanceOrder {
            order: order.order.clone(),
        },
        at: NOW,
    }];
    fixture
        .store
        .save_application(&row, std::slice::from_ref(&order), &arms)
        .await
        .unwrap();
    // The same move, reported again by another worker that read before the first one wrote.
    let again = fixture.store.save_application(&row, std::slice::from_ref(&order), &arms).await;
    assert!(matches!(again, Err(StoreError::ConditionFailed)), "{again:?}");
    assert_eq!(fixture.store.recent_orders(&workspace(), 10).await.unwrap().len(), 1);
    assert_eq!(fixture.store.due_rows(&workspace()).await.unwrap().len(), 1);
    let stored = fixture.store.order(&workspace(), &order.order).await.unwrap().unwrap();
    assert_eq!((stored.version, &stored.state), (1, &OrderState::Received));
}

#[tokio::test]
async fn a_change_made_from_an_old_read_is_refused() {
    let fixture = fixture().await;
    let order = application(1, NOW).first_order(NOW);
    let first = fixture.store.save_order(order.clone(), &[]).await.unwrap();
    fixture.store.save_order(first.clone(), &[]).await.unwrap();
    assert!(matches!(
        fixture.store.save_order(first, &[]).await,
        Err(StoreError::ConditionFailed)
    ));
}

#[tokio::test]
async fn an_interview_belongs_to_one_order_for_good() {
    let fixture = fixture().await;
    let (mine, theirs) = (application(1, NOW).first_order(NOW), application(2, NOW).first_order(NOW));
    let (posting, interview) = (PostingId::new("13D77095").unwrap(), InterviewId::new("D536A69A4090E13F").unwrap());
    let url = SecretString::from("https://candidates.example.com/i/1");
    let store = &fixture.store;
    assert_eq!(
        store.bind_interview(&mine, &posting, &interview, &url, NOW).await.unwrap(),
        Binding::Bound
    );
    assert_eq!(
        store.bind_interview(&mine, &posting, &interview, &url, NOW).await.unwrap(),
        Binding::Bound
    );
    assert_eq!(
        store.bind_interview(&theirs, &posting, &interview, &url, NOW).await.unwrap(),
        Binding::Shared
    );
    let claim = store.interview(&workspace(), &interview).await.unwrap().unwrap();
    assert_eq!(claim.order, mine.order);
    assert_eq!(store.interview_url(&claim).unwrap().expose_secret(), url.expose_secret());
    assert_eq!(store.open_interviews(&workspace(), &posting).await.unwrap().len(), 1);
    store.close_interview(&workspace(), &posting, &interview).await.unwrap();
    assert!(store.open_interviews(&workspace(), &posting).await.unwrap().is_empty());
}

#[tokio::test]
async fn p6_another_workspace_finds_nothing() {
    let fixture = fixture().await;
    let order = fixture.store.save_order(application(1, NOW).first_order(NOW), &[]).await.unwrap();
    let other = WorkspaceId::new("other").unwrap();
    assert!(fixture.store.order(&other, &order.order).await.unwrap().is_none());
    assert!(fixture.store.recent_orders(&other, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_result_larger_than_a_row_reads_back_and_keeps_its_first_content() {
    let fixture = fixture().await;
    let order = application(1, NOW).first_order(NOW).order;
    // Pseudo-random, so that it does not compress below one part.
    let content: Vec<u8> = (0..900_000_u32)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 13).to_be_bytes()[2])
        .collect();
    fixture.store.put_result(&workspace(), &order, 1, &content).await.unwrap();
    fixture.store.put_result(&workspace(), &order, 1, b"another").await.unwrap();
    assert_eq!(fixture.store.result(&workspace(), &order, 1).await.unwrap().unwrap(), content);
    assert_eq!(
        fixture.store.result_fingerprint(&workspace(), &order, 1).await.unwrap(),
        Some(fingerprint(&content))
    );
    assert!(fixture.store.result(&workspace(), &order, 2).await.unwrap().is_none());
}

#[tokio::test]
async fn the_person_behind_an_order_is_sealed_and_removable() {
    let fixture = fixture().await;
    let order = application(1, NOW).first_order(NOW).order;
    let contact = Contact {
        name: "Dana Example".into(),
        email: Some("dana@example.com".into()),
        phone: None,
        read_at: NOW,
    };
    fixture.store.put_contact(&workspace(), &order, &contact).await.unwrap();
    assert_eq!(fixture.store.contact(&workspace(), &order).await.unwrap(), Some(contact.clone()));
    assert!(!format!("{contact:?}").contains("dana"));
    fixture.store.delete_contact(&workspace(), &order).await.unwrap();
    assert_eq!(fixture.store.contact(&workspace(), &order).await.unwrap(), None);
}
