//! 见林 jianlin: parse, run, exit code.

fn main() {}
