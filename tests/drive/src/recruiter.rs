//! A recruiter, on Workday's pages, and what Workday's records say.

use crate::browser::Browser;
use crate::list;
use crate::page::Page;
use serde_json::{Value, json};

/// Our test, as it is agreed with Workday.
pub const TEST: &str = "HEYMILO_AI_SCREEN";
const SEND_STATUS: &str = "HEYMILO_SEND_INVITE";

/// One application, as a recruiter sees it.
#[derive(Debug, Clone)]
pub struct Person {
    /// The application's id.
    pub application: String,
    /// The candidate's id.
    pub candidate: String,
    /// Their address, if they have one.
    pub email: String,
    /// Their whole name.
    pub name: String,
}

/// A recruiter with their browser; clones are the same person.
#[derive(Debug, Clone)]
pub struct Recruiter {
    /// Their browser.
    pub browser: Browser,
    workday: String,
}

impl Recruiter {
    /// At a Workday's address without a final slash.
    pub fn new(browser: Browser, workday: &str) -> Self {
        Self {
            browser,
            workday: workday.to_owned(),
        }
    }

    /// Opens one of Workday's pages, which must be there.
    pub async fn page(&self, path: &str) -> Result<Page, String> {
        self.browser.open(&format!("{}{path}", self.workday)).await
    }

    /// Moves an application to a stage.
    pub async fn move_to(&self, person: &Person, stage: &str) -> Result<(), String> {
        self.press(&person.application, "move", &[("stage", stage)]).await
    }

    /// Submits the Assess task with the send status and our test.
    pub async fn submit_assess(&self, person: &Person) -> Result<(), String> {
        let fields = [("status", SEND_STATUS), ("test", TEST)];
        self.press(&person.application, "assess", &fields).await
    }

    async fn press(&self, application: &str, button: &str, fields: &[(&str, &str)]) -> Result<(), String> {
        let url = format!("{}/recruiter/applications/{application}/{button}", self.workday);
        let page = self.browser.post(&url, fields).await?;
        if page.status.is_success() || page.status.is_redirection() {
            Ok(())
        } else {
            Err(format!("answered {}", page.status.as_u16()))
        }
    }

    /// As the tenant's administrator: where and with which password its integration system pushes.
    pub async fn configure_push(&self, endpoint: &str, username: &str, password: &str) -> Result<Page, String> {
        let system = self.page("/recruiter/integration-system").await?;
        let form = system.form("/recruiter/integration-system")?;
        let form = form
            .fill("endpoint_url", endpoint)?
            .fill("username", username)?
            .fill("password", password)?;
        self.browser.submit(&form).await
    }

    /// Changes something at the stand-in itself.
    pub async fn control(&self, what: &str, body: &Value) -> Result<Value, String> {
        self.browser.tell(&format!("{}/__stand-in/{what}", self.workday), body).await
    }

    /// Workday's records of some kinds, separated by commas.
    pub async fn records(&self, kinds: &str) -> Result<Value, String> {
        let mut state = self
            .browser
            .json(&format!("{}/__stand-in/state?only={kinds}", self.workday))
            .await?;
        Ok(state.get_mut("records").map(Value::take).unwrap_or_default())
    }

    /// The operations Workday was called for since its record was last cleared, token requests included.
    pub async fn calls(&self) -> Result<Vec<String>, String> {
        let record = self.browser.json(&format!("{}/__stand-in/calls", self.workday)).await?;
        let calls = record.get("calls").unwrap_or(&Value::Null);
        let operations = list(calls).filter_map(|call| call.get("operation")?.as_str());
        Ok(operations.map(str::to_owned).collect())
    }

    /// Clears that record.
    pub async fn forget_calls(&self) -> Result<(), String> {
        self.browser.delete(&format!("{}/__stand-in/calls", self.workday)).await.map(drop)
    }

    /// The applications for a requisition whose last stage and candidate are as wanted.
    pub async fn people(&self, requisition: &str, wanted: impl Fn(&str, &Value) -> bool) -> Result<Vec<Person>, String> {
        let records = self.records("candidates,applications").await?;
        let of = |kind: &str| records.get(kind).unwrap_or(&Value::Null);
        let found = list(of("applications")).filter_map(|application| {
            let text = |value: &Value, field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
            let candidate = list(of("candidates")).find(|candidate| candidate.get("id") == application.get("candidate"))?;
            let stage = application.get("steps")?.as_array()?.last()?.get("stage")?.as_str()?;
            let is_wanted = application.get("requisition")? == &json!(requisition) && wanted(stage, candidate);
            is_wanted.then(|| Person {
                application: text(application, "id"),
                candidate: text(application, "candidate"),
                email: text(candidate, "email"),
                name: ["first_name", "last_name"].map(|part| text(candidate, part)).join(" "),
            })
        });
        Ok(found.collect())
    }

    /// A certain application for a requisition.
    pub async fn applicant(&self, requisition: &str, application: &str) -> Result<Person, String> {
        let mut people = self.people(requisition, |_, _| true).await?.into_iter();
        let found = people.find(|person| person.application == application);
        found.ok_or_else(|| format!("Workday has no {application}"))
    }

    /// The assessments of a person's application, oldest first.
    pub async fn assessments(&self, person: &Person) -> Result<Vec<Value>, String> {
        let records = self.records("assessments").await?;
        let all = list(records.get("assessments").unwrap_or(&Value::Null));
        let theirs = all.filter(|one| one.get("application") == Some(&json!(person.application)));
        Ok(theirs.cloned().collect())
    }

    /// The latest of them: the record a recruiter sees.
    pub async fn assessment(&self, person: &Person) -> Result<Value, String> {
        let latest = self.assessments(person).await?.pop();
        latest.ok_or_else(|| String::from("the application has no assessment"))
    }

    /// Our reports among a person's attachments.
    pub async fn reports(&self, person: &Person) -> Result<Vec<Value>, String> {
        let records = self.records("attachments").await?;
        let ours = |file: &&Value| {
            let name = file.get("filename").and_then(Value::as_str);
            name.is_some_and(|name| name.starts_with("HeyMilo Report"))
        };
        let all = list(records.get("attachments").unwrap_or(&Value::Null));
        let theirs = all.filter(|file| file.get("candidate") == Some(&json!(person.candidate)));
        Ok(theirs.filter(ours).cloned().collect())
    }

    /// Downloads one of them.
    pub async fn download(&self, attachment: &Value) -> Result<Page, String> {
        let id = attachment.get("id").and_then(Value::as_str).unwrap_or_default();
        self.page(&format!("/recruiter/attachments/{id}")).await
    }

    /// The stages an application has been in, oldest first.
    pub async fn stages(&self, person: &Person) -> Result<Vec<String>, String> {
        let records = self.records("applications").await?;
        let mut all = list(records.get("applications").unwrap_or(&Value::Null));
        let application = all.find(|application| application.get("id") == Some(&json!(person.application)));
        let application = application.ok_or("Workday has no such application")?;
        let steps = list(application.get("steps").unwrap_or(&Value::Null));
        Ok(steps.filter_map(|step| step.get("stage")?.as_str()).map(str::to_owned).collect())
    }
}
