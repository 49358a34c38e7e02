//! What Workday's integration system posts: the ids an admin mapped, under names that vary (FACTS 4.1).

use crate::body::{FieldError, Value};
use domain::ConnectionId;
use store::hint::About;

/// A push from which no hint can be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// One of the used fields is wrong.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// No id leads to an application.
    #[error(
        "The body names neither an assessment nor a job application. In Workday's Configure Integration System, map Assessment ID or Job Application Reference ID into the payload."
    )]
    NoOrder,
}

/// The ids of a push. Names, addresses and statuses in it are dropped: they are read from Workday.
pub(crate) fn read(connection: ConnectionId, body: &Value) -> Result<About, Unusable> {
    let body = body.unwrapped();
    let assessment = body.id(
        "Assessment ID",
        &["assessmentid", "assessmentreferenceid", "recruitingassessmentid"],
    )?;
    let application = body.id("Job Application ID", &["jobapplicationid", "jobapplicationreferenceid"])?;
    if assessment.is_none() && application.is_none() {
        return Err(Unusable::NoOrder);
    }
    Ok(About::Application {
        connection,
        assessment,
        assess_event: None,
        application,
        candidate: body.id("Candidate ID", &["candidateid", "candidatereferenceid"])?,
        requisition: body.id("Job Requisition ID", &["jobrequisitionid", "jobrequisitionreferenceid"])?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(body: &str) -> Result<About, Unusable> {
        read(ConnectionId::new("acme-preview").unwrap(), &Value::parse(body).unwrap())
    }

    fn about(assessment: Option<&str>, application: Option<&str>, candidate: Option<&str>, requisition: Option<&str>) -> About {
        About::Application {
            connection: ConnectionId::new("acme-preview").unwrap(),
            assessment: assessment.map(str::to_owned),
            assess_event: None,
            application: application.map(str::to_owned),
            candidate: candidate.map(str::to_owned),
            requisition: requisition.map(str::to_owned),
        }
    }

    #[test]
    fn the_published_body_gives_its_ids_and_nothing_of_the_person() {
        let hint = push(
            r#"{"Candidate_First_Name": "Dana", "Candidate_Last_Name": "Example", "Candidate_Email": "dana@example.com",
                "Candidate_Mobile": "+1 555 0100", "Candidate_ID": "C00001", "Job_Requisition_ID": "R00001",
                "Assessment_Status": "Initiated", "Assessment_ID": "RECRUITING_ASSESSMENT-1-10"}"#,
        );
        let hint = hint.unwrap();
        assert_eq!(
            hint,
            about(Some("RECRUITING_ASSESSMENT-1-10"), None, Some("C00001"), Some("R00001"))
        );
        assert!(!format!("{hint:?}").contains("Dana"));
    }

    #[test]
    fn the_labels_of_workdays_own_template_are_known() {
        let hint = push(
            r#"{"Candidate Reference ID": "C00001", "Job Application Reference ID": "JOB_APPLICATION-3-25",
                "Assessment Test Reference ID": "HEYMILO_AI_SCREEN"}"#,
        );
        assert_eq!(hint.unwrap(), about(None, Some("JOB_APPLICATION-3-25"), Some("C00001"), None));
    }

    #[test]
    fn an_envelope_around_the_fields_is_opened() {
        let hint = push(r#"{"Event": {"Payload": {"Assessment ID": "A1", "Candidate_ID": "C00001"}}}"#);
        assert_eq!(hint.unwrap(), about(Some("A1"), None, Some("C00001"), None));
    }

    #[test]
    fn a_push_that_names_no_order_says_what_to_map() {
        for body in [
            "{}",
            "[]",
            "\"text\"",
            r#"{"Candidate_ID": "C00001", "Assessment Test Reference ID": "T"}"#,
        ] {
            let refusal = push(body).unwrap_err().to_string();
            assert!(refusal.contains("map Assessment ID or Job Application Reference ID"), "{refusal}");
        }
    }
}
