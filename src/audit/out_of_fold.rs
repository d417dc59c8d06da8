//! Predictions for altered statements by classifiers that have not seen the originals.

use crate::classifier::softmax;
use crate::features::EncodedCorpus;
use crate::label::LabelId;
use crate::model::{StanceModel, TrainingError, TrainingSettings};
use crate::prediction::Prediction;
use crate::statement::LabelledCorpus;
use crate::text::Analyzer;
use crate::validation::{Folds, LabelledRows};
use rayon::prelude::*;

/// Predictions for statements each of which is a row's, as it stands or altered: `texts` gives the row and the text. A
/// statement is scored by the classifier of the fold that holds its row out, with the same settings as in training, and the
/// final model's calibrator. Folds are fitted once more, on the original texts.
///
/// # Errors
/// [`TrainingError`] if a fold cannot be fitted, as in training.
///
/// # Panics
/// If `folds` is not about the rows of `corpus`, or never holds the row of a text out.
pub fn predict_out_of_fold(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    folds: &Folds,
    model: &StanceModel,
    texts: &[(u32, &str)],
) -> Result<Vec<Prediction>, TrainingError> {
    let analyzer = Analyzer::new(settings.text.clone())?;
    let n_rows = corpus.len();
    let encoded = EncodedCorpus::new(&analyzer, n_rows + texts.len(), |row| {
        match row.checked_sub(n_rows) {
            None => corpus.text(row),
            Some(at) => texts[at].1,
        }
    })?;
    // A label for every text; only those of rows are learned from.
    let of_texts = texts.iter().map(|(row, _)| corpus.labels()[*row as usize]);
    let labels: Vec<LabelId> = corpus.labels().iter().copied().chain(of_texts).collect();
    let rows = LabelledRows {
        corpus: &encoded,
        labels: &labels,
        weights: corpus.weights(),
        n_labels: corpus.label_set().len(),
    };
    let parts: Vec<Vec<(usize, Prediction)>> = (0..folds.n_folds())
        .into_par_iter()
        .map(|fold| {
            let training: Vec<u32> = folds.training(fold).map(|row| row as u32).collect();
            let held_out: Vec<usize> = (0..texts.len())
                .filter(|&at| usize::from(folds.fold_of_row()[texts[at].0 as usize]) == fold)
                .collect();
            let (selection, classifier, _) =
                rows.fit(&training, settings.selection, &settings.hyperparameters)?;
            let at: Vec<u32> = held_out.iter().map(|at| (n_rows + at) as u32).collect();
            let log_odds = classifier
                .log_odds_of_rows(&selection.design_matrix(&at))
                .expect("the selection made both");
            let scorer = model.scorer();
            let predictions = held_out.into_iter().zip(log_odds.outer_iter());
            Ok(predictions
                .map(|(at, raw)| {
                    let raw: Vec<f64> = raw.to_vec();
                    let mut probabilities = scorer.calibrated(&raw);
                    softmax(&mut probabilities);
                    (at, Prediction::from_probabilities(&probabilities))
                })
                .collect())
        })
        .collect::<Result<_, TrainingError>>()?;
    let mut all: Vec<(usize, Prediction)> = parts.into_iter().flatten().collect();
    assert_eq!(all.len(), texts.len(), "each text's row is held out");
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, prediction)| prediction).collect())
}
