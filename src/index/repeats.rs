//! Which of the drawn statements a coder has seen already.
//!
//! The same words come again on another day and in another paper, cut short, or with a "he said" behind them. Each is a
//! statement of its own in the index, but needs to be coded once only. So a statement repeats an earlier one of the
//! sample if it is by the same speaker, about the same target, and
//!
//! - has the same words (as [`words_of`] has them), or
//! - has them in one piece, at least five, and four fifths of those of the longer one: what is left over stands before or behind it.
//!
//! That is narrower than the bags of words by which `validation` keeps folds apart. A code is copied here, and one word put in
//! or exchanged, as in *will attack* and *will not attack*, turns it round.
//!
//! Each statement is compared with the earlier ones that repeat nothing, in their order. Which one it repeats depends on those
//! before it alone, so that it stays when the sample grows.

use super::identity::words_of;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;
use std::hash::BuildHasher;

/// Words in a row by which candidates are found.
const RUN: usize = 4;
/// Words that two statements have in common at least, if not all.
const LEAST_WORDS: usize = 5;
/// Longer statements are compared as a whole only.
const MOST_WORDS: usize = 1000;
/// Statements with a run of words that are kept at hand.
const MOST_CANDIDATES: usize = 8;

/// Statements that were met and repeat nothing.
#[derive(Debug, Default)]
pub struct Repeats {
    /// Of one speaker about one target, by their words.
    known: FxHashMap<(String, String), usize>,
    /// By a hash of a run of words.
    with_run: FxHashMap<u64, Vec<usize>>,
    words: FxHashMap<usize, Vec<String>>,
    n: usize,
}

impl Repeats {
    /// Adds a statement; gives the number (from 0) of the one that it repeats, if it does. `context` is what must be equal
    /// beside the words: speaker and target.
    pub fn add(&mut self, context: &str, text: &str) -> Option<usize> {
        let number = self.n;
        self.n += 1;
        let text = words_of(text);
        let key = (context.to_owned(), text);
        if let Some(&first) = self.known.get(&key) {
            return Some(first);
        }
        let words: Vec<String> = key.1.split(' ').map(str::to_owned).collect();
        if !(LEAST_WORDS..=MOST_WORDS).contains(&words.len()) {
            self.known.insert(key, number);
            return None;
        }
        let mut runs: Vec<u64> = (words.windows(RUN))
            .map(|run| FxBuildHasher.hash_one((context, run)))
            .collect();
        runs.sort_unstable();
        runs.dedup();
        let candidates = runs.iter().filter_map(|run| self.with_run.get(run));
        let candidates: BTreeSet<usize> = candidates.flatten().copied().collect();
        let is_near = |of: &usize| is_part(&words, &self.words[of]);
        if let Some(first) = candidates.into_iter().find(is_near) {
            return Some(first);
        }
        for run in runs {
            let with_run = self.with_run.entry(run).or_default();
            if with_run.len() < MOST_CANDIDATES {
                with_run.push(number);
            }
        }
        self.words.insert(number, words);
        self.known.insert(key, number);
        None
    }
}

/// Whether one is a piece of the other, and most of it.
fn is_part(a: &[String], b: &[String]) -> bool {
    let (part, whole) = if a.len() < b.len() { (a, b) } else { (b, a) };
    5 * part.len() >= 4 * whole.len() && whole.windows(part.len()).any(|piece| piece == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firsts(texts: &[&str]) -> Vec<Option<usize>> {
        let mut repeats = Repeats::default();
        texts.iter().map(|text| repeats.add("", text)).collect()
    }

    #[test]
    fn the_same_words_and_pieces_of_them_are_coded_once() {
        let found = firsts(&[
            "We shall open the crossing at dawn tomorrow.",
            "WE SHALL open the crossing at dawn – tomorrow!",
            "\"We shall open the crossing at dawn tomorrow,\" he said",
            "shall open the crossing at dawn tomorrow",
            "open the crossing at dawn",
            "Yes.",
            "yes",
        ]);
        assert_eq!(
            found,
            [None, Some(0), Some(0), Some(0), None, None, Some(5)]
        );
    }

    #[test]
    fn a_word_put_in_or_exchanged_may_turn_it_round() {
        let found = firsts(&[
            "We shall open the crossing at dawn tomorrow.",
            "We shall not open the crossing at dawn tomorrow.",
            "We shall close the crossing at dawn tomorrow.",
            "We shall open it",
            "We shall open",
        ]);
        assert_eq!(found, [None; 5]);
    }

    #[test]
    fn other_speakers_and_targets_are_others() {
        let mut repeats = Repeats::default();
        let text = "We thank them for all that they did";
        assert_eq!(repeats.add("A\u{1f}B", text), None);
        assert_eq!(repeats.add("A\u{1f}C", text), None);
        let longer = "We thank them for all that they did today";
        assert_eq!(repeats.add("A\u{1f}C", longer), Some(1));
    }

    #[test]
    fn what_a_statement_repeats_stays_when_more_come() {
        let texts: Vec<String> = (0..400)
            .map(|i| {
                format!(
                    "point {} of the plan was agreed last week{}",
                    i % 90,
                    " indeed".repeat(i % 3)
                )
            })
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let all = firsts(&texts);
        assert_eq!(firsts(&texts[..150]), all[..150]);
        assert_eq!(all.iter().flatten().count(), 310);
    }

    #[test]
    fn long_and_monotonous_texts_cost_little() {
        let long = "so ".repeat(100_000);
        assert_eq!(firsts(&[&long, &long]), [None, Some(0)]);
        let same: Vec<String> = (700..1000).map(|n| "so ".repeat(n)).collect();
        let same: Vec<&str> = same.iter().map(String::as_str).collect();
        assert_eq!(firsts(&same)[1..100], [Some(0); 99]);
    }
}
