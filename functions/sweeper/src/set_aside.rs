//! Interviews that a poll passed over: one that cannot be read is its own trouble and nobody else's.

use domain::part::{Obstacle, Problem};
use domain::{InterviewId, Moment};
use vendors::Stopped;

/// How many, and what the last of them was passed over for.
pub(crate) struct SetAside {
    pub(crate) interviews: usize,
    obstacle: Obstacle,
    words: String,
}

impl SetAside {
    /// Rows of ours that cannot be read.
    pub(crate) fn rows(interviews: usize) -> Self {
        Self {
            interviews,
            obstacle: Obstacle::Unreadable,
            words: "a row of our own is damaged".to_owned(),
        }
    }

    /// One more, which HeyMilo does not show.
    pub(crate) fn interview(&mut self, interview: &InterviewId, stopped: Stopped) {
        tracing::warn!(interview = %interview, obstacle = ?stopped.obstacle, outcome = "set_aside", "an interview cannot be read");
        self.interviews = self.interviews.saturating_add(1);
        (self.obstacle, self.words) = (stopped.obstacle, stopped.words);
    }

    /// What is told of them.
    pub(crate) fn problem(self, now: Moment) -> Option<Problem> {
        let interviews = match self.interviews {
            0 => return None,
            1 => "1 interview could not be read".to_owned(),
            many => format!("{many} interviews could not be read"),
        };
        Some(Problem {
            since: now,
            obstacle: self.obstacle,
            words: format!("{interviews}, the others were: {}", self.words),
        })
    }
}
