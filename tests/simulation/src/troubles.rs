//! Each kind of trouble in the words of whoever fails, and when it is over by itself.

use crate::dice::Dice;
use crate::ingredients::Ingredient;
use crate::mail_service::{self, Telling};
use crate::plan::Trouble;
use local::{Fate, Mishap};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Doom, Fault, Kind, Service, Side, When};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// More calls than there are.
const EVERY: usize = 1_000_000;

const WORKDAY_READS: [&str; 3] = ["Get_Candidates", "Get_Assess_Candidate", "Get_Job_Requisitions"];
const WORKDAY_WRITES: [&str; 2] = ["Assess_Candidate", "Put_Candidate_Attachment"];
/// By their logical ids.
pub(crate) const QUEUES: [&str; 4] = ["OrderQueue", "WritebackQueue", "SweepQueue", mail_service::QUEUE];
/// By their binaries.
pub(crate) const FUNCTIONS: [&str; 6] = [
    "invite-sender",
    "result-writeback",
    "sweeper",
    "webhook-intake",
    "invite-page",
    "delivery-events",
];
const HEYMILO_CALLS: [&str; 5] = ["ingestCandidate", "listCandidates", "getInterviewData", "getPosting", "*"];

/// What goes wrong, and after how many seconds what mends it.
pub(crate) fn of(ingredient: Ingredient, dice: &mut Dice) -> (Trouble, Option<(u64, Trouble)>) {
    match ingredient {
        Ingredient::WorkdayDown => {
            let kind = dice.pick(&["http503", "html", "html200", "reset", "timeout", "server_fault", "http429"]);
            outage(Trouble::Workday(json!([workday("*", kind, EVERY)])), Trouble::WorkdayMended, dice)
        }
        Ingredient::WorkdayWritesDown => {
            let kind = dice.pick(&["http503", "timeout", "reset", "server_fault", "processing_fault"]);
            let faults: Vec<Value> = WORKDAY_WRITES.iter().map(|operation| workday(operation, kind, EVERY)).collect();
            outage(Trouble::Workday(json!(faults)), Trouble::WorkdayMended, dice)
        }
        Ingredient::WorkdayUnknown => {
            let kind = dice.pick(&["timeout_after_effect", "reset_after_effect", "truncated", "malformed"]);
            let operation = dice.pick(&["Assess_Candidate", "Put_Candidate_Attachment", "Get_Candidates", "*"]);
            (Trouble::Workday(json!([workday(operation, kind, few(dice))])), None)
        }
        Ingredient::WorkdayFails => {
            let kind = dice.pick(&[
                "http503",
                "http429",
                "html200",
                "reset",
                "timeout",
                "server_fault",
                "processing_fault",
                "slow",
            ]);
            let operation = *[&WORKDAY_READS[..], &WORKDAY_WRITES[..], &["*", "OAuth_Token"]]
                .concat()
                .get(dice.index(7))
                .unwrap_or(&"*");
            (Trouble::Workday(json!([workday(operation, kind, few(dice))])), None)
        }
        Ingredient::WorkdayRefusesWrite => {
            let kind = dice.pick(&["validation_fault", "ambiguous_event"]);
            let operation = dice.pick(&WORKDAY_WRITES);
            (Trouble::Workday(json!([workday(operation, kind, few(dice))])), None)
        }
        Ingredient::WorkdayForbids => {
            let operation = *[&WORKDAY_READS[..], &WORKDAY_WRITES[..]]
                .concat()
                .get(dice.index(5))
                .unwrap_or(&"*");
            let faults = json!([workday(operation, "not_authorized", EVERY)]);
            outage(Trouble::Workday(faults), Trouble::WorkdayMended, dice)
        }
        Ingredient::WorkdayStranger => {
            let operation = *[&WORKDAY_READS[..], &WORKDAY_WRITES[..]]
                .concat()
                .get(dice.index(5))
                .unwrap_or(&"*");
            (Trouble::Workday(json!([workday(operation, "auth_fault", few(dice))])), None)
        }
        Ingredient::WorkdaySamePage => (Trouble::Workday(json!([workday("Get_Candidates", "same_page", few(dice))])), None),
        Ingredient::HeyMiloDown => {
            let kind = dice.pick(&["http503", "http500", "html", "reset", "timeout", "http429"]);
            outage(Trouble::HeyMilo(heymilo("*", kind, EVERY)), Trouble::HeyMiloMended, dice)
        }
        Ingredient::HeyMiloIngestDown => {
            let kind = dice.pick(&["http503", "http500", "timeout", "reset"]);
            outage(
                Trouble::HeyMilo(heymilo("ingestCandidate", kind, EVERY)),
                Trouble::HeyMiloMended,
                dice,
            )
        }
        Ingredient::HeyMiloUnknown => {
            let kind = dice.pick(&["timeout_after_effect", "reset_after_effect", "truncated"]);
            (Trouble::HeyMilo(heymilo(dice.pick(&HEYMILO_CALLS), kind, few(dice))), None)
        }
        Ingredient::HeyMiloFails => {
            let kind = dice.pick(&["http503", "http500", "http429", "html", "reset", "timeout", "slow"]);
            (Trouble::HeyMilo(heymilo(dice.pick(&HEYMILO_CALLS), kind, few(dice))), None)
        }
        Ingredient::HeyMiloGarbled => {
            let kind = dice.pick(&["non_json", "wrong_shape", "same_page"]);
            (Trouble::HeyMilo(heymilo(dice.pick(&HEYMILO_CALLS), kind, few(dice))), None)
        }
        Ingredient::MailDown => {
            let kind = pick(dice, &[Kind::Unavailable, Kind::Throttled, Kind::Unreachable, Kind::TimesOut]);
            outage(
                aws(Service::Ses, "SendEmail", (When::BeforeEffect, kind), EVERY),
                Trouble::AwsMended,
                dice,
            )
        }
        Ingredient::MailUnknown => {
            let kind = pick(dice, &[Kind::Disconnects, Kind::TimesOut, Kind::Unavailable]);
            (aws(Service::Ses, "SendEmail", (When::AfterEffect, kind), 1), None)
        }
        Ingredient::MailRefusesUs => {
            let code = dice.pick(&[
                "MailFromDomainNotVerifiedException",
                "MessageRejected",
                "NotFoundException",
                "SendingPausedException",
            ]);
            let kind = Kind::Refused(400, code);
            outage(
                aws(Service::Ses, "SendEmail", (When::BeforeEffect, kind), EVERY),
                Trouble::AwsMended,
                dice,
            )
        }
        Ingredient::MailEvents => {
            let telling = match dice.between(1, 4) {
                1 => Telling::Nothing,
                2 => Telling::Late(Duration::from_secs(dice.between(MINUTE, 2 * HOUR))),
                3 => Telling::TwiceAndBackwards,
                _ => Telling::Otherwise(dice.pick(&["Bounce", "Complaint", "Reject"])),
            };
            let usual = Trouble::MailEvents(Telling::Everything);
            (Trouble::MailEvents(telling), Some((dice.between(HOUR, 20 * HOUR), usual)))
        }
        Ingredient::TableFails if dice.chance(40) => {
            let conflict = Kind::Cancelled(&["TransactionConflict"]);
            (
                aws(Service::DynamoDb, "TransactWriteItems", (When::BeforeEffect, conflict), few(dice)),
                None,
            )
        }
        Ingredient::TableFails => {
            let kind = pick(dice, &[Kind::Unavailable, Kind::Throttled, Kind::Disconnects, Kind::TimesOut]);
            (
                aws(Service::DynamoDb, table_call(dice), (When::BeforeEffect, kind), few(dice)),
                None,
            )
        }
        Ingredient::TableUnknown => {
            let kind = pick(dice, &[Kind::Disconnects, Kind::TimesOut]);
            let operation = table_call(dice);
            (aws(Service::DynamoDb, operation, (When::AfterEffect, kind), few(dice)), None)
        }
        Ingredient::TableDown => {
            let kind = pick(dice, &[Kind::Unavailable, Kind::Throttled, Kind::TimesOut]);
            outage(
                aws(Service::DynamoDb, "*", (When::BeforeEffect, kind), EVERY),
                Trouble::AwsMended,
                dice,
            )
        }
        Ingredient::QueuesFail => {
            let (when, kind) = (
                pick(dice, &[When::BeforeEffect, When::AfterEffect]),
                pick(dice, &[Kind::Unavailable, Kind::Disconnects]),
            );
            let operation = dice.pick(&["SendMessage", "SendMessageBatch", "DeleteMessageBatch"]);
            (aws(Service::Sqs, operation, (when, kind), few(dice)), None)
        }
        Ingredient::EventsGone => (Trouble::EventsGone(0), None),
        Ingredient::ForeignRow => (Trouble::ForeignRow, None),
        Ingredient::PushesLost => {
            let again = Trouble::Pushes { arrive: true };
            (Trouble::Pushes { arrive: false }, Some((dice.between(HOUR, 20 * HOUR), again)))
        }
        Ingredient::WebhooksLost => webhooks(json!({ "drop_webhooks": true }), json!({ "drop_webhooks": false }), dice),
        Ingredient::WebhooksDoubled => {
            let doubled = json!({ "duplicate_webhooks": few(dice), "reorder_webhooks": dice.chance(50) });
            webhooks(doubled, json!({ "duplicate_webhooks": 0, "reorder_webhooks": false }), dice)
        }
        Ingredient::WebhooksLate => {
            let late = json!({ "delay_webhooks_ms": dice.between(1, 2 * HOUR) * 1_000 });
            webhooks(late, json!({ "delay_webhooks_ms": 0 }), dice)
        }
        Ingredient::Crash => {
            let doom = Doom {
                process: dice.pick(&FUNCTIONS).to_owned(),
                skip: dice.index(60),
                side: dice.pick(&[Side::Before, Side::After]),
            };
            (Trouble::Crash(doom), None)
        }
        Ingredient::MessagesLost => (message(Fate::Lost, dice), None),
        Ingredient::MessagesDoubled => {
            let after = Duration::from_secs(dice.pick(&[1, 30, 10 * MINUTE, 2 * HOUR]));
            (message(Fate::Twice(after), dice), None)
        }
        Ingredient::MessagesLate => {
            let after = Duration::from_secs(dice.pick(&[30, 10 * MINUTE, 2 * HOUR]));
            (message(Fate::Late(after), dice), None)
        }
        Ingredient::Skew
        | Ingredient::OtherAgent
        | Ingredient::UnlinkedAndLinked
        | Ingredient::Reconnected
        | Ingredient::AddressCorrected
        | Ingredient::MovedBack
        | Ingredient::MovedOutAndIn
        | Ingredient::Withdrawn
        | Ingredient::NoAssessStep
        | Ingredient::Rescored
        | Ingredient::Shortlisted
        | Ingredient::Deadline
        | Ingredient::BegunAtOnce
        | Ingredient::InterviewRemoved
        | Ingredient::OrderedAfterLink
        | Ingredient::DisconnectedWhileLinking => unreachable!("what people do is no trouble"),
    }
}

/// Workday says that we may not read Assess events, and nothing else goes wrong.
pub(crate) fn assess_forbidden() -> Trouble {
    Trouble::Workday(json!([workday("Get_Assess_Candidate", "not_authorized", EVERY)]))
}

fn message(fate: Fate, dice: &mut Dice) -> Trouble {
    Trouble::Message(Mishap {
        queue: dice.pick(&QUEUES).to_owned(),
        times: few(dice),
        fate,
    })
}

fn outage(trouble: Trouble, mended: Trouble, dice: &mut Dice) -> (Trouble, Option<(u64, Trouble)>) {
    let lasts = dice.pick(&[3 * MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, 14 * HOUR]);
    (trouble, Some((dice.between(MINUTE, lasts), mended)))
}

fn webhooks(changed: Value, usual: Value, dice: &mut Dice) -> (Trouble, Option<(u64, Trouble)>) {
    (
        Trouble::Webhooks(changed),
        Some((dice.between(HOUR, 20 * HOUR), Trouble::Webhooks(usual))),
    )
}

fn few(dice: &mut Dice) -> usize {
    dice.pick(&[1, 1, 1, 2, 3, 6])
}

fn table_call(dice: &mut Dice) -> &'static str {
    dice.pick(&["*", "TransactWriteItems", "UpdateItem", "PutItem", "GetItem", "Query"])
}

fn pick<T: Clone>(dice: &mut Dice, choices: &[T]) -> T {
    choices[dice.index(choices.len())].clone()
}

fn workday(operation: &str, kind: &str, times: usize) -> Value {
    json!({ "operation": operation, "kind": kind, "times": times, "delay_ms": if kind == "slow" { 9_000 } else { 0 } })
}

fn heymilo(operation: &str, kind: &str, times: usize) -> Value {
    json!({ "operation": operation, "kind": kind, "times": times, "delay_ms": if kind == "slow" { Some(9_000) } else { None } })
}

fn aws(service: Service, operation: &str, (when, kind): (When, Kind), times: usize) -> Trouble {
    Trouble::Aws(Fault {
        times,
        ..Fault::once(service, operation, when, kind)
    })
}
