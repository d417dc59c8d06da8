//! Scale and weights of each feature: as they lie in the file, or side by side for scoring many statements.

use crate::features::FeatureId;
use crate::features::weighting::Scales;
use ndarray::ArrayView2;

/// `[scale, weight of label 0, weight of label 1, …]` for each feature in one piece of memory, so that scoring reads one
/// cache line a feature. Making it takes as long as scoring some thousand statements.
#[derive(Debug)]
pub(super) struct FeatureTable {
    numbers: Vec<f32>,
    stride: usize,
}

impl FeatureTable {
    /// Lays `scales` (`n_features`) and `weights` (`n_features × n_labels`) side by side.
    pub(super) fn new(scales: &[f32], weights: ArrayView2<'_, f32>) -> Self {
        let stride = weights.ncols() + 1;
        let mut numbers = Vec::with_capacity(scales.len() * stride);
        for (&scale, weights) in scales.iter().zip(weights.outer_iter()) {
            numbers.push(scale);
            numbers.extend(weights);
        }
        Self { numbers, stride }
    }

    /// The table's numbers.
    pub(super) fn numbers(&self) -> FeatureNumbers<'_> {
        FeatureNumbers {
            scales: Scales::new(&self.numbers, self.stride),
            weights: &self.numbers,
            stride: self.stride,
            offset: 1,
        }
    }
}

/// Where the scale and the weights of each feature are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct FeatureNumbers<'m> {
    scales: Scales<'m>,
    weights: &'m [f32],
    /// Numbers from one feature's first weight to the next one's.
    stride: usize,
    /// Where the first feature's weights begin.
    offset: usize,
}

impl<'m> FeatureNumbers<'m> {
    /// `scales` (`n_features`) and `weights` (`n_features × n_labels`, row by row) as they lie in a file.
    pub(super) fn of_file(scales: &'m [f32], weights: &'m [f32], n_labels: usize) -> Self {
        Self {
            scales: Scales::new(scales, 1),
            weights,
            stride: n_labels,
            offset: 0,
        }
    }

    /// The scales.
    pub(super) fn scales(&self) -> Scales<'m> {
        self.scales
    }

    /// The weights of `feature`, one a label; `N` is the number of labels.
    #[inline]
    pub(super) fn weights<const N: usize>(&self, feature: FeatureId) -> &'m [f32; N] {
        let start = feature.index() * self.stride + self.offset;
        self.weights[start..]
            .first_chunk()
            .expect("a weight a label")
    }

    /// The weights of `feature` for any number of labels.
    #[inline]
    pub(super) fn all_weights(&self, feature: FeatureId, n_labels: usize) -> &'m [f32] {
        &self.weights[feature.index() * self.stride + self.offset..][..n_labels]
    }
}
