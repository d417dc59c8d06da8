//! How often each label was taken for each.

use crate::label::LabelId;
use serde::{Deserialize, Serialize};

/// Counts of rows by gold label (first) and predicted label (second), `n_labels × n_labels`.
///
/// As JSON it is the list of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Vec<u64>>", try_from = "Vec<Vec<u64>>")]
pub struct Confusion {
    n_labels: usize,
    counts: Vec<u64>,
}

/// A list of rows that is no confusion matrix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a confusion matrix of {n_rows} rows has a row of {n_columns} columns")]
pub struct NotSquare {
    /// Rows, hence also columns expected.
    pub n_rows: usize,
    /// Columns found.
    pub n_columns: usize,
}

impl Confusion {
    /// All counts zero.
    pub fn new(n_labels: usize) -> Self {
        Self {
            n_labels,
            counts: vec![0; n_labels * n_labels],
        }
    }

    /// Counts a row.
    ///
    /// # Panics
    /// If a label is not one of the `n_labels`.
    pub fn add(&mut self, gold: LabelId, predicted: LabelId) {
        self.add_times(gold, predicted, 1);
    }

    /// Counts `n` rows.
    ///
    /// # Panics
    /// If a label is not one of the `n_labels`.
    pub fn add_times(&mut self, gold: LabelId, predicted: LabelId, n: u64) {
        assert!(predicted.index() < self.n_labels, "a label of this set");
        self.counts[gold.index() * self.n_labels + predicted.index()] += n;
    }

    /// The number of labels.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// How many rows of `gold` were predicted as `predicted`, both positions in the label set.
    ///
    /// # Panics
    /// If a position is not below [`n_labels`](Self::n_labels).
    pub fn count(&self, gold: usize, predicted: usize) -> u64 {
        assert!(predicted < self.n_labels, "a label of this set");
        self.counts[gold * self.n_labels + predicted]
    }

    /// All counts, gold label by gold label.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// For drawing again: the same cells with other counts.
    pub(super) fn counts_mut(&mut self) -> &mut [u64] {
        &mut self.counts
    }

    /// The number of rows.
    pub fn n_rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The rows whose prediction is right.
    pub fn n_correct(&self) -> u64 {
        (0..self.n_labels).map(|k| self.count(k, k)).sum()
    }

    /// The rows whose gold label is at `label`.
    pub fn n_gold(&self, label: usize) -> u64 {
        (0..self.n_labels).map(|k| self.count(label, k)).sum()
    }

    /// The rows predicted as `label`.
    pub fn n_predicted(&self, label: usize) -> u64 {
        (0..self.n_labels).map(|k| self.count(k, label)).sum()
    }
}

impl From<Confusion> for Vec<Vec<u64>> {
    fn from(confusion: Confusion) -> Self {
        let rows = confusion.counts.chunks(confusion.n_labels.max(1));
        rows.map(<[u64]>::to_vec).collect()
    }
}

impl TryFrom<Vec<Vec<u64>>> for Confusion {
    type Error = NotSquare;

    fn try_from(rows: Vec<Vec<u64>>) -> Result<Self, NotSquare> {
        let n_rows = rows.len();
        match rows.iter().map(Vec::len).find(|&n| n != n_rows) {
            Some(n_columns) => Err(NotSquare { n_rows, n_columns }),
            None => Ok(Self {
                n_labels: n_rows,
                counts: rows.concat(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gold_is_the_row_and_predicted_the_column() {
        let mut confusion = Confusion::new(3);
        for (gold, predicted) in [(0, 0), (0, 2), (0, 2), (1, 1), (2, 0)] {
            confusion.add(LabelId::new(gold), LabelId::new(predicted));
        }
        assert_eq!(confusion.count(0, 2), 2);
        assert_eq!(confusion.count(2, 0), 1);
        assert_eq!((confusion.n_gold(0), confusion.n_predicted(0)), (3, 2));
        assert_eq!((confusion.n_rows(), confusion.n_correct()), (5, 2));
    }

    #[test]
    fn json_is_a_list_of_rows_and_must_be_square() {
        let mut confusion = Confusion::new(2);
        confusion.add(LabelId::new(0), LabelId::new(1));
        let json = serde_json::to_string(&confusion).unwrap();
        assert_eq!(json, "[[0,1],[0,0]]");
        assert_eq!(serde_json::from_str::<Confusion>(&json).unwrap(), confusion);
        let error = serde_json::from_str::<Confusion>("[[0,1],[0]]").unwrap_err();
        assert!(error.to_string().contains("2 rows has a row of 1 columns"));
    }
}
