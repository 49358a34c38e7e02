//! webhook-intake
fn main() {}
