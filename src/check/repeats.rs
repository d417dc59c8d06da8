//! What is said more than once: equal and nearly equal texts, texts under two labels, texts on both sides of a split.
//!
//! Two texts are *equal* if they are the same but for white space, and *nearly equal* if
//! [`near_duplicates`](mod@crate::validation::near_duplicates) joins them: the same words in another case or with other
//! punctuation, or bags of words with a Jaccard similarity of at least 0.8. Rows without any word are told elsewhere, as
//! [short texts](super::texts).

use super::located::LocatedRow;
use crate::statement::{Column, LabelledCorpus};
use crate::validation::Groups;
use serde::Serialize;

/// Rows that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeated<'c> {
    /// Whether they are under two labels or more.
    pub labels_differ: bool,
    /// The rows, in the order they were read.
    pub rows: Vec<LocatedRow<'c>>,
}

/// Rows of different files, or of training and test data, that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leak<'c> {
    /// Whether their texts are equal, or nearly so.
    pub equal: bool,
    /// The rows, in the order they were read.
    pub rows: Vec<LocatedRow<'c>>,
}

/// Everything that is said more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeats<'c> {
    /// Rows with equal texts.
    pub duplicates: Vec<Repeated<'c>>,
    /// Rows with nearly equal texts, of which at least two are not equal.
    pub near_duplicates: Vec<Repeated<'c>>,
    /// Rows with equal texts, speakers and targets under two labels or more.
    pub contradictions: Vec<Repeated<'c>>,
    /// Rows on two sides that say the same.
    pub leaks: Vec<Leak<'c>>,
}

impl<'c> Repeats<'c> {
    /// Looks through the `groups` of rows that say nearly the same.
    ///
    /// `context` are the columns (speaker, target) that make a text another statement; `side_of` gives a row's file or
    /// part of the data, between which nothing may leak; `has_words` says whether a row has a word at all.
    ///
    /// # Panics
    /// If `groups` or `context` are not about the rows of `corpus`.
    pub fn new(
        corpus: &'c LabelledCorpus,
        groups: &Groups,
        context: &[&Column],
        side_of: impl Fn(usize) -> usize,
        has_words: impl Fn(usize) -> bool,
    ) -> Self {
        let mut repeats = Self::default();
        for rows in groups.members() {
            if rows.len() == 1 || !has_words(rows[0] as usize) {
                continue;
            }
            let texts = by_text(corpus, &rows);
            for equal in texts.iter().filter(|equal| equal.len() > 1) {
                repeats.duplicates.push(repeated(corpus, equal));
                for same in by_context(equal, context) {
                    let same = repeated(corpus, &same);
                    repeats
                        .contradictions
                        .extend(Some(same).filter(|same| same.labels_differ));
                }
            }
            if texts.len() > 1 {
                repeats.near_duplicates.push(repeated(corpus, &rows));
            }
            let crosses = |rows: &[u32]| {
                let side = side_of(rows[0] as usize);
                rows.iter().any(|&row| side_of(row as usize) != side)
            };
            if !crosses(&rows) {
                continue;
            }
            for equal in texts.iter().filter(|equal| crosses(equal)) {
                let rows = LocatedRow::all(corpus, equal);
                repeats.leaks.push(Leak { equal: true, rows });
            }
            if texts.len() > 1 {
                let rows = LocatedRow::all(corpus, &rows);
                repeats.leaks.push(Leak { equal: false, rows });
            }
        }
        repeats
    }
}

fn repeated<'c>(corpus: &'c LabelledCorpus, rows: &[u32]) -> Repeated<'c> {
    let label = corpus.labels()[rows[0] as usize];
    Repeated {
        labels_differ: rows
            .iter()
            .any(|&row| corpus.labels()[row as usize] != label),
        rows: LocatedRow::all(corpus, rows),
    }
}

/// The rows parted by equal texts; each part rising, parts by their first rows.
fn by_text(corpus: &LabelledCorpus, rows: &[u32]) -> Vec<Vec<u32>> {
    parted(rows, |row| {
        let words: Vec<&str> = corpus.text(row).split_whitespace().collect();
        words.join(" ")
    })
}

/// The rows parted by their values of the `context` columns.
fn by_context(rows: &[u32], context: &[&Column]) -> Vec<Vec<u32>> {
    parted(rows, |row| -> Vec<Option<u32>> {
        context.iter().map(|column| column.ids()[row]).collect()
    })
}

/// The rows parted by `key`; each part rising, parts by their first rows.
fn parted<K: Ord>(rows: &[u32], key: impl Fn(usize) -> K) -> Vec<Vec<u32>> {
    let mut keyed: Vec<(K, u32)> = rows.iter().map(|&row| (key(row as usize), row)).collect();
    keyed.sort_unstable();
    let mut parts: Vec<Vec<u32>> = keyed
        .chunk_by(|(one, _), (other, _)| one == other)
        .map(|part| part.iter().map(|&(_, row)| row).collect())
        .collect();
    parts.sort_unstable_by_key(|part| part[0]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::CorpusBuilder;
    use crate::validation::near_duplicates;

    /// Rows of two files: text, label, speaker.
    fn corpus(files: &[&[[&str; 3]]]) -> LabelledCorpus {
        let mut all = CorpusBuilder::new();
        for (number, rows) in files.iter().enumerate() {
            let mut builder = CorpusBuilder::of_file(&format!("{number}.csv"), ["who"]);
            for (line, [text, label, who]) in rows.iter().enumerate() {
                builder.push_row(text, label, 1.0, &[who], line as u64 + 2);
            }
            all.append(builder);
        }
        all.build().unwrap()
    }

    fn repeats<'c>(corpus: &'c LabelledCorpus, context: &[&str]) -> Repeats<'c> {
        let words: Vec<Vec<u32>> = (0..corpus.len())
            .map(|row| {
                let letters = corpus.text(row).split_whitespace();
                let words = letters.map(|word| word.to_lowercase());
                words
                    .map(|word| {
                        word.bytes()
                            .fold(7u32, |h, b| h.wrapping_mul(31) ^ u32::from(b))
                    })
                    .collect()
            })
            .collect();
        let groups = near_duplicates(corpus.len(), |row| &words[row]);
        let context: Vec<&Column> = context
            .iter()
            .map(|name| corpus.column(name).unwrap())
            .collect();
        let side_of = |row| usize::from(corpus.place(row).file == "1.csv");
        Repeats::new(corpus, &groups, &context, side_of, |row| {
            !words[row].is_empty()
        })
    }

    fn numbers(rows: &[LocatedRow<'_>]) -> Vec<u64> {
        rows.iter().map(|row| row.row).collect()
    }

    #[test]
    fn equal_texts_are_equal_but_for_white_space_and_near_ones_are_told_apart() {
        let corpus = corpus(&[&[
            ["we will strike", "x", ""],
            [" we  will strike ", "x", ""],
            ["We will strike", "y", ""],
            ["we talk", "y", ""],
        ]]);
        let found = repeats(&corpus, &[]);
        assert_eq!(found.duplicates.len(), 1);
        assert_eq!(numbers(&found.duplicates[0].rows), [1, 2]);
        assert!(!found.duplicates[0].labels_differ);
        assert_eq!(numbers(&found.near_duplicates[0].rows), [1, 2, 3]);
        assert!(found.near_duplicates[0].labels_differ);
        assert!(found.contradictions.is_empty() && found.leaks.is_empty());
    }

    #[test]
    fn another_speaker_makes_another_statement() {
        let corpus = corpus(&[&[
            ["we will strike", "x", "minister"],
            ["we will strike", "y", "envoy"],
            ["we will strike", "y", "minister"],
        ]]);
        let by_text = repeats(&corpus, &[]);
        assert_eq!(numbers(&by_text.contradictions[0].rows), [1, 2, 3]);
        let by_speaker = repeats(&corpus, &["who"]);
        assert_eq!(by_speaker.contradictions.len(), 1);
        assert_eq!(numbers(&by_speaker.contradictions[0].rows), [1, 3]);
    }

    #[test]
    fn what_stands_on_both_sides_leaks_and_rows_without_words_do_not() {
        let corpus = corpus(&[
            &[
                ["we will strike", "x", ""],
                ["", "y", ""],
                ["a b c d e f g h i", "y", ""],
            ],
            &[
                ["we will strike", "x", ""],
                ["", "y", ""],
                ["a b c d e f g h i j", "y", ""],
            ],
        ]);
        let found = repeats(&corpus, &[]);
        let leaks: Vec<_> = found
            .leaks
            .iter()
            .map(|l| (l.equal, numbers(&l.rows)))
            .collect();
        assert_eq!(leaks, [(true, vec![1, 4]), (false, vec![3, 6])]);
        assert_eq!(found.leaks[0].rows[1].file, "1.csv");
        assert_eq!(found.leaks[0].rows[1].line, 2);
    }
}
