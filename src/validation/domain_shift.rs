//! Does a text to be scored look like those trained on? A classifier tries to tell the two apart.
//!
//! Texts of both kinds are labelled by where they are from; near-duplicates stay in one fold; the fold's classifier ranks
//! the held-out texts. The area under the ROC curve is the share of pairs, one of each kind, that it ranks rightly
//! (ties count half): 0.5 where nothing tells them apart, 1 where everything does. It is the mean over folds, so that
//! folds need not share a scale; the standard error is Hanley and McNeil's (1982) for all texts. Telling samples apart by
//! a classifier goes back to Friedman (2003) and Lopez-Paz and Oquab (2017).

use super::bootstrap::Interval;
use super::cross_validation::LabelledRows;
use super::folds::{FoldError, Folds};
use super::near_duplicates::near_duplicates;
use super::rounded;
use crate::classifier::{ClassWeight, FitError, Hyperparameters};
use crate::features::encoded_corpus::CorpusTooLarge;
use crate::features::{EncodedCorpus, FeatureId, Selection, SelectionSettings, VocabularyView};
use crate::label::{LabelId, LabelSet};
use crate::text::Analyzer;
use linfa::ParamGuard;
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

/// Texts of each kind that are looked at; more make no difference that matters.
const MOST_TEXTS: usize = 4_000;
/// Folds.
const N_FOLDS: usize = 5;
/// Terms listed for each kind.
const N_TERMS: usize = 12;

/// How well a classifier tells training texts from others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DomainShift {
    /// Area under the ROC curve, out of fold.
    #[serde(serialize_with = "rounded::six_digits")]
    pub auc: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// Training texts looked at.
    pub n_training: u64,
    /// Other texts looked at.
    pub n_target: u64,
    /// Words that speak strongest for a training text.
    pub training_terms: Vec<String>,
    /// Words that speak strongest for a text to be scored.
    pub target_terms: Vec<String>,
}

/// Why texts could not be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DomainShiftError {
    /// Too few texts.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// The classifier cannot be fitted.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// Too much text.
    #[error(transparent)]
    TooLarge(#[from] CorpusTooLarge),
}

/// Compares `n_training` texts trained on with `n_target` others; of each at most 4,000, drawn by `seed`.
///
/// # Errors
/// [`DomainShiftError`], for example with fewer than five texts of a kind.
pub fn domain_shift<'t>(
    analyzer: &Analyzer,
    (n_training, training): (usize, impl Fn(usize) -> &'t str),
    (n_target, target): (usize, impl Fn(usize) -> &'t str),
    seed: u64,
) -> Result<DomainShift, DomainShiftError> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = |n: usize| {
        let mut rows = sample(&mut rng, n, n.min(MOST_TEXTS)).into_vec();
        rows.sort_unstable();
        rows
    };
    let (from_training, from_target) = (drawn(n_training), drawn(n_target));
    let texts: Vec<&str> = (from_training.iter().map(|&row| training(row)))
        .chain(from_target.iter().map(|&row| target(row)))
        .collect();
    let is_target = |row: usize| row >= from_training.len();
    let label_set = LabelSet::new(["target", "training"]).expect("two names");
    let labels: Vec<LabelId> = (0..texts.len())
        .map(|row| LabelId::new(usize::from(!is_target(row))))
        .collect();
    let encoded = EncodedCorpus::new(analyzer, texts.len(), |row| texts[row])?;
    let words = encoded.words();
    let alike = near_duplicates(texts.len(), |row| words.row(row));
    let folds = Folds::stratified(&labels, &label_set, &alike, N_FOLDS, seed)?;
    let rows = LabelledRows {
        corpus: &encoded,
        labels: &labels,
        weights: None,
        n_labels: 2,
    };
    let hyperparameters = Hyperparameters::new()
        .c(1.0)
        .class_weight(ClassWeight::Balanced)
        .check()
        .expect("sensible settings");
    let selection = SelectionSettings::default();
    let out_of_fold = rows.cross_validate(&folds, selection, &hyperparameters, || {})?;
    let aucs: Vec<f64> = (0..folds.n_folds())
        .filter_map(|fold| {
            let score =
                |row: usize| out_of_fold.log_odds[(row, 0)] - out_of_fold.log_odds[(row, 1)];
            let held_out = folds.held_out(fold).map(|row| (score(row), is_target(row)));
            area_under_roc(held_out.collect())
        })
        .collect();
    let auc = aucs.iter().sum::<f64>() / aucs.len().max(1) as f64;
    let all: Vec<u32> = (0..texts.len() as u32).collect();
    let chosen = Selection::new(&encoded, &labels, &all, selection);
    let (classifier, _) = rows.fit_chosen(&all, &chosen, &hyperparameters)?;
    let vocabulary = chosen.vocabulary();
    let view = VocabularyView::new(vocabulary.parts(), chosen.document_frequencies())
        .expect("a selection's vocabulary is whole");
    let mut words: Vec<(f64, FeatureId)> = (0..view.n_words() as u32)
        .map(FeatureId)
        .map(|id| {
            let weights = classifier.weights();
            let difference = weights[(id.index(), 0)] - weights[(id.index(), 1)];
            (difference * f64::from(chosen.scales()[id.index()]), id)
        })
        .collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let term = |&(_, id): &(f64, FeatureId)| view.term(id);
    let for_target = words.iter().take_while(|(weight, _)| *weight > 0.0);
    let for_training = words.iter().rev().take_while(|(weight, _)| *weight < 0.0);
    Ok(DomainShift {
        auc,
        interval: hanley_mcneil(auc, from_target.len(), from_training.len()),
        n_training: from_training.len() as u64,
        n_target: from_target.len() as u64,
        training_terms: for_training.take(N_TERMS).map(term).collect(),
        target_terms: for_target.take(N_TERMS).map(term).collect(),
    })
}

/// The share of pairs of a positive and another row that the score puts in order; `None` without both.
fn area_under_roc(mut rows: Vec<(f64, bool)>) -> Option<f64> {
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n_positive = rows.iter().filter(|(_, positive)| *positive).count();
    let n_negative = rows.len() - n_positive;
    let mut below = 0;
    let mut pairs = 0.0;
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let positive = tied.iter().filter(|(_, positive)| *positive).count();
        let negative = tied.len() - positive;
        pairs += positive as f64 * (below as f64 + negative as f64 / 2.0);
        below += negative;
    }
    (n_positive > 0 && n_negative > 0).then(|| pairs / (n_positive as f64 * n_negative as f64))
}

/// The 95 % interval by Hanley and McNeil's standard error.
fn hanley_mcneil(auc: f64, n_positive: usize, n_negative: usize) -> Interval {
    let (m, n) = (n_positive.max(1) as f64, n_negative.max(1) as f64);
    let q1 = auc / (2.0 - auc);
    let q2 = 2.0 * auc * auc / (1.0 + auc);
    let square = auc * auc;
    let variance = auc * (1.0 - auc) + (m - 1.0) * (q1 - square) + (n - 1.0) * (q2 - square);
    let half = 1.96 * (variance.max(0.0) / (m * n)).sqrt();
    Interval {
        low: (auc - half).max(0.0),
        high: (auc + half).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextSettings;

    fn shift(training: &[String], target: &[String]) -> DomainShift {
        let analyzer = Analyzer::new(TextSettings::default()).unwrap();
        domain_shift(
            &analyzer,
            (training.len(), |row| training[row].as_str()),
            (target.len(), |row| target[row].as_str()),
            0,
        )
        .unwrap()
    }

    /// Statements of a few words each, chosen by number.
    fn texts(words: [&str; 5], from: usize) -> Vec<String> {
        (from..from + 60)
            .map(|i| format!("{} {} the {}", words[i % 5], words[i / 5 % 5], i % 7 * i))
            .collect()
    }

    #[test]
    fn other_words_are_told_apart_and_the_same_ones_are_not() {
        let hills = ["hill", "slope", "ridge", "valley", "peak"];
        let ports = ["port", "quay", "harbour", "ship", "crane"];
        let different = shift(&texts(hills, 0), &texts(ports, 0));
        assert!(different.auc > 0.99, "{different:?}");
        assert!(
            different
                .target_terms
                .iter()
                .any(|t| ports.contains(&t.as_str()))
        );
        assert!(
            different
                .training_terms
                .iter()
                .any(|t| hills.contains(&t.as_str()))
        );
        let alike = shift(&texts(hills, 0), &texts(hills, 60));
        assert!(alike.auc < 0.75, "{alike:?}");
    }

    #[test]
    fn the_area_counts_pairs_in_order() {
        let rows = vec![(0.1, false), (0.4, false), (0.35, true), (0.8, true)];
        assert_eq!(area_under_roc(rows), Some(0.75)); // roc_auc_score
        assert_eq!(area_under_roc(vec![(1.0, true), (1.0, false)]), Some(0.5));
        assert_eq!(area_under_roc(vec![(1.0, true)]), None);
    }
}
