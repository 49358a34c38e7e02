//! An agent as its pages show it: a posting of HeyMilo, and what is linked to it.

use admin::Posting;
use domain::PostingId;
use domain::settings::{LinkOptions, Mapping};
use keys::address::segment;

/// What a page of an agent is about.
pub(crate) struct Agent {
    pub(crate) posting: PostingId,
    pub(crate) title: String,
    /// Archived or expired: nothing new is linked to it.
    pub(crate) closed: bool,
    pub(crate) linked: Vec<Mapping>,
    /// What the options of a new link say so far.
    pub(crate) options: LinkOptions,
}

impl Agent {
    /// The agent as HeyMilo shows it, or as far as the links know it.
    pub(crate) fn of(posting: PostingId, found: Option<&Posting>, mappings: &[Mapping], options: LinkOptions) -> Self {
        let linked: Vec<Mapping> = mappings.iter().filter(|mapping| mapping.posting == posting).cloned().collect();
        let title = found.map(|found| found.title.clone()).filter(|title| !title.is_empty());
        let title = title.or_else(|| linked.first().map(|mapping| mapping.posting_title.clone()));
        Self {
            title: title.unwrap_or_else(|| posting.to_string()),
            closed: found.is_some_and(Posting::is_closed),
            posting,
            linked,
            options,
        }
    }

    pub(crate) fn path(&self) -> String {
        path(self.posting.as_str())
    }
}

/// The page of the agent with this id.
pub(crate) fn path(posting: &str) -> String {
    format!("/agents/{}", segment(posting))
}
