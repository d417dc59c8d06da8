//! What the audit found.

use super::heavy::HeavyShortcut;
use super::names::Names;
use crate::label::LabelId;
use crate::prediction::Prediction;
use crate::validation::coverage_error::wilson;
use crate::validation::{Confusion, Interval, Scores};
use serde::Serialize;
use std::fmt;

/// Terms of a label that are told.
const MOST_TOLD: usize = 12;

/// What other names change in the predictions of rows that have a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The share of these rows whose predicted label is another, mean over draws.
    pub flips: f64,
    /// Its 95 % interval, as of one draw.
    pub flips_interval: Interval,
    /// Mean absolute change of the probability of the label predicted at first.
    pub mean_change: f64,
    /// Macro-F1 of these rows as they stand.
    pub macro_f1_before: f64,
    /// And with other names, mean over draws.
    pub macro_f1_after: f64,
}

/// Whether a model leans on names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditReport {
    /// Whether predictions are out of fold.
    pub out_of_fold: bool,
    /// The labels.
    pub labels: Vec<String>,
    /// All rows.
    pub n_rows: u64,
    /// Rows that have a name.
    pub n_rows_with_names: u64,
    /// Distinct words that are names.
    pub n_names: u64,
    /// The share of words inside sentences that begin with a capital.
    pub capitalised_share: f64,
    /// Whether nouns have capitals too, so that many names are none.
    pub nouns_have_capitals: bool,
    /// Every name masked; `None` where no row has one.
    pub masked: Option<Change>,
    /// Names exchanged for others of their kind.
    pub swapped: Option<Change>,
    /// Draws of exchanged names.
    pub n_draws: u64,
    /// Terms of each label that were looked at.
    pub n_terms: u64,
    /// Names, numbers and links among them.
    pub heavy: Vec<HeavyShortcut>,
}

impl Change {
    /// From the gold labels of some rows, their predictions, and those in each draw.
    ///
    /// # Panics
    /// If there is no draw, or it has other rows.
    pub fn new(
        gold: &[LabelId],
        before: &[Prediction],
        draws: &[Vec<Prediction>],
        n_labels: usize,
    ) -> Self {
        assert!(!draws.is_empty(), "at least one draw");
        let macro_f1 = |predictions: &[Prediction]| {
            let mut confusion = Confusion::new(n_labels);
            for (&gold, prediction) in gold.iter().zip(predictions) {
                confusion.add(gold, prediction.label());
            }
            Scores::new(&confusion).macro_average.f1
        };
        let (mut n_flips, mut change, mut after) = (0, 0.0, 0.0);
        for draw in draws {
            assert_eq!(draw.len(), before.len(), "the same rows");
            for (was, is) in before.iter().zip(draw) {
                n_flips += u64::from(was.label() != is.label());
                let of = |p: &Prediction| p.probability(was.label()).get();
                change += (of(was) - of(is)).abs();
            }
            after += macro_f1(draw);
        }
        let n_draws = draws.len() as f64;
        let n = (before.len() as f64 * n_draws).max(1.0);
        let flips = n_flips as f64 / n;
        let of_one_draw = (flips * before.len() as f64).round() as u64;
        Self {
            flips,
            flips_interval: wilson(of_one_draw, before.len() as u64),
            mean_change: change / n,
            macro_f1_before: macro_f1(before),
            macro_f1_after: after / n_draws,
        }
    }
}

impl AuditReport {
    /// A report without figures yet.
    pub fn new(labels: &[String], n_rows: usize, names: &Names, out_of_fold: bool) -> Self {
        Self {
            out_of_fold,
            labels: labels.to_vec(),
            n_rows: n_rows as u64,
            n_rows_with_names: 0,
            n_names: names.len() as u64,
            capitalised_share: names.capitalised_share(),
            nouns_have_capitals: names.nouns_have_capitals(),
            masked: None,
            swapped: None,
            n_draws: 0,
            n_terms: 0,
            heavy: Vec::new(),
        }
    }

    /// What the reader should know of the names, where nouns look like them.
    pub fn caution(&self) -> Option<String> {
        self.nouns_have_capitals.then(|| {
            format!(
                "nouns have capitals here, as in German ({:.0} % of the words inside sentences have one), so many of these \
                 names are ordinary nouns, and changing them changes what is said",
                self.capitalised_share * 100.0
            )
        })
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Shortcut audit ({}; {} of {} rows have one of {} names)",
            if self.out_of_fold {
                "out of fold"
            } else {
                "rows scored"
            },
            self.n_rows_with_names,
            self.n_rows,
            self.n_names
        )?;
        if let Some(caution) = self.caution() {
            writeln!(f, "note: {caution}")?;
        }
        if self.masked.is_some() {
            writeln!(
                f,
                "\n{:15}  {:>7}  {:>13}  {:>11}  {:>9}  {:>9}",
                "", "flipped", "95 % interval", "mean change", "F1 before", "F1 after"
            )?;
        }
        for (what, change) in [
            ("names masked", &self.masked),
            ("names exchanged", &self.swapped),
        ] {
            if let Some(change) = change {
                let Interval { low, high } = change.flips_interval;
                writeln!(
                    f,
                    "{what:15}  {:>7.3}  {:>13}  {:>11.3}  {:>9.3}  {:>9.3}",
                    change.flips,
                    format!("{low:.3}–{high:.3}"),
                    change.mean_change,
                    change.macro_f1_before,
                    change.macro_f1_after
                )?;
            }
        }
        writeln!(
            f,
            "\nnames, numbers and links among the {} heaviest words of each label",
            self.n_terms
        )?;
        for (k, label) in self.labels.iter().enumerate() {
            let of_label = || self.heavy.iter().filter(|heavy| heavy.label == k);
            let mut terms: Vec<String> = of_label()
                .take(MOST_TOLD)
                .map(|heavy| format!("{} {:+.2}", heavy.term, heavy.weight))
                .collect();
            if of_label().count() > MOST_TOLD {
                terms.push(format!("{} more", of_label().count() - MOST_TOLD));
            }
            let label: String = label
                .chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .collect();
            match terms.as_slice() {
                [] => writeln!(f, "  {label}: none")?,
                terms => writeln!(f, "  {label}: {}", terms.join(", "))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flips_and_changes_are_means_over_rows_and_draws() {
        let of = |p: f64| Prediction::from_probabilities(&[p, 1.0 - p]);
        let gold = [LabelId::new(0), LabelId::new(1)];
        let before = [of(0.8), of(0.4)];
        let draws = vec![vec![of(0.4), of(0.4)], vec![of(0.7), of(0.3)]];
        let change = Change::new(&gold, &before, &draws, 2);
        assert_eq!(change.flips, 0.25);
        // 0.4, 0, 0.1, 0.1
        assert!((change.mean_change - 0.15).abs() < 1e-9);
        assert_eq!(change.macro_f1_before, 1.0);
        assert!((change.macro_f1_after - (1.0 / 3.0 + 1.0) / 2.0).abs() < 1e-9);
    }
}
