//! Tells people of a workspace what needs them.
//!
//! Trigger: `NoticeQueue` (`notify`). Effect: one mail for each notice, to the address that the workspace named. Idempotency
//! key: the ledger step `notice` of the notice. Never writes to a candidate or a vendor.

mod function;
mod notice;

pub use function::Function;
