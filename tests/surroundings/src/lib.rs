//! What is around the product, in this process: a network without sockets, both vendors as hosts of it, and one
//! function's desk among them.
//!
//! Everything goes by one clock, so that a test waits for nothing: it moves the time, or lets it skip to whatever is next.

mod desk;
mod network;
mod vendors;

pub use desk::{APPLICATION, Desk, POSTING, REQUISITION, START, at_desk, batch_of};
pub use network::{Host, Network, routed};
pub use vendors::{heymilo, stand_ins, workday};
