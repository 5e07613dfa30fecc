//! Times each stage against its floor.
fn main() {}
