//! The fitted classifier: one weight per feature and label, raw log-odds for a row.

use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::softmax::position_of_largest;
use crate::features::sparse::{DesignMatrix, FeatureId, SparseRow};

/// Weights and intercepts of a linear classifier; finite, and summing to zero over the labels when they were fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearClassifier {
    /// `n_features × n_labels`, row by row.
    pub(super) weights: Array2<f64>,
    /// `n_labels`.
    pub(super) intercepts: Array1<f64>,
}

/// Why weights, or a matrix for them, were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinearError {
    /// Weights and intercepts are for different numbers of labels.
    #[error("weights for {weights} labels, intercepts for {intercepts}")]
    LabelCount {
        /// Columns of the weights.
        weights: usize,
        /// Number of intercepts.
        intercepts: usize,
    },
    /// A classifier needs two labels at least.
    #[error("{0} label(s); a classifier needs at least two")]
    TooFewLabels(usize),
    /// A weight or an intercept was infinite or not a number.
    #[error("a weight or an intercept is not finite")]
    NotFinite,
    /// The matrix has other features.
    #[error("rows have {found} features, the classifier knows {known}")]
    FeatureCount {
        /// Columns of the matrix.
        found: usize,
        /// Rows of the weights.
        known: usize,
    },
}

impl LinearClassifier {
    /// A classifier with `weights` (`n_features × n_labels`) and `intercepts` (`n_labels`), in log-odds.
    ///
    /// # Errors
    /// [`LinearError`] if the numbers of labels differ or are below two, or a number is not finite.
    pub fn new(weights: Array2<f64>, intercepts: Array1<f64>) -> Result<Self, LinearError> {
        if weights.ncols() != intercepts.len() {
            return Err(LinearError::LabelCount {
                weights: weights.ncols(),
                intercepts: intercepts.len(),
            });
        }
        if intercepts.len() < 2 {
            return Err(LinearError::TooFewLabels(intercepts.len()));
        }
        if !weights.iter().chain(&intercepts).all(|w| w.is_finite()) {
            return Err(LinearError::NotFinite);
        }
        Ok(Self {
            weights: weights.as_standard_layout().into_owned(),
            intercepts,
        })
    }

    /// `n_features × n_labels`, in standard (row by row) layout.
    pub fn weights(&self) -> ArrayView2<'_, f64> {
        self.weights.view()
    }

    /// `n_labels`.
    pub fn intercepts(&self) -> ArrayView1<'_, f64> {
        self.intercepts.view()
    }

    /// The number of features.
    pub fn n_features(&self) -> usize {
        self.weights.nrows()
    }

    /// The number of labels.
    pub fn n_labels(&self) -> usize {
        self.intercepts.len()
    }

    /// The largest weight of a feature for any label, without its sign.
    ///
    /// # Panics
    /// If the classifier does not know the feature.
    pub fn largest_weight(&self, feature: FeatureId) -> f64 {
        let weights = self.weights.row(feature.index());
        weights.iter().fold(0.0, |most, w| w.abs().max(most))
    }

    /// The same weights for these features alone, numbered anew in the order given.
    ///
    /// # Panics
    /// If the classifier does not know one of the features.
    #[must_use]
    pub fn restricted_to(&self, features: &[FeatureId]) -> Self {
        let shape = (features.len(), self.n_labels());
        let weight =
            |(feature, label): (usize, usize)| self.weights[[features[feature].index(), label]];
        Self {
            weights: Array2::from_shape_fn(shape, weight),
            intercepts: self.intercepts.clone(),
        }
    }

    /// The raw log-odds of `row`, one per label: the intercept, then each feature's contribution added in rising order.
    ///
    /// # Panics
    /// If `out` has not one place per label, or the row has a feature that the classifier does not know.
    pub fn log_odds(&self, row: SparseRow<'_>, out: &mut [f64]) {
        assert_eq!(out.len(), self.n_labels(), "one place per label");
        for (out, intercept) in out.iter_mut().zip(&self.intercepts) {
            *out = *intercept;
        }
        for (feature, &value) in row.features.iter().zip(row.values) {
            let value = f64::from(value);
            for (out, weight) in out.iter_mut().zip(self.weights.row(feature.index())) {
                *out += value * weight;
            }
        }
    }

    /// The raw log-odds of all rows, `n_rows × n_labels`.
    ///
    /// # Errors
    /// [`LinearError::FeatureCount`] if the matrix has another number of features.
    pub fn log_odds_of_rows(&self, rows: &DesignMatrix) -> Result<Array2<f64>, LinearError> {
        if rows.n_features() != self.n_features() {
            return Err(LinearError::FeatureCount {
                found: rows.n_features(),
                known: self.n_features(),
            });
        }
        let n_labels = self.n_labels();
        let mut scores = vec![0.0; rows.n_rows() * n_labels];
        scores
            .par_chunks_exact_mut(n_labels)
            .enumerate()
            .with_min_len(256)
            .for_each(|(i, out)| self.log_odds(rows.row(i), out));
        Ok(Array2::from_shape_vec((rows.n_rows(), n_labels), scores)
            .expect("as many scores as rows times labels"))
    }
}

/// The positions of the labels with the largest log-odds; a tie goes to the first. linfa's `predict` on top of it takes
/// a dataset.
///
/// # Panics
/// If the matrix has another number of features; linfa's interface has no place for an error.
impl PredictInplace<DesignMatrix, Array1<usize>> for LinearClassifier {
    fn predict_inplace<'a>(&'a self, rows: &'a DesignMatrix, labels: &mut Array1<usize>) {
        assert_eq!(rows.n_rows(), labels.len(), "one place per row");
        let scores = match self.log_odds_of_rows(rows) {
            Ok(scores) => scores,
            Err(error) => panic!("{error}"),
        };
        for (label, scores) in labels.iter_mut().zip(scores.rows()) {
            *label = scores.as_slice().map_or(0, position_of_largest);
        }
    }

    fn default_target(&self, rows: &DesignMatrix) -> Array1<usize> {
        Array1::zeros(rows.n_rows())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn classifier() -> LinearClassifier {
        LinearClassifier::new(array![[1.0, -1.0], [0.5, -0.5]], array![-0.25, 0.25]).unwrap()
    }

    #[test]
    fn log_odds_are_intercept_and_contributions() {
        let mut matrix = DesignMatrix::new(2);
        matrix
            .push_row([(FeatureId(0), 2.0), (FeatureId(1), 3.0)])
            .unwrap();
        matrix.push_row([]).unwrap();
        let scores = classifier().log_odds_of_rows(&matrix).unwrap();
        assert_eq!(scores, array![[3.25, -3.25], [-0.25, 0.25]]);
        let mut labels = classifier().default_target(&matrix);
        classifier().predict_inplace(&matrix, &mut labels);
        assert_eq!(labels, array![0, 1]);
    }

    #[test]
    fn a_restricted_classifier_has_the_same_weights() {
        let restricted = classifier().restricted_to(&[FeatureId(1)]);
        assert_eq!(restricted.weights(), array![[0.5, -0.5]]);
        assert_eq!(restricted.intercepts(), classifier().intercepts());
        assert_eq!(restricted.largest_weight(FeatureId(0)), 0.5);
        let empty = classifier().restricted_to(&[]);
        assert_eq!((empty.n_features(), empty.n_labels()), (0, 2));
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused_with_both_numbers() {
        let error = classifier()
            .log_odds_of_rows(&DesignMatrix::new(3))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "rows have 3 features, the classifier knows 2"
        );
        assert!(LinearClassifier::new(array![[1.0, -1.0]], array![0.0]).is_err());
        assert!(LinearClassifier::new(array![[1.0]], array![0.0]).is_err());
        assert!(LinearClassifier::new(array![[1.0, f64::NAN]], array![0.0, 0.0]).is_err());
    }
}
