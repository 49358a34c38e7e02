//! A DynamoDB server on 127.0.0.1, in memory or in a file.
//!
//! It runs on a thread of its own: a test's single-threaded runtime is not blocked by the database, and ending that
//! runtime in the middle of everything, as crash tests do, does not end the database.

use dynoxide::Database;
use std::io;
use std::path::Path;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A running DynamoDB; it stops when dropped.
#[derive(Debug)]
pub struct Dynamo {
    /// Where the AWS SDK's DynamoDB client finds it.
    pub endpoint_url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Dynamo {
    /// An empty DynamoDB that forgets everything when it stops.
    pub fn in_memory() -> io::Result<Self> {
        Self::serve(Database::memory().map_err(io::Error::other)?)
    }

    /// A DynamoDB whose tables are kept in the file at `path`.
    pub fn at(path: &Path) -> io::Result<Self> {
        let path = path
            .to_str()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the database's path is not UTF-8"))?;
        Self::serve(Database::new(path).map_err(io::Error::other)?)
    }

    /// Stops the server and waits until the database is closed.
    pub fn stop(mut self) {
        self.end();
    }

    fn serve(database: Database) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let endpoint_url = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("dynamodb".into()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                // Not the graceful end: a kept-alive connection of a killed client would hold it up.
                tokio::select! {
                    () = dynoxide::server::serve_on(listener, database) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self {
            endpoint_url,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    fn end(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // The thread's own panic has been printed already; there is nothing left to close.
            drop(thread.join());
        }
    }
}

impl Drop for Dynamo {
    fn drop(&mut self) {
        self.end();
    }
}
