//! Which rows' labels are likely wrong, by cross-validation: learn, put aside what looks wrong, learn again.
//!
//! A wrong label is learned from like a right one and then speaks for other wrong ones. So there are two rounds. In the first
//! all rows are learned from, and [`LabelErrors`] names suspects. In the second, suspects weigh a thousandth, so that they
//! are judged by classifiers that hardly know them; what is then named is the answer. In each round out-of-fold
//! probabilities are averaged over several deals of the rows to folds (seeds), which takes the chance of one deal away.

use super::out_of_fold::{Judged, kept_together};
use super::trainer::{Stage, TrainingError, TrainingSettings};
use crate::features::EncodedCorpus;
use crate::statement::LabelledCorpus;
use crate::text::Analyzer;
use crate::validation::{LabelErrors, LabelledRows};
use ndarray::Array2;

/// Rounds of learning.
const N_ROUNDS: usize = 2;
/// Deals of the rows to folds in a round.
const N_DEALS: u64 = 3;
/// With more rows than this, one deal: chance evens out among so many, and time counts.
const MANY_ROWS: usize = 100_000;
/// What a row put aside weighs.
const ASIDE: f32 = 1e-3;

/// The rows of `corpus` whose labels are likely wrong, and the out-of-fold probabilities (calibrated, cross-fitted,
/// averaged; `n_rows × n_labels`) by which they were found.
///
/// Near-duplicates, and rows of one group of the settings' group column, are never learned from and judged at once.
///
/// # Errors
/// [`TrainingError`] if the settings or the rows do not allow a cross-validation.
pub fn suspect_labels(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    on_stage: &(dyn Fn(Stage) + Sync),
) -> Result<(LabelErrors, Array2<f64>), TrainingError> {
    settings.refuse_time("the search for wrong labels")?;
    let analyzer = Analyzer::new(settings.text.clone())?;
    on_stage(Stage::Analyze);
    let encoded = EncodedCorpus::new(&analyzer, corpus.len(), |row| corpus.text(row))?;
    on_stage(Stage::Fold);
    let rows = LabelledRows::new(corpus, &encoded);
    let groups = kept_together(corpus, rows, settings);
    let judge = |weights: Option<&[f32]>| -> Result<(LabelErrors, Array2<f64>), TrainingError> {
        let mut sum = Array2::<f64>::zeros((corpus.len(), rows.n_labels));
        let n_deals = n_deals(corpus.len());
        for deal in 0..n_deals {
            let settings = TrainingSettings {
                seed: settings.seed.wrapping_add(deal),
                ..settings.clone()
            };
            let folds = settings.deal(corpus, &groups)?;
            let rows = LabelledRows { weights, ..rows };
            sum += &Judged::new(corpus, rows, &folds, &settings, on_stage)?.probabilities;
        }
        sum /= n_deals as f64;
        Ok((LabelErrors::new(sum.view(), corpus.labels()), sum))
    };
    on_stage(Stage::CrossValidate);
    let (mut errors, mut probabilities) = judge(corpus.weights())?;
    for _ in 1..N_ROUNDS {
        let mut weights = match corpus.weights() {
            Some(weights) => weights.to_vec(),
            None => vec![1.0; corpus.len()],
        };
        for error in &errors.ranked {
            weights[error.row] *= ASIDE;
        }
        (errors, probabilities) = judge(Some(&weights))?;
    }
    Ok((errors, probabilities))
}

fn n_deals(n_rows: usize) -> u64 {
    if n_rows > MANY_ROWS { 1 } else { N_DEALS }
}

/// The folds that [`suspect_labels`] fits for `n_rows` rows, for those who show how far it is.
pub fn n_suspect_label_folds(n_rows: usize, settings: &TrainingSettings) -> usize {
    N_ROUNDS * n_deals(n_rows) as usize * settings.folds
}
