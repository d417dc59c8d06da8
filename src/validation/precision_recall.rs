//! How precision falls as more of a label is found: one label against all others, over every threshold of its
//! probability.
//!
//! Rows are put in order by falling probability; rows with the same one come in together. After each step, recall is the
//! share of the label's rows that are in, precision the share of the rows that are in that have the label. The average
//! precision is Σ (Rᵢ − Rᵢ₋₁) · Pᵢ, without interpolation, as scikit-learn's `average_precision_score`.

use super::metrics::share;
use super::rounded;
use crate::prediction::UNITS;
use serde::Serialize;

/// What a threshold gives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PrecisionRecallPoint {
    /// Rows with at least this probability are taken for the label.
    #[serde(serialize_with = "rounded::six_digits")]
    pub threshold: f64,
    /// Of the rows taken, the share with the label.
    #[serde(serialize_with = "rounded::six_digits")]
    pub precision: f64,
    /// Of the rows with the label, the share taken.
    #[serde(serialize_with = "rounded::six_digits")]
    pub recall: f64,
}

/// The curve of one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrecisionRecallCurve {
    /// Area under the curve's steps; 0 without rows of the label.
    #[serde(serialize_with = "rounded::six_digits")]
    pub average_precision: f64,
    /// The rows with the label.
    pub n_positive: u64,
    /// All rows.
    pub n_rows: u64,
    /// By falling threshold, hence rising recall; none without rows of the label.
    pub points: Vec<PrecisionRecallPoint>,
}

impl PrecisionRecallCurve {
    /// The curve of rows given by the label's probability in millionths and whether they have the label.
    pub fn new(rows: impl IntoIterator<Item = (u32, bool)>) -> Self {
        let mut rows: Vec<(u32, bool)> = rows.into_iter().collect();
        rows.sort_unstable_by(|a, b| b.cmp(a));
        let n_positive = rows.iter().filter(|(_, positive)| *positive).count() as u64;
        let mut points = Vec::new();
        let mut average_precision = 0.0;
        let (mut taken, mut found, mut recall_before) = (0, 0, 0.0);
        let together = rows.chunk_by(|a, b| a.0 == b.0);
        for tied in together.filter(|_| n_positive > 0) {
            taken += tied.len() as u64;
            found += tied.iter().filter(|(_, positive)| *positive).count() as u64;
            let point = PrecisionRecallPoint {
                threshold: f64::from(tied[0].0) / f64::from(UNITS),
                precision: share(found, taken),
                recall: share(found, n_positive),
            };
            average_precision += (point.recall - recall_before) * point.precision;
            recall_before = point.recall;
            points.push(point);
        }
        Self {
            average_precision,
            n_positive,
            n_rows: rows.len() as u64,
            points,
        }
    }

    /// For recalls of 1/`n`, 2/`n` … 1: the first point that reaches it. Points that reach several come once.
    #[must_use]
    pub fn thinned(&self, n: usize) -> Vec<PrecisionRecallPoint> {
        let mut thin: Vec<PrecisionRecallPoint> = Vec::new();
        let mut step = 1;
        for point in &self.points {
            let reached = |step: usize| point.recall * n as f64 >= step as f64 - 1e-9;
            if step <= n && reached(step) {
                thin.push(*point);
                while step <= n && reached(step) {
                    step += 1;
                }
            }
        }
        thin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precision_is_that_of_scikit_learn() {
        // average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.8333…
        let curve = PrecisionRecallCurve::new([
            (100_000, false),
            (400_000, false),
            (350_000, true),
            (800_000, true),
        ]);
        assert!((curve.average_precision - 5.0 / 6.0).abs() < 1e-12);
        let recalls: Vec<f64> = curve.points.iter().map(|p| p.recall).collect();
        assert_eq!(recalls, [0.5, 0.5, 1.0, 1.0]);
        assert_eq!(curve.points[0].threshold, 0.8);
    }

    #[test]
    fn rows_of_one_probability_come_in_together() {
        let curve = PrecisionRecallCurve::new([(5, true), (5, false), (5, false), (5, true)]);
        assert_eq!(curve.points.len(), 1);
        assert_eq!(curve.average_precision, 0.5);
    }

    #[test]
    fn a_label_without_rows_has_no_curve() {
        let curve = PrecisionRecallCurve::new([(5, false), (7, false)]);
        assert!(curve.points.is_empty());
        assert_eq!(curve.average_precision, 0.0);
        assert_eq!(PrecisionRecallCurve::new([]).n_rows, 0);
    }

    #[test]
    fn a_thinned_curve_reaches_full_recall() {
        let curve = PrecisionRecallCurve::new((0..1_000u32).map(|i| (i, i % 3 == 0)));
        let thin = curve.thinned(10);
        assert_eq!(thin.len(), 10);
        assert_eq!(thin.last().unwrap().recall, 1.0);
        assert!(
            thin.iter()
                .zip(1..)
                .all(|(p, step)| p.recall >= f64::from(step) / 10.0 - 1e-9)
        );
    }
}
