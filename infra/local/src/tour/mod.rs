//! The tour: the main job, unattended, over real HTTP, as an administrator, a recruiter and a candidate would do it.
//!
//! It knows the product by its addresses only. Each step says what was checked and how long it took; the last line is
//! `N passed, N failed`.

mod assess_events;
mod awkward;
mod browser;
mod connect;
mod cookies;
mod form;
mod html;
mod link;
mod main_job;
mod names;
mod reconnect;
mod screening;
mod sights;
mod tenant;

use browser::Browser;
use std::future::Future;
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// Where everything is.
#[derive(Debug, Clone)]
pub struct Servers {
    /// The product, without a final slash.
    pub product: String,
    /// The Workday stand-in, without a final slash.
    pub workday: String,
    /// The HeyMilo stand-in, without a final slash.
    pub heymilo: String,
}

/// How the tour ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    pub passed: u32,
    pub failed: u32,
}

/// Walks the whole tour, printing to `out`. Nobody has connected anything yet.
pub async fn run(servers: Servers, out: &mut (impl Write + Send)) -> io::Result<Score> {
    let mut tour = Tour {
        owner: Browser::new()?,
        browser: Browser::new()?,
        servers,
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

/// One walk: the people's browsers, the addresses, the count so far.
struct Tour<'out, Out> {
    /// The browser of the workspace's owner, who signs in.
    owner: Browser,
    /// The browser of recruiters and candidates, who do not.
    browser: Browser,
    servers: Servers,
    score: Score,
    out: &'out mut Out,
}

/// What a step found out, or why it failed, in words.
type Outcome<T> = Result<(T, String), String>;

/// Why a chapter ends early.
#[derive(Debug)]
enum Stop {
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
type Chapter = Result<(), Stop>;

/// Whether the chapter came to its end.
fn goes_on(chapter: Chapter) -> io::Result<bool> {
    match chapter {
        Ok(()) => Ok(true),
        Err(Stop::Failed) => Ok(false),
        Err(Stop::Output(error)) => Err(error),
    }
}

impl<Out: Write> Tour<'_, Out> {
    fn chapter(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}")
    }

    /// Runs one step that the rest of the chapter builds on, and prints how it went.
    async fn step<T>(&mut self, name: &str, step: impl Future<Output = Outcome<T>>) -> Result<T, Stop> {
        self.look(name, step).await?.ok_or(Stop::Failed)
    }

    /// Runs one step that nothing builds on, and prints how it went. `None` when it failed.
    async fn look<T>(&mut self, name: &str, step: impl Future<Output = Outcome<T>>) -> io::Result<Option<T>> {
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

/// Not more often: Workday's record is long, and the product shares the machine.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Looks again and again until `look` is satisfied; its last word when the time is up.
async fn eventually<T, F: Future<Output = Result<T, String>>>(longest: Duration, look: impl Fn() -> F) -> Result<T, String> {
    let ends = Instant::now() + longest;
    loop {
        match look().await {
            Ok(value) => return Ok(value),
            Err(reason) if Instant::now() > ends => return Err(format!("after {} s: {reason}", longest.as_secs())),
            Err(_not_yet) => lambda_kit::Clock::system().sleep(LOOK_AGAIN).await,
        }
    }
}

/// Looks again and again for the whole time: what must not happen has had its chance.
async fn throughout<F: Future<Output = Result<(), String>>>(time: Duration, look: impl Fn() -> F) -> Result<(), String> {
    let ends = Instant::now() + time;
    while Instant::now() < ends {
        look().await?;
        lambda_kit::Clock::system().sleep(LOOK_AGAIN).await;
    }
    Ok(())
}
