//! The matrix by column, and the cutting of lines into chunks of even work.

use std::ops::Range;

use crate::features::sparse::DesignMatrix;

/// A [`DesignMatrix`] in compressed sparse column form: for each feature the rows that have it, rising.
///
/// Built once per fit, so that Xᵀr is a gather with a fixed order of additions in each column, not a scatter that would
/// depend on how threads share the rows.
#[derive(Debug)]
pub(crate) struct Columns {
    starts: Vec<usize>,
    rows: Vec<u32>,
    values: Vec<f32>,
}

impl Columns {
    /// Transposes `matrix`, whose rows must be fewer than 2³².
    pub(crate) fn of(matrix: &DesignMatrix) -> Self {
        let mut starts = vec![0usize; matrix.n_features() + 1];
        for row in matrix.rows() {
            for feature in row.features {
                starts[feature.index() + 1] += 1;
            }
        }
        for j in 0..matrix.n_features() {
            starts[j + 1] += starts[j];
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; matrix.n_nonzeros()];
        let mut values = vec![0f32; matrix.n_nonzeros()];
        for (i, row) in matrix.rows().enumerate() {
            for (feature, &value) in row.features.iter().zip(row.values) {
                let at = &mut next[feature.index()];
                rows[*at] = i as u32;
                values[*at] = value;
                *at += 1;
            }
        }
        Self {
            starts,
            rows,
            values,
        }
    }

    /// The rows that have feature `j`, and its values there.
    #[inline]
    pub(crate) fn column(&self, j: usize) -> (&[u32], &[f32]) {
        let range = self.starts[j]..self.starts[j + 1];
        (&self.rows[range.clone()], &self.values[range])
    }
}

/// Cuts 0 … `count` into ranges of about `per_range` units of work each, from the data alone: the same on any number
/// of threads.
pub(crate) fn even_ranges(
    count: usize,
    work: impl Fn(usize) -> usize,
    per_range: usize,
) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for i in 0..count {
        sum += work(i);
        if sum >= per_range {
            ranges.push(start..i + 1);
            (start, sum) = (i + 1, 0);
        }
    }
    if start < count {
        ranges.push(start..count);
    }
    ranges
}

/// Cuts `buffer`, `width` numbers per line, at the borders of `ranges`.
pub(crate) fn split<'a>(
    mut buffer: &'a mut [f64],
    ranges: &[Range<usize>],
    width: usize,
) -> Vec<&'a mut [f64]> {
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (part, rest) = buffer.split_at_mut(range.len() * width);
        parts.push(part);
        buffer = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::sparse::FeatureId;

    #[test]
    fn columns_hold_every_value_of_the_rows() {
        let mut matrix = DesignMatrix::new(3);
        matrix
            .push_row([(FeatureId(0), 1.0), (FeatureId(2), 2.0)])
            .unwrap();
        matrix.push_row([]).unwrap();
        matrix.push_row([(FeatureId(2), 3.0)]).unwrap();
        let columns = Columns::of(&matrix);
        assert_eq!(columns.column(0), (&[0][..], &[1.0][..]));
        assert_eq!(columns.column(1), (&[][..], &[][..]));
        assert_eq!(columns.column(2), (&[0, 2][..], &[2.0, 3.0][..]));
    }

    #[test]
    fn ranges_cover_all_lines_once_with_even_work() {
        let ranges = even_ranges(10, |i| i, 12);
        assert_eq!(ranges, [0..6, 6..8, 8..10]);
        assert!(even_ranges(0, |i| i, 12).is_empty());
        assert_eq!(even_ranges(3, |_| 1, 12).len(), 1);
    }
}
