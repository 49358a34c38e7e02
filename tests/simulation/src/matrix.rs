//! Every answer of every call: however a call is answered, twice or for an hour, nobody is lost and nothing is doubled.

use crate::plan::{Plan, Trouble};
use crate::verdict::{self, Violation};
use crate::{day, many, run};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;
use testkit::{Fault, Kind, Service, When};

const OF_WORKDAY: [&str; 9] = [
    "OAuth_Token",
    "Get_Candidates",
    "Get_Assess_Candidate",
    "Get_Job_Requisitions",
    "Get_Evergreen_Requisitions",
    "Assess_Candidate",
    "Put_Candidate_Attachment",
    "Get_Candidate_Attachments",
    "Move_Candidate",
];
const WORKDAY_ANSWERS: [&str; 24] = [
    "http401",
    "http403",
    "http404",
    "http409",
    "http429",
    "http500",
    "http503",
    "html",
    "html200",
    "server_fault",
    "processing_fault",
    "validation_fault",
    "ambiguous_event",
    "not_authorized",
    "auth_fault",
    "timeout",
    "timeout_after_effect",
    "reset",
    "reset_after_effect",
    "truncated",
    "malformed",
    "oversized",
    "same_page",
    "slow",
];
const OF_HEYMILO: [&str; 4] = ["ingestCandidate", "listCandidates", "getInterviewData", "getPosting"];
/// What setting a customer up calls: a person sees the answer, and tries again.
const OF_SET_UP: [&str; 3] = ["createWebhook", "listWebhooks", "listWorkspaces"];
const HEYMILO_ANSWERS: [&str; 19] = [
    "http401",
    "http403",
    "not_found",
    "http409",
    "http422",
    "http429",
    "http500",
    "http503",
    "html",
    "timeout",
    "timeout_after_effect",
    "reset",
    "reset_after_effect",
    "truncated",
    "non_json",
    "wrong_shape",
    "oversized",
    "same_page",
    "slow",
];
const OF_AWS: [(Service, &str); 10] = [
    (Service::DynamoDb, "DeleteItem"),
    (Service::DynamoDb, "GetItem"),
    (Service::DynamoDb, "PutItem"),
    (Service::DynamoDb, "Query"),
    (Service::DynamoDb, "TransactWriteItems"),
    (Service::DynamoDb, "UpdateItem"),
    (Service::SecretsManager, "GetSecretValue"),
    (Service::Ses, "SendEmail"),
    (Service::Sqs, "SendMessage"),
    (Service::Sqs, "SendMessageBatch"),
];
const AWS_ANSWERS: [(When, Kind); 10] = [
    (When::BeforeEffect, Kind::Unavailable),
    (When::BeforeEffect, Kind::Throttled),
    (When::BeforeEffect, Kind::TimesOut),
    (When::BeforeEffect, Kind::Disconnects),
    (When::BeforeEffect, Kind::Unreachable),
    (When::BeforeEffect, Kind::Refused(400, "AccessDeniedException")),
    (When::AfterEffect, Kind::Unavailable),
    (When::AfterEffect, Kind::TimesOut),
    (When::AfterEffect, Kind::Disconnects),
    (When::BeforeEffect, Kind::Cancelled(&["TransactionConflict"])),
];

/// Unoptimised, as many cells as a minute takes.
const EVERY: usize = if cfg!(debug_assertions) { 101 } else { 1 };
/// Twice, or for an hour.
const TWICE: usize = 2;
const ALL: usize = 1_000_000;
const HOUR: u64 = 60 * 60;

/// How one call is answered.
#[derive(Debug, Clone)]
struct Cell {
    call: Call,
    for_an_hour: bool,
}

#[derive(Debug, Clone)]
enum Call {
    Workday(&'static str, &'static str),
    HeyMilo(&'static str, &'static str),
    Aws(Service, &'static str, When, Kind),
}

impl Call {
    fn trouble(&self, times: usize) -> Trouble {
        let late = |answer: &str| if answer == "slow" { 9_000 } else { 0 };
        match self {
            Self::Workday(operation, kind) => {
                Trouble::Workday(json!([{ "operation": operation, "kind": kind, "times": times, "delay_ms": late(kind) }]))
            }
            Self::HeyMilo(operation, kind) => Trouble::HeyMilo(
                json!({ "operation": operation, "kind": kind, "times": times, "delay_ms": (*kind == "slow").then(|| late(kind)) }),
            ),
            Self::Aws(service, operation, when, kind) => Trouble::Aws(Fault {
                times,
                ..Fault::once(*service, operation, *when, kind.clone())
            }),
        }
    }

    fn mended(&self) -> Trouble {
        match self {
            Self::Workday(..) => Trouble::WorkdayMended,
            Self::HeyMilo(..) => Trouble::HeyMiloMended,
            Self::Aws(..) => Trouble::AwsMended,
        }
    }

    /// Workday says, twice and a quarter of an hour apart, that it does not take the access: a connection ends by that.
    fn says_no_access(&self) -> bool {
        matches!(
            self,
            Self::Workday(_, "auth_fault" | "http401" | "http403") | Self::Workday("OAuth_Token", _)
        )
    }
}

impl Cell {
    fn plan(&self) -> Plan {
        let times = if self.for_an_hour { ALL } else { TWICE };
        let steps = day::EVES.into_iter().flat_map(|begins| {
            let ends = self.for_an_hour.then(|| (begins + HOUR, self.call.mended()));
            [Some((begins, self.call.trouble(times))), ends].into_iter().flatten()
        });
        day::with(steps)
    }

    fn explains(&self, found: &Violation) -> bool {
        self.for_an_hour && self.call.says_no_access() && found.promise == verdict::CONNECTED
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how_long = if self.for_an_hour { "for an hour" } else { "twice" };
        match &self.call {
            Call::Workday(operation, answer) => write!(formatter, "Workday {operation} answers {answer} {how_long}"),
            Call::HeyMilo(operation, answer) => write!(formatter, "HeyMilo {operation} answers {answer} {how_long}"),
            Call::Aws(service, operation, when, kind) => write!(formatter, "{service:?} {operation} {when:?} {kind:?} {how_long}"),
        }
    }
}

fn cells() -> Vec<Cell> {
    let pairs = |operations: &[&'static str], answers: &'static [&'static str], of: fn(&'static str, &'static str) -> Call| {
        let each = operations
            .iter()
            .flat_map(|operation| answers.iter().map(|answer| of(operation, answer)));
        each.collect::<Vec<_>>()
    };
    let mut calls = pairs(&OF_WORKDAY, &WORKDAY_ANSWERS, Call::Workday);
    calls.extend(pairs(&OF_HEYMILO, &HEYMILO_ANSWERS, Call::HeyMilo));
    for (service, operation) in OF_AWS {
        let of_it = |(when, kind): &(When, Kind)| match kind {
            Kind::Cancelled(_) => operation == "TransactWriteItems",
            // SES says so of a mail that it has not taken.
            Kind::Unavailable => service != Service::Ses || *when == When::BeforeEffect,
            Kind::Throttled | Kind::TimesOut | Kind::Disconnects | Kind::Unreachable | Kind::Refused(..) | Kind::Hangs | Kind::Slow(_) => {
                true
            }
        };
        let answers = AWS_ANSWERS.into_iter().filter(of_it);
        calls.extend(answers.map(|(when, kind)| Call::Aws(service, operation, when, kind)));
    }
    let lasting = |call: Call| {
        [false, true].map(|for_an_hour| Cell {
            call: call.clone(),
            for_an_hour,
        })
    };
    calls.into_iter().flat_map(lasting).collect()
}

#[test]
fn every_call_of_a_day_is_in_the_matrix() {
    // What vendors were asked for, and what functions asked of AWS; the harness asks for more.
    let of_vendors = run::run(&day::plan())
        .operations
        .into_keys()
        .filter(|operation| !operation.contains(' '));
    let of_functions = run::calls(&day::plan(), Duration::ZERO).into_iter().map(|called| called.call);
    let is_aws = |call: &String| OF_AWS.iter().any(|(service, _)| call.starts_with(&format!("{service:?} ")));
    let made: BTreeSet<String> = of_vendors.chain(of_functions.filter(is_aws)).collect();
    let known = OF_WORKDAY.into_iter().chain(OF_HEYMILO).chain(OF_SET_UP).map(str::to_owned);
    let of_aws = OF_AWS.into_iter().map(|(service, operation)| format!("{service:?} {operation}"));
    let known: BTreeSet<String> = known.chain(of_aws).collect();
    assert_eq!(made, known);
}

#[test]
fn however_a_call_is_answered_nobody_is_lost_and_nothing_is_doubled() {
    let cells: Vec<Cell> = cells().into_iter().step_by(EVERY).collect();
    println!("{} answers of calls", cells.len());
    many::keep_every_promise(&cells, Cell::plan, Cell::explains);
}
