//! The client over real HTTP against a scripted server, and against HeyMilo's published document where it is at hand.

#![expect(clippy::disallowed_methods, reason = "the other side is a real server, which takes its real time")]

#[cfg(test)]
mod answers;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod stub;
