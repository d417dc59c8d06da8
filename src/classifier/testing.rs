//! Small deterministic problems for the tests of this folder.

use crate::features::sparse::{DesignMatrix, FeatureId};
use crate::label::LabelId;

/// A sparse matrix of unit-length rows and labels that partly follow from it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) matrix: DesignMatrix,
    pub(crate) labels: Vec<LabelId>,
    pub(crate) n_labels: usize,
}

impl Problem {
    /// About a quarter of the values are there; a label follows from the row in two rows of three.
    pub(crate) fn new(n_rows: usize, n_features: usize, n_labels: usize, seed: u64) -> Self {
        let mut random = Lcg(seed);
        let mut matrix = DesignMatrix::new(n_features);
        let mut labels = Vec::with_capacity(n_rows);
        for i in 0..n_rows {
            let mut row = Vec::new();
            for j in 0..n_features {
                if random.below(4) == 0 {
                    row.push((FeatureId(j as u32), 1.0 + random.below(8) as f32));
                }
            }
            let norm = row.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
            row.iter_mut().for_each(|(_, v)| *v /= norm);
            let own = row.first().map_or(0, |(j, _)| j.index() % n_labels);
            // The first rows make sure that every label occurs.
            let label = match (i < n_labels, random.below(3)) {
                (true, _) => i,
                (false, 0) => random.below(n_labels as u64) as usize,
                (false, _) => own,
            };
            labels.push(LabelId::new(label));
            matrix.push_row(row).unwrap();
        }
        Self {
            matrix,
            labels,
            n_labels,
        }
    }
}

/// Knuth's MMIX linear congruential generator.
#[derive(Debug, Clone)]
pub(crate) struct Lcg(pub(crate) u64);

impl Lcg {
    /// A number below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        self.below(1 << 30) as f64 / (1u64 << 30) as f64
    }
}
