//! A test's own small HTTP and SOAP client, and the schema check over what the stand-in recorded.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use base64::Engine as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;
use workday_stand_in::{Options, Running, WorkdayStandIn};

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The text of every element of this name, in document order.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let document = roxmltree::Document::parse(&self.body).unwrap();
        document
            .descendants()
            .filter(|node| node.tag_name().name() == name)
            .map(|node| node.text().unwrap_or_default().to_owned())
            .collect()
    }

    /// The ID of this type in the first reference of this name.
    pub(crate) fn id(&self, reference: &str, id_type: &str) -> Option<String> {
        let document = roxmltree::Document::parse(&self.body).unwrap();
        document
            .descendants()
            .find(|node| node.tag_name().name() == reference)?
            .children()
            .find(|id| id.attribute(("urn:com.workday/bsvc", "type")) == Some(id_type))
            .and_then(|id| id.text().map(str::to_owned))
    }

    /// Asserts a validation fault with this message.
    pub(crate) fn assert_refused(&self, message: &str) {
        assert_eq!(self.status, 500, "{}", self.body);
        let detail = self.texts("Detail_Message").join(" ");
        assert!(detail.contains(message), "{message} not in {}", self.body);
        assert!(self.body.contains("SOAP-ENV:Client.validationError"));
        assert!(self.body.contains("Validation_Fault"));
    }

    /// Asserts success and passes the answer on.
    pub(crate) fn assert_ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }
}

/// One running stand-in with a recorded contract, checked when the test is done.
#[derive(Debug)]
pub(crate) struct Fixture {
    pub(crate) running: Running,
    pub(crate) folder: TempDir,
    token: String,
}

impl Fixture {
    /// Starts the demo tenant and signs in.
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// Starts with other options and signs in.
    pub(crate) async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            contract_dir: Some(folder.path().join("contract")),
            ..options
        };
        let running = WorkdayStandIn::start(options).await.unwrap();
        let token = sign_in(&running.url).await;
        Self { running, folder, token }
    }

    /// Sends a request element with the bearer token.
    pub(crate) async fn soap(&self, request: &str) -> Answer {
        self.soap_result(request).await.unwrap()
    }

    /// As `soap`, for answers that may never come.
    pub(crate) async fn soap_result(&self, request: &str) -> std::io::Result<Answer> {
        let bearer = format!("Bearer {}", self.token);
        let body = envelope("", request);
        send("POST", &self.service(), &[("authorization", &bearer), XML], body).await
    }

    /// The address of the Recruiting service.
    pub(crate) fn service(&self) -> String {
        format!("{}/ccx/service/{}/Recruiting/v45.2", self.running.url, self.running.tenant)
    }

    /// Calls the control API with a body.
    pub(crate) async fn control(&self, call: &str, body: Value) -> Answer {
        let url = format!("{}/__stand-in/{call}", self.running.url);
        send("POST", &url, &[], body.to_string()).await.unwrap()
    }

    /// Reads from the control API.
    pub(crate) async fn look(&self, call: &str) -> Value {
        get(&format!("{}/__stand-in/{call}", self.running.url)).await.json()
    }

    /// Moves an application into the assessment stage, as the recruiter.
    pub(crate) async fn move_to_assessment(&self, application: &str) {
        let wish = serde_json::json!({"application": application, "stage": "ASSESSMENT"});
        assert_eq!(self.control("move", wish).await.status, 200);
    }

    /// Stops the stand-in and checks all it recorded against the schema.
    pub(crate) async fn finish(self) {
        self.running.stop().await;
        check_schema(&self.folder.path().join("contract/soap"));
    }
}

/// The content type header of SOAP 1.1.
pub(crate) const XML: (&str, &str) = ("content-type", "text/xml; charset=utf-8");

/// An envelope around a request element.
pub(crate) fn envelope(header: &str, request: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:wd=\"urn:com.workday/bsvc\"><soapenv:Header>{header}</soapenv:Header><soapenv:Body>{request}</soapenv:Body></soapenv:Envelope>"
    )
}

/// A reference element with one ID.
pub(crate) fn reference(name: &str, id_type: &str, id: &str) -> String {
    format!("<wd:{name}><wd:ID wd:type=\"{id_type}\">{id}</wd:ID></wd:{name}>")
}

/// The demo client's access token.
pub(crate) async fn sign_in(url: &str) -> String {
    let answer = token(url, "grant_type=refresh_token&refresh_token=demo-refresh-token").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// A token request of the demo client.
pub(crate) async fn token(url: &str, form: &str) -> Answer {
    let basic = base64::engine::general_purpose::STANDARD.encode("heymilo-demo-client:demo-client-secret");
    let url = format!("{url}/ccx/oauth2/acme_preview/token");
    let authorization = format!("Basic {basic}");
    send("POST", &url, &[("authorization", &authorization), FORM], form.to_owned())
        .await
        .unwrap()
}

/// The content type header of forms.
pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A GET request.
pub(crate) async fn get(url: &str) -> Answer {
    send("GET", url, &[], String::new()).await.unwrap()
}

/// Posts a form.
pub(crate) async fn post_form(url: &str, form: &str) -> Answer {
    send("POST", url, &[FORM], form.to_owned()).await.unwrap()
}

/// One request on a connection of its own.
pub(crate) async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: String) -> std::io::Result<Answer> {
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
    let stream = TcpStream::connect(host).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(std::io::Error::other)?;
    let connection = tokio::spawn(connection);
    let mut request = Request::builder().method(method).uri(format!("/{path}")).header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from(body))).unwrap();
    let response = sender.send_request(request).await.map_err(std::io::Error::other)?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    connection.abort();
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// Runs `xmllint` over a folder of recorded bodies, if Workday's schema is at hand.
fn check_schema(folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let shared = std::env::var_os("CONTRACT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let schema = shared.join("workday/Recruiting_v45.2.xsd");
    if !schema.exists() {
        eprintln!("notice: Workday's schema is not at hand, recorded bodies are not checked");
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    let checked = Command::new("xmllint")
        .args(["--noout", "--schema"])
        .arg(&schema)
        .args(&files)
        .output();
    match checked {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => eprintln!("notice: xmllint cannot be run: {error}"),
    }
}
