//! The figures for each value of a column: by language, by source, by year.

use super::bootstrap::{Interval, ScoreIntervals};
use super::confusion::Confusion;
use super::metrics::{Scores, share};
use super::rounded;
use crate::label::LabelId;
use crate::prediction::{Prediction, UNITS};
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

/// What is said of the rows with one value, and what they are.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueShares {
    /// The value's number; `None` for rows without one.
    pub value: Option<u32>,
    /// The rows.
    pub n_rows: u64,
    /// The mean probability of each label.
    pub mean_probabilities: Vec<f64>,
    /// The share of rows of each label.
    pub shares: Vec<f64>,
}

/// Mean probability against share of rows, label by label, for the `most` commonest values (rows without a value count as
/// one), by falling number of rows; and how many values and rows are left out.
///
/// `values` has each row's value, `rows` its gold label and prediction.
///
/// # Panics
/// If `values` and `rows` differ in length, or a prediction is not among `n_labels` labels.
pub fn shares_by_value<'p>(
    values: &[Option<u32>],
    rows: impl ExactSizeIterator<Item = (LabelId, &'p Prediction)>,
    n_labels: usize,
    most: usize,
) -> (Vec<ValueShares>, usize, u64) {
    assert_eq!(values.len(), rows.len(), "a value for each row");
    // Position 0 for rows without a value, i + 1 for value i.
    let position = |value: Option<u32>| value.map_or(0, |value| value as usize + 1);
    let n_values = values.iter().map(|&v| position(v) + 1).max().unwrap_or(0);
    let mut sums = vec![vec![(0u64, 0u64); n_labels]; n_values];
    let mut n_rows = vec![0u64; n_values];
    for (&value, (gold, prediction)) in values.iter().zip(rows) {
        let at = position(value);
        n_rows[at] += 1;
        sums[at][gold.index()].1 += 1;
        for (sum, &part) in sums[at].iter_mut().zip(prediction.millionths()) {
            sum.0 += u64::from(part);
        }
    }
    let mut order: Vec<usize> = (0..n_values).filter(|&at| n_rows[at] > 0).collect();
    order.sort_by_key(|&at| (u64::MAX - n_rows[at], at == 0, at));
    let left_out = order.split_off(most.min(order.len()));
    let shares = order.iter().map(|&at| {
        let units = n_rows[at] * u64::from(UNITS);
        ValueShares {
            value: at.checked_sub(1).map(|value| value as u32),
            n_rows: n_rows[at],
            mean_probabilities: sums[at].iter().map(|sum| share(sum.0, units)).collect(),
            shares: sums[at]
                .iter()
                .map(|sum| share(sum.1, n_rows[at]))
                .collect(),
        }
    });
    let shares = shares.collect();
    let n_rows_left = left_out.iter().map(|&at| n_rows[at]).sum();
    (shares, left_out.len(), n_rows_left)
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

    #[test]
    fn each_value_has_the_mean_probability_of_its_own_rows() {
        let (a, b) = (LabelId::new(0), LabelId::new(1));
        let sure = Prediction::from_probabilities(&[0.9, 0.1]);
        let even = Prediction::from_probabilities(&[0.5, 0.5]);
        let rows = [(a, &sure), (b, &sure), (b, &even), (a, &even)];
        let values = [Some(0), Some(0), None, Some(3)];
        let (shares, n_left, n_rows_left) = shares_by_value(&values, rows.into_iter(), 2, 2);
        assert_eq!(shares[0].value, Some(0));
        assert_eq!(shares[0].mean_probabilities, [0.9, 0.1]);
        assert_eq!(shares[0].shares, [0.5, 0.5]);
        // Of values as common the named one comes first.
        assert_eq!((shares[1].value, shares[1].n_rows), (Some(3), 1));
        assert_eq!((n_left, n_rows_left), (1, 1));
    }
}
