//! The fits behind a search: for every subset of folds left out, all costs C on one matrix.

use super::grid::FeatureSettings;
use crate::classifier::{FitError, ValidHyperparameters, fit};
use crate::features::Selection;
use crate::validation::{Folds, LabelledRows, pruned};
use ndarray::Array2;
use rayon::prelude::*;

/// Folds left out of one fit: one, or two for the inner folds of a nested search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) first: usize,
    pub(super) second: Option<usize>,
}

impl LeftOut {
    /// Every fold alone, then, if the search is nested, every pair of folds.
    ///
    /// What is fitted without the folds o and i judges fold i where o is held out, and fold o where i is: a nested
    /// search over K folds takes K (K − 1) / 2 fits more for a cell, and not K (K − 1).
    pub(super) fn all(n_folds: usize, nested: bool) -> Vec<Self> {
        let alone = (0..n_folds).map(|first| Self {
            first,
            second: None,
        });
        let pairs = (0..n_folds).flat_map(|first| {
            (first + 1..n_folds).map(move |second| Self {
                first,
                second: Some(second),
            })
        });
        alone.chain(pairs.filter(|_| nested)).collect()
    }

    fn contains(self, fold: u16) -> bool {
        let fold = usize::from(fold);
        self.first == fold || self.second == Some(fold)
    }
}

/// What the classifiers of one path of costs C say of the rows they have not seen.
pub(super) struct HeldOut {
    pub(super) left_out: LeftOut,
    /// The rows of the folds left out.
    pub(super) rows: Vec<u32>,
    /// The number of features.
    pub(super) n_features: usize,
    /// Log-odds of these rows (`rows × labels`), one for each C.
    pub(super) log_odds: Vec<Array2<f64>>,
    /// Fits that did not converge.
    pub(super) unconverged: u64,
}

/// Fits all costs of `path` for each of `subsets`, side by side; the result does not depend on threads. Terms, their
/// scales and the weights are those of the rows that are fitted.
pub(super) fn fit_path(
    rows: LabelledRows<'_>,
    folds: &Folds,
    subsets: &[LeftOut],
    features: &FeatureSettings,
    path: &[ValidHyperparameters],
) -> Result<Vec<HeldOut>, FitError> {
    subsets
        .par_iter()
        .map(|left_out| {
            let numbered = (0u32..).zip(folds.fold_of_row());
            let (held_out, training): (Vec<_>, Vec<_>) =
                numbered.partition(|(_, fold)| left_out.contains(**fold));
            let number = |rows: Vec<(u32, &u16)>| rows.into_iter().map(|(row, _)| row).collect();
            let (held_out, training): (Vec<u32>, Vec<u32>) = (number(held_out), number(training));
            let selection = Selection::new(rows.corpus, rows.labels, &training, features.selection);
            let matrix = selection.design_matrix(&training);
            let held_out_matrix = selection.design_matrix(&held_out);
            let n_features = selection.n_features();
            let of = |row: &u32| *row as usize;
            let labels: Vec<_> = training.iter().map(|row| rows.labels[of(row)]).collect();
            let weights: Option<Vec<f32>> = rows
                .weights
                .map(|weights| training.iter().map(|row| weights[of(row)]).collect());
            let mut log_odds = Vec::with_capacity(path.len());
            let mut unconverged = 0;
            let least = features.selection.prune;
            for hyperparameters in path {
                let weights = weights.as_deref();
                let (classifier, report) = fit(
                    &matrix,
                    &labels,
                    weights,
                    rows.n_labels,
                    hyperparameters,
                    None,
                )?;
                unconverged += u64::from(!report.converged());
                log_odds.push(
                    if least == 0.0 {
                        classifier.log_odds_of_rows(&held_out_matrix)
                    } else {
                        let (kept, classifier) = pruned(&selection, &classifier, least);
                        classifier.log_odds_of_rows(&kept.design_matrix(&held_out))
                    }
                    .expect("the selection made both"),
                );
            }
            Ok(HeldOut {
                left_out: *left_out,
                rows: held_out,
                n_features,
                log_odds,
                unconverged,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_search_leaves_out_each_fold_and_each_pair_once() {
        assert_eq!(LeftOut::all(5, false).len(), 5);
        let nested = LeftOut::all(4, true);
        assert_eq!(nested.len(), 4 + 6);
        assert!(nested.iter().all(|left| left.second != Some(left.first)));
    }
}
