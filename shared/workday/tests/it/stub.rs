//! A server that records one request after the other and gives the answer it was told to give.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tower::ServiceExt;
use url::Url;
use workday::{Client, Credential, Endpoint, Wire};

/// A request as it arrived.
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

type Answer = Arc<dyn Fn() -> Response + Send + Sync>;

/// The server; it stops with the test's runtime.
pub(crate) struct Stub {
    pub(crate) url: Url,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Stub {
    /// Answers every request with a status, headers and a body.
    pub(crate) async fn answering(status: u16, headers: &'static [(&'static str, &'static str)], body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self::with(move || {
            let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            response.body(Body::from(body.clone())).unwrap()
        })
        .await
    }

    /// Answers every request as the closure says.
    pub(crate) async fn with(answer: impl Fn() -> Response + Send + Sync + 'static) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let state: (Arc<Mutex<Vec<Received>>>, Answer) = (received.clone(), Arc::new(answer));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new().fallback(record).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, received }
    }

    /// The only request.
    pub(crate) fn received(&self) -> Received {
        let mut received = self.received.lock().unwrap();
        assert_eq!(received.len(), 1, "requests");
        received.remove(0)
    }

    pub(crate) fn was_asked(&self) -> bool {
        !self.received.lock().unwrap().is_empty()
    }

    pub(crate) fn client(&self) -> Client {
        client(self.url.clone())
    }
}

async fn record(State((received, answer)): State<(Arc<Mutex<Vec<Received>>>, Answer)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    received.lock().unwrap().push(Received {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers: parts.headers,
        body,
    });
    answer()
}

/// A server that reads some of a request, sends the given bytes and hangs up.
pub(crate) async fn hanging_up_after(bytes: &'static [u8]) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(connection.read(&mut request).await.unwrap() > 0);
        connection.write_all(bytes).await.unwrap();
        connection.shutdown().await.unwrap();
    });
    url
}

/// A server that takes connections and never answers. The listener must live as long as the test.
pub(crate) async fn silent() -> (Url, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (format!("http://{}", listener.local_addr().unwrap()).parse().unwrap(), listener)
}

pub(crate) fn http() -> Wire {
    // Installed by whichever test of the process comes first; the others find it there.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    Wire::new(client.map_err(Into::into))
}

pub(crate) fn client(services_url: Url) -> Client {
    let endpoint = Endpoint {
        services_url,
        tenant: "acme".into(),
        version: "v45.2".into(),
    };
    Client::new(http(), &endpoint)
}

pub(crate) fn bearer() -> Credential {
    Credential::Bearer("canary-token".into())
}

/// An envelope around the content of a body, under the prefixes that Workday itself uses.
pub(crate) fn envelope(content: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <env:Body>{content}</env:Body></env:Envelope>"
    )
}
