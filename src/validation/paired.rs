//! Two systems on the same rows: which is better, and by how much.
//!
//! What one system does on a row is not independent of what the other does, so the rows are kept in pairs. Figures of the
//! confusion matrices see of a row only its gold label and the two predicted ones; a bootstrap draw of the rows (Efron
//! 1979) is a draw of the counts of these triples from a multinomial distribution, from which both systems' figures and
//! their difference are computed. Log-loss needs the rows themselves: they are drawn with replacement.
//!
//! [`McNemar`] asks whether the two differ at all in how often they are right. Of the rows on which exactly one of them
//! is right, each is equally likely to be that one if they do not (McNemar 1947).

use super::bootstrap::Interval;
use super::confusion::Confusion;
use super::metrics::Scores;
use super::resampling::{binomial, draw_seeds};
use super::rounded;
use crate::label::LabelId;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::Serialize;

/// With fewer discordant rows than this the test is the exact one.
const FEW_DISCORDANT: u64 = 25;

/// How many rows have each gold label with each pair of predicted ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairedCounts {
    n_labels: usize,
    /// In rising order of the triple.
    cells: Vec<(Triple, u64)>,
}

/// Gold label, first and second prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Triple {
    gold: LabelId,
    first: LabelId,
    second: LabelId,
}

/// What the second system makes of rows to which the first gives one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flip {
    /// The first system's label.
    pub from: LabelId,
    /// The second system's.
    pub to: LabelId,
    /// The rows.
    pub n_rows: u64,
    /// Of these, rows that the second system has right.
    pub n_gained: u64,
    /// Rows that the first has right.
    pub n_lost: u64,
}

/// The second system's figure less the first one's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// On the rows at hand.
    #[serde(serialize_with = "rounded::six_digits")]
    pub value: f64,
    /// Where 95 of 100 draws lie.
    pub interval: Interval,
}

/// Differences of figures that the predicted labels decide.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScoreDifferences {
    /// Of the accuracy.
    pub accuracy: Difference,
    /// Of the macro-averaged F1.
    pub macro_f1: Difference,
}

impl PairedCounts {
    /// Counts the rows.
    ///
    /// # Panics
    /// If the three do not have the same number of rows, or a label is not one of the `n_labels`.
    pub fn new(n_labels: usize, gold: &[LabelId], first: &[LabelId], second: &[LabelId]) -> Self {
        assert_eq!(gold.len(), first.len(), "a first prediction for each row");
        assert_eq!(gold.len(), second.len(), "a second prediction for each row");
        let mut triples: Vec<Triple> = gold
            .iter()
            .zip(first)
            .zip(second)
            .map(|((&gold, &first), &second)| Triple {
                gold,
                first,
                second,
            })
            .collect();
        let largest = triples.iter().map(|t| t.gold.max(t.first).max(t.second));
        assert!(largest.max().is_none_or(|id| id.index() < n_labels));
        triples.sort_unstable();
        let cells = triples.chunk_by(|a, b| a == b);
        Self {
            n_labels,
            cells: cells.map(|rows| (rows[0], rows.len() as u64)).collect(),
        }
    }

    /// The number of rows.
    pub fn n_rows(&self) -> u64 {
        self.cells.iter().map(|(_, n)| n).sum()
    }

    /// Both systems' scores.
    pub fn scores(&self) -> [Scores; 2] {
        let mut both = [(); 2].map(|()| Confusion::new(self.n_labels));
        for (triple, n_rows) in &self.cells {
            for (confusion, predicted) in both.iter_mut().zip([triple.first, triple.second]) {
                let cell = triple.gold.index() * self.n_labels + predicted.index();
                confusion.counts_mut()[cell] += n_rows;
            }
        }
        both.map(|confusion| Scores::new(&confusion))
    }

    /// The second system's scores less the first one's, with intervals from `n_draws` draws.
    ///
    /// # Panics
    /// If `n_draws` is 0.
    pub fn differences(&self, n_draws: usize, seed: u64) -> ScoreDifferences {
        assert!(n_draws > 0, "at least one draw");
        let between = |[first, second]: [Scores; 2]| {
            [
                second.accuracy - first.accuracy,
                second.macro_average.f1 - first.macro_average.f1,
            ]
        };
        let draws: Vec<[f64; 2]> = draw_seeds(n_draws, seed)
            .par_iter()
            .map(|&seed| between(self.redrawn(seed).scores()))
            .collect();
        let values = between(self.scores());
        let difference = |figure: usize| Difference {
            value: values[figure],
            interval: Interval::of(draws.iter().map(|draw| draw[figure])),
        };
        ScoreDifferences {
            accuracy: difference(0),
            macro_f1: difference(1),
        }
    }

    /// As many rows, drawn with replacement.
    fn redrawn(&self, seed: u64) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut drawn = self.clone();
        let mut n_left = self.n_rows();
        let mut weight_left = n_left;
        for (_, count) in &mut drawn.cells {
            let weight = *count;
            *count = binomial(n_left, weight as f64 / weight_left as f64, &mut rng);
            n_left -= *count;
            weight_left -= weight;
        }
        drawn
    }

    /// Whether one of the systems is right more often.
    pub fn mc_nemar(&self) -> McNemar {
        let rows = |is: fn(&Triple) -> bool| {
            let cells = self.cells.iter().filter(|(triple, _)| is(triple));
            cells.map(|(_, n)| n).sum()
        };
        McNemar::new(
            rows(|t| t.first == t.gold && t.second != t.gold),
            rows(|t| t.first != t.gold && t.second == t.gold),
        )
    }

    /// The rows that the two label differently, by the pair of labels; the commonest first.
    pub fn flips(&self) -> Vec<Flip> {
        let mut cells: Vec<&(Triple, u64)> = self
            .cells
            .iter()
            .filter(|(t, _)| t.first != t.second)
            .collect();
        cells.sort_by_key(|(t, _)| (t.first, t.second));
        let pairs = cells.chunk_by(|(a, _), (b, _)| (a.first, a.second) == (b.first, b.second));
        let mut flips: Vec<Flip> = pairs
            .map(|cells| {
                let rows = |is: &dyn Fn(&Triple) -> bool| {
                    let cells = cells.iter().filter(|(t, _)| is(t));
                    cells.map(|(_, n)| n).sum()
                };
                let (Triple { first, second, .. }, _) = cells[0];
                Flip {
                    from: *first,
                    to: *second,
                    n_rows: rows(&|_| true),
                    n_gained: rows(&|t| t.second == t.gold),
                    n_lost: rows(&|t| t.first == t.gold),
                }
            })
            .collect();
        flips.sort_by_key(|flip| (u64::MAX - flip.n_rows, flip.from, flip.to));
        flips
    }
}

/// The mean of `differences`, one a row, and its interval from `n_draws` draws of the rows.
///
/// # Panics
/// If there are no rows, 2³² or more of them, or no draws.
pub fn mean_difference(differences: &[f64], n_draws: usize, seed: u64) -> Difference {
    assert!(n_draws > 0, "at least one draw");
    let n_rows = u32::try_from(differences.len()).expect("fewer than 2^32 rows");
    assert!(n_rows > 0, "at least one row");
    let draws: Vec<f64> = draw_seeds(n_draws, seed)
        .par_iter()
        .map(|&seed| {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let drawn = (0..n_rows).map(|_| differences[rng.gen_range(0..n_rows) as usize]);
            drawn.sum::<f64>() / f64::from(n_rows)
        })
        .collect();
    Difference {
        value: differences.iter().sum::<f64>() / f64::from(n_rows),
        interval: Interval::of(draws.into_iter()),
    }
}

/// McNemar's test on the rows of which one system is right and the other is not.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// Rows that the first system alone has right.
    pub only_first: u64,
    /// Rows that the second system alone has right.
    pub only_second: u64,
    /// The two-sided p-value.
    #[serde(serialize_with = "rounded::six_digits")]
    pub p_value: f64,
    /// How it was computed.
    pub variant: McNemarVariant,
}

/// Which form of McNemar's test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum McNemarVariant {
    /// Twice the smaller tail of the binomial distribution.
    Exact,
    /// The same with half the probability of what was found (Fagerland, Lydersen and Laake 2013).
    MidP,
}

impl McNemar {
    /// The test for so many rows that one system alone has right.
    ///
    /// With m the smaller and n the sum of both, and X binomial with n trials at ½: exact, below 25 discordant rows, p =
    /// min(1, 2·P(X ≤ m)); mid-p otherwise, p = 2·P(X < m) + P(X = m). The exact test is conservative; mid-p keeps the
    /// level nearly everywhere and has more power (Fagerland, Lydersen and Laake 2013).
    pub fn new(only_first: u64, only_second: u64) -> Self {
        let n = only_first + only_second;
        let (below, at) = binomial_tail(only_first.min(only_second), n);
        let (variant, p) = if n < FEW_DISCORDANT {
            (McNemarVariant::Exact, 2.0 * (below + at))
        } else {
            (McNemarVariant::MidP, 2.0 * below + at)
        };
        Self {
            only_first,
            only_second,
            p_value: p.min(1.0),
            variant,
        }
    }
}

/// P(X < m) and P(X = m) for X binomial with n trials at ½, m ≤ n/2.
fn binomial_tail(m: u64, n: u64) -> (f64, f64) {
    let ln_factorial = |k: u64| libm::lgamma(k as f64 + 1.0);
    let ln_at =
        ln_factorial(n) - ln_factorial(m) - ln_factorial(n - m) - n as f64 * std::f64::consts::LN_2;
    let at = libm::exp(ln_at);
    // P(X = k − 1) = P(X = k) · k / (n − k + 1), falling fast enough to stop where nothing is added any more.
    let (mut below, mut term) = (0.0, at);
    for k in (1..=m).rev() {
        term *= k as f64 / (n - k + 1) as f64;
        if term < below * f64::EPSILON {
            break;
        }
        below += term;
    }
    (below, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(labels: &[usize]) -> Vec<LabelId> {
        labels.iter().map(|&k| LabelId::new(k)).collect()
    }

    /// 400 rows of two labels; the first system is wrong on every fifth, the second on every seventh.
    fn example() -> (Vec<LabelId>, Vec<LabelId>, Vec<LabelId>) {
        let gold: Vec<usize> = (0..400).map(|row| row % 2).collect();
        let wrong_each = |n: usize| -> Vec<usize> {
            let row = |row: usize| (row % 2) ^ usize::from(row.is_multiple_of(n));
            (0..400).map(row).collect()
        };
        (ids(&gold), ids(&wrong_each(5)), ids(&wrong_each(7)))
    }

    fn counts() -> PairedCounts {
        let (gold, first, second) = example();
        PairedCounts::new(2, &gold, &first, &second)
    }

    #[test]
    fn scores_are_those_of_each_system_alone() {
        let [first, second] = counts().scores();
        assert!((first.accuracy - 320.0 / 400.0).abs() < 1e-12);
        assert!((second.accuracy - 342.0 / 400.0).abs() < 1e-12);
    }

    #[test]
    fn differences_have_the_interval_of_the_paired_rows() {
        let differences = counts().differences(4_000, 0);
        // Each row adds 1, 0 or −1: 68 rows (wrong each 5th, 12 of them each 35th) gained, 46 lost.
        let mean = (68.0 - 46.0) / 400.0;
        assert!((differences.accuracy.value - mean).abs() < 1e-12);
        let variance = (68.0 + 46.0) / 400.0 - mean * mean;
        let half = 1.96 * (variance / 400.0f64).sqrt();
        assert!((differences.accuracy.interval.low - (mean - half)).abs() < 0.006);
        assert!((differences.accuracy.interval.high - (mean + half)).abs() < 0.006);
        // The same rows one by one.
        let (gold, first, second) = example();
        let right = |p: &[LabelId], row: usize| f64::from(u8::from(p[row] == gold[row]));
        let rows: Vec<f64> = (0..400)
            .map(|row| right(&second, row) - right(&first, row))
            .collect();
        let by_row = mean_difference(&rows, 4_000, 1);
        assert!((by_row.value - mean).abs() < 1e-12);
        assert!((by_row.interval.low - differences.accuracy.interval.low).abs() < 0.006);
        assert!((by_row.interval.high - differences.accuracy.interval.high).abs() < 0.006);
    }

    #[test]
    fn a_system_does_not_differ_from_itself() {
        let (gold, first, _) = example();
        let counts = PairedCounts::new(2, &gold, &first, &first);
        let differences = counts.differences(100, 0);
        assert_eq!(differences.macro_f1.value, 0.0);
        assert_eq!(differences.macro_f1.interval.low, 0.0);
        assert_eq!(differences.macro_f1.interval.high, 0.0);
        assert_eq!(counts.mc_nemar().p_value, 1.0);
        assert!(counts.flips().is_empty());
    }

    #[test]
    fn flips_are_counted_by_direction_and_by_who_is_right() {
        let gold = ids(&[0, 0, 1, 2, 2, 1]);
        let first = ids(&[0, 1, 1, 0, 0, 1]);
        let second = ids(&[0, 0, 0, 2, 1, 0]);
        let flips = PairedCounts::new(3, &gold, &first, &second).flips();
        let told: Vec<_> = flips
            .iter()
            .map(|f| (f.from.index(), f.to.index(), f.n_rows, f.n_gained, f.n_lost))
            .collect();
        assert_eq!(told, [(1, 0, 3, 1, 2), (0, 1, 1, 0, 0), (0, 2, 1, 1, 0)]);
    }

    /// `scipy.stats.binomtest(1, 6).pvalue` is 14/64; of (12, 8), 20 rows, 2·P(X ≤ 8) = 0.503445.
    #[test]
    fn few_discordant_rows_are_tested_exactly() {
        let test = McNemar::new(1, 5);
        assert_eq!(test.variant, McNemarVariant::Exact);
        assert!((test.p_value - 14.0 / 64.0).abs() < 1e-12);
        assert!((McNemar::new(12, 8).p_value - 0.503_444_671_630_859_4).abs() < 1e-12);
        assert_eq!(McNemar::new(3, 3).p_value, 1.0);
        assert_eq!(McNemar::new(0, 0).p_value, 1.0);
    }

    /// The p-value with all binomial terms summed one by one in exact integers.
    #[test]
    fn many_discordant_rows_are_tested_by_mid_p() {
        let choose = |n: u128, k: u128| (0..k).fold(1u128, |c, i| c * (n - i) / (i + 1));
        for (m, n) in [(10u64, 30u64), (15, 31), (5, 40), (40, 80), (0, 25)] {
            let below: u128 = (0..m).map(|k| choose(n.into(), k.into())).sum();
            let at = choose(n.into(), m.into());
            let expected = (2 * below + at) as f64 / 2f64.powi(n as i32);
            let test = McNemar::new(n - m, m);
            assert_eq!(test.variant, McNemarVariant::MidP);
            assert!((test.p_value - expected).abs() < 1e-12 * expected.max(1e-6));
        }
        // √(b + c) standard errors apart: close to the normal approximation, 0.0455 at two.
        assert!((McNemar::new(50_000 - 316, 50_000 + 316).p_value - 0.0457).abs() < 0.0005);
    }

    #[test]
    fn draws_do_not_depend_on_the_number_of_threads() {
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
            pool.build().unwrap().install(|| {
                let rows: Vec<f64> = (0..99).map(f64::from).collect();
                (
                    counts().differences(100, 3),
                    mean_difference(&rows, 100, 3).interval,
                )
            })
        };
        assert_eq!(on(1), on(4));
    }
}
