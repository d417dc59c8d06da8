//! The objective of the fit, its gradient, and its Hessian times a vector.
//!
//! f(U, c) = Σ_i cost_i · loss_i + ½‖U‖², the intercepts c unpenalised, with
//! loss_i = log Σ_k exp z_ik − z_i,label(i), z_i = Q (Uᵀ x_i + c), cost_i = C · (class weight) · (sample weight).
//!
//! Parameters are one vector of `(n_features + 1) × (K − 1)` numbers, a block per feature and the intercepts' block
//! last, in the coordinates of [`SumZeroBasis`]. This is scikit-learn's objective (solver `lbfgs`), for two labels its
//! binomial one; linfa-logistic's is this one divided by C.
//!
//! A pass by rows (CSR) gathers parameters, a pass by columns (CSC) gathers rows. Both run in chunks of even work whose
//! borders depend on the data alone, and chunks' sums are added in order: the same bits on any number of threads.

use std::ops::Range;

use super::basis::SumZeroBasis;
use super::columns::{Columns, even_ranges, split};
use super::gather::add_gathered;
use super::softmax::softmax_and_log_loss;
use super::vector::{dot, in_order, serial_dot};
use crate::features::sparse::DesignMatrix;
use crate::label::LabelId;

/// Non-zeros per chunk of rows or columns.
const WORK_PER_CHUNK: usize = 16_384;

/// The data of a fit, ready for passes.
#[derive(Debug)]
pub(crate) struct Objective<'a> {
    rows: &'a DesignMatrix,
    columns: Columns,
    labels: &'a [LabelId],
    costs: Vec<f64>,
    basis: SumZeroBasis,
    row_ranges: Vec<Range<usize>>,
    column_ranges: Vec<Range<usize>>,
}

/// What is known of every row at one point of the search.
#[derive(Debug, Clone)]
pub(crate) struct RowState {
    /// Uᵀ x_i + c, `n_rows × (K − 1)`.
    pub(crate) coordinates: Vec<f64>,
    /// `n_rows × K`.
    pub(crate) probabilities: Vec<f64>,
    /// cost_i · loss_i.
    losses: Vec<f64>,
}

/// The data's part of the objective after a step.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Step {
    /// Σ_i cost_i · loss_i.
    pub(crate) loss: f64,
    /// How much it rose, summed over rows of differences: more exact than a difference of sums.
    pub(crate) rise: f64,
    /// Its derivative along the direction.
    pub(crate) slope: f64,
}

impl<'a> Objective<'a> {
    /// Sets up passes over `rows`; `labels` and `costs` have one entry per row, ids are below `n_labels`.
    pub(crate) fn new(
        rows: &'a DesignMatrix,
        labels: &'a [LabelId],
        costs: Vec<f64>,
        n_labels: usize,
    ) -> Self {
        debug_assert_eq!((rows.n_rows(), rows.n_rows()), (labels.len(), costs.len()));
        let columns = Columns::of(rows);
        // The work of a row outside the gathering counts as much as a few non-zeros.
        let row_work = |i| rows.row(i).values.len() + 2 * n_labels;
        let column_work = |j| columns.column(j).0.len() + 4;
        Self {
            rows,
            labels,
            costs,
            basis: SumZeroBasis::new(n_labels),
            row_ranges: even_ranges(rows.n_rows(), row_work, WORK_PER_CHUNK),
            column_ranges: even_ranges(rows.n_features(), column_work, WORK_PER_CHUNK),
            columns,
        }
    }

    /// The sum-zero basis of the parameters.
    pub(crate) fn basis(&self) -> &SumZeroBasis {
        &self.basis
    }

    /// The number of columns.
    pub(crate) fn n_features(&self) -> usize {
        self.rows.n_features()
    }

    /// The number of parameters, `(n_features + 1) × (K − 1)`.
    pub(crate) fn n_parameters(&self) -> usize {
        (self.n_features() + 1) * self.basis.width()
    }

    /// The parameters that are penalised: all but the intercepts.
    pub(crate) fn penalised<'p>(&self, parameters: &'p [f64]) -> &'p [f64] {
        &parameters[..self.n_features() * self.basis.width()]
    }

    /// W = 0 and intercepts at the log of the labels' shares of the costs: the optimum without features.
    pub(crate) fn parameters_of_shares(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.basis.n_labels()];
        for (label, cost) in self.labels.iter().zip(&self.costs) {
            totals[label.index()] += cost;
        }
        let logs: Vec<f64> = totals.iter().map(|&total| libm::log(total)).collect();
        let mut parameters = vec![0.0; self.n_parameters()];
        let intercepts = self.penalised(&parameters).len();
        self.basis
            .coordinates_of(&logs, &mut parameters[intercepts..]);
        parameters
    }

    /// Σ_i cost_i.
    pub(crate) fn total_cost(&self) -> f64 {
        self.costs.iter().sum()
    }

    /// A row's cost_i.
    pub(crate) fn cost(&self, row: usize) -> f64 {
        self.costs[row]
    }

    /// A buffer of one block of K − 1 per row.
    pub(crate) fn row_buffer(&self) -> Vec<f64> {
        vec![0.0; self.rows.n_rows() * self.basis.width()]
    }

    /// Uᵀ x_i + c for every row: one pass by rows.
    pub(crate) fn coordinates(&self, parameters: &[f64], out: &mut [f64]) {
        self.row_pass(parameters, out, |_, _, _| {});
    }

    /// The rows' state at coordinates that were computed before, and the loss.
    pub(crate) fn state_at(&self, coordinates: Vec<f64>) -> (RowState, f64) {
        let n_rows = self.rows.n_rows();
        let mut state = RowState {
            probabilities: vec![0.0; n_rows * self.basis.n_labels()],
            losses: vec![0.0; n_rows],
            coordinates,
        };
        let from = state.clone();
        let step = self.step(&from, &from.coordinates, 0.0, &mut state);
        (state, step.loss)
    }

    /// The rows' state after a step of `length` along `direction` (coordinates per row): no pass over the data.
    pub(crate) fn step(
        &self,
        from: &RowState,
        direction: &[f64],
        length: f64,
        to: &mut RowState,
    ) -> Step {
        let (n_labels, width) = (self.basis.n_labels(), self.basis.width());
        let ranges = &self.row_ranges;
        let tasks: Vec<_> = ranges
            .iter()
            .zip(split(&mut to.coordinates, ranges, width))
            .zip(split(&mut to.probabilities, ranges, n_labels))
            .zip(split(&mut to.losses, ranges, 1))
            .collect();
        let steps = in_order(tasks, |(((range, coordinates), probabilities), losses)| {
            let mut sum = Step::default();
            let mut residual = vec![0.0; n_labels];
            let mut projected = vec![0.0; width];
            for (at, i) in range.clone().enumerate() {
                let block = i * width..(i + 1) * width;
                let along = &direction[block.clone()];
                let z = &mut coordinates[at * width..(at + 1) * width];
                for (z, (from, along)) in
                    z.iter_mut().zip(from.coordinates[block].iter().zip(along))
                {
                    *z = from + length * along;
                }
                let p = &mut probabilities[at * n_labels..(at + 1) * n_labels];
                self.basis.expand(z, p);
                let label = self.labels[i].index();
                losses[at] = self.costs[i] * softmax_and_log_loss(p, label);
                sum.loss += losses[at];
                sum.rise += losses[at] - from.losses[i];
                residual.copy_from_slice(p);
                residual[label] -= 1.0;
                self.basis.project(&residual, &mut projected);
                sum.slope += self.costs[i] * serial_dot(&projected, along);
            }
            sum
        });
        steps.iter().fold(Step::default(), |sum, step| Step {
            loss: sum.loss + step.loss,
            rise: sum.rise + step.rise,
            slope: sum.slope + step.slope,
        })
    }

    /// The objective's value from the loss: adds ½‖U‖².
    pub(crate) fn value(&self, parameters: &[f64], loss: f64) -> f64 {
        let penalised = self.penalised(parameters);
        loss + 0.5 * dot(penalised, penalised)
    }

    /// The gradient at `parameters`, whose rows' state is `state`: one pass by columns.
    ///
    /// By the coordinates of row i: cost_i · Qᵀ (p_i − e_label(i)).
    pub(crate) fn gradient(
        &self,
        parameters: &[f64],
        state: &RowState,
        buffer: &mut [f64],
        out: &mut [f64],
    ) {
        let n_labels = self.basis.n_labels();
        let sums = self.each_row(buffer, |i, block, residual| {
            residual.copy_from_slice(&state.probabilities[i * n_labels..(i + 1) * n_labels]);
            residual[self.labels[i].index()] -= 1.0;
            self.basis.project(residual, block);
            for value in block {
                *value *= self.costs[i];
            }
        });
        self.column_pass(buffer, parameters, &sums, out);
    }

    /// The Hessian at `state` times `vector`, and the product's dot product with `vector`: a pass by rows and one by
    /// columns.
    ///
    /// By the coordinates of row i: cost_i · Qᵀ (diag p_i − p_i p_iᵀ) Q.
    pub(crate) fn hessian_product(
        &self,
        vector: &[f64],
        state: &RowState,
        buffer: &mut [f64],
        out: &mut [f64],
    ) -> f64 {
        let n_labels = self.basis.n_labels();
        let sums = self.row_pass(vector, buffer, |i, block, scores| {
            let p = &state.probabilities[i * n_labels..(i + 1) * n_labels];
            curvature_product(&self.basis, p, self.costs[i], block, scores);
        });
        self.column_pass(buffer, vector, &sums, out)
    }

    /// For every feature a block of `out`, and the intercepts' last: Σ_i x_ij² · rows[i], with blocks of `width`
    /// numbers. `finish` sees each block after its sum.
    pub(crate) fn square_pass(
        &self,
        rows: &[f64],
        width: usize,
        out: &mut [f64],
        finish: impl Fn(&mut [f64]) + Sync,
    ) {
        let (features, intercepts) = out.split_at_mut(self.n_features() * width);
        let ranges = &self.column_ranges;
        let tasks = ranges.iter().zip(split(features, ranges, width)).collect();
        in_order(tasks, |(range, out)| {
            for (j, block) in range.clone().zip(out.chunks_exact_mut(width)) {
                let (positions, values) = self.columns.column(j);
                block.fill(0.0);
                add_gathered(positions, values, rows, block, |v| v * v);
                finish(block);
            }
        });
        let sums = in_order(self.row_ranges.iter().collect(), |range| {
            let mut sum = vec![0.0; width];
            for block in rows[range.start * width..range.end * width].chunks_exact(width) {
                add_to(&mut sum, block);
            }
            sum
        });
        intercepts.fill(0.0);
        for sum in &sums {
            add_to(intercepts, sum);
        }
    }

    /// Gathers `vector` (as parameters) into every row's block, lets `f` change the block, and sums the blocks.
    fn row_pass(
        &self,
        vector: &[f64],
        buffer: &mut [f64],
        f: impl Fn(usize, &mut [f64], &mut [f64]) + Sync,
    ) -> Vec<f64> {
        let (features, intercepts) = vector.split_at(self.penalised(vector).len());
        self.each_row(buffer, |i, block, scratch| {
            block.copy_from_slice(intercepts);
            let row = self.rows.row(i);
            add_gathered(row.features, row.values, features, block, |v| v);
            f(i, block, scratch);
        })
    }

    /// Calls `f` with every row's number, block of K − 1 and a scratch of K; sums the blocks.
    fn each_row(
        &self,
        buffer: &mut [f64],
        f: impl Fn(usize, &mut [f64], &mut [f64]) + Sync,
    ) -> Vec<f64> {
        let width = self.basis.width();
        let ranges = &self.row_ranges;
        let tasks = ranges.iter().zip(split(buffer, ranges, width)).collect();
        let sums = in_order(tasks, |(range, blocks)| {
            let mut sum = vec![0.0; width];
            let mut scratch = vec![0.0; width + 1];
            for (i, block) in range.clone().zip(blocks.chunks_exact_mut(width)) {
                f(i, block, &mut scratch);
                add_to(&mut sum, block);
            }
            sum
        });
        let mut total = vec![0.0; width];
        for sum in &sums {
            add_to(&mut total, sum);
        }
        total
    }

    /// out = Xᵀ rows + vector for the features, `sums` for the intercepts; returns vector · out.
    fn column_pass(&self, rows: &[f64], vector: &[f64], sums: &[f64], out: &mut [f64]) -> f64 {
        let width = self.basis.width();
        let (features, intercepts) = out.split_at_mut(self.penalised(vector).len());
        let ranges = &self.column_ranges;
        let tasks = ranges.iter().zip(split(features, ranges, width)).collect();
        let dots = in_order(tasks, |(range, out)| {
            for (j, block) in range.clone().zip(out.chunks_exact_mut(width)) {
                block.copy_from_slice(&vector[j * width..(j + 1) * width]);
                let (positions, values) = self.columns.column(j);
                add_gathered(positions, values, rows, block, |v| v);
            }
            serial_dot(&vector[range.start * width..range.end * width], out)
        });
        intercepts.copy_from_slice(sums);
        let rest = serial_dot(&vector[vector.len() - width..], sums);
        dots.iter().sum::<f64>() + rest
    }
}

/// block ← cost · Qᵀ (diag p − p pᵀ) Q · block, with a scratch of K.
#[inline]
fn curvature_product(
    basis: &SumZeroBasis,
    p: &[f64],
    cost: f64,
    block: &mut [f64],
    scores: &mut [f64],
) {
    basis.expand(block, scores);
    let mut mean = 0.0;
    for (p, score) in p.iter().zip(scores.iter()) {
        mean += p * score;
    }
    for (p, score) in p.iter().zip(scores.iter_mut()) {
        *score = cost * p * (*score - mean);
    }
    basis.project(scores, block);
}

fn add_to(sum: &mut [f64], terms: &[f64]) {
    for (sum, term) in sum.iter_mut().zip(terms) {
        *sum += term;
    }
}

#[cfg(test)]
#[path = "objective_tests.rs"]
mod tests;
