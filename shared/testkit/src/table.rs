//! The table of `template.yaml`, created in an embedded DynamoDB.

use crate::template::{Index, KeyPart, Template, TemplateError};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType, ScalarAttributeType,
    TimeToLiveSpecification,
};
use std::error::Error;

/// The table could not be created.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The template does not declare it in a way that is understood.
    #[error("the template's table cannot be read")]
    Template(#[from] TemplateError),
    /// The declaration is not one that DynamoDB takes.
    #[error("the template's table is incomplete")]
    Declaration(#[from] BuildError),
    /// DynamoDB refused or could not be reached.
    #[error("DynamoDB did not create the table")]
    Call(#[source] Box<dyn Error + Send + Sync>),
}

/// DynamoDB `CreateTable` and `UpdateTimeToLive` as the template declares them; a table that is there already stays.
pub async fn create_table(client: &Client, name: &str) -> Result<(), TableError> {
    let declared = Template::of_repository()?.table()?;
    let mut call = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for (attribute, kind) in &declared.attributes {
        let definition = AttributeDefinition::builder()
            .attribute_name(attribute)
            .attribute_type(ScalarAttributeType::from(kind.as_str()))
            .build()?;
        call = call.attribute_definitions(definition);
    }
    for index in &declared.indexes {
        call = call.global_secondary_indexes(global_index(index)?);
    }
    let outcome = call.set_key_schema(Some(key_schema(&declared.key)?)).send().await;
    match outcome {
        Ok(_) => {}
        Err(error) if error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception) => return Ok(()),
        Err(error) => return Err(TableError::Call(error.into())),
    }
    let expiry = TimeToLiveSpecification::builder()
        .attribute_name(&declared.expiry_attribute)
        .enabled(true)
        .build()?;
    let call = client.update_time_to_live().table_name(name).time_to_live_specification(expiry);
    call.send().await.map_err(|error| TableError::Call(error.into()))?;
    Ok(())
}

fn global_index(index: &Index) -> Result<GlobalSecondaryIndex, BuildError> {
    GlobalSecondaryIndex::builder()
        .index_name(&index.name)
        .set_key_schema(Some(key_schema(&index.key)?))
        .projection(
            Projection::builder()
                .projection_type(ProjectionType::from(index.projection.as_str()))
                .build(),
        )
        .build()
}

fn key_schema(parts: &[KeyPart]) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element = |part: &KeyPart| {
        KeySchemaElement::builder()
            .attribute_name(&part.attribute)
            .key_type(KeyType::from(part.role.as_str()))
            .build()
    };
    parts.iter().map(element).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::tests::sdk_config;
    use crate::dynamo::Dynamo;
    use crate::{EmbeddedAws, Options};
    use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};

    fn put(pk: &str, extra: &[(&str, AttributeValue)]) -> TransactWriteItem {
        let mut put = Put::builder()
            .table_name("table")
            .item("pk", AttributeValue::S(pk.into()))
            .item("sk", AttributeValue::S("ROW".into()))
            .condition_expression("attribute_not_exists(pk)");
        for (name, value) in extra {
            put = put.item(*name, value.clone());
        }
        TransactWriteItem::builder().put(put.build().unwrap()).build()
    }

    #[tokio::test]
    async fn the_template_s_table_takes_conditions_transactions_and_index_queries() {
        let aws = EmbeddedAws::start(Options::default()).await.unwrap();
        let client = Client::new(&sdk_config(&aws));
        create_table(&client, "table").await.unwrap();
        create_table(&client, "table").await.unwrap();

        let due = [
            ("due_shard", AttributeValue::S("00".into())),
            ("announce_at", AttributeValue::N("5".into())),
        ];
        client.transact_write_items().transact_items(put("A", &due)).send().await.unwrap();
        let again = client
            .transact_write_items()
            .transact_items(put("B", &[]))
            .transact_items(put("A", &[]))
            .send()
            .await;
        let error = again.unwrap_err().into_service_error();
        assert!(error.is_transaction_canceled_exception(), "{error:?}");
        let query = client.query().table_name("table").index_name("due");
        let found = query
            .key_condition_expression("due_shard = :shard AND announce_at <= :now")
            .expression_attribute_values(":shard", AttributeValue::S("00".into()))
            .expression_attribute_values(":now", AttributeValue::N("9".into()))
            .send()
            .await
            .unwrap();
        assert_eq!(found.count(), 1);
        let absent = client.get_item().table_name("table").key("pk", AttributeValue::S("B".into()));
        let absent = absent.key("sk", AttributeValue::S("ROW".into())).send().await.unwrap();
        assert!(absent.item().is_none(), "a cancelled transaction wrote a row");
    }

    #[test]
    fn a_closed_database_opens_again_with_what_was_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.db");
        let item = br#"{"TableName": "table", "Item": {"pk": {"S": "A"}}}"#;
        let table = br#"{"TableName": "table", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}"#;
        let dynamo = Dynamo::at(&path).unwrap();
        assert_eq!(dynamo.answer("CreateTable", table).0, 200);
        assert_eq!(dynamo.answer("PutItem", item).0, 200);
        drop(dynamo);
        let (status, found) = Dynamo::at(&path).unwrap().answer("Scan", br#"{"TableName": "table"}"#);
        assert!(status == 200 && found.contains(r#""S":"A""#), "{found}");
    }
}
