//! `Get_Candidates`: people, how to reach them, and their job applications, which no operation returns alone.
//! Attachments are always left out: without that every résumé would come along.

use std::fmt;

use crate::{
    client::Client,
    credential::Credential,
    error::Error,
    get_job_requisitions::write_updated_between,
    operation::Operation,
    page::{Page, PageRequest},
    reference::{References, id_type},
    xml::{Element, Writer},
};

pub(crate) const OPERATION: Operation = Operation::read("Get_Candidates", "Get_Candidates_Request", "Get_Candidates_Response");

/// Which candidates to read (`Request_References` or `Request_Criteria`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateQuery {
    /// By `Candidate_ID` or WID; unknown ones are left out of the answer.
    ByReference(Vec<String>),
    /// With an application for one of the requisitions, and in the stage (`Recruiting_Stage_ID`) if given.
    InStage {
        /// `Job_Requisition_ID` or WID of each requisition.
        job_requisitions: Vec<String>,
        /// `Recruiting_Stage_ID`, such as `ASSESSMENT`.
        stage: Option<String>,
    },
    /// Who applied since a moment: for tenants where filtering by requisition fails.
    AppliedSince {
        /// `Applied_From`, date and time with a zone.
        from: String,
        /// `Job_Requisition_ID` or WID of each requisition; empty for all.
        job_requisitions: Vec<String>,
    },
    /// Whose records were changed between two moments, as Workday's transaction log says.
    UpdatedBetween {
        /// `Updated_From`, date and time with a zone.
        from: String,
        /// `Updated_Through`, never later than Workday's own time.
        through: String,
    },
}

/// A candidate with all applications; `Debug` shows ids only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// `Candidate_ID`, or the WID if the answer has no other id.
    pub candidate_id: String,
    /// The candidate's WID.
    pub wid: Option<String>,
    /// First name: the preferred one, else the legal one.
    pub first_name: Option<String>,
    /// Last name: the preferred one, else the legal one.
    pub last_name: Option<String>,
    /// `Full_Name`, for countries that do not split names.
    pub full_name: Option<String>,
    /// `Email_Address`; agency, internal and phone-only candidates have none.
    pub email: Option<String>,
    /// The phone, as Workday gives it.
    pub phone: Option<Phone>,
    /// `Do_Not_Hire`.
    pub do_not_hire: bool,
    /// `Withdrawn`: the person has withdrawn altogether.
    pub withdrawn: bool,
    /// One entry per application and requisition.
    pub applications: Vec<JobApplication>,
}

/// A phone number in its parts; `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    /// `Country_Phone_Code_Reference`, such as `USA_1`; its descriptor holds the code in brackets.
    pub country_phone_code: Option<References>,
    /// `Phone_Number`.
    pub number: String,
    /// `Phone_Extension`.
    pub extension: Option<String>,
}

/// One job application for one requisition (`Job_Applied_To_Data`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobApplication {
    /// `Job_Application_ID`, or the WID if the answer has no other id.
    pub application_id: String,
    /// The application's WID.
    pub wid: Option<String>,
    /// `Job_Requisition_ID`, or the WID if the answer has no other id.
    pub job_requisition_id: Option<String>,
    /// The requisition's WID.
    pub job_requisition_wid: Option<String>,
    /// `Stage_Reference`.
    pub stage: Option<References>,
    /// `Workflow_Step_Reference`.
    pub workflow_step: Option<References>,
    /// `Disposition_Reference`: set once the application is declined or withdrawn.
    pub disposition: Option<References>,
    /// `Status_Timestamp`: when stage, step or disposition last changed.
    pub status_timestamp: Option<String>,
    /// `Job_Application_Date`.
    pub applied_on: Option<String>,
}

impl Client {
    /// Calls `Get_Candidates`.
    pub async fn get_candidates(
        &self,
        credential: &Credential,
        query: &CandidateQuery,
        page: &PageRequest,
    ) -> Result<Page<Candidate>, Error> {
        if query.names_nobody() {
            return Ok(Page::empty(page));
        }
        let request = self.request(credential, OPERATION, &[], |writer| {
            write(query, page, writer);
        });
        let response = self.send(credential, request).await?;
        read(&response, page)
    }
}

impl CandidateQuery {
    fn names_nobody(&self) -> bool {
        match self {
            Self::ByReference(ids) => ids.is_empty(),
            Self::InStage { job_requisitions, .. } => job_requisitions.is_empty(),
            Self::AppliedSince { .. } | Self::UpdatedBetween { .. } => false,
        }
    }
}

fn write(query: &CandidateQuery, page: &PageRequest, writer: &mut Writer) {
    let requisitions = |writer: &mut Writer, ids: &[String]| {
        writer.ids("Job_Requisition_Reference", id_type::JOB_REQUISITION, ids);
    };
    match query {
        CandidateQuery::ByReference(ids) => {
            writer.within_with("Request_References", &[("Skip_Non_Existing_Instances", "true")], |writer| {
                writer.ids("Candidate_Reference", id_type::CANDIDATE, ids);
            });
        }
        CandidateQuery::InStage { job_requisitions, stage } => writer.within("Request_Criteria", |writer| {
            requisitions(writer, job_requisitions);
            if let Some(stage) = stage {
                writer.id("Recruiting_Stage_Reference", id_type::RECRUITING_STAGE, stage);
            }
        }),
        CandidateQuery::AppliedSince { from, job_requisitions } => writer.within("Request_Criteria", |writer| {
            requisitions(writer, job_requisitions);
            writer.element("Applied_From", from);
        }),
        CandidateQuery::UpdatedBetween { from, through } => writer.within("Request_Criteria", |writer| {
            write_updated_between(from, through, writer);
        }),
    }
    page.write(writer);
    writer.within("Response_Group", |writer| {
        writer.flag("Include_Reference", true);
        writer.flag("Exclude_All_Attachments", true);
    });
}

fn read(response: &Element, page: &PageRequest) -> Result<Page<Candidate>, Error> {
    let candidates = response
        .at(&["Response_Data"])
        .into_iter()
        .flat_map(|data| data.children("Candidate"));
    Page::read(response, page, candidates.map(Candidate::read))
}

impl Candidate {
    /// The name to address the person by, as far as Workday has one.
    pub fn display_name(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if parts.is_empty() {
            self.full_name.clone()
        } else {
            Some(parts.join(" "))
        }
    }

    fn read(candidate: &Element) -> Result<Self, Error> {
        let reference = References::read_child(candidate, "Candidate_Reference").unwrap_or_default();
        let data = candidate.child("Candidate_Data");
        let candidate_id = data
            .and_then(|data| data.text_of("Candidate_ID"))
            .or_else(|| reference.id(id_type::CANDIDATE))
            .ok_or(Error::Malformed {
                detail: "a Candidate has neither an id nor a reference",
            })?;
        let wid = reference.wid().map(str::to_owned);
        let Some(data) = data else {
            return Ok(Self {
                candidate_id,
                wid,
                ..Self::default()
            });
        };
        let contact = data.child("Contact_Data");
        let status = data.child("Status_Data");
        Ok(Self {
            candidate_id,
            wid,
            first_name: name_part(data, "First_Name"),
            last_name: name_part(data, "Last_Name"),
            full_name: name_part(data, "Full_Name"),
            email: contact.and_then(|contact| contact.text_of("Email_Address")),
            phone: contact.and_then(Phone::read),
            do_not_hire: status.is_some_and(|status| status.flag_of("Do_Not_Hire")),
            withdrawn: status.is_some_and(|status| status.flag_of("Withdrawn")),
            applications: data
                .children("Job_Application_Data")
                .map(JobApplication::read_all)
                .collect::<Result<Vec<_>, _>>()?
                .concat(),
        })
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Candidate")
            .field("candidate_id", &self.candidate_id)
            .field("wid", &self.wid)
            .field("applications", &self.applications)
            .finish_non_exhaustive()
    }
}

/// A part of the preferred name, else of the legal one.
fn name_part(data: &Element, part: &str) -> Option<String> {
    ["Preferred_Name", "Legal_Name"]
        .iter()
        .find_map(|name| data.at(&["Name_Data", name, "Name_Detail_Data"])?.text_of(part))
}

impl Phone {
    fn read(contact: &Element) -> Option<Self> {
        Some(Self {
            country_phone_code: References::read_child(contact, "Country_Phone_Code_Reference"),
            number: contact.text_of("Phone_Number")?,
            extension: contact.text_of("Phone_Extension"),
        })
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Phone").finish_non_exhaustive()
    }
}

impl JobApplication {
    fn read_all(application: &Element) -> Result<Vec<Self>, Error> {
        let reference = References::read_child(application, "Job_Application_Reference");
        let reference = reference.unwrap_or_default();
        application
            .children("Job_Applied_To_Data")
            .map(|applied_to| Self::read(&reference, applied_to))
            .collect()
    }

    fn read(reference: &References, applied_to: &Element) -> Result<Self, Error> {
        let requisition = References::read_child(applied_to, "Job_Requisition_Reference");
        let requisition = requisition.unwrap_or_default();
        Ok(Self {
            application_id: applied_to
                .text_of("Job_Application_ID")
                .or_else(|| reference.id(id_type::JOB_APPLICATION))
                .ok_or(Error::Malformed {
                    detail: "a job application has neither an id nor a reference",
                })?,
            wid: reference.wid().map(str::to_owned),
            job_requisition_id: requisition.id(id_type::JOB_REQUISITION),
            job_requisition_wid: requisition.wid().map(str::to_owned),
            stage: References::read_child(applied_to, "Stage_Reference"),
            workflow_step: References::read_child(applied_to, "Workflow_Step_Reference"),
            disposition: References::read_child(applied_to, "Disposition_Reference"),
            status_timestamp: applied_to.text_of("Status_Timestamp"),
            applied_on: applied_to.text_of("Job_Application_Date"),
        })
    }
}

#[cfg(test)]
mod tests;
