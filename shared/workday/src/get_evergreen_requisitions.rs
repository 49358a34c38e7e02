//! `Get_Evergreen_Requisitions`: requisitions that stay open for a kind of work instead of a position.
//!
//! Workday keeps them apart from job requisitions, although candidates apply to them in the same way and their
//! applications name them by the same id type (`Job_Requisition_ID`).

use crate::{
    client::Client,
    credential::Credential,
    error::Error,
    get_job_requisitions::{JobRequisition, JobRequisitionQuery, Naming},
    operation::Operation,
    page::{Page, PageRequest},
};

pub(crate) const OPERATION: Operation = Operation::read(
    "Get_Evergreen_Requisitions",
    "Get_Evergreen_Requisitions_Request",
    "Get_Evergreen_Requisitions_Response",
);

const NAMING: Naming = Naming {
    operation: OPERATION,
    requisition: "Evergreen_Job_Requisition",
    reference: "Evergreen_Job_Requisition_Reference",
    data: "Evergreen_Job_Requisition_Data",
    // The schema's own name: alone in a group of `Include_` flags, it says `Create_`.
    restrictions_flag: "Create_Job_Requisition_Restrictions_Data",
};

impl Client {
    /// Calls `Get_Evergreen_Requisitions`. Needs the domain *Manage: Evergreen Requisitions* in Workday.
    pub async fn get_evergreen_requisitions(
        &self,
        credential: &Credential,
        query: &JobRequisitionQuery,
        page: &PageRequest,
    ) -> Result<Page<JobRequisition>, Error> {
        self.requisitions(&NAMING, credential, query, page).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::get_job_requisitions::{read, write};
    use crate::testing::{compact, rendered, response};

    #[test]
    fn the_request_uses_the_names_of_evergreen_requisitions() {
        let query = JobRequisitionQuery::ByReference(vec!["R90001".into()]);
        let request = rendered(&OPERATION, &[], |writer| write(&NAMING, &query, &PageRequest::single(), writer));
        assert_eq!(
            request,
            compact(
                r#"<wd:Get_Evergreen_Requisitions_Request wd:version="v45.2">
                  <wd:Request_References wd:Skip_Non_Existing_Instances="true">
                    <wd:Evergreen_Job_Requisition_Reference><wd:ID wd:type="Job_Requisition_ID">R90001</wd:ID></wd:Evergreen_Job_Requisition_Reference>
                  </wd:Request_References>
                  <wd:Response_Filter><wd:Count>100</wd:Count></wd:Response_Filter>
                  <wd:Response_Group>
                    <wd:Include_Reference>true</wd:Include_Reference>
                    <wd:Include_Job_Requisition_Definition_Data>true</wd:Include_Job_Requisition_Definition_Data>
                    <wd:Create_Job_Requisition_Restrictions_Data>true</wd:Create_Job_Requisition_Restrictions_Data>
                    <wd:Include_Qualifications>false</wd:Include_Qualifications>
                    <wd:Include_Job_Requisition_Attachments>false</wd:Include_Job_Requisition_Attachments>
                    <wd:Include_Organizations>false</wd:Include_Organizations>
                    <wd:Include_Roles>false</wd:Include_Roles>
                  </wd:Response_Group>
                </wd:Get_Evergreen_Requisitions_Request>"#
            )
        );
    }

    #[test]
    fn an_evergreen_requisition_is_read_like_a_job_requisition() {
        let answer = response(
            &OPERATION,
            r#"<Response_Data><Evergreen_Job_Requisition>
              <Evergreen_Job_Requisition_Reference Descriptor="R90001 Barista"><ID type="Job_Requisition_ID">R90001</ID></Evergreen_Job_Requisition_Reference>
              <Evergreen_Job_Requisition_Data>
                <Job_Requisition_Status_Reference Descriptor="Open"><ID type="Job_Requisition_Status_ID">Open</ID></Job_Requisition_Status_Reference>
                <Linked_Job_Requisitions_Reference><ID type="Job_Requisition_ID">R00001</ID></Linked_Job_Requisitions_Reference>
                <Job_Requisition_Detail_Data><Job_Posting_Title>Barista</Job_Posting_Title></Job_Requisition_Detail_Data>
                <Hiring_Requirement_Data><Primary_Location_Reference Descriptor="Springfield"><ID type="Location_ID">SPRINGFIELD</ID></Primary_Location_Reference></Hiring_Requirement_Data>
              </Evergreen_Job_Requisition_Data>
            </Evergreen_Job_Requisition></Response_Data>"#,
        );
        let page = read(&NAMING, &answer, &PageRequest::single()).unwrap();
        let requisition = &page.items[0];
        assert_eq!((requisition.id.as_str(), requisition.title.as_deref()), ("R90001", Some("Barista")));
        assert!(requisition.status.as_ref().unwrap().is("Open"));
        assert_eq!(requisition.location.as_ref().unwrap().descriptor.as_deref(), Some("Springfield"));
    }
}
