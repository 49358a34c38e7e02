//! result-writeback
fn main() {}
