//! Log-odds for every row from a classifier that has not seen it.
//!
//! For each fold everything that learns – which terms are kept, document frequencies, weights – sees the other folds'
//! rows only; just the cutting of texts into terms, which learns nothing, is shared.

use super::folds::Folds;
use crate::classifier::{FitError, FitReport, LinearClassifier, ValidHyperparameters};
use crate::features::vectorizer::Coverage;
use crate::features::{EncodedCorpus, FeatureId, Selection, SelectionSettings};
use crate::label::LabelId;
use crate::statement::LabelledCorpus;
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
    /// The words of all rows, and how many of them the folds that hold them out do not know.
    pub coverage: Coverage,
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
    /// The rows of `corpus`, whose texts are `encoded`.
    pub fn new(corpus: &'a LabelledCorpus, encoded: &'a EncodedCorpus) -> Self {
        Self {
            corpus: encoded,
            labels: corpus.labels(),
            weights: corpus.weights(),
            n_labels: corpus.label_set().len(),
        }
    }

    /// Chooses features on `rows`, fits a classifier to them, and leaves out what weighs too little if the settings say
    /// so.
    ///
    /// # Errors
    /// [`FitError`] if the classifier cannot be fitted.
    pub fn fit(
        self,
        rows: &[u32],
        settings: SelectionSettings,
        hyperparameters: &ValidHyperparameters,
    ) -> Result<(Selection<'a>, LinearClassifier, FitReport), FitError> {
        let selection = Selection::new(self.corpus, self.labels, rows, settings);
        let (classifier, report) = self.fit_chosen(rows, &selection, hyperparameters)?;
        let (selection, classifier) = prune(selection, classifier, settings.prune);
        Ok((selection, classifier, report))
    }

    /// Fits a classifier to `rows` with features that were chosen on them.
    ///
    /// # Errors
    /// [`FitError`] if the classifier cannot be fitted.
    pub fn fit_chosen(
        self,
        rows: &[u32],
        selection: &Selection<'_>,
        hyperparameters: &ValidHyperparameters,
    ) -> Result<(LinearClassifier, FitReport), FitError> {
        let labels = rows
            .iter()
            .map(|&row| self.labels[row as usize].index())
            .collect();
        let mut dataset = DatasetBase::new(selection.design_matrix(rows), labels);
        if let Some(weights) = self.weights {
            let weights: Array1<f32> = rows.iter().map(|&row| weights[row as usize]).collect();
            dataset = dataset.with_weights(weights);
        }
        hyperparameters.fit(&dataset)
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
        let parts: Vec<(Vec<u32>, Array2<f64>, FitReport, Coverage)> = (0..folds.n_folds())
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
                let mut coverage = Coverage::default();
                for &row in &held_out {
                    coverage += selection.coverage(row as usize);
                }
                on_fold();
                Ok((held_out, log_odds, report, coverage))
            })
            .collect::<Result<_, FitError>>()?;
        let mut log_odds = Array2::zeros((self.labels.len(), self.n_labels));
        let mut fits = Vec::with_capacity(parts.len());
        let mut coverage = Coverage::default();
        for (held_out, part, report, of_fold) in parts {
            coverage += of_fold;
            for (&row, scores) in held_out.iter().zip(part.outer_iter()) {
                log_odds.row_mut(row as usize).assign(&scores);
            }
            fits.push(report);
        }
        Ok(OutOfFold {
            log_odds,
            fits,
            coverage,
        })
    }
}

/// [`pruned`], if `least` is not 0.
pub fn prune(
    selection: Selection<'_>,
    classifier: LinearClassifier,
    least: f64,
) -> (Selection<'_>, LinearClassifier) {
    match least == 0.0 {
        true => (selection, classifier),
        false => pruned(&selection, &classifier, least),
    }
}

/// Without the features of which one occurrence, before the row is brought to unit length, adds less than `least` to every
/// label's log-odds: scale · max_k |w_k| < `least`.
pub fn pruned<'c>(
    selection: &Selection<'c>,
    classifier: &LinearClassifier,
    least: f64,
) -> (Selection<'c>, LinearClassifier) {
    let influence: Vec<f64> = (0..)
        .zip(selection.scales())
        .map(|(id, &scale)| f64::from(scale) * classifier.largest_weight(FeatureId(id)))
        .collect();
    let (pruned, kept) = selection.pruned(|feature| influence[feature.index()] >= least);
    (pruned, classifier.restricted_to(&kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classifier::Hyperparameters;
    use crate::features::vectorizer::Vectorizer;
    use crate::features::weighting::Scales;
    use crate::features::{VocabularyView, Weighting};
    use crate::text::{Analyzer, TextSettings};
    use linfa::ParamGuard;
    use std::collections::BTreeMap;

    const TEXTS: [&str; 6] = [
        "we will strike and strike again",
        "we will talk and talk again",
        "we strike them tonight",
        "we talk to them tonight",
        "they will strike",
        "they will talk",
    ];

    fn text_settings(word_ngrams: &str) -> TextSettings {
        TextSettings {
            word_ngrams: Some(word_ngrams.parse().unwrap()),
            ..TextSettings::default()
        }
    }

    fn labels() -> Vec<LabelId> {
        (0..TEXTS.len()).map(|row| LabelId::new(row % 2)).collect()
    }

    fn fit<'a>(
        corpus: &'a EncodedCorpus,
        labels: &'a [LabelId],
        prune: f64,
    ) -> (Selection<'a>, LinearClassifier) {
        let rows = LabelledRows {
            corpus,
            labels,
            weights: None,
            n_labels: 2,
        };
        let settings = SelectionSettings {
            prune,
            ..SelectionSettings::default()
        };
        let hyperparameters = Hyperparameters::new().check().unwrap();
        let all: Vec<u32> = (0..TEXTS.len() as u32).collect();
        let (selection, classifier, _) = rows.fit(&all, settings, &hyperparameters).unwrap();
        (selection, classifier)
    }

    /// Each term with its kind (whether it is of characters), scale and weights.
    fn terms(
        selection: &Selection<'_>,
        classifier: &LinearClassifier,
    ) -> BTreeMap<(bool, String), (f64, Vec<f64>)> {
        let vocabulary = selection.vocabulary();
        let view =
            VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
        (0..view.len() as u32)
            .map(FeatureId)
            .map(|id| {
                let scale = f64::from(selection.scales()[id.index()]);
                let weights = classifier.weights().row(id.index()).to_vec();
                ((view.is_char_ngram(id), view.term(id)), (scale, weights))
            })
            .collect()
    }

    #[test]
    fn kept_terms_keep_their_weights_and_light_ones_are_left_out() {
        let least = 0.3;
        let analyzer = Analyzer::new(text_settings("1-3")).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, TEXTS.len(), |row| TEXTS[row]).unwrap();
        let labels = labels();
        let (all, all_weights) = fit(&corpus, &labels, 0.0);
        let (kept, kept_weights) = fit(&corpus, &labels, least);
        assert_eq!(kept.n_chosen(), all.n_features());
        assert_eq!(kept_weights.intercepts(), all_weights.intercepts());
        let (all, kept) = (terms(&all, &all_weights), terms(&kept, &kept_weights));
        assert!(!kept.is_empty() && kept.len() < all.len());
        let heavy = |key: &(bool, String)| {
            let (scale, weights) = &all[key];
            weights.iter().any(|w| scale * w.abs() >= least)
        };
        for (key, of_term) in &all {
            // A word or n-gram of words stays for a longer n-gram that begins with it or ends in it.
            let extended = |longer: &(bool, String)| {
                !key.0
                    && !longer.0
                    && (longer.1.starts_with(&format!("{} ", key.1))
                        || longer.1.split(' ').any(|word| word == key.1))
            };
            let stays = heavy(key) || all.keys().any(|longer| heavy(longer) && extended(longer));
            assert_eq!(kept.get(key), stays.then_some(of_term), "{key:?}");
        }
    }

    #[test]
    fn left_out_terms_are_unknown_and_rows_are_of_unit_length_without_them() {
        let analyzer = Analyzer::new(text_settings("1-2")).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, TEXTS.len(), |row| TEXTS[row]).unwrap();
        let labels = labels();
        let (selection, classifier) = fit(&corpus, &labels, 0.3);
        let vocabulary = selection.vocabulary();
        let view =
            VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
        assert!(view.stem("strike").is_some() && view.stem("tonight").is_none());
        let scales = Scales::new(selection.scales(), 1);
        let mut vectorizer = Vectorizer::new(&analyzer, view, scales, Weighting::Tfidf);
        let matrix = selection.design_matrix(&[0, 1, 2, 3, 4, 5]);
        let log_odds = classifier.log_odds_of_rows(&matrix).unwrap();
        for ((text, trained), log_odds) in TEXTS.iter().zip(matrix.rows()).zip(log_odds.rows()) {
            let row = vectorizer.vectorize(text);
            let unknown = text.split(' ').filter(|word| view.stem(word).is_none());
            assert_eq!(row.coverage.unknown, unknown.count(), "{text}");
            let mut found: Vec<_> = row.features.iter().zip(row.values).collect();
            found.sort_unstable_by_key(|(feature, _)| **feature);
            assert!(
                found
                    .into_iter()
                    .eq(trained.features.iter().zip(trained.values))
            );
            for chars in [false, true] {
                let block = row.features.iter().zip(row.values);
                let block = block.filter(|(feature, _)| view.is_char_ngram(**feature) == chars);
                let square: f64 = block.map(|(_, &v)| f64::from(v) * f64::from(v)).sum();
                assert!(
                    square == 0.0 || (square - 1.0).abs() < 1e-6,
                    "{text}: {square}"
                );
            }
            let sum: f64 = row
                .features
                .iter()
                .zip(row.values)
                .map(|(f, &v)| f64::from(v) * classifier.weights()[[f.index(), 1]])
                .sum();
            assert!((classifier.intercepts()[1] + sum - log_odds[1]).abs() < 1e-12);
        }
    }
}
