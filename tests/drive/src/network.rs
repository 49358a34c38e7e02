//! How a browser's requests reach whoever answers: over sockets, or by a call in the same process.

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// What a browser asks.
pub type Question = Request<Bytes>;
/// What it is answered.
pub type Answer = Response<Bytes>;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Where a browser's requests go.
pub trait Network: fmt::Debug + Send + Sync {
    /// One request and its answer, redirects not followed. The error is why there is none.
    fn send(&self, question: Question) -> BoxFuture<'_, Result<Answer, String>>;
}

/// The real network: sockets, TLS, and no proxy between this machine and itself.
#[derive(Debug, Clone)]
pub struct Sockets(reqwest::Client);

impl Sockets {
    /// A client with connections of its own.
    pub fn new() -> io::Result<Self> {
        let roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        // The provider is named: a build that links a second one has no default to derive.
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .build();
        client.map(Self).map_err(io::Error::other)
    }
}

impl Network for Sockets {
    fn send(&self, question: Question) -> BoxFuture<'_, Result<Answer, String>> {
        Box::pin(async move {
            let failed = |error: reqwest::Error| error.without_url().to_string();
            let question = reqwest::Request::try_from(question).map_err(failed)?;
            let mut response = self.0.execute(question).await.map_err(failed)?;
            let mut answer = Response::builder().status(response.status());
            if let Some(headers) = answer.headers_mut() {
                headers.extend(response.headers_mut().drain());
            }
            answer
                .body(response.bytes().await.map_err(failed)?)
                .map_err(|error| error.to_string())
        })
    }
}

/// The value of an `Authorization` header that names a user and a password.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", data_encoding::BASE64.encode(format!("{user}:{password}").as_bytes()))
}

/// No network: a handler in the same process answers.
pub struct InProcess<Handler>(Handler);

impl<Handler> InProcess<Handler> {
    /// Everything goes to this handler.
    pub fn new(handler: Handler) -> Self {
        Self(handler)
    }
}

impl<Handler> fmt::Debug for InProcess<Handler> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InProcess")
    }
}

impl<Handler, Work> Network for InProcess<Handler>
where
    Handler: Fn(Question) -> Work + Send + Sync,
    Work: Future<Output = Answer> + Send + 'static,
{
    fn send(&self, question: Question) -> BoxFuture<'_, Result<Answer, String>> {
        let work = (self.0)(question);
        Box::pin(async move { Ok(work.await) })
    }
}
