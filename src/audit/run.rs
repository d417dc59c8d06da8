//! The audit from one end to the other.

use super::altered::Altered;
use super::heavy::heavy_shortcuts;
use super::names::Names;
use super::report::{AuditReport, Change};
use crate::label::LabelId;
use crate::model::StanceModel;
use crate::prediction::Prediction;
use crate::statement::LabelledCorpus;
use crate::validation::Folds;

/// Draws of exchanged names.
const N_SWAPS: usize = 5;
/// Terms of each label that are looked at.
const N_TERMS: usize = 50;

/// Audits `model` on the rows of `corpus`, whose labels are the model's. `predict` scores statements, each given with the row
/// that it stands in for, once for all; with `folds` by models that have not seen these rows, of which there are none for rows
/// that are never held out. `seed` decides which names are exchanged.
///
/// # Errors
/// What `predict` fails with.
///
/// # Panics
/// If `predict` gives another number of predictions.
pub fn audit<E>(
    model: &StanceModel,
    corpus: &LabelledCorpus,
    seed: u64,
    folds: Option<&Folds>,
    predict: impl FnOnce(&[(u32, &str)]) -> Result<Vec<Prediction>, E>,
) -> Result<AuditReport, E> {
    let text = |row: usize| corpus.text(row);
    let names = Names::learn((0..corpus.len()).map(text));
    let rows: Vec<usize> = (0..corpus.len())
        .filter(|&row| folds.is_none_or(|folds| folds.is_held_out(row)))
        .collect();
    let altered = Altered::new(&names, rows.iter().copied(), text, N_SWAPS, seed);
    let labels = corpus.label_set();
    let mut report = AuditReport::new(labels.names(), rows.len(), &names, folds.is_some());
    report.n_terms = N_TERMS as u64;
    report.heavy = heavy_shortcuts(model, &names, N_TERMS);
    report.n_rows_with_names = altered.rows.len() as u64;
    report.n_draws = N_SWAPS as u64;
    let n = altered.rows.len();
    if n == 0 {
        return Ok(report);
    }
    // As they stand, masked, and each draw.
    let mut texts: Vec<(u32, &str)> = altered
        .rows
        .iter()
        .map(|&row| (row, corpus.text(row as usize)))
        .collect();
    for variant in std::iter::once(&altered.masked).chain(&altered.swapped) {
        let variant = variant.iter().map(String::as_str);
        texts.extend(altered.rows.iter().copied().zip(variant));
    }
    let predictions = predict(&texts)?;
    assert_eq!(predictions.len(), texts.len(), "a prediction for each text");
    let variants: Vec<Vec<Prediction>> = predictions.chunks(n).map(<[_]>::to_vec).collect();
    let gold: Vec<LabelId> = altered
        .rows
        .iter()
        .map(|&row| corpus.labels()[row as usize])
        .collect();
    let change = |draws| Some(Change::new(&gold, &variants[0], draws, labels.len()));
    report.masked = change(&variants[1..2]);
    report.swapped = change(&variants[2..]);
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::CorpusBuilder;
    use std::convert::Infallible;

    #[test]
    fn a_scorer_that_sees_no_names_has_nothing_to_answer_for() {
        let model = StanceModel::embedded();
        let mut builder = CorpusBuilder::new();
        for name in ["Norland", "Westmark", "Sunda"] {
            builder.push(&format!("we met the envoy of {name} again"), "neutral", 1.0);
        }
        let corpus = builder.build_with(model.labels().clone());
        let report = audit(&model, &corpus, 0, None, |texts| {
            assert_eq!(texts.len(), 3 * (2 + N_SWAPS));
            let same = Prediction::from_probabilities(&[0.2, 0.3, 0.5]);
            Ok::<_, Infallible>(vec![same; texts.len()])
        })
        .unwrap();
        let (masked, swapped) = (report.masked.unwrap(), report.swapped.unwrap());
        assert_eq!((masked.flips, masked.mean_change), (0.0, 0.0));
        assert_eq!(swapped.macro_f1_before, swapped.macro_f1_after);
        assert_eq!((report.n_names, report.n_rows_with_names), (3, 3));
    }
}
