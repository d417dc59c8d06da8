//! Do coders agree, more than chance would make them?
//!
//! In go the labels that several coders gave to the same units, with gaps; out come Krippendorff's alpha for all of them
//! (Hayes and Krippendorff 2007) and Cohen's kappa for any two (Cohen 1960). Both compare disagreement with what would be
//! seen if labels were dealt out at random, and are 1 where there is none and about 0 where it is as large as chance.
//!
//! Intervals are from a bootstrap of the units. As with [`ScoreIntervals`](super::ScoreIntervals), units that look alike
//! are counted, and the counts are drawn.

use super::bootstrap::{Interval, redrawn};
use super::confusion::Confusion;
use super::metrics::share;
use super::resampling::{binomial, draw_seeds};
use super::rounded;
use crate::label::LabelId;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// The labels that coders gave to units: rows are units, columns coders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    n_labels: usize,
    n_coders: usize,
    /// Unit by unit.
    labels: Vec<Option<LabelId>>,
}

/// A figure and its interval; neither exists where nothing was, or could have been, disagreed upon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Agreement {
    /// The coefficient, at most 1.
    #[serde(serialize_with = "optional_six_digits")]
    pub value: Option<f64>,
    /// Where 95 of 100 draws of the units lie.
    pub interval: Option<Interval>,
    /// The units that two or more labelled.
    pub n_units: u64,
    /// The share of pairs of labels of one unit that are equal.
    #[serde(serialize_with = "rounded::six_digits")]
    pub agreement: f64,
}

impl Ratings {
    /// No units yet.
    ///
    /// # Panics
    /// If there is no coder.
    pub fn new(n_labels: usize, n_coders: usize) -> Self {
        assert!(n_coders > 0, "at least one coder");
        Self {
            n_labels,
            n_coders,
            labels: Vec::new(),
        }
    }

    /// Adds a unit: the label of each coder, `None` where one gave none.
    ///
    /// # Panics
    /// If there is not one entry for each coder, or a label is not one of the `n_labels`.
    pub fn push(&mut self, labels: &[Option<LabelId>]) {
        assert_eq!(labels.len(), self.n_coders, "one entry for each coder");
        let known = |label: &LabelId| label.index() < self.n_labels;
        assert!(labels.iter().flatten().all(known), "labels of this set");
        self.labels.extend_from_slice(labels);
    }

    /// The number of units.
    pub fn n_units(&self) -> usize {
        self.labels.len() / self.n_coders
    }

    /// The number of coders.
    pub fn n_coders(&self) -> usize {
        self.n_coders
    }

    /// The labels of unit `unit`, one entry for each coder.
    ///
    /// # Panics
    /// If there is no such unit.
    pub fn unit(&self, unit: usize) -> &[Option<LabelId>] {
        &self.labels[unit * self.n_coders..(unit + 1) * self.n_coders]
    }

    /// The label of every unit that `coder` gave.
    ///
    /// # Panics
    /// If there is no such coder.
    pub fn of_coder(&self, coder: usize) -> Vec<Option<LabelId>> {
        assert!(coder < self.n_coders, "a coder of these");
        let labels = self.labels.iter().skip(coder).step_by(self.n_coders);
        labels.copied().collect()
    }

    /// Krippendorff's alpha for nominal labels, with an interval from `n_draws` draws of the units.
    ///
    /// With n_uc the labels c of unit u, m_u = Σ_c n_uc, over units with m_u ≥ 2 only, n_c = Σ_u n_uc and n = Σ_c n_c:
    ///
    /// ```text
    /// observed  D_o = Σ_u (m_u² − Σ_c n_uc²) / (m_u − 1) / n
    /// expected  D_e = (n² − Σ_c n_c²) / (n·(n − 1))
    /// alpha = 1 − D_o / D_e
    /// ```
    ///
    /// It has no value where D_e = 0: all labels are the same, and chance could not have made a difference.
    ///
    /// # Panics
    /// If `n_draws` is 0.
    pub fn alpha(&self, n_draws: usize, seed: u64) -> Agreement {
        assert!(n_draws > 0, "at least one draw");
        let patterns = self.patterns();
        let counts: Vec<u64> = patterns.iter().map(|(_, n)| *n).collect();
        let draws: Vec<Option<f64>> = draw_seeds(n_draws, seed)
            .par_iter()
            .map(|&seed| {
                let drawn = redrawn_counts(&counts, seed);
                alpha_of(self.n_labels, &patterns, &drawn)
            })
            .collect();
        let mut equal = 0;
        let mut pairs = 0;
        for (pattern, n_units) in &patterns {
            let m = pattern.n_labels();
            pairs += n_units * m * (m - 1);
            equal += n_units * pattern.squares().saturating_sub(m);
        }
        Agreement {
            value: alpha_of(self.n_labels, &patterns, &counts),
            interval: interval(&draws),
            n_units: counts.iter().sum(),
            agreement: share(equal, pairs),
        }
    }

    /// Units with two or more labels, by how often each label occurs.
    fn patterns(&self) -> Vec<(Pattern, u64)> {
        let mut patterns: BTreeMap<Pattern, u64> = BTreeMap::new();
        for unit in self.labels.chunks(self.n_coders) {
            let mut labels: Vec<LabelId> = unit.iter().flatten().copied().collect();
            if labels.len() < 2 {
                continue;
            }
            labels.sort_unstable();
            let runs = labels.chunk_by(|a, b| a == b);
            let pattern = Pattern(runs.map(|run| (run[0], run.len() as u64)).collect());
            *patterns.entry(pattern).or_default() += 1;
        }
        patterns.into_iter().collect()
    }
}

/// The labels of a unit, rising, and how many coders gave each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pattern(Vec<(LabelId, u64)>);

impl Pattern {
    /// m_u.
    fn n_labels(&self) -> u64 {
        self.0.iter().map(|(_, n)| n).sum()
    }

    /// Σ_c n_uc².
    fn squares(&self) -> u64 {
        self.0.iter().map(|(_, n)| n * n).sum()
    }
}

/// Alpha of `counts[i]` units that look like `patterns[i]`.
fn alpha_of(n_labels: usize, patterns: &[(Pattern, u64)], counts: &[u64]) -> Option<f64> {
    let mut n_with_label = vec![0u64; n_labels];
    let mut observed = 0.0;
    for ((pattern, _), &n_units) in patterns.iter().zip(counts) {
        let m = pattern.n_labels();
        observed += n_units as f64 * (m * m - pattern.squares()) as f64 / (m - 1) as f64;
        for (label, n) in &pattern.0 {
            n_with_label[label.index()] += n_units * n;
        }
    }
    let n: u64 = n_with_label.iter().sum();
    let n = n as f64;
    let same: f64 = n_with_label.iter().map(|&c| c as f64 * c as f64).sum();
    let expected = n * n - same;
    (expected > 0.0).then(|| 1.0 - (n - 1.0) * observed / expected)
}

/// Cohen's kappa of two coders, over the units that both labelled, with an interval from `n_draws` draws of these.
///
/// With p_o the share of units on which they agree and p_e = Σ_c p_c·q_c what their own shares of each label would give
/// by chance: κ = (p_o − p_e) / (1 − p_e). It has no value where p_e = 1.
///
/// # Panics
/// If the two do not have the same number of units, a label is not one of the `n_labels`, or `n_draws` is 0.
pub fn cohens_kappa(
    n_labels: usize,
    first: &[Option<LabelId>],
    second: &[Option<LabelId>],
    n_draws: usize,
    seed: u64,
) -> Agreement {
    assert_eq!(first.len(), second.len(), "the same units");
    assert!(n_draws > 0, "at least one draw");
    let mut table = Confusion::new(n_labels);
    for (&a, &b) in first.iter().zip(second) {
        if let (Some(a), Some(b)) = (a, b) {
            table.add(a, b);
        }
    }
    let draws: Vec<Option<f64>> = draw_seeds(n_draws, seed)
        .par_iter()
        .map(|&seed| {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            kappa_of(&redrawn(&table, &mut rng))
        })
        .collect();
    Agreement {
        value: kappa_of(&table),
        interval: interval(&draws),
        n_units: table.n_rows(),
        agreement: share(table.n_correct(), table.n_rows()),
    }
}

fn kappa_of(table: &Confusion) -> Option<f64> {
    let n = table.n_rows() as f64;
    let by_chance = |k: usize| table.n_gold(k) as f64 * table.n_predicted(k) as f64;
    // Both shares times n².
    let observed = n * table.n_correct() as f64;
    let expected: f64 = (0..table.n_labels()).map(by_chance).sum();
    let most = n * n;
    (expected < most).then(|| (observed - expected) / (most - expected))
}

/// As many units, drawn with replacement.
fn redrawn_counts(counts: &[u64], seed: u64) -> Vec<u64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut n_left: u64 = counts.iter().sum();
    let mut weight_left = n_left;
    let mut drawn = Vec::with_capacity(counts.len());
    for &weight in counts {
        let n = binomial(n_left, weight as f64 / weight_left as f64, &mut rng);
        n_left -= n;
        weight_left -= weight;
        drawn.push(n);
    }
    drawn
}

/// The interval of the draws that have a value, if any has.
fn interval(draws: &[Option<f64>]) -> Option<Interval> {
    let mut with_value = draws.iter().flatten().copied().peekable();
    with_value.peek()?;
    Some(Interval::of(with_value))
}

fn optional_six_digits<S: serde::Serializer>(
    value: &Option<f64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => rounded::six_digits(value, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One string a coder, one character a unit; `.` is a gap.
    fn ratings(coders: &[&str]) -> Ratings {
        let mut ratings = Ratings::new(26, coders.len());
        let label = |c: &u8| match c {
            b'.' => None,
            b'a'..=b'z' => Some(LabelId::new(usize::from(c - b'a'))),
            _ => Some(LabelId::new(usize::from(c - b'0'))),
        };
        for unit in 0..coders[0].len() {
            let labels: Vec<_> = coders.iter().map(|c| label(&c.as_bytes()[unit])).collect();
            ratings.push(&labels);
        }
        ratings
    }

    fn alpha(coders: &[&str]) -> Agreement {
        ratings(coders).alpha(200, 0)
    }

    /// The worked examples of Krippendorff (2011), *Computing Krippendorff's alpha-reliability*: two coders and two
    /// labels, two coders and five labels, and four coders with gaps.
    #[test]
    fn alpha_is_that_of_krippendorffs_examples() {
        let examples: [(&[&str], f64, u64); 3] = [
            (&["0100000010", "1110010000"], 0.095, 10),
            (&["aabbdcccedda", "babbbccceddd"], 0.692, 12),
            (
                &[
                    "123321412...",
                    "1233224125.3",
                    ".3332342251.",
                    "12332441251.",
                ],
                0.743,
                11,
            ),
        ];
        for (coders, expected, n_units) in examples {
            let found = alpha(coders);
            let value = found.value.unwrap();
            assert!((value - expected).abs() < 0.0005, "{value} {expected}");
            assert_eq!(found.n_units, n_units);
            let interval = found.interval.unwrap();
            assert!(interval.low <= value && value <= interval.high);
        }
    }

    #[test]
    fn agreement_is_the_share_of_equal_pairs() {
        // Unit 1: 3 of 3 pairs, unit 2: 1 of 3, unit 3: 0 of 1; the last has a single label.
        assert_eq!(alpha(&["000.", "0011", "01.."]).agreement, 4.0 / 7.0);
    }

    /// By hand: 50 units, 20 both yes, 5 and 10 apart, 15 both no. p_o = 35/50; shares of yes 25/50 and 30/50, so p_e =
    /// 0.5·0.6 + 0.5·0.4 = 0.5; κ = 0.2/0.5.
    #[test]
    fn kappa_is_that_of_a_table_worked_by_hand() {
        let label = |k| Some(LabelId::new(k));
        let mut first = Vec::new();
        let mut second = Vec::new();
        for (a, b, n) in [(0, 0, 20), (0, 1, 5), (1, 0, 10), (1, 1, 15)] {
            first.extend(std::iter::repeat_n(label(a), n));
            second.extend(std::iter::repeat_n(label(b), n));
        }
        // Gaps leave the unit out.
        first.push(None);
        second.push(label(1));
        let kappa = cohens_kappa(2, &first, &second, 1_000, 0);
        assert!((kappa.value.unwrap() - 0.4).abs() < 1e-12);
        assert_eq!((kappa.n_units, kappa.agreement), (50, 0.7));
        // The large-sample standard error is √(p_o(1 − p_o)/n)/(1 − p_e) = 0.13, about.
        let interval = kappa.interval.unwrap();
        assert!((interval.low - (0.4 - 1.96 * 0.13)).abs() < 0.04);
        assert!((interval.high - (0.4 + 1.96 * 0.13)).abs() < 0.04);
    }

    #[test]
    fn no_value_where_chance_could_make_no_difference() {
        let same = alpha(&["000", "000"]);
        assert_eq!((same.value, same.interval), (None, None));
        assert_eq!(same.agreement, 1.0);
        let none = alpha(&["0.1", ".1."]);
        assert_eq!((none.value, none.n_units), (None, 0));
        let kappa = cohens_kappa(2, &[Some(LabelId::new(0))], &[None], 10, 0);
        assert_eq!((kappa.value, kappa.n_units), (None, 0));
    }

    #[test]
    fn full_agreement_is_one_and_opposition_is_below_zero() {
        assert_eq!(alpha(&["010101", "010101"]).value, Some(1.0));
        assert!(alpha(&["010101", "101010"]).value.unwrap() < -0.5);
    }
}
