//! A point that the search reached, judged by the objective itself and not by its dual.

use super::intercepts::{Fitted, norm};
use super::rows::Rows;
use crate::classifier::chunks::{in_order, split};
use crate::classifier::gather::add_gathered;
use crate::classifier::linear::{LinearClassifier, LinearError};
use ndarray::{Array1, Array2};

/// Weights and intercepts, and the objective and its gradient there.
#[derive(Debug)]
pub(crate) struct Point<'a> {
    rows: &'a Rows<'a>,
    weights: &'a [f64],
    /// What the rows' own features have: a block of K − 1 for each row, to be multiplied by their values.
    multipliers: Vec<f64>,
    intercepts: Vec<f64>,
    /// Σ_i cost_i · loss_i + ½‖W‖².
    pub(crate) objective: f64,
    /// Euclidean.
    pub(crate) gradient_norm: f64,
}

impl<'a> Point<'a> {
    pub(super) fn new(
        rows: &'a Rows<'a>,
        weights: &'a [f64],
        duals: &[f64],
        intercepts: &[f64],
        enough: f64,
    ) -> Self {
        let (n_labels, width, basis) = (rows.n_labels(), intercepts.len(), rows.basis());
        let dual_of = |i: usize| &duals[(2 * i + 1) * n_labels..(2 * i + 2) * n_labels];
        let mut multipliers = vec![0.0; rows.len() * width];
        let mut coordinates = multipliers.clone();
        let ranges = rows.ranges();
        let tasks = ranges
            .iter()
            .zip(split(&mut multipliers, ranges, width))
            .zip(split(&mut coordinates, ranges, width))
            .collect();
        let squares = in_order(tasks, |((range, multipliers), coordinates)| {
            let mut scores = vec![0.0; n_labels];
            let blocks = multipliers
                .chunks_exact_mut(width)
                .zip(coordinates.chunks_exact_mut(width));
            let mut square = 0.0;
            for (i, (multiplier, z)) in range.clone().zip(blocks) {
                let head = rows.head(i);
                for (score, p) in scores.iter_mut().zip(dual_of(i)) {
                    *score = -head.cost * p;
                }
                scores[head.label] += head.cost;
                basis.project(&scores, multiplier);
                for (z, a) in z.iter_mut().zip(multiplier.iter()) {
                    *z = head.own_square * a;
                    square += head.own_square * a * a;
                }
                let (features, values) = rows.shared(i);
                add_gathered(features, values, weights, z, |v| v);
            }
            square
        });
        let square = squares.iter().sum::<f64>() + weights.iter().map(|w| w * w).sum::<f64>();
        let fitted = Fitted::best(rows, &coordinates, intercepts, enough);
        let gradient_square = rows.gradient_square(|i, residual| {
            let p = &fitted.probabilities[i * n_labels..(i + 1) * n_labels];
            let cost = rows.head(i).cost;
            for (residual, (p, dual)) in residual.iter_mut().zip(p.iter().zip(dual_of(i))) {
                *residual = cost * (p - dual);
            }
        });
        Self {
            rows,
            weights,
            multipliers,
            objective: fitted.loss + 0.5 * square,
            gradient_norm: gradient_square.sqrt().hypot(norm(&fitted.gradient)),
            intercepts: fitted.intercepts,
        }
    }

    /// The weights of all features, by label.
    ///
    /// # Errors
    /// [`LinearError`] if a number overflowed.
    pub(crate) fn classifier(&self) -> Result<LinearClassifier, LinearError> {
        let (basis, width) = (self.rows.basis(), self.rows.basis().width());
        let mut weights = Array2::zeros((self.rows.n_features(), self.rows.n_labels()));
        let mut scores = vec![0.0; self.rows.n_labels()];
        for (block, mut line) in self.weights.chunks_exact(width).zip(weights.rows_mut()) {
            basis.expand(block, line.as_slice_mut().expect("rows lie in one piece"));
        }
        for (i, multiplier) in self.multipliers.chunks_exact(width).enumerate() {
            let (features, values) = self.rows.own(i);
            basis.expand(multiplier, &mut scores);
            for (feature, &value) in features.iter().zip(values) {
                let mut line = weights.row_mut(feature.index());
                for (weight, score) in line.iter_mut().zip(&scores) {
                    *weight = f64::from(value) * score;
                }
            }
        }
        let mut intercepts = vec![0.0; self.rows.n_labels()];
        basis.expand(&self.intercepts, &mut intercepts);
        LinearClassifier::new(weights, Array1::from(intercepts))
    }
}
