//! Marks between words: punctuation, symbols, emoji.
//!
//! A mark is a longest run of one and the same character that is neither part of a word nor white space nor invisible:
//! `!!!` is one, `?!` are two. It stands among the words as one of them, so that "refuse" before a full stop and "refuse"
//! before a comma are different pairs, and no pair reaches over a full stop. Runs are folded to at most three characters.

use super::context::is_context;
use super::segment::for_each_word;
use crate::statement::ByteSpan;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What becomes of marks between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Punctuation {
    /// Each counts as a word.
    Keep,
    /// They are not looked at, as in models from before there was a choice.
    #[default]
    Drop,
}

impl Punctuation {
    pub(super) fn is_drop(&self) -> bool {
        *self == Self::Drop
    }
}

impl FromStr for Punctuation {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "keep" => Ok(Self::Keep),
            "drop" => Ok(Self::Drop),
            _ => Err(format!("no such treatment `{name}`; there are keep, drop")),
        }
    }
}

impl fmt::Display for Punctuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
        })
    }
}

/// The most letters before the apostrophe of an elision.
const MAX_ELIDED: usize = 2;
/// The most characters of a folded run.
const MAX_RUN: usize = 3;

/// Whether the span of a word or mark is that of a mark; what a [`Context`](super::Context) adds is no word either.
#[inline]
pub fn is_mark(surface: &str) -> bool {
    match surface.as_bytes() {
        [first, ..] if first.is_ascii_alphanumeric() => false,
        _ => is_context(surface) || !surface.chars().any(char::is_alphanumeric),
    }
}

/// Cuts a folded run down to what is told apart.
pub(super) fn shorten_mark(folded: &mut String) {
    if let Some((end, _)) = folded.char_indices().nth(MAX_RUN) {
        folded.truncate(end);
    }
}

/// Calls `on_span` with the span of each word and mark of `text`, in order.
pub(super) fn for_each_word_and_mark(text: &str, mut on_span: impl FnMut(ByteSpan)) {
    let mut end = 0;
    for_each_word(text, |word| {
        marks(text, end, word.start, &mut on_span);
        end = word.end;
        let whole = match elided(word.of(text)) {
            None => word,
            Some(apostrophe) => {
                let before = word.start + apostrophe.start;
                on_span(ByteSpan {
                    start: word.start,
                    end: before,
                });
                ByteSpan {
                    start: word.start + apostrophe.end,
                    end,
                }
            }
        };
        on_span(whole);
    });
    marks(text, end, text.len(), &mut on_span);
}

/// Where the apostrophe of an elision is: behind at most two letters, such as in `l'accord` or `qu'il` (and `we're`).
#[inline]
fn elided(word: &str) -> Option<ByteSpan> {
    let (start, apostrophe) = word
        .char_indices()
        .take(MAX_ELIDED + 1)
        .find(|(_, c)| matches!(c, '\'' | '\u{2019}'))?;
    let end = start + apostrophe.len_utf8();
    (start > 0 && end < word.len()).then_some(ByteSpan { start, end })
}

/// The marks of `text[start..end]`, where no word is.
#[inline]
fn marks(text: &str, start: usize, end: usize, on_mark: &mut impl FnMut(ByteSpan)) {
    let gap = &text[start..end];
    if gap == " " || gap.is_empty() {
        return;
    }
    let mut characters = gap.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        while characters.next_if(|&(_, next)| next == character).is_some() {}
        if is_visible(character) {
            let after = characters.peek().map_or(gap.len(), |&(next, _)| next);
            on_mark(ByteSpan {
                start: start + at,
                end: start + after,
            });
        }
    }
}

/// Neither white space nor a control or format character, nor what only changes how the character before it looks.
fn is_visible(character: char) -> bool {
    let invisible = matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}');
    !invisible
        && !character.is_whitespace()
        && !character.is_control()
        && !unicode_normalization::char::is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans(text: &str) -> Vec<&str> {
        let mut spans = Vec::new();
        for_each_word_and_mark(text, |span| spans.push(span.of(text)));
        spans
    }

    #[test]
    fn marks_stand_between_the_words_in_order() {
        assert_eq!(
            spans("\u{201c}We won't\u{2026} stop!!! Never?!\u{201d}"),
            [
                "\u{201c}", "We", "won't", "\u{2026}", "stop", "!!!", "Never", "?", "!", "\u{201d}"
            ]
        );
        assert_eq!(
            spans("#peace @home 1,200.5 -- a_b __"),
            ["#", "peace", "@", "home", "1,200.5", "--", "a_b", "__"]
        );
        assert_eq!(
            spans("ok \u{1f44d}\u{1f3fd}\u{1f44d} \u{2764}\u{fe0f}"),
            ["ok", "\u{1f44d}", "\u{1f44d}", "\u{2764}"]
        );
        assert!(spans(" \t\r\n\u{a0}\u{200b}\0").is_empty());
    }

    #[test]
    fn elided_words_stand_alone() {
        assert_eq!(
            spans("qu'il l\u{2019}accord aujourd'hui we're o' 'em"),
            [
                "qu",
                "il",
                "l",
                "accord",
                "aujourd'hui",
                "we",
                "re",
                "o",
                "'",
                "'",
                "em"
            ]
        );
    }

    #[test]
    fn long_runs_are_alike() {
        let mut run = "\u{2026}".repeat(80);
        shorten_mark(&mut run);
        assert_eq!(run, "\u{2026}\u{2026}\u{2026}");
        let mut pair = "??".to_owned();
        shorten_mark(&mut pair);
        assert_eq!(pair, "??");
    }

    proptest! {
        #[test]
        fn without_marks_the_words_remain(text in "[a-z0-9 '\u{2019}.!\u{e9}]{0,40}|\\PC*") {
            let mut letters = String::new();
            for_each_word(&text, |span| letters.push_str(span.of(&text)));
            letters.retain(char::is_alphanumeric);
            let mut end = 0;
            let mut found = String::new();
            for_each_word_and_mark(&text, |span| {
                assert!(end <= span.start && span.start < span.end);
                end = span.end;
                found.push_str(span.of(&text));
            });
            found.retain(char::is_alphanumeric);
            prop_assert_eq!(found, letters);
        }
    }
}
