//! Cuts a raw text into words, each a byte span.
//!
//! A word is a segment between the word boundaries of Unicode Standard Annex #29 that holds a letter or a digit, with
//! one tailoring: a full stop or a colon between two letters does not join them (`talks.They` is two words), since
//! officials' statements reach us without the space far more often than as `e.g`. Apostrophes join (`don't`), also
//! typographic ones; full stops and commas join digits (`1,200.5`).
//!
//! Text is cut at ASCII white space first, where a boundary always lies; pieces that are all ASCII (most of English)
//! go through a table, the others through the `unicode-segmentation` crate. A property test holds the two together.

use crate::statement::ByteSpan;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// What an ASCII byte is to the rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    // The first three make words.
    Letter,
    Digit,
    /// `_`, which joins letters, digits and itself.
    Connector,
    Other,
    /// `.`, which joins digits (and, untailored, letters).
    Stop,
    /// `'`, which joins letters, and joins digits.
    Apostrophe,
    /// `,` and `;`, which join digits.
    DigitJoiner,
}

const CLASSES: [Class; 128] = {
    let mut table = [Class::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'_' => Class::Connector,
            b'.' => Class::Stop,
            b'\'' => Class::Apostrophe,
            b',' | b';' => Class::DigitJoiner,
            _ => Class::Other,
        };
        byte += 1;
    }
    table
};

/// Calls `on_word` with the span of each word of `text`, in order. Spans do not overlap.
pub fn for_each_word(text: &str, mut on_word: impl FnMut(ByteSpan)) {
    let bytes = text.as_bytes();
    if text.is_ascii() {
        return ascii_words(bytes, 0, &mut on_word);
    }
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let mut ascii = true;
        while at < bytes.len() && !bytes[at].is_ascii_whitespace() {
            ascii &= bytes[at].is_ascii();
            at += 1;
        }
        if ascii {
            ascii_words(&bytes[start..at], start, &mut on_word);
        } else {
            unicode_words(&text[start..at], start, &mut on_word);
        }
    }
}

/// The words of an ASCII piece; `offset` is added to every span.
#[inline]
fn ascii_words(piece: &[u8], offset: usize, on_word: &mut impl FnMut(ByteSpan)) {
    let class = |at: usize| {
        piece
            .get(at)
            .map_or(Class::Other, |&b| CLASSES[usize::from(b & 127)])
    };
    let in_word = |class: Class| class as u8 <= Class::Connector as u8;
    let mut at = 0;
    while at < piece.len() {
        if !in_word(class(at)) {
            at += 1;
            continue;
        }
        let start = at;
        loop {
            at += 1;
            let here = class(at);
            if in_word(here) {
                continue;
            }
            // Most words end here; a joiner goes on if both neighbours allow it.
            let joins = here != Class::Other
                && matches!(
                    (class(at - 1), here, class(at + 1)),
                    (Class::Letter, Class::Apostrophe, Class::Letter)
                        | (
                            Class::Digit,
                            Class::Stop | Class::Apostrophe | Class::DigitJoiner,
                            Class::Digit,
                        )
                );
            if !joins {
                break;
            }
        }
        let alphanumeric = |&byte: &u8| byte != b'_';
        if piece[start] != b'_' || piece[start..at].iter().any(alphanumeric) {
            on_word(ByteSpan {
                start: offset + start,
                end: offset + at,
            });
        }
    }
}

/// The words of any piece: the reference.
fn unicode_words(piece: &str, offset: usize, on_word: &mut impl FnMut(ByteSpan)) {
    for (start, word) in piece.unicode_word_indices() {
        let start = offset + start;
        let mut from = 0;
        let mut before: Option<char> = None;
        for (at, character) in word.char_indices() {
            let joins = matches!(character, '.' | ':');
            if joins && before.is_some_and(char::is_alphabetic) {
                emit(word, from, at, start, on_word);
                from = at + 1;
            }
            // An accent that stands apart belongs to the letter before it.
            if !is_combining_mark(character) {
                before = Some(character);
            }
        }
        emit(word, from, word.len(), start, on_word);
    }
}

fn emit(word: &str, from: usize, to: usize, offset: usize, on_word: &mut impl FnMut(ByteSpan)) {
    if word[from..to].chars().any(char::is_alphanumeric) {
        on_word(ByteSpan {
            start: offset + from,
            end: offset + to,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        for_each_word(text, |span| words.push(span.of(text)));
        words
    }

    fn reference(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        unicode_words(text, 0, &mut |span| words.push(span.of(text)));
        words
    }

    #[test]
    fn words_keep_apostrophes_and_decimal_points_and_split_at_full_stops() {
        assert_eq!(
            words("We don't accept 1,200.5 terms: no cease-fire.They said"),
            [
                "We", "don't", "accept", "1,200.5", "terms", "no", "cease", "fire", "They", "said"
            ]
        );
        assert_eq!(
            words("“Don’t” – l’accord, 50%"),
            ["Don’t", "l’accord", "50"]
        );
        assert_eq!(words("cafe\u{301}.They"), ["cafe\u{301}", "They"]);
        assert_eq!(words("__ a_b F-16 x'"), ["a_b", "F", "16", "x"]);
        assert_eq!(
            words("мир.война 停火 سلام"),
            ["мир", "война", "停", "火", "سلام"]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn table_and_unicode_rules_agree_on_ascii(text in "[ -~\t\n]{0,40}") {
            prop_assert_eq!(words(&text), reference(&text));
        }

        #[test]
        fn table_and_unicode_rules_agree_on_dense_joiners(text in "[ab12_.,;:' ]{0,24}") {
            prop_assert_eq!(words(&text), reference(&text));
        }

        #[test]
        fn cutting_at_white_space_first_changes_nothing(text in "(\\PC| |\t|\n|'|’|\u{301}|\u{200d}){0,24}") {
            // A mark that follows a space takes the space into its word; folding drops it.
            let trimmed = |words: Vec<&str>| -> Vec<String> {
                words.into_iter().map(|word| word.trim_start().to_owned()).collect()
            };
            prop_assert_eq!(trimmed(words(&text)), trimmed(reference(&text)));
        }

        #[test]
        fn spans_rise_and_lie_on_character_boundaries(text in any::<String>()) {
            let mut end = 0;
            for_each_word(&text, |span| {
                assert!(span.start >= end && span.end > span.start);
                assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
                end = span.end;
            });
        }
    }
}
