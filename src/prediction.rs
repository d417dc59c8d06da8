//! Predictions: probabilities that sum to one as printed, and the label that follows from them.

use crate::label::LabelId;

/// The printed unit of a probability: one millionth.
pub const UNITS: u32 = 1_000_000;

/// A number in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// `value` if it lies in [0, 1], otherwise (also for NaN) `None`.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// The number, in [0, 1].
    pub fn get(self) -> f64 {
        self.0
    }
}

/// The label with the highest printed probability, and the probability of every label.
///
/// Probabilities are kept in millionths and sum to exactly one million: what is printed is what decides. A tie goes to
/// the label that comes first in the label set. The value is a buffer that scoring fills again for each statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    label: LabelId,
    millionths: Vec<u32>,
    /// Fractions lost in rounding down, and label positions ordered by them.
    order: Vec<(u32, u16)>,
}

impl Prediction {
    /// A prediction among `n_labels` labels, all mass on the first until [`set`](Self::set) is called.
    pub fn new(n_labels: usize) -> Self {
        let mut millionths = vec![0; n_labels];
        millionths[0] = UNITS;
        Self {
            label: LabelId::new(0),
            millionths,
            order: Vec::with_capacity(n_labels),
        }
    }

    /// A prediction with the given probabilities.
    pub fn from_probabilities(probabilities: &[f64]) -> Self {
        let mut prediction = Self::new(probabilities.len());
        prediction.set(probabilities);
        prediction
    }

    /// Takes over `probabilities` (non-negative, finite, sum 1 up to rounding), rounded to millionths by the method of
    /// largest remainders, so that they sum to one exactly.
    pub fn set(&mut self, probabilities: &[f64]) {
        debug_assert_eq!(probabilities.len(), self.millionths.len());
        self.order.clear();
        let mut rest = i64::from(UNITS);
        for (k, &p) in probabilities.iter().enumerate() {
            let exact = p.clamp(0.0, 1.0) * f64::from(UNITS);
            let down = exact.floor();
            self.millionths[k] = down as u32;
            rest -= down as i64;
            let fraction = ((exact - down) * f64::from(1u32 << 31)) as u32;
            self.order.push((fraction, k as u16));
        }
        if rest > 0 {
            // The largest fractions first; among equals the first label.
            self.order
                .sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            for step in 0..rest as usize {
                let k = self.order[step % self.order.len()].1;
                self.millionths[usize::from(k)] += 1;
            }
        } else {
            // Rounding in the input put the sum a hair over one: take it from the largest.
            for _ in rest..0 {
                let top = self.top();
                self.millionths[top] -= 1;
            }
        }
        self.label = LabelId::new(self.top());
    }

    fn top(&self) -> usize {
        let mut top = 0;
        for (k, &m) in self.millionths.iter().enumerate() {
            if m > self.millionths[top] {
                top = k;
            }
        }
        top
    }

    /// Takes `label` for the predicted one, as where whoever made the prediction did not go by the highest probability.
    ///
    /// # Panics
    /// If `label` is not one of the labels.
    pub fn decide(&mut self, label: LabelId) {
        assert!(label.index() < self.millionths.len(), "a label of this set");
        self.label = label;
    }

    /// The predicted label.
    pub fn label(&self) -> LabelId {
        self.label
    }

    /// The probability of every label in millionths, in the order of the label set; they sum to [`UNITS`].
    pub fn millionths(&self) -> &[u32] {
        &self.millionths
    }

    /// The probability of `label`.
    pub fn probability(&self, label: LabelId) -> Probability {
        Probability(f64::from(self.millionths[label.index()]) / f64::from(UNITS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tie_goes_to_the_first_label() {
        let prediction = Prediction::from_probabilities(&[0.25, 0.375, 0.375]);
        assert_eq!(prediction.label(), LabelId::new(1));
        assert_eq!(
            Prediction::from_probabilities(&[1.0 / 3.0; 3]).millionths(),
            [333_334, 333_333, 333_333]
        );
    }

    #[test]
    fn probability_exists_only_in_the_unit_interval() {
        assert!(Probability::new(-0.1).is_none());
        assert!(Probability::new(1.1).is_none());
        assert!(Probability::new(f64::NAN).is_none());
        assert_eq!(Probability::new(0.5).map(Probability::get), Some(0.5));
    }

    proptest! {
        #[test]
        fn printed_probabilities_sum_to_one_and_keep_their_order(
            raw in proptest::collection::vec(0.0f64..1.0, 2..9)
        ) {
            let sum: f64 = raw.iter().sum::<f64>() + 1e-12;
            let probabilities: Vec<f64> = raw.iter().map(|p| (p + 1e-12 / raw.len() as f64) / sum).collect();
            let prediction = Prediction::from_probabilities(&probabilities);
            prop_assert_eq!(prediction.millionths().iter().sum::<u32>(), UNITS);
            for a in 0..raw.len() {
                for b in 0..raw.len() {
                    if probabilities[a] > probabilities[b] {
                        prop_assert!(prediction.millionths()[a] >= prediction.millionths()[b]);
                    }
                }
                let difference = f64::from(prediction.millionths()[a]) / 1e6 - probabilities[a];
                prop_assert!(difference.abs() <= 1.0e-6 + 1e-12);
            }
        }
    }
}
