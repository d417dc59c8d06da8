//! Does it happen as often as said? Top-label calibration error, and what chance alone would show.
//!
//! Each row gives the probability of its predicted label (the confidence) and whether the prediction is right. Rows fall
//! into 15 bins of equal width, and the calibration error is Σ n_b/n · |accuracy_b − mean confidence_b| (Guo et al. 2017,
//! "On calibration of modern neural networks"). With few rows it is above 0 even where every probability is right; so
//! beside it stands what a perfectly calibrated model shows: whether each prediction is right is drawn again from the
//! model's own confidences.
//!
//! Bins are cut into 64 cells of 1/960 each, which hold the row counts and the sum of confidences in millionths: all that
//! is needed, whatever the number of rows, and exact. A redraw takes the right ones of a cell from a binomial
//! distribution with the cell's mean confidence; that the rows of a cell differ by up to 0.001 changes the variance by less
//! than 1e-7 a row.

use super::metrics::share;
use super::resampling::{binomial, draw_seeds, percentile};
use super::rounded;
use crate::label::LabelId;
use crate::prediction::{Prediction, UNITS};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Bins of the calibration error.
const N_BINS: usize = 15;
/// Cells in a bin.
const CELLS_PER_BIN: usize = 64;

/// Confidences and right predictions, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reliability {
    cells: Vec<Cell>,
}

/// Rows of nearly one confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cell {
    n_rows: u64,
    n_correct: u64,
    /// Sum of confidences in millionths.
    confidence: u64,
}

/// Rows whose confidence is above `above` and at most `up_to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower bound, exclusive.
    #[serde(serialize_with = "rounded::six_digits")]
    pub above: f64,
    /// Upper bound, inclusive.
    #[serde(serialize_with = "rounded::six_digits")]
    pub up_to: f64,
    /// The rows.
    pub n_rows: u64,
    /// Mean probability of the predicted label; 0 without rows.
    #[serde(serialize_with = "rounded::six_digits")]
    pub mean_confidence: f64,
    /// The share of right predictions; 0 without rows.
    #[serde(serialize_with = "rounded::six_digits")]
    pub accuracy: f64,
}

/// The calibration error of a perfectly calibrated model with the same confidences.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PerfectCalibration {
    /// Its mean over the redraws.
    #[serde(serialize_with = "rounded::six_digits")]
    pub mean: f64,
    /// What 95 of 100 redraws stay below.
    #[serde(serialize_with = "rounded::six_digits")]
    pub percentile_95: f64,
    /// The number of redraws.
    pub n_redraws: usize,
}

impl Default for Reliability {
    fn default() -> Self {
        Self::new()
    }
}

impl Reliability {
    /// No rows yet.
    pub fn new() -> Self {
        Self {
            cells: vec![Cell::default(); N_BINS * CELLS_PER_BIN],
        }
    }

    /// Adds a row by the probability of its predicted label in millionths.
    ///
    /// # Panics
    /// If the probability is above one.
    pub fn add(&mut self, confidence: u32, is_correct: bool) {
        // Cell i holds confidences above i/960 and up to (i + 1)/960 of a million.
        let scaled = u64::from(confidence) * self.cells.len() as u64;
        let cell = scaled.div_ceil(u64::from(UNITS)).saturating_sub(1);
        let cell = &mut self.cells[cell as usize];
        cell.n_rows += 1;
        cell.n_correct += u64::from(is_correct);
        cell.confidence += u64::from(confidence);
    }

    /// Adds a row by its prediction.
    pub fn add_prediction(&mut self, gold: LabelId, prediction: &Prediction) {
        let label = prediction.label();
        self.add(prediction.millionths()[label.index()], label == gold);
    }

    /// The number of rows.
    pub fn n_rows(&self) -> u64 {
        self.cells.iter().map(|cell| cell.n_rows).sum()
    }

    /// The mean confidence; 0 without rows.
    pub fn mean_confidence(&self) -> f64 {
        let sum = Cell::sum(&self.cells);
        share(sum.confidence, sum.n_rows * u64::from(UNITS))
    }

    /// Rows, mean confidence and accuracy of each of the 15 bins, by rising confidence.
    pub fn bins(&self) -> Vec<ReliabilityBin> {
        let bins = self.cells.chunks(CELLS_PER_BIN).map(Cell::sum).enumerate();
        bins.map(|(b, sum)| ReliabilityBin {
            above: b as f64 / N_BINS as f64,
            up_to: (b + 1) as f64 / N_BINS as f64,
            n_rows: sum.n_rows,
            mean_confidence: share(sum.confidence, sum.n_rows * u64::from(UNITS)),
            accuracy: share(sum.n_correct, sum.n_rows),
        })
        .collect()
    }

    /// The top-label calibration error, in [0, 1]; 0 without rows.
    pub fn calibration_error(&self) -> f64 {
        calibration_error(&self.cells)
    }

    /// The calibration error over `n_redraws` redraws of what is right from the confidences themselves.
    ///
    /// # Panics
    /// If `n_redraws` is 0.
    pub fn perfect_calibration(&self, n_redraws: usize, seed: u64) -> PerfectCalibration {
        assert!(n_redraws > 0, "at least one redraw");
        let mut errors: Vec<f64> = draw_seeds(n_redraws, seed)
            .par_iter()
            .map(|&seed| {
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                let mut cells = self.cells.clone();
                cells.iter_mut().for_each(|cell| cell.redraw(&mut rng));
                calibration_error(&cells)
            })
            .collect();
        errors.sort_unstable_by(f64::total_cmp);
        PerfectCalibration {
            mean: errors.iter().sum::<f64>() / n_redraws as f64,
            percentile_95: percentile(&errors, 0.95),
            n_redraws,
        }
    }
}

impl Cell {
    fn sum(cells: &[Self]) -> Self {
        cells.iter().fold(Self::default(), |sum, cell| Self {
            n_rows: sum.n_rows + cell.n_rows,
            n_correct: sum.n_correct + cell.n_correct,
            confidence: sum.confidence + cell.confidence,
        })
    }

    /// Draws again how many of the rows are right.
    fn redraw(&mut self, rng: &mut Xoshiro256PlusPlus) {
        if self.n_rows > 0 {
            let mean = share(self.confidence, self.n_rows * u64::from(UNITS));
            self.n_correct = binomial(self.n_rows, mean, rng);
        }
    }
}

/// Σ_b |right_b − Σ confidence| / n, with numerators in exact millionths.
fn calibration_error(cells: &[Cell]) -> f64 {
    let mut n_rows = 0;
    let mut off = 0;
    for bin in cells.chunks(CELLS_PER_BIN).map(Cell::sum) {
        n_rows += bin.n_rows;
        off += (bin.n_correct * u64::from(UNITS)).abs_diff(bin.confidence);
    }
    share(off, n_rows * u64::from(UNITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn error_is_the_weighted_distance_of_confidence_and_accuracy() {
        let mut reliability = Reliability::new();
        // Bin (0.6, 0.6667]: confidences 0.62 and 0.64, one right: |0.5 − 0.63| = 0.13.
        reliability.add(620_000, true);
        reliability.add(640_000, false);
        // Bin (0.9333, 1]: 0.95 twice, both right: 0.05.
        reliability.add(950_000, true);
        reliability.add(950_000, true);
        assert_eq!(reliability.calibration_error(), 0.5 * 0.13 + 0.5 * 0.05);
        let bins = reliability.bins();
        assert_eq!((bins[9].n_rows, bins[9].accuracy), (2, 0.5));
        assert_eq!(bins[9].mean_confidence, 0.63);
        assert_eq!(bins[14].n_rows, 2);
        assert_eq!(bins.len(), 15);
    }

    #[test]
    fn a_bound_belongs_to_the_bin_below_it() {
        let mut reliability = Reliability::new();
        reliability.add(600_000, true); // 9/15 exactly
        reliability.add(600_001, true);
        reliability.add(UNITS, true);
        reliability.add(0, false);
        let n_rows: Vec<u64> = reliability.bins().iter().map(|b| b.n_rows).collect();
        assert_eq!(n_rows, [1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1]);
    }

    /// Rows that are right with `shift` less than the probability said.
    fn simulated(n_rows: usize, shift: f64, seed: u64) -> Reliability {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut reliability = Reliability::new();
        for _ in 0..n_rows {
            let confidence = rng.gen_range(400_000..=UNITS);
            let probability = f64::from(confidence) / f64::from(UNITS) - shift;
            reliability.add(confidence, rng.r#gen::<f64>() < probability);
        }
        reliability
    }

    #[test]
    fn a_calibrated_model_stays_below_the_percentile_and_a_boastful_one_does_not() {
        let above = |shift: f64| {
            (0..100)
                .filter(|&seed| {
                    let reliability = simulated(600, shift, seed);
                    let perfect = reliability.perfect_calibration(200, 9);
                    reliability.calibration_error() > perfect.percentile_95
                })
                .count()
        };
        // Five of a hundred are expected; twelve or more come once in 250 times.
        assert!(above(0.0) < 12);
        assert!(above(0.1) > 90);
    }

    /// Redraws row by row, from each row's own confidence, as the cells' means stand for.
    #[test]
    fn cells_stand_for_their_rows() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        let confidences: Vec<u32> = (0..2_000).map(|_| rng.gen_range(340_000..=UNITS)).collect();
        let mut reliability = Reliability::new();
        confidences.iter().for_each(|&c| reliability.add(c, true));
        let n_draws = 2_000;
        let mut mean = 0.0;
        for _ in 0..n_draws {
            let mut redrawn = Reliability::new();
            confidences
                .iter()
                .for_each(|&c| redrawn.add(c, rng.gen_range(0..UNITS) < c));
            mean += redrawn.calibration_error() / f64::from(n_draws);
        }
        let perfect = reliability.perfect_calibration(2_000, 1);
        // Both means have a standard error of about 1e-4.
        assert!(
            (perfect.mean - mean).abs() < 6e-4,
            "{} {mean}",
            perfect.mean
        );
    }

    #[test]
    fn perfect_calibration_is_reproducible_and_shrinks_with_rows() {
        let (few, many) = (simulated(300, 0.0, 1), simulated(30_000, 0.0, 1));
        let perfect = few.perfect_calibration(200, 3);
        assert_eq!(perfect, few.perfect_calibration(200, 3));
        // About as 1/√n: ten times smaller.
        let ratio = perfect.mean / many.perfect_calibration(200, 3).mean;
        assert!((7.0..14.0).contains(&ratio), "{ratio}");
        assert_eq!(Reliability::new().perfect_calibration(2, 0).mean, 0.0);
    }
}
