//! The workspace's agents: HeyMilo calls them postings.

use super::{HeyMilo, understood};
use crate::failure::Stopped;
use domain::{Moment, PostingId};
use heymilo::{Error, List, Posting, PostingQuery, PostingSummary};
use std::time::Duration;

/// HeyMilo's clock and ours differ, and whoever is at the last question may finish.
const GRACE: Duration = Duration::from_hours(1);

/// Agents on a page of the list.
const A_PAGE: u8 = 25;

/// Whether nobody can go on with a screening of this agent: its deadline has passed, with a grace of an hour. An archived
/// agent keeps no one from it who was invited.
pub fn is_over(posting: &Posting, now: Moment) -> bool {
    match deadline(posting) {
        Some(deadline) => now > deadline.plus(GRACE),
        None => posting.status == "expired",
    }
}

/// Whether nobody new is to be invited by it: who holds a link that is dead already cannot begin.
pub fn is_closed(posting: &Posting, now: Moment) -> bool {
    posting.is_closed() || deadline(posting).is_some_and(|deadline| now > deadline)
}

/// When its links die. `None`: it names no moment.
pub fn deadline(posting: &Posting) -> Option<Moment> {
    posting.deadline.and_then(Moment::from_unix_seconds)
}

impl HeyMilo {
    /// One page of the agents whose title has `search` in it, the ones after `after` (an id of the page before).
    pub async fn postings(&self, search: &str, after: Option<String>) -> Result<List<PostingSummary>, Stopped> {
        let query = PostingQuery {
            limit: Some(A_PAGE),
            starting_after: after,
            search: Some(search.to_owned()).filter(|search| !search.is_empty()),
        };
        understood(self.client.postings(&self.api_key, &query).await)
    }

    /// An agent as it is now. `None`: the workspace has none of this id.
    pub async fn posting(&self, posting: &PostingId) -> Result<Option<Posting>, Stopped> {
        match self.client.posting(&self.api_key, posting.as_str()).await {
            Err(Error::NotFound) => Ok(None),
            answer => understood(answer).map(Some),
        }
    }
}
