//! Evergreen requisitions: Workday lists them by an operation and a permission of their own; candidates apply to them
//! as to any other.

use super::fixture::{Flow, is, list};
use super::time::in_time;
use domain::{ConnectionId, WorkspaceId};
use serde_json::json;

const EVERGREEN: &str = "R90001";

fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme").unwrap()
}

fn connection() -> ConnectionId {
    ConnectionId::new(local::demo::CONNECTION).unwrap()
}

impl Flow {
    /// The numbers in the requisition index, those of evergreen ones apart.
    async fn indexed(&self) -> (Vec<String>, Vec<String>) {
        let entries = self.product.store().requisitions(&workspace(), &connection()).await.unwrap();
        let (evergreen, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.evergreen);
        let numbers = |entries: Vec<store::requisition::RequisitionEntry>| entries.into_iter().map(|entry| entry.number).collect();
        (numbers(others), numbers(evergreen))
    }
}

#[test]
fn an_evergreen_requisition_is_listed_linked_and_screened_like_any_other() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| setup["mappings"][0]["requisition"] = json!(EVERGREEN)).await;
        let (others, evergreen) = flow.indexed().await;
        assert_eq!(evergreen, [EVERGREEN]);
        assert!(others.iter().any(|number| number == "R00001"), "{others:?}");

        let seeded = json!({ "requisition": EVERGREEN, "candidates": 1, "stage": "REVIEW" });
        let seeded = flow.post(&flow.workday("/__stand-in/seed"), &seeded).await;
        let application = list(&seeded["applications"]).next().and_then(|id| id.as_str()).unwrap().to_owned();
        flow.move_to(&application, "ASSESSMENT", true).await;
        flow.settle(
            |state| is(state, &application, "invited"),
            "the applicant of the evergreen requisition is invited",
        )
        .await;
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn without_the_permission_for_evergreen_requisitions_the_others_are_listed_and_the_gap_is_known() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        let refused = json!([{ "operation": "Get_Evergreen_Requisitions", "times": 1000, "kind": "not_authorized" }]);
        flow.fault("workday", &refused).await;
        flow.connect(|_| {}).await;
        flow.settle_down().await;
        let (others, evergreen) = flow.indexed().await;
        assert!(others.len() > 5 && evergreen.is_empty(), "{others:?} {evergreen:?}");
        let admin = flow.product.admin();
        let gap = admin
            .connection(&workspace(), &connection())
            .await
            .unwrap()
            .standing
            .evergreen_refused_at;
        assert!(gap.is_some());

        // The administrator gives the permission and asks for a fresh list.
        flow.fault("workday", &json!([])).await;
        admin.refresh_requisitions(&workspace(), &connection()).await.unwrap();
        flow.settle_down().await;
        assert_eq!(flow.indexed().await.1, [EVERGREEN]);
        let gap = admin
            .connection(&workspace(), &connection())
            .await
            .unwrap()
            .standing
            .evergreen_refused_at;
        assert_eq!(gap, None);
    });
}
