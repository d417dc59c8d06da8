//! Which labels are likely wrong.
//!
//! Out-of-fold probabilities and the labels as given go in, ranked rows come out. Nothing is known of texts here.
//!
//! This is confident learning, "prune by noise rate" (Northcutt, Jiang and Chuang 2021): first *how many* labels are wrong is
//! estimated, then the rows least likely to have their given label are taken, so many of them. Two things are done in
//! another way, because labels of stance are hard to tell apart and a row that is hard is not a row that is wrong:
//!
//! - **How many.** The paper counts a row as wrong if another label's probability reaches that label's mean (the *confident
//!   joint*). With hard labels that mean is low, and hard rows are counted as wrong. Here the rate comes from the rows
//!   that the classifier is surest of: of those predicted as label j, the tenth with the highest probabilities, but no fewer
//!   than 100 or a quarter of them, and 30 at least; then twice as many again and again, while the rows behind show no
//!   clearly higher rate. There hardly any row is hard, so a label other than j is an error. T_ij, the share of them with the
//!   given label i, estimates P(given i | true j), as *anchor points* do (Liu and Tao 2016). The errors expected are
//!   N = Σ_j (1 − T_jj) · n_j with n_j the rows predicted as j. T_jj is counted in m_j rows only, so N has the standard
//!   error √(Σ_j n_j² · T_jj (1 − T_jj) / m_j), and one of it is taken off: rather a few errors less than right labels
//!   doubted.
//! - **Which.** All rows whose prediction is not their label are ranked together by the ratio p(given) / p(predicted), lowest
//!   first; so many of the first are returned.

use crate::label::LabelId;
use ndarray::{Array2, ArrayView2};

/// One row in so many of those predicted as a label is sure enough to count errors in.
const SURE_SHARE: usize = 10;
/// Rows to count in where that is fewer, as long as they are no more than a quarter.
const ENOUGH_ROWS: usize = 100;
/// Rows to count in at least.
const MIN_SURE_ROWS: usize = 30;

/// A row whose label is likely wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelError {
    /// The row, from 0.
    pub row: usize,
    /// The label that it has.
    pub given: LabelId,
    /// Its probability.
    pub given_probability: f64,
    /// The label that it should likely have.
    pub suggested: LabelId,
    /// Its probability.
    pub suggested_probability: f64,
}

impl LabelError {
    /// p(given) / p(suggested): the lower, the likelier an error.
    pub fn ratio(&self) -> f64 {
        self.given_probability / self.suggested_probability
    }
}

/// The labels that are likely wrong, and how that was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelErrors {
    /// `n_labels × n_labels`: T_ij, the share of given label i among the surest rows predicted as j; a column of a label
    /// that is never predicted has 1 on the diagonal.
    pub given_of_predicted: Array2<f64>,
    /// The rows predicted as their label.
    pub n_agreeing: usize,
    /// The errors expected among all rows.
    pub n_expected: usize,
    /// The rows, the likeliest error first: as many as are expected, less a standard error.
    pub ranked: Vec<LabelError>,
}

impl LabelErrors {
    /// Judges the `labels` by `probabilities`, `n_rows × n_labels`, of a classifier that has not seen the rows; calibrated
    /// ones, or ratios of different rows do not compare.
    ///
    /// # Panics
    /// If there is not a row of probabilities for each label, or a label without a column.
    pub fn new(probabilities: ArrayView2<'_, f64>, labels: &[LabelId]) -> Self {
        assert_eq!(
            probabilities.nrows(),
            labels.len(),
            "probabilities and labels of the same rows"
        );
        let predicted: Vec<usize> = probabilities
            .outer_iter()
            .map(|row| {
                (1..row.len()).fold(
                    0,
                    |best, next| if row[next] > row[best] { next } else { best },
                )
            })
            .collect();
        let n_labels = probabilities.ncols();
        let mut given_of_predicted = Array2::eye(n_labels);
        let (mut expected, mut variance) = (0.0, 0.0);
        for label in 0..n_labels {
            let mut rows: Vec<usize> = (0..labels.len())
                .filter(|&row| predicted[row] == label)
                .collect();
            if rows.is_empty() {
                continue;
            }
            let n_predicted = rows.len();
            let probability = |row: usize| probabilities[[row, label]];
            rows.sort_unstable_by(|&one, &other| {
                let falling = probability(other).total_cmp(&probability(one));
                falling.then(one.cmp(&other))
            });
            rows.truncate(n_sure_and_alike(&rows, |row| labels[row].index() != label));
            given_of_predicted.column_mut(label).fill(0.0);
            for &row in &rows {
                given_of_predicted[[labels[row].index(), label]] += 1.0 / rows.len() as f64;
            }
            let n_right = rows
                .iter()
                .filter(|&&row| labels[row].index() == label)
                .count();
            let right = n_right as f64 / rows.len() as f64;
            let n_predicted = n_predicted as f64;
            expected += n_predicted * (1.0 - right);
            variance += n_predicted * n_predicted * right * (1.0 - right) / rows.len() as f64;
        }
        let mut ranked: Vec<LabelError> = labels
            .iter()
            .enumerate()
            .filter(|&(row, label)| predicted[row] != label.index())
            .map(|(row, &given)| LabelError {
                row,
                given,
                given_probability: probabilities[[row, given.index()]],
                suggested: LabelId::new(predicted[row]),
                suggested_probability: probabilities[[row, predicted[row]]],
            })
            .collect();
        let n_agreeing = labels.len() - ranked.len();
        ranked.sort_by(|one, other| one.ratio().total_cmp(&other.ratio()));
        ranked.truncate((expected - variance.sqrt()).max(0.0).round() as usize);
        Self {
            given_of_predicted,
            n_agreeing,
            n_expected: expected.round() as usize,
            ranked,
        }
    }

    /// The share of rows that are expected to have a wrong label.
    pub fn noise_rate(&self, n_rows: usize) -> f64 {
        self.n_expected as f64 / n_rows.max(1) as f64
    }
}

/// How many of `n_predicted` rows predicted as a label are sure enough to count errors in.
fn n_sure(n_predicted: usize) -> usize {
    let enough = ENOUGH_ROWS.min(n_predicted / 4).max(MIN_SURE_ROWS);
    (n_predicted / SURE_SHARE).max(enough).min(n_predicted)
}

/// How many of `rows`, the surest first, have errors at the rate of the surest: these, and twice as many again and again
/// while the rows behind have no clearly higher rate (one standard error of the difference).
fn n_sure_and_alike(rows: &[usize], is_wrong: impl Fn(usize) -> bool) -> usize {
    let count =
        |from: usize, to: usize| rows[from..to].iter().filter(|&&row| is_wrong(row)).count() as f64;
    let mut n = n_sure(rows.len());
    while n < rows.len() {
        let more = (2 * n).min(rows.len());
        let (first, behind) = (count(0, n), count(n, more));
        let (n_first, n_behind) = (n as f64, (more - n) as f64);
        let rate = (first + behind) / more as f64;
        let standard_error = (rate * (1.0 - rate) * (1.0 / n_first + 1.0 / n_behind)).sqrt();
        if behind / n_behind - first / n_first > standard_error {
            break;
        }
        n = more;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    /// Rows of three labels whose true probabilities are known: half are sure (0.98), half are hard (0.6 and 0.4). Labels
    /// are drawn from them, then the share `noise` of all is exchanged for another. The probabilities are those of the
    /// labels as given, so they know of the noise as those of a calibrated classifier would.
    fn drawn(n_rows: usize, noise: f64, seed: u64) -> (Array2<f64>, Vec<LabelId>, Vec<bool>) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut probabilities = Array2::zeros((n_rows, 3));
        let (mut labels, mut flipped) = (Vec::new(), Vec::new());
        for row in 0..n_rows {
            let first = rng.gen_range(0..3);
            let second = (first + 1) % 3;
            let top = if row % 2 == 0 { 0.999 } else { 0.6 };
            let mut truth = [0.0; 3];
            (truth[first], truth[second]) = (top, 1.0 - top);
            let mut label = if rng.gen_bool(top) { first } else { second };
            let flip = rng.gen_bool(noise);
            if flip {
                label = (label + rng.gen_range(1..3)) % 3;
            }
            for k in 0..3 {
                probabilities[[row, k]] = (1.0 - noise) * truth[k] + noise / 2.0 * (1.0 - truth[k]);
            }
            labels.push(LabelId::new(label));
            flipped.push(flip);
        }
        (probabilities, labels, flipped)
    }

    #[test]
    fn exchanged_labels_are_found_and_as_many_as_there_are() {
        let (probabilities, labels, flipped) = drawn(6_000, 0.05, 3);
        let found = LabelErrors::new(probabilities.view(), &labels);
        let n_flipped = flipped.iter().filter(|&&flip| flip).count();
        assert!(
            found.n_expected.abs_diff(n_flipped) < n_flipped / 3,
            "{} of {n_flipped}",
            found.n_expected
        );
        let right = found
            .ranked
            .iter()
            .filter(|error| flipped[error.row])
            .count();
        // All of those among the sure rows, and the third label among the hard ones; the exchange of two hard labels cannot
        // be seen.
        let precision = right as f64 / found.ranked.len() as f64;
        let recall = right as f64 / n_flipped as f64;
        assert!(precision > 0.7 && recall > 0.6, "{precision} {recall}");
    }

    #[test]
    fn hard_rows_are_not_wrong_rows() {
        let (probabilities, labels, _) = drawn(6_000, 0.0, 4);
        let n_disagreeing = (0..6_000)
            .filter(|&row| probabilities[[row, labels[row].index()]] < 0.5)
            .count();
        assert!(n_disagreeing > 1_000);
        let found = LabelErrors::new(probabilities.view(), &labels);
        assert!(found.ranked.len() < 30, "{}", found.ranked.len());
    }

    #[test]
    fn the_least_likely_label_comes_first() {
        let (probabilities, labels, _) = drawn(2_000, 0.1, 5);
        let found = LabelErrors::new(probabilities.view(), &labels);
        assert!(
            found
                .ranked
                .windows(2)
                .all(|pair| pair[0].ratio() <= pair[1].ratio())
        );
        let sums = found
            .given_of_predicted
            .columns()
            .into_iter()
            .map(|column| column.sum());
        assert!(sums.into_iter().all(|sum| (sum - 1.0).abs() < 1e-9));
    }

    #[test]
    fn sure_rows_are_a_tenth_but_enough_to_count_in() {
        let of = [0, 20, 100, 240, 800, 5_000].map(n_sure);
        assert_eq!(of, [0, 20, 30, 60, 100, 500]);
    }

    #[test]
    fn sure_rows_are_counted_on_while_the_rate_stays() {
        let rows: Vec<usize> = (0..2_000).collect();
        // One in twenty wrong throughout, or one in three behind the first 800.
        let steady = |row: usize| row % 20 == 3;
        assert_eq!(n_sure_and_alike(&rows, steady), 2_000);
        assert_eq!(
            n_sure_and_alike(&rows, |row| if row < 800 {
                steady(row)
            } else {
                row % 3 == 0
            }),
            800
        );
        assert_eq!(n_sure_and_alike(&[], steady), 0);
    }

    #[test]
    fn no_rows_have_no_errors() {
        let found = LabelErrors::new(Array2::zeros((0, 2)).view(), &[]);
        assert_eq!((found.n_expected, found.ranked.len()), (0, 0));
        assert_eq!(found.noise_rate(0), 0.0);
    }

    proptest! {
        #[test]
        fn suggestions_are_other_labels_and_no_row_comes_twice(
            rows in proptest::collection::vec((proptest::array::uniform3(0.001f64..1.0), 0usize..3), 1..200),
        ) {
            let mut probabilities = Array2::zeros((rows.len(), 3));
            for (row, (values, _)) in rows.iter().enumerate() {
                let sum: f64 = values.iter().sum();
                (0..3).for_each(|k| probabilities[[row, k]] = values[k] / sum);
            }
            let labels: Vec<LabelId> = rows.iter().map(|(_, label)| LabelId::new(*label)).collect();
            let found = LabelErrors::new(probabilities.view(), &labels);
            prop_assert!(found.ranked.len() <= found.n_expected);
            let mut seen: Vec<usize> = found.ranked.iter().map(|error| error.row).collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), found.ranked.len());
            for error in &found.ranked {
                prop_assert!(error.suggested != error.given && error.ratio() < 1.0 + 1e-12);
            }
        }
    }
}
