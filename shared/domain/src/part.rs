//! The parts of what is looked at in a Workday tenant. Each stands for itself: when it last worked, what keeps it, and
//! where it goes on. One part's trouble says nothing of another.

use crate::moment::Moment;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Assess events created since the last look.
    AssessWindow,
    /// Events of ours without a send status or a result yet, read by their ids.
    WatchedEvents,
    /// Who stands in the assessment stage of the linked requisitions.
    Stage,
    /// The list of requisitions that the picker searches.
    RequisitionIndex,
}

impl Part {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 4] = [Self::Stage, Self::AssessWindow, Self::WatchedEvents, Self::RequisitionIndex];

    /// Its name in rows and in the state.
    pub fn name(self) -> &'static str {
        match self {
            Self::AssessWindow => "assess_window",
            Self::WatchedEvents => "watched_events",
            Self::Stage => "stage",
            Self::RequisitionIndex => "requisition_index",
        }
    }
}

/// How a part stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PartStanding {
    /// When the last look that got to its end began.
    pub succeeded_at: Option<Moment>,
    /// What keeps it since; none: nothing.
    pub problem: Option<Problem>,
    /// Looks in a row that failed.
    pub failures: u32,
    /// Where a look goes on that did not get to its end.
    pub cursor: Option<Cursor>,
    /// When a look goes on, or is tried again, that did not get to its end.
    pub next_at: Option<Moment>,
    /// Rows of a page at the end of the last look, which the next one begins with; 0: as many as are usual.
    pub page: u16,
}

/// What keeps a part from its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// When the first look failed since the last one that did not.
    pub since: Moment,
    /// What it was at the last look.
    pub obstacle: Obstacle,
    /// The same in words that a person can read; a refusal in Workday's own.
    pub words: String,
}

/// What kept a look from its end, by what a person can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// Workday does not answer, or asks for fewer requests.
    Unavailable,
    /// Workday answers with an error of its own.
    Failed,
    /// Workday does not take the access.
    AccessRefused,
    /// The integration system user lacks a permission.
    Withheld,
    /// There is no web service at the address.
    NoSuchAddress,
    /// Workday does not know an id.
    UnknownId,
    /// Workday refuses the request as it is.
    Refused,
    /// A list does not go forward: a page came again.
    PagesRepeat,
    /// An answer is too large even in the smallest page.
    TooLarge,
    /// An answer is not what was promised. A newer release may know more.
    #[serde(other)]
    Unreadable,
}

impl Obstacle {
    /// Whether a person mends it, so that it is looked at as soon as they did. The others are Workday's own time.
    pub fn is_mended_by_a_person(self) -> bool {
        match self {
            Self::AccessRefused | Self::Withheld | Self::NoSuchAddress | Self::UnknownId | Self::Refused => true,
            Self::Unavailable | Self::Failed | Self::PagesRepeat | Self::TooLarge | Self::Unreadable => false,
        }
    }

    /// Whether asking in another way may be answered: some tenants answer the requisition filter with an error.
    pub fn may_be_the_filters(self) -> bool {
        matches!(self, Self::Failed | Self::Refused)
    }

    /// Whether it says something of what was asked for, and nothing of what else Workday could be asked.
    pub fn is_of_the_question(self) -> bool {
        match self {
            Self::Unavailable | Self::Failed | Self::AccessRefused | Self::Withheld | Self::NoSuchAddress => false,
            Self::UnknownId | Self::Refused | Self::PagesRepeat | Self::TooLarge | Self::Unreadable => true,
        }
    }
}

/// Where a read of several pages goes on, in the same set of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// When the look began: the moment as of which every page is read.
    pub as_of: Moment,
    /// Rows read before.
    #[serde(default)]
    pub rows: u32,
    /// Rows of a page; 0: as many as are usual.
    #[serde(default)]
    pub count: u16,
    /// What is looked at one after the other is done up to this one.
    #[serde(default)]
    pub after: Option<String>,
}

impl Cursor {
    /// The beginning of a look.
    pub fn beginning(as_of: Moment) -> Self {
        Self {
            as_of,
            rows: 0,
            count: 0,
            after: None,
        }
    }
}

impl PartStanding {
    /// A look that began then got to its end.
    pub fn succeeded(begun: Moment) -> Self {
        Self {
            succeeded_at: Some(begun),
            ..Self::default()
        }
    }

    /// A look goes on at `cursor`, at a moment; what kept it before does not any more.
    #[must_use]
    pub fn goes_on(&self, cursor: Cursor, next_at: Moment) -> Self {
        Self {
            succeeded_at: self.succeeded_at,
            page: cursor.count,
            cursor: Some(cursor),
            next_at: Some(next_at),
            ..Self::default()
        }
    }

    /// A look was stopped, and is tried again at a moment, from `cursor` on.
    #[must_use]
    pub fn stopped(&self, problem: Problem, cursor: Option<Cursor>, next_at: Moment) -> Self {
        let since = self.problem.as_ref().map_or(problem.since, |before| before.since);
        Self {
            succeeded_at: self.succeeded_at,
            problem: Some(Problem { since, ..problem }),
            failures: self.failures.saturating_add(1),
            page: cursor.as_ref().map_or(self.page, |cursor| cursor.count),
            cursor,
            next_at: Some(next_at),
        }
    }

    /// The look that got to its end passed over what the problem says.
    #[must_use]
    pub fn but_for(&self, problem: Problem) -> Self {
        let since = self.problem.as_ref().map_or(problem.since, |before| before.since);
        Self {
            succeeded_at: Some(problem.since),
            problem: Some(Problem { since, ..problem }),
            ..Self::default()
        }
    }

    /// The next look begins with pages of so many rows.
    #[must_use]
    pub fn with_page(self, page: u16) -> Self {
        Self { page, ..self }
    }

    /// Whether the last look got to its end.
    pub fn is_whole(&self) -> bool {
        self.succeeded_at.is_some() && self.next_at.is_none()
    }

    /// Where the look goes on that is under way, or its beginning.
    pub fn from(&self, now: Moment) -> Cursor {
        let beginning = || Cursor {
            count: self.page,
            ..Cursor::beginning(now)
        };
        self.cursor.clone().unwrap_or_else(beginning)
    }
}

/// Whether candidates can be asked for by requisition. Some tenants answer that with nobody, or with an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RequisitionFilter {
    pub state: FilterState,
    /// When it was last tried out.
    pub probed_at: Option<Moment>,
    /// Where the search goes on for somebody whom it does not find; of a broken one, where the reading of what changed does.
    pub cursor: Option<Cursor>,
    /// Of a broken one: up to when it is known who changed.
    pub changed_at: Option<Moment>,
    /// Of a broken one: when the last reading of everybody that got to its end began.
    pub everybody_at: Option<Moment>,
}

/// What is known of the requisition filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterState {
    /// It found nobody yet, and nobody is known whom it should have found: it is trusted.
    #[default]
    Unknown,
    /// It found somebody. An empty stage is an empty stage.
    Works,
    /// Somebody is there whom it does not find, or it fails where reading by date does not.
    Broken,
}

/// Between two tries of a filter that is not known to work.
const BETWEEN_PROBES: Duration = Duration::from_hours(1);
/// Between two readings of everybody, where what changed is read at each look: a change may be told nowhere.
const BETWEEN_ROUNDS: Duration = Duration::from_hours(24);

impl RequisitionFilter {
    /// Whether it is to be tried out, having found nobody. One that works is so only where somebody should have been found.
    pub fn is_to_be_probed(&self, now: Moment, somebody_should_be_there: bool) -> bool {
        let is_long_ago = self.probed_at.is_none_or(|at| now.since(at) >= BETWEEN_PROBES);
        is_long_ago && (somebody_should_be_there || self.state != FilterState::Works)
    }

    /// It was tried out, and is so.
    #[must_use]
    pub fn tried(&self, state: FilterState, now: Moment, cursor: Option<Cursor>) -> Self {
        let was = if state == self.state { self.clone() } else { Self::default() };
        Self {
            state,
            probed_at: Some(now),
            cursor,
            ..was
        }
    }

    /// Whether everybody is to be read again, though what changed is known.
    pub fn is_round_due(&self, now: Moment) -> bool {
        self.everybody_at.is_none_or(|at| now.since(at) >= BETWEEN_ROUNDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: Moment = Moment(1_000);
    const NOW: Moment = Moment(2_000);

    fn problem(since: Moment) -> Problem {
        Problem {
            since,
            obstacle: Obstacle::Unavailable,
            words: "Workday did not answer in time".into(),
        }
    }

    #[test]
    fn a_part_that_fails_keeps_the_moment_when_it_last_worked_and_where_it_was() {
        let cursor = Cursor {
            rows: 400,
            ..Cursor::beginning(THEN)
        };
        let once = PartStanding::succeeded(THEN).stopped(problem(THEN), Some(cursor.clone()), NOW);
        let twice = once.stopped(problem(NOW), Some(cursor.clone()), NOW);
        assert_eq!(
            twice.problem.as_ref().map(|problem| problem.since),
            Some(THEN),
            "it lasts since then"
        );
        assert_eq!((twice.succeeded_at, twice.failures, twice.is_whole()), (Some(THEN), 2, false));
        assert_eq!(twice.from(NOW), cursor);
        let on = twice.goes_on(cursor, NOW);
        assert_eq!((on.failures, on.problem.clone(), on.is_whole()), (0, None, false));
        assert!(PartStanding::succeeded(NOW).is_whole());
    }

    #[test]
    fn a_filter_is_tried_out_once_an_hour_until_it_works_and_then_only_where_somebody_should_be_there() {
        let now = Moment(100_000_000);
        let of = |state, minutes| RequisitionFilter {
            state,
            probed_at: Some(now.minus(Duration::from_mins(minutes))),
            ..RequisitionFilter::default()
        };
        assert!(RequisitionFilter::default().is_to_be_probed(now, false));
        for (state, minutes, should_be_there, expected) in [
            (FilterState::Unknown, 59, true, false),
            (FilterState::Unknown, 60, false, true),
            (FilterState::Broken, 60, false, true),
            (FilterState::Works, 600, false, false),
            (FilterState::Works, 60, true, true),
        ] {
            assert_eq!(
                of(state, minutes).is_to_be_probed(now, should_be_there),
                expected,
                "{state:?} {minutes}"
            );
        }
    }

    #[test]
    fn what_a_newer_release_was_stopped_by_is_read_all_the_same() {
        let problem: Problem = serde_json::from_str(r#"{"since":1,"obstacle":"of_tomorrow","words":"odd"}"#).unwrap();
        assert_eq!(problem.obstacle, Obstacle::Unreadable);
    }
}
