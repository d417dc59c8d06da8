//! Log-loss and Brier score: what probabilities are worth, not only the label that follows from them.

use crate::label::LabelId;
use crate::prediction::Prediction;

/// Sums of two proper scores over rows; the same rows in the same order give the same figures to the last bit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProbabilityLosses {
    n_rows: u64,
    log_loss: f64,
    brier: f64,
}

impl ProbabilityLosses {
    /// No rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row by the probability of each label, which sum to 1.
    ///
    /// # Panics
    /// If `gold` is not one of the labels.
    pub fn add(&mut self, gold: LabelId, probabilities: &[f64]) {
        self.add_each(probabilities[gold.index()], probabilities.iter().copied());
    }

    /// Adds a row by its printed probabilities, so that the figures are those of the written file.
    ///
    /// # Panics
    /// If `gold` is not one of the labels.
    pub fn add_prediction(&mut self, gold: LabelId, prediction: &Prediction) {
        let to_probability = |&m: &u32| f64::from(m) / f64::from(crate::prediction::UNITS);
        let millionths = prediction.millionths();
        let of_gold = to_probability(&millionths[gold.index()]);
        self.add_each(of_gold, millionths.iter().map(to_probability));
    }

    fn add_each(&mut self, of_gold: f64, probabilities: impl Iterator<Item = f64>) {
        self.n_rows += 1;
        self.log_loss -= libm::log(of_gold.clamp(f64::EPSILON, 1.0 - f64::EPSILON));
        // Σₖ (pₖ − yₖ)² with y = 1 for the gold label: all squares, with the gold label's exchanged.
        let squares: f64 = probabilities.map(|p| p * p).sum();
        self.brier += squares + (1.0 - 2.0 * of_gold);
    }

    /// The number of rows.
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// The mean of −ln p(gold label), natural logarithm, with p clipped to [ε, 1 − ε], ε = 2.2e-16, as by
    /// scikit-learn's `log_loss`; 0 without rows.
    pub fn log_loss(&self) -> f64 {
        self.log_loss / self.n_rows.max(1) as f64
    }

    /// The mean over rows of Σₖ (pₖ − yₖ)², in [0, 2] (Brier 1950), as by scikit-learn's `brier_score_loss` with
    /// `scale_by_half=False`; 0 without rows.
    pub fn brier_score(&self) -> f64 {
        self.brier / self.n_rows.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [(usize, [f64; 3]); 4] = [
        (0, [0.7, 0.2, 0.1]),
        (1, [0.1, 0.3, 0.6]),
        (2, [0.0, 0.25, 0.75]),
        (1, [1.0, 0.0, 0.0]),
    ];

    /// `log_loss` and `brier_score_loss` of scikit-learn 1.9.1 on the same four rows, the last one as wrong as can be.
    #[test]
    fn losses_are_those_of_scikit_learn() {
        let mut exact = ProbabilityLosses::new();
        let mut printed = ProbabilityLosses::new();
        for (gold, probabilities) in ROWS {
            exact.add(LabelId::new(gold), &probabilities);
            let prediction = Prediction::from_probabilities(&probabilities);
            printed.add_prediction(LabelId::new(gold), &prediction);
        }
        for losses in [exact, printed] {
            assert_eq!(losses.n_rows(), 4);
            assert!((losses.log_loss() - 9.472995802458401).abs() < 1e-12);
            assert!((losses.brier_score() - 0.78125).abs() < 1e-12);
        }
    }

    #[test]
    fn no_rows_lose_nothing() {
        assert_eq!(ProbabilityLosses::new().log_loss(), 0.0);
        assert_eq!(ProbabilityLosses::new().brier_score(), 0.0);
    }
}
