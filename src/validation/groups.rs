//! Groups of rows that must stay together: near-duplicates, one speaker, one source.
//!
//! A group is named by its lowest row, so a grouping has one spelling only and two of them can be compared.

use rustc_hash::FxHashMap;
use std::hash::Hash;

/// For every row, the lowest row of its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    first_row: Vec<u32>,
    n_groups: usize,
}

impl Groups {
    /// Every row alone.
    ///
    /// # Panics
    /// If there are more rows than a `u32` counts.
    pub fn singletons(n_rows: usize) -> Self {
        JoinedRows::new(n_rows).into_groups()
    }

    /// Rows with equal keys together, as a column of speakers or sources says.
    pub fn by_key<K: Eq + Hash>(keys: &[K]) -> Self {
        let mut joined = JoinedRows::new(keys.len());
        let mut first = FxHashMap::default();
        for (row, key) in keys.iter().enumerate() {
            joined.join(*first.entry(key).or_insert(row), row);
        }
        joined.into_groups()
    }

    /// Rows with one value of a column together, rows without a value alone.
    pub fn of_values(values: &[Option<u32>]) -> Self {
        let key = |(row, value): (usize, &Option<u32>)| match value {
            Some(value) => (true, *value),
            None => (false, row as u32),
        };
        Self::by_key(&values.iter().enumerate().map(key).collect::<Vec<_>>())
    }

    /// The finest grouping that keeps together what either of the two keeps together.
    ///
    /// # Panics
    /// If the two are not about the same number of rows.
    pub fn merge(&self, other: &Self) -> Self {
        assert_eq!(self.n_rows(), other.n_rows(), "groupings of the same rows");
        let mut joined = JoinedRows::new(self.n_rows());
        for row in 0..self.n_rows() {
            joined.join(self.first_row(row), row);
            joined.join(other.first_row(row), row);
        }
        joined.into_groups()
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.first_row.len()
    }

    /// The number of groups.
    pub fn n_groups(&self) -> usize {
        self.n_groups
    }

    /// The lowest row of the group that `row` is in.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn first_row(&self, row: usize) -> usize {
        self.first_row[row] as usize
    }

    /// The rows of each group in rising order, groups in the order of their first rows.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut members: Vec<Vec<u32>> = Vec::with_capacity(self.n_groups);
        let mut position = vec![0u32; self.n_rows()];
        for (row, &first) in self.first_row.iter().enumerate() {
            if first as usize == row {
                position[row] = members.len() as u32;
                members.push(Vec::new());
            }
            members[position[first as usize] as usize].push(row as u32);
        }
        members
    }
}

/// Rows being joined: a union–find forest whose roots are the lowest rows of their trees.
#[derive(Debug)]
pub(crate) struct JoinedRows {
    parent: Vec<u32>,
}

impl JoinedRows {
    /// Every row alone.
    pub(crate) fn new(n_rows: usize) -> Self {
        let n_rows = u32::try_from(n_rows).expect("fewer than 2^32 rows");
        Self {
            parent: (0..n_rows).collect(),
        }
    }

    /// The lowest row joined with `row`; halves the path to it on the way.
    fn root(&mut self, row: usize) -> usize {
        let mut row = row;
        while self.parent[row] as usize != row {
            let grandparent = self.parent[self.parent[row] as usize];
            self.parent[row] = grandparent;
            row = grandparent as usize;
        }
        row
    }

    /// Puts `a` and `b`, and all joined with either, together.
    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b) as u32;
    }

    /// The finished grouping.
    pub(crate) fn into_groups(mut self) -> Groups {
        let first_row: Vec<u32> = (0..self.parent.len())
            .map(|row| self.root(row) as u32)
            .collect();
        let is_first = |&(row, &first): &(usize, &u32)| row == first as usize;
        let n_groups = first_row.iter().enumerate().filter(is_first).count();
        Groups {
            first_row,
            n_groups,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_value_stand_alone() {
        let groups = Groups::of_values(&[Some(1), None, Some(0), Some(1), None]);
        assert_eq!(groups.members(), [vec![0, 3], vec![1], vec![2], vec![4]]);
    }

    #[test]
    fn a_group_is_named_by_its_lowest_row() {
        let groups = Groups::by_key(&["b", "a", "b", "c", "a"]);
        let first: Vec<usize> = (0..5).map(|row| groups.first_row(row)).collect();
        assert_eq!(first, [0, 1, 0, 3, 1]);
        assert_eq!(groups.n_groups(), 3);
        assert_eq!(groups.members(), [vec![0, 2], vec![1, 4], vec![3]]);
    }

    #[test]
    fn merging_keeps_together_what_either_keeps_together() {
        let speakers = Groups::by_key(&[1, 1, 2, 2, 3, 4]);
        let texts = Groups::by_key(&[7, 8, 8, 9, 9, 5]);
        let merged = speakers.merge(&texts);
        assert_eq!(merged.members(), [vec![0, 1, 2, 3, 4], vec![5]]);
        assert_eq!(merged, texts.merge(&speakers));
        assert_eq!(speakers.merge(&Groups::singletons(6)), speakers);
    }

    #[test]
    fn no_rows_make_no_groups() {
        assert_eq!(Groups::singletons(0).n_groups(), 0);
        assert!(Groups::singletons(0).members().is_empty());
    }
}
