//! The objective of the fit, its gradient, and its Hessian times a vector.
//!
//! f(U, c) = Σ_i cost_i · loss_i + ½‖U‖², the intercepts c unpenalised, with
//! loss_i = log Σ_k exp z_ik − z_i,label(i), z_i = Q (Uᵀ x_i + c), cost_i = C · (class weight) · (sample weight).
//!
//! Parameters are one vector of `(n_columns + 1) × (K − 1)` numbers, a block per column and the intercepts' block
//! last, in the coordinates of [`SumZeroBasis`]. A column is a feature, or several that say the same ([`Merging`]); its
//! penalty is then ½‖s_j‖² · ridge_j. This is scikit-learn's objective (solver `lbfgs`), for two labels its binomial one;
//! linfa-logistic's is this one divided by C.
//!
//! A pass by rows (CSR) gathers parameters, a pass by columns (CSC) gathers rows. Both run in chunks of even work whose
//! borders depend on the data alone, and chunks' sums are added in order: the same bits on any number of threads.

use std::ops::Range;

use super::columns::SparseLines;
use super::curvature::{Curvatures, Kind};
use super::merging::Merging;
use crate::classifier::basis::SumZeroBasis;
use crate::classifier::chunks::{even_ranges, in_order, split};
use crate::classifier::gather::{Real, add_gathered};
use crate::classifier::softmax::softmax_and_log_loss;
use crate::classifier::vector::serial_dot;
use crate::features::sparse::DesignMatrix;
use crate::label::LabelId;

/// Non-zeros per chunk of rows or columns.
const WORK_PER_CHUNK: usize = 16_384;
/// Columns per chunk of a sum over penalties.
const PENALTY_CHUNK: usize = 4096;

/// The data of a fit, ready for passes.
#[derive(Debug)]
pub(crate) struct Objective<'a> {
    merging: Merging,
    /// Merged columns by row.
    rows: SparseLines,
    /// Features, of which a merged column uses the first.
    features: SparseLines,
    labels: &'a [LabelId],
    costs: Vec<f64>,
    basis: SumZeroBasis,
    /// The ridge of each column.
    ridges: Vec<f64>,
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
    /// Sets up passes over `rows`; `labels` and `costs` have one entry per row, ids are below `n_labels`. Every feature is
    /// a column.
    pub(crate) fn new(
        rows: &DesignMatrix,
        labels: &'a [LabelId],
        costs: Vec<f64>,
        n_labels: usize,
    ) -> Self {
        Self::over(
            by_feature(rows),
            Merging::none(rows.n_features()),
            labels,
            costs,
            n_labels,
        )
    }

    /// The same with features merged that say the same: the same optimum in fewer parameters.
    pub(crate) fn merged(
        rows: &DesignMatrix,
        labels: &'a [LabelId],
        costs: Vec<f64>,
        n_labels: usize,
    ) -> Self {
        let features = by_feature(rows);
        let merging = Merging::of(&features, rows.n_rows());
        Self::over(features, merging, labels, costs, n_labels)
    }

    fn over(
        features: SparseLines,
        merging: Merging,
        labels: &'a [LabelId],
        costs: Vec<f64>,
        n_labels: usize,
    ) -> Self {
        debug_assert_eq!(labels.len(), costs.len());
        let (n_rows, n_columns) = (labels.len(), merging.n_columns());
        let column = |j: usize| features.line(merging.first(j));
        let rows = SparseLines::transposed(n_columns, column, n_rows);
        // The work of a row outside the gathering counts as much as a few non-zeros.
        let row_work = |i| rows.line(i).0.len() + 2 * n_labels;
        let column_work = |j| column(j).0.len() + 4;
        Self {
            basis: SumZeroBasis::new(n_labels),
            row_ranges: even_ranges(n_rows, row_work, WORK_PER_CHUNK),
            column_ranges: even_ranges(n_columns, column_work, WORK_PER_CHUNK),
            ridges: merging.masses().iter().map(|mass| 1.0 / mass).collect(),
            merging,
            rows,
            features,
            labels,
            costs,
        }
    }

    /// The sum-zero basis of the parameters.
    pub(crate) fn basis(&self) -> &SumZeroBasis {
        &self.basis
    }

    /// Which features share a column.
    pub(crate) fn merging(&self) -> &Merging {
        &self.merging
    }

    /// The number of columns.
    pub(crate) fn n_columns(&self) -> usize {
        self.merging.n_columns()
    }

    /// The number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.labels.len()
    }

    /// The number of parameters, `(n_columns + 1) × (K − 1)`.
    pub(crate) fn n_parameters(&self) -> usize {
        (self.n_columns() + 1) * self.basis.width()
    }

    /// Column `j`: its rows and values.
    #[inline]
    fn column(&self, j: usize) -> (&[u32], &[f32]) {
        self.features.line(self.merging.first(j))
    }

    /// The weight of each parameter in the squared norm of the gradient by the features' weights.
    pub(crate) fn masses_of_parameters(&self) -> Vec<f64> {
        let width = self.basis.width();
        let masses = self.merging.masses().iter().chain(&[1.0]);
        masses
            .flat_map(|&mass| std::iter::repeat_n(mass, width))
            .collect()
    }

    /// The parameters that are penalised: all but the intercepts.
    pub(crate) fn penalised<'p>(&self, parameters: &'p [f64]) -> &'p [f64] {
        &parameters[..self.n_columns() * self.basis.width()]
    }

    /// W = 0 and intercepts at the log of the labels' shares of the costs: the optimum without features.
    pub(crate) fn parameters_of_shares(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.basis.n_labels()];
        for (label, cost) in self.labels.iter().zip(&self.costs) {
            totals[label.index()] += cost;
        }
        let mut parameters = vec![0.0; self.n_parameters()];
        let intercepts = self.penalised(&parameters).len();
        self.basis
            .coordinates_of_shares(&totals, &mut parameters[intercepts..]);
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
        vec![0.0; self.n_rows() * self.basis.width()]
    }

    /// Uᵀ x_i + c for every row: one pass by rows.
    pub(crate) fn coordinates(&self, parameters: &[f64], out: &mut [f64]) {
        self.row_pass(parameters, out, |_, _, _| {});
    }

    /// The rows' state at coordinates that were computed before, and the loss.
    pub(crate) fn state_at(&self, coordinates: Vec<f64>) -> (RowState, f64) {
        let n_rows = self.n_rows();
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

    /// The objective's value from the loss: adds ½Σ_j ridge_j ‖s_j‖².
    pub(crate) fn value(&self, parameters: &[f64], loss: f64) -> f64 {
        loss + 0.5 * self.penalty_product(parameters, parameters)
    }

    /// Σ_j ridge_j a_j · b_j over the penalised parameters.
    pub(crate) fn penalty_product(&self, a: &[f64], b: &[f64]) -> f64 {
        let width = self.basis.width();
        let (a, b) = (self.penalised(a), self.penalised(b));
        let chunk = PENALTY_CHUNK * width;
        let tasks = a
            .chunks(chunk)
            .zip(b.chunks(chunk))
            .zip(self.ridges.chunks(PENALTY_CHUNK))
            .collect();
        let sums = in_order(tasks, |((a, b), ridges)| {
            let blocks = a.chunks_exact(width).zip(b.chunks_exact(width));
            let terms = blocks
                .zip(ridges)
                .map(|((a, b), ridge)| ridge * serial_dot(a, b));
            terms.sum::<f64>()
        });
        sums.iter().sum()
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

    /// The Hessian at `state` times a vector, and the product's dot product with it: a pass by rows and one by columns.
    /// The vector comes twice, as it is and in the precision of the passes over the data.
    pub(crate) fn hessian_product<R: Real>(
        &self,
        (vector, gathered): (&[f64], &[R]),
        state: &RowState,
        curvatures: &Curvatures,
        buffer: &mut [R],
        out: &mut [f64],
    ) -> f64 {
        let n_labels = self.basis.n_labels();
        let sums = match curvatures.kind() {
            Kind::Blocks => self.row_pass(gathered, buffer, |i, block, scratch| {
                curvatures.apply(i, block, scratch);
            }),
            Kind::Diagonal => self.row_pass(gathered, buffer, |i, block, scores| {
                let p = &state.probabilities[i * n_labels..(i + 1) * n_labels];
                self.basis
                    .curvature_product(p, self.costs[i], block, scores);
            }),
        };
        self.column_pass(buffer, vector, &sums, out)
    }

    /// For every column a block of `out`, and the intercepts' last: Σ_i x_ij² · rows[i], with blocks of `width`
    /// numbers. `finish` sees each column's block after its sum, and its ridge.
    pub(crate) fn square_pass(
        &self,
        rows: &[f64],
        width: usize,
        out: &mut [f64],
        finish: impl Fn(&mut [f64], f64) + Sync,
    ) {
        let (columns, intercepts) = out.split_at_mut(self.n_columns() * width);
        let ranges = &self.column_ranges;
        let tasks = ranges.iter().zip(split(columns, ranges, width)).collect();
        in_order(tasks, |(range, out)| {
            for (j, block) in range.clone().zip(out.chunks_exact_mut(width)) {
                let (positions, values) = self.column(j);
                block.fill(0.0);
                add_gathered(positions, values, rows, block, |v| v * v);
                finish(block, self.ridges[j]);
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
    fn row_pass<R: Real>(
        &self,
        vector: &[R],
        buffer: &mut [R],
        f: impl Fn(usize, &mut [f64], &mut [f64]) + Sync,
    ) -> Vec<f64> {
        let (columns, intercepts) = vector.split_at(vector.len() - self.basis.width());
        self.each_row(buffer, |i, block, scratch| {
            for (x, &intercept) in block.iter_mut().zip(intercepts) {
                *x = intercept.into();
            }
            let (positions, values) = self.rows.line(i);
            add_gathered(positions, values, columns, block, |v| v);
            f(i, block, scratch);
        })
    }

    /// Calls `f` with every row's number, a block of K − 1 to fill and a scratch of K; keeps and sums the blocks.
    fn each_row<R: Real>(
        &self,
        buffer: &mut [R],
        f: impl Fn(usize, &mut [f64], &mut [f64]) + Sync,
    ) -> Vec<f64> {
        let width = self.basis.width();
        let ranges = &self.row_ranges;
        let tasks = ranges.iter().zip(split(buffer, ranges, width)).collect();
        let sums = in_order(tasks, |(range, kept)| {
            let mut sum = vec![0.0; width];
            let mut block = vec![0.0; width];
            let mut scratch = vec![0.0; width + 1];
            for (i, kept) in range.clone().zip(kept.chunks_exact_mut(width)) {
                f(i, &mut block, &mut scratch);
                for (kept, &x) in kept.iter_mut().zip(&block) {
                    *kept = R::nearest(x);
                }
                add_to(&mut sum, &block);
            }
            sum
        });
        let mut total = vec![0.0; width];
        for sum in &sums {
            add_to(&mut total, sum);
        }
        total
    }

    /// out = Xᵀ rows + ridge · vector for the columns, `sums` for the intercepts; returns vector · out.
    fn column_pass<R: Real>(
        &self,
        rows: &[R],
        vector: &[f64],
        sums: &[f64],
        out: &mut [f64],
    ) -> f64 {
        let width = self.basis.width();
        let (columns, intercepts) = out.split_at_mut(self.penalised(vector).len());
        let ranges = &self.column_ranges;
        let tasks = ranges.iter().zip(split(columns, ranges, width)).collect();
        let dots = in_order(tasks, |(range, out)| {
            for (j, block) in range.clone().zip(out.chunks_exact_mut(width)) {
                let ridge = self.ridges[j];
                for (out, x) in block.iter_mut().zip(&vector[j * width..(j + 1) * width]) {
                    *out = ridge * x;
                }
                let (positions, values) = self.column(j);
                add_gathered(positions, values, rows, block, |v| v);
            }
            serial_dot(&vector[range.start * width..range.end * width], out)
        });
        intercepts.copy_from_slice(sums);
        let rest = serial_dot(&vector[vector.len() - width..], sums);
        dots.iter().sum::<f64>() + rest
    }
}

/// The columns of a matrix, one a feature.
fn by_feature(rows: &DesignMatrix) -> SparseLines {
    let line = |i: usize| {
        let row = rows.row(i);
        (row.features, row.values)
    };
    SparseLines::transposed(rows.n_rows(), line, rows.n_features())
}

fn add_to(sum: &mut [f64], terms: &[f64]) {
    for (sum, term) in sum.iter_mut().zip(terms) {
        *sum += term;
    }
}

#[cfg(test)]
#[path = "objective_tests.rs"]
mod tests;
