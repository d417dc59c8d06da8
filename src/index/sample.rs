//! Units in, the drawn ones out: a stratified random sample that can be made larger later.
//!
//! Each unit has a permanent random number: 64 bits of a BLAKE3 hash of the seed, the unit's row and its key. In
//! stratum h the n_h units with the smallest numbers are drawn. That is simple random sampling without replacement
//! within strata (Ohlsson 1995, "Coordination of samples using permanent random numbers", in *Business Survey
//! Methods*), so that each unit of the stratum has the probability n_h / N_h, and a mean over strata weighs by its
//! inverse (Horvitz & Thompson 1952). No state of a generator is involved: the same rows and seed give the same sample
//! on any machine.
//!
//! # A larger sample later
//!
//! With the same seed the sample of m_h ≥ n_h units contains the one of n_h units, as the numbers are the same.
//! Together they are the m_h smallest, hence again a simple random sample of the stratum: what was coded stays, and the
//! sampling probability of all, old and new, is m_h / N_h. That holds for sizes that were not chosen by what the coders
//! had found. If a new allocation gives a stratum fewer units than it had, it keeps those.
//!
//! # The order
//!
//! A coder who stops early should leave a random part of every stratum behind. By the random number alone, strata that
//! are drawn from thinly would all stand in front. So the unit with the i-th smallest number of its stratum stands at
//! (i − 1 + v) / n_h, v uniform in \[0, 1) by another hash: any first part of the sample has about the same share of
//! each stratum's units, and of each those with the smallest numbers, which is a simple random sample too. Rows of an
//! earlier sample come first, in their order.

use super::allocation::{Allocation, StratumSize, allocate};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BinaryHeap;

/// All units of all strata, of which no more is kept than a drawing needs: a key of each, and of each stratum the
/// smallest random numbers with their rows.
pub struct Frame {
    seed: u64,
    most: usize,
    seen: FxHashSet<u128>,
    numbers: FxHashMap<String, usize>,
    strata: Vec<Stratum>,
}

struct Stratum {
    name: String,
    n_units: u64,
    variance_sum: f64,
    /// Random number and row of the units with the smallest numbers, the largest of them on top.
    smallest: BinaryHeap<(u64, u64)>,
}

/// A drawn unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Its row, as it was given.
    pub row: u64,
    /// Its stratum, among [`Sample::strata`].
    pub stratum: usize,
    /// The probability with which it was drawn.
    pub probability: f64,
}

/// A stratum and what was drawn from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledStratum {
    /// Its name.
    pub name: String,
    /// Its units, N_h.
    pub n_units: u64,
    /// Those drawn, n_h.
    pub n_chosen: u64,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The drawn units in the order in which they are to be coded.
    pub chosen: Vec<Chosen>,
    /// All strata by name.
    pub strata: Vec<SampledStratum>,
}

/// Why nothing can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// There are no units.
    #[error("there are no rows to draw from")]
    Empty,
    /// A row of the earlier sample is not in the new one.
    #[error("row {row} of the earlier sample is not drawn again")]
    NotDrawn {
        /// The row.
        row: u64,
    },
}

impl Frame {
    /// Without units as yet. No more than `most` are drawn from a stratum, those of an earlier sample included.
    pub fn new(seed: u64, most: usize) -> Self {
        Self {
            seed,
            most,
            seen: FxHashSet::default(),
            numbers: FxHashMap::default(),
            strata: Vec::new(),
        }
    }

    /// Adds a row of `stratum`, unless a row with its `key` was added before and stands for it; says whether it was added.
    ///
    /// `row` is a number that no other row has; `variance` how uncertain is what is measured, for [`Allocation::Neyman`].
    pub fn add(&mut self, stratum: &str, key: u128, row: u64, variance: f64) -> bool {
        if !self.seen.insert(key) {
            return false;
        }
        let number = match self.numbers.get(stratum) {
            Some(number) => *number,
            None => {
                self.strata.push(Stratum {
                    name: stratum.to_owned(),
                    n_units: 0,
                    variance_sum: 0.0,
                    smallest: BinaryHeap::new(),
                });
                let number = self.strata.len() - 1;
                self.numbers.insert(stratum.to_owned(), number);
                number
            }
        };
        let unit = (random_number(self.seed, row, key), row);
        let stratum = &mut self.strata[number];
        stratum.n_units += 1;
        stratum.variance_sum += variance;
        if stratum.smallest.len() < self.most {
            stratum.smallest.push(unit);
        } else if let Some(mut largest) = stratum.smallest.peek_mut()
            && unit < *largest
        {
            *largest = unit;
        }
        true
    }

    /// The number of units.
    pub fn n_units(&self) -> u64 {
        self.strata.iter().map(|stratum| stratum.n_units).sum()
    }

    /// Draws `n` units, or more where the rows of an `earlier` sample, which come first, ask for more.
    ///
    /// # Errors
    /// [`SampleError`] if there are no units, or an earlier row is not among the drawn ones: then it was drawn from
    /// other rows or strata, or with another seed.
    pub fn draw(
        mut self,
        n: u64,
        allocation: Allocation,
        earlier: &[u64],
    ) -> Result<Sample, SampleError> {
        if self.strata.is_empty() {
            return Err(SampleError::Empty);
        }
        self.strata.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let sizes: Vec<StratumSize> = self.strata.iter().map(Stratum::size).collect();
        let allocated = allocate(n, &sizes, allocation);
        let places: FxHashMap<u64, usize> = (earlier.iter().enumerate())
            .map(|(place, row)| (*row, place))
            .collect();
        // Of the earlier sample and of the new units: the place, and what was drawn.
        let mut first: Vec<(usize, Chosen)> = Vec::new();
        let mut then: Vec<(f64, Chosen)> = Vec::new();
        let mut strata = Vec::with_capacity(self.strata.len());
        for (number, (stratum, n_allocated)) in self.strata.into_iter().zip(allocated).enumerate() {
            let units = stratum.smallest.into_sorted_vec();
            let is_earlier = |unit: &&(u64, u64)| places.contains_key(&unit.1);
            let n_earlier = units.iter().filter(is_earlier).count();
            let n_chosen = (n_allocated as usize).max(n_earlier).min(units.len());
            let drawn = &units[..n_chosen];
            let n_new = n_chosen - drawn.iter().filter(is_earlier).count();
            let mut i = 0;
            for &(random, row) in drawn {
                let chosen = Chosen {
                    row,
                    stratum: number,
                    probability: n_chosen as f64 / stratum.n_units as f64,
                };
                match places.get(&row) {
                    Some(place) => first.push((*place, chosen)),
                    None => {
                        let place = (f64::from(i) + jitter(random, row)) / n_new as f64;
                        then.push((place, chosen));
                        i += 1;
                    }
                }
            }
            strata.push(SampledStratum {
                name: stratum.name,
                n_units: stratum.n_units,
                n_chosen: n_chosen as u64,
            });
        }
        first.sort_by_key(|(place, _)| *place);
        then.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.row.cmp(&b.1.row)));
        if first.len() < places.len() {
            let drawn: FxHashSet<u64> = first.iter().map(|(_, chosen)| chosen.row).collect();
            let missing = earlier.iter().find(|row| !drawn.contains(row));
            return Err(SampleError::NotDrawn {
                row: missing.copied().unwrap_or_default(),
            });
        }
        let first = first.into_iter().map(|(_, chosen)| chosen);
        Ok(Sample {
            chosen: first
                .chain(then.into_iter().map(|(_, chosen)| chosen))
                .collect(),
            strata,
        })
    }
}

impl Stratum {
    fn size(&self) -> StratumSize {
        StratumSize {
            n_units: self.n_units,
            deviation: (self.variance_sum / self.n_units as f64).sqrt(),
        }
    }
}

/// The permanent random number of a unit.
fn random_number(seed: u64, row: u64, key: u128) -> u64 {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&row.to_le_bytes());
    bytes[16..].copy_from_slice(&key.to_le_bytes());
    first_64(&bytes)
}

/// A number in \[0, 1) that tells nothing of how the unit's random number compares with others.
fn jitter(random: u64, row: u64) -> f64 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.to_le_bytes());
    bytes[8..].copy_from_slice(&row.to_le_bytes());
    // 53 bits are what a number holds.
    (first_64(&bytes) >> 11) as f64 / (1u64 << 53) as f64
}

fn first_64(bytes: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(bytes).as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 300 units in `a`, 60 in `b`, 1 in `c`; each row is there twice.
    fn frame(seed: u64, most: usize) -> Frame {
        let mut frame = Frame::new(seed, most);
        for row in 1..=722_u64 {
            let unit = row.div_ceil(2);
            let stratum = match unit {
                ..=300 => "a",
                301..=360 => "b",
                _ => "c",
            };
            assert_eq!(
                frame.add(stratum, unit.into(), row, 0.1),
                row % 2 == 1,
                "{row}"
            );
        }
        frame
    }

    fn drawn(seed: u64, n: u64, allocation: Allocation) -> Sample {
        frame(seed, n as usize).draw(n, allocation, &[]).unwrap()
    }

    fn rows(sample: &Sample) -> Vec<u64> {
        sample.chosen.iter().map(|chosen| chosen.row).collect()
    }

    fn sizes(sample: &Sample) -> Vec<u64> {
        sample.strata.iter().map(|of| of.n_chosen).collect()
    }

    #[test]
    fn probabilities_are_those_of_the_strata_and_rows_the_first_of_their_unit() {
        let sample = drawn(0, 60, Allocation::Equal);
        assert_eq!(sizes(&sample), [30, 29, 1]);
        for chosen in &sample.chosen {
            let stratum = &sample.strata[chosen.stratum];
            let expected = stratum.n_chosen as f64 / stratum.n_units as f64;
            assert_eq!(chosen.probability, expected);
            assert_eq!(chosen.row % 2, 1);
        }
        let sum: f64 = sample.chosen.iter().map(|of| 1.0 / of.probability).sum();
        assert!((sum - 361.0).abs() < 1e-9);
    }

    #[test]
    fn the_seed_alone_decides_whom_it_hits() {
        let one = drawn(7, 40, Allocation::Proportional);
        assert_eq!(one, drawn(7, 40, Allocation::Proportional));
        assert_ne!(rows(&one), rows(&drawn(8, 40, Allocation::Proportional)));
        // Each unit about as often as any other: 3,000 draws of one in ten.
        let mut counts = [0; 361];
        for seed in 0..3000 {
            for row in rows(&drawn(seed, 36, Allocation::Proportional)) {
                counts[(row / 2) as usize] += 1;
            }
        }
        // n_h of `a` is 29: 29/300 of 3,000 is 290, with a standard deviation of 16.
        assert!(
            counts[..300].iter().all(|n| (215..365).contains(n)),
            "{counts:?}"
        );
    }

    #[test]
    fn a_first_part_has_its_share_of_each_stratum() {
        let sample = drawn(1, 80, Allocation::Equal);
        let of = |part: &[Chosen], stratum| part.iter().filter(|of| of.stratum == stratum).count();
        for cut in [20, 40, 60] {
            let part = &sample.chosen[..cut];
            let share = of(part, 1) as f64 / of(&sample.chosen, 1) as f64;
            assert!(
                (share - cut as f64 / 80.0).abs() < 0.06,
                "{cut} has {share}"
            );
        }
    }

    #[test]
    fn a_larger_sample_contains_the_smaller_one_and_puts_it_first() {
        let small = rows(&drawn(3, 50, Allocation::Equal));
        let direct = frame(3, 120)
            .draw(120, Allocation::Proportional, &[])
            .unwrap();
        assert_eq!(sizes(&direct), [99, 20, 1]);
        let large = frame(3, 120)
            .draw(120, Allocation::Proportional, &small)
            .unwrap();
        // Each stratum has the larger of both sizes.
        assert_eq!(sizes(&large), [99, 24, 1]);
        assert_eq!(rows(&large)[..50], small);
        let all = rows(&large);
        assert!(rows(&direct).iter().all(|row| all.contains(row)));
        // Also where a coder has stopped half-way, and where nothing new is asked for.
        let again = frame(3, 50)
            .draw(50, Allocation::Equal, &small[..23])
            .unwrap();
        let (mut a, mut b) = (rows(&again), small.clone());
        assert_eq!(a[..23], b[..23]);
        a.sort_unstable();
        b.sort_unstable();
        assert_eq!(a, b);
    }

    #[test]
    fn an_earlier_sample_of_something_else_is_refused() {
        let other = rows(&drawn(4, 50, Allocation::Proportional));
        let error = frame(3, 60).draw(60, Allocation::Proportional, &other);
        assert!(matches!(error, Err(SampleError::NotDrawn { .. })));
        // Row 2 repeats row 1 and stands for nothing.
        let error = frame(3, 400).draw(400, Allocation::Proportional, &[2]);
        assert_eq!(error, Err(SampleError::NotDrawn { row: 2 }));
        let error = Frame::new(0, 10).draw(10, Allocation::Equal, &[]);
        assert_eq!(error, Err(SampleError::Empty));
    }
}
