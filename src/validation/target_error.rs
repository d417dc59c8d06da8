//! The threshold below which rows must be left to people, so that of the others at most a target share is wrong.
//!
//! Thresholds 0.99, 0.98, … are fixed beforehand and tested from the top. Of the n rows kept at a threshold w are wrong;
//! it passes if P(X ≤ w) ≤ 0.05 for X binomial with n trials at the target, which is the same as that the one-sided
//! upper 95 % bound of Clopper and Pearson (1934) is at most the target. The walk ends at the first one that fails, and
//! the last one that passed is taken. Tests in a fixed order that end with the first failure need no correction for their
//! number (fixed-sequence testing; Angelopoulos, Bates, Candès, Jordan and Lei 2021, "Learn then Test"): the threshold
//! taken has more errors than the target in at most 5 of 100 samples of rows. Geifman and El-Yaniv (2017, "Selective
//! classification for deep neural networks") search the sorted confidences instead and pay for each step.
//!
//! Where few rows are kept, one wrong row would end the walk. It therefore begins at the first threshold that keeps twice
//! as many rows as pass with half the target share of errors. The number of rows kept says nothing of which are wrong, and
//! the guarantee stays as long as errors are not rarer at lower confidence.

use super::metrics::share;
use crate::prediction::UNITS;

/// The share of samples in which the threshold may be too low.
const RISK: f64 = 0.05;

/// What came of a search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThresholdChoice {
    /// The share of errors asked for.
    pub target: f64,
    /// What was found; none where no threshold passes.
    pub found: Option<PassedThreshold>,
    /// The rows that must be kept before a threshold is tested.
    pub n_least: u64,
}

/// The lowest threshold that passes, and what it leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassedThreshold {
    /// Rows with this confidence or more are kept.
    pub threshold: f64,
    /// Rows kept.
    pub n_kept: u64,
    /// Their share of all rows.
    pub coverage: f64,
    /// The share of wrong ones among them.
    pub error: f64,
    /// The one-sided upper 95 % bound of that share (Clopper and Pearson 1934).
    pub upper_bound: f64,
}

impl ThresholdChoice {
    /// The threshold for `target`, from rows given by their confidence in millionths and whether the prediction is right.
    /// Predictions should be of rows that were not learned from.
    ///
    /// # Panics
    /// If `target` is not between 0 and 1.
    pub fn new(rows: impl IntoIterator<Item = (u32, bool)>, target: f64) -> Self {
        assert!(target > 0.0 && target < 1.0, "a share of errors");
        // Rows and wrong ones by confidence in hundredths, rounded down.
        let mut steps = [(0u64, 0u64); 101];
        for (confidence, is_correct) in rows {
            let step = &mut steps[(confidence / (UNITS / 100)).min(100) as usize];
            step.0 += 1;
            step.1 += u64::from(!is_correct);
        }
        let n_rows: u64 = steps.iter().map(|step| step.0).sum();
        let n_least = least_rows(target);
        let (mut n, mut wrong) = steps[100];
        let mut found = None;
        for hundredths in (0..100).rev() {
            if n == n_rows && found.is_some() {
                break;
            }
            n += steps[hundredths].0;
            wrong += steps[hundredths].1;
            if n < n_least {
                continue;
            }
            if binomial_cdf(wrong, n, target) > RISK {
                break;
            }
            found = Some((hundredths, n, wrong));
        }
        let found = found.map(|(hundredths, n_kept, wrong)| PassedThreshold {
            threshold: hundredths as f64 / 100.0,
            n_kept,
            coverage: share(n_kept, n_rows),
            error: share(wrong, n_kept),
            upper_bound: upper_bound(wrong, n_kept),
        });
        Self {
            target,
            found,
            n_least,
        }
    }
}

/// Twice the least number of rows that passes with half the target share of errors, rounded down.
fn least_rows(target: f64) -> u64 {
    // Below this not even rows without an error pass.
    let mut n = (libm::log(RISK) / libm::log1p(-target)).ceil().max(1.0) as u64;
    while binomial_cdf((n as f64 * target / 2.0) as u64, n, target) > RISK {
        n += 1;
    }
    2 * n
}

/// The one-sided upper 95 % bound of Clopper and Pearson (1934): the share p at which P(X ≤ `wrong`) = 0.05 for X binomial
/// with `n` trials at p. By halving, to the last bit.
fn upper_bound(wrong: u64, n: u64) -> f64 {
    if wrong >= n {
        return 1.0;
    }
    let (mut low, mut high) = (share(wrong, n), 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if binomial_cdf(wrong, n, middle) > RISK {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// P(X ≤ k) for X binomial with n trials at p, 0 < p < 1.
fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        return 1.0;
    }
    let ln_factorial = |k: u64| libm::lgamma(k as f64 + 1.0);
    let ln_term = |k: u64| {
        ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
            + k as f64 * libm::log(p)
            + (n - k) as f64 * libm::log1p(-p)
    };
    // Terms fall away from the mode on both sides: sum the side without it, and end where nothing is added any more.
    // P(X = j − 1) = P(X = j) · j (1 − p) / ((n − j + 1) p)
    let odds = p / (1.0 - p);
    if k as f64 <= n as f64 * p {
        let (mut sum, mut term) = (0.0, libm::exp(ln_term(k)));
        for j in (0..=k).rev() {
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
            term *= j as f64 / ((n - j + 1) as f64 * odds);
        }
        sum.min(1.0)
    } else {
        let (mut above, mut term) = (0.0, libm::exp(ln_term(k + 1)));
        for j in k + 1..=n {
            above += term;
            if term < above * f64::EPSILON {
                break;
            }
            term *= (n - j) as f64 * odds / (j + 1) as f64;
        }
        (1.0 - above).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn bounds_are_those_of_the_textbook() {
        // No error in n rows: 1 − 0.05^(1/n), "the rule of three".
        for n in [1, 10, 59, 1_000] {
            let expected = 1.0 - libm::pow(0.05, 1.0 / n as f64);
            assert!((upper_bound(0, n) - expected).abs() < 1e-12);
        }
        // All but one wrong of two: P(X ≤ 1) = 1 − p² = 0.05.
        assert!((upper_bound(1, 2) - libm::sqrt(0.95)).abs() < 1e-12);
        assert_eq!(upper_bound(3, 3), 1.0);
    }

    #[test]
    fn the_distribution_is_the_sum_of_its_terms() {
        for (n, p) in [(12u64, 0.3f64), (40, 0.05), (40, 0.9)] {
            let mut sum = 0.0;
            for k in 0..=n {
                let choose = (0..k).map(|i| (n - i) as f64 / (i + 1) as f64);
                sum += choose.product::<f64>() * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32);
                assert!((binomial_cdf(k, n, p) - sum).abs() < 1e-10, "{k} {n} {p}");
            }
        }
        assert!((binomial_cdf(500_000, 1_000_000, 0.5) - 0.5).abs() < 1e-3);
    }

    /// Rows of confidence c are right with probability c − `boast`.
    fn sample(n: usize, boast: f64, seed: u64) -> Vec<(u32, bool)> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..n)
            .map(|_| {
                let confidence = rng.gen_range(500_000..=UNITS);
                let right = f64::from(confidence) / f64::from(UNITS) - boast;
                (confidence, rng.r#gen::<f64>() < right)
            })
            .collect()
    }

    #[test]
    fn the_target_is_missed_in_at_most_five_of_a_hundred_samples() {
        // Kept above t: confidences even in [t, 1], hence errors (1 − t)/2 + boast.
        let choices = (0..400).map(|seed| ThresholdChoice::new(sample(2_000, 0.02, seed), 0.1));
        let found: Vec<f64> = choices.filter_map(|c| Some(c.found?.threshold)).collect();
        // Chance may fail the first test; rarely.
        assert!(found.len() > 320, "{}", found.len());
        let too_low = (found.iter()).filter(|&&threshold| (1.0 - threshold) / 2.0 + 0.02 > 0.1);
        // 20 are expected at most; more than 34 come once in a thousand times.
        assert!(too_low.count() <= 34);
    }

    #[test]
    fn the_bound_of_what_is_taken_is_at_most_the_target() {
        let choice = ThresholdChoice::new(sample(3_000, 0.0, 7), 0.1);
        let found = choice.found.unwrap();
        assert!(found.upper_bound <= 0.1 && found.error < found.upper_bound);
        assert!(
            found.threshold > 0.75 && found.threshold < 0.95,
            "{found:?}"
        );
        assert!(found.n_kept >= choice.n_least);
    }

    #[test]
    fn no_threshold_is_taken_where_none_passes() {
        assert_eq!(
            ThresholdChoice::new(sample(3_000, 0.2, 1), 0.05).found,
            None
        );
        // Too few rows to show it, however right they are.
        let few = (0..50).map(|_| (UNITS, true));
        let choice = ThresholdChoice::new(few, 0.05);
        assert_eq!((choice.found, choice.n_least), (None, least_rows(0.05)));
        assert_eq!(ThresholdChoice::new([], 0.05).found, None);
    }

    #[test]
    fn where_all_rows_pass_all_are_kept() {
        let rows = (0..1_000).map(|row| (600_000 + row * 100, true));
        let found = ThresholdChoice::new(rows, 0.05).found.unwrap();
        assert_eq!((found.coverage, found.threshold), (1.0, 0.6));
    }
}
