//! The stand-in over real HTTP: every operation's ordinary answer and its refusals, the candidate page, webhooks, faults, restart.
//! Answers are checked against HeyMilo's `OpenAPI` document where it is at hand.

#![expect(clippy::disallowed_methods, reason = "the stand-in runs by the real time here")]

// One module under cfg(test), so that the test allowances of clippy.toml reach the helpers too.
#[cfg(test)]
mod cases;
