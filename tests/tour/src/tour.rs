//! The walk: chapters of steps, each printed with what was checked and how long it took; the last line is
//! `N passed, N failed`.

use crate::people::{People, Servers};
use crate::{assess_events, awkward, connect, link, main_job, names, reconnect};
use std::future::Future;
use std::io::{self, Write};
use std::time::Instant;

/// How the tour ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Score {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

/// Walks the whole tour, printing to `out`. Nobody has connected anything yet.
pub(crate) async fn run(servers: Servers, out: &mut (impl Write + Send)) -> io::Result<Score> {
    let mut tour = Tour {
        people: People::new(servers)?,
        score: Score::default(),
        out,
    };
    // Without a connection and a link the other chapters would only wait in vain.
    if goes_on(Box::pin(connect::by_consent(&mut tour)).await)? && goes_on(Box::pin(link::among_many(&mut tour)).await)? {
        goes_on(main_job::by_bare_stage_move(&mut tour).await)?;
        goes_on(awkward::never_twice(&mut tour).await)?;
        goes_on(main_job::by_assess_submit(&mut tour).await)?;
        goes_on(names::unharmed(&mut tour).await)?;
        goes_on(assess_events::several_on_one_application(&mut tour).await)?;
        goes_on(awkward::who_cannot_be_served(&mut tour).await)?;
        goes_on(Box::pin(reconnect::after_disconnecting(&mut tour)).await)?;
    }
    let Score { passed, failed } = tour.score;
    writeln!(tour.out, "\n{passed} passed, {failed} failed")?;
    Ok(tour.score)
}

/// One walk: its people, the count so far.
pub(crate) struct Tour<'out, Out> {
    pub(crate) people: People,
    score: Score,
    out: &'out mut Out,
}

/// What a step found out, or why it failed, in words.
pub(crate) type Outcome<T> = Result<(T, String), String>;

/// Why a chapter ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A step failed: what builds on it is left out.
    Failed,
    /// Nothing can be printed any more.
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// How a chapter ended.
pub(crate) type Chapter = Result<(), Stop>;

/// Whether the chapter came to its end.
fn goes_on(chapter: Chapter) -> io::Result<bool> {
    match chapter {
        Ok(()) => Ok(true),
        Err(Stop::Failed) => Ok(false),
        Err(Stop::Output(error)) => Err(error),
    }
}

impl<Out: Write> Tour<'_, Out> {
    pub(crate) fn chapter(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}")
    }

    /// Runs one step that the rest of the chapter builds on, and prints how it went.
    pub(crate) async fn step<T>(&mut self, name: &str, step: impl Future<Output = Outcome<T>>) -> Result<T, Stop> {
        self.look(name, step).await?.ok_or(Stop::Failed)
    }

    /// Runs one step that nothing builds on, and prints how it went. `None` when it failed.
    pub(crate) async fn look<T>(&mut self, name: &str, step: impl Future<Output = Outcome<T>>) -> io::Result<Option<T>> {
        let started = Instant::now();
        let outcome = step.await;
        let seconds = started.elapsed().as_secs_f64();
        match outcome {
            Ok((value, checked)) => {
                self.score.passed += 1;
                writeln!(self.out, "  ok    {seconds:5.1} s  {name}: {checked}")?;
                Ok(Some(value))
            }
            Err(reason) => {
                self.score.failed += 1;
                writeln!(self.out, "  FAIL  {seconds:5.1} s  {name}: {reason}")?;
                Ok(None)
            }
        }
    }
}
