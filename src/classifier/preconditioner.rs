//! An approximate inverse of the Hessian: its blocks per feature, or its diagonal when there are too many labels.
//!
//! Block-Jacobi: for each feature j the (K−1)×(K−1) block I + Σ_i x_ij² H_i with
//! H_i = cost_i · Qᵀ (diag p_i − p_i p_iᵀ) Q, for the intercepts Σ_i H_i. On sparse text, features' scales differ by
//! orders of magnitude; this is what makes conjugate gradients converge in few steps (Hsia, Chiang & Lin 2018 use the
//! diagonal for two labels).

use super::objective::{Objective, RowState};
use super::vector::in_order;

/// Blocks are used while all of them, and the rows' curvatures, take at most this many bytes each.
const MAX_BYTES: usize = 512 << 20;
/// Wider blocks cost more to make than they save.
const MAX_WIDTH: usize = 15;
/// Blocks per parallel chunk.
const CHUNK: usize = 4096;

/// Cholesky factors (or square roots of the diagonal), one block per feature and the intercepts' last.
#[derive(Debug)]
pub(crate) struct Preconditioner {
    kind: Kind,
    /// K − 1.
    width: usize,
    /// Per block `packed` numbers: the lower triangle by rows with reciprocal diagonal, or the reciprocal diagonal.
    factors: Vec<f64>,
    /// Per row `packed` numbers: the lower triangle of H_i, or its diagonal.
    curvatures: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Blocks,
    Diagonal,
}

impl Preconditioner {
    /// Room for the preconditioner of `objective`; blocks if they take at most 512 MB.
    pub(crate) fn new(objective: &Objective, n_rows: usize) -> Self {
        Self::bounded(objective, n_rows, MAX_BYTES)
    }

    fn bounded(objective: &Objective, n_rows: usize, max_bytes: usize) -> Self {
        let width = objective.basis().width();
        let blocks = objective.n_features() + 1;
        let triangle = width * (width + 1) / 2;
        let bytes = blocks.max(n_rows).saturating_mul(triangle * 8);
        let kind = if width <= MAX_WIDTH && bytes <= max_bytes {
            Kind::Blocks
        } else {
            Kind::Diagonal
        };
        let packed = match kind {
            Kind::Blocks => triangle,
            Kind::Diagonal => width,
        };
        Self {
            kind,
            width,
            factors: vec![0.0; blocks * packed],
            curvatures: vec![0.0; n_rows * packed],
        }
    }

    fn packed(&self) -> usize {
        match self.kind {
            Kind::Blocks => self.width * (self.width + 1) / 2,
            Kind::Diagonal => self.width,
        }
    }

    /// Takes the curvature at `state`: one pass by columns.
    pub(crate) fn update(&mut self, objective: &Objective, state: &RowState) {
        let (kind, width, packed) = (self.kind, self.width, self.packed());
        let basis = objective.basis();
        let n_labels = basis.n_labels();
        let tasks: Vec<_> = self
            .curvatures
            .chunks_mut(CHUNK * packed)
            .enumerate()
            .collect();
        in_order(tasks, |(chunk, curvatures)| {
            let mut mean = vec![0.0; width];
            for (at, h) in curvatures.chunks_exact_mut(packed).enumerate() {
                let i = chunk * CHUNK + at;
                let p = &state.probabilities[i * n_labels..(i + 1) * n_labels];
                let cost = objective.cost(i);
                basis.project(p, &mut mean);
                let mut below = p[0];
                let mut next = 0;
                for r in 1..n_labels {
                    let (a, mean_r) = (basis.factor(r), mean[r - 1]);
                    if kind == Kind::Blocks {
                        // Column s < r of Q is zero where column r is not −a_r: Σ_k p_k q_kr q_ks = −a_r · mean_s.
                        for mean_s in &mean[..r - 1] {
                            h[next] = -cost * mean_s * (a + mean_r);
                            next += 1;
                        }
                    }
                    let square = (r * r) as f64;
                    h[next] = cost * (a * a * (below + square * p[r]) - mean_r * mean_r);
                    next += 1;
                    below += p[r];
                }
            }
        });
        let finish = |block: &mut [f64], ridge: f64| match kind {
            Kind::Blocks => factorise(block, width, ridge),
            Kind::Diagonal => block
                .iter_mut()
                .for_each(|h| *h = 1.0 / (*h + ridge).max(f64::MIN_POSITIVE.sqrt()).sqrt()),
        };
        objective.square_pass(&self.curvatures, packed, &mut self.factors, |block| {
            finish(block, 1.0);
        });
        let intercepts = objective.n_features() * packed;
        finish(&mut self.factors[intercepts..], 0.0);
    }

    /// out = (approximate inverse) · residual; returns residual · out.
    pub(crate) fn solve(&self, residual: &[f64], out: &mut [f64]) -> f64 {
        let (width, packed) = (self.width, self.packed());
        let tasks = residual
            .chunks(CHUNK * width)
            .zip(out.chunks_mut(CHUNK * width))
            .zip(self.factors.chunks(CHUNK * packed))
            .collect();
        let dots = in_order(tasks, |((residual, out), factors)| {
            let mut dot = 0.0;
            let blocks = residual
                .chunks_exact(width)
                .zip(out.chunks_exact_mut(width))
                .zip(factors.chunks_exact(packed));
            for ((residual, out), factor) in blocks {
                match self.kind {
                    Kind::Blocks => solve_block(factor, residual, out),
                    Kind::Diagonal => {
                        for ((out, r), f) in out.iter_mut().zip(residual).zip(factor) {
                            *out = r * f * f;
                        }
                    }
                }
                for (r, out) in residual.iter().zip(out.iter()) {
                    dot += r * out;
                }
            }
            dot
        });
        dots.iter().sum()
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

/// out = (L Lᵀ)⁻¹ · residual.
#[inline]
fn solve_block(factor: &[f64], residual: &[f64], out: &mut [f64]) {
    match (factor, residual, out) {
        (&[f], &[r], [out]) => *out = r * f * f,
        (&[f00, f10, f11], &[r0, r1], [out0, out1]) => {
            let y0 = r0 * f00;
            let y1 = (r1 - f10 * y0) * f11;
            *out1 = y1 * f11;
            *out0 = (y0 - f10 * *out1) * f00;
        }
        (factor, residual, out) => {
            let at = |r: usize, s: usize| r * (r + 1) / 2 + s;
            for r in 0..residual.len() {
                let mut sum = residual[r];
                for s in 0..r {
                    sum -= factor[at(r, s)] * out[s];
                }
                out[r] = sum * factor[at(r, r)];
            }
            for r in (0..residual.len()).rev() {
                let mut sum = out[r];
                for s in r + 1..residual.len() {
                    sum -= factor[at(s, r)] * out[s];
                }
                out[r] = sum * factor[at(r, r)];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Problem;
    use super::*;

    /// The Hessian's entries from products with unit vectors.
    fn hessian(objective: &Objective, state: &RowState) -> Vec<Vec<f64>> {
        let n = objective.n_parameters();
        let mut buffer = objective.row_buffer();
        (0..n)
            .map(|i| {
                let (mut unit, mut column) = (vec![0.0; n], vec![0.0; n]);
                unit[i] = 1.0;
                objective.hessian_product(&unit, state, &mut buffer, &mut column);
                column
            })
            .collect()
    }

    #[test]
    fn the_inverse_undoes_the_hessians_blocks() {
        for (n_labels, max_bytes) in [(2, MAX_BYTES), (3, MAX_BYTES), (5, MAX_BYTES), (5, 64)] {
            let problem = Problem::new(30, 6, n_labels, 5);
            let costs = (0..30).map(|i| 0.5 + (i % 4) as f64).collect();
            let objective = Objective::new(&problem.matrix, &problem.labels, costs, n_labels);
            let coordinates = (0..30 * (n_labels - 1)).map(|i| libm::sin(i as f64));
            let (state, _) = objective.state_at(coordinates.collect());
            let mut preconditioner = Preconditioner::bounded(&objective, 30, max_bytes);
            preconditioner.update(&objective, &state);
            let h = hessian(&objective, &state);
            let width = n_labels - 1;
            let residual: Vec<f64> = (0..h.len()).map(|i| libm::cos(i as f64)).collect();
            let mut out = vec![0.0; h.len()];
            let dot = preconditioner.solve(&residual, &mut out);
            let plain: f64 = residual.iter().zip(&out).map(|(a, b)| a * b).sum();
            assert!((dot - plain).abs() < 1e-12);
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
