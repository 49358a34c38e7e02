//! One HTTP exchange with the Recruiting web service; what is sent and read is each operation's own matter.

use std::{convert::Infallible, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::stream;
use reqwest::{
    Body, Method,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::ExposeSecret;
use tower::ServiceExt;
use url::Url;

use crate::{
    answer,
    credential::Credential,
    endpoint::Endpoint,
    envelope,
    error::Error,
    operation::Operation,
    pace::Pace,
    xml::{Element, Writer},
};

const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");
/// Bytes taken from the network for one answer.
const MAX_RECEIVED: usize = 10 * 1024 * 1024;
/// The same for a list of attachments, whose file contents are dropped as they arrive.
const MAX_RECEIVED_WITH_FILES: usize = 200 * 1024 * 1024;
/// Bytes of a file that are encoded at a time: a multiple of three, so that the pieces join to one base64 text.
const FILE_PIECE: usize = 48 * 1024;

/// What requests are sent by: the network's HTTP client, or whatever answers in its place. It brings the connection
/// pool, TLS and the connect timeout, keeps each request's own timeout, and must not follow redirects.
pub type Wire = tower::util::BoxCloneSyncService<reqwest::Request, reqwest::Response, Box<dyn std::error::Error + Send + Sync>>;

/// The Recruiting web service of one customer.
#[derive(Clone, Debug)]
pub struct Client {
    wire: Wire,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    url: Url,
    version: String,
    pace: Option<Arc<dyn Pace>>,
}

/// A rendered request, ready to be sent.
pub(crate) struct Request {
    operation: Operation,
    before: String,
    after: String,
    file: Bytes,
}

impl Client {
    /// A client for one endpoint; each operation has its own total timeout.
    pub fn new(wire: Wire, endpoint: &Endpoint) -> Self {
        Self {
            wire,
            shared: Arc::new(Shared {
                url: endpoint.recruiting_url(),
                version: endpoint.version.clone(),
                pace: None,
            }),
        }
    }

    /// The same client with limits of the caller's, asked before each call.
    #[must_use]
    pub fn with_pace(self, pace: Arc<dyn Pace>) -> Self {
        let shared = Shared {
            url: self.shared.url.clone(),
            version: self.shared.version.clone(),
            pace: Some(pace),
        };
        Self {
            wire: self.wire,
            shared: Arc::new(shared),
        }
    }

    pub(crate) fn request(
        &self,
        credential: &Credential,
        operation: Operation,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Writer),
    ) -> Request {
        let version = &self.shared.version;
        let (before, after) = envelope::render(credential, version, &operation, attributes, content);
        Request {
            operation,
            before,
            after,
            file: Bytes::new(),
        }
    }

    /// Sends a request and returns the operation's response element.
    pub(crate) async fn send(&self, credential: &Credential, request: Request) -> Result<Element, Error> {
        self.exchange(credential, request, MAX_RECEIVED).await
    }

    /// The same for an answer that carries files.
    pub(crate) async fn send_for_files(&self, credential: &Credential, request: Request) -> Result<Element, Error> {
        self.exchange(credential, request, MAX_RECEIVED_WITH_FILES).await
    }

    #[tracing::instrument(
        level = "debug",
        name = "workday",
        skip_all,
        fields(operation = request.operation.name)
    )]
    async fn exchange(&self, credential: &Credential, request: Request, max_received: usize) -> Result<Element, Error> {
        let Some(pace) = &self.shared.pace else {
            return self.exchange_now(credential, request, max_received).await;
        };
        let operation = request.operation.name;
        let turn = pace.turn(operation).await;
        let slot = turn.map_err(|wait| Error::Throttled { retry_after: Some(wait) })?;
        let answer = self.exchange_now(credential, request, max_received).await;
        if let Some(pause) = answer.as_ref().err().and_then(Error::retry_after) {
            pace.hold(operation, pause).await;
        }
        pace.done(slot).await;
        answer
    }

    async fn exchange_now(&self, credential: &Credential, request: Request, max_received: usize) -> Result<Element, Error> {
        let operation = request.operation;
        let mut sent = reqwest::Request::new(Method::POST, self.shared.url.clone());
        *sent.timeout_mut() = Some(operation.timeout);
        *sent.headers_mut() = headers(credential, request.length())?;
        *sent.body_mut() = Some(request.into_body());
        let response = self.wire.clone().oneshot(sent).await.map_err(Error::sending)?;
        tracing::debug!(status = response.status().as_u16(), "Workday answered");
        answer::receive(response, &operation, max_received).await
    }
}

impl Request {
    /// The same request with the bytes of a file where the operation left room for them.
    pub(crate) fn with_file(self, file: Bytes) -> Self {
        Self { file, ..self }
    }

    fn length(&self) -> usize {
        let encoded = self.file.len().div_ceil(3).saturating_mul(4);
        self.before.len() + encoded + self.after.len()
    }

    /// The body in pieces: the file exists once, and one piece of it encoded.
    fn into_body(self) -> Body {
        if self.file.is_empty() {
            return Body::from(self.before + &self.after);
        }
        let mut rest = self.file;
        let file = std::iter::from_fn(move || {
            let piece = rest.split_to(rest.len().min(FILE_PIECE));
            (!piece.is_empty()).then(|| Bytes::from(BASE64_STANDARD.encode(piece)))
        });
        let pieces = std::iter::once(Bytes::from(self.before))
            .chain(file)
            .chain(std::iter::once(Bytes::from(self.after)));
        Body::wrap_stream(stream::iter(pieces.map(Ok::<_, Infallible>)))
    }
}

fn headers(credential: &Credential, length: usize) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8")),
        // The binding is document/literal and names no action.
        (SOAP_ACTION, HeaderValue::from_static("\"\"")),
        // Set by hand because a streamed body would otherwise go out chunked.
        (CONTENT_LENGTH, HeaderValue::from(length)),
    ]);
    if let Credential::Bearer(token) = credential {
        // A token that no header can carry is none that Workday issued.
        let mut value =
            HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_illegal_characters| Error::Unauthorized)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}
