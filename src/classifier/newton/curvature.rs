//! The curvature of every row's loss at one point: H_i = cost_i · Qᵀ (diag p_i − p_i p_iᵀ) Q by the row's coordinates.

use super::objective::{Objective, RowState};
use crate::classifier::chunks::in_order;

/// Triangles are kept while they take at most this many bytes.
const MAX_BYTES: usize = 512 << 20;
/// Wider blocks cost more to make than they save.
const MAX_WIDTH: usize = 15;
/// Rows per parallel chunk.
const CHUNK: usize = 4096;

/// How much of a symmetric (K−1)×(K−1) block is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// The lower triangle, by rows.
    Blocks,
    /// The diagonal, where there are too many labels.
    Diagonal,
}

/// H_i of every row.
#[derive(Debug)]
pub(crate) struct Curvatures {
    kind: Kind,
    /// K − 1.
    width: usize,
    /// Per row [`packed`](Self::packed) numbers.
    numbers: Vec<f64>,
}

impl Curvatures {
    /// Room for those of `objective`; triangles if those of its rows or columns take at most 512 MB.
    pub(crate) fn new(objective: &Objective) -> Self {
        Self::bounded(objective, MAX_BYTES)
    }

    pub(super) fn bounded(objective: &Objective, max_bytes: usize) -> Self {
        let width = objective.basis().width();
        let triangle = width * (width + 1) / 2;
        let blocks = (objective.n_columns() + 1).max(objective.n_rows());
        let kind = if width <= MAX_WIDTH && blocks.saturating_mul(triangle * 8) <= max_bytes {
            Kind::Blocks
        } else {
            Kind::Diagonal
        };
        let mut curvatures = Self {
            kind,
            width,
            numbers: Vec::new(),
        };
        curvatures.numbers = vec![0.0; objective.n_rows() * curvatures.packed()];
        curvatures
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Numbers a row.
    pub(super) fn packed(&self) -> usize {
        match self.kind {
            Kind::Blocks => self.width * (self.width + 1) / 2,
            Kind::Diagonal => self.width,
        }
    }

    /// All rows' numbers.
    pub(super) fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// Takes the curvatures at `state`.
    pub(crate) fn update(&mut self, objective: &Objective, state: &RowState) {
        let (kind, width, packed) = (self.kind, self.width, self.packed());
        let basis = objective.basis();
        let n_labels = basis.n_labels();
        let tasks: Vec<_> = self
            .numbers
            .chunks_mut(CHUNK * packed)
            .enumerate()
            .collect();
        in_order(tasks, |(chunk, numbers)| {
            let mut mean = vec![0.0; width];
            for (at, h) in numbers.chunks_exact_mut(packed).enumerate() {
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
    }

    /// block ← H_i · block for row `i`, where triangles are kept; `scratch` has K numbers.
    #[inline]
    pub(super) fn apply(&self, i: usize, block: &mut [f64], scratch: &mut [f64]) {
        let packed = self.packed();
        let h = &self.numbers[i * packed..(i + 1) * packed];
        match (h, block) {
            (&[h], [x]) => *x *= h,
            (&[h00, h10, h11], [x, y]) => {
                (*x, *y) = (h00 * *x + h10 * *y, h10 * *x + h11 * *y);
            }
            (h, block) => {
                let out = &mut scratch[..block.len()];
                out.fill(0.0);
                let mut next = 0;
                for r in 0..block.len() {
                    for s in 0..r {
                        out[r] += h[next] * block[s];
                        out[s] += h[next] * block[r];
                        next += 1;
                    }
                    out[r] += h[next] * block[r];
                    next += 1;
                }
                block.copy_from_slice(out);
            }
        }
    }
}
