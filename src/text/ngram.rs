//! Ranges of n, and character n-grams inside a word.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The largest n of an n-gram.
pub const MAX_N: usize = 9;

/// Words longer than this many characters are no words of a language (links, encoded data, text without spaces): they
/// count as one word, but are neither stemmed nor cut into character n-grams.
pub const MAX_WORD_CHARS: usize = 128;

/// An inclusive range of n, `1 ≤ min ≤ max ≤` [`MAX_N`], written `1-2` (or `2` for `2-2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(usize, usize)", into = "(usize, usize)")]
pub struct NgramRange {
    min: usize,
    max: usize,
}

/// A range that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no n-gram range; write `2` or `1-2`, from 1 to {MAX_N}")]
pub struct NgramRangeError(String);

impl NgramRange {
    /// The range `min..=max`.
    ///
    /// # Errors
    /// If not `1 ≤ min ≤ max ≤` [`MAX_N`].
    pub fn new(min: usize, max: usize) -> Result<Self, NgramRangeError> {
        if 1 <= min && min <= max && max <= MAX_N {
            Ok(Self { min, max })
        } else {
            Err(NgramRangeError(format!("{min}-{max}")))
        }
    }

    /// The smallest n.
    pub fn min(self) -> usize {
        self.min
    }

    /// The largest n.
    pub fn max(self) -> usize {
        self.max
    }
}

impl FromStr for NgramRange {
    type Err = NgramRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = |part: &str| part.trim().parse::<usize>();
        let (min, max) = text.split_once(['-', ',']).unwrap_or((text, text));
        match (parse(min), parse(max)) {
            (Ok(min), Ok(max)) => Self::new(min, max),
            _ => Err(NgramRangeError(text.to_owned())),
        }
    }
}

impl fmt::Display for NgramRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.min, self.max)
    }
}

impl TryFrom<(usize, usize)> for NgramRange {
    type Error = NgramRangeError;

    fn try_from((min, max): (usize, usize)) -> Result<Self, Self::Error> {
        Self::new(min, max)
    }
}

impl From<NgramRange> for (usize, usize) {
    fn from(range: NgramRange) -> Self {
        (range.min, range.max)
    }
}

/// A word between two spaces, and where its characters begin; a buffer that is filled again for each word.
#[derive(Debug, Clone, Default)]
pub struct PaddedWord {
    padded: String,
    /// The first byte of each character, and the end.
    starts: Vec<u32>,
}

impl PaddedWord {
    /// Takes `word` over.
    pub fn set(&mut self, word: &str) {
        self.padded.clear();
        self.padded.push(' ');
        self.padded.push_str(word);
        self.padded.push(' ');
        self.starts.clear();
        self.starts
            .extend(self.padded.char_indices().map(|(at, _)| at as u32));
        self.starts.push(self.padded.len() as u32);
    }

    /// Calls `on_ngram` with each character n-gram of the padded word, by rising n, from left to right; repeats are
    /// called again. A padded word no longer than n gives itself once, for the first such n only: scikit-learn's
    /// `char_wb`.
    #[inline]
    pub fn for_each_ngram<'p>(&'p self, range: NgramRange, mut on_ngram: impl FnMut(&'p str)) {
        let length = self.starts.len() - 1;
        for n in range.min..=range.max {
            if length <= n {
                on_ngram(&self.padded);
                break;
            }
            for window in self.starts.windows(n + 1) {
                on_ngram(&self.padded[window[0] as usize..window[n] as usize]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ngrams(word: &str, min: usize, max: usize) -> Vec<String> {
        let mut all = Vec::new();
        let mut padded = PaddedWord::default();
        padded.set(word);
        padded.for_each_ngram(NgramRange::new(min, max).unwrap(), |g| {
            all.push(g.to_owned())
        });
        all
    }

    #[test]
    fn character_ngrams_are_those_of_char_wb() {
        // scikit-learn 1.9: CountVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer()("war"), ("a")
        let expected = [
            " w", "wa", "ar", "r ", " wa", "war", "ar ", " war", "war ", " war ",
        ];
        assert_eq!(ngrams("war", 2, 5), expected);
        assert_eq!(ngrams("a", 2, 5), [" a", "a ", " a "]);
        assert_eq!(ngrams("é", 3, 5), [" é "]);
        assert_eq!(ngrams("ab", 5, 5), [" ab "]);
    }

    #[test]
    fn ranges_parse_and_print() {
        assert_eq!("1-2".parse(), NgramRange::new(1, 2));
        assert_eq!("3".parse(), NgramRange::new(3, 3));
        assert_eq!(NgramRange::new(2, 5).unwrap().to_string(), "2-5");
        for bad in ["", "0-1", "2-1", "1-99", "x", "1-2-3", "-1"] {
            assert!(bad.parse::<NgramRange>().is_err(), "{bad}");
        }
    }
}
