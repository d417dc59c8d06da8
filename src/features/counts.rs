//! How often terms occur.

use super::encoded_corpus::EncodedCorpus;
use rayon::prelude::*;
use std::ops::AddAssign;

/// How often each term occurs in some rows.
pub(super) struct Counts {
    /// In how many of the rows.
    pub(super) document: Vec<u32>,
    /// How often, repeats included; empty where nobody asks.
    pub(super) total: Vec<u64>,
}

impl Counts {
    /// Counts in parallel. Whole numbers add up to the same however the rows are cut.
    pub(super) fn new(corpus: &EncodedCorpus, rows: &[u32], with_total: bool) -> Self {
        let per_task = rows.len().div_ceil(rayon::current_num_threads()).max(1);
        let parts: Vec<Self> = rows
            .par_chunks(per_task)
            .map(|rows| Self::of_chunk(corpus, rows, with_total))
            .collect();
        let mut parts = parts.into_iter();
        let mut all = parts
            .next()
            .unwrap_or_else(|| Self::of_chunk(corpus, &[], with_total));
        for part in parts {
            add(&mut all.document, &part.document);
            add(&mut all.total, &part.total);
        }
        all
    }

    fn of_chunk(corpus: &EncodedCorpus, rows: &[u32], with_total: bool) -> Self {
        #[derive(Clone, Default)]
        struct Seen {
            document: u32,
            /// The row (counted from 1) that the term was last seen in.
            last: u32,
        }
        let mut seen = vec![Seen::default(); corpus.n_terms()];
        let mut total = vec![0u64; if with_total { corpus.n_terms() } else { 0 }];
        for (number, &row) in (1u32..).zip(rows) {
            let mut count = |term: u32| {
                let seen = &mut seen[term as usize];
                seen.document += u32::from(seen.last != number);
                seen.last = number;
                if let Some(total) = total.get_mut(term as usize) {
                    *total += 1;
                }
            };
            corpus.for_each_word_term(row as usize, &mut count);
            corpus.for_each_char_term(row as usize, &mut count);
        }
        Self {
            document: seen.iter().map(|seen| seen.document).collect(),
            total,
        }
    }
}

/// sums ← sums + terms.
fn add<N: Copy + AddAssign>(sums: &mut [N], terms: &[N]) {
    for (sum, &term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}
