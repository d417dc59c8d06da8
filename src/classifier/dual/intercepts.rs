//! The best intercepts for weights that stay: Newton's method in K − 1 numbers.

use super::rows::Rows;
use crate::classifier::chunks::{in_order, split};
use crate::classifier::softmax::softmax_and_log_loss;
use crate::classifier::vector::serial_dot;

const MAX_STEPS: u32 = 30;
const MAX_HALVINGS: u32 = 30;
/// Conjugate gradients end at this share of the gradient, or after as many steps as there are labels.
const RESIDUAL: f64 = 1e-6;

/// The rows' state at some intercepts.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    pub(super) intercepts: Vec<f64>,
    /// `n_rows × K`.
    pub(super) probabilities: Vec<f64>,
    /// Σ_i cost_i · loss_i.
    pub(super) loss: f64,
    /// By the intercepts.
    pub(super) gradient: Vec<f64>,
}

impl Fitted {
    fn at(rows: &Rows<'_>, coordinates: &[f64], intercepts: Vec<f64>) -> Self {
        let (n_labels, width) = (rows.n_labels(), intercepts.len());
        let mut probabilities = vec![0.0; rows.len() * n_labels];
        let ranges = rows.ranges();
        let tasks = ranges
            .iter()
            .zip(split(&mut probabilities, ranges, n_labels))
            .collect();
        let sums = in_order(tasks, |(range, probabilities)| {
            let (mut loss, mut gradient) = (0.0, vec![0.0; width]);
            let (mut block, mut residual) = (vec![0.0; width], vec![0.0; n_labels]);
            for (i, p) in range.clone().zip(probabilities.chunks_exact_mut(n_labels)) {
                let head = rows.head(i);
                let z = &coordinates[i * width..(i + 1) * width];
                for ((block, z), intercept) in block.iter_mut().zip(z).zip(&intercepts) {
                    *block = z + intercept;
                }
                rows.basis().expand(&block, p);
                loss += head.cost * softmax_and_log_loss(p, head.label);
                residual.copy_from_slice(p);
                residual[head.label] -= 1.0;
                rows.basis().project(&residual, &mut block);
                add_scaled(&mut gradient, head.cost, &block);
            }
            (loss, gradient)
        });
        let (mut loss, mut gradient) = (0.0, vec![0.0; width]);
        for (part, terms) in &sums {
            loss += part;
            add_scaled(&mut gradient, 1.0, terms);
        }
        Self {
            intercepts,
            probabilities,
            loss,
            gradient,
        }
    }

    /// Starts at `start`; `coordinates` are the rows' without intercepts. Ends where the gradient's norm is at most `enough`
    /// or no step makes it smaller.
    pub(super) fn best(rows: &Rows<'_>, coordinates: &[f64], start: &[f64], enough: f64) -> Self {
        let mut fitted = Self::at(rows, coordinates, start.to_vec());
        for _ in 0..MAX_STEPS {
            if norm(&fitted.gradient) <= enough {
                break;
            }
            let direction = fitted.direction(rows);
            let shorter = (0..MAX_HALVINGS).find_map(|halvings| {
                let mut intercepts = fitted.intercepts.clone();
                add_scaled(&mut intercepts, 0.5f64.powi(halvings as i32), &direction);
                let trial = Self::at(rows, coordinates, intercepts);
                (norm(&trial.gradient) < norm(&fitted.gradient)).then_some(trial)
            });
            match shorter {
                Some(trial) => fitted = trial,
                None => break,
            }
        }
        fitted
    }

    /// −H⁻¹ g by conjugate gradients.
    fn direction(&self, rows: &Rows<'_>) -> Vec<f64> {
        let width = self.gradient.len();
        let mut solution = vec![0.0; width];
        let mut residual: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
        let mut along = residual.clone();
        let mut square = serial_dot(&residual, &residual);
        let enough = RESIDUAL * RESIDUAL * square;
        for _ in 0..rows.n_labels() {
            let product = self.hessian_product(rows, &along);
            let curvature = serial_dot(&along, &product);
            if !(curvature > 0.0 && square > enough) {
                break;
            }
            let length = square / curvature;
            add_scaled(&mut solution, length, &along);
            add_scaled(&mut residual, -length, &product);
            let next = serial_dot(&residual, &residual);
            for (along, residual) in along.iter_mut().zip(&residual) {
                *along = residual + next / square * *along;
            }
            square = next;
        }
        solution
    }

    fn hessian_product(&self, rows: &Rows<'_>, vector: &[f64]) -> Vec<f64> {
        let n_labels = rows.n_labels();
        let tasks = rows.ranges().iter().collect();
        let sums = in_order(tasks, |range| {
            let mut sum = vec![0.0; vector.len()];
            let (mut block, mut scores) = (vec![0.0; vector.len()], vec![0.0; n_labels]);
            for i in range.clone() {
                let p = &self.probabilities[i * n_labels..(i + 1) * n_labels];
                block.copy_from_slice(vector);
                let cost = rows.head(i).cost;
                let basis = rows.basis();
                basis.curvature_product(p, cost, &mut block, &mut scores);
                add_scaled(&mut sum, 1.0, &block);
            }
            sum
        });
        let mut total = vec![0.0; vector.len()];
        for sum in &sums {
            add_scaled(&mut total, 1.0, sum);
        }
        total
    }
}

pub(super) fn norm(vector: &[f64]) -> f64 {
    serial_dot(vector, vector).sqrt()
}

fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}
