//! invite-sender
fn main() {}
