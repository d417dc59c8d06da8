//! What more rows or other settings would bring, from what was measured.

use crate::classifier::ClassWeight;
use crate::evaluation::LearningCurveText;
use crate::model::learning_curve::{CurvePoint, Measured};
use crate::model::{CellScore, Objective, Tuned, TuningRecord};
use crate::text::{NgramRange, Punctuation};
use crate::validation::{Interval, Tail};
use serde::Serialize;

/// How scores grow with the rows trained on.
#[derive(Debug, Clone, Serialize)]
pub struct LearningCurve {
    /// Rows trained on, a mean over folds.
    pub n_rows: Vec<u64>,
    /// How often so many were drawn.
    pub n_draws: Vec<u64>,
    /// The scores.
    pub measures: Vec<LearningMeasure>,
    /// Whether more labels would help, in a sentence.
    pub conclusion: String,
}

/// One score over the rows trained on.
#[derive(Debug, Clone, Serialize)]
pub struct LearningMeasure {
    /// The score: `macro-F1`.
    pub name: String,
    /// What of it is an error: `1 − macro-F1`.
    pub error: String,
    /// The score with each number of rows, and its interval.
    pub points: Vec<(f64, Interval)>,
    /// The tail of the error.
    pub tail: Tail,
}

impl LearningCurve {
    /// Of a curve that was measured.
    pub fn new(curve: &crate::model::LearningCurve) -> Self {
        let measure =
            |name: &str, error: &str, of: &dyn Fn(&CurvePoint) -> Measured, tail: &Tail| {
                let points = curve.points.iter().map(of);
                LearningMeasure {
                    name: name.to_owned(),
                    error: error.to_owned(),
                    points: points.map(|point| (point.value, point.interval)).collect(),
                    tail: tail.clone(),
                }
            };
        let points = curve.points.iter();
        Self {
            n_rows: points.clone().map(|p| p.n_rows.round() as u64).collect(),
            n_draws: points.map(|p| p.n_draws as u64).collect(),
            measures: vec![
                measure("macro-F1", "1 − macro-F1", &|p| p.macro_f1, &curve.macro_f1),
                measure("accuracy", "1 − accuracy", &|p| p.accuracy, &curve.accuracy),
                measure("log-loss", "log-loss", &|p| p.log_loss, &curve.log_loss),
            ],
            conclusion: LearningCurveText(curve).advice(),
        }
    }
}

/// Settings that were tried.
#[derive(Debug, Clone, Serialize)]
pub struct Grid {
    /// How the search went.
    pub record: TuningRecord,
    /// Folds that judged each cell.
    pub n_folds: u64,
    /// Fits of the search that did not converge.
    pub n_unconverged: u64,
    /// The names of the settings in which cells differ.
    pub settings: Vec<String>,
    /// The cells, best first.
    pub cells: Vec<GridCell>,
}

/// One combination of settings.
#[derive(Debug, Clone, Serialize)]
pub struct GridCell {
    /// The value of each setting.
    pub values: Vec<String>,
    /// The mean over folds of the figure looked for.
    pub score: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Features, a mean over folds.
    pub n_features: u64,
    /// Whether it was taken.
    pub chosen: bool,
}

impl Grid {
    /// Of a search.
    pub fn new(tuned: &Tuned) -> Self {
        let values: Vec<_> = tuned.cells.iter().map(values).collect();
        let differs = |at: &usize| values.iter().any(|cell| cell[*at] != values[0][*at]);
        let shown: Vec<usize> = (0..NAMES.len()).filter(differs).collect();
        let mut order: Vec<usize> = (0..tuned.cells.len()).collect();
        let score = |cell: usize| tuned.cells[cell].mean;
        // Equal ones in the order of the grid.
        order.sort_by(|&a, &b| match tuned.record.objective {
            Objective::LogLoss => score(a).total_cmp(&score(b)),
            Objective::MacroF1 | Objective::Accuracy => score(b).total_cmp(&score(a)),
        });
        let cells = order.into_iter().map(|cell| GridCell {
            values: shown.iter().map(|&at| values[cell][at].clone()).collect(),
            score: score(cell),
            standard_error: tuned.cells[cell].standard_error,
            n_features: tuned.cells[cell].n_features,
            chosen: cell == tuned.chosen,
        });
        Self {
            record: tuned.record.clone(),
            n_folds: tuned.settings.folds as u64,
            n_unconverged: tuned.cells.iter().map(|cell| cell.unconverged).sum(),
            settings: shown.iter().map(|&at| NAMES[at].to_owned()).collect(),
            cells: cells.collect(),
        }
    }
}

/// The settings that a cell may have of its own.
const NAMES: [&str; 12] = [
    "C",
    "class weight",
    "language",
    "stop words",
    "punctuation",
    "word n-grams",
    "character n-grams",
    "weighting",
    "least rows of a term",
    "most features",
    "log-count ratio",
    "pruned below",
];

/// A cell's settings, as they stand under [`NAMES`].
fn values(cell: &CellScore) -> [String; NAMES.len()] {
    let (text, selection) = (&cell.features.text, &cell.features.selection);
    let range =
        |range: Option<NgramRange>| range.map_or("none".to_owned(), |range| range.to_string());
    [
        cell.hyperparameters.c().to_string(),
        match cell.hyperparameters.class_weight() {
            ClassWeight::Balanced => "balanced".to_owned(),
            ClassWeight::None => "none".to_owned(),
        },
        text.language.to_string(),
        text.stop_words.len().to_string(),
        match text.punctuation {
            Punctuation::Keep => "kept".to_owned(),
            Punctuation::Drop => "dropped".to_owned(),
        },
        range(text.word_ngrams),
        range(text.char_ngrams),
        selection.weighting.to_string(),
        selection.min_df.to_string(),
        selection
            .max_features
            .map_or("all".to_owned(), |most| most.to_string()),
        selection.log_count_ratio.to_string(),
        selection.prune.to_string(),
    ]
}
