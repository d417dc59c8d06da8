//! What drawing again needs: a seed for each draw, binomial counts, percentiles.
//!
//! `rand_distr`'s sampler compares random numbers with logarithms of the system's library. Machines may differ in such a
//! logarithm's last bit; to change a count, one of 2⁵³ equally likely random numbers would have to fall between the two.

use rand::{RngCore, SeedableRng};
use rand_distr::{Binomial, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;

/// One seed for each draw, so that draws can be made on any thread.
pub(crate) fn draw_seeds(n_draws: usize, seed: u64) -> Vec<u64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..n_draws).map(|_| rng.next_u64()).collect()
}

/// How many of `n` come up if each does with `probability`, in [0, 1].
pub(super) fn binomial(n: u64, probability: f64, rng: &mut Xoshiro256PlusPlus) -> u64 {
    let distribution = Binomial::new(n, probability).expect("a probability");
    distribution.sample(rng).min(n)
}

/// The value below which the share `q` of the `sorted` values lies, interpolated as by `numpy.percentile`.
pub(super) fn percentile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let below = position as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentiles_are_interpolated_as_by_numpy() {
        let values = [1.0, 2.0, 4.0, 8.0];
        // numpy.percentile([1, 2, 4, 8], [0, 50, 95, 100])
        assert_eq!(percentile(&values, 0.0), 1.0);
        assert_eq!(percentile(&values, 0.5), 3.0);
        assert!((percentile(&values, 0.95) - 7.4).abs() < 1e-12);
        assert_eq!(percentile(&values, 1.0), 8.0);
    }

    proptest! {
        #[test]
        fn binomial_draws_have_the_mean_and_variance_they_should(
            n in 1u64..3_000,
            probability in 0.0f64..1.0,
        ) {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(n);
            let draws: Vec<f64> = (0..2_000).map(|_| binomial(n, probability, &mut rng) as f64).collect();
            let mean = draws.iter().sum::<f64>() / 2_000.0;
            let variance = draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / 2_000.0;
            let expected = n as f64 * probability * (1.0 - probability);
            let error = (expected / 2_000.0).sqrt();
            prop_assert!((mean - n as f64 * probability).abs() <= 6.0 * error + 0.01);
            // The variance's standard error is about √(2/2000) of it, more where the distribution is skewed.
            prop_assert!((variance - expected).abs() <= 0.3 * expected + 0.05);
        }
    }
}
