//! How a piece of work is run: taken under its due row, looked at again after a collision, parked, committed and
//! announced. What an end means for the record, and when a failed try comes back, is said here once, in [`Trouble`] and
//! [`giving_up`].

mod commit;
pub mod giving_up;
mod start;
mod trouble;
mod worker;

pub use commit::commit;
pub use start::{ledger_timing, open_store};
pub use trouble::Trouble;
pub use worker::Worker;
