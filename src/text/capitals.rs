//! What capitals tell of a text: which words have one although no sentence begins there.
//!
//! A sentence may begin after `.!?…:;`, quotes, brackets, dashes, `@`, `#` and a line end.

use super::context::for_each_piece;
use super::segment::for_each_word;
use crate::statement::ByteSpan;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

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

fn without_genitive(surface: &str) -> &str {
    if !surface.ends_with(['s', 'S']) {
        return surface;
    }
    ["'s", "’s", "'S", "’S"]
        .iter()
        .find_map(|genitive| surface.strip_suffix(genitive))
        .filter(|base| !base.is_empty())
        .unwrap_or(surface)
}

/// The spans of what capitals show to be names: words of two letters or more that have one although no sentence begins with
/// them, neighbours that a space or hyphen joins being one. In a text mostly in capitals there is none.
pub fn names(text: &str) -> Vec<ByteSpan> {
    let words = words_of(text);
    let mut names: Vec<ByteSpan> = Vec::new();
    if mostly_capitals(text, &words) {
        return names;
    }
    for word in words.iter().filter(|word| word.is_name(text)) {
        match names.last_mut() {
            Some(last) if matches!(&text[last.end..word.span.start], " " | "-") => {
                last.end = word.span.end;
            }
            _ => names.push(word.span),
        }
    }
    names
}

impl Word {
    /// Whether the word of `text` has a capital that no sentence gives it, and more than that.
    pub fn is_name(self, text: &str) -> bool {
        let surface = self.span.of(text);
        !self.opens && begins_with_capital(surface) && surface.chars().nth(1).is_some()
    }
}

/// What becomes of names that capitals show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Names {
    /// They are words.
    #[default]
    Keep,
    /// Each is one and the same word, `⟦other⟧`.
    Mask,
}

impl Names {
    pub(super) fn is_keep(&self) -> bool {
        *self == Self::Keep
    }
}

impl FromStr for Names {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "keep" => Ok(Self::Keep),
            "mask" => Ok(Self::Mask),
            _ => Err(format!("no such treatment `{name}`; there are keep, mask")),
        }
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "keep",
            Self::Mask => "mask",
        })
    }
}

/// Whether a word begins with a capital.
pub fn begins_with_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_a_capital_inside_a_sentence() {
        let of = |text: &str| -> Vec<String> {
            let names = names(text);
            names.iter().map(|name| name.of(text).to_owned()).collect()
        };
        assert_eq!(
            of(
                "Police in Port Varn said Mara Lind's aide met the East-Ostmark envoy. Talks go on; I'm told X waits"
            ),
            ["Port Varn", "Mara Lind", "East-Ostmark"]
        );
        assert_eq!(of("ALL OF NORLAND IS IN CAPITALS"), [""; 0]);
    }
}
