//! Somebody the product cannot do without is away for an hour or a night: nobody is lost, nothing is given up or doubled,
//! and everything goes on by itself afterwards.

use super::fixture::{Flow, is, is_written, orders};
use super::time::in_time;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Fault, Kind, Service, When};

/// Invited before the outage, completes in it or, where HeyMilo is away, after it.
const DANA: &str = "JOB_APPLICATION-3-1";
const DANAS_RECORD: &str = "C00001";
/// Moved in the middle of it.
const BEN: &str = "JOB_APPLICATION-3-2";
/// The schedule's.
const TICK: Duration = Duration::from_mins(1);
/// What waited for long is looked at every six hours.
const SOON: Duration = Duration::from_hours(7);
/// More calls than any outage has.
const ALL: u32 = 1_000_000;
const WORKDAY_PER_SECOND: u64 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Away {
    Workday,
    HeyMilo,
    Mail,
    Table,
}

impl Flow {
    async fn goes_away(&self, who: Away) {
        let fault = json!([{ "operation": "*", "times": ALL, "kind": "http503" }]);
        let of = |service, operation: &str| Fault {
            times: usize::MAX,
            ..Fault::once(service, operation, When::BeforeEffect, Kind::Unavailable)
        };
        match who {
            Away::Workday => self.fault("workday", &fault).await,
            Away::HeyMilo => self.fault("heymilo", &fault[0]).await,
            Away::Mail => self.aws.faults().plan(of(Service::Ses, "*")),
            Away::Table => self.aws.faults().plan(of(Service::DynamoDb, "*")),
        }
    }

    async fn comes_back(&self) {
        self.fault("workday", &json!([])).await;
        self.mend_heymilo().await;
        self.aws.faults().clear();
    }

    /// The schedule ticks, whatever comes of it.
    async fn live_through(&self, length: Duration) {
        let ends_at = self.clock.now().plus(length);
        while self.clock.now() < ends_at {
            drop(self.product.tick().await);
            self.clock.sleep(TICK).await;
        }
    }
}

fn shows(state: &Value, application: &str, expected: &str) -> bool {
    is(state, application, expected) && is_written(state, application)
}

fn nobody_is_lost(who: Away, length: Duration) {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        let state = flow.settle(|state| shows(state, DANA, "invited"), "invited before").await;
        let interview = orders(&state, DANA)[0]["interview"].as_str().unwrap().to_owned();

        flow.goes_away(who).await;
        flow.live_through(length / 2).await;
        flow.move_to(BEN, "ASSESSMENT", true).await;
        if who != Away::HeyMilo {
            flow.complete(&interview).await;
        }
        flow.live_through(length / 2).await;
        flow.comes_back().await;
        if who == Away::HeyMilo {
            flow.complete(&interview).await;
        }

        let everybody = |state: &Value| shows(state, DANA, "completed") && shows(state, BEN, "invited");
        flow.settle_within(SOON, everybody, "everybody is served after the outage").await;
        assert_eq!((flow.mails(), flow.attachments(DANAS_RECORD).await.len()), (2, 1));
        assert_eq!(flow.assessments(DANA).await[0]["status"], "HEYMILO_COMPLETED");
        let workday = flow.get(&flow.workday("/__stand-in/calls")).await;
        assert!(workday["max_per_second"].as_u64().unwrap() <= WORKDAY_PER_SECOND);
    });
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn nobody_is_lost_while_workday_is_away() {
    nobody_is_lost(Away::Workday, HOUR);
}

#[test]
fn nobody_is_lost_while_heymilo_is_away() {
    nobody_is_lost(Away::HeyMilo, HOUR);
}

#[test]
fn nobody_is_lost_while_no_mail_is_taken() {
    nobody_is_lost(Away::Mail, HOUR);
}

#[test]
fn nobody_is_lost_while_our_own_table_does_not_answer() {
    nobody_is_lost(Away::Table, HOUR);
}

#[test]
#[ignore = "a night of polls takes minutes; run with `--ignored`"]
fn nobody_is_lost_whoever_is_away_for_a_night() {
    for who in [Away::Workday, Away::HeyMilo, Away::Mail, Away::Table] {
        nobody_is_lost(who, HOUR * 13);
    }
}
