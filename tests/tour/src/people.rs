//! Who walks, and where everything is.

use drive::{Browser, Candidate, Owner, Recruiter};
use std::io;

/// Where everything is, each without a final slash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Servers {
    pub(crate) product: String,
    pub(crate) workday: String,
    pub(crate) heymilo: String,
}

/// The people of one walk; clones are the same people.
#[derive(Debug, Clone)]
pub(crate) struct People {
    /// Signs in.
    pub(crate) owner: Owner,
    pub(crate) recruiter: Recruiter,
    pub(crate) candidate: Candidate,
    /// A browser that is nobody's: it looks, and is never signed in.
    pub(crate) anybody: Browser,
    pub(crate) servers: Servers,
}

impl People {
    /// Each with a browser of their own.
    pub(crate) fn new(servers: Servers) -> io::Result<Self> {
        Ok(Self {
            owner: Owner::new(Browser::new()?, &servers.product),
            recruiter: Recruiter::new(Browser::new()?, &servers.workday),
            candidate: Candidate::new(Browser::new()?),
            anybody: Browser::new()?,
            servers,
        })
    }
}
