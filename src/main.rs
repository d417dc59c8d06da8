//! The `stance` command: parse, run, exit code. Everything else is in the library, or in `cli`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
