//! The public REST API: one entry for every call, in the order fault → key → rate → work → record. The operations themselves are pure
//! functions over the state.

mod broken;
mod candidates;
mod interviews;
mod operation;
mod paging;
mod postings;
pub(crate) mod resources;
pub(crate) mod results;
mod webhooks;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State as Extracted};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::call_log::RunningCall;
use crate::envelope::{Answer, refusal, unprocessable};
use crate::fault::{Fault, FaultKind};
use crate::model::State;
use crate::validation::json_object;
use operation::{Operation, Routed, route};
use paging::QueryPairs;

const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// Who calls: the workspace of the API key, and the address that links start with.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) workspace_id: String,
    pub(crate) base_url: String,
}

/// A call as the operations see it.
#[derive(Debug)]
struct Incoming {
    operation: Operation,
    headers: HeaderMap,
    query: QueryPairs,
    body: Bytes,
}

/// Serves every path of the API.
pub(crate) async fn serve(Extracted(app): Extracted<App>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let operation = match route(head.method.as_str(), head.uri.path()) {
        Routed::To(operation) => operation,
        Routed::WrongMethod => return plain_detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"),
        Routed::Nowhere => return plain_detail(StatusCode::NOT_FOUND, "Not Found"),
    };
    let call = app.calls().begin(operation.id());
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return plain_detail(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    let incoming = Incoming {
        operation,
        headers: head.headers,
        query: QueryPairs::of(&head.uri),
        body,
    };
    if !incoming.body.is_empty() {
        app.record(|recorder| recorder.request(incoming.operation.id(), &incoming.body));
    }
    match app.faults().take(incoming.operation.id()) {
        Some(fault) if fault.kind == FaultKind::SamePage => {
            let first = Incoming {
                query: incoming.query.of_first_page(),
                ..incoming
            };
            fail(&app, &first, call, &fault).await
        }
        Some(fault) => fail(&app, &incoming, call, &fault).await,
        None => succeed(&app, &incoming, call),
    }
}

fn succeed(app: &App, incoming: &Incoming, mut call: RunningCall) -> Response {
    let answer = work(app, incoming);
    call.answered(answer.status.as_u16());
    let body = answer.body.to_string();
    app.record(|recorder| recorder.answer(incoming.operation.id(), answer.status.as_u16(), body.as_bytes(), false));
    json_response(answer.status, body)
}

/// Breaks a call as ordered; the records say what the caller saw.
async fn fail(app: &App, incoming: &Incoming, mut call: RunningCall, fault: &Fault) -> Response {
    call.broken_by(fault.kind.word());
    let answer = fault.kind.has_effect().then(|| work(app, incoming));
    app.pause(fault.delay()).await;
    let broken = broken::answer(app.clock(), fault.kind, answer);
    let status = broken.status.map_or(0, |status| status.as_u16());
    call.answered(status);
    if status != 0 {
        let sound = matches!(
            fault.kind,
            FaultKind::Slow | FaultKind::SamePage | FaultKind::Oversized | FaultKind::Http429 | FaultKind::NotFound
        );
        app.record(|recorder| recorder.answer(incoming.operation.id(), status, &broken.seen, !sound));
    }
    broken.response
}

/// The answer to a call that nothing disturbs.
fn work(app: &App, incoming: &Incoming) -> Answer {
    if incoming.operation == Operation::HealthCheck {
        return Answer {
            status: StatusCode::OK,
            body: json!({"status": "ok"}),
        };
    }
    let caller = match identify(app, &incoming.headers) {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let limit = app.read(|state| state.settings.requests_per_minute);
    if !app.within_rate(&caller.workspace_id, limit) {
        return rate_limited();
    }
    match app.change(|state| perform(state, &caller, incoming)) {
        Ok(answer) | Err(answer) => answer,
    }
}

/// The 429 of HeyMilo; it names neither limit nor time, since its headers are not documented.
pub(crate) fn rate_limited() -> Answer {
    refusal(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limit_exceeded",
        "Too many requests for this API key.",
        None,
    )
}

/// `X-API-KEY` names the workspace. OAuth callers (`Authorization`) are HeyMilo's own MCP server; the stand-in has none.
fn identify(app: &App, headers: &HeaderMap) -> Result<Caller, Answer> {
    let key = headers.get("x-api-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let workspace_id = app.read(|state| {
        let owner = state
            .workspaces
            .iter()
            .find(|workspace| !key.is_empty() && workspace.api_key.0 == key);
        owner.map(|workspace| workspace.id.clone())
    });
    let (code, message) = if key.is_empty() {
        ("missing_api_key", "No API key was given.")
    } else {
        ("invalid_api_key", "The API key is not valid.")
    };
    let workspace_id = workspace_id.ok_or_else(|| refusal(StatusCode::UNAUTHORIZED, code, message, None))?;
    Ok(Caller {
        workspace_id,
        base_url: app.base_url().to_owned(),
    })
}

fn perform(state: &mut State, caller: &Caller, incoming: &Incoming) -> Result<Answer, Answer> {
    let query = &incoming.query;
    match &incoming.operation {
        Operation::HealthCheck | Operation::ListWorkspaces => Ok(postings::list_workspaces(state, caller)),
        Operation::ListPostings => postings::list(state, caller, query, false),
        Operation::ListPostingSummaries => postings::list(state, caller, query, true),
        Operation::GetPosting(id) => postings::get(state, caller, id),
        Operation::UpdatePosting(id) => postings::update(state, caller, id, &incoming.object()?),
        Operation::GetPostingStats(id) => postings::stats(state, caller, id),
        Operation::IngestCandidate(id) => candidates::ingest(state, caller, id, &incoming.object()?),
        Operation::IngestCandidatesBulk(id) => candidates::ingest_bulk(state, caller, id, &incoming.object()?),
        Operation::ListCandidates(id) => candidates::list(state, caller, id, query),
        Operation::GetInterviewData(id) => interviews::data(state, caller, id),
        Operation::GetInterviewMetadata(id) => interviews::metadata(state, caller, id),
        Operation::SetInterviewMetadata(id) => interviews::set_metadata(state, caller, id, &incoming.object()?),
        Operation::DeleteInterviewMetadata(id) => interviews::delete_metadata(state, caller, id),
        Operation::CreateWebhook => webhooks::create(state, caller, &incoming.object()?),
        Operation::ListWebhooks => webhooks::list(state, caller, query),
        Operation::GetWebhook(id) => webhooks::get(state, caller, id),
        Operation::DeleteWebhook(id) => webhooks::delete(state, caller, id),
    }
}

impl Incoming {
    fn object(&self) -> Result<Map<String, Value>, Answer> {
        let content_type = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        json_object(content_type, &self.body).map_err(|violations| unprocessable(&violations))
    }
}

/// `FastAPI`'s answer where no operation is.
fn plain_detail(status: StatusCode, detail: &str) -> Response {
    json_response(status, json!({ "detail": detail }).to_string())
}

fn json_response(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
