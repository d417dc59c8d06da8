//! Stop words: words left out of word n-grams. Off by default, because "not", "will" and "if" carry stance.

use super::stem::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// English function words without negations, modals and conditionals, which carry stance.
const ENGLISH: &str = "a an and are as at be been being by for from had has have he her hers him his i in into is it \
     its me mine my of on or our ours she so such than that the their theirs them then there these they this those to \
     too us very was we were what when where which while who whom whose with you your yours";

/// Folded words that word n-grams leave out; character n-grams keep them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StopWords(BTreeSet<String>);

impl StopWords {
    /// No stop words.
    pub fn none() -> Self {
        Self::default()
    }

    /// English articles, pronouns, prepositions and forms of *be* and *have*; negations, modals ("will", "must") and
    /// "if" are not among them.
    pub fn english() -> Self {
        Self(
            ENGLISH
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
        )
    }

    /// One word a line; empty lines and lines that start with `#` are skipped. Words are folded as those of `language`.
    pub fn from_lines(lines: &str, language: Language) -> Self {
        let mut words = BTreeSet::new();
        for line in lines
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            let mut folded = String::new();
            super::normalize::fold(line, language == Language::Turkish, &mut folded);
            words.insert(folded);
        }
        Self(words)
    }

    /// Whether `folded` is left out.
    pub fn contains(&self, folded: &str) -> bool {
        self.0.contains(folded)
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_keeps_what_carries_stance() {
        let words = StopWords::english();
        assert!(words.contains("the") && words.contains("we"));
        for kept in ["not", "no", "never", "will", "must", "if", "against", "but"] {
            assert!(!words.contains(kept), "{kept}");
        }
    }

    #[test]
    fn a_file_gives_folded_words() {
        let words = StopWords::from_lines("# mine\nThe\n\n  Don’t \n", Language::English);
        assert_eq!(words.len(), 2);
        assert!(words.contains("the") && words.contains("don't"));
    }
}
