//! One poll of a connection on its way, and what a look at one of its parts comes to.

use crate::function::Function;
use crate::part::LONGEST_LOOK;
use domain::Moment;
use domain::part::{Cursor, Part};
use domain::push::PushStanding;
use domain::settings::{Connection, Mapping};
use std::time::Duration;
use store::hint::{About, Hint};
use store::watched::WatchedEvent;
use vendors::Stopped;
use vendors::workday::Workday;
use work::Trouble;

/// Between two looks for new assess events where no requisition is linked.
const WITHOUT_LINKS: Duration = Duration::from_hours(1);

/// One poll on its way.
pub(crate) struct Poll<'a> {
    pub(crate) function: &'a Function,
    pub(crate) connection: &'a Connection,
    pub(crate) workday: &'a Workday,
    pub(crate) mappings: &'a [Mapping],
    pub(crate) watched: Vec<WatchedEvent>,
    pub(crate) push: PushStanding,
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
    /// Between two polls that were not stopped.
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.connection.options.poll_seconds.max(1)))
    }

    /// Between two looks at a part: only the stage shows a move that no event tells of, so it is looked at in each poll.
    pub(crate) fn every(&self, part: Part) -> Duration {
        match part {
            // Nobody is invited: an event is told as one of a requisition that is not linked.
            Part::AssessWindow if self.mappings.is_empty() => self.interval().max(WITHOUT_LINKS),
            Part::AssessWindow => self.push.between_windows(self.interval(), self.begun),
            Part::WatchedEvents | Part::Stage | Part::RequisitionIndex => self.interval(),
        }
    }

    /// Whether a part has had its share of this run.
    pub(crate) fn is_over(&self) -> bool {
        self.function.clock.now().since(self.begun) >= LONGEST_LOOK
    }

    /// What was seen of an application.
    pub(crate) fn seen(&self, about: About) -> Hint {
        Hint::new(self.connection.workspace.clone(), about, self.begun)
    }

    /// Stores what was seen of an application, and announces it.
    pub(crate) async fn hint(&self, about: About) -> Result<(), Trouble> {
        self.function.hint(&self.seen(about)).await
    }
}
