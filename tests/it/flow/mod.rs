//! Whole flows: every function in one process over the embedded AWS services, the vendors as the strict stand-ins.
//!
//! Names are the promises. A fixture is a product of its own, driven by hand: nothing happens between two calls of
//! [`fixture::Flow::settle`]. Its clock skips to the next due work, and it fails the test that leaves work behind.

pub(crate) mod fixture;
mod leftovers;
pub(crate) mod time;

mod assess_events;
mod awkward_input;
mod bad_input;
mod crowd;
mod double_delivery;
mod end_states;
mod evergreen;
mod followed_link;
mod linking;
mod long_outage;
mod main_job;
mod one_move;
mod outage;
mod paging;
mod refused_writes;
mod second_visit;
mod telling;
mod virtual_day;
mod who_sends;
