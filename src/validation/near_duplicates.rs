//! Finds rows that say the same in the same or nearly the same words.
//!
//! Each row comes as its token ids; out come [`Groups`]. Two rows are near-duplicates if the Jaccard similarity of their
//! bags of words, |a ∩ b| / |a ∪ b| with repeats counted, is at least 0.8: in a statement of twelve words, one word
//! exchanged or three added. Groups are the connected pieces, so the ends of a long chain may be less alike.
//!
//! Why single words and not the three-word shingles that are usual for web pages: a word exchanged in a sentence of
//! twelve takes three of its ten shingles, and the similarity falls to 0.54. At 0.8, sets of three-word shingles found 41
//! pairs among the 1,829 distinct texts of `umsab_french` and 45 among the first 6,000 rows of `unquad_en`; sets of words
//! found 139 and 118, and those looked at were retweets and rewordings. Word order is not looked at, which may put two
//! texts together that mean different things; where folds are held out that costs nothing.
//!
//! Candidates come from MinHash (Broder 1997, "On the resemblance and containment of documents"): two rows agree on the
//! minimum of a random hash over their words with probability J, their Jaccard similarity. Four minima make a
//! band, and rows that agree on one of the ten bands are compared exactly; so a pair with J = 0.8 is compared
//! with probability 1 − (1 − 0.8⁴)¹⁰ = 0.995, one with J = 0.3 with 0.08. Within a band's bucket a row is compared only with
//! the last few rows unlike each other, which keeps time near-linear even where all rows share most of their words.
//! All is integer arithmetic with fixed constants: the result depends on the rows alone.

use super::groups::{Groups, JoinedRows};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Bands of a signature; agreeing on one makes two rows candidates.
const N_BANDS: usize = 10;
/// MinHash values in a band.
const BAND_SIZE: usize = 4;
/// Rows unlike each other that are kept at hand in a bucket.
const MAX_REPRESENTATIVES: usize = 8;

/// Groups the rows `0..n_rows` by equal or nearly equal texts; `tokens_of` gives the token ids of a row.
///
/// Rows without tokens are equal, hence one group. Nearly equal is said in the [module's words](self).
///
/// # Panics
/// If there are more rows than a `u32` counts.
pub fn near_duplicates<'a, F>(n_rows: usize, tokens_of: F) -> Groups
where
    F: Fn(usize) -> &'a [u32] + Sync,
{
    let mut joined = JoinedRows::new(n_rows);

    // Equal rows first: what follows sees each distinct token sequence once, under its first row.
    let mut first_with: FxHashMap<&[u32], u32> = FxHashMap::default();
    let mut distinct: Vec<u32> = Vec::new();
    for row in 0..n_rows {
        let first = *first_with.entry(tokens_of(row)).or_insert_with(|| {
            distinct.push(row as u32);
            row as u32
        });
        joined.join(first as usize, row);
    }
    drop(first_with);

    let bags: Vec<(Box<[u32]>, Bands)> = distinct
        .par_iter()
        .map(|&row| {
            let mut bag: Box<[u32]> = tokens_of(row as usize).into();
            bag.sort_unstable();
            let bands = bands(&bag);
            (bag, bands)
        })
        .collect();
    let pairs: Vec<Vec<(u32, u32)>> = (0..N_BANDS)
        .into_par_iter()
        .map(|band| similar_pairs(&bags, band))
        .collect();
    for (a, b) in pairs.into_iter().flatten() {
        joined.join(distinct[a as usize] as usize, distinct[b as usize] as usize);
    }
    joined.into_groups()
}

/// One hash per band.
type Bands = [u32; N_BANDS];

/// The bands of a sorted bag of tokens.
fn bands(bag: &[u32]) -> Bands {
    let mut minima = [u32::MAX; N_BANDS * BAND_SIZE];
    let mut occurrence = 0;
    for (i, &token) in bag.iter().enumerate() {
        // The second "the" of a text is another element than the first.
        occurrence = if i > 0 && bag[i - 1] == token {
            occurrence + 1
        } else {
            0
        };
        let element = mix(u64::from(token) | (occurrence << 32));
        for (minimum, multiplier) in minima.iter_mut().zip(&MULTIPLIERS) {
            *minimum = (*minimum).min((element.wrapping_mul(*multiplier) >> 32) as u32);
        }
    }
    let mut bands = [0; N_BANDS];
    for (band, values) in bands.iter_mut().zip(minima.chunks_exact(BAND_SIZE)) {
        *band = (values
            .iter()
            .fold(0, |hash, &value| mix(hash ^ u64::from(value)))
            >> 32) as u32;
    }
    bands
}

/// Pairs of `bags` that agree on `band` and are similar.
fn similar_pairs(bags: &[(Box<[u32]>, Bands)], band: usize) -> Vec<(u32, u32)> {
    // Rows that also agree on the next band stand side by side in a crowded bucket, where only neighbours are compared.
    let next_band = (band + 1) % N_BANDS;
    let mut order: Vec<(u64, u32)> = bags
        .iter()
        .enumerate()
        .map(|(i, (_, bands))| {
            let key = (u64::from(bands[band]) << 32) | u64::from(bands[next_band]);
            (key, i as u32)
        })
        .collect();
    order.sort_unstable();

    let mut pairs = Vec::new();
    let mut representatives: Vec<u32> = Vec::with_capacity(MAX_REPRESENTATIVES);
    for bucket in order.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
        if bucket.len() == 1 {
            continue;
        }
        representatives.clear();
        for (turn, &(_, i)) in bucket.iter().enumerate() {
            let known = pairs.len();
            let bag = &bags[i as usize].0;
            let similar = |&&r: &&u32| are_similar(bag, &bags[r as usize].0);
            pairs.extend(representatives.iter().filter(similar).map(|&r| (r, i)));
            if pairs.len() > known {
                continue; // spoken for by a representative
            }
            if representatives.len() < MAX_REPRESENTATIVES {
                representatives.push(i);
            } else {
                representatives[turn % MAX_REPRESENTATIVES] = i;
            }
        }
    }
    pairs
}

/// Whether two sorted bags have a Jaccard similarity of 0.8 or more.
///
/// With n tokens in both and d of them without a partner, (n − d)/(n + d) ≥ 4/5 says that 9·d ≤ n.
fn are_similar(a: &[u32], b: &[u32]) -> bool {
    let most_alone = (a.len() + b.len()) / 9;
    if a.len().abs_diff(b.len()) > most_alone {
        return false;
    }
    let (mut i, mut j, mut alone) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        if x != y {
            alone += 1;
            if alone > most_alone {
                return false;
            }
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    alone + (a.len() - i) + (b.len() - j) <= most_alone
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection that spreads every bit.
const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(GOLDEN_RATIO);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// 2⁶⁴ divided by the golden ratio.
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

/// One odd number for each hash function: element × multiplier is another permutation of the elements.
const MULTIPLIERS: [u64; N_BANDS * BAND_SIZE] = {
    let mut multipliers = [0; N_BANDS * BAND_SIZE];
    let mut i = 0;
    while i < multipliers.len() {
        multipliers[i] = mix((i as u64).wrapping_mul(GOLDEN_RATIO)) | 1;
        i += 1;
    }
    multipliers
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn groups_of(rows: &[Vec<u32>]) -> Groups {
        near_duplicates(rows.len(), |row| &rows[row])
    }

    fn random_rows(n_rows: usize, n_tokens: usize, seed: u64) -> Vec<Vec<u32>> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..n_rows)
            .map(|_| (0..n_tokens).map(|_| rng.gen_range(0..20_000)).collect())
            .collect()
    }

    #[test]
    fn equal_texts_are_one_group_and_so_are_empty_ones() {
        let rows = [vec![1, 2], vec![], vec![1, 2], vec![2], vec![], vec![1, 2]];
        let members = groups_of(&rows).members();
        assert_eq!(members, [vec![0, 2, 5], vec![1, 4], vec![3]]);
    }

    #[test]
    fn one_word_exchanged_in_twelve_is_found_and_three_are_not() {
        let original = random_rows(2_000, 12, 1);
        let mut rows = original.clone();
        rows.extend(original.iter().enumerate().map(|(i, row)| {
            let mut changed = row.clone();
            let n_changes = if i % 2 == 0 { 1 } else { 3 };
            (0..n_changes).for_each(|c| changed[(i + 4 * c) % 12] += 50_000);
            changed
        }));
        let groups = groups_of(&rows);
        let joined = |i: usize| groups.first_row(2_000 + i) == i;
        let found = (0..2_000).step_by(2).filter(|&i| joined(i)).count();
        // Jaccard 11/13: 1 − (1 − 0.846⁴)¹⁰ = 0.9992 of 1,000.
        assert!(found >= 995, "{found} of 1000 found");
        assert!((1..2_000).step_by(2).all(|i| !joined(i)));
        assert_eq!(groups.n_groups(), 4_000 - found);
    }

    #[test]
    fn repeated_words_count() {
        let mut longer = vec![7; 10];
        longer.extend([1, 2]);
        // As sets of words the two are equal; as bags they share 3 of 12.
        assert_eq!(groups_of(&[longer, vec![7, 1, 2]]).n_groups(), 2);
    }

    #[test]
    fn a_pair_in_a_crowd_that_shares_most_words_is_still_found() {
        // 4,000 rows with 8 of 12 words in common (Jaccard 0.5), and a near copy of each tenth.
        let mut rows = random_rows(4_000, 12, 2);
        for row in &mut rows {
            (0..8).for_each(|i| row[i] = 30_000 + i as u32);
        }
        let copies: Vec<Vec<u32>> = rows.iter().step_by(10).cloned().collect();
        rows.extend(copies.into_iter().map(|mut row| {
            row.push(99_999);
            row
        }));
        let groups = groups_of(&rows);
        let found = (0..400)
            .filter(|&i| groups.first_row(4_000 + i) == groups.first_row(10 * i))
            .count();
        assert!(found >= 380, "{found} of 400 found");
        assert!(groups.n_groups() >= 3_900);
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let rows = random_rows(3_000, 4, 3);
        let rows: Vec<Vec<u32>> = rows
            .into_iter()
            .map(|row| row.iter().map(|token| token % 40).collect())
            .collect();
        let on = |n_threads| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(n_threads)
                .build()
                .unwrap()
                .install(|| groups_of(&rows))
        };
        assert_eq!(on(1), on(4));
    }

    /// Run with `cargo test --release --lib -- --ignored --nocapture near_duplicates`.
    #[test]
    #[ignore = "a measurement"]
    fn a_hundred_thousand_rows_take_well_under_half_a_second() {
        let ordinary = random_rows(100_000, 12, 4);
        let mut crowded = ordinary.clone();
        for row in &mut crowded {
            (0..8).for_each(|i| row[i] = i as u32);
        }
        let mut all_alike = vec![(0..12).collect::<Vec<u32>>(); 100_000];
        for (i, row) in all_alike.iter_mut().enumerate() {
            row[i % 12] = i as u32;
        }
        for (name, rows) in [
            ("ordinary", ordinary),
            ("crowded", crowded),
            ("all alike", all_alike),
        ] {
            let start = std::time::Instant::now();
            let n_groups = groups_of(&rows).n_groups();
            println!("{name}: {n_groups} groups in {:?}", start.elapsed());
        }
    }

    proptest! {
        #[test]
        fn similarity_is_the_jaccard_index_of_bags(
            a in proptest::collection::vec(0u32..6, 0..12),
            b in proptest::collection::vec(0u32..6, 0..12),
        ) {
            let count = |bag: &[u32], token| bag.iter().filter(|&&t| t == token).count();
            let both = |pick: fn(usize, usize) -> usize| -> usize {
                (0..6).map(|t| pick(count(&a, t), count(&b, t))).sum()
            };
            let expected = both(usize::min) * 5 >= both(usize::max) * 4;
            let (mut x, mut y) = (a.clone(), b.clone());
            x.sort_unstable();
            y.sort_unstable();
            prop_assert_eq!(are_similar(&x, &y), expected);
        }
    }
}
