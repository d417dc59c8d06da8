//! The terminal: one file per command, each a story of open, load, score, write.
//!
//! Results go to standard output, messages to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, 130
//! interrupted; a reader that closes the pipe is success.

mod act_map;
mod args;
mod articles;
mod audit_file;
mod audit_rows;
mod check;
mod coders;
mod compare;
mod earlier_sample;
mod evaluate;
mod explain;
mod export;
mod failure;
mod index;
mod index_layout;
mod index_rows;
mod index_table;
mod inputs;
mod inspect;
mod interrupt;
mod label_errors;
mod learning_curve;
mod marked;
mod needs_check;
mod out_of_fold;
mod pipeline;
mod predict;
mod progress;
mod quotation_rows;
mod quotes;
mod report;
mod sample;
mod scored_rows;
mod scoring;
mod second_coder;
mod sensitivity;
mod sensitivity_rows;
mod sheet;
mod shell;
mod systems;
mod terminal;
mod train;
mod tuning;

use args::{Cli, Command};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;
use terminal::Terminal;

/// Parses the command line, runs the command, and turns how it ended into an exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are success; clap knows.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let terminal = Terminal::new(cli.quiet, cli.verbose);
    match run(cli, &terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.error(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(cli: Cli, terminal: &Terminal) -> Result<(), Failure> {
    interrupt::install();
    match cli.command {
        Command::Train(args) => train::run(&args, terminal),
        Command::Predict(args) => predict::run(&args, terminal),
        Command::Evaluate(args) => evaluate::run(&args, terminal),
        Command::Check(args) => check::run(&args, terminal),
        Command::Compare(args) => compare::run(&args, terminal),
        Command::Sample(args) => sample::run(&args, terminal),
        Command::Quotes(args) => quotes::run(&args, terminal),
        Command::Index(args) => index::run(&args, terminal),
        Command::Sensitivity(args) => sensitivity::run(&args, terminal),
        Command::Export(args) => export::run(&args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Inspect(args) => inspect::run(&args, terminal),
        Command::Completions { shell } => shell::completions(shell, terminal),
        Command::Man => shell::man(terminal),
    }
}
