//! Reading and writing single rows: typed bodies in native attributes, consistent reads, the workspace check.

use crate::error::took_place;
use crate::key::{Key, prefix_of_settings};
use crate::{Store, StoreError};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::WorkspaceId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

pub(crate) type Item = HashMap<String, AttributeValue>;

impl Key {
    pub(crate) fn attributes(&self) -> Item {
        HashMap::from([("pk".to_owned(), text(&self.pk)), ("sk".to_owned(), text(&self.sk))])
    }
}

pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(crate) fn number<N: ToString + Copy>(value: N) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A part of a row that has parts of its own, as one attribute.
pub(crate) fn attribute(value: &impl Serialize, expected: &'static str) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(|error| StoreError::corrupt("a part of it", expected, error))
}

/// The row of `body` under `key`, as DynamoDB attributes.
pub(crate) fn item(key: &Key, body: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(body).map_err(|error| StoreError::corrupt(&key.sk, "a row", error))?;
    item.extend(key.attributes());
    Ok(item)
}

/// The row of what people set: `whole` without what workers notice of it, which is a row of its own.
pub(crate) fn settings_item(key: &Key, whole: &impl Serialize, standing: &impl Serialize) -> Result<Item, StoreError> {
    let mut settings = item(key, whole)?;
    let standing: Item = serde_dynamo::to_item(standing).map_err(|error| StoreError::corrupt(&key.sk, "a row", error))?;
    settings.retain(|attribute, _| !standing.contains_key(attribute));
    Ok(settings)
}

/// The typed body of a loaded row.
pub(crate) fn body<T: DeserializeOwned>(item: Item, expected: &'static str) -> Result<T, StoreError> {
    let row = match item.get("sk") {
        Some(AttributeValue::S(sort_key)) => sort_key.clone(),
        Some(_) | None => String::from("without sort key"),
    };
    serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt(&row, expected, error))
}

/// Refuses a row whose stored workspace is not the one the caller works for.
pub(crate) fn same_workspace(expected: &WorkspaceId, found: &WorkspaceId) -> Result<(), StoreError> {
    if expected == found {
        Ok(())
    } else {
        Err(StoreError::ForeignWorkspace)
    }
}

impl Store {
    pub(crate) async fn read<T: DeserializeOwned>(&self, key: &Key, expected: &'static str) -> Result<Option<T>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .send()
            .await?;
        answer.item.map(|item| body(item, expected)).transpose()
    }

    /// Puts the row unless one is there; `false` when one was.
    pub(crate) async fn put_new(&self, key: &Key, value: &impl Serialize) -> Result<bool, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(key, value)?))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        took_place(put)
    }

    /// All rows of a partition whose sort key starts with `prefix`, consistently, all pages.
    pub(crate) async fn query<T: DeserializeOwned>(&self, pk: &str, prefix: &str, expected: &'static str) -> Result<Vec<T>, StoreError> {
        let rows = self.items(pk, prefix).await?;
        rows.into_iter().map(|row| body(row, expected)).collect()
    }

    pub(crate) fn rows_of(&self, pk: &str, prefix: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix))
    }

    /// The first of them.
    pub(crate) async fn query_first<T: DeserializeOwned>(
        &self,
        pk: &str,
        prefix: &str,
        expected: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let answer = self.rows_of(pk, prefix).limit(1).send().await?;
        let first = answer.items.unwrap_or_default().into_iter().next();
        first.map(|row| body(row, expected)).transpose()
    }

    /// The same for what is kept in two rows: what people set, and what workers notice of it.
    pub(crate) async fn joined<T: DeserializeOwned>(&self, pk: &str, prefix: &str, expected: &'static str) -> Result<Vec<T>, StoreError> {
        let mut whole: Vec<(String, Item)> = Vec::new();
        for row in self.items(pk, prefix).await? {
            let sort_key = row.get("sk").and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
            if let Some(prefix) = prefix_of_settings(&sort_key) {
                whole.push((prefix.to_owned(), row));
            } else if let Some((prefix, settings)) = whole.last_mut()
                && sort_key.starts_with(prefix.as_str())
            {
                settings.extend(row);
            }
        }
        whole.into_iter().map(|(_, row)| body(row, expected)).collect()
    }

    pub(crate) async fn items(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, StoreError> {
        let mut rows = Vec::new();
        let mut start = None;
        loop {
            let answer = self.rows_of(pk, prefix).set_exclusive_start_key(start).send().await?;
            rows.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(rows);
            }
        }
    }
}
