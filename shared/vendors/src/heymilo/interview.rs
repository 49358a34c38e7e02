//! Interviews as HeyMilo shows them now: one with all its data, or a posting's with their states.

use super::{HeyMilo, understood};
use crate::failure::Stopped;
use domain::order::Outcome;
use domain::progress::Sighting;
use domain::{InterviewId, Moment, PostingId};
use heymilo::{CandidateQuery, Cursors, Error, InterviewData, InterviewStatus};
use std::time::Duration;

/// HeyMilo's clock and ours may differ by this much.
const CLOCK_MARGIN: Duration = Duration::from_hours(1);

/// An interview in a posting's list.
#[derive(Debug, Clone, PartialEq)]
pub struct PolledInterview {
    pub interview: String,
    /// HeyMilo's word, for the record.
    pub status: String,
    /// What it says. `None`: a value we do not know.
    pub sighting: Option<Sighting>,
    /// 0 to 100.
    pub score: Option<f64>,
}

/// A posting's list on its way.
#[derive(Debug)]
pub struct InterviewPages<'a> {
    heymilo: &'a HeyMilo,
    posting: &'a PostingId,
    query: CandidateQuery,
    cursors: Cursors,
    next: Next,
}

/// What the next page will be.
#[derive(Debug)]
enum Next {
    Asked,
    /// The page before said where to go on, and it led nowhere.
    Lost(Stopped),
    End,
}

impl HeyMilo {
    /// Status and, once scored, the results of every step. `None`: HeyMilo has no such interview for this key.
    pub async fn interview(&self, interview: &InterviewId) -> Result<Option<InterviewData>, Stopped> {
        match self.client.interview_data(&self.api_key, interview.as_str()).await {
            Err(Error::NotFound) => Ok(None),
            answer => understood(answer).map(Some),
        }
    }

    /// One interview as a list would show it.
    pub async fn polled_interview(&self, interview: &InterviewId) -> Result<Option<PolledInterview>, Stopped> {
        let data = self.interview(interview).await?;
        Ok(data.map(|data| PolledInterview {
            interview: interview.to_string(),
            status: data.status.as_str().to_owned(),
            sighting: sighting(&data),
            score: data.score,
        }))
    }

    /// The posting's interviews that began since about `oldest`, a hundred a page.
    pub fn interviews_since<'a>(&'a self, posting: &'a PostingId, oldest: Moment) -> InterviewPages<'a> {
        InterviewPages {
            heymilo: self,
            posting,
            query: CandidateQuery {
                limit: Some(100),
                starting_after: None,
                created_after: Some(oldest.minus(CLOCK_MARGIN).to_rfc3339()),
                created_before: None,
            },
            cursors: Cursors::default(),
            next: Next::Asked,
        }
    }
}

impl InterviewPages<'_> {
    /// The next page; `None` after the last. A list that never ends fails after its page: what that one shows is true.
    pub async fn next(&mut self) -> Result<Option<Vec<PolledInterview>>, Stopped> {
        match std::mem::replace(&mut self.next, Next::End) {
            Next::End => return Ok(None),
            Next::Lost(stopped) => return Err(stopped),
            Next::Asked => {}
        }
        let HeyMilo { client, api_key } = self.heymilo;
        let page = understood(client.candidates(api_key, self.posting.as_str(), &self.query).await)?;
        self.next = match self.cursors.after(&page) {
            Ok(Some(after)) => {
                self.query.starting_after = Some(after);
                Next::Asked
            }
            Ok(None) => Next::End,
            Err(error) => {
                tracing::warn!(posting = %self.posting, error = &error as &dyn std::error::Error, "a posting's candidates were not read to their end");
                Next::Lost(Stopped::by_heymilo(&error))
            }
        };
        let polled = page.data.into_iter().map(|candidate| PolledInterview {
            interview: candidate.interview_id,
            status: candidate.status.as_str().to_owned(),
            sighting: said(&candidate.status),
            score: candidate.score,
        });
        Ok(Some(polled.collect()))
    }
}

/// What an interview's data say about how far it is. `None`: a status we do not know; nothing is concluded from it.
pub fn sighting(data: &InterviewData) -> Option<Sighting> {
    let mut steps = data.workflow.iter().flat_map(|workflow| &workflow.steps);
    if data.status == InterviewStatus::NotReady && steps.any(|step| step.started) {
        return Some(Sighting::InProgress);
    }
    said(&data.status)
}

/// What a status alone says.
pub(super) fn said(status: &InterviewStatus) -> Option<Sighting> {
    match status {
        InterviewStatus::Pending | InterviewStatus::NotReady => Some(Sighting::NotStarted),
        InterviewStatus::InProgress => Some(Sighting::InProgress),
        InterviewStatus::Evaluating => Some(Sighting::Scoring),
        InterviewStatus::Completed => Some(Sighting::Reported(Outcome::Completed)),
        InterviewStatus::Shortlisted => Some(Sighting::Reported(Outcome::Shortlisted)),
        InterviewStatus::Dismissed => Some(Sighting::Reported(Outcome::Dismissed)),
        InterviewStatus::KnockedOut => Some(Sighting::Reported(Outcome::KnockedOut)),
        InterviewStatus::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(status: &str, begun: bool) -> Option<Sighting> {
        let data = json!({
            "interview_id": "I1", "candidate_id": "cand_1", "posting_id": "13D77095", "name": "Dana Example",
            "email": "dana@example.com", "status": status, "metadata": {},
            "workflow": { "steps": [{ "name": "Interview", "started": begun, "completed": false }] }
        });
        sighting(&serde_json::from_value(data).unwrap())
    }

    #[test]
    fn each_status_of_heymilo_says_one_thing_and_an_unknown_one_nothing() {
        use Outcome::{Completed, Dismissed, KnockedOut, Shortlisted};
        for (status, expected) in [
            ("pending", Some(Sighting::NotStarted)),
            ("not_ready", Some(Sighting::NotStarted)),
            ("in_progress", Some(Sighting::InProgress)),
            ("evaluating", Some(Sighting::Scoring)),
            ("completed", Some(Sighting::Reported(Completed))),
            ("shortlisted", Some(Sighting::Reported(Shortlisted))),
            ("dismissed", Some(Sighting::Reported(Dismissed))),
            ("knocked_out", Some(Sighting::Reported(KnockedOut))),
            ("something_new", None),
        ] {
            assert_eq!(shown(status, false), expected, "{status}");
        }
    }

    #[test]
    fn an_interview_that_is_not_ready_has_begun_when_one_of_its_steps_has() {
        assert_eq!(shown("not_ready", true), Some(Sighting::InProgress));
    }
}
