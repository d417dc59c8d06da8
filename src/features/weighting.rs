//! From a row's term counts to its values.
//!
//! | weighting | value of a term with count c, before length | unit length |
//! |---|---|---|
//! | `tfidf` | (1 + ln c) · scale, scale = ln((1 + n) / (1 + df)) + 1 | per block |
//! | `count` | c | no |
//! | `binary` | 1 | no |
//!
//! These are scikit-learn's `TfidfVectorizer(sublinear_tf=True)` and `CountVectorizer`, one of each per block (words,
//! characters). `n` is the number of training rows, `df` the number of those that have the term. A feature with scale 0
//! is none: it is in the vocabulary only because a longer n-gram extends it.

use super::sparse::FeatureId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How counts become values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weighting {
    /// Sublinear term frequency times smoothed inverse document frequency, unit length per block.
    #[default]
    Tfidf,
    /// The count.
    Count,
    /// 1 where the term occurs.
    Binary,
}

/// Counts up to this have their logarithm in a table.
const TABLE: usize = 64;

impl Weighting {
    /// The scale of a feature that occurs in `document_frequency` of `n_rows` training rows.
    pub fn scale(self, document_frequency: u32, n_rows: usize) -> f32 {
        match self {
            Self::Tfidf => {
                let ratio = (1.0 + n_rows as f64) / (1.0 + f64::from(document_frequency));
                (libm::log(ratio) + 1.0) as f32
            }
            Self::Count | Self::Binary => 1.0,
        }
    }

    /// The function from counts to values of this weighting.
    pub fn weigher(self) -> Weigher {
        let mut table = vec![0.0; TABLE];
        for (count, value) in table.iter_mut().enumerate().skip(1) {
            *value = self.term_frequency(count as u32);
        }
        Weigher {
            weighting: self,
            table,
        }
    }

    fn term_frequency(self, count: u32) -> f64 {
        match self {
            Self::Tfidf => 1.0 + libm::log(f64::from(count)),
            Self::Count => f64::from(count),
            Self::Binary => 1.0,
        }
    }
}

impl FromStr for Weighting {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "tfidf" => Ok(Self::Tfidf),
            "count" => Ok(Self::Count),
            "binary" => Ok(Self::Binary),
            _ => Err(format!(
                "no weighting `{name}`; there are tfidf, count, binary"
            )),
        }
    }
}

impl fmt::Display for Weighting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tfidf => "tfidf",
            Self::Count => "count",
            Self::Binary => "binary",
        })
    }
}

/// Turns the counts of one block of a row into values.
#[derive(Debug, Clone)]
pub struct Weigher {
    weighting: Weighting,
    table: Vec<f64>,
}

impl Weigher {
    /// Appends to `values` the value of each term of a block, given its count (at least 1) and scale. The order of the
    /// terms decides the last bit of the length, so training and scoring both give terms by first occurrence.
    #[inline]
    pub fn weigh_block(&self, terms: impl Iterator<Item = (u32, f32)>, values: &mut Vec<f32>) {
        let start = values.len();
        let mut squares = 0.0;
        for (count, scale) in terms {
            let frequency = match self.table.get(count as usize) {
                Some(&value) => value,
                None => self.weighting.term_frequency(count),
            };
            let value = (frequency * f64::from(scale)) as f32;
            squares += f64::from(value) * f64::from(value);
            values.push(value);
        }
        if self.weighting == Weighting::Tfidf && squares > 0.0 {
            let inverse = 1.0 / squares.sqrt();
            for value in &mut values[start..] {
                *value = (f64::from(*value) * inverse) as f32;
            }
        }
    }
}

/// The scale of each feature, as every `stride`-th number of a slice: alone, or before its weights in one cache line.
#[derive(Debug, Clone, Copy)]
pub struct Scales<'a> {
    numbers: &'a [f32],
    stride: usize,
}

impl<'a> Scales<'a> {
    /// Scales at 0, `stride`, 2·`stride`, … of `numbers`.
    ///
    /// # Panics
    /// If `numbers` is not a whole number of strides.
    pub fn new(numbers: &'a [f32], stride: usize) -> Self {
        assert!(numbers.len().is_multiple_of(stride), "whole strides");
        Self { numbers, stride }
    }

    /// The number of features.
    pub fn len(&self) -> usize {
        self.numbers.len() / self.stride
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The scale of `feature`.
    #[inline]
    pub fn get(&self, feature: FeatureId) -> f32 {
        self.numbers[feature.index() * self.stride]
    }
}

/// Counts a row's features in order of first occurrence, words before characters; the buffers are kept.
///
/// A row has few of the many words, so they are counted in a small table that stays in the processor's first cache; it
/// has many of the fewer character n-grams, which have a counter each.
#[derive(Debug)]
pub struct RowCounts {
    words: WordCounts,
    n_words: usize,
    /// The count of each character n-gram, up to `u16::MAX`; what goes beyond is in `surplus`.
    counts: Vec<u16>,
    surplus: FxHashMap<FeatureId, u32>,
    /// The character n-grams present are the first `n_present`; the rest is room.
    present: Vec<FeatureId>,
    n_present: usize,
    /// All features of the row, once it is weighed.
    features: Vec<FeatureId>,
    values: Vec<f32>,
}

impl RowCounts {
    /// Room for features `0..n_features`, of which the first `n_words` are words.
    pub fn new(n_words: usize, n_features: usize) -> Self {
        Self {
            words: WordCounts::new(),
            n_words,
            counts: vec![0; n_features - n_words],
            surplus: FxHashMap::default(),
            present: Vec::new(),
            n_present: 0,
            features: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Starts a row.
    #[inline]
    pub fn begin(&mut self) {
        self.words.begin();
        self.n_present = 0;
    }

    /// Counts one occurrence of a word feature.
    #[inline]
    pub fn add_word(&mut self, feature: FeatureId) {
        self.words.add(feature);
    }

    /// Counts one occurrence of each of these character n-grams.
    #[inline]
    pub fn add_chars(&mut self, features: &[FeatureId]) {
        let room = self.n_present + features.len();
        if self.present.len() < room {
            self.present.resize(room.next_power_of_two(), FeatureId(0));
        }
        for &feature in features {
            let count = &mut self.counts[feature.index() - self.n_words];
            // Written always and counted if new: whether it is new cannot be foreseen, so there is no branch on it.
            self.present[self.n_present] = feature;
            self.n_present += usize::from(*count == 0);
            if *count == u16::MAX {
                *self.surplus.entry(feature).or_default() += 1;
            } else {
                *count += 1;
            }
        }
    }

    /// Ends the row: its features in order of first occurrence, words first, and their values.
    #[inline]
    pub fn weigh(&mut self, weigher: &Weigher, scales: Scales<'_>) -> (&[FeatureId], &[f32]) {
        let Self {
            words,
            counts,
            surplus,
            features,
            values,
            ..
        } = self;
        features.clear();
        values.clear();
        features.extend_from_slice(&words.present);
        let terms = words.present.iter().zip(&words.counts);
        weigher.weigh_block(terms.map(|(&f, &count)| (count, scales.get(f))), values);
        let chars = &self.present[..self.n_present];
        features.extend_from_slice(chars);
        let terms = chars.iter().map(|&feature| {
            let count = std::mem::take(&mut counts[feature.index() - self.n_words]);
            let surplus = match count {
                u16::MAX => surplus.remove(&feature).unwrap_or(0),
                _ => 0,
            };
            (
                u32::from(count).saturating_add(surplus),
                scales.get(feature),
            )
        });
        weigher.weigh_block(terms, values);
        (features, values)
    }
}

/// The counts of a row's word features in an open table by feature; a row's number marks what belongs to it.
#[derive(Debug)]
struct WordCounts {
    /// A power of two of places, at most half of them of the present row.
    table: Vec<Place>,
    row: u32,
    present: Vec<FeatureId>,
    counts: Vec<u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    feature: FeatureId,
    row: u32,
    /// Into `present` and `counts`.
    position: u32,
}

impl WordCounts {
    const FIRST_PLACES: usize = 256;

    fn new() -> Self {
        Self {
            table: vec![Place::default(); Self::FIRST_PLACES],
            row: 0,
            present: Vec::new(),
            counts: Vec::new(),
        }
    }

    #[inline]
    fn begin(&mut self) {
        self.present.clear();
        self.counts.clear();
        self.row = self.row.wrapping_add(1);
        if self.row == 0 {
            self.table.fill(Place::default());
            self.row = 1;
        }
    }

    #[inline]
    fn add(&mut self, feature: FeatureId) {
        let mask = self.table.len() - 1;
        let mut at = Self::home(feature) & mask;
        loop {
            let place = &mut self.table[at];
            if place.row != self.row {
                *place = Place {
                    feature,
                    row: self.row,
                    position: self.present.len() as u32,
                };
                self.present.push(feature);
                self.counts.push(1);
                if self.present.len() * 2 > self.table.len() {
                    self.grow();
                }
                return;
            }
            if place.feature == feature {
                let count = &mut self.counts[place.position as usize];
                *count = count.saturating_add(1);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Fibonacci hashing (Knuth): the upper half of a product with 2⁶⁴ / golden ratio.
    #[inline]
    fn home(feature: FeatureId) -> usize {
        (u64::from(feature.0).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
    }

    #[cold]
    fn grow(&mut self) {
        self.table = vec![Place::default(); self.table.len() * 2];
        let mask = self.table.len() - 1;
        for (position, &feature) in self.present.iter().enumerate() {
            let mut at = Self::home(feature) & mask;
            while self.table[at].row == self.row {
                at = (at + 1) & mask;
            }
            self.table[at] = Place {
                feature,
                row: self.row,
                position: position as u32,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tfidf_is_that_of_scikit_learn() {
        // n = 3 rows, df = 1 and 3, counts 2 and 1: TfidfVectorizer(sublinear_tf=True).
        let weighting = Weighting::Tfidf;
        let scales = [weighting.scale(1, 3), weighting.scale(3, 3)];
        assert!((scales[0] - 1.693_147_2).abs() < 1e-6 && scales[1] == 1.0);
        let mut values = Vec::new();
        weighting
            .weigher()
            .weigh_block([(2, scales[0]), (1, scales[1])].into_iter(), &mut values);
        let raw = 1.693_147_2_f32 * (1.0 + 2.0_f32.ln());
        let length = (raw * raw + 1.0).sqrt();
        assert!((values[0] - raw / length).abs() < 1e-6 && (values[1] - 1.0 / length).abs() < 1e-6);
    }

    #[test]
    fn counts_beyond_the_table_go_on_smoothly() {
        let weigher = Weighting::Count.weigher();
        let mut values = Vec::new();
        weigher.weigh_block(
            [(63, 1.0), (64, 1.0), (1_000_000, 1.0)].into_iter(),
            &mut values,
        );
        assert_eq!(values, [63.0, 64.0, 1_000_000.0]);
        values.clear();
        Weighting::Binary
            .weigher()
            .weigh_block([(900, 1.0)].into_iter(), &mut values);
        assert_eq!(values, [1.0]);
    }

    #[test]
    fn a_feature_that_fills_a_long_text_is_counted_to_the_end() {
        let mut counts = RowCounts::new(2, 4);
        let weigher = Weighting::Count.weigher();
        for times in [70_000, 3] {
            counts.begin();
            counts.add_word(FeatureId(1));
            (0..times).for_each(|_| counts.add_word(FeatureId(0)));
            counts.add_chars(&[FeatureId(3)]);
            counts.add_chars(&vec![FeatureId(2); times]);
            let (features, values) = counts.weigh(&weigher, Scales::new(&[1.0; 4], 1));
            assert_eq!(features, [1, 0, 3, 2].map(FeatureId));
            assert_eq!(values, [1.0, times as f32, 1.0, times as f32]);
        }
    }

    #[test]
    fn many_different_words_are_all_counted() {
        let n = 5000u32;
        let mut counts = RowCounts::new(n as usize, n as usize);
        let scales = vec![1.0; n as usize];
        for row in [n, 7, n / 2] {
            counts.begin();
            for times in 1..=2 {
                (0..row).for_each(|id| counts.add_word(FeatureId(id * 7 % n)));
                assert_eq!(counts.words.counts, vec![times; row as usize]);
            }
            let weigher = Weighting::Count.weigher();
            let (features, values) = counts.weigh(&weigher, Scales::new(&scales, 1));
            assert!(
                features
                    .iter()
                    .copied()
                    .eq((0..row).map(|id| FeatureId(id * 7 % n)))
            );
            assert_eq!(values, vec![2.0; row as usize]);
        }
    }

    #[test]
    fn a_block_without_weight_stays_zero() {
        let mut values = Vec::new();
        Weighting::Tfidf
            .weigher()
            .weigh_block([(1, 0.0)].into_iter(), &mut values);
        Weighting::Tfidf
            .weigher()
            .weigh_block(std::iter::empty(), &mut values);
        assert_eq!(values, [0.0]);
    }
}
