//! Result snapshots: what a report was made of, version by version, sealed and compressed.
//!
//! Page, PDF and note render from the snapshot, so the View Report link lives while HeyMilo is down. A snapshot is
//! cut into parts because a DynamoDB row holds at most 400 KB. A version stands under the fingerprint of the vendor's data
//! it was made of, so a snapshot that no order came to point to never passes for another one.

use crate::row::{item, text};
use crate::sealing::Place;
use crate::{Store, StoreError, Transaction, key};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::order::ResultVersion;
use domain::{OrderId, WorkspaceId};
use flate2::Compression;
use flate2::write::{GzDecoder, GzEncoder};
use serde::{Deserialize, Serialize};
use std::io::Write;

const PART_BYTES: usize = 350 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct PartRow {
    workspace: WorkspaceId,
    key_id: String,
    parts: usize,
}

fn place<'a>(workspace: &'a WorkspaceId, order: &'a OrderId, version: &ResultVersion) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: order.as_str(),
        kind: "result",
        version: u64::from(version.number),
    }
}

impl Store {
    /// Stores a snapshot as the given version. Repeating a version keeps what is stored.
    pub async fn put_result(
        &self,
        workspace: &WorkspaceId,
        order: &OrderId,
        version: &ResultVersion,
        content: &[u8],
    ) -> Result<(), StoreError> {
        let compressed = compress(content)?;
        let (key_id, sealed) = self.keyring.seal(place(workspace, order, version), &compressed)?;
        let chunks: Vec<&[u8]> = sealed.chunks(PART_BYTES).collect();
        let mut transaction = Transaction::default();
        for (index, chunk) in chunks.iter().enumerate() {
            let row = PartRow {
                workspace: workspace.clone(),
                key_id: key_id.clone(),
                parts: chunks.len(),
            };
            let mut row = item(&key::result_part(workspace, order, version, index), &row)?;
            row.insert("bytes".into(), AttributeValue::B(Blob::new(*chunk)));
            transaction.put_item(&self.table, row, Some("attribute_not_exists(pk)"), &[])?;
        }
        match self.commit(transaction).await {
            // Somebody was first, if it is there: all parts are written together, so the first one tells.
            Err(StoreError::ConditionFailed) => match self.result(workspace, order, version).await? {
                Some(_) => Ok(()),
                None => Err(StoreError::ConditionFailed),
            },
            other => other,
        }
    }

    /// The stored snapshot of a version.
    pub async fn result(&self, workspace: &WorkspaceId, order: &OrderId, version: &ResultVersion) -> Result<Option<Vec<u8>>, StoreError> {
        let mut sealed = Vec::new();
        let mut key_id = None;
        let mut parts = (0, 0);
        let mut start = None;
        loop {
            let answer = self.result_parts(workspace, order, version, start).await?;
            for mut item in answer.items.unwrap_or_default() {
                if let Some(AttributeValue::B(bytes)) = item.remove("bytes") {
                    sealed.extend_from_slice(bytes.as_ref());
                }
                let row: PartRow = crate::row::body(item, "a result part")?;
                crate::row::same_workspace(workspace, &row.workspace)?;
                parts = (parts.0 + 1, row.parts);
                key_id = Some(row.key_id);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        let Some(key_id) = key_id else { return Ok(None) };
        if parts.0 != parts.1 {
            return Err(StoreError::Corrupt {
                row: format!("RESULT#{}", version.number),
                expected: "all parts of a result",
                source: None,
            });
        }
        let compressed = self.keyring.open(place(workspace, order, version), &key_id, &sealed)?;
        decompress(&compressed).map(Some)
    }

    async fn result_parts(
        &self,
        workspace: &WorkspaceId,
        order: &OrderId,
        version: &ResultVersion,
        start: Option<crate::row::Item>,
    ) -> Result<aws_sdk_dynamodb::operation::query::QueryOutput, StoreError> {
        let pk = key::order(workspace, order).pk;
        Ok(self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(&pk))
            .expression_attribute_values(":prefix", text(&key::result_prefix(version)))
            .set_exclusive_start_key(start)
            .send()
            .await?)
    }
}

fn compress(content: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .map_err(|error| StoreError::corrupt("RESULT", "compressible bytes", error))
}

fn decompress(compressed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut decoder = GzDecoder::new(Vec::new());
    decoder
        .write_all(compressed)
        .and_then(|()| decoder.finish())
        .map_err(|error| StoreError::corrupt("RESULT", "a gzip stream", error))
}
