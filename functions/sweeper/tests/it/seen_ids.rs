//! The reference ids that stand on a tenant's assess events, kept for whoever writes them into the settings.

use crate::fixture::test;
use std::collections::BTreeSet;
use std::time::Duration;
use surroundings::APPLICATION;

#[test]
fn the_ids_on_the_tenants_assess_events_are_kept_whoevers_they_are() {
    test(async |here| {
        here.move_to_assessment(APPLICATION, true).await;
        here.take(&here.connection_poll()).await;
        assert!(here.connection().await.standing.seen_ids.is_empty());
        here.submit_assess(APPLICATION, "OTHER_VENDOR_TEST").await;
        here.submit_assess(APPLICATION, "HEYMILO_AI_SCREEN").await;
        here.clock.advance(Duration::from_mins(20));
        here.take(&here.connection_poll()).await;
        let seen = here.connection().await.standing.seen_ids;
        let tests = ["HEYMILO_AI_SCREEN", "OTHER_VENDOR_TEST"].map(str::to_owned);
        assert_eq!(seen.tests, BTreeSet::from(tests));
        assert!(seen.statuses.contains("HEYMILO_SEND_INVITE"), "{:?}", seen.statuses);
        here.clock.advance(Duration::from_mins(20));
        here.take(&here.connection_poll()).await;
        assert_eq!(here.connection().await.standing.seen_ids, seen);
    });
}
