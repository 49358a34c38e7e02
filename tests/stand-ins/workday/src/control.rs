//! The control API under `/__stand-in/`, for tests and scripts. JSON in, JSON out; documented in the crate doc.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    faults::Fault,
    model::{self, Records},
    push,
    recruiting::{
        Refusal,
        assess::{self, Order, OtherResult},
        process::{self, Move},
    },
    seed::{self, Seed},
    tenant::Tenant,
};

type Answer = Result<Value, ControlError>;

/// Why a control call fails.
#[derive(Debug, thiserror::Error)]
enum ControlError {
    #[error("the body is not what this call expects: {0}")]
    Body(#[from] serde_json::Error),
    #[error("{0}")]
    Refused(#[from] Refusal),
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::CONFLICT,
        };
        json_response(status, &json!({"error": self.to_string()}))
    }
}

/// The routes of the control API.
pub(crate) fn routes() -> Router<Arc<Tenant>> {
    Router::new()
        .route("/__stand-in/state", get(read_state))
        .route("/__stand-in/seed", post(replace_records))
        .route("/__stand-in/move", post(move_application))
        .route("/__stand-in/assess", post(submit_assess))
        .route("/__stand-in/result", post(write_result))
        .route("/__stand-in/rescind", post(rescind))
        .route("/__stand-in/calls", get(read_calls).delete(clear_calls))
        .route("/__stand-in/faults", get(read_faults).post(plan_faults))
        .route("/__stand-in/settings", get(read_settings).post(change_settings))
        .route("/__stand-in/revoke", post(revoke))
        .route("/__stand-in/issue", post(issue))
}

async fn read_state(State(tenant): State<Arc<Tenant>>, RawQuery(query): RawQuery) -> Response {
    // Attachments are listed by size and digest; tokens and passwords are left out.
    let state = tenant.read(|state, _| {
        let only = query.as_deref().and_then(|query| query.strip_prefix("only="));
        let records = only.map_or_else(|| json!(state.records), |kinds| some_records(&state.records, kinds));
        json!({"tenant": tenant.name, "records": records, "settings": visible_settings(state)})
    });
    json_response(StatusCode::OK, &state)
}

/// The records of the kinds that are named, separated by commas: a whole tenant is long to read again and again.
fn some_records(records: &Records, kinds: &str) -> Value {
    let named = kinds.split(',').filter_map(|kind| {
        let of_kind = match kind {
            "requisitions" => json!(records.requisitions),
            "candidates" => json!(records.candidates),
            "applications" => json!(records.applications),
            "assessments" => json!(records.assessments),
            "attachments" => json!(records.attachments),
            "pushes" => json!(records.pushes),
            _ => return None,
        };
        Some((kind.to_owned(), of_kind))
    });
    Value::Object(named.collect())
}

/// `POST seed`: a whole set of records, a named seed, or a generator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedWish {
    seed: Option<Seed>,
    records: Option<Box<Records>>,
    requisitions: Option<usize>,
    requisition: Option<String>,
    candidates: Option<usize>,
    #[serde(default = "review")]
    stage: String,
}

fn review() -> String {
    "REVIEW".to_owned()
}

async fn replace_records(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<SeedWish>(&body).and_then(|wish| {
        tenant.change(|state, contents| {
            if let Some(seed) = wish.seed {
                seed::replace(seed, state, contents);
            }
            if let Some(records) = wish.records {
                state.records = complete(*records);
            }
            let requisitions = seed::generate_requisitions(state, wish.requisitions.unwrap_or(0));
            let applications = match (wish.requisition, wish.candidates) {
                (Some(requisition), Some(count)) => {
                    require_requisition(state, &requisition)?;
                    seed::generate_candidates(state, contents, &requisition, count, &wish.stage)
                }
                _ => Vec::new(),
            };
            Ok(json!({"requisitions": requisitions, "applications": applications}))
        })
    });
    respond(answer)
}

/// Adds the admin's set-up to records that were given without it.
fn complete(mut records: Records) -> Records {
    let set_up = seed::set_up();
    if records.assessment_statuses.is_empty() {
        records.assessment_statuses = set_up.assessment_statuses;
    }
    if records.assessment_tests.is_empty() {
        records.assessment_tests = set_up.assessment_tests;
    }
    if records.document_categories.is_empty() {
        records.document_categories = set_up.document_categories;
    }
    records
}

fn require_requisition(state: &model::State, id: &str) -> Result<(), Refusal> {
    if state.records.requisitions.iter().any(|requisition| requisition.id == id) {
        Ok(())
    } else {
        Err(Refusal::new(format!("There is no requisition '{id}'.")))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveWish {
    application: String,
    /// A stage, a disposition or a workflow step.
    stage: String,
    #[serde(default = "recruiter")]
    by: String,
    #[serde(default = "yes")]
    assess_step: bool,
    #[serde(default)]
    comment: Option<String>,
}

fn recruiter() -> String {
    "recruiter".to_owned()
}

fn yes() -> bool {
    true
}

async fn move_application(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<MoveWish>(&body).and_then(|wish| {
        let step = process::step_towards(&wish.stage).ok_or_else(|| Refusal::new(format!("There is no stage '{}'.", wish.stage)))?;
        let wish = Move {
            application: &wish.application,
            step,
            by: &wish.by,
            comment: wish.comment,
            assess_step: wish.assess_step,
        };
        let ordered = tenant.change(|state, _| process::move_application(state, &wish))?;
        push::launch_for(&tenant, &ordered);
        Ok(json!({"application": wish.application, "step": step.id, "assessments": ordered}))
    });
    respond(answer)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AssessWish {
    application: String,
    status: String,
    test: String,
    #[serde(default = "recruiter")]
    by: String,
    #[serde(default)]
    new_event: bool,
}

async fn submit_assess(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<AssessWish>(&body).and_then(|wish| {
        let order = Order {
            application: &wish.application,
            status: &wish.status,
            test: &wish.test,
            by: &wish.by,
            new_event: wish.new_event,
        };
        let id = tenant.change(|state, _| assess::submit_order(state, &order))?;
        push::launch_for(&tenant, std::slice::from_ref(&id));
        Ok(json!({"assessment": id}))
    });
    respond(answer)
}

/// Another vendor's result, written as that vendor would.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultWish {
    application: String,
    test: String,
    status: String,
    score: Option<String>,
    comment: Option<String>,
    url: Option<String>,
}

async fn write_result(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<ResultWish>(&body).and_then(|wish| {
        let result = OtherResult {
            application: &wish.application,
            test: &wish.test,
            status: &wish.status,
            score: wish.score,
            comment: wish.comment,
            url: wish.url,
        };
        let id = tenant.change(|state, _| assess::write_other_result(state, result))?;
        Ok(json!({"assessment": id}))
    });
    respond(answer)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RescindWish {
    application: String,
}

async fn rescind(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<RescindWish>(&body).and_then(|wish| {
        tenant.change(|state, _| process::rescind(state, &wish.application, "recruiter"))?;
        Ok(json!({"application": wish.application}))
    });
    respond(answer)
}

async fn read_calls(State(tenant): State<Arc<Tenant>>) -> Response {
    json_response(StatusCode::OK, &tenant.calls.report())
}

async fn clear_calls(State(tenant): State<Arc<Tenant>>) -> Response {
    tenant.calls.clear();
    json_response(StatusCode::OK, &json!({}))
}

async fn read_faults(State(tenant): State<Arc<Tenant>>) -> Response {
    json_response(StatusCode::OK, &json!(tenant.faults.list()))
}

async fn plan_faults(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<Vec<Fault>>(&body).map(|faults| {
        let planned = faults.len();
        tenant.faults.set(faults);
        json!({"planned": planned})
    });
    respond(answer)
}

async fn read_settings(State(tenant): State<Arc<Tenant>>) -> Response {
    json_response(StatusCode::OK, &tenant.read(|state, _| visible_settings(state)))
}

async fn change_settings(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<Value>(&body).and_then(|wish| {
        tenant.change(|state, _| {
            let mut settings = serde_json::to_value(&state.settings)?;
            refuse_unknown_keys(&settings, &wish)?;
            merge(&mut settings, wish);
            state.settings = serde_json::from_value(settings)?;
            Ok(visible_settings(state))
        })
    });
    respond(answer)
}

fn refuse_unknown_keys(settings: &Value, wish: &Value) -> Result<(), Refusal> {
    let (Some(settings), Some(wish)) = (settings.as_object(), wish.as_object()) else {
        return Ok(());
    };
    for (key, value) in wish {
        let Some(known) = settings.get(key) else {
            return Err(Refusal::new(format!("There is no setting '{key}'.")));
        };
        refuse_unknown_keys(known, value)?;
    }
    Ok(())
}

fn merge(target: &mut Value, wish: Value) {
    match (target, wish) {
        (Value::Object(target), Value::Object(wish)) => {
            for (key, value) in wish {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
        (target, wish) => *target = wish,
    }
}

/// The settings without the integration system's password.
fn visible_settings(state: &model::State) -> Value {
    let mut settings = json!(state.settings);
    if let Some(system) = settings.get_mut("integration_system").and_then(Value::as_object_mut) {
        system.remove("password");
    }
    settings
}

async fn revoke(State(tenant): State<Arc<Tenant>>) -> Response {
    let revoked = tenant.change(|state, _| {
        state.access.bearer_tokens.clear();
        std::mem::take(&mut state.access.refresh_tokens).len()
    });
    json_response(StatusCode::OK, &json!({"revoked": revoked}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssueWish {
    refresh_token: String,
}

async fn issue(State(tenant): State<Arc<Tenant>>, body: Bytes) -> Response {
    let answer = parse::<IssueWish>(&body).map(|wish| {
        tenant.change(|state, _| state.access.refresh_tokens.push(wish.refresh_token));
        json!({"issued": 1})
    });
    respond(answer)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    Ok(serde_json::from_slice(body)?)
}

fn respond(answer: Answer) -> Response {
    match answer {
        Ok(value) => json_response(StatusCode::OK, &value),
        Err(error) => error.into_response(),
    }
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    (status, [("content-type", "application/json")], value.to_string()).into_response()
}
