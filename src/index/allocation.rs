//! How many units of each stratum are drawn.
//!
//! The n units of a sample are shared out in proportion to a weight of each stratum h with N_h units (Cochran 1977,
//! *Sampling Techniques*, chapter 5): N_h (proportional), 1 (equal), or N_h·S_h, where S_h is the standard deviation of
//! what is measured in the stratum (Neyman 1934; the smallest variance of the total for n). No stratum gets more than
//! it has, and each at least two units if n allows, since one alone tells no variance; what one stratum cannot take or
//! must have is the others' gain or loss, in proportion to their weights. Fractions go to the largest remainders.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

/// Units that each stratum gets if n allows: a variance needs two.
const FEWEST: u64 = 2;

/// By which weights units are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Allocation {
    /// As many as there are.
    #[default]
    Proportional,
    /// The same for all strata.
    Equal,
    /// As many as there are, times how much they differ.
    Neyman,
}

impl FromStr for Allocation {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "proportional" => Ok(Self::Proportional),
            "equal" => Ok(Self::Equal),
            "neyman" => Ok(Self::Neyman),
            _ => Err(format!(
                "no such allocation `{name}`; there are proportional, equal, neyman"
            )),
        }
    }
}

impl fmt::Display for Allocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proportional => "proportional",
            Self::Equal => "equal",
            Self::Neyman => "neyman",
        })
    }
}

/// What is known of a stratum before anything is drawn from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratumSize {
    /// Its units, N_h.
    pub n_units: u64,
    /// The standard deviation of what is measured, S_h; only [`Allocation::Neyman`] looks at it.
    pub deviation: f64,
}

/// How many units are drawn from each of `strata`: `n` in all, or all there are.
pub fn allocate(n: u64, strata: &[StratumSize], allocation: Allocation) -> Vec<u64> {
    let n_units: u64 = strata.iter().map(|stratum| stratum.n_units).sum();
    let n = n.min(n_units);
    let most: Vec<u64> = strata.iter().map(|stratum| stratum.n_units).collect();
    let least = least(n, &most);
    let weights = strata.iter().map(|stratum| match allocation {
        Allocation::Proportional => stratum.n_units as f64,
        Allocation::Equal => 1.0,
        Allocation::Neyman => stratum.n_units as f64 * stratum.deviation,
    });
    let shares = shares(n, &weights.collect::<Vec<f64>>(), &least, &most);
    whole(n, &shares, &most)
}

/// What each stratum gets in any case: two, one or none, as n allows for all of them.
fn least(n: u64, most: &[u64]) -> Vec<u64> {
    let at_least = |fewest: u64| most.iter().map(move |&most| most.min(fewest));
    let fewest = (1..=FEWEST)
        .rev()
        .find(|&fewest| at_least(fewest).sum::<u64>() <= n);
    at_least(fewest.unwrap_or(0)).collect()
}

/// A stratum while shares are looked for.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Free,
    Fixed(f64),
}

/// λ·w_h, cut off at the bounds, with the λ for which these sum to `n`.
///
/// Strata beyond a bound are fixed there, on the side that is farther off, until none is (Bitran & Hax 1981).
fn shares(n: u64, weights: &[f64], least: &[u64], most: &[u64]) -> Vec<f64> {
    let mut weights = weights.to_vec();
    let mut states = vec![State::Free; weights.len()];
    loop {
        let (mut rest, mut total) = (n as f64, 0.0);
        for (state, weight) in states.iter().zip(&weights) {
            match state {
                State::Free => total += weight,
                State::Fixed(share) => rest -= share,
            }
        }
        if total <= 0.0 && states.contains(&State::Free) {
            // Nothing to go by: by size.
            for (weight, most) in weights.iter_mut().zip(most) {
                *weight = *most as f64;
            }
            total = (states.iter().zip(&weights))
                .filter(|(state, _)| **state == State::Free)
                .map(|(_, weight)| weight)
                .sum();
        }
        let share = |row: usize| match states[row] {
            State::Fixed(share) => share,
            State::Free if total > 0.0 => rest * (weights[row] / total),
            State::Free => 0.0,
        };
        let shares: Vec<f64> = (0..weights.len()).map(share).collect();
        let (mut above, mut below) = (0.0, 0.0);
        for (row, share) in shares.iter().enumerate() {
            above += (share - most[row] as f64).max(0.0);
            below += (least[row] as f64 - share).max(0.0);
        }
        let mut all_fit = true;
        for (row, share) in shares.iter().enumerate() {
            if states[row] != State::Free {
                continue;
            }
            let bound = match (above >= below, *share) {
                (true, share) if share > most[row] as f64 => most[row],
                (false, share) if share < least[row] as f64 => least[row],
                _ => continue,
            };
            states[row] = State::Fixed(bound as f64);
            all_fit = false;
        }
        if all_fit {
            return shares;
        }
    }
}

/// Whole numbers near `shares` that sum to `n`: the largest remainders are rounded up, of equal ones the first.
fn whole(n: u64, shares: &[f64], most: &[u64]) -> Vec<u64> {
    let mut counts: Vec<u64> = (shares.iter().zip(most))
        .map(|(share, most)| (share.max(0.0).floor() as u64).min(*most))
        .collect();
    // In steps that are coarser than the noise of arithmetic, so that equal remainders are equal.
    let remainder = |row: usize| ((shares[row] - counts[row] as f64) * 1e9).round() as i64;
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|&row| (Reverse(remainder(row)), row));
    let mut rest = n.saturating_sub(counts.iter().sum());
    while rest > 0 {
        for &row in &order {
            if rest > 0 && counts[row] < most[row] {
                counts[row] += 1;
                rest -= 1;
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Allocation; 3] = [
        Allocation::Proportional,
        Allocation::Equal,
        Allocation::Neyman,
    ];

    fn sizes(of: &[(u64, f64)]) -> Vec<StratumSize> {
        let size = |&(n_units, deviation): &(u64, f64)| StratumSize { n_units, deviation };
        of.iter().map(size).collect()
    }

    #[test]
    fn each_allocation_goes_by_its_weights() {
        let strata = sizes(&[(600, 0.1), (300, 0.4), (100, 0.2)]);
        let of = |allocation| allocate(100, &strata, allocation);
        assert_eq!(of(Allocation::Proportional), [60, 30, 10]);
        assert_eq!(of(Allocation::Equal), [34, 33, 33]);
        assert_eq!(of(Allocation::Neyman), [30, 60, 10]);
    }

    #[test]
    fn small_strata_get_two_and_none_more_than_it_has() {
        let strata = sizes(&[(1, 0.0), (3, 0.0), (10_000, 0.5)]);
        assert_eq!(allocate(50, &strata, Allocation::Proportional), [1, 2, 47]);
        assert_eq!(allocate(50, &strata, Allocation::Neyman), [1, 2, 47]);
        assert_eq!(allocate(50, &strata, Allocation::Equal), [1, 3, 46]);
        assert_eq!(allocate(4, &strata, Allocation::Proportional), [1, 1, 2]);
        assert_eq!(allocate(2, &strata, Allocation::Proportional), [0, 0, 2]);
        for allocation in ALL {
            assert_eq!(allocate(20_000, &strata, allocation), [1, 3, 10_000]);
        }
    }

    #[test]
    fn what_the_differing_cannot_take_goes_to_the_others_by_size() {
        let strata = sizes(&[(10, 0.5), (100, 0.0), (300, 0.0)]);
        assert_eq!(allocate(90, &strata, Allocation::Neyman), [10, 20, 60]);
        let alike = sizes(&[(100, 0.0), (300, 0.0)]);
        assert_eq!(allocate(40, &alike, Allocation::Neyman), [10, 30]);
        assert_eq!(allocate(40, &[], Allocation::Equal), [0u64; 0]);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for allocation in ALL {
            assert_eq!(allocation.to_string().parse(), Ok(allocation));
        }
        assert!("optimal".parse::<Allocation>().is_err());
    }

    proptest! {
        #[test]
        fn counts_sum_to_n_and_keep_their_bounds(
            strata in proptest::collection::vec((0u64..2000, prop_oneof![Just(0.0), 0.0f64..1.0]), 1..40),
            n in 0u64..5000,
            allocation in proptest::sample::select(ALL.to_vec()),
        ) {
            let strata = sizes(&strata);
            let counts = allocate(n, &strata, allocation);
            let n_units: u64 = strata.iter().map(|stratum| stratum.n_units).sum();
            prop_assert_eq!(counts.iter().sum::<u64>(), n.min(n_units));
            let most: Vec<u64> = strata.iter().map(|stratum| stratum.n_units).collect();
            let least = least(n.min(n_units), &most);
            for (row, count) in counts.iter().enumerate() {
                prop_assert!(*count <= most[row] && *count >= least[row]);
            }
        }
    }
}
