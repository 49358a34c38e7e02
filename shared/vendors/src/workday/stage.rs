//! Who of a set of requisitions stands in the assessment stage now: `Get_Candidates`, page by page as of one moment.

use super::paging::Paging;
use super::{Stopped, Workday};
use domain::part::Cursor;
use domain::{JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId};
use std::collections::BTreeSet;
use std::time::Duration;
use workday::{Candidate, CandidateQuery, PageRequest};

/// Without a usable requisition filter, people who applied earlier than this are not looked at: somebody may be moved
/// months after applying.
const APPLIED_WITHIN: Duration = Duration::from_hours(24 * 366);
/// Rows of a page: attachments are excluded, so pages of a few hundred stay small; and smaller where an answer is too large
/// or slow.
const PAGES: &[u16] = &[200, 100, 20, 4, 1];

/// What changed is asked for from this much before the last time: changes are committed late.
const OVERLAP: Duration = Duration::from_mins(10);
/// And up to this much before now: Workday refuses a moment that its own clock has not reached.
pub(super) const BEHIND: Duration = Duration::from_secs(30);

/// One application in the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InStage {
    pub candidate: WorkdayCandidateId,
    pub application: JobApplicationId,
    pub requisition: JobRequisitionId,
    /// `Status_Timestamp`: when the application last changed its place, where Workday says so.
    entered: Option<Moment>,
}

impl InStage {
    /// Whether the person was here by `moment`. Where Workday does not say when, they were.
    pub fn entered_by(&self, moment: Moment) -> bool {
        self.entered.is_none_or(|entered| entered <= moment)
    }
}

/// How the people of some requisitions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// By requisition and stage.
    ByRequisition,
    /// By date of application, where a tenant does not answer the other: who is meant is found out here.
    ByDate,
    /// Whoever was changed since a moment.
    Changed { since: Moment },
}

impl Workday {
    /// The applications of `requisitions` in the assessment stage, from a cursor on.
    pub fn in_stage(&self, requisitions: BTreeSet<JobRequisitionId>, reading: Reading, cursor: Cursor) -> StagePages<'_> {
        let query = match reading {
            Reading::ByRequisition => CandidateQuery::InStage {
                job_requisitions: requisitions.iter().map(ToString::to_string).collect(),
                stage: Some(self.connection.options.identifiers.assessment_stage.clone()),
            },
            Reading::ByDate => CandidateQuery::AppliedSince {
                from: cursor.as_of.minus(APPLIED_WITHIN).to_rfc3339(),
                job_requisitions: Vec::new(),
            },
            Reading::Changed { since } => CandidateQuery::UpdatedBetween {
                from: since.minus(OVERLAP).to_rfc3339(),
                through: cursor.as_of.minus(BEHIND).to_rfc3339(),
            },
        };
        StagePages {
            workday: self,
            requisitions,
            query,
            paging: Paging::from(cursor, PAGES),
        }
    }

    /// Whether the requisition filter finds anybody at all who applied, in whatever stage.
    pub async fn anybody_applied(&self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<bool, Stopped> {
        let anybody = CandidateQuery::InStage {
            job_requisitions: requisitions.iter().map(ToString::to_string).collect(),
            stage: None,
        };
        let first = PageRequest::single().with_count(1);
        let found = self.client.get_candidates(&self.credential, &anybody, &first).await;
        Ok(!self.read(found).await?.items.is_empty())
    }
}

/// People on their way, some of whom stand in the stage.
#[derive(Debug)]
pub struct StagePages<'a> {
    workday: &'a Workday,
    requisitions: BTreeSet<JobRequisitionId>,
    query: CandidateQuery,
    paging: Paging<Candidate>,
}

/// What one page says of the requisitions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StagePage {
    /// Who stands in the stage.
    pub people: Vec<InStage>,
    /// Applications that are elsewhere.
    pub elsewhere: Vec<(JobRequisitionId, JobApplicationId)>,
}

impl StagePage {
    /// Whether somebody applied, in whatever stage.
    pub fn is_anybody(&self) -> bool {
        !self.people.is_empty() || !self.elsewhere.is_empty()
    }
}

impl StagePages<'_> {
    /// The next page; none after the last.
    pub async fn next(&mut self) -> Result<Option<StagePage>, Stopped> {
        let (workday, query, requisitions) = (self.workday, &self.query, &self.requisitions);
        let call = |page: PageRequest| async move { workday.client.get_candidates(&workday.credential, query, &page).await };
        let page = self.paging.next(&workday.vendors.clock, call).await;
        let page = workday.read(page).await?;
        let stage = &workday.connection.options.identifiers.assessment_stage;
        Ok(page.map(|candidates| {
            let mut found = StagePage::default();
            for person in candidates {
                found.sort(person, stage, requisitions);
            }
            found
        }))
    }

    /// Rows of a page, as many as are asked for now.
    pub fn page_size(&self) -> u16 {
        self.paging.page_size()
    }

    /// People who were passed over: each is too large even alone.
    pub fn left_out(&self) -> u32 {
        self.paging.left_out()
    }

    /// Where it goes on; none: it is at its end.
    pub fn cursor(&self) -> Option<Cursor> {
        self.paging.cursor()
    }
}

impl StagePage {
    fn sort(&mut self, person: &Candidate, stage: &str, requisitions: &BTreeSet<JobRequisitionId>) {
        let Ok(candidate) = WorkdayCandidateId::new(person.candidate_id.as_str()) else {
            return;
        };
        for entry in &person.applications {
            let number = entry.job_requisition_id.as_deref().map(JobRequisitionId::new);
            let (Some(Ok(requisition)), Ok(application)) = (number, JobApplicationId::new(entry.application_id.as_str())) else {
                continue;
            };
            if !requisitions.contains(&requisition) {
                continue;
            }
            if entry.disposition.is_none() && entry.stage.as_ref().is_some_and(|now| now.is(stage)) {
                self.people.push(InStage {
                    candidate: candidate.clone(),
                    application,
                    requisition,
                    entered: entry.status_timestamp.as_deref().and_then(Moment::from_rfc3339),
                });
            } else {
                self.elsewhere.push((requisition, application));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(status_timestamp: Option<&str>) -> InStage {
        InStage {
            candidate: WorkdayCandidateId::new("C00001").unwrap(),
            application: JobApplicationId::new("A1").unwrap(),
            requisition: JobRequisitionId::new("R00001").unwrap(),
            entered: status_timestamp.and_then(Moment::from_rfc3339),
        }
    }

    #[test]
    fn who_entered_at_or_before_a_moment_or_at_no_known_one_was_there_by_then() {
        // 2026-01-16T18:00:00Z.
        let linked_at = Moment(1_768_586_400_000);
        for (status_timestamp, expected) in [
            (Some("2026-01-16T10:00:00.000-08:00"), true),
            (Some("2026-01-16T10:00:00.001-08:00"), false),
            (Some("2026-01-16T17:59:59Z"), true),
            (Some("2026-01-17T00:00:00Z"), false),
            (Some("2026-01-17T00:00:00"), true),
            (Some("yesterday"), true),
            (None, true),
        ] {
            assert_eq!(entered(status_timestamp).entered_by(linked_at), expected, "{status_timestamp:?}");
        }
    }
}
