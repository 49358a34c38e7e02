//! One poll of a connection on its way, and what a look at one of its parts comes to.

use crate::function::Function;
use crate::part::LONGEST_LOOK;
use domain::Moment;
use domain::part::Cursor;
use domain::settings::{Connection, Mapping};
use std::time::Duration;
use store::hint::{About, Hint};
use store::watched::WatchedEvent;
use vendors::Stopped;
use vendors::workday::Workday;
use work::Trouble;

/// One poll on its way.
pub(crate) struct Poll<'a> {
    pub(crate) function: &'a Function,
    pub(crate) connection: &'a Connection,
    pub(crate) workday: &'a Workday,
    pub(crate) mappings: &'a [Mapping],
    pub(crate) watched: Vec<WatchedEvent>,
    pub(crate) begun: Moment,
}

/// What one look at a part came to.
#[derive(Default)]
pub(crate) struct Look {
    /// Hints that came of it.
    pub(crate) hints: usize,
    /// Where it goes on; none: nowhere.
    pub(crate) rest: Option<Cursor>,
    pub(crate) stopped: Option<Stopped>,
    /// Whatever stopped it, everything else of the part was looked at.
    pub(crate) is_through: bool,
    /// It had its share: what is left is for the next interval.
    pub(crate) is_enough: bool,
    /// Rows of a page at the end; 0: as many as are usual.
    pub(crate) page: u16,
}

impl Poll<'_> {
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.connection.options.poll_seconds.max(1)))
    }

    /// Whether a part has had its share of this run.
    pub(crate) fn is_over(&self) -> bool {
        self.function.clock.now().since(self.begun) >= LONGEST_LOOK
    }

    /// Stores what was seen of an application, and announces it.
    pub(crate) async fn hint(&self, about: About) -> Result<(), Trouble> {
        let hint = Hint::new(self.connection.workspace.clone(), about, self.begun);
        self.function.hint(&hint).await
    }
}
