//! Numbers the word n-grams of a corpus by ids alone: an n-gram is a shorter one and one more stem.

use super::encoded_corpus::CorpusTooLarge;
use rayon::prelude::*;

/// No term.
pub(super) const NONE: u32 = u32::MAX;

/// The n-grams of one n: at each token the id of the n-gram that begins there ([`NONE`] where its row ends before), and
/// for each id the pair (prefix, last stem), in rising order.
///
/// No n-gram goes on with a stem that `is_alone`. `prefixes[at]` is the (n−1)-gram that begins at token `at`; rows are
/// `starts` cuts of the token positions; ids begin at `first_id`. Positions are dealt to buckets by prefix (a counting sort), each bucket is sorted by last stem, and
/// ids follow that order: the same on any number of threads.
pub(super) fn extend_level(
    prefixes: &[u32],
    tokens: &[u32],
    starts: &[usize],
    is_alone: impl Fn(u32) -> bool,
    n: usize,
    first_id: usize,
) -> Result<(Vec<u32>, Vec<[u32; 2]>), CorpusTooLarge> {
    let n_buckets = prefixes
        .iter()
        .filter(|&&p| p != NONE)
        .max()
        .map_or(0, |&p| p as usize + 1);
    let positions = || {
        starts
            .windows(2)
            .flat_map(move |row| row[0]..(row[1] + 1).saturating_sub(n).max(row[0]))
            .filter(|&at| prefixes[at] != NONE && !is_alone(tokens[at + n - 1]))
    };
    let mut ends = vec![0usize; n_buckets + 1];
    for at in positions() {
        ends[prefixes[at] as usize + 1] += 1;
    }
    for bucket in 0..n_buckets {
        ends[bucket + 1] += ends[bucket];
    }
    // (last stem, position) as one number each, so that a plain sort orders by stem and then by position.
    let mut entries = vec![0u64; ends[n_buckets]];
    let mut next = ends.clone();
    for at in positions() {
        let place = &mut next[prefixes[at] as usize];
        entries[*place] = u64::from(tokens[at + n - 1]) << 32 | at as u64;
        *place += 1;
    }
    let mut buckets = Vec::with_capacity(n_buckets);
    let mut rest = entries.as_mut_slice();
    for bucket in 0..n_buckets {
        let (head, tail) = rest.split_at_mut(ends[bucket + 1] - ends[bucket]);
        if head.len() > 1 {
            buckets.push(head);
        }
        rest = tail;
    }
    buckets
        .into_par_iter()
        .with_min_len(256)
        .for_each(<[u64]>::sort_unstable);

    let mut ids = vec![NONE; tokens.len()];
    let mut pairs: Vec<[u32; 2]> = Vec::new();
    for prefix in 0..n_buckets {
        let mut last = None;
        for &entry in &entries[ends[prefix]..ends[prefix + 1]] {
            let stem = (entry >> 32) as u32;
            if last != Some(stem) {
                pairs.push([prefix as u32, stem]);
                last = Some(stem);
            }
            let id = first_id + pairs.len() - 1;
            if id >= NONE as usize {
                return Err(CorpusTooLarge(id));
            }
            ids[entry as u32 as usize] = id as u32;
        }
    }
    Ok((ids, pairs))
}
