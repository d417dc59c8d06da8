//! Log-odds for every row from a classifier that has not seen it.
//!
//! For each fold everything that learns – which terms are kept, document frequencies, weights – sees the other folds'
//! rows only; just the cutting of texts into terms, which learns nothing, is shared.

use super::folds::Folds;
use crate::classifier::{FitError, FitReport, LinearClassifier, ValidHyperparameters};
use crate::features::{EncodedCorpus, Selection, SelectionSettings};
use crate::label::LabelId;
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// What a cross-validation gives.
#[derive(Debug, Clone)]
pub struct OutOfFold {
    /// Raw log-odds, `n_rows × n_labels`.
    pub log_odds: Array2<f64>,
    /// How each fold's fit ended.
    pub fits: Vec<FitReport>,
}

/// The labelled rows that are fitted.
#[derive(Debug, Clone, Copy)]
pub struct LabelledRows<'a> {
    /// Their texts as terms.
    pub corpus: &'a EncodedCorpus,
    /// Their labels.
    pub labels: &'a [LabelId],
    /// Their weights, if they differ.
    pub weights: Option<&'a [f32]>,
    /// How many labels there are.
    pub n_labels: usize,
}

impl<'a> LabelledRows<'a> {
    /// Chooses features on `rows` and fits a classifier to them.
    ///
    /// # Errors
    /// [`FitError`] if the classifier cannot be fitted.
    pub fn fit(
        self,
        rows: &[u32],
        selection: SelectionSettings,
        hyperparameters: &ValidHyperparameters,
    ) -> Result<(Selection<'a>, LinearClassifier, FitReport), FitError> {
        let selection = Selection::new(self.corpus, rows, selection);
        let labels = rows
            .iter()
            .map(|&row| self.labels[row as usize].index())
            .collect();
        let mut dataset = DatasetBase::new(selection.design_matrix(rows), labels);
        if let Some(weights) = self.weights {
            let weights: Array1<f32> = rows.iter().map(|&row| weights[row as usize]).collect();
            dataset = dataset.with_weights(weights);
        }
        let (classifier, report) = hyperparameters.fit(&dataset)?;
        Ok((selection, classifier, report))
    }

    /// Out-of-fold log-odds of all rows. Folds are fitted side by side; the result does not depend on threads.
    ///
    /// # Errors
    /// [`FitError`] of the first fold that cannot be fitted.
    pub fn cross_validate(
        self,
        folds: &Folds,
        selection: SelectionSettings,
        hyperparameters: &ValidHyperparameters,
        on_fold: impl Fn() + Sync,
    ) -> Result<OutOfFold, FitError> {
        let parts: Vec<(Vec<u32>, Array2<f64>, FitReport)> = (0..folds.n_folds())
            .into_par_iter()
            .map(|fold| {
                let training: Vec<u32> = folds.training(fold).map(|row| row as u32).collect();
                let held_out: Vec<u32> = folds.held_out(fold).map(|row| row as u32).collect();
                let (selection, classifier, report) =
                    self.fit(&training, selection, hyperparameters)?;
                let rows = selection.design_matrix(&held_out);
                let log_odds = classifier
                    .log_odds_of_rows(&rows)
                    .expect("the selection made both");
                on_fold();
                Ok((held_out, log_odds, report))
            })
            .collect::<Result<_, FitError>>()?;
        let mut log_odds = Array2::zeros((self.labels.len(), self.n_labels));
        let mut fits = Vec::with_capacity(parts.len());
        for (held_out, part, report) in parts {
            for (&row, scores) in held_out.iter().zip(part.outer_iter()) {
                log_odds.row_mut(row as usize).assign(&scores);
            }
            fits.push(report);
        }
        Ok(OutOfFold { log_odds, fits })
    }
}
