//! How the out-of-fold scores grow with the rows learned from.
//!
//! The folds are those of training. Of each fold's training rows a growing share is learned from, drawn label by label so that
//! the mix of labels stays; a larger share holds the smaller ones (*nested*), and all shares are judged on the same held-out
//! rows. A small share depends on which rows were drawn, so it is drawn several times.
//!
//! Intervals and tails come from the bootstrap: each replicate draws the held-out rows again, the same for all shares, and of
//! the draws of each share as many with replacement.

use super::out_of_fold::kept_together;
use super::trainer::{Stage, TrainingError, TrainingSettings};
use crate::classifier::{calibrate, softmax};
use crate::features::EncodedCorpus;
use crate::label::LabelId;
use crate::prediction::Prediction;
use crate::statement::LabelledCorpus;
use crate::text::Analyzer;
use crate::validation::resampling::draw_seeds;
use crate::validation::{
    Confusion, Folds, Interval, LabelledRows, ProbabilityLosses, Scores, Tail,
};
use ndarray::Array2;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

/// The shares learned from, in per cent, and how often each is drawn.
const SHARES: [(u64, usize); 7] = [
    (10, 5),
    (20, 5),
    (30, 3),
    (40, 2),
    (60, 1),
    (80, 1),
    (100, 1),
];
/// Bootstrap replicates of the curve.
const N_REPLICATES: usize = 200;

/// Fits that a learning curve takes in each fold.
pub const N_CURVE_DRAWS: usize = {
    let (mut sum, mut at) = (0, 0);
    while at < SHARES.len() {
        sum += SHARES[at].1;
        at += 1;
    }
    sum
};

/// A figure and where 95 % of its redraws lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The mean over draws.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

/// The scores with one share of the rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The share of the training rows, in per cent.
    pub per_cent: u64,
    /// The rows learned from, a mean over folds.
    pub n_rows: f64,
    /// How often they were drawn.
    pub n_draws: usize,
    /// Out-of-fold macro-F1.
    pub macro_f1: Measured,
    /// Out-of-fold accuracy.
    pub accuracy: Measured,
    /// Out-of-fold log-loss, calibrated and cross-fitted if the settings calibrate.
    pub log_loss: Measured,
}

/// A learning curve with the tails of its three errors.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningCurve {
    /// By rising share.
    pub points: Vec<CurvePoint>,
    /// Of 1 − macro-F1.
    pub macro_f1: Tail,
    /// Of 1 − accuracy.
    pub accuracy: Tail,
    /// Of the log-loss.
    pub log_loss: Tail,
}

/// Macro-F1, accuracy, log-loss.
type Figures = [f64; 3];

/// Measures the learning curve of `corpus` with `settings`.
///
/// # Errors
/// [`TrainingError`] if the settings or the rows do not allow a cross-validation.
pub fn learning_curve(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    on_stage: &(dyn Fn(Stage) + Sync),
) -> Result<LearningCurve, TrainingError> {
    settings.refuse_time("a learning curve")?;
    let analyzer = Analyzer::new(settings.text.clone())?;
    on_stage(Stage::Analyze);
    let encoded = EncodedCorpus::new(&analyzer, corpus.len(), |row| corpus.text(row))?;
    let rows = LabelledRows::new(corpus, &encoded);
    on_stage(Stage::Fold);
    let folds = settings.deal(corpus, &kept_together(corpus, rows, settings))?;
    on_stage(Stage::CrossValidate);
    let mut sizes = Vec::new();
    let mut judged: Vec<Vec<Judgements>> = Vec::new();
    for (per_cent, n_draws) in SHARES {
        let mut draws = Vec::with_capacity(n_draws);
        for draw in 0..n_draws as u64 {
            let (n_rows, judgements) = one_draw(rows, &folds, settings, per_cent, draw, on_stage)?;
            draws.push(judgements);
            if draw == 0 {
                sizes.push(n_rows);
            }
        }
        judged.push(draws);
    }
    Ok(curve(
        &sizes,
        &judged,
        corpus.labels(),
        rows.n_labels,
        settings.seed,
    ))
}

/// What one draw says of every row.
struct Judgements {
    predicted: Vec<LabelId>,
    /// −ln of the given label's probability.
    losses: Vec<f64>,
}

/// Learns from `per_cent` of each fold's training rows; also the mean number of these rows.
fn one_draw(
    rows: LabelledRows<'_>,
    folds: &Folds,
    settings: &TrainingSettings,
    per_cent: u64,
    draw: u64,
    on_stage: &(dyn Fn(Stage) + Sync),
) -> Result<(f64, Judgements), TrainingError> {
    let parts: Vec<(usize, Vec<u32>, Array2<f64>)> = (0..folds.n_folds())
        .into_par_iter()
        .map(|fold| {
            let training = drawn(
                rows.labels,
                rows.n_labels,
                folds,
                fold,
                per_cent,
                settings.seed ^ (draw << 32),
            );
            let held_out: Vec<u32> = folds.held_out(fold).map(|row| row as u32).collect();
            let (selection, classifier, _) =
                rows.fit(&training, settings.selection, &settings.hyperparameters)?;
            let log_odds = classifier
                .log_odds_of_rows(&selection.design_matrix(&held_out))
                .expect("the selection made both");
            on_stage(Stage::FoldDone);
            Ok((training.len(), held_out, log_odds))
        })
        .collect::<Result<_, TrainingError>>()?;
    let n_rows: usize = parts.iter().map(|(n_rows, ..)| n_rows).sum();
    let mut scores = Array2::zeros((rows.labels.len(), rows.n_labels));
    for (_, held_out, log_odds) in &parts {
        for (&row, log_odds) in held_out.iter().zip(log_odds.outer_iter()) {
            scores.row_mut(row as usize).assign(&log_odds);
        }
    }
    if settings.calibration {
        let (of_row, n_folds) = (folds.fold_of_row(), folds.n_folds());
        scores = calibrate(scores.view(), rows.labels, rows.weights, of_row, n_folds)?.cross_fitted;
    } else {
        for mut row in scores.outer_iter_mut() {
            softmax(row.as_slice_mut().expect("rows lie in one piece"));
        }
    }
    let mut judgements = Judgements {
        predicted: Vec::with_capacity(rows.labels.len()),
        losses: Vec::with_capacity(rows.labels.len()),
    };
    let mut prediction = Prediction::new(rows.n_labels);
    for (row, &label) in scores.outer_iter().zip(rows.labels) {
        prediction.set(row.as_slice().expect("rows lie in one piece"));
        let mut loss = ProbabilityLosses::new();
        loss.add_prediction(label, &prediction);
        judgements.predicted.push(prediction.label());
        judgements.losses.push(loss.log_loss());
    }
    Ok((n_rows as f64 / folds.n_folds() as f64, judgements))
}

/// The first rows of each label among the training rows of `fold`, shuffled by `seed`: `per_cent` of them, and one at least;
/// rising.
fn drawn(
    labels: &[LabelId],
    n_labels: usize,
    folds: &Folds,
    fold: usize,
    per_cent: u64,
    seed: u64,
) -> Vec<u32> {
    let mut of_label: Vec<Vec<u32>> = vec![Vec::new(); n_labels];
    for row in folds.training(fold) {
        of_label[labels[row].index()].push(row as u32);
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ ((fold as u64) << 48));
    let mut drawn = Vec::new();
    for rows in &mut of_label {
        rows.shuffle(&mut rng);
        let n_drawn = (rows.len() as u64 * per_cent).div_ceil(100) as usize;
        drawn.extend_from_slice(&rows[..n_drawn]);
    }
    drawn.sort_unstable();
    drawn
}

/// The points, intervals and tails of `judged`, by share and draw.
fn curve(
    sizes: &[f64],
    judged: &[Vec<Judgements>],
    labels: &[LabelId],
    n_labels: usize,
    seed: u64,
) -> LearningCurve {
    let once = vec![1u32; labels.len()];
    let figures = |judgements: &Judgements, times: &[u32]| -> Figures {
        let mut confusion = Confusion::new(n_labels);
        let mut loss = 0.0;
        for (row, &n) in times.iter().enumerate().filter(|&(_, &n)| n > 0) {
            confusion.add_times(labels[row], judgements.predicted[row], u64::from(n));
            loss += f64::from(n) * judgements.losses[row];
        }
        let scores = Scores::new(&confusion);
        [
            scores.macro_average.f1,
            scores.accuracy,
            loss / labels.len() as f64,
        ]
    };
    let measured: Vec<Figures> = judged
        .iter()
        .map(|draws| mean(draws.iter().map(|draw| figures(draw, &once))))
        .collect();
    let replicates: Vec<Vec<Figures>> = draw_seeds(N_REPLICATES, seed)
        .par_iter()
        .map(|&seed| {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let mut times = vec![0u32; labels.len()];
            (0..labels.len()).for_each(|_| times[rng.gen_range(0..labels.len())] += 1);
            let of_share = |draws: &Vec<Judgements>| {
                let picked: Vec<usize> = draws
                    .iter()
                    .map(|_| rng.gen_range(0..draws.len()))
                    .collect();
                mean(picked.into_iter().map(|draw| figures(&draws[draw], &times)))
            };
            judged.iter().map(of_share).collect()
        })
        .collect();
    let measured_at = |at: usize, figure: usize| Measured {
        value: measured[at][figure],
        interval: Interval::of(replicates.iter().map(|curve| curve[at][figure])),
    };
    let points = SHARES
        .iter()
        .enumerate()
        .map(|(at, &(per_cent, n_draws))| CurvePoint {
            per_cent,
            n_rows: sizes[at],
            n_draws,
            macro_f1: measured_at(at, 0),
            accuracy: measured_at(at, 1),
            log_loss: measured_at(at, 2),
        });
    let tail = |figure: usize| {
        // Scores become errors.
        let error = |figures: &Figures| {
            if figure == 2 {
                figures[2]
            } else {
                1.0 - figures[figure]
            }
        };
        let replicates: Vec<Vec<f64>> = replicates
            .iter()
            .map(|curve| curve.iter().map(error).collect())
            .collect();
        let errors: Vec<f64> = measured.iter().map(error).collect();
        Tail::new(sizes, &errors, &replicates)
    };
    LearningCurve {
        points: points.collect(),
        macro_f1: tail(0),
        accuracy: tail(1),
        log_loss: tail(2),
    }
}

fn mean(figures: impl ExactSizeIterator<Item = Figures>) -> Figures {
    let n = figures.len() as f64;
    let mut sum = [0.0; 3];
    for figures in figures {
        sum.iter_mut()
            .zip(figures)
            .for_each(|(sum, figure)| *sum += figure / n);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::LabelSet;
    use crate::validation::Groups;
    use std::collections::BTreeSet;

    #[test]
    fn larger_shares_hold_smaller_ones_and_keep_the_mix_of_labels() {
        let labels: Vec<LabelId> = (0..200)
            .map(|row| LabelId::new(usize::from(row % 4 == 0)))
            .collect();
        let set = LabelSet::new(["a", "b"]).unwrap();
        let folds = Folds::stratified(&labels, &set, &Groups::singletons(200), 5, 0).unwrap();
        let mut smaller = BTreeSet::new();
        for (per_cent, _) in SHARES {
            let rows = drawn(&labels, 2, &folds, 1, per_cent, 9);
            let larger: BTreeSet<u32> = rows.iter().copied().collect();
            assert!(larger.is_superset(&smaller) && larger.len() == rows.len());
            assert!(
                rows.iter()
                    .all(|&row| folds.fold_of_row()[row as usize] != 1)
            );
            let n_b = rows
                .iter()
                .filter(|&&row| labels[row as usize].index() == 1)
                .count();
            assert_eq!(
                (n_b, rows.len()),
                (40 * per_cent as usize / 100, 160 * per_cent as usize / 100)
            );
            smaller = larger;
        }
        assert_ne!(
            drawn(&labels, 2, &folds, 1, 10, 9),
            drawn(&labels, 2, &folds, 1, 10, 10)
        );
    }

    #[test]
    fn the_curve_of_known_judgements_is_their_mean_and_its_intervals_hold_it() {
        let labels: Vec<LabelId> = (0..400).map(|row| LabelId::new(row % 2)).collect();
        // A share of p per cent is wrong on 1 row in p/10 + 2.
        let judged: Vec<Vec<Judgements>> = SHARES
            .iter()
            .map(|&(per_cent, n_draws)| {
                let wrong = |row: usize, draw: usize| {
                    (row / 2 + draw).is_multiple_of(per_cent as usize / 10 + 2)
                };
                (0..n_draws)
                    .map(|draw| Judgements {
                        predicted: (0..400)
                            .map(|row| LabelId::new((row + usize::from(wrong(row, draw))) % 2))
                            .collect(),
                        losses: (0..400)
                            .map(|row| if wrong(row, draw) { 2.0 } else { 0.1 })
                            .collect(),
                    })
                    .collect()
            })
            .collect();
        let sizes: Vec<f64> = SHARES
            .iter()
            .map(|&(per_cent, _)| 3.2 * per_cent as f64)
            .collect();
        let curve = curve(&sizes, &judged, &labels, 2, 1);
        for point in &curve.points {
            let error = 1.0 / (point.per_cent / 10 + 2) as f64;
            assert!((point.accuracy.value - (1.0 - error)).abs() < 0.01);
            assert!((point.log_loss.value - (0.1 + 1.9 * error)).abs() < 0.02);
            let interval = point.macro_f1.interval;
            assert!(interval.low < point.macro_f1.value && point.macro_f1.value < interval.high);
        }
        assert!(curve.accuracy.gain_from_doubling > 0.0 && curve.accuracy.law.b > 0.0);
    }
}
