//! What no hint announced, against a real table engine and both vendors' strict stand-ins: names are the promises.

#![cfg(test)]

mod backlog;
mod baseline;
mod fixture;
mod healthy_push;
mod idle;
mod parts;
mod polling;
mod posting_standing;
mod postings;
mod preflight;
mod releasing;
mod requisitions;
mod seen_ids;
mod size;
mod stage;
mod ticking;
mod unfiltered;
