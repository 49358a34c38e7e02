//! Accepts connections and hands their requests to the router. Own loop rather than the framework's,
//! because a planned fault must be able to close a connection without an answer.

use std::{io, net::SocketAddr};

use axum::{Router, body::Body, response::Response};
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tower::ServiceExt as _;

use crate::breakage::CloseConnection;

/// Listens and serves until the task is aborted; its connections end with it.
pub(crate) async fn start(listen: SocketAddr, router: Router) -> io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    Ok((address, tokio::spawn(accept(listener, router))))
}

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            accepted = listener.accept() => {
                // A failed accept concerns one caller only.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, router.clone()));
                }
            }
            // Reaps finished connections, so that the set does not grow.
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, router: Router) {
    // An error here is a caller that went away, or a connection closed on purpose.
    hyper::server::conn::http1::Builder::new()
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request: Request<Incoming>| answer(router.clone(), request.map(Body::new))),
        )
        .await
        .unwrap_or_default();
}

/// The router's answer, or the end of the connection where a planned fault closes it.
pub(crate) async fn answer(router: Router, request: Request<Body>) -> io::Result<Response> {
    let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
    if response.extensions().get::<CloseConnection>().is_some() {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    Ok(response)
}
