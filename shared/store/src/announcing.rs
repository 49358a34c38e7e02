//! The index of due rows, read lane by lane: which messages are to be sent now.
//!
//! A lane is the due rows of one workspace and queue. They lie side by side in the index, in the order of their next
//! announcements, so that a reader takes a few of each lane and jumps to the next: fifty thousand due rows of one lane cost the
//! lane behind them two reads.

pub use crate::key::DUE_SHARDS as SHARDS;

use crate::due::Due;
use crate::error::took_place;
use crate::key::{self, Key};
use crate::row::{Item, number, text};
use crate::{Store, StoreError};
use domain::{Message, Moment, WorkspaceId};
use std::time::Duration;

/// Rows read to find the next lane: most have no more, and of the others most are not due.
const GLANCE: u16 = 10;
/// What is announced and not taken is announced again a minute later, then at doubled distances up to half an hour.
const ANNOUNCED_AGAIN: Duration = Duration::from_mins(1);
const ANNOUNCED_AT_LEAST: Duration = Duration::from_mins(30);
/// Before and after every id, which has neither spaces nor the last of all characters.
const FIRST: &str = " ";
const LAST: char = char::MAX;

/// A way through the lanes of a part of the index.
#[derive(Debug)]
pub struct Lanes {
    shard: String,
    next: String,
    last: String,
}

impl Lanes {
    /// All lanes of a shard.
    pub fn of_shard(shard: u8) -> Self {
        Self {
            shard: key::due_shard(shard),
            next: FIRST.to_owned(),
            last: LAST.to_string(),
        }
    }

    /// The lanes of one workspace.
    pub fn of_workspace(workspace: &WorkspaceId) -> Self {
        Self {
            shard: key::due_shard_of(workspace),
            next: format!("{workspace}#"),
            last: format!("{workspace}#{LAST}"),
        }
    }
}

/// What is to be announced of one lane.
#[derive(Debug)]
pub struct Lane {
    /// The rows whose turn it is, oldest first.
    pub rows: Vec<Announcement>,
    /// The workspace, where the lane has more rows to announce than were asked for.
    pub left: Option<WorkspaceId>,
}

/// A due row whose message is to be sent. It need not be one that this release can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// `None`: work of a kind that this release does not know. The row stays, and is looked at less and less often.
    pub message: Option<Message>,
    key: Key,
    place: String,
    times: u32,
}

impl Announcement {
    /// From the row as the index shows it. `None`: it lacks what every row of the index has.
    fn of(item: Item) -> Option<Self> {
        let text = |name: &str| item.get(name)?.as_s().ok().cloned();
        let times: Option<u32> = item.get("announced").and_then(|times| times.as_n().ok()?.parse().ok());
        Some(Self {
            key: Key {
                pk: text("pk")?,
                sk: text("sk")?,
            },
            place: text("announce_place")?,
            times: times.unwrap_or(0),
            message: crate::row::body(item, "a due row")
                .ok()
                .map(|due: Due| Message::new(due.workspace, due.work)),
        })
    }

    /// The row, for a log.
    pub fn name(&self) -> &str {
        &self.key.sk
    }

    /// Its place once it is announced, unless somebody takes it before.
    fn next_place(&self, now: Moment) -> String {
        let distance = ANNOUNCED_AGAIN.saturating_mul(1 << self.times.min(5)).min(ANNOUNCED_AT_LEAST);
        key::due_place_in(key::due_lane(&self.place), now.plus(distance))
    }
}

impl Store {
    /// The next lane, with at most `share` of the rows that are to be announced: none, where nothing of it is due. `None`: there
    /// is no further lane. The index is eventually consistent, which costs a minute at worst.
    pub async fn next_lane(&self, lanes: &mut Lanes, now: Moment, share: u16) -> Result<Option<Lane>, StoreError> {
        let mut rows = self.announcements(lanes, &lanes.last, GLANCE).await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let lane = key::due_lane(&first.place).to_owned();
        let due = key::due_place_in(&lane, now);
        rows.retain(|row| key::due_lane(&row.place) == lane && row.place <= due);
        if rows.len() == usize::from(GLANCE) {
            rows = self.announcements(lanes, &due, share.saturating_add(1)).await?;
        }
        lanes.next = format!("{lane}#{LAST}");
        let left = (rows.len() > usize::from(share))
            .then(|| key::due_lane(&lane))
            .and_then(|workspace| WorkspaceId::new(workspace).ok());
        rows.truncate(usize::from(share));
        Ok(Some(Lane { rows, left }))
    }

    async fn announcements(&self, lanes: &Lanes, until: &str, limit: u16) -> Result<Vec<Announcement>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND announce_place BETWEEN :next AND :until")
            .expression_attribute_values(":shard", text(&lanes.shard))
            .expression_attribute_values(":next", text(&lanes.next))
            .expression_attribute_values(":until", text(until))
            .limit(i32::from(limit))
            .send()
            .await?;
        Ok(answer.items.unwrap_or_default().into_iter().filter_map(Announcement::of).collect())
    }

    /// Notes, before the message is sent, when the row is announced again. `false` when another tick, an arming or a worker
    /// was first.
    pub async fn note_announced(&self, announcement: &Announcement, now: Moment) -> Result<bool, StoreError> {
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(announcement.key.attributes()))
            .update_expression("SET announce_place = :next, announced = :times")
            .condition_expression("announce_place = :seen")
            .expression_attribute_values(":next", text(&announcement.next_place(now)))
            .expression_attribute_values(":times", number(announcement.times.saturating_add(1)))
            .expression_attribute_values(":seen", text(&announcement.place))
            .send()
            .await;
        took_place(noted)
    }
}
