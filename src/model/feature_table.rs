//! Scale and weights of each feature in one piece of memory, so that scoring reads one cache line a feature.

use crate::features::weighting::Scales;
use ndarray::ArrayView2;

/// `[scale, weight of label 0, weight of label 1, …]` for each feature.
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

    /// The scales.
    pub(super) fn scales(&self) -> Scales<'_> {
        Scales::new(&self.numbers, self.stride)
    }

    /// All numbers; [`stride`](Self::stride) a feature.
    pub(super) fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// One more than the number of labels.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }
}
