//! One HTTP request to the web service, from the raw body to the recorded answer.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use roxmltree::{Document, Node};

use super::{
    assess_read, assess_write, attachments, candidates,
    envelope::{self, Envelope, SOAP_NAMESPACE},
    fault::SoapFault,
    moves, requisitions, schema, tables,
};
use crate::{
    breakage::{self, Break},
    faults::{Fault, FaultKind},
    oauth,
    tenant::Tenant,
};

const UNREADABLE: &str = "unreadable";

/// What an operation may use.
#[derive(Debug)]
pub(super) struct Context<'t> {
    pub(super) tenant: &'t Tenant,
    pub(super) version: &'t str,
    pub(super) descriptors: bool,
    /// The user on whose behalf the call runs.
    pub(super) by: String,
}

/// What the service would answer: the body's child, or a fault.
type Outcome = Result<String, SoapFault>;

/// One handled request with what the contract recording needs.
struct Handled {
    operation: &'static str,
    request: Option<String>,
    outcome: Outcome,
}

/// `GET …?wsdl`: the interface definition is Workday's and is not served here.
pub(crate) async fn describe() -> Response {
    (StatusCode::NOT_FOUND, "The WSDL is not available here.").into_response()
}

/// `POST /ccx/service/{tenant}/Recruiting/{version}`.
pub(crate) async fn serve(
    State(tenant): State<Arc<Tenant>>,
    Path((name, version)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let operation = operation_of(&body);
    let call = tenant.calls.start(operation);
    let fault = tenant.faults.take(operation);
    if let Some(fault) = &fault
        && let Some(response) = before_effect(&tenant, operation, fault).await
    {
        call.finish(&format!("planned {:?}", fault.kind), Some(response.status().as_u16()));
        return response;
    }
    let handled = handle(&tenant, &name, &version, &headers, &body);
    record(&tenant, &handled);
    let (status, text) = match &handled.outcome {
        Ok(answer) => (200, answer_envelope(answer)),
        Err(fault) => (fault.http_status(), fault.envelope()),
    };
    let outcome = match &handled.outcome {
        Ok(_) => "ok".to_owned(),
        Err(fault) => fault.outcome(),
    };
    if let Some(fault) = &fault
        && let Some(response) = after_effect(&tenant, operation, fault, &text).await
    {
        call.finish(&format!("planned {:?} after: {outcome}", fault.kind), Some(status));
        return response;
    }
    call.finish(&outcome, Some(status));
    xml_response(status, text)
}

/// The planned faults that strike instead of the effect.
async fn before_effect(tenant: &Tenant, operation: &str, fault: &Fault) -> Option<Response> {
    let soap_fault = match fault.kind {
        FaultKind::ServerFault => SoapFault::Server,
        FaultKind::ProcessingFault => SoapFault::Processing {
            message: "An internal error occurred while processing the task.".to_owned(),
        },
        FaultKind::AmbiguousEvent => SoapFault::Validation {
            message: format!("Validation error occurred. {}", crate::recruiting::assess::AMBIGUOUS_EVENT),
            xpath: "/".to_owned(),
        },
        FaultKind::ValidationFault => SoapFault::Validation {
            message: "Validation error occurred. A rule of this tenant does not allow the change.".to_owned(),
            xpath: "/".to_owned(),
        },
        FaultKind::NotAuthorized => SoapFault::not_authorized(),
        FaultKind::AuthFault => SoapFault::Authentication { http_status: 500 },
        FaultKind::Http401
        | FaultKind::Http403
        | FaultKind::Http404
        | FaultKind::Http409
        | FaultKind::Http500
        | FaultKind::Http503
        | FaultKind::Http429
        | FaultKind::Html
        | FaultKind::Html200
        | FaultKind::Timeout
        | FaultKind::TimeoutAfterEffect
        | FaultKind::Reset
        | FaultKind::ResetAfterEffect
        | FaultKind::Truncated
        | FaultKind::Malformed
        | FaultKind::SamePage
        | FaultKind::Oversized
        | FaultKind::Slow => {
            return breakage::before_effect(&tenant.clock, fault).await;
        }
    };
    breakage::wait(&tenant.clock, fault).await;
    if let (Some(contract), Some((kind, document))) = (&tenant.contract, soap_fault.detail()) {
        contract.record(operation, kind, &document);
    }
    Some(xml_response(soap_fault.http_status(), soap_fault.envelope()))
}

/// The planned faults that spoil the answer after the effect.
async fn after_effect(tenant: &Tenant, operation: &str, fault: &Fault, text: &str) -> Option<Response> {
    let broken = breakage::after_effect(&tenant.clock, fault, text).await?;
    // A wrong number of a page and mere length are no breach of the schema.
    if !matches!(fault.kind, FaultKind::SamePage | FaultKind::Oversized)
        && let Break::Body { spoilt, .. } = &broken
        && let Some(contract) = &tenant.contract
    {
        contract.record_broken(operation, "answer", spoilt);
    }
    Some(broken.into_response("text/xml; charset=utf-8"))
}

/// The operation that a body asks for, as far as it can be read.
fn operation_of(body: &[u8]) -> &'static str {
    let Ok(text) = std::str::from_utf8(body) else {
        return UNREADABLE;
    };
    let Ok(document) = Document::parse(text) else {
        return UNREADABLE;
    };
    envelope::read(&document)
        .ok()
        .and_then(|envelope| tables::request_type(envelope.request.tag_name().name()))
        .map_or(UNREADABLE, |(operation, _)| operation)
}

fn handle(tenant: &Tenant, name: &str, version: &str, headers: &HeaderMap, body: &[u8]) -> Handled {
    let refused = |message: &str| Handled {
        operation: UNREADABLE,
        request: None,
        outcome: Err(SoapFault::Client {
            message: message.to_owned(),
        }),
    };
    let content_type = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !content_type.starts_with("text/xml") {
        return refused("SOAP 1.1 needs the content type text/xml.");
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return refused("The request is not UTF-8.");
    };
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let mut handled = refused(&format!("The request is not well-formed XML: {error}"));
            handled.request = Some(text.to_owned());
            return handled;
        }
    };
    let envelope = match envelope::read(&document) {
        Ok(envelope) => envelope,
        Err(fault) => {
            return Handled {
                operation: UNREADABLE,
                request: Some(text.to_owned()),
                outcome: Err(fault),
            };
        }
    };
    let request = Some(envelope::standalone(envelope.request));
    let Some((operation, rule)) = tables::request_type(envelope.request.tag_name().name()) else {
        let name = envelope.request.tag_name().name();
        return Handled {
            operation: UNREADABLE,
            request,
            outcome: Err(SoapFault::Client {
                message: format!("There is no operation for the element '{name}'."),
            }),
        };
    };
    let outcome = authenticate(tenant, name, headers, &envelope).and_then(|by| {
        schema::check_request(envelope.request, rule)?;
        let context = Context {
            tenant,
            version,
            descriptors: envelope.descriptors,
            by,
        };
        run(operation, &context, envelope.request)
    });
    Handled {
        operation,
        request,
        outcome,
    }
}

fn run(operation: &str, context: &Context<'_>, request: Node<'_, '_>) -> Outcome {
    match operation {
        "Get_Job_Requisitions" => requisitions::get(context, request, &requisitions::JOB),
        "Get_Evergreen_Requisitions" => requisitions::get(context, request, &requisitions::EVERGREEN),
        "Get_Candidates" => candidates::get(context, request),
        "Get_Assess_Candidate" => assess_read::get(context, request),
        "Assess_Candidate" => assess_write::assess(context, request),
        "Put_Candidate_Attachment" => attachments::put(context, request),
        "Get_Candidate_Attachments" => attachments::get(context, request),
        _ => moves::move_candidate(context, request),
    }
}

/// The user a call runs as: the integration system user, by bearer token or by WS-Security.
fn authenticate(tenant: &Tenant, name: &str, headers: &HeaderMap, envelope: &Envelope<'_, '_>) -> Result<String, SoapFault> {
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let user = &tenant.credentials.integration_user;
    let accepted = name == tenant.name
        && match (bearer, &envelope.username_token) {
            (Some(token), _) => oauth::is_live_access_token(tenant, token.trim()),
            (None, Some(token)) => {
                token.username == format!("{user}@{}", tenant.name) && token.password == tenant.credentials.integration_password
            }
            (None, None) => false,
        };
    if accepted {
        Ok(user.clone())
    } else {
        // A refused bearer token is an HTTP matter, a refused user name a SOAP one.
        let http_status = if bearer.is_some() { 401 } else { 500 };
        Err(SoapFault::Authentication { http_status })
    }
}

fn record(tenant: &Tenant, handled: &Handled) {
    let Some(contract) = &tenant.contract else {
        return;
    };
    let structural = matches!(&handled.outcome, Err(fault) if fault.is_structural());
    let unauthenticated = matches!(&handled.outcome, Err(SoapFault::Authentication { .. }));
    if let Some(request) = &handled.request {
        if structural {
            contract.record_broken(handled.operation, "request", request);
        } else if !unauthenticated {
            // An unauthenticated request was not checked, so nothing can be said about it.
            contract.record(handled.operation, "request", request);
        }
    }
    match &handled.outcome {
        Ok(answer) => contract.record(handled.operation, "answer", answer),
        Err(fault) => {
            if let Some((kind, document)) = fault.detail() {
                contract.record(handled.operation, kind, &document);
            }
        }
    }
}

fn answer_envelope(answer: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><env:Envelope xmlns:env=\"{SOAP_NAMESPACE}\"><env:Body>{answer}</env:Body></env:Envelope>"
    )
}

fn xml_response(status: u16, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [("content-type", "text/xml; charset=utf-8")], text).into_response()
}
