//! The table as it stands, read beside every client: no fault meets the read, and no call is counted.

use crate::dynamo::Dynamo;
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A row's attributes as plain JSON.
pub type Row = Map<String, Value>;

type Told = Arc<dyn Fn(&Row, &Row) + Send + Sync>;

/// Who is told of each update of single rows: the row before and after.
#[derive(Clone, Default)]
pub(crate) struct Watcher(Arc<Mutex<Option<Told>>>);

impl Watcher {
    pub(crate) fn set(&self, told: impl Fn(&Row, &Row) + Send + Sync + 'static) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(told));
    }

    /// Performs an operation on the table; who watches is told, if it is an update.
    pub(crate) fn watched(&self, operation: &str, body: &[u8], perform: impl FnOnce() -> (u16, String), dynamo: &Dynamo) -> (u16, String) {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(told) = told.filter(|_| operation == "UpdateItem") else {
            return perform();
        };
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let before = one(dynamo, &request);
        let answer = perform();
        if let (Some(before), Some(after)) = (before, one(dynamo, &request)) {
            told(&before, &after);
        }
        answer
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watcher").finish_non_exhaustive()
    }
}

/// The row that a request names.
fn one(dynamo: &Dynamo, request: &Value) -> Option<Row> {
    let wanted = json!({ "TableName": request.get("TableName")?, "Key": request.get("Key")?, "ConsistentRead": true });
    let (_status, answer) = dynamo.answer("GetItem", wanted.to_string().as_bytes());
    let mut answer: Value = serde_json::from_str(&answer).ok()?;
    plain_row(answer.get_mut("Item")?.take())
}

/// Every row of a table.
pub(crate) fn all(dynamo: &Dynamo, table: &str) -> Vec<Row> {
    let (mut rows, mut start) = (Vec::new(), None);
    loop {
        let mut request = json!({ "TableName": table, "ConsistentRead": true });
        if let (Some(start), Some(fields)) = (start.take(), request.as_object_mut()) {
            fields.insert("ExclusiveStartKey".to_owned(), start);
        }
        let (_status, answer) = dynamo.answer("Scan", request.to_string().as_bytes());
        let mut answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        let items = answer.get_mut("Items").and_then(Value::as_array_mut).map(std::mem::take);
        rows.extend(items.unwrap_or_default().into_iter().filter_map(plain_row));
        start = answer.get_mut("LastEvaluatedKey").map(Value::take).filter(Value::is_object);
        if start.is_none() {
            return rows;
        }
    }
}

fn plain_row(item: Value) -> Option<Row> {
    let Value::Object(attributes) = item else { return None };
    Some(attributes.into_iter().map(|(name, value)| (name, plain(value))).collect())
}

/// `{"S": "a"}` is `"a"`: what the type says is what JSON says anyway.
fn plain(typed: Value) -> Value {
    let Value::Object(typed) = typed else { return typed };
    let Some((kind, value)) = typed.into_iter().next() else {
        return Value::Null;
    };
    match (kind.as_str(), value) {
        ("N", Value::String(number)) => serde_json::from_str(&number).unwrap_or(Value::String(number)),
        ("M", Value::Object(fields)) => fields.into_iter().map(|(name, value)| (name, plain(value))).collect(),
        ("L", Value::Array(items)) => items.into_iter().map(plain).collect(),
        ("NULL", _) => Value::Null,
        (_, value) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_as_plain_json() {
        let dynamo = Dynamo::in_memory().unwrap();
        let table = br#"{"TableName": "table", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}"#;
        let item = br#"{"TableName": "table", "Item": {"pk": {"S": "A"}, "work": {"M": {"kind": {"S": "poll"}, "tries": {"N": "7"}}},
            "nothing": {"NULL": true}, "some": {"L": [{"BOOL": true}]}}}"#;
        assert_eq!(dynamo.answer("CreateTable", table).0, 200);
        assert_eq!(dynamo.answer("PutItem", item).0, 200);
        let expected = json!({"pk": "A", "work": {"kind": "poll", "tries": 7}, "nothing": null, "some": [true]});
        assert_eq!(json!(all(&dynamo, "table")), json!([expected]));
    }
}
