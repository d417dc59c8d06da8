//! What abstaining buys: the share of rows that stay, and of wrong ones among them, where rows below a confidence are left
//! to people.
//!
//! The interval of a share of errors is Wilson's (1927), z = 1.96:
//! `(p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)`; it keeps to [0, 1] and means something for few rows.

use super::bootstrap::Interval;
use super::metrics::share;
use super::rounded;
use crate::label::LabelId;
use crate::prediction::{Prediction, UNITS};
use serde::Serialize;

/// What is left at one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CoveragePoint {
    /// Rows whose confidence (the probability of the predicted label) is at least this are kept.
    #[serde(serialize_with = "rounded::six_digits")]
    pub threshold: f64,
    /// Rows kept.
    pub n_kept: u64,
    /// The share of rows kept.
    #[serde(serialize_with = "rounded::six_digits")]
    pub coverage: f64,
    /// Wrong predictions among them.
    pub n_wrong: u64,
    /// Their share of the rows kept; 0 where none is.
    #[serde(serialize_with = "rounded::six_digits")]
    pub error: f64,
    /// Its 95 % interval.
    pub interval: Interval,
}

/// Rows kept and wrong ones among them at [`THRESHOLDS`](Self::THRESHOLDS), counted row by row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CoverageCounts {
    n_rows: u64,
    /// Rows kept and wrong ones at each threshold.
    kept: [(u64, u64); Self::THRESHOLDS.len()],
}

impl CoverageCounts {
    /// The thresholds of reports.
    pub const THRESHOLDS: [f64; 6] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

    /// No rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a row by the probability of its predicted label in millionths.
    pub fn add(&mut self, confidence: u32, is_correct: bool) {
        self.n_rows += 1;
        for (threshold, (kept, wrong)) in Self::THRESHOLDS.iter().zip(&mut self.kept) {
            let is_kept = f64::from(confidence) >= least(*threshold);
            *kept += u64::from(is_kept);
            *wrong += u64::from(is_kept && !is_correct);
        }
    }

    /// Counts a row by its prediction.
    pub fn add_prediction(&mut self, gold: LabelId, prediction: &Prediction) {
        let label = prediction.label();
        self.add(prediction.millionths()[label.index()], label == gold);
    }

    /// The points at the thresholds.
    pub fn points(&self) -> Vec<CoveragePoint> {
        let counts = Self::THRESHOLDS.iter().zip(self.kept);
        counts
            .map(|(&threshold, (kept, wrong))| {
                CoveragePoint::new(threshold, kept, wrong, self.n_rows)
            })
            .collect()
    }
}

impl CoveragePoint {
    fn new(threshold: f64, n_kept: u64, n_wrong: u64, n_rows: u64) -> Self {
        Self {
            threshold,
            n_kept,
            coverage: share(n_kept, n_rows),
            n_wrong,
            error: share(n_wrong, n_kept),
            interval: wilson(n_wrong, n_kept),
        }
    }
}

/// The least confidence in millionths that reaches `threshold`.
fn least(threshold: f64) -> f64 {
    // Printed probabilities have six digits: what is nearer than that to a whole number of millionths is meant to be it.
    let exact = threshold * f64::from(UNITS);
    let whole = exact.round();
    if (exact - whole).abs() < 1e-6 {
        whole
    } else {
        exact.ceil()
    }
}

/// The points at `thresholds`, of rows given by their confidence in millionths and whether the prediction is right.
pub fn coverage_errors(
    rows: impl IntoIterator<Item = (u32, bool)>,
    thresholds: &[f64],
) -> Vec<CoveragePoint> {
    let mut rows: Vec<(u32, bool)> = rows.into_iter().collect();
    rows.sort_unstable();
    // wrong[i]: wrong predictions among rows i and above.
    let mut wrong = vec![0u64; rows.len() + 1];
    for (i, (_, right)) in rows.iter().enumerate().rev() {
        wrong[i] = wrong[i + 1] + u64::from(!right);
    }
    let point = |&threshold: &f64| {
        let least = least(threshold);
        let from = rows.partition_point(|(confidence, _)| f64::from(*confidence) < least);
        let n_kept = (rows.len() - from) as u64;
        CoveragePoint::new(threshold, n_kept, wrong[from], rows.len() as u64)
    };
    thresholds.iter().map(point).collect()
}

/// Wilson's 95 % interval of the share `part` / `whole`; all of [0, 1] for nothing.
pub fn wilson(part: u64, whole: u64) -> Interval {
    if whole == 0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let (n, z) = (whole as f64, 1.96);
    let p = part as f64 / n;
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    Interval {
        low: ((centre - half) / scale).max(0.0),
        high: ((centre + half) / scale).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_threshold_keeps_fewer_rows() {
        let rows = [
            (500_000, false),
            (600_000, true),
            (700_000, false),
            (900_000, true),
            (950_000, true),
        ];
        let points = coverage_errors(rows, &[0.0, 0.6, 0.75, 0.96]);
        let kept: Vec<(u64, u64)> = points.iter().map(|p| (p.n_kept, p.n_wrong)).collect();
        assert_eq!(kept, [(5, 2), (4, 1), (2, 0), (0, 0)]);
        assert_eq!(points[1].error, 0.25);
        assert_eq!(points[1].coverage, 0.8);
    }

    #[test]
    fn counting_row_by_row_gives_the_same_points() {
        let rows = (0..400u32).map(|row| (row * 2_500, row % 3 == 0));
        let rows = rows.chain([(500_000, false), (499_999, true), (950_000, true)]);
        let mut counts = CoverageCounts::new();
        rows.clone().for_each(|(c, right)| counts.add(c, right));
        assert_eq!(
            counts.points(),
            coverage_errors(rows, &CoverageCounts::THRESHOLDS)
        );
    }

    #[test]
    fn wilsons_interval_is_that_of_statsmodels() {
        // proportion_confint(5, 20, method="wilson") = (0.11186…, 0.46870…)
        let interval = wilson(5, 20);
        assert!((interval.low - 0.1119).abs() < 1e-3, "{interval:?}");
        assert!((interval.high - 0.4687).abs() < 1e-3, "{interval:?}");
        assert_eq!(wilson(0, 3).low, 0.0);
        assert_eq!(wilson(0, 0).high, 1.0);
    }
}
