//! report-page
fn main() {}
