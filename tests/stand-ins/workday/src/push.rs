//! The integration system: posts an order to the vendor's endpoint and keeps the result for the process monitor.
//! One attempt per launch, as Workday makes; a person launches it again.

use std::{io, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, Response},
};
use base64::Engine as _;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::net::TcpStream;
use tower::ServiceExt as _;
use url::Url;

use crate::{
    model::{Push, State},
    settings::{IntegrationSystem, KeyStyle},
    tenant::Tenant,
};

const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The three spellings of each mapped field: the guide's key, the integration system's label, the dashed key.
const KEYS: [(&str, &str, &str); 9] = [
    ("Candidate_First_Name", "Candidate First Name", "candidate-first-name"),
    ("Candidate_Last_Name", "Candidate Last Name", "candidate-last-name"),
    ("Candidate_Email", "Candidate Email Address", "candidate-email-address"),
    ("Candidate_Mobile", "Candidate Mobile", "candidate-mobile"),
    ("Candidate_ID", "Candidate Reference ID", "candidate-reference-id"),
    ("Job_Requisition_ID", "Job Requisition Reference ID", "job-requisition-id"),
    ("Assessment_Status", "Assessment Status", "assessment-status"),
    ("Assessment_ID", "Assessment ID", "assessment-id"),
    ("Job_Application_ID", "Job Application Reference ID", "job-application-reference-id"),
];
const TEST_KEY: (&str, &str, &str) = ("Assessment_Test_ID", "Assessment Test Reference ID", "assessment-test-reference-id");

/// Whether this assessment's current state launches the integration.
fn launches(state: &State, assessment: &str) -> bool {
    let system = &state.settings.integration_system;
    let found = state.records.assessments.iter().find(|other| other.id == assessment);
    !system.endpoint_url.is_empty()
        && found.is_some_and(|assessment| {
            let status = assessment.status.as_deref();
            // An order by default tests may carry no status at all.
            status.is_none_or(|status| status == system.assessment_status) && assessment.lines.iter().any(|line| line.test == system.test)
        })
}

/// Launches the integration for assessments that were just submitted, where it applies.
pub(crate) fn launch_for(tenant: &Arc<Tenant>, assessments: &[String]) {
    for assessment in assessments {
        if tenant.read(|state, _| launches(state, assessment)) {
            launch(tenant, assessment);
        }
    }
}

/// Launches the integration for an assessment; the result is found in the process monitor.
pub(crate) fn launch(tenant: &Arc<Tenant>, assessment: &str) {
    let number = tenant.change(|state, _| {
        let launched = state.next_entry();
        let number = state.next_number();
        state.records.pushes.push(Push {
            number,
            assessment: assessment.to_owned(),
            test: state.settings.integration_system.test.clone(),
            launched,
            state: "in progress".to_owned(),
            http_status: None,
            detail: String::new(),
        });
        number
    });
    let order = tenant.read(|state, _| (state.settings.integration_system.clone(), body(state, assessment)));
    let tenant = Arc::clone(tenant);
    tokio::spawn(async move {
        let (system, body) = order;
        let result = tenant.clock.timeout(TIME_LIMIT, post(&tenant, &system, body)).await;
        tenant.change(|state, _| finish(state, number, result));
    });
}

fn finish(state: &mut State, number: u64, result: Option<io::Result<u16>>) {
    let Some(push) = state.records.pushes.iter_mut().find(|push| push.number == number) else {
        return;
    };
    let (state, http_status, detail) = match result {
        Some(Ok(status)) if (200..300).contains(&status) => ("completed", Some(status), String::new()),
        Some(Ok(status)) => ("failed", Some(status), String::new()),
        Some(Err(error)) => ("failed", None, error.to_string()),
        None => ("failed", None, "deadline has elapsed".to_owned()),
    };
    state.clone_into(&mut push.state);
    push.http_status = http_status;
    push.detail = detail;
}

fn body(state: &State, assessment: &str) -> Value {
    let records = &state.records;
    let system = &state.settings.integration_system;
    let key = |(underscore, label, dashes): (&str, &str, &str)| match system.key_style {
        KeyStyle::Underscore => underscore.to_owned(),
        KeyStyle::Labels => label.to_owned(),
        KeyStyle::Dashes => dashes.to_owned(),
    };
    let assessment = records.assessments.iter().find(|other| other.id == assessment);
    let application = assessment.and_then(|found| records.applications.iter().find(|other| other.id == found.application));
    let candidate = application.and_then(|found| records.candidates.iter().find(|other| other.id == found.candidate));
    let (Some(assessment), Some(application), Some(candidate)) = (assessment, application, candidate) else {
        return Value::Object(Map::new());
    };
    let status = records
        .assessment_statuses
        .iter()
        .find(|status| Some(&status.id) == assessment.status.as_ref())
        .map(|status| status.name.clone())
        .unwrap_or_default();
    let phone = candidate.phone.as_ref().map(|phone| phone.number.clone());
    let values = [
        candidate.first_name.clone(),
        candidate.last_name.clone(),
        candidate.email.clone().unwrap_or_default(),
        phone.unwrap_or_default(),
        candidate.id.clone(),
        application.requisition.clone(),
        status,
        assessment.id.clone(),
        application.id.clone(),
    ];
    let mut object: Map<String, Value> = KEYS
        .into_iter()
        .zip(values)
        .map(|(keys, value)| (key(keys), Value::String(value)))
        .collect();
    object.insert(key(TEST_KEY), Value::String(system.test.clone()));
    Value::Object(object)
}

async fn post(tenant: &Tenant, system: &IntegrationSystem, body: Value) -> io::Result<u16> {
    let url = Url::parse(&system.endpoint_url).map_err(invalid)?;
    // The stand-in runs beside what it calls; it carries no TLS.
    let (Some(host), "http") = (url.host_str(), url.scheme()) else {
        return Err(invalid("only http endpoints can be reached from this stand-in"));
    };
    let port = url.port_or_known_default().unwrap_or(80);
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", system.username, system.password));
    let request = Request::post(url.as_str())
        .header("host", format!("{host}:{port}"))
        .header("content-type", "application/json")
        .header("authorization", format!("Basic {credentials}"))
        .body(Body::from(body.to_string()))
        .map_err(invalid)?;
    let response = match &tenant.outbound {
        Some(outbound) => outbound.clone().oneshot(request).await?,
        None => over_the_network((host, port), request).await?,
    };
    Ok(response.status().as_u16())
}

async fn over_the_network(address: (&str, u16), mut request: Request<Body>) -> io::Result<Response<Body>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    if let Some(target) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = target.into();
    }
    let response = sender.send_request(request).await.map_err(io::Error::other)?;
    connection.abort();
    Ok(response.map(Body::new))
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}
