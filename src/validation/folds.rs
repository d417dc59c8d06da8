//! Which rows are held out together.
//!
//! Labels and [`Groups`] go in; each row gets one of `n_folds` folds. Whatever way the folds are cut, no group lies in
//! two of them, no fold is empty, and what remains for training when one is held out still has every label: a `Folds`
//! exists only if all three hold.

use super::groups::Groups;
use crate::label::{LabelId, LabelSet};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Why the rows cannot be cut into folds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// One fold leaves nothing to train on; more than 65,535 are not counted.
    #[error(
        "{0} folds are not possible: use 2 or more (5 is usual), or train without cross-validation (--folds 0)"
    )]
    BadNumber(usize),
    /// Not every fold would get a row.
    #[error(
        "{n_folds} folds need at least as many groups of rows, and {n_rows} rows are {n_groups} (near-duplicates count \
         as one, and rows with one value of --group-column): add rows, use fewer folds, or train without cross-validation (--folds 0)"
    )]
    TooFewGroups {
        /// Folds asked for.
        n_folds: usize,
        /// Rows given.
        n_rows: usize,
        /// Groups among them.
        n_groups: usize,
    },
    /// With one group, a label is either trained on or held out, never both.
    #[error(
        "label `{label}` has {n_rows} rows in {n_groups} groups (near-duplicates count as one, and rows with one value \
         of --group-column), and cross-validation needs two or more: add rows with it, leave it out (--drop-label {label}), or train without \
         cross-validation (--folds 0)"
    )]
    RareLabel {
        /// The label's name.
        label: String,
        /// Its rows.
        n_rows: usize,
        /// The groups they are in.
        n_groups: usize,
    },
    /// All rows of a label lie in one fold.
    #[error(
        "all rows with label `{label}` lie in fold {fold} of {n_folds}, so that nothing is left to learn it from when \
         that fold is held out: shuffle the rows or use random folds, add rows with it, or leave it out \
         (--drop-label {label})"
    )]
    OneSidedLabel {
        /// The label's name.
        label: String,
        /// The fold, from 1.
        fold: usize,
        /// Folds asked for.
        n_folds: usize,
    },
    /// All rows of a run are near-duplicates of earlier ones.
    #[error(
        "fold {fold} of {n_folds} is empty, as its rows repeat earlier ones or belong with them: use fewer folds, or random ones"
    )]
    EmptyFold {
        /// The fold, from 1.
        fold: usize,
        /// Folds asked for.
        n_folds: usize,
    },
    /// Rows of one date stay together.
    #[error(
        "{n_folds} folds in the order of time need {} dates at least, since the first rows are only learned from, and there are \
         {n_times}: use fewer folds, or finer dates",
        n_folds + 1
    )]
    TooFewTimes {
        /// Folds asked for.
        n_folds: usize,
        /// Different dates.
        n_times: usize,
    },
    /// The past does not know a label.
    #[error(
        "no row with label `{label}` is left to learn from when fold {fold} of {n_folds} is judged by what was before it \
         ({n_rows} rows; {n_left_out} more are near-duplicates of judged rows or in one group with them): use fewer folds, \
         leave the label out (--drop-label {label}), or use random folds"
    )]
    UntaughtLabel {
        /// The label's name.
        label: String,
        /// The fold, from 1.
        fold: usize,
        /// Folds asked for.
        n_folds: usize,
        /// Rows learned from.
        n_rows: usize,
        /// Earlier rows that were left out.
        n_left_out: usize,
    },
}

/// Which rows are held out together, and which are then learned from: all others, or, where folds follow time, earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    pub(super) n_folds: usize,
    pub(super) fold_of_row: Vec<u16>,
    /// For each fold the rows learned from, rising, where these are not all others.
    pub(super) training: Option<Vec<Vec<u32>>>,
}

impl Folds {
    /// The fold of a row that is never held out.
    pub const NEVER: u16 = u16::MAX;

    /// Folds of even size and even shares of labels, with the rows shuffled by `seed`.
    ///
    /// Larger groups are placed first, each into the fold f with the least Σₖ gₖ·nₖ(f)/nₖ² (gₖ the group's rows with
    /// label k, nₖ(f) the fold's so far, nₖ all), which keeps the sum of squared label shares lowest; among equals into
    /// the fold with fewest rows. Where all rows are alone, folds differ by at most one row per label and in all.
    ///
    /// # Errors
    /// [`FoldError`] if there are too few rows, or too few of a label.
    ///
    /// # Panics
    /// If `labels` and `groups` are not about the same rows, or `labels` not of `label_set`.
    pub fn stratified(
        labels: &[LabelId],
        label_set: &LabelSet,
        groups: &Groups,
        n_folds: usize,
        seed: u64,
    ) -> Result<Self, FoldError> {
        check_counts(labels, label_set, groups, n_folds)?;
        let n_labels = label_set.len();
        let mut n_with_label = vec![0u64; n_labels];
        labels.iter().for_each(|l| n_with_label[l.index()] += 1);

        // Shuffled, then by falling size; rows of one label follow each other, so that the rows left over by one
        // label go where the label before left gaps.
        let mut members = groups.members();
        members.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
        members.sort_by_key(|rows| (usize::MAX - rows.len(), labels[rows[0] as usize]));

        let mut fold_of_row = vec![0u16; labels.len()];
        let mut n_in_fold = vec![0u64; n_folds];
        let mut n_in_fold_with_label = vec![0u64; n_folds * n_labels];
        let mut group_labels: Vec<usize> = Vec::new();
        for rows in &members {
            group_labels.clear();
            group_labels.extend(rows.iter().map(|&row| labels[row as usize].index()));
            let crowding = |fold: usize| -> f64 {
                group_labels
                    .iter()
                    .map(|&k| {
                        let all = n_with_label[k] as f64;
                        n_in_fold_with_label[fold * n_labels + k] as f64 / (all * all)
                    })
                    .sum()
            };
            let mut best = (f64::INFINITY, u64::MAX, 0);
            for (fold, &n_rows) in n_in_fold.iter().enumerate() {
                let candidate = (crowding(fold), n_rows, fold);
                if candidate.0 < best.0 || (candidate.0 == best.0 && candidate.1 < best.1) {
                    best = candidate;
                }
            }
            let fold = best.2;
            n_in_fold[fold] += rows.len() as u64;
            for (&row, &k) in rows.iter().zip(&group_labels) {
                n_in_fold_with_label[fold * n_labels + k] += 1;
                fold_of_row[row as usize] = fold as u16;
            }
        }
        Self::checked(fold_of_row, n_folds, labels, label_set)
    }

    /// Folds of neighbouring rows: the file cut into runs of equal length, as where rows of one article or day follow
    /// each other. The rows of a group go to the run of its first row.
    ///
    /// # Errors
    /// [`FoldError`] if there are too few rows, or all rows of a label lie in one run.
    ///
    /// # Panics
    /// If `labels` and `groups` are not about the same rows, or `labels` not of `label_set`.
    pub fn contiguous(
        labels: &[LabelId],
        label_set: &LabelSet,
        groups: &Groups,
        n_folds: usize,
    ) -> Result<Self, FoldError> {
        check_counts(labels, label_set, groups, n_folds)?;
        let n_rows = labels.len();
        let fold_of_row = (0..n_rows)
            .map(|row| (groups.first_row(row) * n_folds / n_rows) as u16)
            .collect();
        Self::checked(fold_of_row, n_folds, labels, label_set)
    }

    /// The folds, if none is empty and each leaves every label to train on.
    fn checked(
        fold_of_row: Vec<u16>,
        n_folds: usize,
        labels: &[LabelId],
        label_set: &LabelSet,
    ) -> Result<Self, FoldError> {
        let mut only_fold: Vec<Option<u16>> = vec![None; label_set.len()];
        let mut in_two_folds = vec![false; label_set.len()];
        let mut is_filled = vec![false; n_folds];
        for (&fold, label) in fold_of_row.iter().zip(labels) {
            is_filled[usize::from(fold)] = true;
            in_two_folds[label.index()] |= *only_fold[label.index()].get_or_insert(fold) != fold;
        }
        for id in label_set.ids() {
            if let (Some(fold), false) = (only_fold[id.index()], in_two_folds[id.index()]) {
                return Err(FoldError::OneSidedLabel {
                    label: label_set.name(id).to_owned(),
                    fold: usize::from(fold) + 1,
                    n_folds,
                });
            }
        }
        match is_filled.iter().position(|filled| !filled) {
            Some(fold) => Err(FoldError::EmptyFold {
                fold: fold + 1,
                n_folds,
            }),
            None => Ok(Self {
                n_folds,
                fold_of_row,
                training: None,
            }),
        }
    }

    /// The number of folds, at least 2.
    pub fn n_folds(&self) -> usize {
        self.n_folds
    }

    /// The fold of every row, from 0; [`NEVER`](Self::NEVER) for one that is never held out.
    pub fn fold_of_row(&self) -> &[u16] {
        &self.fold_of_row
    }

    /// Whether row `row` is ever held out, and so predicted by a classifier that has not seen it.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn is_held_out(&self, row: usize) -> bool {
        self.fold_of_row[row] != Self::NEVER
    }

    /// The rows of `fold`, rising.
    pub fn held_out(&self, fold: usize) -> impl Iterator<Item = usize> + '_ {
        self.rows_where(move |f| f == fold)
    }

    /// The rows learned from when `fold` is held out, rising.
    pub fn training(&self, fold: usize) -> impl Iterator<Item = usize> + '_ {
        let listed = self.training.as_ref().map(|of_fold| &of_fold[fold][..]);
        let others = self.rows_where(move |f| listed.is_none() && f != fold);
        let listed = listed.unwrap_or_default().iter();
        listed.map(|&row| row as usize).chain(others)
    }

    fn rows_where(&self, keep: impl Fn(usize) -> bool) -> impl Iterator<Item = usize> {
        let rows = self.fold_of_row.iter().enumerate();
        rows.filter_map(move |(row, &fold)| keep(usize::from(fold)).then_some(row))
    }
}

/// Whether there are groups enough, of every label and in all.
fn check_counts(
    labels: &[LabelId],
    label_set: &LabelSet,
    groups: &Groups,
    n_folds: usize,
) -> Result<(), FoldError> {
    assert_eq!(labels.len(), groups.n_rows(), "labels and groups of rows");
    if n_folds < 2 || n_folds > usize::from(u16::MAX) {
        return Err(FoldError::BadNumber(n_folds));
    }
    if groups.n_groups() < n_folds {
        return Err(FoldError::TooFewGroups {
            n_folds,
            n_rows: labels.len(),
            n_groups: groups.n_groups(),
        });
    }
    let mut n_rows = vec![0; label_set.len()];
    let mut groups_of_label: Vec<(LabelId, usize)> = labels
        .iter()
        .enumerate()
        .map(|(row, &label)| {
            n_rows[label.index()] += 1;
            (label, groups.first_row(row))
        })
        .collect();
    groups_of_label.sort_unstable();
    groups_of_label.dedup();
    let mut n_groups = vec![0; label_set.len()];
    for (label, _) in groups_of_label {
        n_groups[label.index()] += 1;
    }
    match label_set.ids().find(|id| n_groups[id.index()] < 2) {
        Some(id) => Err(FoldError::RareLabel {
            label: label_set.name(id).to_owned(),
            n_rows: n_rows[id.index()],
            n_groups: n_groups[id.index()],
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn label_set() -> LabelSet {
        LabelSet::new(["a", "b", "c"]).unwrap()
    }

    fn ids(labels: &[usize]) -> Vec<LabelId> {
        labels.iter().map(|&k| LabelId::new(k)).collect()
    }

    /// Rows of each label in each fold.
    fn counts(folds: &Folds, labels: &[LabelId]) -> Vec<[usize; 3]> {
        let mut counts = vec![[0; 3]; folds.n_folds()];
        for (&fold, label) in folds.fold_of_row().iter().zip(labels) {
            counts[usize::from(fold)][label.index()] += 1;
        }
        counts
    }

    #[test]
    fn lone_rows_are_shared_out_to_within_one_per_label_and_in_all() {
        let labels = ids(&(0..1_349).map(|i| (i * i + i / 7) % 3).collect::<Vec<_>>());
        let groups = Groups::singletons(labels.len());
        let folds = Folds::stratified(&labels, &label_set(), &groups, 5, 0).unwrap();
        let counts = counts(&folds, &labels);
        let spread =
            |values: Vec<usize>| values.iter().max().unwrap() - values.iter().min().unwrap();
        for k in 0..3 {
            assert!(spread(counts.iter().map(|c| c[k]).collect()) <= 1);
        }
        assert!(spread(counts.iter().map(|c| c.iter().sum()).collect()) <= 1);
    }

    #[test]
    fn the_seed_decides_the_folds() {
        let labels = ids(&(0..300).map(|i| i % 3).collect::<Vec<_>>());
        let groups = Groups::singletons(300);
        let with = |seed| Folds::stratified(&labels, &label_set(), &groups, 5, seed).unwrap();
        assert_eq!(with(7), with(7));
        assert_ne!(with(7), with(8));
    }

    #[test]
    fn held_out_and_training_rows_are_all_rows() {
        let labels = ids(&[0, 1, 2, 0, 1, 2, 0, 1, 2]);
        let folds = Folds::stratified(&labels, &label_set(), &Groups::singletons(9), 3, 1).unwrap();
        for fold in 0..3 {
            let mut rows: Vec<usize> = folds.held_out(fold).chain(folds.training(fold)).collect();
            assert_eq!(folds.held_out(fold).count(), 3);
            rows.sort_unstable();
            assert_eq!(rows, (0..9).collect::<Vec<_>>());
        }
    }

    #[test]
    fn contiguous_folds_are_runs_and_a_repeat_follows_its_first_row() {
        let labels = ids(&[0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
        let alone = Groups::singletons(10);
        let folds = Folds::contiguous(&labels, &label_set(), &alone, 3).unwrap();
        assert_eq!(folds.fold_of_row(), [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
        let repeat = Groups::by_key(&[0, 1, 2, 3, 4, 5, 6, 7, 1, 9]);
        let folds = Folds::contiguous(&labels, &label_set(), &repeat, 3).unwrap();
        assert_eq!(folds.fold_of_row(), [0, 0, 0, 0, 1, 1, 1, 2, 0, 2]);
    }

    #[test]
    fn a_label_sorted_into_one_run_is_refused() {
        let labels = ids(&[0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
        let alone = Groups::singletons(10);
        let error = Folds::contiguous(&labels, &label_set(), &alone, 2).unwrap_err();
        assert_eq!(
            error,
            FoldError::OneSidedLabel {
                label: "a".into(),
                fold: 1,
                n_folds: 2
            }
        );
        assert!(Folds::stratified(&labels, &label_set(), &alone, 2, 0).is_ok());
    }

    #[test]
    fn a_run_that_only_repeats_earlier_rows_is_refused() {
        let labels = ids(&[0, 1, 2, 0, 1, 2, 0, 1, 2]);
        let groups = Groups::by_key(&[0, 1, 2, 3, 4, 5, 0, 1, 2]);
        assert_eq!(
            Folds::contiguous(&labels, &label_set(), &groups, 3),
            Err(FoldError::EmptyFold {
                fold: 3,
                n_folds: 3
            })
        );
    }

    #[test]
    fn too_few_rows_or_rows_of_a_label_are_refused_with_the_remedy() {
        let refused = |labels: &[usize], keys: &[u32], n_folds| {
            Folds::stratified(
                &ids(labels),
                &label_set(),
                &Groups::by_key(keys),
                n_folds,
                0,
            )
            .unwrap_err()
        };
        let labels = [0, 0, 1, 1, 2, 2];
        assert_eq!(
            refused(&labels, &[1, 2, 3, 4, 5, 6], 1),
            FoldError::BadNumber(1)
        );
        assert_eq!(
            refused(&labels, &[1, 2, 3, 4, 5, 6], 7),
            FoldError::TooFewGroups {
                n_folds: 7,
                n_rows: 6,
                n_groups: 6
            }
        );
        let error = refused(&labels, &[1, 2, 3, 4, 5, 5], 2);
        assert_eq!(
            error,
            FoldError::RareLabel {
                label: "c".into(),
                n_rows: 2,
                n_groups: 1
            }
        );
        assert!(error.to_string().contains("--drop-label c"));
    }

    proptest! {
        #[test]
        fn groups_are_never_cut_and_labels_evenly_shared(
            // The sizes and labels of groups whose rows have one label.
            group_rows in proptest::collection::vec((1usize..5, 0usize..3), 30..120),
            n_folds in 2usize..7,
            seed in any::<u64>(),
        ) {
            let mut labels = vec![0, 0, 1, 1, 2, 2];
            let mut keys: Vec<usize> = (0..6).collect();
            for (g, &(size, label)) in group_rows.iter().enumerate() {
                labels.extend(std::iter::repeat_n(label, size));
                keys.extend(std::iter::repeat_n(100 + g, size));
            }
            let (labels, groups) = (ids(&labels), Groups::by_key(&keys));
            let folds = Folds::stratified(&labels, &label_set(), &groups, n_folds, seed).unwrap();
            for row in 0..labels.len() {
                let first = groups.first_row(row);
                prop_assert_eq!(folds.fold_of_row()[row], folds.fold_of_row()[first]);
            }
            let counts = counts(&folds, &labels);
            for k in 0..3 {
                let of_label = || counts.iter().map(|c| c[k]);
                // Greedy placing keeps folds within one group of each other; the largest has 4 rows.
                prop_assert!(of_label().max().unwrap() - of_label().min().unwrap() <= 4);
            }
        }

        #[test]
        fn groups_with_mixed_labels_are_kept_whole_or_refused(
            rows in proptest::collection::vec((0usize..12, 0usize..3), 12..60),
            n_folds in 2usize..5,
        ) {
            let keys: Vec<usize> = rows.iter().map(|r| r.0).collect();
            let labels = ids(&rows.iter().map(|r| r.1).collect::<Vec<_>>());
            let groups = Groups::by_key(&keys);
            if let Ok(folds) = Folds::stratified(&labels, &label_set(), &groups, n_folds, 3) {
                for (row, &fold) in folds.fold_of_row().iter().enumerate() {
                    prop_assert_eq!(fold, folds.fold_of_row()[groups.first_row(row)]);
                }
                let counts = counts(&folds, &labels);
                for k in 0..3 {
                    prop_assert!(counts.iter().filter(|c| c[k] > 0).count() >= 2);
                }
            }
        }
    }
}
