//! Partitions of an index that are known to have no row: a schedule that finds nothing due asks for little else, and the
//! database takes a third of a millisecond to say so.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a query is answered that finds nothing.
const NOTHING: &str = r#"{"Items":[],"Count":0,"ScannedCount":0}"#;

/// Queries for such partitions, each with the attribute that a write names which may bring a row there. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unused(Arc<Mutex<BTreeMap<Vec<u8>, String>>>);

impl Unused {
    /// The answer to a query, where its whole partition is known to have no row.
    pub(crate) fn answer(&self, query: &[u8]) -> Option<&'static str> {
        self.queries().contains_key(query).then_some(NOTHING)
    }

    /// Learns from a query that was answered with nothing. `ask` asks the database whether the whole partition is so.
    pub(crate) fn learn(&self, query: &[u8], answer: &str, ask: impl FnOnce(&[u8]) -> String) {
        if answer != NOTHING {
            return;
        }
        let Some((attribute, partition)) = partition(query) else { return };
        // Held while the database is asked: whoever writes meanwhile is heard after this is known.
        let mut queries = self.queries();
        if ask(partition.to_string().as_bytes()) == NOTHING {
            queries.insert(query.to_vec(), attribute);
        }
    }

    /// A write was done: a row came to a partition only if it names the attribute.
    pub(crate) fn forget(&self, write: &[u8]) {
        let write = String::from_utf8_lossy(write);
        self.queries().retain(|_query, attribute| !write.contains(attribute.as_str()));
    }

    fn queries(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The attribute by which a query names its partition of an index, and the query for all of that partition.
fn partition(query: &[u8]) -> Option<(String, Value)> {
    let query: Value = serde_json::from_slice(query).ok()?;
    let condition = query.get("KeyConditionExpression")?.as_str()?;
    let condition = condition.split(" AND ").next()?;
    // A write may name the attribute by another placeholder.
    let (attribute, value) = condition.split_once(" = ").filter(|(attribute, _)| !attribute.starts_with('#'))?;
    let whole = json!({
        "TableName": query.get("TableName")?,
        "IndexName": query.get("IndexName")?,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": { value: query.get("ExpressionAttributeValues")?.get(value)? },
    });
    Some((attribute.to_owned(), whole))
}

#[cfg(test)]
mod tests {
    use super::NOTHING;
    use crate::dynamo::Dynamo;

    const TABLE: &str = r#"{"TableName": "table", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "lane", "AttributeType": "S"},
            {"AttributeName": "place", "AttributeType": "S"}],
        "GlobalSecondaryIndexes": [{"IndexName": "due", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "lane", "KeyType": "HASH"}, {"AttributeName": "place", "KeyType": "RANGE"}]}]}"#;
    const UNTIL_FIVE: &str = r#"{"TableName": "table", "IndexName": "due", "KeyConditionExpression": "lane = :lane AND place <= :until",
        "ExpressionAttributeValues": {":lane": {"S": "1"}, ":until": {"S": "5"}}}"#;

    fn check(dynamo: &Dynamo, rows: usize) {
        for again in 0..2 {
            let (status, found) = dynamo.answer("Query", UNTIL_FIVE.as_bytes());
            assert_eq!(found == NOTHING, rows == 0, "{again}: {found}");
            assert!(status == 200 && found.contains(&format!("\"Count\":{rows}")), "{again}: {found}");
        }
    }

    #[test]
    fn whatever_was_found_empty_shows_the_row_that_comes_or_moves_there() {
        let dynamo = Dynamo::in_memory().unwrap();
        let call = |operation: &str, body: &str| assert_eq!(dynamo.answer(operation, body.as_bytes()).0, 200);
        call("CreateTable", TABLE);
        check(&dynamo, 0);
        call(
            "PutItem",
            r#"{"TableName": "table", "Item": {"pk": {"S": "A"}, "lane": {"S": "1"}, "place": {"S": "7"}}}"#,
        );
        check(&dynamo, 0);
        let key = r#""TableName": "table", "Key": {"pk": {"S": "A"}}"#;
        let values = r#""ExpressionAttributeValues": {":place": {"S": "3"}}"#;
        call(
            "UpdateItem",
            &format!(r#"{{{key}, "UpdateExpression": "SET place = :place", {values}}}"#),
        );
        check(&dynamo, 1);
        call("DeleteItem", &format!("{{{key}}}"));
        check(&dynamo, 0);
        call(
            "PutItem",
            r#"{"TableName": "table", "Item": {"pk": {"S": "B"}, "lane": {"S": "1"}, "place": {"S": "4"}}}"#,
        );
        check(&dynamo, 1);
    }
}
