//! The fit of a calibrator's map p = softmax(A z + b): a multinomial logistic regression on K log-odds.
//!
//! linfa-logistic fits it on all rows; our Newton method polishes it to machine precision and applies row weights, which
//! linfa-logistic does not know. Maps of fewer rows start from the map of all, which saves linfa's work and changes
//! nothing, as the penalised optimum is unique.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use super::basis::SumZeroBasis;
use super::calibrator::Calibrator;
use super::linear::LinearClassifier;
use super::newton::{Objective, classifier_of, minimise, parameters_of};
use crate::features::sparse::{DesignMatrix, FeatureId};
use crate::label::LabelId;

/// α of the penalty α/2·‖A‖² beside the sum of losses: next to nothing, but it bounds A where rows are separable.
const RIDGE: f64 = 0.1;
/// Scores of one row further apart than this are scaled down before linfa-logistic sees them.
const MAX_SPREAD: f64 = 15.0;
/// The polish aims at this relative gradient norm and is trusted below the second.
const TOLERANCE: f64 = 1e-12;
const TRUSTED: f64 = 1e-8;
const MAX_ITERATIONS: u32 = 200;

/// [A b] as fitted, before the blend with the identity.
pub(crate) struct Map {
    /// A, K × K; the row is the calibrated label.
    pub(crate) matrix: Array2<f64>,
    /// b, K.
    pub(crate) intercepts: Array1<f64>,
    /// Where the polish ended.
    pub(crate) relative_gradient_norm: f64,
}

impl Map {
    /// λ·[A b] + (1−λ)·[I 0], rounded.
    pub(crate) fn blended(&self, lambda: f64) -> Option<Calibrator> {
        let matrix =
            lambda * &self.matrix + (1.0 - lambda) * Array2::<f64>::eye(self.intercepts.len());
        Calibrator::new(matrix, lambda * &self.intercepts).ok()
    }
}

/// The rows as features: log-odds in K−1 orthonormal coordinates, so that nothing is fitted along (1, …, 1), where
/// log-odds do not vary; scaled by a power of two so that those of one row lie within ±15 of each other.
pub(crate) struct Design {
    basis: SumZeroBasis,
    scale: f64,
    /// `n_rows × (K − 1)`.
    matrix: DesignMatrix,
    /// scale · log-odds, `n_rows × K`, for linfa-logistic.
    scaled: Array2<f64>,
}

impl Design {
    /// Takes `log_odds`, `n_rows × K`, finite.
    pub(crate) fn new(log_odds: ArrayView2<'_, f64>) -> Self {
        let n_labels = log_odds.ncols();
        let basis = SumZeroBasis::orthonormal(n_labels);
        let spread = |scores: ArrayView1<'_, f64>| {
            let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            largest - scores.iter().copied().fold(f64::INFINITY, f64::min)
        };
        let widest = log_odds.rows().into_iter().map(spread).fold(0.0, f64::max);
        let mut scale = 1.0;
        while widest * scale > MAX_SPREAD && scale > f64::MIN_POSITIVE {
            scale *= 0.5;
        }
        let mut matrix = DesignMatrix::new(n_labels - 1);
        let mut coordinates = vec![0.0; n_labels - 1];
        let mut scaled = Array2::zeros(log_odds.dim());
        for (mut line, scores) in scaled.rows_mut().into_iter().zip(log_odds.rows()) {
            line.iter_mut()
                .zip(scores)
                .for_each(|(s, z)| *s = scale * z);
            basis.project(line.as_slice().expect("standard layout"), &mut coordinates);
            let values = coordinates.iter().map(|&y| y as f32);
            matrix
                .push_row((0..).map(FeatureId).zip(values))
                .expect("finite log-odds within ±15 have finite coordinates");
        }
        Self {
            basis,
            scale,
            matrix,
            scaled,
        }
    }

    /// The identity as a start.
    pub(crate) fn identity(&self) -> LinearClassifier {
        let n_labels = self.basis.n_labels();
        let eye = Array2::<f64>::eye(n_labels) / self.scale;
        self.in_coordinates(&eye, Array1::zeros(n_labels))
    }

    /// linfa-logistic's map of all rows (unweighted), if it finds one.
    pub(crate) fn linfa(&self, labels: &[LabelId]) -> Option<LinearClassifier> {
        let targets: Array1<usize> = labels.iter().map(|label| label.index()).collect();
        let dataset = DatasetBase::new(self.scaled.view(), targets);
        let settings = MultiLogisticRegression::<f64>::new()
            .alpha(RIDGE)
            .gradient_tolerance(1e-6 * labels.len() as f64);
        let fitted = settings.check().ok()?.fit(&dataset).ok()?;
        let finite = |w: &f64| w.is_finite() && w.abs() < 1e6;
        (fitted.params().iter().all(finite) && fitted.intercept().iter().all(finite))
            .then(|| self.in_coordinates(fitted.params(), fitted.intercept().clone()))
    }

    /// A map as a classifier of the coordinates; `weights[(l, k)]` takes score l to label k.
    pub(crate) fn in_coordinates(
        &self,
        weights: &Array2<f64>,
        intercepts: Array1<f64>,
    ) -> LinearClassifier {
        let n_labels = self.basis.n_labels();
        let mut out = Array2::zeros((n_labels - 1, n_labels));
        let mut coordinates = vec![0.0; n_labels - 1];
        for (k, column) in weights.columns().into_iter().enumerate() {
            self.basis.project(&column.to_vec(), &mut coordinates);
            for (r, coordinate) in coordinates.iter().enumerate() {
                out[(r, k)] = *coordinate;
            }
        }
        LinearClassifier {
            weights: out,
            intercepts,
        }
    }

    /// The map of rows with these weights, polished to machine precision, and the same in the form of a start.
    /// `None` if the polish did not get there.
    pub(crate) fn fit(
        &self,
        labels: &[LabelId],
        weights: Vec<f64>,
        start: &LinearClassifier,
    ) -> Option<(Map, LinearClassifier)> {
        let n_labels = self.basis.n_labels();
        // With two labels our penalty is on the difference of the weights, twice linfa's.
        let c = if n_labels == 2 {
            2.0 / RIDGE
        } else {
            1.0 / RIDGE
        };
        let costs = weights.into_iter().map(|weight| c * weight).collect();
        let objective = Objective::new(&self.matrix, labels, costs, n_labels);
        let start = parameters_of(&objective, start);
        let minimum = minimise(&objective, Some(start), TOLERANCE, MAX_ITERATIONS);
        // The gradient at the start is zero where the scores tell nothing at all: then the absolute norm decides.
        let norm = minimum.relative_gradient_norm;
        if !(norm <= TRUSTED || minimum.gradient_norm <= TOLERANCE * objective.total_cost()) {
            return None;
        }
        let classifier = classifier_of(&objective, &minimum.parameters).ok()?;
        let mut matrix = Array2::zeros((n_labels, n_labels));
        for (mut line, column) in matrix
            .rows_mut()
            .into_iter()
            .zip(classifier.weights.columns())
        {
            let line = line.as_slice_mut().expect("standard layout");
            self.basis.expand(&column.to_vec(), line);
            line.iter_mut().for_each(|entry| *entry *= self.scale);
        }
        let map = Map {
            matrix,
            intercepts: classifier.intercepts.clone(),
            relative_gradient_norm: norm,
        };
        Some((map, classifier))
    }
}
