//! Two systems on the same labelled rows, side by side.
//!
//! [`Comparison`] holds the figures; as JSON (serde) with six digits, as text (`Display`) in a table with the differences
//! and their intervals, McNemar's test, and the rows that flip by direction.

use super::table::{right_aligned, shown, width};
use crate::label::{LabelId, LabelSet};
use crate::predictions::Predictions;
use crate::validation::{
    Difference, McNemar, McNemarVariant, PairedCounts, ProbabilityLosses, mean_difference, rounded,
};
use serde::Serialize;
use std::fmt;

/// Draws for the intervals.
const N_BOOTSTRAP_DRAWS: usize = 1_000;
/// The most directions that text lists.
const N_LISTED_DIRECTIONS: usize = 20;

/// How two systems differ on the same rows. Differences are the second one's figure less the first one's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The rows.
    pub n_rows: u64,
    /// The first system and the second.
    pub systems: [ComparedSystem; 2],
    /// Of the accuracy.
    pub accuracy_difference: Difference,
    /// Of the macro-averaged F1.
    pub macro_f1_difference: Difference,
    /// Of the log-loss, where both have probabilities; below 0 the second is better.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_loss_difference: Option<Difference>,
    /// Bootstrap draws behind the intervals.
    pub n_bootstrap_draws: usize,
    /// Whether one is right more often.
    pub mc_nemar: McNemar,
    /// Rows that the two label differently.
    pub n_flips: u64,
    /// These rows by the two labels, the commonest first.
    pub directions: Vec<Direction>,
}

/// One system's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedSystem {
    /// What it is called.
    pub name: String,
    /// The share of right predictions.
    #[serde(serialize_with = "rounded::six_digits")]
    pub accuracy: f64,
    /// The mean of the labels' F1.
    #[serde(serialize_with = "rounded::six_digits")]
    pub macro_f1: f64,
    /// Mean −ln of the gold label's probability, where there are probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_loss: Option<f64>,
}

/// Rows that go from one label to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Direction {
    /// The first system's label.
    pub from: String,
    /// The second system's.
    pub to: String,
    /// The rows.
    pub n_rows: u64,
    /// Rows that the second alone has right.
    pub n_gained: u64,
    /// Rows that the first alone has right.
    pub n_lost: u64,
}

impl Comparison {
    /// The figures; `seed` decides the bootstrap's draws.
    ///
    /// # Panics
    /// If there are no rows, the predictions are not about as many rows, or a label is not of `label_set`.
    pub fn new(
        label_set: &LabelSet,
        gold: &[LabelId],
        names: [&str; 2],
        systems: [&Predictions; 2],
        seed: u64,
    ) -> Self {
        let [first, second] = systems.map(Predictions::labels);
        let counts = PairedCounts::new(label_set.len(), gold, &first, &second);
        let differences = counts.differences(N_BOOTSTRAP_DRAWS, seed);
        let losses = systems.map(|system| row_losses(gold, system));
        let log_loss_difference = match &losses {
            [Some(first), Some(second)] => {
                let rows: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
                Some(mean_difference(&rows, N_BOOTSTRAP_DRAWS, seed))
            }
            _ => None,
        };
        let scores = counts.scores();
        let system = |which: usize| ComparedSystem {
            name: names[which].to_owned(),
            accuracy: scores[which].accuracy,
            macro_f1: scores[which].macro_average.f1,
            log_loss: losses[which]
                .as_ref()
                .map(|rows| rounded::round(rows.iter().sum::<f64>() / rows.len() as f64)),
        };
        let flips = counts.flips();
        Self {
            n_rows: counts.n_rows(),
            systems: [system(0), system(1)],
            accuracy_difference: differences.accuracy,
            macro_f1_difference: differences.macro_f1,
            log_loss_difference,
            n_bootstrap_draws: N_BOOTSTRAP_DRAWS,
            mc_nemar: counts.mc_nemar(),
            n_flips: flips.iter().map(|flip| flip.n_rows).sum(),
            directions: flips
                .iter()
                .map(|flip| Direction {
                    from: label_set.name(flip.from).to_owned(),
                    to: label_set.name(flip.to).to_owned(),
                    n_rows: flip.n_rows,
                    n_gained: flip.n_gained,
                    n_lost: flip.n_lost,
                })
                .collect(),
        }
    }

    /// The comparison in plain sentences, for a paper's appendix.
    pub fn methods(&self) -> String {
        let of = |difference: &Difference| {
            let Difference { value, interval } = difference;
            format!(
                "{value:+.3} (95% interval {:+.3} to {:+.3})",
                interval.low, interval.high
            )
        };
        let [first, second] = &self.systems;
        let mut text = format!(
            "{} (A) and {} (B) were compared on the same {} labelled statements. Accuracy was {:.3} for A and {:.3} for B, \
             a difference (B less A) of {}; macro-averaged F1 was {:.3} and {:.3}, a difference of {}.",
            first.name,
            second.name,
            self.n_rows,
            first.accuracy,
            second.accuracy,
            of(&self.accuracy_difference),
            first.macro_f1,
            second.macro_f1,
            of(&self.macro_f1_difference)
        );
        if let (Some(a), Some(b), Some(difference)) =
            (first.log_loss, second.log_loss, &self.log_loss_difference)
        {
            text += &format!(
                " Log-loss was {a:.3} and {b:.3}, a difference of {}.",
                of(difference)
            );
        }
        text + &format!(
            " Intervals are percentiles of {} paired bootstrap draws of the statements (Efron 1979). Rows labelled \
             differently: {}; A alone was right on {} of them and B alone on {} (McNemar's test, {}: {}).",
            self.n_bootstrap_draws,
            self.n_flips,
            self.mc_nemar.only_first,
            self.mc_nemar.only_second,
            self.variant(),
            p_value(self.mc_nemar.p_value)
        )
    }

    fn variant(&self) -> &'static str {
        match self.mc_nemar.variant {
            McNemarVariant::Exact => "exact binomial; McNemar 1947",
            McNemarVariant::MidP => "mid-p; Fagerland, Lydersen and Laake 2013",
        }
    }
}

/// −ln p of every row's gold label, if there are probabilities.
fn row_losses(gold: &[LabelId], system: &Predictions) -> Option<Vec<f64>> {
    let rows = system.probabilities()?.iter().zip(gold);
    let loss = |(prediction, &gold)| {
        let mut of_row = ProbabilityLosses::new();
        of_row.add_prediction(gold, prediction);
        of_row.log_loss()
    };
    Some(rows.map(loss).collect())
}

/// A name without control characters, whole, since paths differ at their ends.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    name.chars().map(plain).collect()
}

/// `p = 0.0123`, or `p < 0.0001`.
fn p_value(p: f64) -> String {
    if p < 0.0001 {
        "p < 0.0001".to_owned()
    } else {
        format!("p = {p:.4}")
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = &self.systems;
        writeln!(f, "A  {}\nB  {}\n", plain(&first.name), plain(&second.name))?;
        let draws = self.n_bootstrap_draws;
        writeln!(
            f,
            "{:>10}{:>8}  {:>8}  {:>8}  95 % interval (paired bootstrap of rows, {draws} draws)",
            "", "A", "B", "B - A"
        )?;
        let line = |f: &mut fmt::Formatter<'_>, name, a: f64, b: f64, d: &Difference| {
            let (low, high) = (d.interval.low, d.interval.high);
            writeln!(
                f,
                "{name:<10}{a:>8.3}  {b:>8.3}  {:>+8.3}  {low:+.3} to {high:+.3}",
                d.value
            )
        };
        let (accuracy, macro_f1) = (&self.accuracy_difference, &self.macro_f1_difference);
        line(f, "accuracy", first.accuracy, second.accuracy, accuracy)?;
        line(f, "macro-F1", first.macro_f1, second.macro_f1, macro_f1)?;
        match (first.log_loss, second.log_loss, &self.log_loss_difference) {
            (Some(a), Some(b), Some(difference)) => line(f, "log-loss", a, b, difference)?,
            (None, None, _) => {}
            (a, b, _) => {
                let cell = |loss: Option<f64>| loss.map_or("none".into(), |l| format!("{l:.3}"));
                writeln!(f, "{:<10}{:>8}  {:>8}", "log-loss", cell(a), cell(b))?;
            }
        }
        let McNemar {
            only_first,
            only_second,
            p_value: p,
            ..
        } = self.mc_nemar;
        writeln!(
            f,
            "\nA alone is right on {only_first} rows, B alone on {only_second}: McNemar {} ({})",
            p_value(p),
            self.variant()
        )?;
        self.write_directions(f)
    }
}

impl Comparison {
    fn write_directions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_rows = self.n_rows;
        writeln!(f, "\n{} of {n_rows} rows flip", self.n_flips)?;
        if self.directions.is_empty() {
            return Ok(());
        }
        let listed = &self.directions[..self.directions.len().min(N_LISTED_DIRECTIONS)];
        let names: Vec<String> = listed
            .iter()
            .map(|d| format!("{} → {}", shown(&d.from), shown(&d.to)))
            .collect();
        let columns = names.iter().map(|name| width(name)).max().unwrap_or(0);
        let columns = columns.max(width("A → B"));
        let head = right_aligned("A → B", columns);
        writeln!(
            f,
            "{head}  {:>8}  {:>12}  {:>12}",
            "rows", "only B right", "only A right"
        )?;
        for (name, d) in names.iter().zip(listed) {
            let name = right_aligned(name, columns);
            let Direction {
                n_rows,
                n_gained,
                n_lost,
                ..
            } = d;
            writeln!(f, "{name}  {n_rows:>8}  {n_gained:>12}  {n_lost:>12}")?;
        }
        let more = self.directions.len() - listed.len();
        if more > 0 {
            writeln!(f, "({more} more kinds)")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prediction::Prediction;

    fn set() -> LabelSet {
        LabelSet::new(["con", "pro"]).unwrap()
    }

    fn ids(labels: &[usize]) -> Vec<LabelId> {
        labels.iter().map(|&k| LabelId::new(k)).collect()
    }

    fn sure(labels: &[usize], probability: f64) -> Predictions {
        let row = |&label: &usize| {
            let mut probabilities = [1.0 - probability; 2];
            probabilities[label] = probability;
            Prediction::from_probabilities(&probabilities)
        };
        Predictions::Probabilities(labels.iter().map(row).collect())
    }

    #[test]
    fn figures_stand_side_by_side_with_their_difference() {
        let gold = ids(&[0, 1, 0, 1]);
        let (a, b) = (sure(&[0, 0, 0, 0], 0.8), sure(&[0, 1, 0, 0], 0.6));
        let comparison = Comparison::new(&set(), &gold, ["a", "b"], [&a, &b], 0);
        assert_eq!(comparison.accuracy_difference.value, 0.25);
        let log = |p: f64| -p.ln();
        let losses = [
            (2.0 * log(0.8) + 2.0 * log(0.2)) / 4.0,
            (3.0 * log(0.6) + log(0.4)) / 4.0,
        ];
        let difference = comparison.log_loss_difference.unwrap();
        assert!((difference.value - (losses[1] - losses[0])).abs() < 1e-12);
        assert!(difference.interval.low < difference.value);
        let text = comparison.to_string();
        assert!(
            text.contains("accuracy     0.500     0.750    +0.250  +0.000 to"),
            "{text}"
        );
        assert!(text.contains("1 of 4 rows flip"), "{text}");
        assert!(
            text.contains("con → pro         1             1             0"),
            "{text}"
        );
        assert!(text.contains("exact binomial"), "{text}");
        assert!(comparison.methods().contains("B alone on 1"));
    }

    #[test]
    fn without_probabilities_there_is_no_log_loss() {
        let gold = ids(&[0, 1]);
        let labels = Predictions::Labels(ids(&[0, 0]));
        let one = sure(&[0, 1], 0.9);
        let both = Comparison::new(&set(), &gold, ["a", "b"], [&labels, &labels], 0);
        assert!(!both.to_string().contains("log-loss"));
        let json = serde_json::to_string(&both).unwrap();
        assert!(!json.contains("log_loss"), "{json}");
        let mixed = Comparison::new(&set(), &gold, ["a", "b"], [&labels, &one], 0);
        assert!(mixed.to_string().contains("log-loss      none     0.105"));
        assert!(!mixed.methods().contains("Log-loss"));
    }
}
