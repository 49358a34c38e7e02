//! `Get_Job_Requisitions`: requisitions with title, description, location and default tests.
//!
//! `Get_Evergreen_Requisitions` asks and answers the same under other element names, so both are written and read here.

use crate::{
    client::Client,
    credential::Credential,
    error::Error,
    operation::Operation,
    page::{Page, PageRequest},
    reference::{References, id_type},
    xml::{Element, Writer},
};

pub(crate) const OPERATION: Operation = Operation::read(
    "Get_Job_Requisitions",
    "Get_Job_Requisitions_Request",
    "Get_Job_Requisitions_Response",
);

/// The names under which one kind of requisition is asked for and answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Naming {
    pub(crate) operation: Operation,
    pub(crate) requisition: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) data: &'static str,
    /// The flag of the response group for `Hiring_Requirement_Data`.
    pub(crate) restrictions_flag: &'static str,
}

const NAMING: Naming = Naming {
    operation: OPERATION,
    requisition: "Job_Requisition",
    reference: "Job_Requisition_Reference",
    data: "Job_Requisition_Data",
    restrictions_flag: "Include_Job_Requisition_Restrictions_Data",
};

/// Which requisitions to read (`Request_References` or `Request_Criteria`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobRequisitionQuery {
    /// By `Job_Requisition_ID` or WID; unknown ones are left out of the answer.
    ByReference(Vec<String>),
    /// By `Job_Requisition_Status_ID`, such as `Open`.
    ByStatus(Vec<String>),
    /// Changed in a span of time (`Transaction_Date_Range_Data`), both ends as date and time with a zone.
    UpdatedBetween {
        /// `Updated_From`.
        from: String,
        /// `Updated_Through`.
        through: String,
    },
}

/// A job requisition (`Job_Requisition`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobRequisition {
    /// `Job_Requisition_ID`, or the WID if the answer has no other id.
    pub id: String,
    /// The requisition's WID.
    pub wid: Option<String>,
    /// `Job_Posting_Title`.
    pub title: Option<String>,
    /// `Job_Requisition_Status_Reference`.
    pub status: Option<References>,
    /// `Primary_Location_Reference`.
    pub location: Option<References>,
    /// `Job_Profile_Reference`.
    pub job_profile: Option<References>,
    /// `Supervisory_Organization_Reference`.
    pub supervisory_organization: Option<References>,
    /// `Job_Description_Summary`, plain text.
    pub description_summary: Option<String>,
    /// `Job_Description`, HTML.
    pub description_html: Option<String>,
    /// `Additional_Job_Description`, HTML.
    pub additional_description_html: Option<String>,
    /// `Confidential_Job_Requisition`.
    pub confidential: bool,
    /// `Inline_Assessment_Test_Reference`: the test during the application.
    pub inline_assessment_test: Option<References>,
    /// `Default_Assessment_Tests_Reference`: the tests ordered for everyone who enters the assessment stage.
    pub default_assessment_tests: Vec<References>,
}

impl Client {
    /// Calls `Get_Job_Requisitions`.
    pub async fn get_job_requisitions(
        &self,
        credential: &Credential,
        query: &JobRequisitionQuery,
        page: &PageRequest,
    ) -> Result<Page<JobRequisition>, Error> {
        self.requisitions(&NAMING, credential, query, page).await
    }

    pub(crate) async fn requisitions(
        &self,
        naming: &Naming,
        credential: &Credential,
        query: &JobRequisitionQuery,
        page: &PageRequest,
    ) -> Result<Page<JobRequisition>, Error> {
        if query.names_nothing() {
            return Ok(Page::empty(page));
        }
        let request = self.request(credential, naming.operation, &[], |writer| {
            write(naming, query, page, writer);
        });
        let response = self.send(credential, request).await?;
        read(naming, &response, page)
    }
}

impl JobRequisitionQuery {
    fn names_nothing(&self) -> bool {
        match self {
            Self::ByReference(ids) | Self::ByStatus(ids) => ids.is_empty(),
            Self::UpdatedBetween { .. } => false,
        }
    }
}

pub(crate) fn write(naming: &Naming, query: &JobRequisitionQuery, page: &PageRequest, writer: &mut Writer) {
    match query {
        JobRequisitionQuery::ByReference(ids) => {
            writer.within_with("Request_References", &[("Skip_Non_Existing_Instances", "true")], |writer| {
                writer.ids(naming.reference, id_type::JOB_REQUISITION, ids);
            });
        }
        JobRequisitionQuery::ByStatus(ids) => writer.within("Request_Criteria", |writer| {
            writer.ids("Job_Requisition_Status_Reference", id_type::JOB_REQUISITION_STATUS, ids);
        }),
        JobRequisitionQuery::UpdatedBetween { from, through } => {
            writer.within("Request_Criteria", |writer| write_updated_between(from, through, writer));
        }
    }
    page.write(writer);
    writer.within("Response_Group", |writer| {
        writer.flag("Include_Reference", true);
        writer.flag("Include_Job_Requisition_Definition_Data", true);
        writer.flag(naming.restrictions_flag, true);
        writer.flag("Include_Qualifications", false);
        writer.flag("Include_Job_Requisition_Attachments", false);
        writer.flag("Include_Organizations", false);
        writer.flag("Include_Roles", false);
    });
}

/// What was changed between two moments, by the transaction log; Workday refuses one without the other.
pub(crate) fn write_updated_between(from: &str, through: &str, writer: &mut Writer) {
    writer.within("Transaction_Log_Criteria_Data", |writer| {
        writer.within("Transaction_Date_Range_Data", |writer| {
            writer.element("Updated_From", from);
            writer.element("Updated_Through", through);
        });
    });
}

pub(crate) fn read(naming: &Naming, response: &Element, page: &PageRequest) -> Result<Page<JobRequisition>, Error> {
    let requisitions = response
        .at(&["Response_Data"])
        .into_iter()
        .flat_map(|data| data.children(naming.requisition));
    Page::read(
        response,
        page,
        requisitions.map(|requisition| JobRequisition::read(naming, requisition)),
    )
}

impl JobRequisition {
    fn read(naming: &Naming, requisition: &Element) -> Result<Self, Error> {
        let reference = References::read_child(requisition, naming.reference);
        let reference = reference.unwrap_or_default();
        let id = reference.id(id_type::JOB_REQUISITION).ok_or(Error::Malformed {
            detail: "a requisition has no reference",
        })?;
        let wid = reference.wid().map(str::to_owned);
        let Some(data) = requisition.child(naming.data) else {
            return Ok(Self {
                id,
                wid,
                ..Self::default()
            });
        };
        let detail = data.child("Job_Requisition_Detail_Data");
        let text = |name| detail.and_then(|detail| detail.text_of(name));
        let hiring = data.child("Hiring_Requirement_Data");
        let hiring_reference = |name| References::read_child(hiring?, name);
        let assessment = data.child("Assessment_Data");
        Ok(Self {
            id,
            wid,
            title: text("Job_Posting_Title"),
            status: References::read_child(data, "Job_Requisition_Status_Reference"),
            location: hiring_reference("Primary_Location_Reference"),
            job_profile: hiring_reference("Job_Profile_Reference"),
            supervisory_organization: References::read_child(data, "Supervisory_Organization_Reference"),
            description_summary: text("Job_Description_Summary"),
            description_html: text("Job_Description"),
            additional_description_html: text("Additional_Job_Description"),
            confidential: detail.is_some_and(|detail| detail.flag_of("Confidential_Job_Requisition")),
            inline_assessment_test: assessment
                .and_then(|assessment| References::read_child(assessment, "Inline_Assessment_Test_Reference")),
            default_assessment_tests: assessment
                .into_iter()
                .flat_map(|assessment| assessment.children("Default_Assessment_Tests_Reference"))
                .map(References::read)
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests;
