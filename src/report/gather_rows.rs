//! The statements of a page.

use super::page::{LabelErrorList, LabelErrorRow, MistakeRow};
use crate::explanation::{confident_mistakes, surest_mistakes};
use crate::label::{LabelId, LabelSet};
use crate::model::StanceModel;
use crate::predictions::Predictions;
use crate::statement::LabelledCorpus;
use crate::validation::LabelErrors;
use std::path::Path;

/// Likely label errors on the page.
const N_LABEL_ERRORS: usize = 30;

/// Where a row stands: `statements.csv, line 12`, without folders, which differ between machines.
///
/// # Panics
/// If the corpus has no such row.
pub fn place(corpus: &LabelledCorpus, row: usize) -> String {
    let place = corpus.place(row);
    let file = Path::new(place.file).file_name();
    match file {
        Some(file) => format!("{}, line {}", file.to_string_lossy(), place.line),
        None => format!("Row {}", place.line),
    }
}

impl MistakeRow {
    /// The `most` surest mistakes among `predictions` for `rows` of `corpus`, with the reasons of `model`, if there is one;
    /// none where there are no probabilities. Labels are of `set`.
    ///
    /// # Panics
    /// If they are about other rows or labels.
    pub fn all(
        model: Option<&StanceModel>,
        corpus: &LabelledCorpus,
        rows: &[usize],
        set: &LabelSet,
        gold: &[LabelId],
        predictions: &Predictions,
        most: usize,
    ) -> Vec<Self> {
        let Some(predictions) = predictions.probabilities() else {
            return Vec::new();
        };
        let shown = |at: usize, reasons: Option<String>, same_now: bool| {
            let predicted = predictions[at].label();
            Self {
                place: place(corpus, rows[at]),
                text: corpus.text(rows[at]).to_owned(),
                gold: set.name(gold[at]).to_owned(),
                predicted: set.name(predicted).to_owned(),
                confidence: predictions[at].probability(predicted).get(),
                reasons,
                same_now,
            }
        };
        match model {
            None => surest_mistakes(gold, predictions, most)
                .into_iter()
                .map(|at| shown(at, None, true))
                .collect(),
            Some(model) => {
                let text = |at: usize| corpus.text(rows[at]);
                confident_mistakes(model, text, gold, predictions, most)
                    .into_iter()
                    .map(|mistake| shown(mistake.row, Some(mistake.reasons), mistake.same_now))
                    .collect()
            }
        }
    }
}

impl LabelErrorList {
    /// The likeliest of `errors` among the rows of `corpus`.
    ///
    /// # Panics
    /// If they are about other rows or labels.
    pub fn new(corpus: &LabelledCorpus, errors: &LabelErrors) -> Self {
        let set = corpus.label_set();
        // Of a statement under several labels only the row that stands for it.
        let named = || {
            errors
                .ranked
                .iter()
                .filter(|error| corpus.is_judged(error.row))
        };
        let rows = named().take(N_LABEL_ERRORS).map(|error| LabelErrorRow {
            place: place(corpus, error.row),
            text: corpus.text(error.row).to_owned(),
            given: set.name(error.given).to_owned(),
            suggested: set.name(error.suggested).to_owned(),
            given_probability: error.given_probability,
            suggested_probability: error.suggested_probability,
        });
        Self {
            n_expected: errors.n_expected as u64,
            n_named: named().count() as u64,
            agreement: errors.n_agreeing as f64 / corpus.len().max(1) as f64,
            rows: rows.collect(),
        }
    }
}
