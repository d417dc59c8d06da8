//! From a labelled corpus to a model, by one road: analyse once, cross-validate, calibrate, fit on all rows, freeze.

use super::card::{
    CalibrationFigures, CalibrationRecord, FORMAT_VERSION, ModelCard, TrainingRecord,
};
use super::format::ModelError;
use super::frozen::Frozen;
use super::model::StanceModel;
use super::out_of_fold::{OutOfFoldPredictions, Validated};
use super::tuning::Tuned;
use crate::classifier::Hyperparameters;
use crate::classifier::{
    Calibration, CalibrationError, CalibrationOutcome, ClassWeight, FitError, FitReport,
    ValidHyperparameters,
};
use crate::features::encoded_corpus::CorpusTooLarge;
use crate::features::{EncodedCorpus, Selection, SelectionSettings};
use crate::statement::LabelledCorpus;
use crate::text::{Analyzer, AnalyzerError, TextSettings};
use crate::validation::rounded::round;
use crate::validation::{FoldError, LabelledRows, prune};
use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

/// How rows are dealt to folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoldOrder {
    /// At random, every fold with the labels' shares.
    #[default]
    Stratified,
    /// Runs of neighbouring rows, as they stand in the file: harder, and closer to new sources.
    Contiguous,
}

/// All that decides what is learned, beside the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSettings {
    /// How texts become terms.
    pub text: TextSettings,
    /// Which terms are features and how they are weighed.
    pub selection: SelectionSettings,
    /// How the classifier is fitted.
    pub hyperparameters: ValidHyperparameters,
    /// Folds of the cross-validation, 0 for none (and no calibration).
    pub folds: usize,
    /// How rows are dealt to them.
    pub fold_order: FoldOrder,
    /// The seed of the deal.
    pub seed: u64,
    /// The column of groups, if there is one: no group is on both sides of a fold.
    pub group_column: Option<String>,
    /// The column of dates, if folds are to follow time: each is judged by what learned from earlier rows.
    pub time_column: Option<String>,
    /// Whether probabilities are calibrated on out-of-fold log-odds.
    pub calibration: bool,
    /// The share of errors, between 0 and 1, for which the card gets a threshold, if it is to have one.
    pub target_error: Option<f64>,
}

impl Default for TrainingSettings {
    fn default() -> Self {
        Self {
            text: TextSettings::default(),
            selection: SelectionSettings::default(),
            hyperparameters: Hyperparameters::new()
                .class_weight(ClassWeight::Balanced)
                .check()
                .expect("the defaults are sensible"),
            folds: 5,
            fold_order: FoldOrder::Stratified,
            seed: 0,
            group_column: None,
            time_column: None,
            calibration: true,
            target_error: None,
        }
    }
}

/// What training is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Cutting texts into terms.
    Analyze,
    /// Looking for near-duplicates and dealing folds.
    Fold,
    /// Fitting one classifier a fold.
    CrossValidate,
    /// One more fold is fitted.
    FoldDone,
    /// The same with groups split over folds, for comparison.
    CompareSplit,
    /// The same in random folds, for comparison with those that follow time.
    CompareRandom,
    /// Fitting the calibrator.
    Calibrate,
    /// Fitting on all rows.
    Fit,
    /// Freezing vocabulary and weights.
    Freeze,
}

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// The text settings make no features.
    #[error(transparent)]
    Analyzer(#[from] AnalyzerError),
    /// The corpus is too large to number.
    #[error(transparent)]
    TooLarge(#[from] CorpusTooLarge),
    /// The rows cannot be dealt to folds.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// A row has no date, or none that can be read.
    #[error("{file}, line {line}: column `{column}`: {reason}; or leave out --time-column")]
    Date {
        /// The file as it was named.
        file: String,
        /// The line on which the row starts.
        line: u64,
        /// The column of dates.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// Something that is done on folds of all rows alone.
    #[error(
        "{what} needs folds that hold out every row, and those of --time-column do not: leave it out"
    )]
    NotByTime {
        /// What.
        what: &'static str,
    },
    /// The classifier cannot be fitted.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// The calibrator cannot be fitted.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
    /// No text has a word that the settings keep.
    #[error("no features: no term occurs in {min_df} rows; lower --min-df or add rows")]
    NoFeatures {
        /// The document frequency asked for.
        min_df: u32,
    },
    /// Every feature weighs less than the settings ask for.
    #[error(
        "no features: no occurrence of any of {n_chosen} terms adds {prune} to a label's log-odds; lower --prune"
    )]
    AllPruned {
        /// The features before any was left out.
        n_chosen: usize,
        /// The least that was asked for.
        prune: f64,
    },
    /// The model's parts do not pass the checks of a model file.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// A new model, and what training saw.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: StanceModel,
    /// The number of features that were fitted; the model has fewer where it was pruned.
    pub n_chosen: usize,
    /// How the fit on all rows ended.
    pub fit: FitReport,
    /// Predictions of the cross-validation; none with 0 folds.
    pub out_of_fold: Option<OutOfFoldPredictions>,
}

/// Trains a model. The same corpus and settings give the same bytes on any number of threads.
///
/// # Errors
/// [`TrainingError`] if the settings or the rows do not allow it. A fit that does not converge is not an error: the
/// report in the model says so.
pub fn train(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    on_stage: &(dyn Fn(Stage) + Sync),
) -> Result<Trained, TrainingError> {
    train_on(corpus, settings, None, on_stage)
}

/// Trains a model with the settings that a search has found on the same corpus. If the search was nested, the figures are
/// those of its predictions.
///
/// # Errors
/// As [`train`].
pub fn train_tuned(
    corpus: &LabelledCorpus,
    tuned: &Tuned,
    on_stage: &(dyn Fn(Stage) + Sync),
) -> Result<Trained, TrainingError> {
    train_on(corpus, &tuned.settings, Some(tuned), on_stage)
}

fn train_on(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    tuned: Option<&Tuned>,
    on_stage: &(dyn Fn(Stage) + Sync),
) -> Result<Trained, TrainingError> {
    let analyzer = Analyzer::new(settings.text.clone())?;
    on_stage(Stage::Analyze);
    let encoded = EncodedCorpus::new(&analyzer, corpus.len(), |row| corpus.text(row))?;
    let rows = LabelledRows::new(corpus, &encoded);
    let validated = match settings.folds {
        0 => None,
        _ => Some(Validated::new(corpus, rows, settings, tuned, on_stage)?),
    };
    on_stage(Stage::Fit);
    let all: Vec<u32> = (0..corpus.len() as u32).collect();
    let selection = Selection::new(&encoded, corpus.labels(), &all, settings.selection);
    // Nothing in a vocabulary depends on the weights, unless they decide what stays in it.
    let (fitted, vocabulary) = rayon::join(
        || rows.fit_chosen(&all, &selection, &settings.hyperparameters),
        || (settings.selection.prune == 0.0).then(|| selection.vocabulary()),
    );
    let (classifier, fit) = fitted?;
    let (selection, classifier) = prune(selection, classifier, settings.selection.prune);
    if selection.n_chosen() == 0 {
        return Err(TrainingError::NoFeatures {
            min_df: settings.selection.min_df,
        });
    }
    if selection.n_features() == 0 {
        return Err(TrainingError::AllPruned {
            n_chosen: selection.n_chosen(),
            prune: settings.selection.prune,
        });
    }
    on_stage(Stage::Freeze);
    let n_chosen = selection.n_chosen();
    let vocabulary = vocabulary.unwrap_or_else(|| selection.vocabulary());
    let frozen = Frozen::new(vocabulary, selection, classifier);
    drop(encoded);
    let (calibration, calibration_figures, cross_validation, out_of_fold) = match validated {
        Some(validated) => (
            validated.calibration,
            validated.calibration_figures,
            Some(validated.record),
            Some(validated.out_of_fold),
        ),
        None => (None, None, None, None),
    };
    let calibrator = calibration
        .as_ref()
        .and_then(|calibration| calibration.calibrator.as_ref());
    let card = ModelCard {
        format_version: FORMAT_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        labels: corpus.label_set().names().to_vec(),
        text: settings.text.clone(),
        stemmer: analyzer.stemmer().identity().to_owned(),
        unicode_version: unicode_version(),
        selection: settings.selection,
        hyperparameters: settings.hyperparameters.clone(),
        calibration: calibration_record(settings, calibration.as_ref(), calibration_figures),
        prior: assumed_shares(corpus, settings, calibrator.is_some()),
        training: TrainingRecord {
            rows: corpus.len() as u64,
            label_counts: corpus.label_counts(),
            weighted: corpus.weights().is_some(),
            data_digest: blake3::Hash::from_bytes(corpus.digest())
                .to_hex()
                .to_string(),
            coding: corpus.coding().cloned(),
            fit: fit.clone(),
            tuning: tuned.map(|tuned| tuned.record.clone()),
            cross_validation,
        },
    };
    Ok(Trained {
        model: frozen.model(&card, calibrator)?,
        n_chosen,
        fit,
        out_of_fold,
    })
}

pub(super) fn calibration_record(
    settings: &TrainingSettings,
    calibration: Option<&Calibration>,
    figures: Option<CalibrationFigures>,
) -> CalibrationRecord {
    let left_out = |reason: &str| CalibrationRecord::LeftOut {
        reason: reason.to_owned(),
    };
    match calibration {
        Some(Calibration {
            outcome: CalibrationOutcome::Kept,
            lambda,
            log_loss_before,
            log_loss_after: Some(log_loss_after),
            ..
        }) => CalibrationRecord::Fitted {
            lambda: round(*lambda),
            log_loss_before: round(*log_loss_before),
            log_loss_after: round(*log_loss_after),
            figures,
        },
        Some(calibration) => left_out(&calibration.outcome.to_string()),
        None if settings.calibration => left_out("there was no cross-validation"),
        None => left_out("it was not asked for"),
    }
}

/// The mix of labels that probabilities assume: the rows' own, unless labels were weighed alike and nothing undid it.
fn assumed_shares(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    calibrated: bool,
) -> Vec<f64> {
    let n_labels = corpus.label_set().len();
    if settings.hyperparameters.class_weight() == ClassWeight::Balanced && !calibrated {
        return vec![1.0 / n_labels as f64; n_labels];
    }
    let mut totals = vec![0.0; n_labels];
    for (row, label) in corpus.labels().iter().enumerate() {
        totals[label.index()] += corpus
            .weights()
            .map_or(1.0, |weights| f64::from(weights[row]));
    }
    let sum: f64 = totals.iter().sum();
    totals.iter().map(|total| total / sum).collect()
}

fn unicode_version() -> String {
    let (major, minor, update) = unicode_segmentation::UNICODE_VERSION;
    format!("{major}.{minor}.{update}")
}
