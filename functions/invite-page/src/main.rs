//! invite-page
fn main() {}
