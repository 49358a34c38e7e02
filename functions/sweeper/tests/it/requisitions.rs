//! The index that the picker searches is what Workday lists, and no more.

use crate::fixture::{Fixture, test};
use serde_json::json;
use std::time::Duration;
use store::requisition::RequisitionEntry;

async fn indexed(here: &Fixture) -> Vec<RequisitionEntry> {
    here.store.requisitions(&here.id(), &here.connection_id()).await.unwrap()
}

#[test]
fn every_open_requisition_is_in_the_index_with_its_kind_and_closed_ones_are_not() {
    test(async |here| {
        here.take(&here.index()).await;
        let found = indexed(&here).await;
        let number = |number: &str| found.iter().find(|entry| entry.number == number);
        let job = number("R00001").unwrap();
        assert_eq!(
            (job.title.as_str(), job.evergreen, job.confidential),
            ("Warehouse Associate", false, false)
        );
        assert!(number("R90001").unwrap().evergreen && number("R00008").unwrap().confidential);
        assert!(number("R00012").is_none(), "closed");
        assert_eq!((found.len(), here.due_in(&here.index()).await), (12, Duration::from_hours(6)));
    });
}

#[test]
fn what_workday_lists_no_more_leaves_the_index() {
    test(async |here| {
        here.take(&here.index()).await;
        here.change_records(|records| {
            let mut requisitions = records["requisitions"].as_array_mut().unwrap().iter_mut();
            requisitions.find(|requisition| requisition["id"] == "R00002").unwrap()["status"] = json!("Closed");
        })
        .await;
        here.clock.advance(Duration::from_hours(6));
        here.take(&here.index()).await;
        assert!(!indexed(&here).await.iter().any(|entry| entry.number == "R00002"));
        assert_eq!(indexed(&here).await.len(), 11);
    });
}

#[test]
fn where_evergreen_requisitions_may_not_be_read_the_rest_is_there_and_the_connection_says_so() {
    // Workday says either where a permission is missing.
    for kind in ["not_authorized", "auth_fault"] {
        test(async |here| {
            here.workday_fails("Get_Evergreen_Requisitions", kind).await;
            here.take(&here.index()).await;
            assert_eq!(indexed(&here).await.len(), 11, "{kind}");
            assert!(here.connection().await.standing.evergreen_refused_at.is_some());

            here.workday_recovers().await;
            here.take(&here.index()).await;
            assert_eq!(
                (indexed(&here).await.len(), here.connection().await.standing.evergreen_refused_at),
                (12, None)
            );
        });
    }
}

#[test]
fn an_index_that_workday_does_not_answer_stays_as_it_was() {
    test(async |here| {
        here.take(&here.index()).await;
        let before = indexed(&here).await;
        here.workday_fails("Get_Evergreen_Requisitions", "http503").await;
        here.take(&here.index()).await;
        assert_eq!(indexed(&here).await.len(), before.len());
        assert!(here.due_in(&here.index()).await <= Duration::from_mins(1));
    });
}
