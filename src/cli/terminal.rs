//! Standard output for results, standard error for messages.

use super::failure::Failure;
use anstyle::{AnsiColor, Style};
use std::io::{IsTerminal, Write};

/// What may be said, and where.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    quiet: bool,
    verbose: bool,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

impl Terminal {
    pub fn new(quiet: bool, verbose: bool) -> Self {
        Self { quiet, verbose }
    }

    /// Whether progress may be shown: not with `-q`, and only to a person.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// A result, on standard output. `text` may carry colours: they are dropped where nobody would see them.
    pub fn result(&self, text: &str) -> Result<(), Failure> {
        let mut out = anstream::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::failed(format!("cannot write to standard output: {error}")),
        })
    }

    /// A word on the side; none with `-q`.
    pub fn notice(&self, message: impl std::fmt::Display) {
        if !self.quiet {
            say(format_args!("{message}"));
        }
    }

    /// What was asked for, where standard output has something else; also with `-q`.
    pub fn answer(&self, message: impl std::fmt::Display) {
        say(format_args!("{message}"));
    }

    /// A word for those who asked for more.
    pub fn detail(&self, message: impl std::fmt::Display) {
        if self.verbose {
            say(format_args!("{message}"));
        }
    }

    /// Something that is likely wrong, though the work goes on; also with `-q`.
    pub fn warning(&self, message: impl std::fmt::Display) {
        say(format_args!("{WARNING}warning:{WARNING:#} {message}"));
    }

    /// What ended the work.
    pub fn error(&self, failure: &Failure) {
        say(format_args!("{ERROR}error:{ERROR:#} {failure}"));
        if matches!(failure, Failure::Usage(_)) {
            say(format_args!("For more, try `stance --help`."));
        }
    }
}

/// A line on standard error. Nothing can be done if that is closed.
fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}
