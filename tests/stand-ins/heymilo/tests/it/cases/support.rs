//! A client that knows nothing of HeyMilo, a check against the `OpenAPI` document, and a receiver for webhooks.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use heymilo_stand_in::{DEFAULT_API_KEY, HeyMiloStandIn, Options, Running};
use serde_json::{Value, json};

pub(crate) const POSTING: &str = "13D77095";

/// HeyMilo's document, if it is there; a run without it says so once.
static DOCUMENT: LazyLock<Option<Value>> = LazyLock::new(|| {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared");
    let folder = std::env::var_os("CONTRACT_SHARED").map_or_else(beside, PathBuf::from);
    let document = std::fs::read(folder.join("heymilo/openapi/heymilo-openapi-original.json")).ok();
    if document.is_none() {
        eprintln!("heymilo-stand-in: HeyMilo's OpenAPI document is not at hand; answers are not checked against it");
    }
    document.map(|bytes| serde_json::from_slice(&bytes).unwrap())
});

/// The stand-in with a client and the key of its default workspace.
pub(crate) struct Bench {
    pub(crate) running: Running,
    pub(crate) http: reqwest::Client,
    key: Option<String>,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let running = HeyMiloStandIn::start(options).await.unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .unwrap();
        let bench = Self {
            running,
            http,
            key: Some(DEFAULT_API_KEY.to_owned()),
        };
        bench.control("settings", json!({"evaluating_ms": 30})).await;
        bench
    }

    pub(crate) fn key(&mut self, key: Option<&str>) {
        self.key = key.map(ToOwned::to_owned);
    }

    /// Sends a call; `Err` when no whole answer came.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Got, reqwest::Error> {
        let url = format!("{}{path}", self.running.url);
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(key) = &self.key {
            request = request.header("X-API-KEY", key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        Ok(Got {
            status,
            text: response.text().await?,
        })
    }

    /// Calls an operation and checks its answer against the document.
    pub(crate) async fn call(&self, operation: &str, method: &str, path: &str, body: Option<Value>) -> Got {
        let got = self.send(method, path, body.as_ref()).await.unwrap();
        let violations = violations(operation, got.status, &got.json());
        assert!(violations.is_empty(), "{operation} {}: {violations:?}\n{}", got.status, got.text);
        got
    }

    pub(crate) async fn get(&self, operation: &str, path: &str) -> Got {
        self.call(operation, "GET", path, None).await
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Got {
        let got = self.send("POST", &format!("/__stand-in/{path}"), Some(&body)).await.unwrap();
        assert_eq!(got.status, 200, "{path}: {}", got.text);
        got
    }

    pub(crate) async fn state(&self) -> Value {
        self.send("GET", "/__stand-in/state", None).await.unwrap().json()
    }

    /// Ingests a candidate and returns the answer's `data`.
    pub(crate) async fn ingest(&self, email: &str) -> Value {
        let body =
            json!({"name": "Jane <Smith> & Söhne", "email": email, "metadata": {"external_id": "JA-1"}, "data": {"source": "workday"}});
        let got = self
            .call(
                "ingestCandidate",
                "POST",
                &format!("/api/v2/postings/{POSTING}/candidates"),
                Some(body),
            )
            .await;
        assert_eq!(got.status, 201, "{}", got.text);
        got.json()["data"].clone()
    }

    /// The interview's data once its status is the one given.
    pub(crate) async fn data_when(&self, interview_id: &str, status: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let got = self
                .get("getInterviewData", &format!("/api/v2/interviews/{interview_id}/data"))
                .await;
            if got.json()["data"]["status"] == status {
                return got.json()["data"].clone();
            }
            assert!(Instant::now() < deadline, "never {status}: {}", got.text);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// What the document finds wrong with an answer; an undeclared status is a violation too, but for the statuses FACTS allows everywhere.
pub(crate) fn violations(operation: &str, status: u16, body: &Value) -> Vec<String> {
    let Some(document) = DOCUMENT.as_ref() else { return Vec::new() };
    let operations = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    let Some(declared) = operations.into_iter().find(|candidate| candidate["operationId"] == operation) else {
        return vec![format!("no operation {operation}")];
    };
    let declared = &declared["responses"][status.to_string()]["content"]["application/json"]["schema"];
    let mut schema = match (declared, status) {
        (Value::Null, 400) => json!({"$ref": "#/components/schemas/APIErrorResponse"}),
        (Value::Null, _) => return vec![format!("{operation} declares no {status}")],
        (schema, _) => schema.clone(),
    };
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator
        .iter_errors(body)
        .map(|error| format!("{}: {error}", error.instance_path))
        .collect()
}

/// Receives webhooks and answers with the status it is told.
pub(crate) struct Receiver {
    pub(crate) url: String,
    state: Arc<Mutex<Received>>,
}

struct Received {
    bodies: Vec<Value>,
    answers: Vec<u16>,
}

impl Receiver {
    /// `answers` are given first, then 200.
    pub(crate) async fn start(answers: &[u16]) -> Self {
        let state = Arc::new(Mutex::new(Received {
            bodies: Vec::new(),
            answers: answers.to_vec(),
        }));
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(take)).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    /// The bodies, once there are that many.
    pub(crate) async fn bodies(&self, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let bodies = self.state.lock().unwrap().bodies.clone();
            if bodies.len() >= count {
                return bodies;
            }
            assert!(Instant::now() < deadline, "only {} of {count} webhooks came", bodies.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn events(&self, count: usize) -> Vec<String> {
        self.bodies(count)
            .await
            .iter()
            .map(|body| body["event_type"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn take(State(state): State<Arc<Mutex<Received>>>, body: Bytes) -> StatusCode {
    let mut received = state.lock().unwrap();
    received.bodies.push(serde_json::from_slice(&body).unwrap());
    let status = if received.answers.is_empty() {
        200
    } else {
        received.answers.remove(0)
    };
    StatusCode::from_u16(status).unwrap()
}

impl Bench {
    /// The status of a control call that may be refused.
    pub(crate) async fn send_owned(&self, method: &str, path: String, body: Value) -> u16 {
        self.send(method, &path, Some(&body)).await.unwrap().status
    }
}
