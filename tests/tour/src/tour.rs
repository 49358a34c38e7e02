//! The walk: chapters of steps, each printed with what was checked and how long it took, and those that this world cannot
//! show with the reason; the last line is `N passed, N failed`.

use crate::people::People;
use crate::world::World;
use crate::{
    assess_events, awkward, company, connect, connect_link, link, main_job, names, permissions, reconnect, strangers, test_candidate,
};
use std::future::Future;
use std::io::{self, Write};
use std::time::Instant;

/// How the tour ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Score {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    left_out: u32,
}

/// Walks the whole tour, printing to `out`. Nobody has connected anything yet.
pub(crate) async fn run(world: World, out: &mut (impl Write + Send)) -> io::Result<Score> {
    let mut tour = Tour {
        people: People::new(world)?,
        score: Score::default(),
        out,
    };
    // Without a connection and a link the other chapters would only wait in vain.
    if goes_on(Box::pin(connect::by_consent(&mut tour)).await)? {
        goes_on(Box::pin(permissions::withheld_and_given(&mut tour)).await)?;
        if goes_on(Box::pin(link::among_many(&mut tour)).await)? {
            Box::pin(once_linked(&mut tour)).await?;
        }
    }
    let Score { passed, failed, left_out } = tour.score;
    if left_out > 0 {
        writeln!(tour.out, "\n{left_out} chapters left out, each with its reason above")?;
    }
    writeln!(tour.out, "\n{passed} passed, {failed} failed")?;
    Ok(tour.score)
}

/// The chapters that need a connection and a link.
async fn once_linked<Out: Write>(tour: &mut Tour<'_, Out>) -> io::Result<()> {
    goes_on(main_job::by_bare_stage_move(tour).await)?;
    goes_on(awkward::never_twice(tour).await)?;
    goes_on(main_job::by_assess_submit(tour).await)?;
    goes_on(Box::pin(test_candidate::each_stage_is_ticked(tour)).await)?;
    goes_on(names::unharmed(tour).await)?;
    goes_on(assess_events::several_on_one_application(tour).await)?;
    goes_on(awkward::who_cannot_be_served(tour).await)?;
    goes_on(strangers::told_nothing(tour).await)?;
    goes_on(Box::pin(reconnect::after_disconnecting(tour)).await)?;
    goes_on(Box::pin(connect_link::given_and_accepted(tour)).await)?;
    goes_on(connect::sign_out(tour).await)?;
    goes_on(Box::pin(company::signs_in(tour)).await)?;
    Ok(())
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
    /// This world cannot show the chapter.
    LeftOut,
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

/// Whether what builds on the chapter can be walked.
fn goes_on(chapter: Chapter) -> io::Result<bool> {
    match chapter {
        Ok(()) | Err(Stop::LeftOut) => Ok(true),
        Err(Stop::Failed) => Ok(false),
        Err(Stop::Output(error)) => Err(error),
    }
}

impl<Out: Write> Tour<'_, Out> {
    pub(crate) fn chapter(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}")
    }

    /// A chapter that only a local run is walked through; elsewhere it is said why not.
    pub(crate) fn local_chapter(&mut self, title: &str, why: &str) -> Chapter {
        self.chapter(title)?;
        if self.people.world.is_local() {
            return Ok(());
        }
        self.score.left_out += 1;
        writeln!(self.out, "  left out: {why}")?;
        Err(Stop::LeftOut)
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
