//! The search: cell after cell judged, one chosen, and the choice itself judged.

use super::super::card::{NestedRecord, TuningRecord};
use super::super::out_of_fold::{Dealt, OutOfFoldPredictions};
use super::super::trainer::{TrainingError, TrainingSettings};
use super::grid::{FeatureSettings, Grid};
use super::held_out::{HeldOut, LeftOut, fit_path};
use super::objective::Objective;
use crate::classifier::{ValidHyperparameters, calibrate, softmax};
use crate::features::EncodedCorpus;
use crate::label::LabelId;
use crate::statement::LabelledCorpus;
use crate::text::Analyzer;
use crate::validation::LabelledRows;
use crate::validation::rounded::round;
use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How a search goes.
#[derive(Debug, Clone, PartialEq)]
pub struct TuningSettings {
    /// What it goes through.
    pub grid: Grid,
    /// The classifier's settings that the search begins with; its features are the first of the grid.
    pub begin: ValidHyperparameters,
    /// What it looks for.
    pub objective: Objective,
    /// Which cell is taken.
    pub rule: Rule,
    /// Whether the search is judged by running it inside each fold.
    pub nested: bool,
    /// Begin nothing new after this time; what was begun is finished. With a limit, results depend on the machine.
    pub limit: Option<Duration>,
}

/// Which cell is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The one whose gain over the settings that the search began with is the highest after one standard error of the gain,
    /// fold against fold, is taken off; those settings, where no gain is left.
    #[default]
    Evidence,
    /// The best mean.
    Best,
    /// The simplest within one standard error of the best (Breiman et al. 1984): fewest features, then lowest C.
    OneStandardError,
}

/// One cell, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct CellScore {
    /// Its features.
    pub features: FeatureSettings,
    /// Its classifier.
    pub hyperparameters: ValidHyperparameters,
    /// The mean over folds of the figure looked for.
    pub mean: f64,
    /// Its standard error: the folds' standard deviation over √K.
    pub standard_error: f64,
    /// Features, as a mean over folds.
    pub n_features: u64,
    /// Fits of it that did not converge.
    pub unconverged: u64,
}

/// What a search found.
#[derive(Debug)]
pub struct Tuned {
    /// The cells that were tried, in the order of the grid.
    pub cells: Vec<CellScore>,
    /// The number of the one chosen.
    pub chosen: usize,
    /// The settings with it.
    pub settings: TrainingSettings,
    /// Predictions by what the other folds choose, if the search was nested.
    pub nested: Option<OutOfFoldPredictions>,
    /// What a model's card says of it.
    pub record: TuningRecord,
    /// The folds.
    pub(in super::super) dealt: Dealt,
}

/// Goes through `tuning.grid` by cross-validation on the folds that `settings` describe. `on_cells` hears how many cells
/// are done, of how many, and the best so far.
///
/// # Errors
/// [`TrainingError`] if settings or rows do not allow it; 0 folds do not.
pub fn tune(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    tuning: &TuningSettings,
    mut on_cells: impl FnMut(usize, usize, &CellScore),
) -> Result<Tuned, TrainingError> {
    settings.refuse_time("a search")?;
    let begin = Instant::now();
    let mut encoded = encode(corpus, &settings.text)?;
    let dealt = Dealt::new(corpus, &encoded, settings)?;
    let folds = &dealt.folds;
    let n_folds = folds.n_folds();
    let nested =
        tuning.nested && every_pair_leaves_all_labels(corpus, folds.fold_of_row(), n_folds);
    let subsets = LeftOut::all(n_folds, nested);
    let judge = Judge {
        corpus,
        settings,
        tuning,
        fold_of_row: folds.fold_of_row(),
        n_folds,
    };
    let mut tried: Vec<Judged> = Vec::new();
    let over = || tuning.limit.is_some_and(|limit| begin.elapsed() >= limit);
    'search: for features in &tuning.grid.features {
        if *encoded.settings() != features.text {
            encoded = encode(corpus, &features.text)?;
        }
        let rows = LabelledRows::new(corpus, &encoded);
        for &class_weight in &tuning.grid.class_weights {
            if !tried.is_empty() && over() {
                break 'search;
            }
            let path = tuning.grid.path(class_weight, &settings.hyperparameters)?;
            let held_out = fit_path(rows, folds, &subsets, features, &path)?;
            let judged: Vec<Judged> = path
                .into_par_iter()
                .enumerate()
                .map(|(at, hyperparameters)| judge.cell(at, features, hyperparameters, &held_out))
                .collect::<Result<_, _>>()?;
            tried.extend(judged);
            let best = &tried[choice(&tried, tuning, |cell| &cell.folds)];
            on_cells(tried.len(), tuning.grid.n_cells(), &best.score);
        }
    }
    let chosen = choice(&tried, tuning, |cell| &cell.folds);
    let nested = nested.then(|| judge.nested(&tried, &dealt));
    let cell = &tried[chosen].score;
    let record = TuningRecord {
        objective: tuning.objective,
        rule: tuning.rule,
        cells: tuning.grid.n_cells() as u64,
        tried: tried.len() as u64,
        mean: round(cell.mean),
        standard_error: round(cell.standard_error),
        nested: nested.as_ref().map(|(record, _)| record.clone()),
    };
    Ok(Tuned {
        settings: TrainingSettings {
            text: cell.features.text.clone(),
            selection: cell.features.selection,
            hyperparameters: cell.hyperparameters.clone(),
            ..settings.clone()
        },
        chosen,
        cells: tried.into_iter().map(|cell| cell.score).collect(),
        nested: nested.map(|(_, predictions)| predictions),
        record,
        dealt,
    })
}

fn encode(
    corpus: &LabelledCorpus,
    text: &crate::text::TextSettings,
) -> Result<EncodedCorpus, TrainingError> {
    let analyzer = Analyzer::new(text.clone())?;
    Ok(EncodedCorpus::new(&analyzer, corpus.len(), |row| {
        corpus.text(row)
    })?)
}

/// A cell with what choosing needs.
struct Judged {
    score: CellScore,
    /// The figure on each fold.
    folds: Vec<f64>,
    /// For each fold that is held out, the figures on the others, by classifiers that have seen neither; if nested.
    inner: Vec<Vec<f64>>,
    /// Out-of-fold probabilities, if nested.
    probabilities: Option<Array2<f64>>,
}

/// The cell that the rule takes by the figures on folds that `figures` gives, the first among equals.
fn choice<'c>(
    cells: &'c [Judged],
    tuning: &TuningSettings,
    figures: impl Fn(&'c Judged) -> &'c [f64],
) -> usize {
    let gain = |at: usize| tuning.objective.gain(mean(figures(&cells[at])));
    let best = (1..cells.len()).fold(0, |best, at| if gain(at) > gain(best) { at } else { best });
    match tuning.rule {
        Rule::Best => return best,
        Rule::Evidence => return with_evidence(cells, tuning, figures),
        Rule::OneStandardError => {}
    }
    let least = gain(best) - standard_error(figures(&cells[best]));
    let simplicity = |&at: &usize| {
        let score = &cells[at].score;
        // Positive numbers are ordered as their bits are.
        (score.n_features, score.hyperparameters.c().to_bits(), at)
    };
    (0..cells.len())
        .filter(|&at| gain(at) >= least)
        .min_by_key(simplicity)
        .unwrap_or(best)
}

/// See [`Rule::Evidence`]. The cells of a grid are many and folds few: the best mean is often luck.
fn with_evidence<'c>(
    cells: &'c [Judged],
    tuning: &TuningSettings,
    figures: impl Fn(&'c Judged) -> &'c [f64],
) -> usize {
    let begun = cells.iter().position(|cell| {
        cell.score.features == tuning.grid.features[0] && cell.score.hyperparameters == tuning.begin
    });
    let begun = begun.unwrap_or(0);
    let evidence = |at: usize| {
        let pairs = figures(&cells[at]).iter().zip(figures(&cells[begun]));
        let gains: Vec<f64> = pairs
            .map(|(figure, before)| tuning.objective.gain(*figure) - tuning.objective.gain(*before))
            .collect();
        mean(&gains) - standard_error(&gains)
    };
    (0..cells.len())
        .filter(|&at| at != begun)
        .fold((begun, 0.0), |(best, most), at| match evidence(at) {
            found if found > most => (at, found),
            _ => (best, most),
        })
        .0
}

fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / figures.len() as f64
}

fn standard_error(figures: &[f64]) -> f64 {
    let (n, mean) = (figures.len() as f64, mean(figures));
    let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
    (squares / (n - 1.0) / n).sqrt()
}

/// Whether every label remains when two folds are left out.
fn every_pair_leaves_all_labels(
    corpus: &LabelledCorpus,
    fold_of_row: &[u16],
    n_folds: usize,
) -> bool {
    let n_labels = corpus.label_set().len();
    let mut with_label = vec![vec![false; n_folds]; n_labels];
    for (label, &fold) in corpus.labels().iter().zip(fold_of_row) {
        with_label[label.index()][usize::from(fold)] = true;
    }
    let occurs = |folds: &&Vec<bool>| folds.contains(&true);
    n_folds > 2
        && with_label
            .iter()
            .filter(occurs)
            .all(|folds| folds.iter().filter(|in_fold| **in_fold).count() > 2)
}

/// Judges cells.
struct Judge<'a> {
    corpus: &'a LabelledCorpus,
    settings: &'a TrainingSettings,
    tuning: &'a TuningSettings,
    fold_of_row: &'a [u16],
    n_folds: usize,
}

impl Judge<'_> {
    fn cell(
        &self,
        at: usize,
        features: &FeatureSettings,
        hyperparameters: ValidHyperparameters,
        held_out: &[HeldOut],
    ) -> Result<Judged, TrainingError> {
        let alone: Vec<&HeldOut> = held_out
            .iter()
            .filter(|part| part.left_out.second.is_none())
            .collect();
        let all: Vec<u32> = (0..self.corpus.len() as u32).collect();
        let probabilities = self.probabilities(&all, &alone, at)?;
        let folds: Vec<f64> = (0..self.n_folds)
            .map(|fold| self.figure(&all, &probabilities, fold))
            .collect();
        let mut inner = Vec::new();
        if held_out.len() > alone.len() {
            for outer in 0..self.n_folds {
                let with_outer: Vec<&HeldOut> = held_out
                    .iter()
                    .filter(|part| {
                        let LeftOut { first, second } = part.left_out;
                        second.is_some() && (first == outer || second == Some(outer))
                    })
                    .collect();
                let rows: Vec<u32> = all
                    .iter()
                    .copied()
                    .filter(|&row| usize::from(self.fold_of_row[row as usize]) != outer)
                    .collect();
                let probabilities = self.probabilities(&rows, &with_outer, at)?;
                let inner_folds = (0..self.n_folds).filter(|&fold| fold != outer);
                inner.push(
                    inner_folds
                        .map(|fold| self.figure(&rows, &probabilities, fold))
                        .collect(),
                );
            }
        }
        let n_features: usize = alone.iter().map(|part| part.n_features).sum();
        Ok(Judged {
            score: CellScore {
                features: features.clone(),
                hyperparameters,
                mean: mean(&folds),
                standard_error: standard_error(&folds),
                n_features: (n_features / self.n_folds) as u64,
                unconverged: alone.iter().map(|part| part.unconverged).sum(),
            },
            folds,
            probabilities: (!inner.is_empty()).then_some(probabilities),
            inner,
        })
    }

    /// Held-out probabilities of `rows`, cross-fitted over their folds, from what the parts say at one cost C.
    fn probabilities(
        &self,
        rows: &[u32],
        parts: &[&HeldOut],
        at: usize,
    ) -> Result<Array2<f64>, TrainingError> {
        let n_labels = self.corpus.label_set().len();
        let mut log_odds = Array2::zeros((rows.len(), n_labels));
        let mut place = vec![u32::MAX; self.corpus.len()];
        for (position, &row) in (0u32..).zip(rows) {
            place[row as usize] = position;
        }
        for part in parts {
            for (&row, scores) in part.rows.iter().zip(part.log_odds[at].outer_iter()) {
                // Of a pair of folds one is not among the rows.
                if place[row as usize] != u32::MAX {
                    let mut own = log_odds.row_mut(place[row as usize] as usize);
                    own.assign(&scores);
                }
            }
        }
        if self.settings.calibration {
            let of = |row: &u32| *row as usize;
            let labels: Vec<LabelId> = rows
                .iter()
                .map(|row| self.corpus.labels()[of(row)])
                .collect();
            let weights = self.corpus.weights();
            let weights: Option<Vec<f32>> =
                weights.map(|weights| rows.iter().map(|row| weights[of(row)]).collect());
            // Numbered without a gap: of the inner folds one is missing.
            let mut folds: Vec<u16> = rows.iter().map(|row| self.fold_of_row[of(row)]).collect();
            let mut present = folds.clone();
            present.sort_unstable();
            present.dedup();
            for fold in &mut folds {
                *fold = present.partition_point(|other| other < fold) as u16;
            }
            let calibration = calibrate(
                log_odds.view(),
                &labels,
                weights.as_deref(),
                &folds,
                present.len(),
            )?;
            return Ok(calibration.cross_fitted);
        }
        for mut row in log_odds.outer_iter_mut() {
            softmax(row.as_slice_mut().expect("rows lie in one piece"));
        }
        Ok(log_odds)
    }

    /// The figure on the rows of one fold.
    fn figure(&self, rows: &[u32], probabilities: &Array2<f64>, fold: usize) -> f64 {
        let of_fold = rows
            .iter()
            .zip(probabilities.outer_iter())
            .filter(|(row, _)| {
                let row = **row as usize;
                usize::from(self.fold_of_row[row]) == fold && self.corpus.is_judged(row)
            });
        let labelled = of_fold.map(|(row, scores)| (self.corpus.labels()[*row as usize], scores));
        self.tuning
            .objective
            .figure(self.corpus.label_set().len(), labelled)
    }

    /// Each fold's rows predicted by the cell that the other folds choose.
    fn nested(&self, cells: &[Judged], dealt: &Dealt) -> (NestedRecord, OutOfFoldPredictions) {
        let chosen: Vec<usize> = (0..self.n_folds)
            .map(|outer| choice(cells, self.tuning, |cell| &cell.inner[outer]))
            .collect();
        let shape = (self.corpus.len(), self.corpus.label_set().len());
        let mut probabilities = Array2::zeros(shape);
        for (row, mut own) in probabilities.outer_iter_mut().enumerate() {
            let cell = &cells[chosen[usize::from(self.fold_of_row[row])]];
            let all = cell
                .probabilities
                .as_ref()
                .expect("kept where the search is nested");
            own.assign(&all.row(row));
        }
        let all: Vec<u32> = (0..self.corpus.len() as u32).collect();
        let figures: Vec<f64> = (0..self.n_folds)
            .map(|fold| self.figure(&all, &probabilities, fold))
            .collect();
        let record = NestedRecord {
            mean: round(mean(&figures)),
            standard_error: round(standard_error(&figures)),
            distinct_choices: {
                let mut distinct = chosen.clone();
                distinct.sort_unstable();
                distinct.dedup();
                distinct.len() as u64
            },
        };
        let predictions = OutOfFoldPredictions {
            folds: dealt.folds.clone(),
            probabilities,
            fits: Vec::new(),
        };
        (record, predictions)
    }
}
