//! The way webhooks go out: the network, or a host in the process.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

/// A server in this process: a request in, its answer out, or a connection that broke.
pub type Host = BoxCloneSyncService<Request<Body>, Response<Body>, io::Error>;

const TIMEOUT: Duration = Duration::from_secs(5);
/// More than the network's own time-out, which says why; a host in the process has none.
pub(crate) const PATIENCE: Duration = Duration::from_secs(6);

/// Who carries a webhook.
#[derive(Debug)]
pub(crate) enum Outbound {
    Network(reqwest::Client),
    Within(Host),
}

impl Outbound {
    /// Webhooks go out directly, never through a proxy of the environment.
    pub(crate) fn network() -> io::Result<Self> {
        // Another part of the process may have installed the same provider already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let builder = reqwest::Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            .user_agent("heymilo-stand-in");
        let client = builder.redirect(reqwest::redirect::Policy::none()).build();
        Ok(Self::Network(client.map_err(io::Error::other)?))
    }

    /// The receiver's status, or why there is none.
    pub(crate) async fn post(&self, url: &str, body: String) -> Result<u16, &'static str> {
        match self {
            Self::Network(client) => {
                let request = client.post(url).header("content-type", "application/json").body(body);
                match request.send().await {
                    Ok(response) => Ok(response.status().as_u16()),
                    Err(error) if error.is_timeout() => Err("no answer in time"),
                    Err(_) => Err("no connection"),
                }
            }
            Self::Within(host) => {
                let request = Request::post(url).header("content-type", "application/json").body(Body::from(body));
                let request = request.map_err(|_not_an_address| "no connection")?;
                let response = host.clone().oneshot(request).await.map_err(|_broken| "no connection")?;
                Ok(response.status().as_u16())
            }
        }
    }
}
