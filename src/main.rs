//! 见林 jianlin: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianlin::cli::main(std::env::args_os())
}
