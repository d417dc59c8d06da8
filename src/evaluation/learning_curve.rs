//! A learning curve as a table, and what it says about labelling more.

use super::table::{right_aligned, thousands};
use crate::model::learning_curve::{LearningCurve, Measured};
use crate::validation::{Doubt, Tail};
use std::fmt;

/// A gain in score below this is not worth a sentence.
const WORTH: f64 = 0.005;

/// A learning curve, laid out with `Display`.
#[derive(Debug, Clone, Copy)]
pub struct LearningCurveText<'c>(pub &'c LearningCurve);

impl LearningCurveText<'_> {
    /// Whether more labels would help, in a sentence.
    pub fn advice(&self) -> String {
        let now = self.0.points.last().map_or(0.0, |point| point.n_rows);
        advice(&self.0.macro_f1, now)
    }
}

impl fmt::Display for LearningCurveText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let curve = self.0;
        writeln!(
            f,
            "Learning curve (out of fold, nested shares of each fold's training rows; 95 % intervals):\n"
        )?;
        writeln!(
            f,
            "{:>8} {:>6}  {:<21}  {:<21}  log-loss",
            "rows", "drawn", "macro-F1", "accuracy"
        )?;
        for point in &curve.points {
            let shown = |measured: Measured| {
                let Measured { value, interval } = measured;
                format!("{value:.3} ({:.3}–{:.3})", interval.low, interval.high)
            };
            let rows = right_aligned(&format!("{:.0}", point.n_rows), 8);
            let figures = [point.macro_f1, point.accuracy, point.log_loss].map(shown);
            writeln!(
                f,
                "{rows} {:>5}×  {:<21}  {:<21}  {}",
                point.n_draws,
                figures[0],
                figures[1],
                figures[2].trim_end()
            )?;
        }
        writeln!(f, "\nFitted tails, error = a + b · rows^(−c):\n")?;
        for (name, tail) in [
            ("1 − macro-F1", &curve.macro_f1),
            ("1 − accuracy", &curve.accuracy),
            ("log-loss", &curve.log_loss),
        ] {
            let law = tail.law;
            let (gain, interval) = (tail.gain_from_doubling, tail.gain_interval);
            write!(
                f,
                "{name:<12}  a = {:.3}, b = {:.3}, c = {:.2}; twice the rows: {:+.3} ({:+.3} to {:+.3})",
                law.a, law.b, law.c, -gain, -interval.high, -interval.low
            )?;
            match tail.doubt {
                Some(doubt) => writeln!(f, "\n{:<12}  not to be relied on: {doubt}", "")?,
                None => writeln!(f)?,
            }
        }
        writeln!(f, "\n{}", self.advice())
    }
}

/// Whether more labels would help, in a sentence.
fn advice(tail: &Tail, rows: f64) -> String {
    let (gain, interval) = (tail.gain_from_doubling, tail.gain_interval);
    let doubled = format!(
        "{} rows instead of {}",
        thousands((2.0 * rows).round() as u64),
        thousands(rows.round() as u64)
    );
    let between = format!("95 % {:+.3} to {:+.3}", interval.low, interval.high);
    match tail.doubt {
        Some(Doubt::Flat) => "More labels of the same kind: no sign that they would help. Other features, clearer labels or \
                              other statements may."
            .to_owned(),
        Some(_) => format!(
            "More labels of the same kind: the fit is not to be relied on; taken at its word, {doubled} would change macro-F1 \
             by {gain:+.3} ({between})."
        ),
        None if interval.low >= WORTH => format!(
            "More labels of the same kind would help: {doubled} would change macro-F1 by about {gain:+.3} ({between})."
        ),
        None if interval.high < 2.0 * WORTH => format!(
            "More labels of the same kind would hardly help: {doubled} would change macro-F1 by about {gain:+.3} ({between})."
        ),
        None => format!(
            "More labels of the same kind may help: {doubled} would change macro-F1 by about {gain:+.3} ({between})."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::{Interval, PowerLaw};

    fn tail(gain: f64, low: f64, high: f64, doubt: Option<Doubt>) -> Tail {
        Tail {
            law: PowerLaw {
                a: 0.1,
                b: 1.0,
                c: 0.5,
            },
            at_all: 0.2,
            gain_from_doubling: gain,
            gain_interval: Interval { low, high },
            doubt,
        }
    }

    #[test]
    fn the_sentence_follows_the_interval() {
        let said = |gain, low, high, doubt| advice(&tail(gain, low, high, doubt), 1000.0);
        assert!(said(0.02, 0.01, 0.03, None).contains("would help: 2,000 rows instead of 1,000"));
        assert!(said(0.004, 0.001, 0.006, None).contains("hardly help"));
        assert!(said(0.02, 0.0, 0.05, None).contains("may help"));
        assert!(said(0.0, 0.0, 0.0, Some(Doubt::Flat)).contains("no sign"));
        assert!(said(0.02, 0.01, 0.03, Some(Doubt::PoorFit)).contains("not to be relied on"));
    }
}
