//! What a model says of itself: its settings, its labels, and the record of its training.

use super::trainer::FoldOrder;
use super::tuning::{Objective, Rule};
use crate::classifier::{FitReport, ValidHyperparameters};
use crate::features::SelectionSettings;
use crate::statement::CodingRecord;
use crate::text::TextSettings;
use crate::validation::ThresholdChoice;
use crate::validation::rounded::round;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the model format that this build writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The JSON text in a model file. Out-of-fold and calibration figures are rounded to six digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// The version of the format.
    pub format_version: u32,
    /// The version of the tool that trained the model.
    pub tool_version: String,
    /// The labels in sorted order; arrays over labels follow it.
    pub labels: Vec<String>,
    /// How texts become terms.
    pub text: TextSettings,
    /// Name and version of the stemmer.
    pub stemmer: String,
    /// The version of Unicode that words were cut by.
    pub unicode_version: String,
    /// Which terms are features and how they are weighed.
    pub selection: SelectionSettings,
    /// How the classifier was fitted.
    pub hyperparameters: ValidHyperparameters,
    /// Whether and how probabilities are calibrated.
    pub calibration: CalibrationRecord,
    /// The mix of labels that the probabilities assume; `--prior` restates them for another.
    pub prior: Vec<f64>,
    /// What the model was trained on and how that went.
    pub training: TrainingRecord,
}

/// How the calibrator came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum CalibrationRecord {
    /// Probabilities are those of an affine map of the log-odds, λ·A + (1 − λ)·I.
    Fitted {
        /// λ, in [0, 1].
        lambda: f64,
        /// Log-loss (natural logarithm) of the out-of-fold log-odds as they are.
        log_loss_before: f64,
        /// Log-loss of the cross-fitted calibrated probabilities.
        log_loss_after: f64,
        /// Brier score and top-label calibration error before and after, cross-fitted. They count rows alike, where the
        /// log-losses are weighted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        figures: Option<CalibrationFigures>,
    },
    /// Probabilities are the softmax of the log-odds, for this reason.
    LeftOut {
        /// Why.
        reason: String,
    },
}

/// What calibration changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationFigures {
    /// Brier score of the out-of-fold probabilities as they are.
    pub brier_before: f64,
    /// That of the cross-fitted calibrated ones.
    pub brier_after: f64,
    /// Top-label calibration error over 15 bins of the out-of-fold probabilities as they are.
    pub error_before: f64,
    /// That of the cross-fitted calibrated ones.
    pub error_after: f64,
}

/// What a model was trained on and how that went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// Rows.
    pub rows: u64,
    /// Rows of each label.
    pub label_counts: Vec<u64>,
    /// Whether rows had weights.
    pub weighted: bool,
    /// BLAKE3 digest of the rows (label, text, weight), in hexadecimal.
    pub data_digest: String,
    /// Whose labels these are, if they were made of several coders'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coding: Option<CodingRecord>,
    /// How the fit ended.
    pub fit: FitReport,
    /// The search that chose the settings, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<TuningRecord>,
    /// Figures on rows that the scoring part had not seen; none with `--folds 0`. Of a nested search, the figures of
    /// what the other folds chose.
    pub cross_validation: Option<CrossValidationRecord>,
}

/// Out-of-fold figures of the finished model's settings, with calibration cross-fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossValidationRecord {
    /// How many folds.
    pub folds: u64,
    /// How rows were dealt to folds.
    pub fold_order: FoldOrder,
    /// The seed of the deal.
    pub seed: u64,
    /// Rows that are nearly equal to an earlier one and were kept in its fold.
    pub near_duplicates: u64,
    /// Share of rows predicted right.
    pub accuracy: f64,
    /// Mean of the labels' F1.
    pub macro_f1: f64,
    /// Mean negative natural logarithm of the probability of the right label.
    pub log_loss: f64,
    /// Top-label calibration error over 15 bins.
    pub calibration_error: f64,
    /// Rows by right (first index) and predicted (second) label.
    pub confusion: Vec<Vec<u64>>,
    /// Folds whose fit did not converge.
    pub unconverged_folds: u64,
    /// The share of the rows' words, stop words and marks left out, that the other folds' vocabulary does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_words: Option<f64>,
    /// The mean probability of the predicted label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_confidence: Option<f64>,
    /// The threshold for a share of errors, if one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_error: Option<TargetErrorRecord>,
    /// The groups that were kept on one side, where rows have any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupRecord>,
    /// The order of time that the folds follow, if they do; the deal of `fold_order` and `seed` is then that of the random
    /// folds compared with, and all figures are about the rows that were held out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeRecord>,
}

/// The threshold below which rows are to be left to people, so that at most a target share of the others is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetErrorRecord {
    /// The share of errors asked for.
    pub target: f64,
    /// The rows that must be kept before a threshold is tested.
    pub least_rows: u64,
    /// What was found out of fold; none where no threshold passes.
    pub found: Option<TargetErrorFound>,
}

/// The lowest threshold that passes. Its upper bound is the one-sided one of 95 % by Clopper and Pearson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetErrorFound {
    /// Rows whose highest probability is at least this are kept.
    pub threshold: f64,
    /// Rows kept.
    pub rows_kept: u64,
    /// Their share of all rows.
    pub coverage: f64,
    /// The share of wrong ones among them.
    pub error: f64,
    /// Its upper bound.
    pub upper_bound: f64,
}

impl TargetErrorRecord {
    /// Of rows that were not learned from, given by confidence in millionths and whether the prediction is right.
    pub(super) fn new(rows: impl IntoIterator<Item = (u32, bool)>, target: f64) -> Self {
        let choice = ThresholdChoice::new(rows, target);
        Self {
            target,
            least_rows: choice.n_least,
            found: choice.found.map(|found| TargetErrorFound {
                threshold: found.threshold,
                rows_kept: found.n_kept,
                coverage: round(found.coverage),
                error: round(found.error),
                upper_bound: round(found.upper_bound),
            }),
        }
    }
}

/// How settings were searched for by cross-validation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TuningRecord {
    /// What was looked for.
    pub objective: Objective,
    /// Which cell was taken.
    pub rule: Rule,
    /// Cells of the grid.
    pub cells: u64,
    /// Those of them that were tried; fewer where time ran out.
    pub tried: u64,
    /// The mean over folds of the chosen cell's figure, which the choice flatters.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The search run inside each fold, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nested: Option<NestedRecord>,
}

/// What a search is worth: rows of a fold predicted by what the other folds chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NestedRecord {
    /// The mean over folds of the figure looked for.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// How many different cells the folds chose.
    pub distinct_choices: u64,
}

/// Groups of rows (speakers, sources) that lie in one fold each, and the figures with groups split over the folds, which
/// tell how much better the model is where it knows the group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupRecord {
    /// The column that names the groups.
    pub column: String,
    /// How many groups.
    pub groups: u64,
    /// Rows without a group; each stands alone.
    pub rows_without: u64,
    /// Share of rows predicted right with groups split.
    pub split_accuracy: f64,
    /// Mean of the labels' F1 with groups split.
    pub split_macro_f1: f64,
    /// Log-loss with groups split.
    pub split_log_loss: f64,
}

/// Folds that follow time, and the figures that random folds give for the same rows, which tell how much worse the model is
/// on what comes after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeRecord {
    /// The column of dates.
    pub column: String,
    /// The earliest date, as it was written.
    pub first: String,
    /// The earliest date of a row that was held out.
    pub first_held_out: String,
    /// The latest date.
    pub last: String,
    /// Rows held out; those before them were only learned from.
    pub held_out: u64,
    /// Of each fold, the rows learned from.
    pub learned_from: Vec<u64>,
    /// Of each fold, the earlier rows that were not learned from, since they are near-duplicates of held-out ones or in one
    /// group with them.
    pub left_out: Vec<u64>,
    /// Share of the same rows predicted right in random folds.
    pub random_accuracy: f64,
    /// Mean of the labels' F1 in random folds.
    pub random_macro_f1: f64,
    /// Log-loss in random folds.
    pub random_log_loss: f64,
}

impl TimeRecord {
    /// The least and the most rows that a fold learned from.
    pub fn least_and_most_learned_from(&self) -> (u64, u64) {
        let rows = || self.learned_from.iter().copied();
        (rows().min().unwrap_or(0), rows().max().unwrap_or(0))
    }
}

impl CrossValidationRecord {
    /// How rows were dealt to folds, in words.
    pub fn deal(&self) -> String {
        if let Some(time) = &self.time {
            return format!("in the order of `{}`", time.column);
        }
        match self.fold_order {
            FoldOrder::Stratified => format!("stratified, seed {}", self.seed),
            FoldOrder::Contiguous => "contiguous".to_owned(),
        }
    }
}

impl fmt::Display for CalibrationFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Brier score {:.4} and {:.4}, calibration error {:.4} and {:.4}",
            self.brier_before, self.brier_after, self.error_before, self.error_after
        )
    }
}

impl fmt::Display for TargetErrorRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = percent(self.target);
        match &self.found {
            Some(found) => write!(
                f,
                "at most {target} of the rows from threshold {:.2} up are wrong, with 95 % confidence: {} rows kept out of \
                 fold ({}), {} of them wrong, upper bound {}",
                found.threshold,
                found.rows_kept,
                percent(found.coverage),
                percent(found.error),
                percent(found.upper_bound)
            ),
            None => write!(
                f,
                "no threshold keeps it at {target} with 95 % confidence (it takes at least {} rows above a threshold): give \
                 more rows or a higher target",
                self.least_rows
            ),
        }
    }
}

/// `5.2 %`, `5 %`.
fn percent(share: f64) -> String {
    let percent = (share * 1e3).round() / 10.0;
    if percent == 0.0 && share > 0.0 {
        return format!("{} %", share * 100.0);
    }
    format!("{percent} %")
}
