//! The tour: the main job, unattended, over real HTTP, as a recruiter and a candidate would do it.
//!
//! It knows the product by its addresses only. Each step says what was checked and how long it took; the last line is
//! `N passed, N failed`.

mod awkward;
mod browser;
mod main_job;
mod sights;

use browser::Browser;
use std::future::Future;
use std::io::Write;
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

/// Walks the whole tour, printing to `out`.
pub async fn run(servers: Servers, out: &mut (impl Write + Send)) -> std::io::Result<Score> {
    let mut tour = Tour {
        browser: Browser::new()?,
        servers,
        score: Score::default(),
        out,
    };
    main_job::by_bare_stage_move(&mut tour).await?;
    main_job::by_assess_submit(&mut tour).await?;
    awkward::never_twice(&mut tour).await?;
    awkward::awkward_people(&mut tour).await?;
    let Score { passed, failed } = tour.score;
    writeln!(tour.out, "\n{passed} passed, {failed} failed")?;
    Ok(tour.score)
}

/// One walk: the people's browser, the addresses, the count so far.
struct Tour<'out, Out> {
    browser: Browser,
    servers: Servers,
    score: Score,
    out: &'out mut Out,
}

/// What a step found out, or why it failed, in words.
type Outcome<T> = Result<(T, String), String>;

impl<Out: Write> Tour<'_, Out> {
    fn chapter(&mut self, title: &str) -> std::io::Result<()> {
        writeln!(self.out, "\n{title}")
    }

    /// Runs one step and prints how it went. `None` when it failed: what builds on it is left out.
    async fn step<T>(&mut self, name: &str, step: impl Future<Output = Outcome<T>>) -> std::io::Result<Option<T>> {
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

/// Looks again and again until `look` is satisfied; its last word when the time is up.
async fn eventually<T, F: Future<Output = Result<T, String>>>(longest: Duration, look: impl Fn() -> F) -> Result<T, String> {
    let ends = Instant::now() + longest;
    loop {
        match look().await {
            Ok(value) => return Ok(value),
            Err(reason) if Instant::now() > ends => return Err(format!("after {} s: {reason}", longest.as_secs())),
            Err(_not_yet) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
