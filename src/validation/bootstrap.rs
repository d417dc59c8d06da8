//! How far the figures could lie from what more rows of the same kind would show.
//!
//! The bootstrap draws n rows with replacement from the n at hand and computes the figure again (Efron 1979). Figures of
//! a confusion matrix see of a row only its cell, and the cells of n rows drawn with replacement follow a multinomial
//! distribution with n trials and the cells' shares as probabilities. So the counts are drawn at once: cell by cell, a
//! binomial of the rows left, with the cell's share of the counts left. The distribution is that of drawing row by row;
//! the time depends on the number of cells in use, not on n.
//!
//! Rows of one speaker or source are not independent of each other. Where they name their group, groups are drawn instead
//! of rows, each with all its rows (the cluster bootstrap; Davison and Hinkley 1997, section 3.8): as many groups as there
//! are, so that the number of rows differs from draw to draw.
//!
//! An interval runs from the 2.5th to the 97.5th percentile of the draws. It says what a test set of this size leaves
//! open, with rows (or groups) taken as independent; it does not say how another training set would change the model.

use super::confusion::Confusion;
use super::groups::Groups;
use super::metrics::Scores;
use super::resampling::{binomial, draw_seeds, percentile};
use super::rounded;
use crate::label::LabelId;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Where 95 of 100 draws lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The 2.5th percentile.
    #[serde(serialize_with = "rounded::six_digits")]
    pub low: f64,
    /// The 97.5th percentile.
    #[serde(serialize_with = "rounded::six_digits")]
    pub high: f64,
}

/// The intervals of one label's figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LabelIntervals {
    /// Of the precision.
    pub precision: Interval,
    /// Of the recall.
    pub recall: Interval,
    /// Of the F1.
    pub f1: Interval,
}

/// 95 % percentile intervals for the figures in [`Scores`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreIntervals {
    /// The number of bootstrap draws.
    pub n_draws: usize,
    /// Of the accuracy.
    pub accuracy: Interval,
    /// Of the macro-averaged F1.
    pub macro_f1: Interval,
    /// Of the weighted average of F1.
    pub weighted_f1: Interval,
    /// Of each label, in the order of the label set.
    pub per_label: Vec<LabelIntervals>,
}

impl ScoreIntervals {
    /// The intervals from `n_draws` draws of `confusion`.
    ///
    /// # Panics
    /// If `n_draws` is 0.
    pub fn bootstrap(confusion: &Confusion, n_draws: usize, seed: u64) -> Self {
        assert!(n_draws > 0, "at least one draw");
        let draws: Vec<Scores> = draw_seeds(n_draws, seed)
            .par_iter()
            .map(|&seed| {
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                Scores::new(&redrawn(confusion, &mut rng))
            })
            .collect();
        Self::of_draws(&draws, confusion.n_labels())
    }

    /// The intervals from `n_draws` draws of whole groups of rows. `rows` has each row's gold and predicted label.
    ///
    /// # Panics
    /// If `n_draws` is 0, there is no row, or `groups` is about other rows.
    pub fn bootstrap_groups(
        rows: &[(LabelId, LabelId)],
        groups: &Groups,
        n_labels: usize,
        n_draws: usize,
        seed: u64,
    ) -> Self {
        assert!(n_draws > 0, "at least one draw");
        assert_eq!(rows.len(), groups.n_rows(), "a group for each row");
        let members = groups.members();
        let draws: Vec<Scores> = draw_seeds(n_draws, seed)
            .par_iter()
            .map(|&seed| {
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                let mut drawn = Confusion::new(n_labels);
                for _ in 0..members.len() {
                    for &row in &members[rng.gen_range(0..members.len())] {
                        let (gold, predicted) = rows[row as usize];
                        drawn.add(gold, predicted);
                    }
                }
                Scores::new(&drawn)
            })
            .collect();
        Self::of_draws(&draws, n_labels)
    }

    fn of_draws(draws: &[Scores], n_labels: usize) -> Self {
        let interval = |figure: &dyn Fn(&Scores) -> f64| Interval::of(draws.iter().map(figure));
        Self {
            n_draws: draws.len(),
            accuracy: interval(&|s| s.accuracy),
            macro_f1: interval(&|s| s.macro_average.f1),
            weighted_f1: interval(&|s| s.weighted_average.f1),
            per_label: (0..n_labels)
                .map(|k| LabelIntervals {
                    precision: interval(&|s| s.per_label[k].precision),
                    recall: interval(&|s| s.per_label[k].recall),
                    f1: interval(&|s| s.per_label[k].f1),
                })
                .collect(),
        }
    }
}

impl Interval {
    /// The middle 95 % of `draws`, of which there is at least one.
    pub(crate) fn of(draws: impl Iterator<Item = f64>) -> Self {
        let mut draws: Vec<f64> = draws.collect();
        draws.sort_unstable_by(f64::total_cmp);
        Self {
            low: percentile(&draws, 0.025),
            high: percentile(&draws, 0.975),
        }
    }
}

/// As many rows as `confusion` has, drawn from it with replacement.
pub(super) fn redrawn(confusion: &Confusion, rng: &mut Xoshiro256PlusPlus) -> Confusion {
    let mut drawn = confusion.clone();
    // Rows still to draw, and the counts of the cells still to come.
    let mut n_left = confusion.n_rows();
    let mut weight_left = n_left;
    for count in drawn.counts_mut().iter_mut().filter(|count| **count > 0) {
        let weight = *count;
        *count = binomial(n_left, weight as f64 / weight_left as f64, rng);
        n_left -= *count;
        weight_left -= weight;
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Just, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

    fn confusion(rows: [[u64; 3]; 3]) -> Confusion {
        Confusion::try_from(rows.map(Vec::from).to_vec()).unwrap()
    }

    const EXAMPLE: [[u64; 3]; 3] = [[50, 5, 10], [3, 40, 7], [12, 8, 65]];

    #[test]
    fn accuracy_has_the_interval_of_its_binomial() {
        let intervals = ScoreIntervals::bootstrap(&confusion(EXAMPLE), 4_000, 0);
        // 0.775 ± 1.96·√(0.775·0.225/200) = 0.717 … 0.833.
        assert!((intervals.accuracy.low - 0.717).abs() < 0.01);
        assert!((intervals.accuracy.high - 0.833).abs() < 0.01);
    }

    #[test]
    fn intervals_are_those_of_drawing_row_by_row() {
        let confusion = confusion(EXAMPLE);
        let mut rows = Vec::new();
        for (cell, &count) in confusion.counts().iter().enumerate() {
            rows.extend(std::iter::repeat_n((cell / 3, cell % 3), count as usize));
        }
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
        let draws: Vec<Scores> = (0..4_000)
            .map(|_| {
                let mut drawn = Confusion::new(3);
                for _ in 0..rows.len() {
                    let (gold, predicted) = rows[rng.gen_range(0..rows.len())];
                    drawn.add(LabelId::new(gold), LabelId::new(predicted));
                }
                Scores::new(&drawn)
            })
            .collect();
        let intervals = ScoreIntervals::bootstrap(&confusion, 4_000, 12);
        type Figure = fn(&Scores) -> f64;
        let figures: [(Interval, Figure); 3] = [
            (intervals.macro_f1, |s| s.macro_average.f1),
            (intervals.weighted_f1, |s| s.weighted_average.f1),
            (intervals.per_label[1].precision, |s| {
                s.per_label[1].precision
            }),
        ];
        for (interval, figure) in figures {
            let by_row = Interval::of(draws.iter().map(figure));
            assert!(
                (interval.low - by_row.low).abs() < 0.01,
                "{interval:?} {by_row:?}"
            );
            assert!(
                (interval.high - by_row.high).abs() < 0.01,
                "{interval:?} {by_row:?}"
            );
        }
    }

    #[test]
    fn rows_of_few_groups_leave_more_open_than_rows_alone() {
        // Twenty groups of ten rows that are all right or all wrong: as good as twenty rows.
        let rows: Vec<(LabelId, LabelId)> = (0..200)
            .map(|row| {
                (
                    LabelId::new(0),
                    LabelId::new(usize::from(row / 10 % 4 == 0)),
                )
            })
            .collect();
        let group = |row: usize| row / 10;
        let grouped = Groups::by_key(&(0..200).map(group).collect::<Vec<_>>());
        let alone = Groups::by_key(&(0..200).collect::<Vec<_>>());
        let width = |groups: &Groups| {
            let intervals = ScoreIntervals::bootstrap_groups(&rows, groups, 2, 2_000, 3);
            intervals.accuracy.high - intervals.accuracy.low
        };
        // √10 = 3.16 times as wide.
        let ratio = width(&grouped) / width(&alone);
        assert!((2.8..3.5).contains(&ratio), "{ratio}");
    }

    /// Test sets of 200 rows drawn from known shares: their intervals hold the true accuracy 95 times in 100.
    #[test]
    fn intervals_cover_the_truth_as_often_as_they_say() {
        let truth = confusion(EXAMPLE);
        let n_covering = (0..400)
            .filter(|&seed| {
                let sample = redrawn(&truth, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
                let interval = ScoreIntervals::bootstrap(&sample, 400, seed).accuracy;
                interval.low <= 0.775 && 0.775 <= interval.high
            })
            .count();
        assert!((360..=395).contains(&n_covering), "{n_covering} of 400");
    }

    #[test]
    fn the_seed_decides_and_the_number_of_threads_does_not() {
        let on = |n_threads, seed| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(n_threads)
                .build()
                .unwrap()
                .install(|| ScoreIntervals::bootstrap(&confusion(EXAMPLE), 200, seed))
        };
        assert_eq!(on(1, 5), on(4, 5));
        assert_ne!(on(1, 5), on(1, 6));
    }

    #[test]
    fn intervals_hold_the_figure_and_empty_matrices_have_zeros() {
        let scores = Scores::new(&confusion(EXAMPLE));
        let intervals = ScoreIntervals::bootstrap(&confusion(EXAMPLE), 500, 0);
        for (label, interval) in scores.per_label.iter().zip(&intervals.per_label) {
            assert!(interval.f1.low < label.f1 && label.f1 < interval.f1.high);
        }
        let empty = ScoreIntervals::bootstrap(&Confusion::new(2), 10, 0);
        assert_eq!(
            empty.accuracy,
            Interval {
                low: 0.0,
                high: 0.0
            }
        );
    }

    proptest! {
        #[test]
        fn draws_sum_to_the_number_of_rows_and_leave_empty_cells_empty(
            counts in proptest::collection::vec(prop_oneof![Just(0u64), 1u64..5, 1u64..1_000_000], 9),
            seed in any::<u64>(),
        ) {
            let rows = counts.chunks(3).map(<[u64]>::to_vec).collect::<Vec<_>>();
            let confusion = Confusion::try_from(rows).unwrap();
            let drawn = redrawn(&confusion, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
            prop_assert_eq!(drawn.n_rows(), confusion.n_rows());
            for (drawn, count) in drawn.counts().iter().zip(&counts) {
                prop_assert!(*count > 0 || *drawn == 0);
            }
        }
    }
}
