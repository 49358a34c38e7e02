//! Waiting for what others do, with an end.

use std::future::Future;
use std::time::{Duration, Instant};

/// Not more often: Workday's record is long, and the product shares the machine.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Looks again and again until `look` is satisfied; its last word when the time is up.
pub async fn eventually<T, F: Future<Output = Result<T, String>>>(longest: Duration, look: impl Fn() -> F) -> Result<T, String> {
    let ends = Instant::now() + longest;
    loop {
        match look().await {
            Ok(value) => return Ok(value),
            Err(reason) if Instant::now() > ends => return Err(format!("after {} s: {reason}", longest.as_secs())),
            Err(_not_yet) => pass(LOOK_AGAIN).await,
        }
    }
}

/// Looks again and again for the whole time: what must not happen has had its chance.
pub async fn throughout<F: Future<Output = Result<(), String>>>(time: Duration, look: impl Fn() -> F) -> Result<(), String> {
    let ends = Instant::now() + time;
    while Instant::now() < ends {
        look().await?;
        pass(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Lets a while pass.
#[expect(clippy::disallowed_methods, reason = "it looks at others from outside, and they go by the wall")]
pub async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}
