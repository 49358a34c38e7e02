//! What happens at the vendors, and what they keep of it.

use super::{Desk, MOMENT, POSTING};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::Moment;
use serde_json::{Value, json};

impl Desk {
    /// What HeyMilo answers to a candidate handed in by somebody with the workspace's key.
    pub async fn ingest(&self, candidate: &Value) -> Value {
        let url = format!("{}/api/v2/postings/{POSTING}/candidates", self.heymilo);
        let request = Request::post(url).header("x-api-key", heymilo_stand_in::DEFAULT_API_KEY);
        let request = request.header("content-type", "application/json");
        let answer = self.send(request.body(Body::from(candidate.to_string())).unwrap()).await;
        answer["data"]
            .as_object()
            .map_or(answer.clone(), |data| Value::Object(data.clone()))
    }

    /// Somebody sets the agent's deadline at HeyMilo.
    pub async fn set_deadline(&self, deadline: Moment) {
        let url = format!("{}/api/v2/postings/{POSTING}", self.heymilo);
        let request = Request::patch(url).header("x-api-key", heymilo_stand_in::DEFAULT_API_KEY);
        let request = request.header("content-type", "application/json");
        let body = json!({ "deadline": deadline.to_rfc3339() });
        self.send(request.body(Body::from(body.to_string())).unwrap()).await;
    }

    /// Something happens at Workday.
    pub async fn tell_workday(&self, what: &str, body: Value) -> Value {
        self.tell(&self.workday, what, &body).await
    }

    /// Something happens at HeyMilo.
    pub async fn tell_heymilo(&self, what: &str, body: Value) -> Value {
        self.tell(&self.heymilo, what, &body).await
    }

    async fn tell(&self, vendor: &str, what: &str, body: &Value) -> Value {
        let request = Request::post(format!("{vendor}/__stand-in/{what}")).header("content-type", "application/json");
        let answer = self.send(request.body(Body::from(body.to_string())).unwrap()).await;
        self.clock.sleep(MOMENT).await;
        answer
    }

    /// A recruiter moves an application to the assessment stage; `assess_step`: its process has an Assess step.
    pub async fn move_to_assessment(&self, application: &str, assess_step: bool) {
        let wish = json!({ "application": application, "stage": "ASSESSMENT", "assess_step": assess_step });
        self.tell_workday("move", wish).await;
    }

    /// A recruiter submits Assess with a test and its vendor's send status. Returns the event.
    pub async fn submit_assess(&self, application: &str, test: &str) -> String {
        let vendor = if test == "HEYMILO_AI_SCREEN" { "HEYMILO" } else { "OTHER_VENDOR" };
        let wish = json!({ "application": application, "status": format!("{vendor}_SEND_INVITE"), "test": test, "new_event": true });
        self.tell_workday("assess", wish).await;
        let assessments = self.assessments(application).await;
        assessments.last().unwrap()["event"].as_str().unwrap().to_owned()
    }

    /// An operation of Workday fails for the next calls.
    pub async fn workday_fails(&self, operation: &str, kind: &str) {
        self.tell_workday("faults", json!([{ "operation": operation, "times": 100, "kind": kind }]))
            .await;
    }

    /// An operation of HeyMilo fails for the next calls.
    pub async fn heymilo_fails(&self, operation: &str, kind: &str) {
        self.tell_heymilo("faults", json!({ "operation": operation, "times": 100, "kind": kind }))
            .await;
    }

    /// Workday's planned failures are over.
    pub async fn workday_recovers(&self) {
        self.tell_workday("faults", json!([])).await;
    }

    /// HeyMilo's planned failures are over.
    pub async fn heymilo_recovers(&self) {
        let request = Request::delete(format!("{}/__stand-in/faults", self.heymilo));
        self.send(request.body(Body::empty()).unwrap()).await;
    }

    /// The operations of Workday that were called, in order.
    pub async fn workday_calls(&self) -> Vec<String> {
        self.calls(&self.workday).await
    }

    /// The operations of HeyMilo that were called, in order.
    pub async fn heymilo_calls(&self) -> Vec<String> {
        self.calls(&self.heymilo).await
    }

    async fn calls(&self, vendor: &str) -> Vec<String> {
        let record = self.get(&format!("{vendor}/__stand-in/calls")).await;
        let calls = record["calls"].as_array().unwrap().iter();
        calls.map(|call| call["operation"].as_str().unwrap().to_owned()).collect()
    }

    /// Workday's records of a kind.
    pub async fn records(&self, kind: &str) -> Vec<Value> {
        let mut state = self.get(&format!("{}/__stand-in/state?only={kind}", self.workday)).await;
        serde_json::from_value(state["records"][kind].take()).unwrap()
    }

    /// The assessments of an application, oldest first.
    pub async fn assessments(&self, application: &str) -> Vec<Value> {
        let mut records = self.records("assessments").await;
        records.retain(|record| record["application"] == application);
        records
    }

    /// Workday's records, changed as its users would on pages that the stand-in does not have.
    pub async fn change_records(&self, change: impl FnOnce(&mut Value)) {
        let mut records = self.get(&format!("{}/__stand-in/state", self.workday)).await["records"].take();
        change(&mut records);
        self.tell_workday("seed", json!({ "records": records })).await;
    }

    /// HeyMilo's own record of everything.
    pub async fn heymilo_state(&self) -> Value {
        self.get(&format!("{}/__stand-in/state", self.heymilo)).await
    }

    async fn get(&self, url: &str) -> Value {
        self.send(Request::get(url).body(Body::empty()).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Value {
        let asked = request.uri().to_string();
        let answer = self.network.send(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(status.is_success(), "{asked}: {status}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or_default()
    }
}
