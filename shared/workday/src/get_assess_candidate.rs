//! `Get_Assess_Candidate`: orders for assessments and what has been written to them so far.

use std::fmt;

use crate::{
    client::Client,
    credential::Credential,
    error::Error,
    operation::Operation,
    page::{Page, PageRequest},
    reference::{Reference, References, id_type},
    xml::{Element, Writer},
};

pub(crate) const OPERATION: Operation = Operation::read(
    "Get_Assess_Candidate",
    "Get_Assess_Candidate_Request",
    "Get_Assess_Candidate_Response",
);

/// Which assessments to read (`Request_References` or `Request_Criteria`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssessCandidateQuery {
    /// By WID (or IID) of the Assess Candidate events.
    ByEvent(Vec<String>),
    /// By `Recruiting_Assessment_ID` or WID.
    ByAssessment(Vec<String>),
    /// By application.
    ByApplication {
        /// `Job_Application_ID` or WID.
        application: String,
        /// `To_Moment`: only what was created by then, date and time with a zone.
        created_until: Option<String>,
    },
    /// Created in a span of time; a status set later does not bring an older one back into the span.
    Created {
        /// `From_Moment`, date and time with a zone.
        from: String,
        /// `To_Moment`, later than `from`.
        to: String,
    },
}

/// One assessment of one application (`Assess_Candidate_Data` or `Inline_Assessment_Data`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssessCandidate {
    /// WID (or IID) of the Assess Candidate event, which is what a result is written to; inline ones have none.
    pub event_wid: Option<String>,
    /// `Job_Application_ID`, or the WID if the answer has no other id.
    pub application_id: Option<String>,
    /// The application's WID.
    pub application_wid: Option<String>,
    /// `Candidate_ID`, or the WID if the answer has no other id.
    pub candidate_id: Option<String>,
    /// The candidate's WID.
    pub candidate_wid: Option<String>,
    /// `Job_Requisition_ID`, or the WID if the answer has no other id.
    pub job_requisition_id: Option<String>,
    /// The requisition's WID.
    pub job_requisition_wid: Option<String>,
    /// `Candidate_Assessment_Data`.
    pub assessment: CandidateAssessment,
    /// Taken during the application, without an event.
    pub inline: bool,
}

/// Status, comment and result lines of an assessment; `Debug` shows ids and dates only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CandidateAssessment {
    /// `Assess_Candidate_Reference`: the assessment's id as text, a `Recruiting_Assessment_ID`.
    pub assessment_id: Option<String>,
    /// `Assessment_Status_ID` of the whole, or its WID if the answer has no other id.
    pub status_id: Option<String>,
    /// `Assessed_On_Date`.
    pub assessed_on: Option<String>,
    /// `Overall_Assessment_Comment`.
    pub overall_comment: Option<String>,
    /// One line per test, other vendors' lines included.
    pub test_results: Vec<TestResult>,
}

/// One result line (`Assess_Candidate_Test_Result_Data`), read or to be written; `Debug` shows ids and dates only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TestResult {
    /// `Assessment_Test_Result_ID` or WID of the line; sent to change an existing line.
    pub result_id: Option<String>,
    /// `Assessment_Test_ID`, or the WID.
    pub test_id: String,
    /// `Assessment_Test_Score`: a decimal of 18 digits, 6 of them after the point.
    pub score: Option<String>,
    /// `Assessment_Status_ID` of this test, or the WID.
    pub status_id: Option<String>,
    /// `Assessment_Test_Date`.
    pub date: Option<String>,
    /// `Comment`.
    pub comment: Option<String>,
    /// `Assessment_Test_Results_URL`, http or https.
    pub results_url: Option<String>,
}

impl Client {
    /// Calls `Get_Assess_Candidate`.
    pub async fn get_assess_candidate(
        &self,
        credential: &Credential,
        query: &AssessCandidateQuery,
        page: &PageRequest,
    ) -> Result<Page<AssessCandidate>, Error> {
        if query.names_nothing() {
            return Ok(Page::empty(page));
        }
        let request = self.request(credential, OPERATION, &[], |writer| {
            write(query, page, writer);
        });
        let response = self.send(credential, request).await?;
        read(&response, page)
    }
}

impl AssessCandidateQuery {
    /// Whatever was created for one application, by `Job_Application_ID` or WID.
    pub fn of_application(application: &str) -> Self {
        Self::ByApplication {
            application: application.to_owned(),
            created_until: None,
        }
    }

    fn names_nothing(&self) -> bool {
        match self {
            Self::ByEvent(ids) | Self::ByAssessment(ids) => ids.is_empty(),
            Self::ByApplication { .. } | Self::Created { .. } => false,
        }
    }
}

fn write(query: &AssessCandidateQuery, page: &PageRequest, writer: &mut Writer) {
    match query {
        AssessCandidateQuery::ByEvent(ids) => writer.within("Request_References", |writer| {
            for id in ids {
                writer.reference("Assess_Candidate_Reference", &Reference::event(id));
            }
        }),
        AssessCandidateQuery::ByAssessment(ids) => writer.within("Request_References", |writer| {
            writer.ids("Assessment_Reference", id_type::RECRUITING_ASSESSMENT, ids);
        }),
        AssessCandidateQuery::ByApplication {
            application,
            created_until,
        } => writer.within("Request_Criteria", |writer| {
            writer.id("Job_Application_Reference", id_type::JOB_APPLICATION, application);
            writer.optional("To_Moment", created_until.as_deref());
        }),
        AssessCandidateQuery::Created { from, to } => writer.within("Request_Criteria", |writer| {
            writer.element("From_Moment", from);
            writer.element("To_Moment", to);
        }),
    }
    page.write(writer);
}

fn read(response: &Element, page: &PageRequest) -> Result<Page<AssessCandidate>, Error> {
    let assessments = response.at(&["Response_Data"]).into_iter().flat_map(|data| {
        let events = data.children("Assess_Candidate_Data");
        let inline = data.children("Inline_Assessment_Data");
        events
            .map(|event| AssessCandidate::read(event, false))
            .chain(inline.map(|inline| AssessCandidate::read(inline, true)))
    });
    Page::read(response, page, assessments.map(Ok))
}

impl AssessCandidate {
    fn read(data: &Element, inline: bool) -> Self {
        let reference = |name| References::read_child(data, name).unwrap_or_default();
        let wid = |references: &References| references.wid().map(str::to_owned);
        let event = reference("Event_Reference");
        let application = reference("Job_Application_Reference");
        let candidate = reference("Candidate_Reference");
        let requisition = reference("Job_Requisition_Reference");
        Self {
            event_wid: event.id(id_type::WID),
            application_id: application.id(id_type::JOB_APPLICATION),
            application_wid: wid(&application),
            candidate_id: candidate.id(id_type::CANDIDATE),
            candidate_wid: wid(&candidate),
            job_requisition_id: requisition.id(id_type::JOB_REQUISITION),
            job_requisition_wid: wid(&requisition),
            assessment: data
                .child("Candidate_Assessment_Data")
                .map(CandidateAssessment::read)
                .unwrap_or_default(),
            inline,
        }
    }
}

impl CandidateAssessment {
    fn read(data: &Element) -> Self {
        Self {
            assessment_id: data.text_of("Assess_Candidate_Reference"),
            status_id: id_of(data, "Assessment_Status_Reference", id_type::ASSESSMENT_STATUS),
            assessed_on: data.text_of("Assessed_On_Date"),
            overall_comment: data.text_of("Overall_Assessment_Comment"),
            test_results: data.children("Assess_Candidate_Test_Result_Data").map(TestResult::read).collect(),
        }
    }
}

impl fmt::Debug for CandidateAssessment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CandidateAssessment")
            .field("assessment_id", &self.assessment_id)
            .field("status_id", &self.status_id)
            .field("assessed_on", &self.assessed_on)
            .field("test_results", &self.test_results)
            .finish_non_exhaustive()
    }
}

impl TestResult {
    fn read(data: &Element) -> Self {
        Self {
            result_id: id_of(data, "Assessment_Test_Result_Reference", id_type::ASSESSMENT_TEST_RESULT),
            // A line without a test is somebody else's; it must not make the whole assessment unreadable.
            test_id: id_of(data, "Assessment_Test_Reference", id_type::ASSESSMENT_TEST).unwrap_or_default(),
            score: data.text_of("Assessment_Test_Score"),
            status_id: id_of(data, "Assessment_Test_Status_Reference", id_type::ASSESSMENT_STATUS),
            date: data.text_of("Assessment_Test_Date"),
            comment: data.text_of("Comment"),
            results_url: data.text_of("Assessment_Test_Results_URL"),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.within("Assess_Candidate_Test_Result_Data", |writer| {
            if let Some(id) = &self.result_id {
                writer.id("Assessment_Test_Result_Reference", id_type::ASSESSMENT_TEST_RESULT, id);
            }
            writer.id("Assessment_Test_Reference", id_type::ASSESSMENT_TEST, &self.test_id);
            writer.optional("Assessment_Test_Score", self.score.as_deref());
            if let Some(id) = &self.status_id {
                writer.id("Assessment_Test_Status_Reference", id_type::ASSESSMENT_STATUS, id);
            }
            writer.optional("Assessment_Test_Date", self.date.as_deref());
            writer.optional("Comment", self.comment.as_deref());
            writer.optional("Assessment_Test_Results_URL", self.results_url.as_deref());
        });
    }
}

impl fmt::Debug for TestResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TestResult")
            .field("result_id", &self.result_id)
            .field("test_id", &self.test_id)
            .field("status_id", &self.status_id)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

fn id_of(data: &Element, name: &str, id_type: &str) -> Option<String> {
    References::read_child(data, name)?.id(id_type)
}

#[cfg(test)]
mod tests;
