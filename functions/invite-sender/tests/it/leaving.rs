//! Who has left the stage, and who only stands where the settings do not look any more.

use crate::fixture::{Fixture, stands, test};
use domain::order::{ExpiryReason, OrderState};
use serde_json::json;
use surroundings::APPLICATION;

/// A person names another stage in the connection's settings.
async fn names_stage(here: &Fixture, stage: &str) {
    here.change_connection(|connection| connection.options.identifiers.assessment_stage = stage.into())
        .await;
}

#[test]
fn who_stands_where_they_were_invited_has_not_left_whatever_stage_the_settings_name_by_now() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&hint).await;
        let order = here.order_of(APPLICATION, 1).await.unwrap();
        assert_eq!(here.advance(&order).await.state.name(), "invited");

        names_stage(&here, "ASSESMENT").await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("nothing_new"));
        assert_eq!(here.again(&order).await.state, OrderState::Invited);
        let listed = here.listed_alone().await;
        assert!(listed.unknown_at.is_some(), "polls ask about them once a day");

        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
            .await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("expired"));
        let reason = ExpiryReason::LeftStage;
        assert_eq!(here.again(&order).await.state, OrderState::Expired { reason });
    });
}

#[test]
fn who_is_not_invited_yet_and_stands_outside_the_stage_that_the_settings_name_is_not_invited() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&hint).await;
        names_stage(&here, "SCREEN").await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        here.confirm(&hint).await;
        let order = here.order_of(APPLICATION, 1).await.unwrap();
        assert_eq!(stands(&order), ("refused", Some("left_stage_before_invite")));
        names_stage(&here, "ASSESSMENT").await;
        let hint = here.hint(here.seen_in_stage(APPLICATION)).await;
        assert_eq!(here.confirm(&hint).await.as_deref(), Some("confirmed"), "the slip is mended");
    });
}
