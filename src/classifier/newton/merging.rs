//! Columns that say the same, put together: an exact reduction of the fit.
//!
//! Text is full of terms that occur in the very same rows with the same values: all n-grams that only one word has, all
//! terms that only one row has. Let columns k = 1 … m be α_k·x for one vector x. With an L2 penalty their optimal weights
//! are in the ratio of α_k, so one parameter s, the effect of them all in units of the first column, is enough:
//! w_k = s · (α_k/α_1) / M with M = Σ_k (α_k/α_1)², and ½Σ w_k² = ½ s²/M. The optimum is the same; the penalty of s is
//! the ridge 1/M. A merged column also conditions the problem better, as its parts no longer compete.
//!
//! Merged are columns that are equal bit by bit, and those with the same single row.

use super::columns::SparseLines;
use crate::classifier::chunks::in_order;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Columns that one task hashes.
const CHUNK: usize = 4096;
/// No column yet.
const NONE: u32 = u32::MAX;

/// Which features share a merged column, and how its parameter becomes their weights.
#[derive(Debug)]
pub(crate) struct Merging {
    /// The merged column of each feature.
    column_of: Vec<u32>,
    /// α_k/α_1 / M of each feature.
    shares: Vec<f64>,
    /// The first feature of each merged column, rising: its values are the column's.
    firsts: Vec<u32>,
    /// M of each merged column: the ridge's reciprocal.
    masses: Vec<f64>,
}

impl Merging {
    /// Every feature by itself.
    pub(crate) fn none(n_features: usize) -> Self {
        let all: Vec<u32> = (0..n_features as u32).collect();
        Self {
            column_of: all.clone(),
            shares: vec![1.0; n_features],
            firsts: all,
            masses: vec![1.0; n_features],
        }
    }

    /// Puts together what is proportional among `columns`, over `n_rows` rows.
    pub(crate) fn of(columns: &SparseLines, n_rows: usize) -> Self {
        let n_features = columns.len();
        let hashes: Vec<u64> = in_order((0..n_features.div_ceil(CHUNK)).collect(), |chunk| {
            let features = chunk * CHUNK..((chunk + 1) * CHUNK).min(n_features);
            features
                .map(|feature| hash(columns.line(feature)))
                .collect::<Vec<u64>>()
        })
        .concat();
        let equal = |a: u32, b: usize| {
            let ((rows, values), (other_rows, other_values)) =
                (columns.line(a as usize), columns.line(b));
            let same_bits = |(a, b): (&f32, &f32)| a.to_bits() == b.to_bits();
            rows == other_rows && values.iter().zip(other_values).all(same_bits)
        };
        let mut by_row = vec![NONE; n_rows];
        let mut by_hash: HashTable<u32> = HashTable::new();
        let mut merging = Self {
            column_of: Vec::with_capacity(n_features),
            shares: Vec::with_capacity(n_features),
            firsts: Vec::new(),
            masses: Vec::new(),
        };
        for feature in 0..n_features {
            let new = merging.firsts.len() as u32;
            let firsts = &merging.firsts;
            let (column, ratio) = match columns.line(feature) {
                (&[row], &[value]) if value != 0.0 => {
                    let column = &mut by_row[row as usize];
                    if *column == NONE {
                        *column = new;
                        (new, 1.0)
                    } else {
                        let first = columns.line(firsts[*column as usize] as usize).1[0];
                        (*column, f64::from(value) / f64::from(first))
                    }
                }
                _ => {
                    let entry = by_hash.entry(
                        hashes[feature],
                        |&column| equal(firsts[column as usize], feature),
                        |&column| hashes[firsts[column as usize] as usize],
                    );
                    (*entry.or_insert(new).get(), 1.0)
                }
            };
            if column == new {
                merging.firsts.push(feature as u32);
                merging.masses.push(0.0);
            }
            merging.column_of.push(column);
            merging.shares.push(ratio);
            merging.masses[column as usize] += ratio * ratio;
        }
        for (share, &column) in merging.shares.iter_mut().zip(&merging.column_of) {
            *share /= merging.masses[column as usize];
        }
        merging
    }

    /// The number of features.
    pub(crate) fn n_features(&self) -> usize {
        self.column_of.len()
    }

    /// The number of merged columns.
    pub(crate) fn n_columns(&self) -> usize {
        self.firsts.len()
    }

    /// The feature whose values a merged column has.
    #[inline]
    pub(crate) fn first(&self, column: usize) -> usize {
        self.firsts[column] as usize
    }

    /// M of each merged column. The penalty is ½Σ ‖s_j‖²/M_j; the gradient by the features' weights has the square
    /// Σ M_j ‖g_j‖².
    pub(crate) fn masses(&self) -> &[f64] {
        &self.masses
    }

    /// Calls `f` with each feature's merged column and share, in order: weight = share · parameter.
    pub(crate) fn for_each_feature(&self, mut f: impl FnMut(usize, f64)) {
        for (&column, &share) in self.column_of.iter().zip(&self.shares) {
            f(column as usize, share);
        }
    }
}

/// A hash of a column's rows and values.
fn hash((rows, values): (&[u32], &[f32])) -> u64 {
    let mut hasher = FxHasher::default();
    for (&row, value) in rows.iter().zip(values) {
        hasher.write_u64(u64::from(row) << 32 | u64::from(value.to_bits()));
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::sparse::{DesignMatrix, FeatureId};

    fn columns(rows: &[&[(u32, f32)]], n_features: usize) -> SparseLines {
        let mut matrix = DesignMatrix::new(n_features);
        for row in rows {
            let row = row.iter().map(|&(id, value)| (FeatureId(id), value));
            matrix.push_row(row).unwrap();
        }
        let line = |i: usize| (matrix.row(i).features, matrix.row(i).values);
        SparseLines::transposed(matrix.n_rows(), line, n_features)
    }

    #[test]
    fn equal_columns_and_those_of_one_row_share_a_parameter() {
        let columns = columns(
            &[
                &[(0, 1.0), (1, 2.0), (2, 1.0), (4, 3.0), (5, -6.0)],
                &[(0, 5.0), (1, 5.0), (2, 5.0), (3, 4.0)],
            ],
            7,
        );
        let merging = Merging::of(&columns, 2);
        // 0 = 2; 1 differs in a value; 4 and 5 stand in the first row alone, 3 in the second; 6 is empty.
        assert_eq!(merging.column_of, [0, 1, 0, 2, 3, 3, 4]);
        assert_eq!(merging.firsts, [0, 1, 3, 4, 6]);
        assert_eq!(merging.masses, [2.0, 1.0, 1.0, 5.0, 1.0]);
        assert_eq!(merging.shares, [0.5, 1.0, 0.5, 1.0, 0.2, -0.4, 1.0]);
    }
}
