//! What the mail service said of an invitation, and what becomes of its order.

use crate::fixture::{Fixture, MAIL, stands, test, write_back};
use domain::Order;
use std::time::Duration;
use store::evidence::Evidence;
use store::hint::{About, Hint};
use surroundings::APPLICATION;
use testkit::{Fault, Kind, Service, When};

/// Tells of the mail of an attempt's invitation that it came back.
async fn comes_back(here: &Fixture, order: &Order, attempt: u32) -> Hint {
    let about = About::MailReturned {
        order: order.order.clone(),
        step: format!("a{attempt}-invitation"),
    };
    let hint = Hint::new(order.workspace.clone(), about, here.clock.now());
    here.store.record_hint(&hint).await.unwrap();
    hint
}

#[test]
fn an_invitation_that_came_back_is_for_a_person_and_the_recruiter_is_told() {
    test(async |here: Fixture| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.advance(&order).await;
        here.announced("WritebackQueue").await;
        let told = comes_back(&here, &order, 1).await;
        assert_eq!(here.confirm(&told).await.as_deref(), Some("mail_returned"));
        let returned = here.again(&order).await;
        assert_eq!(stands(&returned), ("needs_review", Some("mail_returned")));
        assert_eq!(here.announced("WritebackQueue").await, [write_back(&order)]);
        // Told twice, it stays as it is.
        let told = comes_back(&here, &order, 1).await;
        assert_eq!(here.confirm(&told).await.as_deref(), Some("went_on"));
        assert_eq!(here.again(&order).await, returned);
    });
}

#[test]
fn who_has_opened_the_link_had_it_whatever_the_mail_service_says_later() {
    test(async |here: Fixture| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let invited = here.advance(&order).await;
        let opened = invited.open(here.clock.now()).unwrap();
        let opened = here.store.save_change(opened, None).await.unwrap();
        let told = comes_back(&here, &order, 1).await;
        assert_eq!(here.confirm(&told).await.as_deref(), Some("went_on"));
        assert_eq!(here.again(&order).await, opened);
    });
}

#[test]
fn a_return_that_is_told_before_the_order_knows_of_its_mail_waits_for_it() {
    test(async |here: Fixture| {
        here.bench
            .aws
            .faults()
            .plan(Fault::once(Service::Ses, "SendEmail", When::AfterEffect, Kind::Disconnects));
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert_eq!(stands(&here.advance(&order).await), ("waiting", Some("outcome_unknown")));
        let told = comes_back(&here, &order, 1).await;
        here.take(&told.work()).await;
        assert_eq!(here.due_in(&told.work()).await, Duration::from_mins(5));
        let evidence = Evidence {
            message_id: here.bench.aws.outbox().mails().remove(0).message_id,
            event: "Bounce".into(),
            at: here.clock.now(),
        };
        here.store
            .put_evidence(&order.workspace, &(&order.order).into(), "a1-invitation", &evidence)
            .await
            .unwrap();
        assert_eq!(here.advance_when_due(&order).await.state.name(), "invited");
        assert_eq!(here.confirm(&told).await.as_deref(), Some("mail_returned"));
        assert_eq!(stands(&here.again(&order).await), ("needs_review", Some("mail_returned")));
    });
}

#[test]
fn the_return_of_an_earlier_attempts_mail_says_nothing_of_this_one() {
    test(async |here: Fixture| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let invited = here.advance(&order).await;
        let told = comes_back(&here, &order, 2).await;
        assert_eq!(here.confirm(&told).await.as_deref(), Some("an_earlier_attempt"));
        assert_eq!(here.again(&order).await, invited);
    });
}
