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

/// Of headlines: the letters of a word that counts, and of one that would begin with a small letter in none; the words that it
/// takes; and one in how many of them may begin with a small letter.
const LEAST_LETTERS: usize = 4;
const LONG_LETTERS: usize = 6;
const LEAST_WORDS: usize = 3;
const MOST_SMALL: usize = 5;

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
            let gap = &text[end..start];
            let opens = std::mem::take(&mut first) || gap != " " && gap.contains(OPENERS);
            end = stop;
            let surface = &text[start..stop];
            // What is before an apostrophe: *I'm* is no name.
            let letter = surface
                .chars()
                .nth(1)
                .is_some_and(|c| matches!(c, '\'' | '’'));
            let end = start + without_genitive(surface).len();
            words.push(Word {
                span: ByteSpan { start, end },
                opens: opens || letter,
            });
        });
    });
    words
}

/// A word less a genitive *'s*.
pub fn without_genitive(surface: &str) -> &str {
    if !surface.ends_with(['s', 'S']) {
        return surface;
    }
    ["'s", "’s", "'S", "’S"]
        .iter()
        .find_map(|genitive| surface.strip_suffix(genitive))
        .filter(|base| !base.is_empty())
        .unwrap_or(surface)
}

impl Word {
    /// Whether the word of `text` has a capital that no sentence gives it, and more than that.
    pub fn is_name(self, text: &str) -> bool {
        let surface = self.span.of(text);
        !self.opens && begins_with_capital(surface) && surface.chars().nth(1).is_some()
    }
}

/// Whether a word begins with a capital.
pub fn begins_with_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Whether capitals tell nothing of the words that do not open a sentence, as in headlines: of three or more of at least four
/// letters, at most a fifth begin with a small letter, and none of six or more. So too in a text mostly in capitals.
pub fn capitals_tell_nothing(text: &str, words: &[Word]) -> bool {
    let (mut n, mut small) = (0, 0);
    for word in words.iter().filter(|word| !word.opens) {
        let surface = word.span.of(text);
        if surface.chars().nth(LEAST_LETTERS - 1).is_some() {
            n += 1;
            if surface.chars().next().is_some_and(char::is_lowercase) {
                if surface.chars().nth(LONG_LETTERS - 1).is_some() {
                    return mostly_capitals(text, words);
                }
                small += 1;
            }
        }
    }
    n >= LEAST_WORDS && MOST_SMALL * small <= n || mostly_capitals(text, words)
}

/// Whether most words of two letters or more are all capitals.
pub fn mostly_capitals(text: &str, words: &[Word]) -> bool {
    let (mut longer, mut capitals) = (0, 0);
    for word in words {
        let surface = word.span.of(text);
        if surface.chars().nth(1).is_some() {
            longer += 1;
            // Most words begin with a small letter.
            let small = surface.as_bytes()[0].is_ascii_lowercase();
            capitals += usize::from(!small && is_all_capitals(surface));
        }
    }
    2 * capitals > longer
}

/// Whether a word has letters and no small one.
pub fn is_all_capitals(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase)
}
