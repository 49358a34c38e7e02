//! Somebody the product cannot do without is away: an hour, a night, a weekend, two weeks.

use crate::many;
use crate::plan::{Act, Candidate, Plan, Recruiter, Step, Trouble, Workspace};
use serde_json::json;
use std::fmt;
use std::time::Duration;
use testkit::{Fault, Kind, Service, When};

const HOUR: Duration = Duration::from_hours(1);
const LENGTHS: [Duration; 4] = [
    HOUR,
    Duration::from_hours(13),
    Duration::from_hours(72),
    Duration::from_hours(24 * 15),
];
const BEGINS: Duration = Duration::from_hours(3);
const ALL: usize = 1_000_000_000;

#[derive(Debug, Clone, Copy)]
enum Away {
    Workday,
    HeyMilo,
    Mail,
    Table,
}

impl Away {
    fn trouble(self) -> Trouble {
        let aws = |service| {
            Trouble::Aws(Fault {
                times: ALL,
                ..Fault::once(service, "*", When::BeforeEffect, Kind::Unavailable)
            })
        };
        let vendor = json!({ "operation": "*", "kind": "http503", "times": ALL });
        match self {
            Self::Workday => Trouble::Workday(json!([vendor])),
            Self::HeyMilo => Trouble::HeyMilo(vendor),
            Self::Mail => aws(Service::Ses),
            Self::Table => aws(Service::DynamoDb),
        }
    }

    fn mended(self) -> Trouble {
        match self {
            Self::Workday => Trouble::WorkdayMended,
            Self::HeyMilo => Trouble::HeyMiloMended,
            Self::Mail | Self::Table => Trouble::AwsMended,
        }
    }
}

/// Who is away, for how long.
#[derive(Debug)]
struct Outage(Away, Duration);

impl fmt::Display for Outage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} away for {:?}", self.0, self.1)
    }
}

/// One is invited before and finishes while somebody is away; one is moved in the middle of it; one is ordered just before.
fn plan(&Outage(away, length): &Outage) -> Plan {
    let middle = BEGINS + length / 2;
    let recruiter = |person, act| Act::Recruiter(person, act);
    let moves = Recruiter::MoveToAssessment { assess_step: true };
    let acts = [
        (HOUR, recruiter(0, moves)),
        (HOUR * 2 + Duration::from_mins(30), Act::Candidate(0, Candidate::Begins)),
        (BEGINS.saturating_sub(Duration::from_secs(20)), recruiter(1, moves)),
        (
            BEGINS.saturating_sub(Duration::from_secs(10)),
            recruiter(1, Recruiter::SubmitAssess),
        ),
        (BEGINS, Act::Trouble(away.trouble())),
        (middle, recruiter(2, moves)),
        (middle, Act::Candidate(0, Candidate::Finishes)),
        (BEGINS + length, Act::Trouble(away.mended())),
    ];
    let steps = acts.map(|(at, act)| Step { at, workspace: 0, act });
    Plan {
        seed: 0,
        workspaces: vec![Workspace::of(3)],
        skews: Vec::new(),
        steps: steps.to_vec(),
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes unoptimised; the flow tests have an hour of each")]
fn nobody_is_lost_while_somebody_is_away_for_an_hour_a_night_or_a_weekend() {
    nobody_is_lost(&LENGTHS[..3]);
}

#[test]
#[ignore = "minutes of polls and tries; run with `--ignored`"]
fn nobody_is_lost_while_somebody_is_away_for_two_weeks() {
    nobody_is_lost(&LENGTHS[3..]);
}

fn nobody_is_lost(lengths: &[Duration]) {
    let whoever = |length: &Duration| [Away::Workday, Away::HeyMilo, Away::Mail, Away::Table].map(|away| Outage(away, *length));
    let outages: Vec<Outage> = lengths.iter().flat_map(whoever).collect();
    println!("{} outages", outages.len());
    many::keep_every_promise(&outages, plan, |_, _| false);
}
