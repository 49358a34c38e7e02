//! oauth-callback
fn main() {}
