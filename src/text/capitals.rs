//! What capitals tell of a text: which words have one although no sentence begins there.
//!
//! A sentence may begin after `.!?…:;`, quotes, brackets, dashes, `@`, `#` and a line end.

use super::context::for_each_piece;
use super::segment::for_each_word;
use crate::statement::ByteSpan;

/// Where a sentence, or something like one, may begin.
const OPENERS: &[char] = &[
    '.', '!', '?', '…', ':', ';', '\n', '\r', '"', '“', '”', '„', '«', '»', '‘', '(', ')', '[',
    ']', '—', '–', '•', '*', '@', '#', '/', '|', '¿', '¡',
];

/// A word of a text, less a genitive *'s*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Where it stands.
    pub span: ByteSpan,
    /// Whether it may begin a sentence.
    pub opens: bool,
}

/// The words of `text`; marks of a [`Context`](super::Context) are none.
pub fn words_of(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut end = 0;
    let mut first = true;
    for_each_piece(text, |piece, is_mark| {
        if is_mark {
            (first, end) = (false, piece.end);
            return;
        }
        for_each_word(piece.of(text), |span| {
            let (start, stop) = (piece.start + span.start, piece.start + span.end);
            let opens = std::mem::take(&mut first) || text[end..start].contains(OPENERS);
            end = stop;
            let surface = &text[start..stop];
            let base = ["'s", "’s", "'S", "’S"]
                .iter()
                .find_map(|genitive| surface.strip_suffix(genitive))
                .filter(|base| !base.is_empty());
            // What is before an apostrophe: *I'm* is no name.
            let letter = surface
                .chars()
                .nth(1)
                .is_some_and(|c| matches!(c, '\'' | '’'));
            let end = start + base.map_or(surface.len(), str::len);
            words.push(Word {
                span: ByteSpan { start, end },
                opens: opens || letter,
            });
        });
    });
    words
}

/// Whether a word begins with a capital.
pub fn begins_with_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Whether most words of two letters or more are all capitals.
pub fn mostly_capitals(text: &str, words: &[Word]) -> bool {
    let surfaces = words.iter().map(|word| word.span.of(text));
    let longer: Vec<&str> = surfaces.filter(|s| s.chars().nth(1).is_some()).collect();
    let capitals = longer.iter().filter(|s| is_all_capitals(s)).count();
    2 * capitals > longer.len()
}

/// Whether a word has letters and no small one.
pub fn is_all_capitals(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase)
}
