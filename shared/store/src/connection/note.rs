//! What a worker notices about an active connection, written attribute by attribute.

use super::{parts, state};
use crate::error::took_place;
use crate::row::{attribute, number};
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Moment;
use domain::part::{Part, PartStanding, RequisitionFilter};
use domain::push::PushStanding;
use domain::settings::Connection;
use domain::standing::{ConnectionState, SeenIds};
use std::collections::BTreeMap;

/// What a worker may note on an active connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionNote {
    /// A poll after which every part had been read to its end began then.
    Polled(Moment),
    /// How a part stands after a look.
    Looked(Part, PartStanding),
    /// How the pushes stand.
    Push(PushStanding),
    /// What is known of the requisition filter.
    Filter(RequisitionFilter),
    /// Workday took an attachment only, once more; since then it took nothing else.
    AttachmentOnly { since: Moment },
    /// Workday took a whole record.
    WholeRecord,
    /// Workday refused to list evergreen requisitions then.
    EvergreenRefused(Moment),
    /// All evergreen requisitions were listed as they were then.
    EvergreenRead(Moment),
    /// Workday refused the access then, for the first time.
    Refused { at: Moment, words: Option<String> },
    /// It takes it again.
    Accepted,
    /// The operations that Workday withheld so far, and when.
    Withheld(BTreeMap<String, Moment>),
    /// What Workday took of us so far, and when.
    Proven(BTreeMap<String, Moment>),
    /// The reference ids that stand on the tenant's assess events, so far.
    Seen(SeenIds),
    /// It was tried out then what the connection may do.
    TriedOut(Moment),
}

impl Store {
    /// Notes what a worker noticed, unless somebody ended or renewed the connection since it was read: then it is
    /// nobody's news any more.
    pub async fn note(&self, connection: &Connection, note: ConnectionNote) -> Result<(), StoreError> {
        let update = self.client.update_item();
        let none = || AttributeValue::Null(true);
        let update = match note {
            ConnectionNote::Polled(at) => update
                .update_expression("SET polled_at = :value")
                .expression_attribute_values(":value", number(at.0)),
            ConnectionNote::Looked(part, standing) => update
                .update_expression("SET #part = :value")
                .expression_attribute_names("#part", part.name())
                .expression_attribute_values(":value", attribute(&standing, "how a part stands")?),
            ConnectionNote::Push(push) => update
                .update_expression("SET #push = :value")
                .expression_attribute_names("#push", "push")
                .expression_attribute_values(":value", attribute(&push, "how pushes stand")?),
            ConnectionNote::Filter(filter) => update
                .update_expression("SET requisition_filter = :value")
                .expression_attribute_values(":value", attribute(&filter, "how a filter stands")?),
            ConnectionNote::AttachmentOnly { since } => update
                .update_expression("SET limited_write_back_since = :value ADD limited_in_a_row :one")
                .expression_attribute_values(":value", number(since.0))
                .expression_attribute_values(":one", number(1)),
            ConnectionNote::WholeRecord => update
                .update_expression("SET limited_write_back_since = :value, limited_in_a_row = :zero")
                .expression_attribute_values(":value", none())
                .expression_attribute_values(":zero", number(0)),
            ConnectionNote::EvergreenRefused(at) => update
                .update_expression("SET evergreen_refused_at = :value")
                .expression_attribute_values(":value", number(at.0)),
            ConnectionNote::EvergreenRead(at) => update
                .update_expression("SET evergreen_read_at = :value, evergreen_refused_at = :none")
                .expression_attribute_values(":value", number(at.0))
                .expression_attribute_values(":none", none()),
            ConnectionNote::Withheld(operations) => update
                .update_expression("SET withheld = :value")
                .expression_attribute_values(":value", moments(operations)),
            ConnectionNote::Proven(names) => update
                .update_expression("SET proven = :value")
                .expression_attribute_values(":value", moments(names)),
            ConnectionNote::Seen(ids) => update
                .update_expression("SET seen_ids = :value")
                .expression_attribute_values(":value", attribute(&ids, "ids that were seen")?),
            ConnectionNote::TriedOut(at) => update
                .update_expression("SET tried_out_at = :value")
                .expression_attribute_values(":value", number(at.0)),
            ConnectionNote::Refused { at, words } => update
                .update_expression("SET refused_at = :value, refusal = :words")
                .expression_attribute_values(":value", number(at.0))
                .expression_attribute_values(":words", words.map_or_else(none, AttributeValue::S)),
            ConnectionNote::Accepted => update
                .update_expression("SET refused_at = :value, refusal = :value")
                .expression_attribute_values(":value", none()),
        };
        let noted = update
            .table_name(&self.table)
            .set_key(Some(parts(connection).standing.attributes()))
            .condition_expression("epoch = :epoch AND #state = :active")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":epoch", number(connection.standing.epoch))
            .expression_attribute_values(":active", state(ConnectionState::Active))
            .send()
            .await;
        took_place(noted).map(drop)
    }
}

fn moments(of: BTreeMap<String, Moment>) -> AttributeValue {
    AttributeValue::M(of.into_iter().map(|(name, at)| (name, number(at.0))).collect())
}
