//! Cuts a raw text into words, each a byte span.
//!
//! A word is a segment between the word boundaries of Unicode Standard Annex #29 that holds a letter or a digit, with
//! one tailoring: a full stop or a colon between two letters does not join them (`talks.They` is two words), since
//! officials' statements reach us without the space far more often than as `e.g`. Apostrophes join (`don't`), also
//! typographic ones; full stops and commas join digits (`1,200.5`).
//!
//! Text is cut at ASCII white space first, where a boundary always lies; pieces that are all ASCII (most of English)
//! go through bit masks, the others through the `unicode-segmentation` crate. A property test holds the two together.

use crate::statement::ByteSpan;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

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
///
/// 64 bytes at a time become masks, one bit a byte: letters, digits, and what may join them. Words are the runs of ones
/// in what remains, found edge by edge, without a branch on every byte.
#[inline]
fn ascii_words(piece: &[u8], offset: usize, on_word: &mut impl FnMut(ByteSpan)) {
    let mut start = None;
    // Bit 0: what the last byte of the window before was.
    let (mut letter_before, mut digit_before, mut word_before) = (0, 0, 0);
    for at in (0..piece.len()).step_by(WINDOW) {
        let rest = &piece[at..];
        let masks = match rest.first_chunk::<WINDOW>() {
            Some(window) => Masks::of(window),
            None => {
                let mut window = [b' '; WINDOW];
                window[..rest.len()].copy_from_slice(rest);
                Masks::of(&window)
            }
        };
        let next = rest.get(WINDOW);
        let next_is = |test: fn(&u8) -> bool| u64::from(next.is_some_and(test)) << (WINDOW - 1);
        let Masks {
            letters,
            digits,
            connectors,
            apostrophes,
            digit_joiners,
        } = masks;
        let between =
            |mask: u64, before: u64, after: u64| (mask << 1 | before) & (mask >> 1 | after);
        let letters_around = between(letters, letter_before, next_is(u8::is_ascii_alphabetic));
        let digits_around = between(digits, digit_before, next_is(u8::is_ascii_digit));
        let joiners = apostrophes & letters_around | (apostrophes | digit_joiners) & digits_around;
        let words = letters | digits | connectors | joiners;
        let mut edges = words ^ (words << 1 | word_before);
        while edges != 0 {
            let edge = at + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            match start.take() {
                None => start = Some(edge),
                Some(from) => emit_ascii(piece, from, edge, offset, on_word),
            }
        }
        let last = WINDOW - 1;
        (letter_before, digit_before, word_before) =
            (letters >> last, digits >> last, words >> last);
    }
    if let Some(from) = start {
        emit_ascii(piece, from, piece.len(), offset, on_word);
    }
}

/// Bytes that become one mask.
const WINDOW: usize = 64;

/// What the bytes of a window are, one bit each.
struct Masks {
    letters: u64,
    digits: u64,
    /// `_`, which joins letters, digits and itself.
    connectors: u64,
    /// `'`, which joins letters, and joins digits.
    apostrophes: u64,
    /// `.`, `,` and `;`, which join digits.
    digit_joiners: u64,
}

impl Masks {
    #[inline]
    fn of(window: &[u8; WINDOW]) -> Self {
        Self {
            letters: mask(window, |byte| (byte | 0x20).wrapping_sub(b'a') < 26),
            digits: mask(window, |byte| byte.wrapping_sub(b'0') < 10),
            connectors: mask(window, |byte| byte == b'_'),
            apostrophes: mask(window, |byte| byte == b'\''),
            digit_joiners: mask(window, |byte| {
                (byte == b'.') | (byte == b',') | (byte == b';')
            }),
        }
    }
}

/// One bit a byte, the first byte's the lowest.
#[inline]
fn mask(window: &[u8; WINDOW], test: impl Fn(u8) -> bool) -> u64 {
    // The compiler makes vectors of this loop.
    let mut ones = [0u8; WINDOW];
    for (one, &byte) in ones.iter_mut().zip(window) {
        *one = u8::from(test(byte));
    }
    let (eights, _) = ones.as_chunks::<8>();
    let mut mask = 0;
    for (position, eight) in eights.iter().enumerate() {
        // Byte k of the eight is moved to bit 56 + k by one of the product's terms, and no other term carries into it.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (8 * position);
    }
    mask
}

/// A word of underscores alone is none.
#[inline]
fn emit_ascii(
    piece: &[u8],
    from: usize,
    to: usize,
    offset: usize,
    on_word: &mut impl FnMut(ByteSpan),
) {
    let alphanumeric = |&byte: &u8| byte != b'_';
    if piece[from] != b'_' || piece[from..to].iter().any(alphanumeric) {
        on_word(ByteSpan {
            start: offset + from,
            end: offset + to,
        });
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
        fn masks_and_unicode_rules_agree_on_ascii(text in "[ -~\t\n]{0,200}") {
            prop_assert_eq!(words(&text), reference(&text));
        }

        #[test]
        fn masks_and_unicode_rules_agree_on_dense_joiners(text in "[ab12_.,;:' ]{0,24}", before in 0..130usize) {
            // Also where one window ends and the next begins.
            let text = format!("{}{text}", " ".repeat(before));
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
