//! Who walks.

use crate::world::World;
use drive::{Browser, Candidate, Owner, Recruiter};
use std::io;

/// The people of one walk; clones are the same people.
#[derive(Debug, Clone)]
pub(crate) struct People {
    /// Signs in.
    pub(crate) owner: Owner,
    pub(crate) recruiter: Recruiter,
    pub(crate) candidate: Candidate,
    /// A browser that is nobody's: it looks, and is never signed in.
    pub(crate) anybody: Browser,
    pub(crate) world: World,
}

impl People {
    /// Each with a browser of their own.
    pub(crate) fn new(world: World) -> io::Result<Self> {
        Ok(Self {
            owner: Owner::new(Browser::new()?, &world.product),
            recruiter: Recruiter::new(Browser::new()?, &world.workday),
            candidate: Candidate::new(Browser::new()?),
            anybody: Browser::new()?,
            world,
        })
    }
}
