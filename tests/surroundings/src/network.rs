//! Hosts in this process and their names, so that the whole product runs without a socket: where a test takes away the
//! wall clock, nothing may wait for anything that this process does not do itself.

use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{HeaderValue, Request, Response};
use domain::Moment;
use futures::StreamExt;
use futures::future::BoxFuture;
use lambda_kit::Clock;
use lambda_kit::outbound::Wire;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use testkit::{Side, list, pass};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

/// A host: a request in, its answer out, or a connection that broke.
pub type Host = BoxCloneSyncService<Request<Body>, Response<Body>, io::Error>;

/// A host of which every request meets a router.
pub fn routed(router: axum::Router) -> Host {
    Host::new(ServiceExt::<Request<Body>>::map_err(router, |never: Infallible| match never {}))
}

/// The hosts by name and port. Clones are the same network.
#[derive(Debug, Clone)]
pub struct Network {
    clock: Clock,
    hosts: Arc<Mutex<BTreeMap<String, Host>>>,
}

impl Network {
    /// A network without hosts, whose time-outs go by `clock`.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            hosts: Arc::default(),
        }
    }

    /// The time of everything in it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// From now on `host` answers to that name and port.
    pub fn join(&self, name: impl Into<String>, host: Host) {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(name.into(), host);
    }

    /// Sends a request to the host that its address names.
    pub async fn send(&self, mut request: Request<Body>) -> io::Result<Response<Body>> {
        let name = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let host = self.hosts.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let host = host.ok_or(io::ErrorKind::ConnectionRefused)?;
        if let Ok(value) = HeaderValue::try_from(name) {
            request.headers_mut().entry(HOST).or_insert(value);
        }
        if let Some(target) = request.uri().path_and_query().cloned() {
            *request.uri_mut() = target.into();
        }
        host.oneshot(request).await
    }

    /// What a host of the network sends by.
    pub fn outbound(&self) -> Host {
        let network = self.clone();
        Host::new(tower::service_fn(move |request| {
            let network = network.clone();
            async move { network.send(request).await }
        }))
    }

    /// What the vendors' clients send by.
    pub fn wire(&self) -> Wire {
        let network = self.clone();
        Wire::new(tower::service_fn(move |request| {
            let network = network.clone();
            async move {
                list(|| called(&request));
                pass(Side::Before).await;
                let answer = network.carry(request).await;
                pass(Side::After).await;
                answer
            }
        }))
    }

    /// As the HTTP client would: its time-out counts until the last byte of the answer.
    async fn carry(&self, request: reqwest::Request) -> Result<reqwest::Response, Box<dyn Error + Send + Sync>> {
        let ends_at = request.timeout().map(|limit| self.clock.now().plus(*limit));
        let request = Request::<reqwest::Body>::try_from(request)?.map(Body::new);
        let (head, body) = self.until(ends_at, self.send(request)).await??.into_parts();
        let (mut pieces, mut body) = (Vec::new(), body.into_data_stream());
        loop {
            match self.until(ends_at, body.next()).await {
                Ok(None) => break,
                Ok(Some(Ok(piece))) => pieces.push(Ok(piece)),
                Ok(Some(Err(broken))) => {
                    pieces.push(Err(io::Error::other(broken)));
                    break;
                }
                Err(late) => {
                    pieces.push(Err(late));
                    break;
                }
            }
        }
        let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
        Ok(Response::from_parts(head, body).into())
    }

    async fn until<T>(&self, ends_at: Option<Moment>, work: impl Future<Output = T>) -> io::Result<T> {
        let Some(ends_at) = ends_at else { return Ok(work.await) };
        let left = ends_at.since(self.clock.now());
        let outcome = self.clock.timeout(left, work).await;
        outcome.map_err(|late| io::Error::new(io::ErrorKind::TimedOut, late))
    }
}

/// The network's time, as the stand-ins take it.
pub(crate) struct Time(pub(crate) Clock);

impl Time {
    fn since_epoch(&self) -> Duration {
        self.0.now().since(Moment(0))
    }

    fn wait(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.0.clone();
        Box::pin(async move { clock.sleep(duration).await })
    }
}

impl workday_stand_in::Time for Time {
    fn now(&self) -> Duration {
        self.since_epoch()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.wait(duration)
    }
}

impl heymilo_stand_in::Time for Time {
    fn now(&self) -> Duration {
        self.since_epoch()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.wait(duration)
    }
}

/// A vendor's operation: what a SOAP body asks for, else the method and the path's words without its ids.
fn called(request: &reqwest::Request) -> String {
    let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
    let asked = String::from_utf8_lossy(body);
    if let Some((before, _)) = asked.split_once("_Request ").or_else(|| asked.split_once("_Request>")) {
        let operation = before.rsplit(['<', ':']).next().unwrap_or_default();
        return format!("Workday {operation}");
    }
    let is_word = |part: &&str| {
        !part.is_empty()
            && part
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '-' || letter == '_')
    };
    let words: Vec<&str> = request.url().path().split('/').filter(is_word).collect();
    format!("{} {}", request.method(), words.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> reqwest::Request {
        let mut request = reqwest::Request::new(reqwest::Method::GET, "http://vendor.example.com/a?b=1".parse().unwrap());
        *request.timeout_mut() = Some(Duration::from_secs(20));
        request
    }

    /// Where the host's answer begins after `head` and ends after `body` more.
    fn network(head: u64, body: u64) -> Network {
        let network = Network::new(Clock::manual(Moment(0)));
        let clock = network.clock.clone();
        let router = axum::Router::new().fallback(move |request: Request<Body>| {
            let clock = clock.clone();
            async move {
                let said = format!("{} {}", request.headers()[HOST].to_str().unwrap(), request.uri());
                clock.sleep(Duration::from_secs(head)).await;
                let pieces = futures::stream::once(async move {
                    clock.sleep(Duration::from_secs(body)).await;
                    Ok::<_, Infallible>(said)
                });
                Body::from_stream(pieces)
            }
        });
        network.join("vendor.example.com", routed(router));
        network
    }

    fn sent(network: &Network) -> Result<String, Box<dyn Error + Send + Sync>> {
        let exchange = async { Ok(network.carry(request()).await?.text().await?) };
        network.clock.run(exchange).unwrap()
    }

    #[test]
    fn a_request_reaches_the_host_that_its_address_names() {
        assert_eq!(sent(&network(5, 14)).unwrap(), "vendor.example.com /a?b=1");
        let refused = sent(&Network::new(Clock::manual(Moment(0)))).unwrap_err();
        let refused = refused.downcast::<io::Error>().unwrap();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn a_time_out_counts_until_the_last_byte() {
        let late = sent(&network(21, 0)).unwrap_err().downcast::<io::Error>().unwrap();
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        let late = sent(&network(10, 11)).unwrap_err().downcast::<reqwest::Error>().unwrap();
        assert!(late.is_timeout(), "{late:?}");
    }
}
