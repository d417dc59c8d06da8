//! Does each label happen as often as its own probability says? Of every label, not only of the predicted one.
//!
//! For label k each row gives the probability of k and whether the row is of k. Its calibration error is that of
//! [`reliability`](super::reliability) over these pairs (class-wise; Kull et al. 2019, "Beyond temperature scaling"), and
//! beside it stand the mean of the probability and the share of rows that are of the label: a model may be right on
//! average and wrong in every bin, or the other way round.

use super::metrics::share;
use super::reliability::{PerfectCalibration, Reliability, ReliabilityBin};
use super::rounded;
use crate::label::{LabelId, LabelSet};
use crate::prediction::{Prediction, UNITS};
use serde::Serialize;

/// Whether a label comes true as often as its probability says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelReliability {
    /// The label.
    pub label: String,
    /// Calibration error of its probability over 15 bins.
    #[serde(serialize_with = "rounded::six_digits")]
    pub error: f64,
    /// What it would be if every probability were right.
    pub perfectly_calibrated: PerfectCalibration,
    /// Mean of its probability.
    #[serde(serialize_with = "rounded::six_digits")]
    pub mean_probability: f64,
    /// Share of its rows.
    #[serde(serialize_with = "rounded::six_digits")]
    pub share: f64,
    /// The bins.
    pub bins: Vec<ReliabilityBin>,
}

/// Probabilities of each label and whether it came true, counted row by row.
#[derive(Debug, Clone)]
pub struct LabelReliabilities {
    n_rows: u64,
    labels: Vec<Counted>,
}

#[derive(Debug, Clone, Default)]
struct Counted {
    reliability: Reliability,
    /// Sum of the label's probabilities in millionths.
    sum: u64,
    n_true: u64,
}

impl LabelReliabilities {
    /// No rows yet, of `n_labels` labels.
    pub fn new(n_labels: usize) -> Self {
        Self {
            n_rows: 0,
            labels: vec![Counted::default(); n_labels],
        }
    }

    /// Counts a row.
    ///
    /// # Panics
    /// If the prediction is among more labels.
    pub fn add(&mut self, gold: LabelId, prediction: &Prediction) {
        self.n_rows += 1;
        for (k, &probability) in prediction.millionths().iter().enumerate() {
            let is_so = k == gold.index();
            let label = &mut self.labels[k];
            label.reliability.add(probability, is_so);
            label.sum += u64::from(probability);
            label.n_true += u64::from(is_so);
        }
    }

    /// The figures of each label of `set`; `seed` decides the `n_redraws` redraws.
    ///
    /// # Panics
    /// If `n_redraws` is 0.
    pub fn figures(&self, set: &LabelSet, n_redraws: usize, seed: u64) -> Vec<LabelReliability> {
        let named = set.names().iter().zip(&self.labels);
        named
            .map(|(name, label)| LabelReliability {
                label: name.clone(),
                error: label.reliability.calibration_error(),
                perfectly_calibrated: label.reliability.perfect_calibration(n_redraws, seed),
                mean_probability: share(label.sum, self.n_rows * u64::from(UNITS)),
                share: share(label.n_true, self.n_rows),
                bins: label.reliability.bins(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The top label is right nine times in ten as said; the two others swap what they say.
    #[test]
    fn labels_can_be_off_where_the_top_is_right() {
        let set = LabelSet::new(["a", "b", "c"]).unwrap();
        let mut counted = LabelReliabilities::new(3);
        let prediction = Prediction::from_probabilities(&[0.9, 0.1, 0.0]);
        for row in 0..100 {
            let gold = if row % 10 == 0 { 2 } else { 0 };
            counted.add(LabelId::new(gold), &prediction);
        }
        let figures = counted.figures(&set, 20, 0);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(figures[0].error, 0.0) && near(figures[0].share, 0.9));
        assert!(near(figures[1].error, 0.1) && near(figures[1].mean_probability, 0.1));
        assert!(near(figures[2].error, 0.1) && near(figures[2].share, 0.1));
        // What is never said never happens in a redraw.
        assert_eq!(figures[2].perfectly_calibrated.mean, 0.0);
    }

    #[test]
    fn no_rows_give_no_error() {
        let set = LabelSet::new(["a", "b"]).unwrap();
        let figures = LabelReliabilities::new(2).figures(&set, 2, 0);
        assert_eq!((figures[0].error, figures[1].share), (0.0, 0.0));
    }
}
