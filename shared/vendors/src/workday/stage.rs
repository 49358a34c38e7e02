//! Who of a set of requisitions stands in the assessment stage now: `Get_Candidates`, all pages of one moment.

use super::paging::Paging;
use super::{Stopped, Workday};
use domain::part::Cursor;
use domain::{JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId};
use std::collections::BTreeSet;
use std::time::Duration;
use workday::{Candidate, CandidateQuery, Error, PageRequest};

/// Without a usable requisition filter, people who applied earlier than this are not looked at.
const APPLIED_WITHIN: Duration = Duration::from_hours(24 * 180);
/// Rows of a page: attachments are excluded, so pages of a few hundred stay small; and smaller where an answer is too large
/// or slow.
const PAGES: &[u16] = &[200, 100, 20, 4, 1];

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

impl Workday {
    /// The applications of `requisitions` in the assessment stage, as of now.
    pub async fn in_stage(&self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<Vec<InStage>, Stopped> {
        let answer = self.stage(requisitions).await;
        let candidates = self.read(answer).await?;
        let stage = &self.connection.options.identifiers.assessment_stage;
        Ok(candidates.iter().flat_map(|person| in_stage(person, stage, requisitions)).collect())
    }

    async fn stage(&self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<Vec<Candidate>, Error> {
        let filtered = CandidateQuery::InStage {
            job_requisitions: requisitions.iter().map(ToString::to_string).collect(),
            stage: Some(self.connection.options.identifiers.assessment_stage.clone()),
        };
        match self.all_candidates(&filtered).await {
            Ok(candidates) if candidates.is_empty() && !self.filter_works(requisitions).await? => self.unfiltered().await,
            // Some tenants answer the requisition filter with a fault: read by date and match here.
            Err(Error::Rejected(_) | Error::Unavailable { fault: Some(_), .. }) => self.unfiltered().await,
            read => read,
        }
    }

    /// Whether the requisition filter finds anybody at all, in whatever stage: then an empty stage is an empty stage.
    async fn filter_works(&self, requisitions: &BTreeSet<JobRequisitionId>) -> Result<bool, Error> {
        let anybody = CandidateQuery::InStage {
            job_requisitions: requisitions.iter().map(ToString::to_string).collect(),
            stage: None,
        };
        let first = PageRequest::single().with_count(1);
        let found = self.client.get_candidates(&self.credential, &anybody, &first).await?;
        Ok(!found.items.is_empty())
    }

    /// Some tenants answer the requisition filter with nothing at all: the stage is then read by date of application.
    async fn unfiltered(&self) -> Result<Vec<Candidate>, Error> {
        let query = CandidateQuery::AppliedSince {
            from: self.vendors.clock.now().minus(APPLIED_WITHIN).to_rfc3339(),
            job_requisitions: Vec::new(),
        };
        self.all_candidates(&query).await
    }

    async fn all_candidates(&self, query: &CandidateQuery) -> Result<Vec<Candidate>, Error> {
        let clock = &self.vendors.clock;
        let call = |page: PageRequest| async move { self.client.get_candidates(&self.credential, query, &page).await };
        let mut paging = Paging::from(Cursor::beginning(clock.now()), PAGES);
        let mut candidates = Vec::new();
        while let Some(page) = paging.next(clock, call).await? {
            candidates.extend_from_slice(page);
        }
        Ok(candidates)
    }
}

fn in_stage<'a>(person: &'a Candidate, stage: &'a str, requisitions: &'a BTreeSet<JobRequisitionId>) -> impl Iterator<Item = InStage> + 'a {
    person.applications.iter().filter_map(move |entry| {
        let here = entry.disposition.is_none() && entry.stage.as_ref().is_some_and(|now| now.is(stage));
        let requisition = JobRequisitionId::new(entry.job_requisition_id.as_deref()?).ok()?;
        (here && requisitions.contains(&requisition)).then_some(InStage {
            candidate: WorkdayCandidateId::new(person.candidate_id.as_str()).ok()?,
            application: JobApplicationId::new(entry.application_id.as_str()).ok()?,
            requisition,
            entered: entry.status_timestamp.as_deref().and_then(Moment::from_rfc3339),
        })
    })
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
