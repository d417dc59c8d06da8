//! The matrix by column.

use std::ops::Range;

use crate::classifier::chunks::{cut, even_ranges, in_order};
use crate::classifier::gather::Position;

/// Tasks that a transposition is dealt to.
const TRANSPOSING_TASKS: usize = 8;
/// Fewer non-zeros than this are transposed by one task.
const MIN_WORK: usize = 1 << 15;

/// Sparse lines (rows or columns) in compressed form: for each the positions it has, rising, and their values.
#[derive(Debug)]
pub(crate) struct SparseLines {
    starts: Vec<usize>,
    positions: Vec<u32>,
    values: Vec<f32>,
}

impl SparseLines {
    /// Transposes `n_lines` lines, each with rising positions below `n_positions`: line p of the result holds the numbers
    /// (below 2³²) of the lines that have position p.
    ///
    /// Each task fills the lines of a range of positions, and finds its part of every given line by bisection; what comes
    /// out does not depend on the cut.
    pub(crate) fn transposed<'m, P: Position + Sync + 'm>(
        n_lines: usize,
        line: impl Fn(usize) -> (&'m [P], &'m [f32]) + Sync,
        n_positions: usize,
    ) -> Self {
        let mut starts = vec![0usize; n_positions + 1];
        for number in 0..n_lines {
            for position in line(number).0 {
                starts[position.position() + 1] += 1;
            }
        }
        for position in 0..n_positions {
            starts[position + 1] += starts[position];
        }
        let n_nonzeros = starts[n_positions];
        let per_task = (n_nonzeros / TRANSPOSING_TASKS).max(MIN_WORK);
        let ranges = even_ranges(n_positions, |p| starts[p + 1] - starts[p], per_task);
        let mut positions = vec![0u32; n_nonzeros];
        let mut values = vec![0f32; n_nonzeros];
        let sizes = |range: &Range<usize>| starts[range.end] - starts[range.start];
        let tasks = ranges
            .iter()
            .zip(cut(&mut positions, ranges.iter().map(sizes)))
            .zip(cut(&mut values, ranges.iter().map(sizes)))
            .collect();
        in_order(tasks, |((range, positions), values)| {
            let base = starts[range.start];
            let mut next: Vec<usize> = starts[range.clone()].iter().map(|at| at - base).collect();
            for number in 0..n_lines {
                let (ids, entries) = line(number);
                let from = ids.partition_point(|id| id.position() < range.start);
                for (id, &value) in ids[from..].iter().zip(&entries[from..]) {
                    if id.position() >= range.end {
                        break;
                    }
                    let at = &mut next[id.position() - range.start];
                    positions[*at] = number as u32;
                    values[*at] = value;
                    *at += 1;
                }
            }
        });
        Self {
            starts,
            positions,
            values,
        }
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The positions of line `line` and its values there.
    #[inline]
    pub(crate) fn line(&self, line: usize) -> (&[u32], &[f32]) {
        let range = self.starts[line]..self.starts[line + 1];
        (&self.positions[range.clone()], &self.values[range])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classifier::testing::Problem;
    use crate::features::sparse::DesignMatrix;

    fn columns(matrix: &DesignMatrix) -> SparseLines {
        let line = |i: usize| (matrix.row(i).features, matrix.row(i).values);
        SparseLines::transposed(matrix.n_rows(), line, matrix.n_features())
    }

    #[test]
    fn transposing_twice_gives_the_rows_back() {
        // The larger one is cut into several tasks.
        for (n_rows, n_features) in [(3, 2), (4000, 50)] {
            let matrix = Problem::new(n_rows, n_features, 2, 9).matrix;
            let columns = columns(&matrix);
            assert_eq!(columns.len(), n_features);
            let rows = SparseLines::transposed(n_features, |j| columns.line(j), n_rows);
            for (i, row) in matrix.rows().enumerate() {
                let (positions, values) = rows.line(i);
                assert!(positions.iter().eq(row.features.iter().map(|f| &f.0)));
                assert_eq!(values, row.values);
            }
        }
    }
}
