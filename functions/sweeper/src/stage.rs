//! Who of a set of requisitions stands in the assessment stage now: `Get_Candidates`, all pages of one moment.

use access::Workday;
use domain::settings::Connection;
use domain::{JobApplicationId, JobRequisitionId, Moment, WorkdayCandidateId};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;
use workday::{Candidate, CandidateQuery, PageRequest, all_pages};

/// Without a usable requisition filter, people who applied earlier than this are not looked at.
const APPLIED_WITHIN: Duration = Duration::from_hours(24 * 180);
/// Largest page Workday takes is 999; attachments are excluded, so pages of a few hundred stay small.
const PAGE: u16 = 200;

/// One application in the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InStage {
    pub(crate) candidate: WorkdayCandidateId,
    pub(crate) application: JobApplicationId,
    pub(crate) requisition: JobRequisitionId,
    /// `Status_Timestamp`: when the application last changed its place, where Workday says so.
    entered: Option<Moment>,
}

impl InStage {
    /// Whether the person was here by `moment`. Where Workday does not say when, they were.
    pub(crate) fn entered_by(&self, moment: Moment) -> bool {
        self.entered.is_none_or(|entered| entered <= moment)
    }
}

/// An `xsd:dateTime` with its zone; one without says no moment.
fn moment(text: &str) -> Option<Moment> {
    let timestamp: Timestamp = text.parse().ok()?;
    Some(Moment(timestamp.as_millisecond()))
}

/// The applications of `requisitions` in the assessment stage, as of `now`.
pub(crate) async fn read(
    workday: &Workday,
    connection: &Connection,
    requisitions: &BTreeSet<JobRequisitionId>,
    now: Moment,
) -> Result<Vec<InStage>, workday::Error> {
    let stage = &connection.options.identifiers.assessment_stage;
    let filtered = CandidateQuery::InStage {
        job_requisitions: requisitions.iter().map(ToString::to_string).collect(),
        stage: Some(stage.clone()),
    };
    let candidates = match all(workday, &filtered, now).await {
        Ok(candidates) if candidates.is_empty() && !filter_works(workday, requisitions).await? => unfiltered(workday, now).await?,
        Ok(candidates) => candidates,
        // Some tenants answer the requisition filter with a fault: read by date and match here.
        Err(workday::Error::Rejected(_) | workday::Error::Unavailable { fault: Some(_), .. }) => unfiltered(workday, now).await?,
        Err(error) => return Err(error),
    };
    Ok(candidates.iter().flat_map(|person| in_stage(person, stage, requisitions)).collect())
}

/// Whether the requisition filter finds anybody at all, in whatever stage: then an empty stage is an empty stage.
async fn filter_works(workday: &Workday, requisitions: &BTreeSet<JobRequisitionId>) -> Result<bool, workday::Error> {
    let anybody = CandidateQuery::InStage {
        job_requisitions: requisitions.iter().map(ToString::to_string).collect(),
        stage: None,
    };
    let first = PageRequest::single().with_count(1);
    Ok(!workday
        .client
        .get_candidates(&workday.credential, &anybody, &first)
        .await?
        .items
        .is_empty())
}

/// Some tenants answer the requisition filter with nothing at all: the stage is then read by date of application.
async fn unfiltered(workday: &Workday, now: Moment) -> Result<Vec<Candidate>, workday::Error> {
    let query = CandidateQuery::AppliedSince {
        from: now.minus(APPLIED_WITHIN).to_rfc3339(),
        job_requisitions: Vec::new(),
    };
    all(workday, &query, now).await
}

async fn all(workday: &Workday, query: &CandidateQuery, now: Moment) -> Result<Vec<Candidate>, workday::Error> {
    let first = PageRequest::first(now.to_rfc3339()).with_count(PAGE);
    all_pages(first, |page| async move {
        workday.client.get_candidates(&workday.credential, query, &page).await
    })
    .await
}

fn in_stage<'a>(person: &'a Candidate, stage: &'a str, requisitions: &'a BTreeSet<JobRequisitionId>) -> impl Iterator<Item = InStage> + 'a {
    person.applications.iter().filter_map(move |entry| {
        let here = entry.disposition.is_none() && entry.stage.as_ref().is_some_and(|now| now.is(stage));
        let requisition = JobRequisitionId::new(entry.job_requisition_id.as_deref()?).ok()?;
        (here && requisitions.contains(&requisition)).then_some(InStage {
            candidate: WorkdayCandidateId::new(person.candidate_id.as_str()).ok()?,
            application: JobApplicationId::new(entry.application_id.as_str()).ok()?,
            requisition,
            entered: entry.status_timestamp.as_deref().and_then(moment),
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
            entered: status_timestamp.and_then(moment),
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
