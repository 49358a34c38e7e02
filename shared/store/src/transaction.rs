//! Several rows in one `TransactWriteItems`: all of them or none.

use crate::key::Key;
use crate::row::{Item, item};
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use serde::Serialize;

/// A set of changes that happen together or not at all. At most 100 rows (DynamoDB's limit).
#[derive(Debug, Default)]
#[must_use = "a transaction does nothing until it is committed"]
pub struct Transaction {
    writes: Vec<TransactWriteItem>,
}

impl Transaction {
    pub(crate) fn put(&mut self, table: &str, key: &Key, value: &impl Serialize) -> Result<(), StoreError> {
        self.put_item(table, item(key, value)?, None, &[])
    }

    pub(crate) fn put_new(&mut self, table: &str, key: &Key, value: &impl Serialize) -> Result<(), StoreError> {
        self.put_item(table, item(key, value)?, Some("attribute_not_exists(pk)"), &[])
    }

    pub(crate) fn put_item(
        &mut self,
        table: &str,
        item: Item,
        condition: Option<&str>,
        values: &[(&str, AttributeValue)],
    ) -> Result<(), StoreError> {
        let mut put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .set_condition_expression(condition.map(str::to_owned));
        for (name, value) in values {
            put = put.expression_attribute_values(*name, value.clone());
        }
        let put = put.build().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        self.writes.push(TransactWriteItem::builder().put(put).build());
        Ok(())
    }

    pub(crate) fn delete(&mut self, table: &str, key: &Key) -> Result<(), StoreError> {
        let delete = Delete::builder().table_name(table).set_key(Some(key.attributes())).build();
        let delete = delete.map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        self.writes.push(TransactWriteItem::builder().delete(delete).build());
        Ok(())
    }

    pub(crate) fn update(&mut self, table: &str, key: &Key, expression: &str, values: &[(&str, AttributeValue)]) -> Result<(), StoreError> {
        let mut update = Update::builder()
            .table_name(table)
            .set_key(Some(key.attributes()))
            .update_expression(expression);
        for (name, value) in values {
            update = update.expression_attribute_values(*name, value.clone());
        }
        let update = update.build().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        self.writes.push(TransactWriteItem::builder().update(update).build());
        Ok(())
    }
}

impl Store {
    /// Commits all changes, or none: [`StoreError::ConditionFailed`] when another writer was first.
    pub async fn commit(&self, transaction: Transaction) -> Result<(), StoreError> {
        self.client
            .transact_write_items()
            .set_transact_items(Some(transaction.writes))
            .send()
            .await?;
        Ok(())
    }
}
