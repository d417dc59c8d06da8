//! The problem as coordinate ascent reads it: rows, what each costs, and how long it is.

use crate::classifier::basis::SumZeroBasis;
use crate::classifier::chunks::{even_ranges, in_order};
use crate::classifier::gather::add_scattered;
use crate::features::sparse::{DesignMatrix, FeatureId};
use crate::label::LabelId;
use std::ops::Range;

/// Non-zeros per chunk of rows.
const WORK_PER_CHUNK: usize = 16_384;

/// A row's part in the problem, apart from its features.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// How many of its features are shared.
    pub(super) n_shared: usize,
    pub(super) label: usize,
    pub(super) cost: f64,
    /// ‖x_i‖².
    pub(super) square: f64,
    /// The part of it that the row's own features have.
    pub(super) own_square: f64,
}

/// The rows of a fit.
///
/// A feature of one row alone is *own* to it: its weight is the row's multiplier times its value, so its effect on the row
/// follows from ‖own part‖² and it needs no weight in memory while the search runs. Most features of text are own, and
/// they are the rare ones, whose weights would be far apart. Those that stand behind all shared ones (terms are numbered by
/// falling document frequency) are left out of the loops.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    matrix: &'a DesignMatrix,
    basis: SumZeroBasis,
    heads: Vec<Head>,
    /// Features from here on are in one row or none.
    n_shared: usize,
    /// Chunks of even work.
    ranges: Vec<Range<usize>>,
}

impl<'a> Rows<'a> {
    /// One pass over the features and one over the values.
    pub(crate) fn new(
        matrix: &'a DesignMatrix,
        labels: &[LabelId],
        costs: &[f64],
        n_labels: usize,
    ) -> Self {
        let mut frequencies = vec![0u8; matrix.n_features()];
        for row in matrix.rows() {
            for feature in row.features {
                let frequency = &mut frequencies[feature.index()];
                *frequency = frequency.saturating_add(1);
            }
        }
        let n_shared = frequencies
            .iter()
            .rposition(|&frequency| frequency > 1)
            .map_or(0, |last| last + 1);
        let ranges = even_ranges(
            matrix.n_rows(),
            |i| matrix.row(i).features.len() + 2 * n_labels,
            WORK_PER_CHUNK,
        );
        let square = |values: &[f32]| {
            let squares = values.iter().map(|&v| f64::from(v) * f64::from(v));
            squares.sum::<f64>()
        };
        let head = |i: usize| {
            let row = matrix.row(i);
            let n_shared = row.features.partition_point(|f| f.index() < n_shared);
            let (shared, own) = row.values.split_at(n_shared);
            let own_square = square(own);
            Head {
                n_shared,
                label: labels[i].index(),
                cost: costs[i],
                square: square(shared) + own_square,
                own_square,
            }
        };
        let tasks = ranges.to_vec();
        let heads = in_order(tasks, |range: Range<usize>| {
            range.map(head).collect::<Vec<_>>()
        });
        Self {
            matrix,
            basis: SumZeroBasis::new(n_labels),
            heads: heads.concat(),
            n_shared,
            ranges,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// K.
    pub(super) fn n_labels(&self) -> usize {
        self.basis.n_labels()
    }

    /// The coordinates that weights are written in.
    pub(super) fn basis(&self) -> &SumZeroBasis {
        &self.basis
    }

    /// The number of features that have weights during the search; the others are own.
    pub(crate) fn n_shared(&self) -> usize {
        self.n_shared
    }

    /// The number of all features.
    pub(super) fn n_features(&self) -> usize {
        self.matrix.n_features()
    }

    /// Chunks of even work, from the data alone.
    pub(super) fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// Row `i` apart from its features.
    #[inline]
    pub(super) fn head(&self, i: usize) -> Head {
        self.heads[i]
    }

    /// Row `i`'s shared features and their values.
    #[inline]
    pub(super) fn shared(&self, i: usize) -> (&[FeatureId], &[f32]) {
        let row = self.matrix.row(i);
        let n_shared = self.heads[i].n_shared;
        (&row.features[..n_shared], &row.values[..n_shared])
    }

    /// Row `i`'s own features and their values.
    pub(super) fn own(&self, i: usize) -> (&[FeatureId], &[f32]) {
        let row = self.matrix.row(i);
        let n_shared = self.heads[i].n_shared;
        (&row.features[n_shared..], &row.values[n_shared..])
    }

    /// Σ_i cost_i of each label.
    fn label_costs(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.n_labels()];
        for head in &self.heads {
            totals[head.label] += head.cost;
        }
        totals
    }

    /// The intercepts that are best where all weights are 0: the logs of the labels' shares of the costs.
    pub(super) fn intercepts_of_shares(&self) -> Vec<f64> {
        let mut intercepts = vec![0.0; self.basis.width()];
        self.basis
            .coordinates_of_shares(&self.label_costs(), &mut intercepts);
        intercepts
    }

    /// The objective where all weights are 0 and the intercepts are best.
    pub(crate) fn first_objective(&self) -> f64 {
        let totals = self.label_costs();
        let log_sum = libm::log(totals.iter().sum());
        let terms = totals
            .iter()
            .map(|&total| total * (log_sum - libm::log(total)));
        terms.sum()
    }

    /// The gradient's norm where all weights are 0 and the intercepts are best: what tolerances are relative to.
    pub(crate) fn first_gradient_norm(&self) -> f64 {
        let totals = self.label_costs();
        let sum: f64 = totals.iter().sum();
        let shares: Vec<f64> = totals.iter().map(|total| total / sum).collect();
        self.gradient_square(|i, residual| {
            residual.copy_from_slice(&shares);
            let Head { label, cost, .. } = self.heads[i];
            residual[label] -= 1.0;
            residual.iter_mut().for_each(|r| *r *= cost);
        })
        .sqrt()
    }

    /// ‖Σ_i Qᵀ r_i x_iᵀ‖² over all features, where the function sets the K numbers r_i of row i.
    pub(super) fn gradient_square(&self, mut residual: impl FnMut(usize, &mut [f64])) -> f64 {
        let width = self.basis.width();
        let mut gradient = vec![0.0; self.n_shared * width];
        let mut scores = vec![0.0; width + 1];
        let mut block = vec![0.0; width];
        let mut own = 0.0;
        for i in 0..self.len() {
            residual(i, &mut scores);
            self.basis.project(&scores, &mut block);
            let (features, values) = self.shared(i);
            add_scattered(features, values, &block, &mut gradient);
            own += self.heads[i].own_square * block.iter().map(|x| x * x).sum::<f64>();
        }
        own + gradient.iter().map(|x| x * x).sum::<f64>()
    }
}
