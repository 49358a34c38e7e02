//! The SDK's HTTP client, without a network: it sends a request to the service it was signed for, and fails it where a test asked for that.

use crate::backlog::Backlog;
use crate::dynamo::{Dynamo, is_read};
use crate::fault::{Faults, Kind, Service, When};
use crate::mail_account::MailAccount;
use crate::mortality::{Side, list, pass};
use crate::outbox::{Outbox, refusal};
use crate::rows::Follower;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Notify;
use winterbaume_core::{MockRequest, MockResponse, MockService};
use winterbaume_secretsmanager::SecretsManagerService;
use winterbaume_sesv2::SesV2Service;
use winterbaume_sqs::SqsService;

/// Where SES is asked about the account.
const ACCOUNT: &str = "/v2/email/account";
/// Where SES is asked about one of its identities.
const IDENTITIES: &str = "/v2/email/identities/";

/// What answers in the process.
pub(crate) struct Services {
    pub(crate) dynamo: Dynamo,
    pub(crate) sqs: SqsService,
    pub(crate) ses: SesV2Service,
    pub(crate) secrets: Arc<SecretsManagerService>,
    pub(crate) region: String,
    pub(crate) outbox: Outbox,
    pub(crate) mail_account: MailAccount,
    pub(crate) faults: Faults,
    pub(crate) backlog: Backlog,
    /// Notified of each call that may have written to the table.
    pub(crate) table_changes: Arc<Notify>,
    pub(crate) follower: Follower,
}

impl fmt::Debug for Services {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Services")
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

/// The client; clones and connectors share the services.
#[derive(Debug, Clone)]
pub(crate) struct Router {
    services: Arc<Services>,
}

impl Router {
    pub(crate) fn new(services: Arc<Services>) -> Self {
        Self { services }
    }

    /// What the service answers that a request was signed for.
    pub(crate) async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let connector = Connector {
            services: Arc::clone(&self.services),
            sleep: None,
        };
        connector.call(request).await
    }
}

impl HttpClient for Router {
    fn http_connector(&self, _settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            services: Arc::clone(&self.services),
            sleep: components.sleep_impl(),
        })
    }
}

#[derive(Debug, Clone)]
struct Connector {
    services: Arc<Services>,
    /// The client's own.
    sleep: Option<SharedAsyncSleep>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(call) = Call::of(&request) else {
            return HttpConnectorFuture::ready(Err(user_error("the request is not signed for an embedded service")));
        };
        let (services, sleep) = (Arc::clone(&self.services), self.sleep.clone());
        HttpConnectorFuture::new(async move {
            // Over a network others would run meanwhile, and a caller may be gone before or after the effect.
            tokio::task::yield_now().await;
            list(|| format!("{:?} {}", call.service, call.operation));
            pass(Side::Before).await;
            let answer = match services.faults.next(call.service, &call.operation) {
                None => {
                    let answer = services.perform(&call, request).await;
                    tokio::task::yield_now().await;
                    answer
                }
                Some((_, Kind::Slow(time))) => {
                    let sleep = sleep.ok_or_else(|| user_error("the client has no way to sleep"))?;
                    sleep.sleep(time).await;
                    services.perform(&call, request).await
                }
                Some((When::BeforeEffect, kind)) => failure(call.service, kind).await,
                Some((When::AfterEffect, kind)) => {
                    services.perform(&call, request).await?;
                    failure(call.service, kind).await
                }
            };
            pass(Side::After).await;
            answer
        })
    }
}

/// Which operation of which service a request is.
#[derive(Debug)]
struct Call {
    service: Service,
    region: String,
    operation: String,
}

impl Call {
    fn of(request: &HttpRequest) -> Option<Self> {
        // `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …`
        let (_, credential) = request.headers().get("authorization")?.split_once("Credential=")?;
        let mut scope = credential.split(',').next()?.split('/').skip(2);
        let (region, name) = (scope.next()?, scope.next()?);
        let service = match name {
            "dynamodb" => Service::DynamoDb,
            "sqs" => Service::Sqs,
            "ses" => Service::Ses,
            "secretsmanager" => Service::SecretsManager,
            _ => return None,
        };
        let target = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
        let operation = match target {
            Some(operation) => operation.to_owned(),
            None if request.method() == "POST" && path(request) == "/v2/email/outbound-emails" => "SendEmail".to_owned(),
            None if request.method() == "GET" && path(request) == ACCOUNT => "GetAccount".to_owned(),
            None if request.method() == "GET" && path(request).starts_with(IDENTITIES) => "GetEmailIdentity".to_owned(),
            None => format!("{} {}", request.method(), path(request)),
        };
        Some(Self {
            service,
            region: region.to_owned(),
            operation,
        })
    }
}

impl Services {
    async fn perform(&self, call: &Call, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let answer = match call.service {
            Service::DynamoDb => return self.table(call, &request),
            Service::Sqs => self.queue(call, embedded(&request, "sqs", &call.region)).await,
            Service::SecretsManager => self.secrets.handle(embedded(&request, "secretsmanager", &call.region)).await,
            Service::Ses => self.mail(call, embedded(&request, "email", &call.region)).await?,
        };
        response(answer.status, &answer.headers, SdkBody::from(answer.body))
    }

    fn table(&self, call: &Call, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.body().bytes().unwrap_or_default();
        let (status, body) = self.dynamo.answer(&call.operation, request);
        self.faults.count_rows(rows_read(&call.operation, &body));
        if !is_read(&call.operation) {
            self.follower.tell(&call.operation, request, &self.dynamo);
            // Kept for the next who waits, if nobody does.
            self.table_changes.notify_one();
        }
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/x-amz-json-1.0"));
        response(status, &headers, SdkBody::from(body))
    }

    /// Makes a sender known, which the embedded SES takes as verified at once. Known already, it stays as it is.
    pub(crate) async fn verify_sender(&self, sender: &str) {
        let request = MockRequest {
            method: "POST".into(),
            uri: format!("https://email.{}.amazonaws.com/v2/email/identities", self.region),
            headers: HeaderMap::new(),
            body: json!({ "EmailIdentity": sender }).to_string().into(),
        };
        self.ses.handle(request).await;
    }

    async fn queue(&self, call: &Call, request: MockRequest) -> MockResponse {
        let body = request.body.clone();
        let answer = self.sqs.handle(request).await;
        if answer.status == 200 {
            self.backlog.note(&call.operation, &body, &answer.body);
        }
        answer
    }

    async fn mail(&self, call: &Call, request: MockRequest) -> Result<MockResponse, ConnectorError> {
        let content: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if let Some(reason) = refusal(&content) {
            tracing::warn!(reason, "SES refuses a mail");
            return Ok(winterbaume_core::rest_json_error(400, "BadRequestException", &reason));
        }
        let date = request.headers.get("x-amz-date").and_then(|date| date.to_str().ok());
        let date = date.unwrap_or_default().to_owned();
        let is_mail = call.operation == "SendEmail";
        if is_mail && let Some((status, code)) = self.mail_account.refusal(&self.outbox, &date) {
            return Ok(winterbaume_core::rest_json_error(status, code, "the account sends nothing now"));
        }
        let mut answer = self.ses.handle(request).await;
        let said = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
        match call.operation.as_str() {
            "GetAccount" => answer.body = self.mail_account.account(said.clone(), &self.outbox, &date).to_string().into(),
            "GetEmailIdentity" => answer.body = self.mail_account.identity(said.clone()).to_string().into(),
            _ => {}
        }
        if let Some(id) = said
            .get("MessageId")
            .and_then(Value::as_str)
            .filter(|_| is_mail && answer.status == 200)
        {
            let recorded = self.outbox.record(id.to_owned(), date, content);
            recorded.map_err(|error| ConnectorError::io(error.into()))?;
        }
        Ok(answer)
    }
}

/// How many rows a call read: what a query says it looked at, else the one that is asked for.
fn rows_read(operation: &str, answer: &str) -> usize {
    match operation {
        "GetItem" => 1,
        "Query" | "Scan" => {
            let looked_at = answer.split_once("\"ScannedCount\":").map_or("", |(_, rest)| rest.trim_start());
            let digits = looked_at.split(|character: char| !character.is_ascii_digit()).next();
            digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
        }
        _ => 0,
    }
}

/// The request as if it had gone to AWS: the embedded services tell the Region by the host's name.
fn embedded(request: &HttpRequest, host: &str, region: &str) -> MockRequest {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    MockRequest {
        method: request.method().to_owned(),
        uri: format!("https://{host}.{region}.amazonaws.com{}", path(request)),
        headers,
        body: request.body().bytes().map(|bytes| bytes.to_vec().into()).unwrap_or_default(),
    }
}

/// Path and query.
fn path(request: &HttpRequest) -> &str {
    let rest = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
    rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/")
}

async fn failure(service: Service, kind: Kind) -> Result<HttpResponse, ConnectorError> {
    match kind {
        Kind::Unavailable => error(503, "ServiceUnavailable"),
        Kind::Throttled if service == Service::Ses => error(429, "TooManyRequestsException"),
        Kind::Throttled => error(400, "ThrottlingException"),
        Kind::Refused(status, code) => error(status, code),
        Kind::Cancelled(reasons) => cancelled(reasons),
        Kind::TimesOut => Err(ConnectorError::timeout("planned by a test".into())),
        Kind::Disconnects => Err(ConnectorError::io("planned by a test".into())),
        Kind::Unreachable => Err(ConnectorError::io(
            std::io::Error::from(std::io::ErrorKind::ConnectionRefused).into(),
        )),
        // A slow call does not fail; it is performed before it comes here.
        Kind::Hangs | Kind::Slow(_) => std::future::pending().await,
    }
}

fn error(status: u16, code: &'static str) -> Result<HttpResponse, ConnectorError> {
    described(status, code, &json!({"__type": code, "message": "planned by a test"}))
}

fn cancelled(reasons: &[&str]) -> Result<HttpResponse, ConnectorError> {
    let code = "TransactionCanceledException";
    let reasons: Vec<Value> = reasons.iter().map(|reason| json!({"Code": reason})).collect();
    described(
        400,
        code,
        &json!({"__type": code, "Message": "planned by a test", "CancellationReasons": reasons}),
    )
}

fn described(status: u16, code: &'static str, body: &Value) -> Result<HttpResponse, ConnectorError> {
    let mut headers = HeaderMap::new();
    headers.insert("x-amzn-errortype", HeaderValue::from_static(code));
    response(status, &headers, SdkBody::from(body.to_string()))
}

fn response(status: u16, headers: &HeaderMap, body: SdkBody) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).map_err(|error| user_error(error.to_string()))?;
    let mut response = HttpResponse::new(status, body);
    for (name, value) in headers {
        if let Ok(value) = value.to_str() {
            response.headers_mut().insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    Ok(response)
}

fn user_error(problem: impl Into<String>) -> ConnectorError {
    ConnectorError::user(problem.into().into())
}
