//! The table as it stands, read beside every client: no fault meets the read, and no call is counted.

use crate::dynamo::Dynamo;
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A row's attributes as plain JSON.
pub type Row = Map<String, Value>;

/// Who follows what is written to rows, if anybody does.
#[derive(Clone, Default)]
pub(crate) struct Follower(Arc<Mutex<Option<Following>>>);

/// What a row is told with: its partition and sort keys, and what it is now.
type Told = dyn Fn(&str, &str, Option<Row>) + Send + Sync;

/// Which sort keys are wanted, and how their rows are told.
#[derive(Clone)]
struct Following {
    wanted: fn(&str) -> bool,
    told: Arc<Told>,
}

impl Follower {
    pub(crate) fn set(&self, wanted: fn(&str) -> bool, told: impl Fn(&str, &str, Option<Row>) + Send + Sync + 'static) {
        let told = Arc::new(told);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Following { wanted, told });
    }

    /// Tells of the rows that a call wrote, as they are now.
    pub(crate) fn tell(&self, operation: &str, body: &[u8], dynamo: &Dynamo) {
        let follower = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(Following { wanted, told }) = follower else { return };
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        for (table, key) in written(operation, &request) {
            let part = |name: &str| {
                key.get(name)
                    .and_then(|part| part.get("S"))
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            if wanted(part("sk")) {
                let key = json!({ "pk": { "S": part("pk") }, "sk": { "S": part("sk") } });
                told(part("pk"), part("sk"), one(dynamo, table, &key));
            }
        }
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Follower").finish_non_exhaustive()
    }
}

/// The tables and keys of the rows that a call writes; a key may have the row's other attributes beside it.
fn written<'request>(operation: &str, request: &'request Value) -> Vec<(&'request Value, &'request Value)> {
    let single = |action: &'request Value| {
        let key = action.get("Key").or_else(|| action.get("Item"))?;
        Some((action.get("TableName")?, key))
    };
    if operation != "TransactWriteItems" {
        return single(request).into_iter().collect();
    }
    let items = request.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
    let actions = items.filter_map(|item| ["Put", "Update", "Delete"].iter().find_map(|kind| item.get(kind)));
    actions.filter_map(single).collect()
}

/// The row under a key.
fn one(dynamo: &Dynamo, table: &Value, key: &Value) -> Option<Row> {
    let wanted = json!({ "TableName": table, "Key": key, "ConsistentRead": true });
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
