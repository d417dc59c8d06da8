//! Shares and an index, with 95 % intervals that hold where labels are rare.
//!
//! A mean lies symmetrically about its estimate only where statements are many. So an interval has all values from which the
//! estimate is no further than allowed *at that value*. With V the variance of the mean and n independent statements, its end is δ
//! off, where
//!
//! ```text
//! δ² = t² · V + z² · (m·δ − r·δ²)/n
//! ```
//!
//! m is what the variance of a statement grows by with each unit that the true mean lies further off: the third central moment of what
//! statements lie off their mean, over the second one (the slope of the variance over the mean among samples). r is how much of the variance goes with the mean:
//! skewness² / (kurtosis − 1). For a share that is counted, m = 1 − 2p and r = 1, and this is Wilson's interval (1927). z is Student's quantile for
//! the degrees of freedom of the design; t that for no more than 2n/(kurtosis − 1 − skewness²), since what the mean does not tell of
//! the variance is known from n statements alone; without skewness this is how far the fourth moment lets a variance be known. A third moment of few
//! statements is uncertain itself: of what r does not vouch for, n/(n + 50) is taken.
//!
//! Half an error of either sign, as large as can be, is added to all moments: where no error was found among n, one of some n/4 may
//! still have been missed. n is Kish's number of articles, or less where those that agree in their errors make it less (Korn & Graubard 1998).
//!
//! The index, a difference, has an interval of the same kind, by the moments of the difference of errors. The balance
//! (h − c)/(h + c) = b where (1 − b)·h − (1 + b)·c = 0: its interval has all b for which that of this difference has 0 (Fieller 1954).
//!
//! Estimates that lie outside of 0 to 1 are moved to the nearest shares that do not (Euclidean projection), so that shares sum to
//! 1. The index is not: moved, it would lean to the rarer label in small cells, and so would means over cells.

use super::estimate::{Estimate, Part};
use super::moments::{Side, Sum, UNSEEN, mean_square};
use super::quantile::{Z95, t95};

/// A number with its standard error and 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The number.
    pub value: f64,
    /// Its standard error; at least that of half an error among all, since it is never sure that there is none.
    pub se: f64,
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

/// Halvings of the range in which an end of the balance lies.
const HALVINGS: usize = 60;

impl Interval {
    /// A number of which nobody knows how sure it is.
    fn unknown(value: f64) -> Self {
        Self {
            value,
            se: f64::NAN,
            lo: f64::NAN,
            hi: f64::NAN,
        }
    }

    /// From `lo` to `hi` as far as these can be, and `value` between them.
    fn around(value: f64, se: f64, lo: f64, hi: f64, least: f64) -> Self {
        Self {
            value,
            se,
            lo: lo.max(least).min(value),
            hi: hi.min(1.0).max(value),
        }
    }
}

impl Estimate {
    /// The nearest shares that are none below 0 and sum to 1.
    pub fn proper_shares(&self) -> Vec<f64> {
        let mut sorted = self.shares.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        // What is taken from each that stays above 0.
        let (mut sum, mut shift) = (0.0, 0.0);
        for (at, share) in sorted.iter().enumerate() {
            sum += share;
            let of_these = (sum - 1.0) / (at + 1) as f64;
            if share - of_these > 0.0 {
                shift = of_these;
            }
        }
        let moved = self.shares.iter().map(|share| (share - shift).max(0.0));
        moved.collect()
    }

    /// The share of one label.
    pub fn share(&self, label: usize) -> Interval {
        let value = self.proper_shares()[label];
        self.of_sum(value, [(label, 1.0), (label, 0.0)], 0.0)
    }

    /// The share of `a` less that of `b`.
    pub fn difference(&self, a: usize, b: usize) -> Interval {
        let value = self.shares[a] - self.shares[b];
        self.of_sum(value.clamp(-1.0, 1.0), [(a, 1.0), (b, -1.0)], -1.0)
    }

    /// (a − b)/(a + b) of the shares of two labels; not a number where both are 0.
    pub fn balance(&self, a: usize, b: usize) -> Interval {
        let proper = self.proper_shares();
        let value = (proper[a] - proper[b]) / (proper[a] + proper[b]);
        let of = |balance: f64| [(a, 1.0 - balance), (b, -1.0 - balance)];
        if self.limits(of(0.0)).is_none() || value.is_nan() {
            return Interval::unknown(value);
        }
        let limits = |balance: f64| self.limits(of(balance)).unwrap_or((-1.0, 1.0));
        // The difference falls as the balance rises.
        let lo = first(|balance| limits(balance).0 <= 0.0);
        let hi = first(|balance| limits(balance).1 < 0.0);
        let (se, _) = self.error(self.slopes(a, b), |_| true);
        Interval::around(value, se, lo, hi, -1.0)
    }

    /// What the balance changes by when the shares do.
    fn slopes(&self, a: usize, b: usize) -> Sum {
        let proper = self.proper_shares();
        let square = (proper[a] + proper[b]).powi(2);
        [
            (a, 2.0 * proper[b] / square),
            (b, -2.0 * proper[a] / square),
        ]
    }

    /// What the index, or the balance, changes by when the shares do.
    fn figure(&self, a: usize, b: usize, balance: bool) -> Sum {
        match balance {
            true => self.slopes(a, b),
            false => [(a, 1.0), (b, -1.0)],
        }
    }

    /// The standard error of the index (or the balance) that is the cell's own, and the one that it shares with all who borrow the
    /// same correction, each with its degrees of freedom.
    pub fn own_and_shared_errors(&self, a: usize, b: usize, balance: bool) -> [(f64, f64); 2] {
        let sum = self.figure(a, b, balance);
        [false, true].map(|is_shared| self.error(sum, |part| part.is_shared == is_shared))
    }

    /// The standard error of the parts that `counts` takes, and its degrees of freedom by those of the parts (Satterthwaite 1946).
    fn error(&self, sum: Sum, counts: impl Fn(&Part) -> bool) -> (f64, f64) {
        let parts = self.parts.iter().filter(|part| counts(part));
        let (mut all, mut of_parts) = (0.0, 0.0);
        for part in parts {
            let variance = part.variance(sum);
            all += variance;
            of_parts += variance * variance / part.df;
        }
        let df = if all > 0.0 {
            all * all / of_parts
        } else {
            f64::INFINITY
        };
        (all.sqrt(), df)
    }

    fn of_sum(&self, value: f64, sum: Sum, least: f64) -> Interval {
        match self.limits(sum) {
            None => Interval::unknown(value),
            Some((lo, hi)) => {
                let (se, _) = self.error(sum, |_| true);
                Interval::around(value, se, lo, hi, least)
            }
        }
    }

    /// The ends of a weighted sum of two shares; none where nobody knows the variance.
    fn limits(&self, sum: Sum) -> Option<(f64, f64)> {
        if self.parts.is_empty() {
            return None;
        }
        let (mut below, mut above) = (0.0, 0.0);
        for part in &self.parts {
            let (of_below, of_above) = part.distances(sum)?;
            below += of_below * of_below;
            above += of_above * of_above;
        }
        let value = sum
            .iter()
            .map(|(label, weight)| weight * self.shares[*label]);
        let value: f64 = value.sum();
        Some((value - below.sqrt(), value + above.sqrt()))
    }
}

impl Part {
    /// At least that of half an error among all, as nobody knows that there is none.
    fn variance(&self, sum: Sum) -> f64 {
        let variance = mean_square(&self.covariance, sum);
        match &self.spread {
            Some(spread) if !variance.is_nan() => variance.max(unseen(sum, spread.tail(sum).n)),
            Some(_) => variance,
            None if variance.is_nan() => variance,
            None => variance.max(0.0),
        }
    }

    /// How far the true value of a weighted sum may lie below and above by this part alone; none where nobody knows.
    fn distances(&self, sum: Sum) -> Option<(f64, f64)> {
        let variance = mean_square(&self.covariance, sum);
        if variance.is_nan() {
            return None;
        }
        let variance = variance.max(0.0);
        let quantile = |df: f64| if df.is_finite() { t95(df) } else { Z95 };
        let plain = quantile(self.df);
        let Some(spread) = &self.spread else {
            let distance = if variance > 0.0 {
                plain * variance.sqrt()
            } else {
                0.0
            };
            return Some((distance, distance));
        };
        let tail = spread.tail(sum);
        let of_n = plain * plain / tail.n;
        let distance = |side: Side| {
            let of_variance = quantile(self.df.min(side.df)).powi(2) * variance;
            let (a, b) = (1.0 + side.curvature * of_n, side.growth * of_n);
            match plain.is_finite() && of_variance.is_finite() {
                true => (b + (b * b + 4.0 * a * of_variance).sqrt()) / (2.0 * a),
                false => f64::INFINITY,
            }
        };
        Some((distance(tail.below), distance(tail.above)))
    }
}

/// The variance of a weighted sum of means of `n` by errors that were not seen.
fn unseen(sum: Sum, n: f64) -> f64 {
    let squares: f64 = sum.iter().map(|(_, weight)| weight * weight).sum();
    UNSEEN * squares / (n * n)
}

/// The least balance for which something holds that holds for all greater ones too.
fn first(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut lo, mut hi) = (-1.0, 1.0);
    if holds(lo) {
        return lo;
    }
    for _ in 0..HALVINGS {
        let middle = (lo + hi) / 2.0;
        match holds(middle) {
            true => hi = middle,
            false => lo = middle,
        }
    }
    hi
}

#[cfg(test)]
mod tests {
    use super::super::estimate::{Gold, Population, Statement};
    use super::*;

    /// The audit alone: `counts` statements of each label, an article each.
    fn counted(counts: &[usize]) -> Estimate {
        let nothing = vec![0.0; counts.len()];
        let labels = counts.iter().enumerate();
        let labels = labels.flat_map(|(label, &n)| std::iter::repeat_n(label, n));
        let statements: Vec<Statement<'_>> = labels
            .enumerate()
            .map(|(article, label)| Statement {
                article: article as u64,
                probabilities: &nothing,
                gold: Some(Gold {
                    label,
                    weight: 10.0,
                }),
            })
            .collect();
        let mut estimate =
            Estimate::design_based(&statements, counts.len(), Population::Super).unwrap();
        estimate.parts[0].df = f64::INFINITY;
        estimate
    }

    #[test]
    fn a_counted_share_has_wilsons_interval() {
        for (k, n) in [(5, 100), (30, 100), (300, 400)] {
            let share = counted(&[k, n - k]).share(0);
            let (p, n, z2) = (k as f64 / n as f64, n as f64, Z95 * Z95);
            let centre = (p + z2 / 2.0 / n) / (1.0 + z2 / n);
            let half = (p * (1.0 - p) * z2 / n + (z2 / 2.0 / n).powi(2)).sqrt() / (1.0 + z2 / n);
            assert!((share.lo - (centre - half)).abs() < 0.006, "{share:?}");
            assert!((share.hi - (centre + half)).abs() < 0.006, "{share:?}");
        }
    }

    #[test]
    fn what_was_not_found_may_still_be_there() {
        for n in [10, 60, 200] {
            let share = counted(&[0, n]).share(0);
            let n = n as f64;
            let wilson = Z95 * Z95 / (n + Z95 * Z95);
            assert_eq!((share.value, share.lo), (0.0, 0.0));
            assert!((share.hi / wilson - 1.0).abs() < 1e-9, "{share:?}");
            assert!((share.se - 0.5_f64.sqrt() / n).abs() < 1e-12);
            let other = counted(&[0, n as usize]).share(1);
            assert!((other.lo - (1.0 - wilson)).abs() < 1e-9 && other.hi == 1.0);
        }
    }

    #[test]
    fn shares_sum_to_one_and_nothing_leaves_its_bounds() {
        let mut estimate = counted(&[20, 30, 50]);
        estimate.shares = vec![1.1, -0.3, 0.2];
        let proper = estimate.proper_shares();
        assert!((proper.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(
            (proper[0] - 0.95).abs() < 1e-12 && proper[1] == 0.0,
            "{proper:?}"
        );
        let index = estimate.difference(0, 1);
        assert_eq!(index.value, 1.0);
        for of in [
            index,
            estimate.balance(0, 1),
            estimate.share(0),
            estimate.share(1),
        ] {
            assert!(of.lo <= of.value && of.value <= of.hi, "{of:?}");
            assert!(of.lo >= -1.0 && of.hi <= 1.0, "{of:?}");
        }
    }

    #[test]
    fn the_balance_is_sure_of_little_where_few_are_either() {
        let few = counted(&[1, 0, 39]).balance(0, 1);
        assert_eq!((few.value, few.hi), (1.0, 1.0));
        assert!(few.lo < -0.3 && few.se > 0.0, "{few:?}");
        let many = counted(&[60, 40, 100]).balance(0, 1);
        // (h − c)/(h + c) of 100 is a share less its rest: 2·Wilson − 1.
        assert!((many.value - 0.2).abs() < 1e-12);
        assert!(
            (many.lo - 0.004).abs() < 0.02 && (many.hi - 0.381).abs() < 0.02,
            "{many:?}"
        );
        assert!(counted(&[0, 0, 9]).balance(0, 1).value.is_nan());
    }

    #[test]
    fn nothing_is_unknown_of_what_was_coded_whole() {
        let nothing = [0.0; 2];
        let statements: Vec<Statement<'_>> = (0..40)
            .map(|at| Statement {
                article: at,
                probabilities: &nothing,
                gold: Some(Gold {
                    label: usize::from(at % 4 > 0),
                    weight: 1.0,
                }),
            })
            .collect();
        let of = |population| {
            let estimate = Estimate::design_based(&statements, 2, population);
            estimate.unwrap().share(0)
        };
        let share = of(Population::Finite);
        assert_eq!(
            (share.lo, share.value, share.hi, share.se),
            (0.25, 0.25, 0.25, 0.0)
        );
        assert!(of(Population::Super).hi > 0.35);
    }
}
