//! One prediction for each row of a corpus: a model's, another tool's, a coder's.

use crate::label::LabelId;
use crate::prediction::{Prediction, Probability};

/// What somebody says of every row, in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictions {
    /// A label, and a probability for each label.
    Probabilities(Vec<Prediction>),
    /// A label alone.
    Labels(Vec<LabelId>),
}

impl Predictions {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Probabilities(rows) => rows.len(),
            Self::Labels(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The label of row `row`.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn label(&self, row: usize) -> LabelId {
        match self {
            Self::Probabilities(rows) => rows[row].label(),
            Self::Labels(rows) => rows[row],
        }
    }

    /// The label of every row.
    pub fn labels(&self) -> Vec<LabelId> {
        (0..self.len()).map(|row| self.label(row)).collect()
    }

    /// The probabilities of every row, if there are any.
    pub fn probabilities(&self) -> Option<&[Prediction]> {
        match self {
            Self::Probabilities(rows) => Some(rows),
            Self::Labels(_) => None,
        }
    }

    /// The probability that is given to the label of row `row`, if there are any.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn confidence(&self, row: usize) -> Option<Probability> {
        let predictions = self.probabilities()?;
        Some(predictions[row].probability(predictions[row].label()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_is_that_of_the_label_even_where_another_is_likelier() {
        let mut prediction = Prediction::from_probabilities(&[0.7, 0.3]);
        prediction.decide(LabelId::new(1));
        let all = Predictions::Probabilities(vec![prediction]);
        assert_eq!(all.labels(), [LabelId::new(1)]);
        assert_eq!(all.confidence(0).map(Probability::get), Some(0.3));
        let alone = Predictions::Labels(vec![LabelId::new(0)]);
        assert_eq!((alone.len(), alone.confidence(0)), (1, None));
    }
}
