//! Shares corrected by what the classifier did on its training data: right only where its errors are the same there.
//!
//! Adjusted counts (Forman 2008, "Quantifying counts and costs via classification"; Hopkins & King 2010) solve `q = Mᵀ s` for the
//! true shares s, where q are the shares of predicted labels and M the out-of-fold confusion matrix by rows of gold labels.
//! Expectation–maximisation (Saerens, Latinne & Decaestecker 2002) finds the shares under which the calibrated probabilities, restated for
//! them, have these shares as their mean.

use super::linear::solved;

/// The most rounds of expectation–maximisation, and the change of a share at which it ends.
const MOST_ROUNDS: usize = 1000;
const TOLERANCE: f64 = 1e-9;
/// The least share of a label in training.
const LEAST: f64 = 1e-9;

/// The true shares for which a classifier with the confusion matrix `counts` (by gold label and predicted label) would predict the
/// shares `predicted`; negative ones are set to 0 and the rest to a sum of 1. None where the matrix tells labels not apart.
pub fn adjusted_counts(counts: &[Vec<u64>], predicted: &[f64]) -> Option<Vec<f64>> {
    let n = predicted.len();
    if counts.len() != n || counts.iter().any(|row| row.len() != n) {
        return None;
    }
    // Columns are gold labels: rates of predicted labels.
    let mut system = vec![vec![0.0; n + 1]; n];
    for (gold, row) in counts.iter().enumerate() {
        let total: u64 = row.iter().sum();
        if total == 0 {
            return None;
        }
        for (label, &count) in row.iter().enumerate() {
            system[label][gold] = count as f64 / total as f64;
        }
    }
    for (row, &share) in system.iter_mut().zip(predicted) {
        row[n] = share;
    }
    let solution = solved(system, n)?;
    let mut shares: Vec<f64> = solution.iter().map(|row| row[0]).collect();
    shares.iter_mut().for_each(|share| *share = share.max(0.0));
    let sum: f64 = shares.iter().sum();
    (sum > 0.0).then(|| shares.iter().map(|share| share / sum).collect())
}

/// The shares that calibrated probabilities tell, which were calibrated where labels had the shares `trained`; and whether the
/// rounds came to an end.
pub fn expectation_maximisation<'p>(
    probabilities: impl Iterator<Item = &'p [f32]> + Clone,
    trained: &[f64],
) -> (Vec<f64>, bool) {
    let mut shares = trained.to_vec();
    let mut restated = vec![0.0; trained.len()];
    for _ in 0..MOST_ROUNDS {
        let ratios: Vec<f64> = shares
            .iter()
            .zip(trained)
            .map(|(share, trained)| share / trained.max(LEAST))
            .collect();
        let mut sums = vec![0.0; trained.len()];
        let mut n = 0.0;
        for row in probabilities.clone() {
            let mut total = 0.0;
            for ((value, &p), ratio) in restated.iter_mut().zip(row).zip(&ratios) {
                *value = f64::from(p) * ratio;
                total += *value;
            }
            if total > 0.0 {
                n += 1.0;
                for (sum, value) in sums.iter_mut().zip(&restated) {
                    *sum += value / total;
                }
            }
        }
        if n == 0.0 {
            return (shares, false);
        }
        let change = sums
            .iter()
            .zip(&shares)
            .map(|(sum, share)| (sum / n - share).abs())
            .fold(0.0, f64::max);
        shares = sums.into_iter().map(|sum| sum / n).collect();
        if change < TOLERANCE {
            return (shares, true);
        }
    }
    (shares, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_counts_undo_the_confusion() {
        let counts = vec![vec![80, 20], vec![30, 70]];
        // Of 0.1 and 0.9: 0.08 + 0.27 are predicted as the first.
        let shares = adjusted_counts(&counts, &[0.35, 0.65]).expect("has a solution");
        assert!((shares[0] - 0.1).abs() < 1e-12, "{shares:?}");
        assert_eq!(adjusted_counts(&counts, &[0.1, 0.9]), Some(vec![0.0, 1.0]));
        assert_eq!(
            adjusted_counts(&[vec![1, 1], vec![1, 1]], &[0.5, 0.5]),
            None
        );
    }

    #[test]
    fn expectation_maximisation_finds_the_shares_of_another_mix() {
        // Two kinds of rows under equal shares in training; the first label has 4 in 5 of the first kind.
        let kinds: [&[f32]; 2] = [&[0.8, 0.2], &[0.2, 0.8]];
        // With true shares 0.1 and 0.9: 0.1 · 0.8 + 0.9 · 0.2 = 0.26 are of the first kind.
        let rows: Vec<&[f32]> = (0..1000)
            .map(|row| kinds[usize::from(row >= 260)])
            .collect();
        let (shares, ended) = expectation_maximisation(rows.iter().copied(), &[0.5, 0.5]);
        assert!(ended && (shares[0] - 0.1).abs() < 1e-5, "{shares:?}");
    }
}
