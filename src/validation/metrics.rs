//! Precision, recall, F1 and their averages, as scikit-learn defines them.
//!
//! With `c[gold][predicted]` the counts, label k has precision = `c[k][k] / Σ c[·][k]`, recall = `c[k][k] / Σ c[k][·]` and
//! F1 = `2·c[k][k] / (Σ c[k][·] + Σ c[·][k])`; each is 0 where its denominator is (`zero_division=0`). The macro average
//! runs over the labels that occur as gold or predicted label, the weighted one weighs labels by their gold rows.

use super::confusion::Confusion;
use super::rounded;
use serde::{Deserialize, Serialize};

/// How well one label is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LabelScores {
    /// Of the rows predicted so, the share that is so.
    #[serde(serialize_with = "rounded::six_digits")]
    pub precision: f64,
    /// Of the rows that are so, the share predicted so.
    #[serde(serialize_with = "rounded::six_digits")]
    pub recall: f64,
    /// The harmonic mean of both.
    #[serde(serialize_with = "rounded::six_digits")]
    pub f1: f64,
    /// The rows that are so.
    pub support: u64,
}

/// Precision, recall and F1, each averaged over labels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Average {
    /// Mean precision.
    #[serde(serialize_with = "rounded::six_digits")]
    pub precision: f64,
    /// Mean recall.
    #[serde(serialize_with = "rounded::six_digits")]
    pub recall: f64,
    /// Mean F1, not the F1 of the means.
    #[serde(serialize_with = "rounded::six_digits")]
    pub f1: f64,
}

/// What a confusion matrix says about the predictions; all figures lie in [0, 1].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// The share of rows predicted rightly.
    #[serde(serialize_with = "rounded::six_digits")]
    pub accuracy: f64,
    /// Every label alike.
    pub macro_average: Average,
    /// Every label by its gold rows.
    pub weighted_average: Average,
    /// Each label, in the order of the label set.
    pub per_label: Vec<LabelScores>,
}

impl Scores {
    /// The figures of `confusion`; all 0 where it is empty.
    pub fn new(confusion: &Confusion) -> Self {
        let per_label: Vec<LabelScores> = (0..confusion.n_labels())
            .map(|k| LabelScores::new(confusion, k))
            .collect();
        let occurs = |k: &usize| confusion.n_gold(*k) + confusion.n_predicted(*k) > 0;
        let occurring = (0..confusion.n_labels()).filter(occurs);
        Self {
            accuracy: share(confusion.n_correct(), confusion.n_rows()),
            macro_average: Average::new(occurring.map(|k| (1, per_label[k]))),
            weighted_average: Average::new(per_label.iter().map(|l| (l.support, *l))),
            per_label,
        }
    }
}

impl LabelScores {
    fn new(confusion: &Confusion, label: usize) -> Self {
        let correct = confusion.count(label, label);
        let support = confusion.n_gold(label);
        let predicted = confusion.n_predicted(label);
        Self {
            precision: share(correct, predicted),
            recall: share(correct, support),
            f1: share(2 * correct, support + predicted),
            support,
        }
    }
}

impl Average {
    /// The mean of scores with their weights; 0 where the weights sum to 0.
    fn new(weighted: impl Iterator<Item = (u64, LabelScores)>) -> Self {
        let mut sum = Self::default();
        let mut total = 0;
        for (weight, scores) in weighted {
            sum.precision += weight as f64 * scores.precision;
            sum.recall += weight as f64 * scores.recall;
            sum.f1 += weight as f64 * scores.f1;
            total += weight;
        }
        let total = total.max(1) as f64;
        Self {
            precision: sum.precision / total,
            recall: sum.recall / total,
            f1: sum.f1 / total,
        }
    }
}

/// `part / whole`, 0 of nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(rows: Vec<Vec<u64>>) -> Scores {
        Scores::new(&Confusion::try_from(rows).unwrap())
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        for (f, e) in found.iter().zip(expected) {
            assert!((f - e).abs() < 1e-8, "{found:?} is not {expected:?}");
        }
    }

    /// `precision_recall_fscore_support` of scikit-learn 1.9.1 on the rows of the matrix.
    #[test]
    fn figures_are_those_of_scikit_learn() {
        let scores = scores(vec![vec![50, 5, 10], vec![3, 40, 7], vec![12, 8, 65]]);
        let column = |pick: fn(&LabelScores) -> f64| -> Vec<f64> {
            scores.per_label.iter().map(pick).collect()
        };
        assert_close(
            &column(|l| l.precision),
            &[0.76923077, 0.75471698, 0.79268293],
        );
        assert_close(&column(|l| l.recall), &[0.76923077, 0.8, 0.76470588]);
        assert_close(&column(|l| l.f1), &[0.76923077, 0.77669903, 0.77844311]);
        assert_close(&column(|l| l.support as f64), &[65.0, 50.0, 85.0]);
        let list = |a: Average| [a.precision, a.recall, a.f1];
        assert_close(
            &list(scores.macro_average),
            &[0.7722102257307043, 0.7779788838612368, 0.7747909707098127],
        );
        assert_close(
            &list(scores.weighted_average),
            &[0.7755694891854579, 0.775, 0.7750130806348469],
        );
        assert_close(&[scores.accuracy], &[0.775]);
    }

    /// The same function with `zero_division=0`: label 1 is never predicted rightly, 2 only predicted, 3 absent.
    #[test]
    fn absent_labels_leave_the_macro_average_and_division_by_zero_gives_zero() {
        let mut rows = vec![vec![0; 4]; 4];
        (rows[0][0], rows[0][1], rows[1][2]) = (3, 1, 2);
        let scores = scores(rows);
        assert_close(&[scores.macro_average.f1], &[0.2857142857142857]);
        assert_close(&[scores.macro_average.precision], &[1.0 / 3.0]);
        assert_close(&[scores.weighted_average.f1], &[0.5714285714285714]);
        assert_eq!(scores.per_label[3].f1, 0.0);
    }

    #[test]
    fn no_rows_give_zeros() {
        let scores = scores(vec![vec![0; 2]; 2]);
        assert_eq!(scores.accuracy, 0.0);
        assert_eq!(scores.macro_average, Average::default());
        assert_eq!(scores.weighted_average, Average::default());
    }
}
