//! Several rows in one `TransactWriteItems`: all of them or none.

use crate::key::Key;
use crate::row::{Item, item};
use crate::{Store, StoreError};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::builders::{ConditionCheckBuilder, DeleteBuilder, PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};
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
        self.put_as(table, item, |mut put| {
            for (name, value) in values {
                put = put.expression_attribute_values(*name, value.clone());
            }
            put.set_condition_expression(condition.map(str::to_owned))
        })
    }

    /// A put that says more than a condition and its values.
    pub(crate) fn put_as(&mut self, table: &str, item: Item, say: impl FnOnce(PutBuilder) -> PutBuilder) -> Result<(), StoreError> {
        let put = say(Put::builder().table_name(table).set_item(Some(item)));
        let put = put.build().map_err(unsayable)?;
        self.writes.push(TransactWriteItem::builder().put(put).build());
        Ok(())
    }

    pub(crate) fn update(&mut self, table: &str, key: &Key, expression: &str, values: &[(&str, AttributeValue)]) -> Result<(), StoreError> {
        self.update_as(table, key, |mut update| {
            for (name, value) in values {
                update = update.expression_attribute_values(*name, value.clone());
            }
            update.update_expression(expression)
        })
    }

    /// An update that says more than an expression and its values.
    pub(crate) fn update_as(&mut self, table: &str, key: &Key, say: impl FnOnce(UpdateBuilder) -> UpdateBuilder) -> Result<(), StoreError> {
        let update = say(Update::builder().table_name(table).set_key(Some(key.attributes())));
        let update = update.build().map_err(unsayable)?;
        self.writes.push(TransactWriteItem::builder().update(update).build());
        Ok(())
    }

    pub(crate) fn delete_as(&mut self, table: &str, key: &Key, say: impl FnOnce(DeleteBuilder) -> DeleteBuilder) -> Result<(), StoreError> {
        let delete = say(Delete::builder().table_name(table).set_key(Some(key.attributes())));
        let delete = delete.build().map_err(unsayable)?;
        self.writes.push(TransactWriteItem::builder().delete(delete).build());
        Ok(())
    }

    /// Holds the other changes only while a row is as said.
    pub(crate) fn expect(
        &mut self,
        table: &str,
        key: &Key,
        say: impl FnOnce(ConditionCheckBuilder) -> ConditionCheckBuilder,
    ) -> Result<(), StoreError> {
        let check = say(ConditionCheck::builder().table_name(table).set_key(Some(key.attributes())));
        let check = check.build().map_err(unsayable)?;
        self.writes.push(TransactWriteItem::builder().condition_check(check).build());
        Ok(())
    }
}

fn unsayable(error: BuildError) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

impl Store {
    /// Commits all changes, or none: [`StoreError::ConditionFailed`] when another writer was first.
    pub async fn commit(&self, mut transaction: Transaction) -> Result<(), StoreError> {
        for row in &self.recorded {
            transaction.put_item(&self.table, row.clone(), None, &[])?;
        }
        self.client
            .transact_write_items()
            .set_transact_items(Some(transaction.writes))
            .send()
            .await?;
        Ok(())
    }

    /// Puts one row, and the act with it where one is recorded.
    pub(crate) async fn put(&self, key: &Key, value: &impl Serialize) -> Result<(), StoreError> {
        if !self.recorded.is_empty() {
            let mut transaction = Transaction::default();
            transaction.put(&self.table, key, value)?;
            return self.commit(transaction).await;
        }
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(key, value)?))
            .send()
            .await?;
        Ok(())
    }

    /// Deletes one row, and writes the act with it where one is recorded.
    pub(crate) async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        if !self.recorded.is_empty() {
            let mut transaction = Transaction::default();
            transaction.delete_as(&self.table, key, |delete| delete)?;
            return self.commit(transaction).await;
        }
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .send()
            .await?;
        Ok(())
    }
}
