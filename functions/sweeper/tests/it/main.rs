//! What no hint announced, against a real table engine and both vendors' strict stand-ins: names are the promises.

#![cfg(test)]

mod baseline;
mod fixture;
mod parts;
mod polling;
mod releasing;
mod requisitions;
mod stage;
mod ticking;
