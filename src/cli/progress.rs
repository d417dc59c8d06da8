//! A progress line on standard error, for work over a second.

use super::terminal::Terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The time of each stage of a command, for those who asked for more.
pub struct Stages<'t> {
    terminal: &'t Terminal,
    current: Mutex<(&'static str, Instant)>,
}

impl<'t> Stages<'t> {
    /// Starts with a first stage.
    pub fn new(first: &'static str, terminal: &'t Terminal) -> Self {
        Self {
            terminal,
            current: Mutex::new((first, Instant::now())),
        }
    }

    /// Says how long the stage before took, and starts `next`.
    pub fn next(&self, next: &'static str) {
        let mut current = self
            .current
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let (name, begin) = *current;
        self.terminal.detail(format_args!(
            "{name}: {:.3} s",
            begin.elapsed().as_secs_f64()
        ));
        *current = (next, Instant::now());
    }
}

/// The progress of one command. Nothing is drawn for quick work, with `-q`, or where standard error is no terminal.
pub struct Progress {
    begin: Instant,
    shown: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    pub fn new(terminal: &Terminal) -> Self {
        Self {
            begin: Instant::now(),
            shown: terminal.shows_progress(),
            bar: Mutex::new(None),
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.begin.elapsed().as_secs_f64()
    }

    /// Shows how many of how many bytes are done (of an unknown number, if `total` is `None`).
    pub fn bytes(&self, done: u64, total: Option<u64>) {
        let with_total = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} to go";
        let template = if total.is_some() {
            with_total
        } else {
            "{spinner} {bytes}, {bytes_per_sec}"
        };
        self.draw(template, |bar| {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(done);
        });
    }

    /// Shows what is being done.
    pub fn stage(&self, what: &str) {
        self.draw("{spinner} {msg} ({elapsed})", |bar| {
            bar.set_message(what.to_owned())
        });
    }

    fn draw(&self, template: &str, update: impl FnOnce(&ProgressBar)) {
        if !self.shown {
            return;
        }
        let mut bar = self
            .bar
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template(template);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        if bar.is_hidden() && self.begin.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        update(bar);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Ok(Some(bar)) = self.bar.get_mut() {
            bar.finish_and_clear();
        }
    }
}
