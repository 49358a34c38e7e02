//! While the mail service takes no mail of ours: it is asked before Workday, and Workday is asked once it takes them again.

use crate::fixture::{Fixture, MAIL, advance, stands, test};
use domain::Order;
use serde_json::json;
use std::time::Duration;
use surroundings::APPLICATION;
use testkit::{Fault, Kind, MailAccount, Service, When};

/// An order whose mail did not leave.
async fn waiting(here: &Fixture, reason: &str) -> Order {
    let order = here.ready(APPLICATION, Some(MAIL)).await;
    let order = here.advance(&order).await;
    assert_eq!(stands(&order), ("waiting", Some(reason)));
    // What was read of the person is old by now.
    here.clock.advance(Duration::from_mins(20));
    order
}

fn asked(here: &Fixture, operation: &str) -> usize {
    here.bench.aws.faults().calls(Service::Ses, operation)
}

async fn correct_the_address(here: &Fixture) {
    here.change_records(|records| {
        for candidate in records["candidates"].as_array_mut().unwrap() {
            candidate["email"] = json!("corrected@example.com");
        }
    })
    .await;
}

type Sets = fn(&MailAccount, bool);

const REFUSALS: [(&str, Sets); 3] = [
    ("email_sender_refused", |account, is_closed| account.pause(is_closed)),
    ("email_sender_refused", |account, is_closed| account.unverify(is_closed)),
    ("email_unavailable", |account, is_closed| {
        account.set_daily_quota(is_closed.then_some(0));
    }),
];

#[test]
fn an_order_that_waits_for_the_mail_service_asks_it_before_workday() {
    for (reason, close) in REFUSALS {
        test(async |here| {
            close(here.bench.aws.mail_account(), true);
            let order = waiting(&here, reason).await;
            let (workday, tried) = (here.workday_calls().await, asked(&here, "SendEmail"));
            for _ in 0..5 {
                assert_eq!(stands(&here.advance(&order).await), ("waiting", Some(reason)));
                assert!(here.due_in(&advance(&order)).await <= Duration::from_mins(16));
                here.clock.advance(Duration::from_mins(16));
            }
            assert_eq!(here.workday_calls().await, workday, "{reason}");
            assert_eq!(asked(&here, "SendEmail"), tried, "{reason}");
        });
    }
}

#[test]
fn the_address_that_a_recruiter_corrects_while_the_mail_service_is_away_is_the_one_written_to() {
    for (reason, close) in REFUSALS {
        test(async |here| {
            close(here.bench.aws.mail_account(), true);
            let order = waiting(&here, reason).await;
            here.advance(&order).await;
            correct_the_address(&here).await;
            close(here.bench.aws.mail_account(), false);
            here.clock.advance(Duration::from_mins(16));
            assert_eq!(here.advance(&order).await.state.name(), "invited", "{reason}");
            assert_eq!(here.bench.aws.outbox().mails()[0].to, ["corrected@example.com"]);
        });
    }
}

#[test]
fn one_answer_of_the_mail_service_serves_everybody_who_waits_for_it() {
    test(async |here| {
        here.bench.aws.mail_account().pause(true);
        let mut order = waiting(&here, "email_sender_refused").await;
        for minute in 1..=2 {
            for _ in 0..30 {
                here.save(order.clone().release("owner", here.clock.now()).unwrap()).await;
                order = here.advance(&order).await;
            }
            assert_eq!(asked(&here, "GetAccount"), minute);
            here.clock.advance(Duration::from_mins(1));
        }
    });
}

#[test]
fn whoever_is_released_by_a_person_is_not_held_by_what_the_mail_service_said_before() {
    test(async |here| {
        here.bench.aws.mail_account().pause(true);
        let order = waiting(&here, "email_sender_refused").await;
        let held = here.advance(&order).await;
        here.bench.aws.mail_account().pause(false);
        here.clock.advance(Duration::from_secs(5));
        here.save(held.clone().release("owner", here.clock.now()).unwrap()).await;
        assert_eq!(here.advance(&order).await.state.name(), "invited");
    });
}

#[test]
fn what_the_mail_service_cannot_say_of_itself_holds_nobody() {
    let kinds = [
        Kind::Unreachable,
        Kind::Unavailable,
        Kind::Throttled,
        Kind::Refused(403, "AccessDeniedException"),
    ];
    for (operation, kind) in ["GetAccount", "GetEmailIdentity"]
        .into_iter()
        .flat_map(|one| kinds.clone().map(|kind| (one, kind)))
    {
        test(async |here| {
            here.bench
                .aws
                .faults()
                .plan(Fault::once(Service::Ses, "SendEmail", When::BeforeEffect, Kind::Unavailable));
            let order = waiting(&here, "email_unavailable").await;
            here.bench
                .aws
                .faults()
                .plan(Fault::once(Service::Ses, operation, When::BeforeEffect, kind.clone()));
            assert_eq!(here.advance(&order).await.state.name(), "invited", "{operation} {kind:?}");
            assert_eq!(here.bench.aws.faults().left(), 0);
        });
    }
}
