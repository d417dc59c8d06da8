//! What a model with these settings is worth on rows it has not seen: folds, fits, calibration, figures.

use super::card::{
    CalibrationFigures, CalibrationRecord, CrossValidationRecord, GroupRecord, TargetErrorRecord,
};
use super::time_order::TimeOrder;
use super::trainer::{FoldOrder, Stage, TrainingError, TrainingSettings, calibration_record};
use super::tuning::Tuned;
use crate::classifier::{Calibration, CalibrationError, FitReport, calibrate, softmax};
use crate::features::EncodedCorpus;
use crate::features::vectorizer::Coverage;
use crate::label::LabelId;
use crate::prediction::Prediction;
use crate::statement::{Column, LabelledCorpus};
use crate::text::Analyzer;
use crate::validation::rounded::round;
use crate::validation::{
    Confusion, Folds, Groups, LabelledRows, ProbabilityLosses, Reliability, Scores, near_duplicates,
};
use ndarray::{Array2, ArrayView2, Axis};

/// What cross-validation says of every row that was held out.
#[derive(Debug, Clone)]
pub struct OutOfFoldPredictions {
    /// The fold of every row.
    pub folds: Folds,
    /// `n_rows × n_labels`: as the model would give to rows it has not seen, calibration cross-fitted. A row that was never
    /// held out has zeros.
    pub probabilities: Array2<f64>,
    /// How each fold's fit ended.
    pub fits: Vec<FitReport>,
}

impl OutOfFoldPredictions {
    /// The prediction for every row, as it would be printed; none for a row that was never held out.
    pub fn predictions(&self) -> Vec<Option<Prediction>> {
        let rows = self.probabilities.outer_iter().enumerate();
        rows.map(|(number, row)| {
            let row = row.as_slice().expect("rows lie in one piece");
            let is_held_out = self.folds.is_held_out(number);
            is_held_out.then(|| Prediction::from_probabilities(row))
        })
        .collect()
    }
}

/// A cross-validation and what follows from it.
pub(super) struct Validated {
    pub(super) calibration: Option<Calibration>,
    pub(super) calibration_figures: Option<CalibrationFigures>,
    pub(super) record: CrossValidationRecord,
    pub(super) out_of_fold: OutOfFoldPredictions,
}

impl Validated {
    /// Deals the rows to folds, so that near-duplicates and groups stay together, and validates the settings on them. Where
    /// there are groups, once more with these split over the folds.
    pub(super) fn new(
        corpus: &LabelledCorpus,
        rows: LabelledRows<'_>,
        settings: &TrainingSettings,
        tuned: Option<&Tuned>,
        on_stage: &(dyn Fn(Stage) + Sync),
    ) -> Result<Self, TrainingError> {
        on_stage(Stage::Fold);
        let Dealt {
            alike,
            together,
            order,
            folds,
        } = match tuned {
            Some(tuned) => tuned.dealt.clone(),
            None => Dealt::new(corpus, rows.corpus, settings)?,
        };
        on_stage(Stage::CrossValidate);
        let mut judged = Judged::new(corpus, rows, &folds, settings, on_stage)?;
        // The fits are those of the chosen settings.
        if let Some(nested) = tuned.and_then(|tuned| tuned.nested.as_ref()) {
            // The calibrator is of the chosen settings, the figures are of the search that chose them.
            judged = judged.with_probabilities(corpus, &folds, nested.probabilities.clone());
        }
        let groups = match group_column(corpus, settings) {
            None => None,
            Some(column) => {
                on_stage(Stage::CompareSplit);
                let split = settings.deal_in(order.as_ref(), corpus, &alike)?;
                let split = Judged::new(corpus, rows, &split, settings, on_stage)?;
                Some(GroupRecord {
                    column: column.name().to_owned(),
                    groups: column.values().len() as u64,
                    rows_without: column.ids().iter().filter(|id| id.is_none()).count() as u64,
                    split_accuracy: round(split.figures.scores.accuracy),
                    split_macro_f1: round(split.figures.scores.macro_average.f1),
                    split_log_loss: round(split.figures.log_loss),
                })
            }
        };
        let time = match (&order, time_column(corpus, settings)) {
            (Some(order), Some(column)) => {
                on_stage(Stage::CompareRandom);
                let random = settings.deal(corpus, &together)?;
                let random = Judged::new(corpus, rows, &random, settings, on_stage)?;
                // Of the rows that the folds in time hold out.
                let random = Figures::new(corpus, &folds, &random.probabilities);
                let figures = [
                    round(random.scores.accuracy),
                    round(random.scores.macro_average.f1),
                    round(random.log_loss),
                ];
                Some(order.record(column, &folds, figures))
            }
            _ => None,
        };
        let target_error = settings.target_error.map(|target| {
            let rows = confidences(corpus, &folds, &judged.probabilities);
            TargetErrorRecord::new(rows, target)
        });
        let coverage = judged.coverage;
        let unknown = coverage.unknown as f64 / coverage.words.max(1) as f64;
        let record = CrossValidationRecord {
            folds: folds.n_folds() as u64,
            fold_order: settings.fold_order,
            seed: settings.seed,
            near_duplicates: (alike.n_rows() - alike.n_groups()) as u64,
            accuracy: round(judged.figures.scores.accuracy),
            macro_f1: round(judged.figures.scores.macro_average.f1),
            log_loss: round(judged.figures.log_loss),
            calibration_error: round(judged.figures.calibration_error),
            confusion: judged.figures.confusion,
            unconverged_folds: judged.fits.iter().filter(|fit| !fit.converged()).count() as u64,
            unknown_words: (coverage.words > 0).then(|| round(unknown)),
            mean_confidence: Some(round(judged.figures.mean_confidence)),
            target_error,
            groups,
            time,
        };
        Ok(Self {
            calibration: judged.calibration,
            calibration_figures: judged.calibration_figures,
            record,
            out_of_fold: OutOfFoldPredictions {
                folds,
                probabilities: judged.probabilities,
                fits: judged.fits,
            },
        })
    }
}

impl TrainingSettings {
    /// Deals the rows to folds in the order of time where there is one, else as [`deal`](Self::deal).
    fn deal_in(
        &self,
        order: Option<&TimeOrder>,
        corpus: &LabelledCorpus,
        groups: &Groups,
    ) -> Result<Folds, TrainingError> {
        match order {
            Some(order) => order.folds(corpus, groups, self.folds),
            None => self.deal(corpus, groups),
        }
    }

    /// Deals the rows to folds without regard to time, no group to two of them.
    pub(super) fn deal(
        &self,
        corpus: &LabelledCorpus,
        groups: &Groups,
    ) -> Result<Folds, TrainingError> {
        let (labels, set) = (corpus.labels(), corpus.label_set());
        Ok(match self.fold_order {
            FoldOrder::Stratified => Folds::stratified(labels, set, groups, self.folds, self.seed)?,
            FoldOrder::Contiguous => Folds::contiguous(labels, set, groups, self.folds)?,
        })
    }
}

/// Rows that must be in one fold: near-duplicates, and those of one group where there is a column of groups.
pub(super) fn kept_together(
    corpus: &LabelledCorpus,
    rows: LabelledRows<'_>,
    settings: &TrainingSettings,
) -> Groups {
    with_groups(corpus, settings, &alike(corpus, rows.corpus))
}

/// Rows that are together by `alike`, and those of one group where there is a column of them.
fn with_groups(corpus: &LabelledCorpus, settings: &TrainingSettings, alike: &Groups) -> Groups {
    match group_column(corpus, settings) {
        Some(column) => alike.merge(&Groups::of_values(column.ids())),
        None => alike.clone(),
    }
}

/// Near-duplicates together.
fn alike(corpus: &LabelledCorpus, encoded: &EncodedCorpus) -> Groups {
    let words = encoded.words();
    near_duplicates(corpus.len(), |row| words.row(row))
}

/// What cross-validation says of settings on a corpus.
#[derive(Debug)]
pub struct CrossValidated {
    /// The figures.
    pub record: CrossValidationRecord,
    /// Whether probabilities were calibrated, and what that changed.
    pub calibration: CalibrationRecord,
    /// The prediction for every row.
    pub out_of_fold: OutOfFoldPredictions,
}

/// Validates the settings as [`train`](super::train) does, and stops there.
///
/// # Errors
/// [`TrainingError`] if the settings or the rows do not allow it; 0 folds do not.
pub fn cross_validate(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    on_stage: &(dyn Fn(Stage) + Sync),
) -> Result<CrossValidated, TrainingError> {
    let analyzer = Analyzer::new(settings.text.clone())?;
    on_stage(Stage::Analyze);
    let encoded = EncodedCorpus::new(&analyzer, corpus.len(), |row| corpus.text(row))?;
    let rows = LabelledRows::new(corpus, &encoded);
    let validated = Validated::new(corpus, rows, settings, None, on_stage)?;
    Ok(CrossValidated {
        calibration: calibration_record(
            settings,
            validated.calibration.as_ref(),
            validated.calibration_figures,
        ),
        record: validated.record,
        out_of_fold: validated.out_of_fold,
    })
}

/// Rows dealt to folds.
#[derive(Debug, Clone)]
pub(super) struct Dealt {
    /// Near-duplicates together.
    alike: Groups,
    /// Near-duplicates and groups together.
    together: Groups,
    order: Option<TimeOrder>,
    pub(super) folds: Folds,
}

impl Dealt {
    /// Deals rows so that near-duplicates stay together, and groups where the settings name a column of them; in the order
    /// of time where they name a column of dates.
    pub(super) fn new(
        corpus: &LabelledCorpus,
        encoded: &EncodedCorpus,
        settings: &TrainingSettings,
    ) -> Result<Self, TrainingError> {
        let alike = alike(corpus, encoded);
        let together = with_groups(corpus, settings, &alike);
        let order = TimeOrder::of(corpus, settings)?;
        let folds = settings.deal_in(order.as_ref(), corpus, &together)?;
        Ok(Self {
            alike,
            together,
            order,
            folds,
        })
    }
}

fn group_column<'c>(corpus: &'c LabelledCorpus, settings: &TrainingSettings) -> Option<&'c Column> {
    corpus.column(settings.group_column.as_ref()?)
}

fn time_column<'c>(corpus: &'c LabelledCorpus, settings: &TrainingSettings) -> Option<&'c Column> {
    corpus.column(settings.time_column.as_ref()?)
}

/// Out-of-fold predictions on some folds, calibration cross-fitted, and how good they are.
pub(super) struct Judged {
    calibration: Option<Calibration>,
    calibration_figures: Option<CalibrationFigures>,
    coverage: Coverage,
    pub(super) probabilities: Array2<f64>,
    fits: Vec<FitReport>,
    figures: Figures,
}

impl Judged {
    pub(super) fn new(
        corpus: &LabelledCorpus,
        rows: LabelledRows<'_>,
        folds: &Folds,
        settings: &TrainingSettings,
        on_stage: &(dyn Fn(Stage) + Sync),
    ) -> Result<Self, TrainingError> {
        let out_of_fold =
            rows.cross_validate(folds, settings.selection, &settings.hyperparameters, || {
                on_stage(Stage::FoldDone);
            })?;
        let calibration = if settings.calibration {
            on_stage(Stage::Calibrate);
            Some(calibrated(rows, folds, out_of_fold.log_odds.view())?)
        } else {
            None
        };
        let mut as_they_are = out_of_fold.log_odds;
        for (number, mut row) in as_they_are.outer_iter_mut().enumerate() {
            if folds.is_held_out(number) {
                softmax(row.as_slice_mut().expect("rows lie in one piece"));
            }
        }
        let (figures, probabilities, calibration_figures) = match &calibration {
            Some(calibration) => {
                let before = Figures::new(corpus, folds, &as_they_are);
                let after = Figures::new(corpus, folds, &calibration.cross_fitted);
                let changed = CalibrationFigures {
                    brier_before: round(before.brier_score),
                    brier_after: round(after.brier_score),
                    error_before: round(before.calibration_error),
                    error_after: round(after.calibration_error),
                };
                (after, calibration.cross_fitted.clone(), Some(changed))
            }
            None => (Figures::new(corpus, folds, &as_they_are), as_they_are, None),
        };
        Ok(Self {
            calibration,
            calibration_figures,
            coverage: out_of_fold.coverage,
            fits: out_of_fold.fits,
            figures,
            probabilities,
        })
    }

    /// The same with other predictions, and their figures.
    fn with_probabilities(
        self,
        corpus: &LabelledCorpus,
        folds: &Folds,
        probabilities: Array2<f64>,
    ) -> Self {
        Self {
            figures: Figures::new(corpus, folds, &probabilities),
            probabilities,
            ..self
        }
    }
}

/// Calibration on the rows that were held out; of the others the cross-fitted probabilities are zeros.
fn calibrated(
    rows: LabelledRows<'_>,
    folds: &Folds,
    log_odds: ArrayView2<'_, f64>,
) -> Result<Calibration, CalibrationError> {
    let n_rows = rows.labels.len();
    let held_out: Vec<usize> = (0..n_rows).filter(|&row| folds.is_held_out(row)).collect();
    let labels: Vec<LabelId> = held_out.iter().map(|&row| rows.labels[row]).collect();
    let of_row: Vec<u16> = held_out
        .iter()
        .map(|&row| folds.fold_of_row()[row])
        .collect();
    let weights: Option<Vec<f32>> = rows
        .weights
        .map(|weights| held_out.iter().map(|&row| weights[row]).collect());
    let mut calibration = calibrate(
        log_odds.select(Axis(0), &held_out).view(),
        &labels,
        weights.as_deref(),
        &of_row,
        folds.n_folds(),
    )?;
    if held_out.len() < n_rows {
        let mut all = Array2::zeros((n_rows, rows.n_labels));
        for (&row, probabilities) in held_out.iter().zip(calibration.cross_fitted.outer_iter()) {
            all.row_mut(row).assign(&probabilities);
        }
        calibration.cross_fitted = all;
    }
    Ok(calibration)
}

/// The confidence in millionths of each row that figures are made of, and whether its prediction is right.
fn confidences(
    corpus: &LabelledCorpus,
    folds: &Folds,
    probabilities: &Array2<f64>,
) -> Vec<(u32, bool)> {
    let mut prediction = Prediction::new(corpus.label_set().len());
    let rows = probabilities.outer_iter().zip(corpus.labels()).enumerate();
    rows.filter(|(number, _)| corpus.is_judged(*number) && folds.is_held_out(*number))
        .map(|(_, (row, &label))| {
            prediction.set(row.as_slice().expect("rows lie in one piece"));
            let confidence = prediction.millionths()[prediction.label().index()];
            (confidence, prediction.label() == label)
        })
        .collect()
}

/// How good predictions are.
struct Figures {
    scores: Scores,
    log_loss: f64,
    brier_score: f64,
    calibration_error: f64,
    mean_confidence: f64,
    confusion: Vec<Vec<u64>>,
}

impl Figures {
    /// Of the rows that count in figures and that `folds` hold out.
    fn new(corpus: &LabelledCorpus, folds: &Folds, probabilities: &Array2<f64>) -> Self {
        let (labels, set) = (corpus.labels(), corpus.label_set());
        let mut confusion = Confusion::new(set.len());
        let mut losses = ProbabilityLosses::new();
        let mut reliability = Reliability::new();
        let mut prediction = Prediction::new(set.len());
        let rows = probabilities.outer_iter().zip(labels).enumerate();
        let is_judged = |row: usize| corpus.is_judged(row) && folds.is_held_out(row);
        for (_, (row, &label)) in rows.filter(|(number, _)| is_judged(*number)) {
            prediction.set(row.as_slice().expect("rows lie in one piece"));
            confusion.add(label, prediction.label());
            losses.add_prediction(label, &prediction);
            reliability.add_prediction(label, &prediction);
        }
        Self {
            scores: Scores::new(&confusion),
            log_loss: losses.log_loss(),
            brier_score: losses.brier_score(),
            calibration_error: reliability.calibration_error(),
            mean_confidence: reliability.mean_confidence(),
            confusion: confusion
                .counts()
                .chunks(set.len())
                .map(<[u64]>::to_vec)
                .collect(),
        }
    }
}
