//! From a statement to its prediction. A batch, one statement, and a host all call [`Scorer::score`].

use super::feature_table::FeatureNumbers;
use super::model::StanceModel;
use super::prior::Prior;
use crate::classifier::softmax;
use crate::features::vectorizer::VectorizedRow;
use crate::features::{FeatureId, Vectorizer};
use crate::prediction::Prediction;
use crate::statement::{ByteSpan, TextBatch};
use ndarray::ArrayView2;

/// A scored statement.
#[derive(Debug)]
pub struct Scored<'s> {
    /// The label and the probabilities.
    pub prediction: &'s Prediction,
    /// Raw log-odds by label (natural logarithm, they sum to zero up to rounding): intercept plus the sum, in the order
    /// of the row, of value times weight.
    pub log_odds: &'s [f64],
    /// The statement's features and values.
    pub row: VectorizedRow<'s>,
}

/// Scores statements with one model; keeps its buffers and what it learned of distinct words. One for each thread.
#[derive(Debug)]
pub struct Scorer<'m> {
    numbers: FeatureNumbers<'m>,
    intercepts: &'m [f64],
    calibration: Option<(ArrayView2<'m, f64>, &'m [f64])>,
    prior: Option<Prior>,
    vectorizer: Vectorizer<'m>,
    log_odds: Vec<f64>,
    probabilities: Vec<f64>,
    prediction: Prediction,
}

impl<'m> Scorer<'m> {
    pub(super) fn new(model: &'m StanceModel) -> Self {
        let n_labels = model.labels().len();
        let numbers = model.feature_numbers();
        Self {
            numbers,
            intercepts: model.intercepts(),
            calibration: model.calibration(),
            prior: None,
            vectorizer: Vectorizer::new(
                model.analyzer(),
                model.vocabulary(),
                numbers.scales(),
                model.card().selection.weighting,
            ),
            log_odds: vec![0.0; n_labels],
            probabilities: vec![0.0; n_labels],
            prediction: Prediction::new(n_labels),
        }
    }

    /// Restates every prediction for another mix of labels.
    #[must_use]
    pub fn with_prior(mut self, prior: Option<Prior>) -> Self {
        self.prior = prior;
        self
    }

    /// Limits what is kept of distinct words; see [`Vectorizer::with_cache_bytes`].
    #[must_use]
    pub fn with_cache_bytes(mut self, bytes: usize) -> Self {
        self.vectorizer = self.vectorizer.with_cache_bytes(bytes);
        self
    }

    /// Scores one statement.
    pub fn score(&mut self, text: &str) -> Scored<'_> {
        self.vectorizer.look_up_one(text);
        self.scored(0)
    }

    /// Scores statements side by side, which is faster and gives the same: calls `on_scored` with each one's position and
    /// score, in order.
    pub fn score_batch(&mut self, texts: &TextBatch, mut on_scored: impl FnMut(usize, Scored<'_>)) {
        self.vectorizer.look_up(texts);
        for position in 0..texts.len() {
            on_scored(position, self.scored(position));
        }
    }

    /// The score of text `position` of those looked up last.
    #[inline]
    fn scored(&mut self, position: usize) -> Scored<'_> {
        let row = self.vectorizer.row(position);
        self.log_odds.copy_from_slice(self.intercepts);
        add_products(&row, &self.numbers, &mut self.log_odds);
        let Self {
            calibration, prior, ..
        } = self;
        adjust(
            *calibration,
            prior.as_ref(),
            &self.log_odds,
            &mut self.probabilities,
        );
        softmax(&mut self.probabilities);
        self.prediction.set(&self.probabilities);
        Scored {
            prediction: &self.prediction,
            log_odds: &self.log_odds,
            row,
        }
    }

    /// Calls `on_occurrence` with each known feature of `text` and where it shows.
    pub fn for_each_occurrence(
        &mut self,
        text: &str,
        on_occurrence: impl FnMut(FeatureId, ByteSpan),
    ) {
        self.vectorizer.for_each_occurrence(text, on_occurrence);
    }

    /// The log-odds that probabilities are made of: raw ones after calibration and prior.
    pub fn calibrated(&self, log_odds: &[f64]) -> Vec<f64> {
        let mut calibrated = vec![0.0; log_odds.len()];
        adjust(
            self.calibration,
            self.prior.as_ref(),
            log_odds,
            &mut calibrated,
        );
        calibrated
    }

    /// How a change of raw log-odds changes the calibrated ones.
    pub fn calibrated_change(&self, change: &[f64]) -> Vec<f64> {
        let mut calibrated = change.to_vec();
        if let Some((matrix, _)) = self.calibration {
            calibrate(matrix, &vec![0.0; change.len()], change, &mut calibrated);
        }
        calibrated
    }
}

/// What a feature adds to a label's log-odds: one product in `f64`, so that explanations add up exactly.
#[inline]
pub fn contribution(value: f32, weight: f32) -> f64 {
    f64::from(value) * f64::from(weight)
}

/// Adds the contributions of a row to `log_odds`, feature by feature.
#[inline]
fn add_products(row: &VectorizedRow<'_>, numbers: &FeatureNumbers<'_>, log_odds: &mut [f64]) {
    // Two and three labels without an inner loop.
    match log_odds.len() {
        2 => add_fixed::<2>(row, numbers, log_odds),
        3 => add_fixed::<3>(row, numbers, log_odds),
        n_labels => {
            for (&feature, &value) in row.features.iter().zip(row.values) {
                let weights = numbers.all_weights(feature, n_labels);
                for (sum, &weight) in log_odds.iter_mut().zip(weights) {
                    *sum += contribution(value, weight);
                }
            }
        }
    }
}

#[inline]
fn add_fixed<const N: usize>(
    row: &VectorizedRow<'_>,
    numbers: &FeatureNumbers<'_>,
    log_odds: &mut [f64],
) {
    let mut sums = [0.0; N];
    sums.copy_from_slice(log_odds);
    for (&feature, &value) in row.features.iter().zip(row.values) {
        for (sum, &weight) in sums.iter_mut().zip(numbers.weights::<N>(feature)) {
            *sum += contribution(value, weight);
        }
    }
    log_odds.copy_from_slice(&sums);
}

/// Raw log-odds after calibration and prior, where there are any.
fn adjust(
    calibration: Option<(ArrayView2<'_, f64>, &[f64])>,
    prior: Option<&Prior>,
    log_odds: &[f64],
    out: &mut [f64],
) {
    match calibration {
        Some((matrix, intercepts)) => calibrate(matrix, intercepts, log_odds, out),
        None => out.copy_from_slice(log_odds),
    }
    if let Some(prior) = prior {
        prior.apply(out);
    }
}

/// Calibrated log-odds: `matrix · log_odds + intercepts`.
fn calibrate(matrix: ArrayView2<'_, f64>, intercepts: &[f64], log_odds: &[f64], out: &mut [f64]) {
    for ((row, &intercept), out) in matrix.outer_iter().zip(intercepts).zip(out) {
        let products = row.iter().zip(log_odds).map(|(m, z)| m * z);
        *out = intercept + products.sum::<f64>();
    }
}
