//! What the address is told that a workspace named: once when something needs a person, once when it is over.

use super::fixture::{Flow, is};
use super::time::in_time;
use serde_json::json;
use std::time::Duration;

const DANA: &str = "JOB_APPLICATION-3-1";
const HR_SYSTEMS: &str = "hr-systems@example.com";

impl Flow {
    /// Subjects of the mails that the workspace's own people got.
    fn told(&self) -> Vec<String> {
        let mails = self.aws.outbox().mails().into_iter();
        let theirs = mails.filter(|mail| mail.to == [HR_SYSTEMS]);
        theirs.map(|mail| mail.subject).collect()
    }
}

#[test]
fn a_permission_that_workday_withholds_is_on_the_page_and_in_the_owners_mail_within_one_poll_and_so_is_its_end() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| setup["workspace"]["notices_to"] = json!(HR_SYSTEMS)).await;
        let withheld = json!([{ "operation": "Get_Candidates", "times": 100_000, "kind": "not_authorized" }]);
        flow.fault("workday", &withheld).await;
        flow.settle_down().await;
        assert_eq!(flow.told(), ["A permission is missing in Workday (acme_preview)"]);
        let page = flow.console("/activity").await;
        assert!(page.contains("Permission missing") && page.contains("See what is wrong"), "{page}");
        for _hour in 0..5 {
            flow.clock.sleep(Duration::from_hours(1)).await;
            flow.settle_down().await;
        }
        assert_eq!(flow.told().len(), 1, "told once, however long it lasts");

        flow.fault("workday", &json!([])).await;
        flow.clock.sleep(Duration::from_hours(1)).await;
        flow.settle_down().await;
        assert_eq!(flow.told().last().map(String::as_str), Some("Workday (acme_preview) works again"));
        assert!(!flow.console("/activity").await.contains("Permission missing"));
        flow.settle_down().await;
        assert_eq!(flow.told().len(), 2, "and that it works again is told once");
    });
}

#[test]
fn a_screening_that_needs_a_person_is_told_once_and_the_next_one_after_none_was_left() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| {
            setup["workspace"]["notices_to"] = json!(HR_SYSTEMS);
            // Nobody but the listed may be written to: somebody must decide.
            setup["connections"][0]["non_production"] = json!(true);
            setup["connections"][0]["allowed_recipients"] = json!(["@elsewhere.example.com"]);
        })
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.submit_assess(DANA).await;
        flow.settle(|state| is(state, DANA, "needs_review"), "needs a person").await;
        flow.settle_down().await;
        flow.settle_down().await;
        assert_eq!(flow.told(), ["One screening needs a person"]);
    });
}
