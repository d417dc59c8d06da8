//! The figures for each value of a column: by language, by source, by year.

use super::bootstrap::{Interval, ScoreIntervals};
use super::confusion::Confusion;
use super::metrics::Scores;
use super::rounded;
use crate::label::LabelId;
use serde::Serialize;

/// The figures of the rows with one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueScores {
    /// The value's number; `None` for rows without one.
    pub value: Option<u32>,
    /// The rows.
    pub n_rows: u64,
    /// The share of right predictions.
    #[serde(serialize_with = "rounded::six_digits")]
    pub accuracy: f64,
    /// The mean of F1 over the labels that occur among the rows, as gold or predicted label.
    #[serde(serialize_with = "rounded::six_digits")]
    pub macro_f1: f64,
    /// Its 95 % interval.
    pub macro_f1_interval: Interval,
}

/// The figures of the `most` commonest values (rows without a value count as one), by falling number of rows, and how
/// many values and rows are left out.
///
/// `values` has each row's value, `rows` its gold and predicted label.
///
/// # Panics
/// If `values` and `rows` differ in length.
pub fn scores_by_value(
    values: &[Option<u32>],
    rows: &[(LabelId, LabelId)],
    n_labels: usize,
    most: usize,
    n_draws: usize,
    seed: u64,
) -> (Vec<ValueScores>, usize, u64) {
    assert_eq!(values.len(), rows.len(), "a value for each row");
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_by_key(|&row| (values[row as usize].is_none(), values[row as usize]));
    let mut runs: Vec<&[u32]> = order
        .chunk_by(|&a, &b| values[a as usize] == values[b as usize])
        .collect();
    // Stable: among values with as many rows the first comes first.
    runs.sort_by_key(|run| usize::MAX - run.len());
    let left_out = runs.split_off(most.min(runs.len()));
    let scores = runs
        .iter()
        .map(|run| {
            let mut confusion = Confusion::new(n_labels);
            for &row in *run {
                let (gold, predicted) = rows[row as usize];
                confusion.add(gold, predicted);
            }
            let scores = Scores::new(&confusion);
            ValueScores {
                value: values[run[0] as usize],
                n_rows: run.len() as u64,
                accuracy: scores.accuracy,
                macro_f1: scores.macro_average.f1,
                macro_f1_interval: ScoreIntervals::bootstrap(&confusion, n_draws, seed).macro_f1,
            }
        })
        .collect();
    let n_rows_left = left_out.iter().map(|run| run.len() as u64).sum();
    (scores, left_out.len(), n_rows_left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_the_figures_of_its_own_rows() {
        let (a, b) = (LabelId::new(0), LabelId::new(1));
        let values = [Some(1), Some(0), None, Some(1), Some(1), Some(2)];
        let rows = [(a, a), (a, b), (b, b), (b, b), (b, a), (a, a)];
        let (scores, n_left, n_rows_left) = scores_by_value(&values, &rows, 2, 3, 20, 0);
        let found: Vec<(Option<u32>, u64, f64)> = scores
            .iter()
            .map(|s| (s.value, s.n_rows, s.accuracy))
            .collect();
        assert_eq!(
            found,
            [
                (Some(1), 3, 2.0 / 3.0),
                (Some(0), 1, 0.0),
                (Some(2), 1, 1.0)
            ]
        );
        assert_eq!((n_left, n_rows_left), (1, 1));
    }
}
