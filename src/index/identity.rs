//! Which rows are one statement.
//!
//! Rows are one statement if they have the same values in the columns that it is counted by (such as source and target),
//! the same day, and the same words: lower-cased runs of letters and digits, so that neither punctuation nor white space
//! nor the kind of an apostrophe sets two copies apart. A wire report that a paper prints twice on a day counts once;
//! printed by two papers, where papers are told apart, it counts twice.
//!
//! A statement is known by the first 128 bits of a BLAKE3 hash. Among a thousand million statements, two different ones
//! share it with a probability below 10⁻²⁰. Within a cell of an index it is known by 64 bits of SipHash, which are not kept: among ten
//! million, two share them with a probability below 10⁻⁵.

use std::hash::{DefaultHasher, Hasher};

/// The words of `text`, lower-cased, with one space between them.
pub fn words_of(text: &str) -> String {
    let mut words = Vec::new();
    write_words(text, &mut words);
    String::from_utf8(words).expect("words are UTF-8")
}

/// Writes them to `words` in place of what it has.
fn write_words(text: &str, words: &mut Vec<u8>) {
    words.clear();
    if text.is_ascii() {
        ascii_words(text.as_bytes(), words);
        return;
    }
    let runs = text.split(|c: char| !c.is_alphanumeric());
    for run in runs.filter(|run| !run.is_empty()) {
        if !words.is_empty() {
            words.push(b' ');
        }
        for letter in run.chars().flat_map(char::to_lowercase) {
            words.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// Letters and digits of ASCII in lower case; 0 for all other bytes.
const LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            lower[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

/// The same of ASCII, byte by byte: words are no longer than the text.
fn ascii_words(text: &[u8], words: &mut Vec<u8>) {
    words.resize(text.len(), b' ');
    let mut end = 0;
    let mut is_apart = false;
    for &byte in text {
        let letter = LOWER[usize::from(byte)];
        if letter == 0 {
            is_apart = end > 0;
            continue;
        }
        if is_apart {
            words[end] = b' ';
            end += 1;
            is_apart = false;
        }
        words[end] = letter;
        end += 1;
    }
    words.truncate(end);
}

/// What a statement is known by: equal for rows that are one statement, another one for all others.
///
/// `by_values` are the values of the columns that it is counted by, always in the same order; `day` is what
/// [`day_of`](super::day_of) gives, or empty where there are no dates.
pub fn statement_key<'v>(
    by_values: impl IntoIterator<Item = &'v str>,
    day: &str,
    text: &str,
) -> u128 {
    let mut hasher = blake3::Hasher::new();
    // Each part behind its length, so that no two lists of parts are the same bytes.
    let mut take = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    by_values.into_iter().for_each(&mut take);
    take(day);
    take(&words_of(text));
    let hash = hasher.finalize();
    let first = hash.as_bytes().first_chunk().expect("there are 32 bytes");
    u128::from_le_bytes(*first)
}

/// What the words of a text are known by, wherever and whenever they were said. `words` is for use within.
pub fn words_key(text: &str, words: &mut Vec<u8>) -> u64 {
    write_words(text, words);
    key_of(words)
}

/// What a day, an article or another thing with a name is known by, in this run of the program.
pub fn name_key(name: &str) -> u64 {
    key_of(name.as_bytes())
}

fn key_of(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// What a statement is known by within a cell, whose rows have the columns in common that it is counted by: words on a day.
pub fn words_of_day(words_key: u64, day_key: u64) -> u64 {
    words_key ^ day_key.rotate_left(17)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_marks_and_spaces_are_no_words() {
        assert_eq!(words_of("“We’ll  TALK,\r\nagain!” "), "we ll talk again");
        assert_eq!(words_of(" … "), "");
        assert_eq!(
            words_of("  We'll, TALK\t-- 2 of us. "),
            "we ll talk 2 of us"
        );
        assert_eq!(
            words_of("…  We'll, TALK\t-- 2 of us. "),
            "we ll talk 2 of us"
        );
        assert_eq!(words_of("ÜBER 1,200 Straße"), "über 1 200 straße");
    }

    #[test]
    fn one_statement_has_one_key() {
        let key = |by: &[&str], day: &str, text: &str| statement_key(by.iter().copied(), day, text);
        let one = key(&["Post", "Norland"], "2024-03-05", "We don't agree.");
        let same = key(&["Post", "Norland"], "2024-03-05", "we DON’T agree");
        assert_eq!(one, same);
        let others = [
            key(&["Post", "Norland"], "2024-03-06", "We don't agree."),
            key(&["Post", "norland"], "2024-03-05", "We don't agree."),
            key(&["PostN", "orland"], "2024-03-05", "We don't agree."),
            key(&["Post"], "2024-03-05", "We don't agree."),
            key(&["Post", "Norland"], "2024-03-05", "We do agree."),
        ];
        assert!(others.iter().all(|other| *other != one));
    }

    #[test]
    fn words_are_known_by_themselves_and_by_their_day() {
        let key = |text| words_key(text, &mut Vec::new());
        let (one, same) = (key("We don't agree."), key("we DON’T agree"));
        assert_eq!(one, same);
        let (today, tomorrow) = (name_key("2024-03-05"), name_key("2024-03-06"));
        assert_ne!(words_of_day(one, today), words_of_day(one, tomorrow));
        let other = key("We do agree.");
        assert_ne!(words_of_day(one, today), words_of_day(other, today));
    }

    #[test]
    fn keys_stay_the_same() {
        // Earlier samples are continued by it.
        let key = statement_key(["Post"], "2024-03-05", "We agree.");
        assert_eq!(format!("{key:032x}"), "6f4b03beb0bf8317c61eece78f380bdd");
    }
}
