//! Which languages the texts are in.
//!
//! Each text is identified by itself with `whatlang`: its script, then, among the languages written in it, the one with
//! the nearest ranking of character trigrams (Cavnar and Trenkle 1994). Short texts carry too few trigrams for that. A
//! text counts only if it has at least [`MIN_LETTERS`] letters and `whatlang` calls its own answer reliable; the others
//! are *unclear*, and nothing is said of them.

use super::located::LocatedRow;
use crate::statement::LabelledCorpus;
use rayon::prelude::*;
use serde::Serialize;

/// Letters that a text needs.
pub const MIN_LETTERS: usize = 60;
/// Characters of a text that are looked at: more say nothing new and take time.
const MAX_CHARACTERS: usize = 600;

/// A language and the rows in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageCount {
    /// Its English name.
    pub language: &'static str,
    /// Its code of three letters (ISO 639-3).
    pub code: &'static str,
    /// The rows identified as being in it.
    pub rows: u64,
}

/// A text that is not in the language of most others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForeignText<'c> {
    /// The language, by its English name.
    pub language: &'static str,
    /// The row.
    #[serde(flatten)]
    pub row: LocatedRow<'c>,
}

/// The languages of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LanguageCheck<'c> {
    /// Every language that was identified, the most frequent first.
    pub counts: Vec<LanguageCount>,
    /// Rows whose language is unclear.
    pub unclear: u64,
    /// Rows in another language than the most frequent one, in the order they were read.
    pub foreign: Vec<ForeignText<'c>>,
}

impl<'c> LanguageCheck<'c> {
    /// Identifies the language of every text of `corpus`.
    pub fn new(corpus: &'c LabelledCorpus) -> Self {
        let languages: Vec<Option<whatlang::Lang>> = (0..corpus.len())
            .into_par_iter()
            .map(|row| language(corpus.text(row)))
            .collect();
        let mut codes: Vec<&str> = languages.iter().flatten().map(|l| l.code()).collect();
        codes.sort_unstable();
        let mut counts: Vec<LanguageCount> = codes
            .chunk_by(|one, other| one == other)
            .filter_map(|rows| {
                let language = whatlang::Lang::from_code(rows[0])?;
                Some(LanguageCount {
                    language: language.eng_name(),
                    code: language.code(),
                    rows: rows.len() as u64,
                })
            })
            .collect();
        // Stable: languages with equally many rows stay in the order of their codes.
        counts.sort_by_key(|count| u64::MAX - count.rows);
        let main = counts.first().map(|count| count.code);
        let foreign = languages.iter().enumerate().filter_map(|(row, language)| {
            let language = language.filter(|language| Some(language.code()) != main)?;
            Some(ForeignText {
                language: language.eng_name(),
                row: LocatedRow::new(corpus, row),
            })
        });
        Self {
            unclear: languages
                .iter()
                .filter(|language| language.is_none())
                .count() as u64,
            foreign: foreign.collect(),
            counts,
        }
    }
}

/// The language of `text`, where that is clear.
fn language(text: &str) -> Option<whatlang::Lang> {
    let end = text
        .char_indices()
        .nth(MAX_CHARACTERS)
        .map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    // An ideograph is a word, not a letter.
    let ideographs = text.chars().filter(|&c| is_ideograph(c)).count();
    if letters + 4 * ideographs < MIN_LETTERS {
        return None;
    }
    let found = whatlang::detect(text)?;
    found.is_reliable().then(|| found.lang())
}

fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3041..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::CorpusBuilder;
    use proptest::prelude::*;

    const ENGLISH: &str =
        "The ministry said that the second round of the talks would begin on Monday.";
    const SPANISH: &str =
        "El ministerio dijo que la segunda ronda de las conversaciones empezará el lunes.";
    const RUSSIAN: &str =
        "Министерство сообщило, что второй раунд переговоров начнётся в понедельник утром.";

    #[test]
    fn texts_in_another_language_than_most_are_named() {
        let mut builder = CorpusBuilder::new();
        for (row, text) in [ENGLISH, SPANISH, ENGLISH, "No.", RUSSIAN, ENGLISH]
            .iter()
            .enumerate()
        {
            builder.push(text, ["a", "b"][row % 2], 1.0);
        }
        let corpus = builder.build().unwrap();
        let found = LanguageCheck::new(&corpus);
        let counts: Vec<_> = found.counts.iter().map(|c| (c.language, c.rows)).collect();
        assert_eq!(counts, [("English", 3), ("Russian", 1), ("Spanish", 1)]);
        assert_eq!(found.unclear, 1);
        let foreign: Vec<_> = found
            .foreign
            .iter()
            .map(|f| (f.row.row, f.language))
            .collect();
        assert_eq!(foreign, [(2, "Spanish"), (5, "Russian")]);
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "\\PC{0,200}", repeated in "[a-z0-9 .!?]{40,90}") {
            language(&text);
            language(&repeated);
            language(&text.repeat(20));
        }
    }
}
