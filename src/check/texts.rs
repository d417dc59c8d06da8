//! Texts with too little in them to say anything.

use super::located::LocatedRow;
use crate::statement::LabelledCorpus;
use serde::Serialize;

/// A text with few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShortText<'c> {
    /// How many words it has; 0 for an empty one or one of signs alone.
    pub words: usize,
    /// The row.
    #[serde(flatten)]
    pub row: LocatedRow<'c>,
}

/// The rows with fewer than `min_words` words, in the order they were read; `words_of` counts a row's words.
pub fn short_texts(
    corpus: &LabelledCorpus,
    min_words: usize,
    words_of: impl Fn(usize) -> usize,
) -> Vec<ShortText<'_>> {
    (0..corpus.len())
        .map(|row| (row, words_of(row)))
        .filter(|&(_, words)| words < min_words)
        .map(|(row, words)| ShortText {
            words,
            row: LocatedRow::new(corpus, row),
        })
        .collect()
}
