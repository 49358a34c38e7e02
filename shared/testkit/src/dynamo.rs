//! DynamoDB on an embedded database, in memory or in a file, called in the process.
//!
//! A call is done when it returns: ending a runtime in the middle of everything, as crash tests do, leaves no half of one.

use crate::unused::Unused;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::io;
use std::path::Path;

/// The database; it closes with its last clone.
#[derive(Clone)]
pub(crate) struct Dynamo {
    database: Database,
    unused: Unused,
}

impl Dynamo {
    /// An empty DynamoDB that forgets everything when it is dropped.
    pub(crate) fn in_memory() -> io::Result<Self> {
        Database::memory().map(Self::over).map_err(io::Error::other)
    }

    /// A DynamoDB whose tables are kept in the file at `path`.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let path = path
            .to_str()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the database's path is not UTF-8"))?;
        Database::new(path).map(Self::over).map_err(io::Error::other)
    }

    fn over(database: Database) -> Self {
        Self {
            database,
            unused: Unused::default(),
        }
    }

    /// Status and body of an operation's answer.
    pub(crate) fn answer(&self, operation: &str, body: &[u8]) -> (u16, String) {
        if operation == "Query" {
            return self.query(body);
        }
        let answer = self.ask(operation, body);
        if !is_read(operation) {
            self.unused.forget(body);
        }
        answer
    }

    fn query(&self, body: &[u8]) -> (u16, String) {
        if let Some(nothing) = self.unused.answer(body) {
            return (200, nothing.to_owned());
        }
        let (status, answer) = self.ask("Query", body);
        self.unused.learn(body, &answer, |partition| self.ask("Query", partition).1);
        (status, answer)
    }

    fn ask(&self, operation: &str, body: &[u8]) -> (u16, String) {
        match self.perform(operation, body) {
            Ok(answer) => (200, answer),
            Err(error) => (error.status_code(), error.to_json()),
        }
    }

    /// The operations that the bundle, its tests and its tools call.
    fn perform(&self, operation: &str, body: &[u8]) -> Result<String, DynoxideError> {
        let database = &self.database;
        match operation {
            "BatchGetItem" => call(body, |request| database.batch_get_item(request)),
            "BatchWriteItem" => call(body, |request| database.batch_write_item(request)),
            "CreateTable" => call(body, |request| database.create_table(request)),
            "DeleteItem" => call(body, |request| database.delete_item(request)),
            "DescribeTable" => call(body, |request| database.describe_table(request)),
            "GetItem" => call(body, |request| database.get_item(request)),
            "PutItem" => call(body, |request| database.put_item(request)),
            "Query" => call(body, |request| database.query(request)),
            "Scan" => call(body, |request| database.scan(request)),
            "TransactGetItems" => call(body, |request| database.transact_get_items(request)),
            "TransactWriteItems" => call(body, |request| database.transact_write_items(request)),
            "UpdateItem" => call(body, |request| database.update_item(request)),
            "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
            _ => Err(DynoxideError::ValidationException(format!("{operation} is not embedded"))),
        }
    }
}

/// Whether an operation leaves the rows as they are.
pub(crate) fn is_read(operation: &str) -> bool {
    matches!(operation, "BatchGetItem" | "GetItem" | "Query" | "Scan" | "TransactGetItems")
}

fn call<Request: DeserializeOwned, Answer: Serialize>(
    body: &[u8],
    perform: impl FnOnce(Request) -> Result<Answer, DynoxideError>,
) -> Result<String, DynoxideError> {
    let unreadable = |error: serde_json::Error| DynoxideError::SerializationException(error.to_string());
    let answer = perform(serde_json::from_slice(body).map_err(unreadable)?)?;
    serde_json::to_string(&answer).map_err(unreadable)
}

impl fmt::Debug for Dynamo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Dynamo").finish_non_exhaustive()
    }
}
