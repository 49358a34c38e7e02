//! A server that records what it is asked and answers what the test says.

use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use heymilo::{ApiKey, Client, Wire};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tower::ServiceExt;
use url::Url;

/// A key as a customer would paste it.
pub(crate) const KEY: &str = "hm_example_key";

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path_and_query: String,
    pub(crate) api_key: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: String,
}

/// A scripted server and a client for it.
pub(crate) struct Stub {
    pub(crate) client: Client,
    seen: Arc<Mutex<Vec<Seen>>>,
}

#[derive(Clone)]
struct Script {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    delay: Duration,
    seen: Arc<Mutex<Vec<Seen>>>,
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let body = to_bytes(body, 1 << 20).await.unwrap();
    script.seen.lock().unwrap().push(Seen {
        method: parts.method.to_string(),
        path_and_query: parts.uri.to_string(),
        api_key: header("x-api-key").unwrap_or_default(),
        content_type: header("content-type"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    tokio::time::sleep(script.delay).await;
    let mut response = Response::builder().status(script.status);
    for (name, value) in script.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(script.body)).unwrap()
}

pub(crate) fn api_key() -> ApiKey {
    ApiKey::new(KEY.to_owned().into()).unwrap()
}

pub(crate) fn client(base_url: &str) -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().unwrap();
    });
    let http = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .read_timeout(Duration::from_millis(300))
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    Client::new(Wire::new(http.map_err(Into::into)), Url::parse(base_url).unwrap())
}

impl Stub {
    pub(crate) async fn start(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::start_with(status, Vec::new(), body, Duration::ZERO).await
    }

    pub(crate) async fn start_with(
        status: u16,
        headers: Vec<(&'static str, &'static str)>,
        body: impl Into<Vec<u8>>,
        delay: Duration,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script = Script {
            status,
            headers,
            body: body.into(),
            delay,
            seen: Arc::clone(&seen),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(script);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            client: client(&base_url),
            seen,
        }
    }

    /// The only request that arrived.
    pub(crate) fn seen(&self) -> Seen {
        let seen = self.seen.lock().unwrap();
        assert_eq!(seen.len(), 1, "the client never repeats a call");
        seen[0].clone()
    }
}

/// A server that reads a request, writes these bytes and closes the connection.
pub(crate) async fn raw(bytes: &'static [u8]) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            assert!(stream.read(&mut buffer).await.unwrap() > 0);
            stream.write_all(bytes).await.unwrap();
        }
    });
    client(&base_url)
}
