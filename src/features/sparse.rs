//! Sparse rows: the classifier's input.

use linfa::dataset::Records;

/// A column of a [`DesignMatrix`]: the position of a term in its vocabulary, from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct FeatureId(pub u32);

impl FeatureId {
    /// The position as an index.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One row: rising feature ids, and their finite values.
#[derive(Debug, Clone, Copy)]
pub struct SparseRow<'a> {
    /// Features present, strictly rising.
    pub features: &'a [FeatureId],
    /// The value of each.
    pub values: &'a [f32],
}

/// Why a row was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SparseRowError {
    /// Feature ids were not strictly rising.
    #[error("feature ids of a row must rise; {1} follows {0}")]
    NotRising(u32, u32),
    /// A feature id beyond the matrix.
    #[error("row has feature {found}, the matrix has {n_features} features")]
    UnknownFeature {
        /// The id found.
        found: u32,
        /// The number of columns.
        n_features: usize,
    },
    /// A value was infinite or not a number.
    #[error("the value of feature {0} is not finite")]
    NotFinite(u32),
}

/// Rows in compressed sparse row form (`n_rows × n_features`), `f32` values.
///
/// linfa has no records type for sparse matrices; this newtype is one ([`Records`]), so that linfa's dataset, `Fit`
/// and `Predict` work over it.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignMatrix {
    n_features: usize,
    starts: Vec<usize>,
    features: Vec<FeatureId>,
    values: Vec<f32>,
}

impl DesignMatrix {
    /// A matrix without rows.
    pub fn new(n_features: usize) -> Self {
        Self {
            n_features,
            starts: vec![0],
            features: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Sets aside room for rows and non-zeros.
    pub fn reserve(&mut self, n_rows: usize, n_nonzeros: usize) {
        self.starts.reserve(n_rows);
        self.features.reserve(n_nonzeros);
        self.values.reserve(n_nonzeros);
    }

    /// Appends the rows of `parts`, one part after the other.
    ///
    /// # Panics
    /// If one has not as many columns.
    pub fn append(&mut self, parts: Vec<Self>) {
        self.reserve(
            parts.iter().map(Self::n_rows).sum(),
            parts.iter().map(Self::n_nonzeros).sum(),
        );
        for part in parts {
            assert_eq!(part.n_features, self.n_features, "the same columns");
            let offset = self.features.len();
            self.starts
                .extend(part.starts[1..].iter().map(|&end| offset + end));
            self.features.extend_from_slice(&part.features);
            self.values.extend_from_slice(&part.values);
        }
    }

    /// Appends a row of `(feature, value)` pairs.
    ///
    /// # Errors
    /// [`SparseRowError`] if ids do not rise, lie beyond the matrix, or a value is not finite; the matrix is then
    /// unchanged.
    pub fn push_row<I>(&mut self, row: I) -> Result<(), SparseRowError>
    where
        I: IntoIterator<Item = (FeatureId, f32)>,
    {
        let start = self.features.len();
        let mut last: Option<FeatureId> = None;
        for (feature, value) in row {
            let error = match last {
                Some(before) if before >= feature => {
                    Some(SparseRowError::NotRising(before.0, feature.0))
                }
                _ if feature.index() >= self.n_features => Some(SparseRowError::UnknownFeature {
                    found: feature.0,
                    n_features: self.n_features,
                }),
                _ if !value.is_finite() => Some(SparseRowError::NotFinite(feature.0)),
                _ => None,
            };
            if let Some(error) = error {
                self.features.truncate(start);
                self.values.truncate(start);
                return Err(error);
            }
            self.features.push(feature);
            self.values.push(value);
            last = Some(feature);
        }
        self.starts.push(self.features.len());
        Ok(())
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of columns.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The number of stored values.
    pub fn n_nonzeros(&self) -> usize {
        self.features.len()
    }

    /// Row `row`, from 0.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn row(&self, row: usize) -> SparseRow<'_> {
        let range = self.starts[row]..self.starts[row + 1];
        SparseRow {
            features: &self.features[range.clone()],
            values: &self.values[range],
        }
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = SparseRow<'_>> {
        (0..self.n_rows()).map(|row| self.row(row))
    }
}

impl Records for DesignMatrix {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.n_rows()
    }

    fn nfeatures(&self) -> usize {
        self.n_features
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_pushed() {
        let mut matrix = DesignMatrix::new(3);
        matrix
            .push_row([(FeatureId(0), 1.0), (FeatureId(2), -2.0)])
            .unwrap();
        matrix.push_row([]).unwrap();
        assert_eq!((matrix.n_rows(), matrix.n_nonzeros()), (2, 2));
        assert_eq!(matrix.row(0).features, [FeatureId(0), FeatureId(2)]);
        assert!(matrix.row(1).values.is_empty());
    }

    #[test]
    fn a_bad_row_is_refused_and_leaves_no_trace() {
        let mut matrix = DesignMatrix::new(3);
        let before = matrix.clone();
        for (row, error) in [
            (
                vec![(FeatureId(1), 1.0), (FeatureId(1), 1.0)],
                SparseRowError::NotRising(1, 1),
            ),
            (
                vec![(FeatureId(3), 1.0)],
                SparseRowError::UnknownFeature {
                    found: 3,
                    n_features: 3,
                },
            ),
            (vec![(FeatureId(0), f32::NAN)], SparseRowError::NotFinite(0)),
        ] {
            assert_eq!(matrix.push_row(row), Err(error));
            assert_eq!(matrix, before);
        }
    }
}
