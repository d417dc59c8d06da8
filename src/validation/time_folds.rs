//! Folds that follow time: learned on the past, judged on what came after.
//!
//! *Forward chaining* (also rolling origin: Tashman, "Out-of-sample tests of forecasting accuracy", International Journal of
//! Forecasting 16, 2000): the rows in the order of time are cut into K + 1 runs, and run k + 1 is judged by what learned
//! from the runs before it. The first run is only learned from.
//!
//! Near-duplicates and groups would have the future in the past. They cannot be moved to one side, as other folds do, without
//! moving rows through time; so, of the earlier rows, those that are in one group with a judged row are not learned from.

use super::folds::{FoldError, Folds};
use super::groups::Groups;
use crate::label::{LabelId, LabelSet};

impl Folds {
    /// Folds by forward chaining. `times` has a time for each row; rows of equal times are in one run, and runs are of about
    /// equal size: each takes whole times as long as this brings it nearer to its share of the rows that remain.
    ///
    /// # Errors
    /// [`FoldError`] if there are too few times, or a label is not among the rows learned from.
    ///
    /// # Panics
    /// If `labels`, `times` and `groups` are not about the same rows, or `labels` not of `label_set`.
    pub fn forward<T: Ord>(
        labels: &[LabelId],
        label_set: &LabelSet,
        times: &[T],
        groups: &Groups,
        n_folds: usize,
    ) -> Result<Self, FoldError> {
        assert_eq!(labels.len(), groups.n_rows(), "labels and groups of rows");
        assert_eq!(labels.len(), times.len(), "labels and times of rows");
        if n_folds < 2 || n_folds >= usize::from(Self::NEVER) {
            return Err(FoldError::BadNumber(n_folds));
        }
        let run_of_row = runs(times, n_folds + 1)
            .map_err(|n_times| FoldError::TooFewTimes { n_folds, n_times })?;
        let mut training = Vec::with_capacity(n_folds);
        for run in 1..=n_folds {
            // By the first row of each group.
            let mut is_judged = vec![false; labels.len()];
            for (row, _) in run_of_row.iter().enumerate().filter(|(_, r)| **r == run) {
                is_judged[groups.first_row(row)] = true;
            }
            let earlier = (0..labels.len()).filter(|&row| run_of_row[row] < run);
            let n_earlier = earlier.clone().count();
            let rows: Vec<u32> = earlier
                .filter(|&row| !is_judged[groups.first_row(row)])
                .map(|row| row as u32)
                .collect();
            let mut is_taught = vec![false; label_set.len()];
            for &row in &rows {
                is_taught[labels[row as usize].index()] = true;
            }
            if let Some(label) = label_set.ids().find(|id| !is_taught[id.index()]) {
                return Err(FoldError::UntaughtLabel {
                    label: label_set.name(label).to_owned(),
                    fold: run,
                    n_folds,
                    n_rows: rows.len(),
                    n_left_out: n_earlier - rows.len(),
                });
            }
            training.push(rows);
        }
        let fold = |&run: &usize| run.checked_sub(1).map_or(Self::NEVER, |fold| fold as u16);
        Ok(Self {
            n_folds,
            fold_of_row: run_of_row.iter().map(fold).collect(),
            training: Some(training),
        })
    }
}

/// The run of each row, from 0, or how many different times there are if these are too few for `n_runs`.
fn runs<T: Ord>(times: &[T], n_runs: usize) -> Result<Vec<usize>, usize> {
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by_key(|&row| &times[row]);
    let blocks: Vec<&[usize]> = order.chunk_by(|&a, &b| times[a] == times[b]).collect();
    if blocks.len() < n_runs {
        return Err(blocks.len());
    }
    let mut run_of_row = vec![0; times.len()];
    let mut n_left = times.len();
    let mut at = 0;
    for run in 0..n_runs {
        let n_runs_left = n_runs - run;
        // Times that the runs after this one need.
        let most = blocks.len() - (n_runs_left - 1);
        let distance = |n_rows: usize| (n_rows * n_runs_left).abs_diff(n_left);
        let mut size = 0;
        let start = at;
        while at < most
            && (at == start
                || n_runs_left == 1
                || distance(size + blocks[at].len()) < distance(size))
        {
            blocks[at].iter().for_each(|&row| run_of_row[row] = run);
            size += blocks[at].len();
            at += 1;
        }
        n_left -= size;
    }
    Ok(run_of_row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn label_set() -> LabelSet {
        LabelSet::new(["a", "b"]).unwrap()
    }

    fn alternating(n: usize) -> Vec<LabelId> {
        (0..n).map(|row| LabelId::new(row % 2)).collect()
    }

    #[test]
    fn the_first_run_is_never_held_out_and_each_other_learns_from_all_before_it() {
        let times = [8, 3, 1, 4, 7, 5, 2, 6];
        let labels = [0, 1, 0, 0, 0, 0, 1, 1].map(LabelId::new);
        let alone = Groups::singletons(8);
        let folds = Folds::forward(&labels, &label_set(), &times, &alone, 3).unwrap();
        let never = Folds::NEVER;
        assert_eq!(folds.fold_of_row(), [2, 0, never, 0, 2, 1, never, 1]);
        assert_eq!(folds.training(0).collect::<Vec<_>>(), [2, 6]);
        assert_eq!(folds.training(1).collect::<Vec<_>>(), [1, 2, 3, 6]);
        assert_eq!(folds.training(2).collect::<Vec<_>>(), [1, 2, 3, 5, 6, 7]);
        assert_eq!(folds.held_out(2).collect::<Vec<_>>(), [0, 4]);
        assert!(!folds.is_held_out(2) && folds.is_held_out(0));
    }

    #[test]
    fn earlier_rows_of_a_judged_group_are_not_learned_from() {
        let labels = alternating(8);
        // Row 1 says what row 6 says again.
        let groups = Groups::by_key(&[0, 1, 2, 3, 4, 5, 1, 7]);
        let times: Vec<usize> = (0..8).collect();
        let folds = Folds::forward(&labels, &label_set(), &times, &groups, 3).unwrap();
        assert_eq!(folds.training(1).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(folds.training(2).collect::<Vec<_>>(), [0, 2, 3, 4, 5]);
    }

    #[test]
    fn one_great_date_leaves_no_run_empty() {
        let years = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 3, 4];
        assert_eq!(
            runs(&years, 4),
            Ok(vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 3])
        );
        let late: Vec<i32> = years.iter().rev().map(|year| -year).collect();
        assert_eq!(
            runs(&late, 4),
            Ok(vec![0, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3])
        );
        assert_eq!(runs(&years, 5), Err(4));
    }

    #[test]
    fn a_label_that_the_past_does_not_know_is_refused_with_the_remedy() {
        let labels = [0, 0, 0, 1, 1, 0].map(LabelId::new);
        let alone = Groups::singletons(6);
        let times: Vec<usize> = (0..6).collect();
        let error = Folds::forward(&labels, &label_set(), &times, &alone, 2).unwrap_err();
        assert_eq!(
            error,
            FoldError::UntaughtLabel {
                label: "b".into(),
                fold: 1,
                n_folds: 2,
                n_rows: 2,
                n_left_out: 0
            }
        );
        assert!(error.to_string().contains("--drop-label b"));
        assert_eq!(
            Folds::forward(&labels, &label_set(), &[1; 6], &alone, 2),
            Err(FoldError::TooFewTimes {
                n_folds: 2,
                n_times: 1
            })
        );
    }

    proptest! {
        #[test]
        fn no_row_learned_from_is_later_or_of_a_judged_group(
            rows in prop::collection::vec((0u32..30, 0u32..40), 12..120),
            n_folds in 2usize..6,
        ) {
            let (times, keys): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
            let labels = alternating(times.len());
            let groups = Groups::by_key(&keys);
            if let Ok(folds) = Folds::forward(&labels, &label_set(), &times, &groups, n_folds) {
                for fold in 0..n_folds {
                    let held_out: Vec<usize> = folds.held_out(fold).collect();
                    let training: Vec<usize> = folds.training(fold).collect();
                    prop_assert!(!held_out.is_empty() && !training.is_empty());
                    prop_assert!(training.is_sorted());
                    for &row in &training {
                        for &judged in &held_out {
                            prop_assert!(times[row] < times[judged]);
                            prop_assert!(groups.first_row(row) != groups.first_row(judged));
                        }
                    }
                }
            }
        }
    }
}
