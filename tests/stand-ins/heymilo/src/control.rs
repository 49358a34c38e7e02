//! The control API under `/__stand-in/`: what tests and the local runner see and steer. The crate documentation lists its calls.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Extracted};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::resources;
use crate::app::App;
use crate::fault::Fault;
use crate::model::State;
use crate::progress::{self, Ending, NotTaken, Script};
use crate::seed;
use crate::seed::SeedRequest;
use crate::settings::SettingsChange;

/// The routes of the control API.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/__stand-in/state", get(state))
        .route("/__stand-in/mails", get(mails))
        .route("/__stand-in/deliveries", get(deliveries))
        .route("/__stand-in/seed", post(reseed))
        .route("/__stand-in/settings", post(settings))
        .route("/__stand-in/calls", get(calls).delete(forget_calls))
        .route("/__stand-in/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/__stand-in/interviews/{id}", delete(remove))
        .route("/__stand-in/interviews/{id}/complete", post(complete))
        .route("/__stand-in/interviews/{id}/status", post(force_status))
        .route("/__stand-in/interviews/{id}/rescore", post(rescore))
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn done() -> Response {
    reply(StatusCode::OK, &json!({"ok": true}))
}

fn problem(status: StatusCode, message: &str) -> Response {
    reply(status, &json!({"ok": false, "problem": message}))
}

/// Reads a body; an empty one is `{}`.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<Response>> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Box::new(problem(StatusCode::BAD_REQUEST, &error.to_string())))
}

async fn state(Extracted(app): Extracted<App>) -> Response {
    let base_url = app.base_url().to_owned();
    let mut body = app.read(|state| describe(state, &base_url));
    if let Some(fields) = body.as_object_mut() {
        fields.insert("faults".to_owned(), json!(app.faults().waiting()));
        fields.insert("write_failures".to_owned(), json!(app.write_failures()));
    }
    reply(StatusCode::OK, &body)
}

/// The whole state; API keys stay out of it.
fn describe(state: &State, base_url: &str) -> Value {
    let now = state.clock.unix_seconds();
    let workspaces = state.workspaces.iter().map(|workspace| {
        json!({"id": workspace.id, "name": workspace.name, "slug": workspace.slug, "communications_off": workspace.communications_off})
    });
    let postings = state.postings.iter().filter_map(|posting| {
        let mut body = resources::posting(base_url, state.workspace(&posting.workspace_id)?, posting, now);
        let candidates = state
            .interviews
            .iter()
            .filter(|interview| interview.posting_id == posting.id)
            .count();
        body.as_object_mut()?.insert("candidates".to_owned(), json!(candidates));
        Some(body)
    });
    let interviews = state.interviews.iter().filter_map(|interview| {
        let (interview, posting, workspace) = state.interview_context(&interview.interview_id)?;
        let mut body = resources::candidate(base_url, workspace, posting, interview);
        let fields = body.as_object_mut()?;
        fields.insert("ingest_count".to_owned(), json!(interview.ingest_count));
        fields.insert("revision".to_owned(), json!(interview.revision));
        fields.insert("phone_number".to_owned(), json!(interview.phone_number));
        Some(body)
    });
    json!({
        "workspaces": workspaces.collect::<Vec<_>>(),
        "settings": state.settings,
        "postings": postings.collect::<Vec<_>>(),
        "interviews": interviews.collect::<Vec<_>>(),
        "mails": state.mails,
        "webhooks": state.webhooks,
        "deliveries": state.deliveries,
    })
}

async fn mails(Extracted(app): Extracted<App>) -> Response {
    reply(StatusCode::OK, &app.read(|state| json!({"mails": state.mails})))
}

async fn deliveries(Extracted(app): Extracted<App>) -> Response {
    reply(StatusCode::OK, &app.read(|state| json!({"deliveries": state.deliveries})))
}

async fn reseed(Extracted(app): Extracted<App>, body: Bytes) -> Response {
    match read::<SeedRequest>(&body) {
        Ok(request) => {
            app.change(|state| seed::apply(state, request));
            done()
        }
        Err(refused) => *refused,
    }
}

async fn settings(Extracted(app): Extracted<App>, body: Bytes) -> Response {
    let change = match read::<SettingsChange>(&body) {
        Ok(change) => change,
        Err(refused) => return *refused,
    };
    let settings = app.change(|state| {
        state.settings.apply(&change);
        if let Some(off) = change.communications_off {
            let meant = |id: &str| change.workspace_id.as_deref().is_none_or(|wanted| wanted == id);
            for workspace in state.workspaces.iter_mut().filter(|workspace| meant(&workspace.id)) {
                workspace.communications_off = off;
            }
        }
        state.settings.clone()
    });
    reply(StatusCode::OK, &json!({"ok": true, "settings": settings}))
}

async fn calls(Extracted(app): Extracted<App>) -> Response {
    reply(StatusCode::OK, &app.calls().report())
}

async fn forget_calls(Extracted(app): Extracted<App>) -> Response {
    app.calls().clear();
    done()
}

/// One fault or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum FaultOrder {
    One(Fault),
    Several(Vec<Fault>),
}

async fn faults(Extracted(app): Extracted<App>) -> Response {
    reply(StatusCode::OK, &json!({"faults": app.faults().waiting()}))
}

async fn add_faults(Extracted(app): Extracted<App>, body: Bytes) -> Response {
    match read::<FaultOrder>(&body) {
        Ok(FaultOrder::One(fault)) => app.faults().add(vec![fault]),
        Ok(FaultOrder::Several(faults)) => app.faults().add(faults),
        Err(refused) => return *refused,
    }
    done()
}

async fn clear_faults(Extracted(app): Extracted<App>) -> Response {
    app.faults().clear();
    done()
}

/// The body of `complete`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Completion {
    answers: Vec<String>,
    outcome: Option<Outcome>,
    quality: Option<Quality>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Started,
    Completed,
    KnockedOut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Quality {
    Strong,
    Weak,
}

async fn complete(Extracted(app): Extracted<App>, Path(id): Path<String>, body: Bytes) -> Response {
    let completion = match read::<Completion>(&body) {
        Ok(completion) => completion,
        Err(refused) => return *refused,
    };
    let ending = match completion.outcome {
        Some(Outcome::Started) => Ending::Started,
        Some(Outcome::KnockedOut) => Ending::KnockedOut,
        Some(Outcome::Completed) | None => Ending::Completed,
    };
    let script = Script {
        answers: completion.answers,
        ending,
        strong: completion.quality != Some(Quality::Weak),
    };
    let result = app.change(|state| progress::run_script(state, &id, &script, app.clock().unix_seconds()));
    match result {
        Ok(consequences) => {
            app.carry_out(&id, consequences);
            done()
        }
        Err(NotTaken::NoSuchInterview) => problem(StatusCode::NOT_FOUND, "no such interview"),
        Err(NotTaken::NotRunning) => problem(StatusCode::CONFLICT, "the interview is finished already"),
        Err(NotTaken::NotAChoice) => problem(StatusCode::BAD_REQUEST, "an answer is not among the choices of its question"),
        Err(NotTaken::NotTheCurrentQuestion | NotTaken::Empty | NotTaken::TooLong) => {
            problem(StatusCode::BAD_REQUEST, "an answer is empty or too long")
        }
    }
}

/// The body of `status`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForcedStatus {
    status: Option<String>,
}

async fn force_status(Extracted(app): Extracted<App>, Path(id): Path<String>, body: Bytes) -> Response {
    let forced = match read::<ForcedStatus>(&body) {
        Ok(forced) => forced,
        Err(refused) => return *refused,
    };
    let found = app.change(|state| state.interview_mut(&id).map(|interview| interview.forced_status = forced.status));
    if found.is_some() {
        done()
    } else {
        problem(StatusCode::NOT_FOUND, "no such interview")
    }
}

async fn remove(Extracted(app): Extracted<App>, Path(id): Path<String>) -> Response {
    let before = app.read(|state| state.interviews.len());
    let left = app.change(|state| {
        state.interviews.retain(|interview| interview.interview_id != id);
        state.interviews.len()
    });
    if left < before {
        done()
    } else {
        problem(StatusCode::NOT_FOUND, "no such interview")
    }
}

/// The body of `rescore`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rescore {
    #[serde(default = "one_less")]
    delta: i32,
}

fn one_less() -> i32 {
    -1
}

async fn rescore(Extracted(app): Extracted<App>, Path(id): Path<String>, body: Bytes) -> Response {
    let order = match read::<Rescore>(&body) {
        Ok(order) => order,
        Err(refused) => return *refused,
    };
    match app.change(|state| progress::rescore(state, &id, order.delta, app.clock().unix_seconds())) {
        Some(deliveries) => {
            app.deliver(deliveries);
            done()
        }
        None => problem(StatusCode::CONFLICT, "there is no scored interview of that id"),
    }
}
