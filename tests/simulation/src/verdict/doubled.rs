//! Effects that happened more often than people asked for and vendors left unclear.

use super::View;
use crate::mail_service::{self, Telling};
use crate::plan::{Act, Admin, Recruiter, Step, Trouble};
use crate::world::{Tenant, World};
use domain::Order;
use std::collections::BTreeMap;
use testkit::{Fault, Kind, Service, When};

impl View<'_> {
    /// Effects that happened more often than they should.
    pub(super) fn doubled(&self, person: usize, orders: &[&Order], world: &World) -> Vec<String> {
        let mut doubled = Vec::new();
        let versions: u32 = orders.iter().map(|order| order.result_version.max(order.written.version)).sum();
        let attached = self.attachments(person).len();
        if attached > usize::try_from(versions).unwrap_or(usize::MAX) {
            doubled.push(format!("{attached} reports for {versions} results"));
        }
        let attempts: u32 = orders.iter().map(|order| order.attempt).sum();
        let addresses = [self.tenant.address(person), self.tenant.corrected_address(person)];
        let interviews = self.heymilo["interviews"].as_array().into_iter().flatten();
        let theirs = interviews.filter(|interview| addresses.iter().any(|address| interview["email"] == address.as_str()));
        let ingests: u64 = theirs.filter_map(|interview| interview["ingest_count"].as_u64()).sum();
        if ingests > u64::from(attempts) {
            doubled.push(format!("{ingests} ingests for {attempts} attempts"));
        }
        // A second attempt takes a second order; the first one of a visit only joins, unless what stands was refused.
        let ordered = self.times(person, is_order);
        let most = orders.iter().map(|order| order.attempt).max().unwrap_or(1);
        let refuses =
            self.unclear_mails() > 0 || self.mails_come_back() || self.is_refused_by_heymilo() || self.has_administered(Admin::Unlinks);
        let asked_anew = usize::from(refuses);
        if usize::try_from(most).unwrap_or(usize::MAX) > ordered.max(1) + asked_anew {
            doubled.push(format!("attempt {most}, ordered {ordered} times"));
        }
        let mut by_step: BTreeMap<String, usize> = BTreeMap::new();
        let mails = world.aws().outbox().mails();
        for mail in mails.iter().filter(|mail| mail.to.iter().any(|to| addresses.contains(to))) {
            *by_step.entry(format!("{:?}", mail.tags)).or_default() += 1;
        }
        let most = by_step.values().copied().max().unwrap_or(0);
        // Where the mail service tells of a mail it need not be sent again.
        let untold = if self.is_told_of_mails() { 0 } else { self.unclear_mails() };
        if most > 1 + untold {
            doubled.push(format!("{most} mails of one step"));
        }
        doubled
    }

    /// Our attachments of a candidate, by file name.
    pub(super) fn attachments(&self, person: usize) -> Vec<&str> {
        let files = self.records_of("attachments", "candidate", Tenant::candidate(person));
        files
            .filter_map(|file| file["filename"].as_str())
            .filter(|name| name.starts_with("HeyMilo Report"))
            .collect()
    }

    /// How often nobody could tell whether a mail had left.
    pub(super) fn unclear_mails(&self) -> usize {
        let unclear = self.plan.steps.iter().filter_map(|step| match &step.act {
            // Without an answer, or with one that the table does not keep.
            Act::Trouble(Trouble::Aws(fault)) if fault.service != Service::Sqs => Some(2),
            Act::Trouble(Trouble::Crash(_)) => Some(2),
            Act::Trouble(
                Trouble::Aws(_)
                | Trouble::AwsMended
                | Trouble::Workday(_)
                | Trouble::WorkdayMended
                | Trouble::HeyMilo(_)
                | Trouble::HeyMiloMended
                | Trouble::Webhooks(_)
                | Trouble::MailEvents(_)
                | Trouble::EventsGone(_)
                | Trouble::ForeignRow
                | Trouble::Pushes { .. }
                | Trouble::Message(_),
            )
            | Act::Recruiter(..)
            | Act::Candidate(..)
            | Act::Admin(_)
            | Act::HeyMilo(..)
            | Act::Deadline(_) => None,
        });
        unclear.sum()
    }

    /// Whether what the mail service tells of mails reaches us, and is kept.
    fn is_told_of_mails(&self) -> bool {
        let may_keep_it_away = |step: &Step| match &step.act {
            // An answer that the mail was not taken is believed.
            Act::Trouble(Trouble::Aws(Fault { service, when, kind, .. })) => {
                *service != Service::Ses || (*when == When::AfterEffect && !matches!(kind, Kind::Disconnects | Kind::TimesOut))
            }
            Act::Trouble(Trouble::Message(mishap)) => mishap.queue == mail_service::QUEUE,
            Act::Trouble(Trouble::MailEvents(telling)) => *telling != Telling::Everything,
            Act::Trouble(Trouble::Crash(_)) => true,
            Act::Trouble(_) | Act::Recruiter(..) | Act::Candidate(..) | Act::Admin(_) | Act::HeyMilo(..) | Act::Deadline(_) => false,
        };
        self.plan.skews.is_empty() && !self.plan.steps.iter().any(may_keep_it_away)
    }

    /// How often a recruiter does such a thing with a candidate.
    pub(super) fn times(&self, person: usize, like: fn(Recruiter) -> bool) -> usize {
        let does =
            |step: &&Step| step.workspace == self.number && matches!(step.act, Act::Recruiter(whose, act) if whose == person && like(act));
        self.plan.steps.iter().filter(does).count()
    }
}

/// Whether it is a send status.
pub(super) fn is_order(act: Recruiter) -> bool {
    act == Recruiter::SubmitAssess
}

/// Whether it is a move into Assessment.
pub(super) fn is_move(act: Recruiter) -> bool {
    matches!(act, Recruiter::MoveToAssessment { .. })
}
