//! A small OIDC issuer: three people of a company, who sign in by pressing their button. Strict where a careless client
//! would show: client, redirection URI, PKCE and the single use of a code are checked. It shares no code with the client.
//!
//! `POST /__stand-in/settings` changes what it says of its people and breaks it on purpose: see [`Settings`].

mod page;
mod token;

use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use token::Signer;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The client that is registered here.
pub const CLIENT_ID: &str = "heymilo-for-workday";
/// Its secret.
pub const CLIENT_SECRET: &str = "local-client-secret";
/// The people, each named like their role.
pub const PEOPLE: [&str; 3] = ["owner", "admin", "viewer"];

/// What can be changed while it runs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Claims of whoever signs in next, over those that people have; null takes one away.
    pub claims: Map<String, Value>,
    /// Every answer but the settings' is 503.
    pub down: bool,
    /// The answer that the browser brings back names another issuer.
    pub answers_as_another: bool,
}

/// A code that was given out, once.
#[derive(Debug, Clone)]
struct Code {
    redirect_uri: String,
    challenge: String,
    nonce: String,
    person: String,
}

/// Seconds since the epoch, by the caller's clock.
type Now = Box<dyn Fn() -> i64 + Send + Sync>;

struct Company {
    url: String,
    /// The workspace that its people's claims name.
    workspace: String,
    signer: Signer,
    now: Now,
    settings: Mutex<Settings>,
    codes: Mutex<BTreeMap<String, Code>>,
}

impl Company {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn codes(&self) -> MutexGuard<'_, BTreeMap<String, Code>> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running issuer.
#[derive(Debug)]
pub struct Running {
    /// Its address, which is its name as an issuer.
    pub url: String,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts an issuer whose people belong to a workspace; `now` tells it the time in seconds since the epoch.
pub async fn start(listen: SocketAddr, workspace: &str, now: impl Fn() -> i64 + Send + Sync + 'static) -> io::Result<Running> {
    let listener = TcpListener::bind(listen).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let signer = Signer::new().ok_or_else(|| io::Error::other("no key can be made"))?;
    let company = Company {
        url: url.clone(),
        workspace: workspace.to_owned(),
        signer,
        now: Box::new(now),
        settings: Mutex::default(),
        codes: Mutex::default(),
    };
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(page::configuration))
        .route("/authorize", get(page::people).post(page::choose))
        .route("/token", post(token::serve))
        .route("/keys", get(token::keys))
        .route("/__stand-in/settings", post(page::set))
        .with_state(Arc::new(company));
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap_or_default() });
    Ok(Running { url, task })
}
