//! An approximate inverse of the Hessian: its blocks per feature, or its diagonal when there are too many labels.
//!
//! Block-Jacobi: for each column j the (K−1)×(K−1) block ridge_j·I + Σ_i x_ij² H_i with
//! H_i = cost_i · Qᵀ (diag p_i − p_i p_iᵀ) Q, for the intercepts Σ_i H_i. On sparse text, features' scales differ by
//! orders of magnitude; this is what makes conjugate gradients converge in few steps (Hsia, Chiang & Lin 2018 use the
//! diagonal for two labels).

use super::curvature::{Curvatures, Kind};
use super::objective::Objective;
use crate::classifier::chunks::in_order;

/// Blocks per parallel chunk.
const CHUNK: usize = 4096;

/// Cholesky factors (or square roots of the diagonal), one block per column and the intercepts' last.
#[derive(Debug)]
pub(crate) struct Preconditioner {
    kind: Kind,
    /// K − 1.
    width: usize,
    /// Numbers a block.
    packed: usize,
    /// The lower triangle by rows with reciprocal diagonal, or the reciprocal diagonal.
    factors: Vec<f64>,
}

impl Preconditioner {
    /// Room for the preconditioner of `objective`, as blocks or diagonals as `curvatures` are.
    pub(crate) fn new(objective: &Objective, curvatures: &Curvatures) -> Self {
        let packed = curvatures.packed();
        Self {
            kind: curvatures.kind(),
            width: objective.basis().width(),
            packed,
            factors: vec![0.0; (objective.n_columns() + 1) * packed],
        }
    }

    /// One that changes nothing.
    #[cfg(test)]
    pub(super) fn identity(n_parameters: usize) -> Self {
        Self {
            kind: Kind::Diagonal,
            width: 1,
            packed: 1,
            factors: vec![1.0; n_parameters],
        }
    }

    /// Takes the rows' curvatures: one pass by columns.
    pub(crate) fn update(&mut self, objective: &Objective, curvatures: &Curvatures) {
        let (kind, width, packed) = (self.kind, self.width, self.packed);
        let finish = |block: &mut [f64], ridge: f64| match kind {
            Kind::Blocks => factorise(block, width, ridge),
            Kind::Diagonal => block
                .iter_mut()
                .for_each(|h| *h = 1.0 / (*h + ridge).max(f64::MIN_POSITIVE.sqrt()).sqrt()),
        };
        objective.square_pass(curvatures.numbers(), packed, &mut self.factors, finish);
        let intercepts = objective.n_columns() * packed;
        finish(&mut self.factors[intercepts..], 0.0);
    }

    /// vector ← (approximate inverse) · vector.
    pub(crate) fn solve(&self, vector: &mut [f64]) {
        let (width, packed) = (self.width, self.packed);
        let tasks = vector
            .chunks_mut(CHUNK * width)
            .zip(self.factors.chunks(CHUNK * packed))
            .collect();
        in_order(tasks, |(vector, factors)| {
            let blocks = vector
                .chunks_exact_mut(width)
                .zip(factors.chunks_exact(packed));
            for (block, factor) in blocks {
                match self.kind {
                    Kind::Blocks => solve_block(factor, block),
                    Kind::Diagonal => {
                        for (x, f) in block.iter_mut().zip(factor) {
                            *x *= f * f;
                        }
                    }
                }
            }
        });
    }
}

/// Replaces the lower triangle of A by the Cholesky factor L of A + ridge·I, its diagonal by reciprocals.
#[inline]
fn factorise(triangle: &mut [f64], width: usize, ridge: f64) {
    let at = |r: usize, s: usize| r * (r + 1) / 2 + s;
    for r in 0..width {
        for s in 0..=r {
            let mut sum = triangle[at(r, s)];
            for t in 0..s {
                sum -= triangle[at(r, t)] * triangle[at(s, t)];
            }
            triangle[at(r, s)] = if s < r {
                sum * triangle[at(s, s)]
            } else {
                // Rounding, or probabilities at 0 and 1, may leave nothing of a pivot.
                let floor = 1e-12 * (triangle[at(r, r)] + ridge) + f64::MIN_POSITIVE.sqrt();
                1.0 / (sum + ridge).max(floor).sqrt()
            };
        }
    }
}

/// block ← (L Lᵀ)⁻¹ · block.
#[inline]
fn solve_block(factor: &[f64], block: &mut [f64]) {
    match (factor, block) {
        (&[f], [x]) => *x *= f * f,
        (&[f00, f10, f11], [x0, x1]) => {
            let y0 = *x0 * f00;
            let y1 = (*x1 - f10 * y0) * f11;
            *x1 = y1 * f11;
            *x0 = (y0 - f10 * *x1) * f00;
        }
        (factor, block) => {
            let at = |r: usize, s: usize| r * (r + 1) / 2 + s;
            for r in 0..block.len() {
                let mut sum = block[r];
                for s in 0..r {
                    sum -= factor[at(r, s)] * block[s];
                }
                block[r] = sum * factor[at(r, r)];
            }
            for r in (0..block.len()).rev() {
                let mut sum = block[r];
                for s in r + 1..block.len() {
                    sum -= factor[at(s, r)] * block[s];
                }
                block[r] = sum * factor[at(r, r)];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::objective::RowState;
    use super::*;
    use crate::classifier::testing::Problem;

    /// The Hessian's entries from products with unit vectors.
    fn hessian(objective: &Objective, state: &RowState, curvatures: &Curvatures) -> Vec<Vec<f64>> {
        let n = objective.n_parameters();
        let mut buffer = objective.row_buffer();
        (0..n)
            .map(|i| {
                let (mut unit, mut column) = (vec![0.0; n], vec![0.0; n]);
                unit[i] = 1.0;
                objective.hessian_product(
                    (&unit, &unit),
                    state,
                    curvatures,
                    &mut buffer,
                    &mut column,
                );
                column
            })
            .collect()
    }

    #[test]
    fn the_inverse_undoes_the_hessians_blocks() {
        const ROOM: usize = 1 << 20;
        for (n_labels, max_bytes) in [(2, ROOM), (3, ROOM), (5, ROOM), (5, 64)] {
            let problem = Problem::new(30, 6, n_labels, 5);
            let costs = (0..30).map(|i| 0.5 + (i % 4) as f64).collect();
            let objective = Objective::new(&problem.matrix, &problem.labels, costs, n_labels);
            let coordinates = (0..30 * (n_labels - 1)).map(|i| libm::sin(i as f64));
            let (state, _) = objective.state_at(coordinates.collect());
            let mut curvatures = Curvatures::bounded(&objective, max_bytes);
            curvatures.update(&objective, &state);
            let mut preconditioner = Preconditioner::new(&objective, &curvatures);
            preconditioner.update(&objective, &curvatures);
            let h = hessian(&objective, &state, &curvatures);
            let width = n_labels - 1;
            let residual: Vec<f64> = (0..h.len()).map(|i| libm::cos(i as f64)).collect();
            let mut out = residual.clone();
            preconditioner.solve(&mut out);
            for i in 0..h.len() {
                let block = match preconditioner.kind {
                    Kind::Blocks => i / width * width..i / width * width + width,
                    Kind::Diagonal => i..i + 1,
                };
                let back: f64 = block.map(|k| h[i][k] * out[k]).sum();
                assert!((back - residual[i]).abs() < 1e-9, "K = {n_labels}");
            }
        }
    }
}
