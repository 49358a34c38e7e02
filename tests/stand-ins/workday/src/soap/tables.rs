//! The request types of Recruiting v45.2 that the stand-in serves, element by element in schema order.

use super::{
    schema::{Element, Kind, Particle, Type},
    simple::Simple,
};

const MANY: usize = usize::MAX;

const fn element(name: &'static str, kind: Kind, least: usize, most: usize) -> Element {
    Element { name, kind, least, most }
}

const fn required(name: &'static str, kind: Kind) -> Particle {
    Particle::One(element(name, kind, 1, 1))
}

const fn optional(name: &'static str, kind: Kind) -> Particle {
    Particle::One(element(name, kind, 0, 1))
}

const fn any_number(name: &'static str, kind: Kind) -> Particle {
    Particle::One(element(name, kind, 0, MANY))
}

const TEXT: Kind = Kind::Simple(Simple::Text);
const BOOLEAN: Kind = Kind::Simple(Simple::Boolean);
const DATE: Kind = Kind::Simple(Simple::Date);
const MOMENT: Kind = Kind::Simple(Simple::Moment);

const EVENT: Kind = Kind::Reference(&["IID", "WID"]);
const JOB_APPLICATION: Kind = Kind::Reference(&["WID", "Job_Application_ID"]);
const CANDIDATE: Kind = Kind::Reference(&["WID", "Candidate_ID"]);
const JOB_REQUISITION: Kind = Kind::Reference(&["WID", "Job_Requisition_ID"]);
const REQUISITION_STATUS: Kind = Kind::Reference(&["WID", "Job_Requisition_Status_ID"]);
const ORGANIZATION: Kind = Kind::Reference(&["WID", "Organization_Reference_ID"]);
const WORKER: Kind = Kind::Reference(&["WID", "Contingent_Worker_ID", "Employee_ID"]);
const WORKFLOW_STEP: Kind = Kind::Reference(&["WID", "Workflow_Step_ID"]);
const ASSESSMENT: Kind = Kind::Reference(&["WID", "Recruiting_Assessment_ID"]);
const ASSESSMENT_STATUS: Kind = Kind::Reference(&["WID", "Assessment_Status_ID"]);
const ASSESSMENT_TEST: Kind = Kind::Reference(&["WID", "Assessment_Test_ID", "Reference_ID"]);
const TEST_RESULT: Kind = Kind::Reference(&["WID", "Assessment_Test_Result_ID"]);
const LOCATION: Kind = Kind::Reference(&["WID", "Location_ID"]);
const CANDIDATE_ATTACHMENT: Kind = Kind::Reference(&["WID", "File_ID"]);
const DOCUMENT_CATEGORY: Kind = Kind::Reference(&["WID", "Document_Category__Workday_Owned__ID", "Document_Category_ID"]);

const VERSION: &[(&str, Simple)] = &[("version", Simple::Text)];
const SKIP: &[(&str, Simple)] = &[("Skip_Non_Existing_Instances", Simple::Boolean)];

const fn plain(content: &'static [Particle]) -> Type {
    Type { attributes: &[], content }
}

const fn request(content: &'static [Particle]) -> Type {
    Type {
        attributes: VERSION,
        content,
    }
}

/// The request type of an operation, by the name of its request element.
pub(super) fn request_type(element: &str) -> Option<(&'static str, &'static Type)> {
    Some(match element {
        "Get_Job_Requisitions_Request" => ("Get_Job_Requisitions", &GET_JOB_REQUISITIONS),
        "Get_Evergreen_Requisitions_Request" => ("Get_Evergreen_Requisitions", &GET_EVERGREEN_REQUISITIONS),
        "Get_Candidates_Request" => ("Get_Candidates", &GET_CANDIDATES),
        "Get_Assess_Candidate_Request" => ("Get_Assess_Candidate", &GET_ASSESS_CANDIDATE),
        "Assess_Candidate_Request" => ("Assess_Candidate", &ASSESS_CANDIDATE),
        "Put_Candidate_Attachment_Request" => ("Put_Candidate_Attachment", &PUT_CANDIDATE_ATTACHMENT),
        "Get_Candidate_Attachments_Request" => ("Get_Candidate_Attachments", &GET_CANDIDATE_ATTACHMENTS),
        "Move_Candidate_Request" => ("Move_Candidate", &MOVE_CANDIDATE),
        _ => return None,
    })
}

/// `Workday_Common_Header`.
pub(super) static COMMON_HEADER: Type = plain(&[optional("Include_Reference_Descriptors_In_Response", BOOLEAN)]);

static RESPONSE_FILTER: Type = plain(&[
    optional("As_Of_Effective_Date", DATE),
    optional("As_Of_Entry_DateTime", MOMENT),
    optional("Page", Kind::Simple(Simple::Whole { digits: 12 })),
    optional("Count", Kind::Simple(Simple::Whole { digits: 3 })),
]);

static GET_JOB_REQUISITIONS: Type = request(&[
    optional("Request_References", Kind::Complex(&REQUISITION_REFERENCES)),
    optional("Request_Criteria", Kind::Complex(&REQUISITION_CRITERIA)),
    optional("Response_Filter", Kind::Complex(&RESPONSE_FILTER)),
    optional("Response_Group", Kind::Complex(&REQUISITION_GROUP)),
]);

static REQUISITION_REFERENCES: Type = Type {
    attributes: SKIP,
    content: &[Particle::One(element("Job_Requisition_Reference", JOB_REQUISITION, 1, MANY))],
};

static REQUISITION_CRITERIA: Type = plain(&[
    any_number("Transaction_Log_Criteria_Data", Kind::Complex(&TRANSACTION_LOG)),
    any_number("Job_Requisition_Status_Reference", REQUISITION_STATUS),
    any_number("Supervisory_Organization_Reference", ORGANIZATION),
    optional("Field_And_Parameter_Criteria_Data", Kind::Complex(&FIELD_AND_PARAMETER)),
    any_number("Primary_Location_Reference", LOCATION),
    any_number("Additional_Locations_Reference", LOCATION),
]);

static GET_EVERGREEN_REQUISITIONS: Type = request(&[
    optional("Request_References", Kind::Complex(&EVERGREEN_REFERENCES)),
    optional("Request_Criteria", Kind::Complex(&EVERGREEN_CRITERIA)),
    optional("Response_Filter", Kind::Complex(&RESPONSE_FILTER)),
    optional("Response_Group", Kind::Complex(&EVERGREEN_GROUP)),
]);

static EVERGREEN_REFERENCES: Type = Type {
    attributes: SKIP,
    content: &[Particle::One(element(
        "Evergreen_Job_Requisition_Reference",
        JOB_REQUISITION,
        1,
        MANY,
    ))],
};

static EVERGREEN_CRITERIA: Type = plain(&[
    any_number("Transaction_Log_Criteria_Data", Kind::Complex(&TRANSACTION_LOG)),
    any_number("Job_Requisition_Status_Reference", REQUISITION_STATUS),
    any_number("Supervisory_Organization_Reference", ORGANIZATION),
    any_number("Primary_Location_Reference", LOCATION),
    any_number("Additional_Locations_Reference", LOCATION),
    optional("Field_And_Parameter_Criteria_Data", Kind::Complex(&FIELD_AND_PARAMETER)),
]);

static EVERGREEN_GROUP: Type = plain(&[
    optional("Include_Reference", BOOLEAN),
    optional("Include_Job_Requisition_Definition_Data", BOOLEAN),
    optional("Create_Job_Requisition_Restrictions_Data", BOOLEAN),
    optional("Include_Qualifications", BOOLEAN),
    optional("Include_Job_Requisition_Attachments", BOOLEAN),
    optional("Include_Organizations", BOOLEAN),
    optional("Include_Roles", BOOLEAN),
]);

static FIELD_AND_PARAMETER: Type = plain(&[Particle::One(element(
    "Provider_Reference",
    Kind::Reference(&["WID", "Integration_System_ID"]),
    1,
    MANY,
))]);

static TRANSACTION_LOG: Type = plain(&[
    optional("Transaction_Date_Range_Data", Kind::Complex(&TRANSACTION_DATES)),
    Particle::Choice(&[
        element("Transaction_Type_References", Kind::Complex(&TRANSACTION_TYPES), 0, 1),
        element(
            "Subscriber_Reference",
            Kind::Reference(&["WID", "Integration_Service_Name", "Integration_System_ID"]),
            0,
            1,
        ),
    ]),
]);

static TRANSACTION_DATES: Type = plain(&[
    optional("Updated_From", MOMENT),
    optional("Updated_Through", MOMENT),
    optional("Effective_From", MOMENT),
    optional("Effective_Through", MOMENT),
]);

static TRANSACTION_TYPES: Type = plain(&[any_number(
    "Transaction_Type_Reference",
    Kind::Reference(&["WID", "Business_Process_Type", "Event_Lite_Type_ID", "Reorganization_Activity_Type"]),
)]);

static REQUISITION_GROUP: Type = plain(&[
    optional("Include_Reference", BOOLEAN),
    optional("Include_Job_Requisition_Definition_Data", BOOLEAN),
    optional("Include_Job_Requisition_Restrictions_Data", BOOLEAN),
    optional("Include_Qualifications", BOOLEAN),
    optional("Include_Job_Requisition_Attachments", BOOLEAN),
    optional("Include_Organizations", BOOLEAN),
    optional("Include_Roles", BOOLEAN),
]);

static GET_CANDIDATES: Type = request(&[
    Particle::Choice(&[
        element("Request_References", Kind::Complex(&CANDIDATE_REFERENCES), 0, 1),
        element("Request_Criteria", Kind::Complex(&CANDIDATE_CRITERIA), 0, 1),
    ]),
    optional("Response_Filter", Kind::Complex(&RESPONSE_FILTER)),
    optional("Response_Group", Kind::Complex(&CANDIDATE_GROUP)),
]);

static CANDIDATE_REFERENCES: Type = Type {
    attributes: SKIP,
    content: &[Particle::One(element("Candidate_Reference", CANDIDATE, 1, MANY))],
};

static CANDIDATE_CRITERIA: Type = plain(&[
    any_number("Transaction_Log_Criteria_Data", Kind::Complex(&TRANSACTION_LOG)),
    optional("First_Name", TEXT),
    optional("Last_Name", TEXT),
    optional("Candidate_Email_Address", TEXT),
    any_number("Pre-Hire_Reference", Kind::Reference(&["WID", "Applicant_ID"])),
    any_number("Worker_Reference", WORKER),
    any_number("Job_Requisition_Reference", JOB_REQUISITION),
    any_number("Recruiting_Stage_Reference", Kind::Reference(&["WID", "Recruiting_Stage_ID"])),
    any_number("Applicant_Source_Reference", Kind::Reference(&["WID", "Applicant_Source_ID"])),
    any_number("Candidate_Tag_Reference", Kind::Reference(&["WID", "Candidate_Tag_ID"])),
    optional("Applied_From", MOMENT),
    optional("Applied_Through", MOMENT),
    optional("Internal_Workers_Only", BOOLEAN),
    optional("Created_From", MOMENT),
    optional("Created_Through", MOMENT),
    any_number(
        "Criteria_Match_Score_Category_Reference",
        Kind::Reference(&["WID", "Job_Application_Skills_Match_Score_Category_ID"]),
    ),
    optional("Static_Candidate_Pool_Reference", Kind::Reference(&["WID", "Candidate_Pool_ID"])),
]);

static CANDIDATE_GROUP: Type = plain(&[optional("Include_Reference", BOOLEAN), optional("Exclude_All_Attachments", BOOLEAN)]);

static GET_ASSESS_CANDIDATE: Type = request(&[
    Particle::Choice(&[
        element("Request_References", Kind::Complex(&ASSESS_REFERENCES), 0, 1),
        element("Request_Criteria", Kind::Complex(&ASSESS_CRITERIA), 0, 1),
    ]),
    optional("Response_Filter", Kind::Complex(&RESPONSE_FILTER)),
]);

static ASSESS_REFERENCES: Type = plain(&[Particle::Choice(&[
    element("Assess_Candidate_Reference", EVENT, 1, MANY),
    element("Assessment_Reference", ASSESSMENT, 1, MANY),
])]);

static ASSESS_CRITERIA: Type = plain(&[
    Particle::Choice(&[
        element("Job_Application_Reference", JOB_APPLICATION, 0, 1),
        element("Candidate_Criteria_Data", Kind::Complex(&ASSESS_CANDIDATE_CRITERIA), 0, 1),
        element("Job_Application_Event_Reference", EVENT, 0, 1),
    ]),
    optional("Include_Inline_Assessments", BOOLEAN),
    optional("From_Moment", MOMENT),
    optional("To_Moment", MOMENT),
]);

static ASSESS_CANDIDATE_CRITERIA: Type = plain(&[
    required("Candidate_Reference", CANDIDATE),
    optional("Job_Requisition_Reference", JOB_REQUISITION),
]);

static ASSESS_CANDIDATE: Type = request(&[
    optional("Dynamic_Business_Process_Parameters", Kind::Complex(&DYNAMIC_PARAMETERS)),
    required("Assess_Candidate_Data", Kind::Complex(&ASSESS_CANDIDATE_DATA)),
    optional("Suppress_Overwrite", BOOLEAN),
]);

static DYNAMIC_PARAMETERS: Type = plain(&[
    Particle::Choice(&[
        element("Next_Step_Reference", WORKFLOW_STEP, 1, 1),
        element("Disposition_Step_Reference", WORKFLOW_STEP, 1, 1),
        element("Start_Parallel_Stage_Reference", WORKFLOW_STEP, 1, 1),
    ]),
    any_number("Comment_Data", Kind::Complex(&COMMENT_DATA)),
]);

static COMMENT_DATA: Type = plain(&[optional("Comment", TEXT), optional("Worker_Reference", WORKER)]);

static ASSESS_CANDIDATE_DATA: Type = plain(&[
    Particle::Choice(&[
        element("Event_Reference", EVENT, 1, 1),
        element("Job_Application_Reference", JOB_APPLICATION, 1, 1),
        element("Candidate_Criteria_Data", Kind::Complex(&ASSESS_CANDIDATE_CRITERIA), 1, 1),
    ]),
    required("Candidate_Assessment_Data", Kind::Complex(&ASSESSMENT_DATA)),
]);

static ASSESSMENT_DATA: Type = plain(&[
    optional("Assess_Candidate_Reference", TEXT),
    optional("Assessed_By_Reference", WORKER),
    required("Assessed_On_Date", DATE),
    required("Assessment_Status_Reference", ASSESSMENT_STATUS),
    optional("Overall_Assessment_Comment", TEXT),
    optional("Is_Inline_Assessment", BOOLEAN),
    optional("Assessment_Test_URL", TEXT),
    any_number("Assess_Candidate_Test_Result_Data", Kind::Complex(&TEST_RESULT_DATA)),
]);

static TEST_RESULT_DATA: Type = plain(&[
    optional("Assessment_Test_Result_Reference", TEST_RESULT),
    required("Assessment_Test_Reference", ASSESSMENT_TEST),
    optional("Assessment_Test_Score", Kind::Simple(Simple::Decimal { digits: 18, fraction: 6 })),
    optional("Assessment_Test_Status_Reference", ASSESSMENT_STATUS),
    optional("Assessment_Test_Date", DATE),
    optional("Comment", TEXT),
    optional("Assessment_Test_Results_URL", TEXT),
]);

static PUT_CANDIDATE_ATTACHMENT: Type = Type {
    attributes: &[("Add_Only", Simple::Boolean), ("version", Simple::Text)],
    content: &[
        optional("Candidate_Reference", CANDIDATE),
        optional("Prospect_Resume_Attachments_Data", Kind::Complex(&PROSPECT_ATTACHMENTS)),
        optional("Candidate_Attachment_Data", Kind::Complex(&CANDIDATE_ATTACHMENT_DATA)),
        any_number("Job_Application_Attachment_Data", Kind::Complex(&APPLICATION_ATTACHMENT_DATA)),
    ],
};

static PROSPECT_ATTACHMENTS: Type = plain(&[any_number("Resume_Attachments", Kind::Complex(&ATTACHMENT_DATA))]);

static CANDIDATE_ATTACHMENT_DATA: Type = plain(&[
    optional("Candidate_Attachment_Reference", CANDIDATE_ATTACHMENT),
    optional("Attachment_Data", Kind::Complex(&ATTACHMENT_DATA)),
    required("Document_Category_Reference", DOCUMENT_CATEGORY),
]);

static APPLICATION_ATTACHMENT_DATA: Type = plain(&[
    optional("Job_Requisition_Reference", JOB_REQUISITION),
    optional("Job_Application_Reference", JOB_APPLICATION),
    required("Attachment_Data", Kind::Complex(&ATTACHMENT_DATA)),
]);

static ATTACHMENT_DATA: Type = plain(&[
    optional("ID", TEXT),
    required("Filename", Kind::Simple(Simple::TextUpTo(255))),
    required("File_Content", Kind::Simple(Simple::Base64)),
    optional("Mime_Type_Reference", Kind::Reference(&["WID", "Content_Type_ID"])),
    optional("Comment", TEXT),
]);

static GET_CANDIDATE_ATTACHMENTS: Type = request(&[
    optional("Request_References", Kind::Complex(&ATTACHMENT_REFERENCES)),
    optional("Request_Criteria", Kind::Complex(&ATTACHMENT_CRITERIA)),
    optional("Response_Filter", Kind::Complex(&RESPONSE_FILTER)),
    optional("Response_Group", Kind::Complex(&ATTACHMENT_GROUP)),
]);

static ATTACHMENT_REFERENCES: Type = Type {
    attributes: SKIP,
    content: &[any_number("Candidate_Attachment_Reference", CANDIDATE_ATTACHMENT)],
};

static ATTACHMENT_CRITERIA: Type = plain(&[any_number("Candidate_Reference", CANDIDATE)]);

static ATTACHMENT_GROUP: Type = plain(&[optional("Include_Reference", BOOLEAN)]);

static MOVE_CANDIDATE: Type = request(&[
    optional("Dynamic_Business_Process_Parameters", Kind::Complex(&DYNAMIC_PARAMETERS)),
    required("Move_Candidate_Data", Kind::Complex(&MOVE_CANDIDATE_DATA)),
]);

static MOVE_CANDIDATE_DATA: Type = plain(&[Particle::Choice(&[
    element("Event_Reference", EVENT, 1, 1),
    element("Job_Application_Reference", JOB_APPLICATION, 1, 1),
    element("Candidate_Criteria_Data", Kind::Complex(&MOVE_CANDIDATE_CRITERIA), 1, 1),
])]);

static MOVE_CANDIDATE_CRITERIA: Type = plain(&[
    required("Candidate_Reference", CANDIDATE),
    required("Requisition_Reference", JOB_REQUISITION),
]);
