//! The workspace's agents: HeyMilo calls them postings.

use super::{HeyMilo, understood};
use domain::PostingId;
use heymilo::{Error, List, Posting, PostingQuery, PostingSummary};
use work::Trouble;

/// Agents on a page of the list.
const A_PAGE: u8 = 25;

impl HeyMilo {
    /// One page of the agents whose title has `search` in it, the ones after `after` (an id of the page before).
    pub async fn postings(&self, search: &str, after: Option<String>) -> Result<List<PostingSummary>, Trouble> {
        let query = PostingQuery {
            limit: Some(A_PAGE),
            starting_after: after,
            search: Some(search.to_owned()).filter(|search| !search.is_empty()),
        };
        understood(self.client.postings(&self.api_key, &query).await)
    }

    /// An agent as it is now. `None`: the workspace has none of this id.
    pub async fn posting(&self, posting: &PostingId) -> Result<Option<Posting>, Trouble> {
        match self.client.posting(&self.api_key, posting.as_str()).await {
            Err(Error::NotFound) => Ok(None),
            answer => understood(answer).map(Some),
        }
    }
}
