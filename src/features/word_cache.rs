//! What scoring has learned of distinct surface forms, one cache line a look-up.
//!
//! Nearly all words have at most 15 bytes: their bytes lie in the slot itself, beside what is known of them, so that a
//! look-up touches one line and compares two numbers. Longer words go to a plain map.
//!
//! A word is kept when it comes a second time. Many words come once (names, slips of the pen), and would only push those
//! that come often out of the processor's cache.

use super::sparse::FeatureId;
use rustc_hash::FxHashMap;

/// Words of up to this many bytes lie in their slot.
const SHORT: usize = 15;
const FIRST_SLOTS: usize = 1 << 10;
/// Places to remember words that came once.
const SEEN: usize = 1 << 15;
/// Marks a range of the list for the current text.
const PASSING: u32 = 1 << 31;

/// What a surface form means to the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) token: Token,
    /// Its character n-grams: a range of the cache's list.
    chars_start: u32,
    chars_end: u32,
}

/// The token of a word, in four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token(u32);

impl Token {
    /// Not in the vocabulary: counted, and it ends n-grams.
    pub(super) const UNKNOWN: Self = Self(u32::MAX);
    /// A stop word, or nothing left of it: as if it were not there.
    pub(super) const SKIPPED: Self = Self(u32::MAX - 1);

    pub(super) fn known(feature: FeatureId) -> Self {
        Self(feature.0)
    }

    /// The feature, if the vocabulary has it.
    #[inline]
    pub(super) fn feature(self) -> Option<FeatureId> {
        (self.0 < Self::SKIPPED.0).then_some(FeatureId(self.0))
    }
}

/// Where looking a word up starts. Probes of different words of at most 15 bytes differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Probe {
    key: [u64; 2],
    hash: usize,
}

impl Probe {
    /// The probe of the word (not empty) at `start..end` of `text`.
    #[inline]
    pub(super) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let key = pack(text, start, end);
        Self {
            key,
            hash: hash(key),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The word's bytes, zeros, and its length in the last byte; zero for an empty slot.
    key: [u64; 2],
    word: Word,
}

const EMPTY: Slot = Slot {
    key: [0; 2],
    word: Word {
        token: Token::SKIPPED,
        chars_start: 0,
        chars_end: 0,
    },
};

/// The words learned so far.
#[derive(Debug)]
pub(super) struct WordCache {
    /// A power of two of slots, at most half full; linear probing.
    slots: Vec<Slot>,
    filled: usize,
    long: FxHashMap<Box<str>, Word>,
    long_bytes: usize,
    char_features: Vec<FeatureId>,
    /// Part of the hash of words that came once, by another part of it.
    seen: Vec<u32>,
    /// Character n-grams of words that are not kept, for the current text.
    passing: Vec<FeatureId>,
}

impl WordCache {
    pub(super) fn new() -> Self {
        Self {
            slots: vec![EMPTY; FIRST_SLOTS],
            filled: 0,
            long: FxHashMap::default(),
            long_bytes: 0,
            char_features: Vec::new(),
            seen: vec![0; SEEN],
            passing: Vec::new(),
        }
    }

    /// Starts a batch of texts: words given for earlier ones are no longer valid.
    pub(super) fn begin(&mut self) {
        self.passing.clear();
    }

    /// Reads the slot where a look-up starts, and gives a number of no meaning: done for many words in a row, their memory
    /// is read side by side.
    #[inline]
    pub(super) fn touch(&self, probe: &Probe) -> u32 {
        self.slots[probe.hash & (self.slots.len() - 1)].word.token.0
    }

    /// What is known of `surface`, whose look-up starts at `probe`; `learn` finds it out for a new one, and adds its
    /// character n-grams to the list it is given.
    #[inline]
    pub(super) fn get_or_learn(
        &mut self,
        probe: &Probe,
        surface: &str,
        learn: impl FnOnce(&mut Vec<FeatureId>) -> Token,
    ) -> Word {
        let slot = &self.slots[probe.hash & (self.slots.len() - 1)];
        // An empty key is that of a long word, and of an empty slot.
        if slot.key == probe.key && probe.key != [0; 2] {
            return slot.word;
        }
        self.search(probe, surface, learn)
    }

    fn search(
        &mut self,
        probe: &Probe,
        surface: &str,
        learn: impl FnOnce(&mut Vec<FeatureId>) -> Token,
    ) -> Word {
        let Probe { key, hash } = *probe;
        if key == [0; 2] {
            return self.search_long(surface, learn);
        }
        let mask = self.slots.len() - 1;
        let mut at = hash & mask;
        loop {
            let slot = &self.slots[at];
            if slot.key == key {
                return slot.word;
            }
            if slot.key == [0; 2] {
                break;
            }
            at = (at + 1) & mask;
        }
        let seen = &mut self.seen[hash % SEEN];
        let fingerprint = (hash >> 32) as u32 | 1;
        if *seen != fingerprint {
            *seen = fingerprint;
            let chars_start = self.passing.len() as u32 | PASSING;
            let token = learn(&mut self.passing);
            return Word {
                token,
                chars_start,
                chars_end: self.passing.len() as u32,
            };
        }
        let word = self.learn(learn);
        self.slots[at] = Slot { key, word };
        self.filled += 1;
        if self.filled * 2 > self.slots.len() {
            self.grow();
        }
        word
    }

    /// Reads where a word's character n-grams begin; see [`touch`](Self::touch).
    #[inline]
    pub(super) fn touch_char_features(&self, word: Word) -> u32 {
        let first = self.char_features.get(word.chars_start as usize);
        first.map_or(0, |feature| feature.0)
    }

    /// The character n-grams of a word, as the vocabulary has them; repeats included.
    #[inline]
    pub(super) fn char_features(&self, word: Word) -> &[FeatureId] {
        let (list, start) = match word.chars_start & PASSING {
            0 => (&self.char_features, word.chars_start),
            _ => (&self.passing, word.chars_start ^ PASSING),
        };
        &list[start as usize..word.chars_end as usize]
    }

    /// About how many bytes are kept.
    pub(super) fn bytes(&self) -> usize {
        self.filled * 3 * size_of::<Slot>()
            + self.char_features.len() * size_of::<FeatureId>()
            + self.long_bytes
    }

    /// Forgets all words.
    pub(super) fn clear(&mut self) {
        self.slots.fill(EMPTY);
        self.filled = 0;
        self.long.clear();
        self.long_bytes = 0;
        self.char_features.clear();
        self.seen.fill(0);
    }

    fn learn(&mut self, learn: impl FnOnce(&mut Vec<FeatureId>) -> Token) -> Word {
        let chars_start = self.char_features.len() as u32;
        let token = learn(&mut self.char_features);
        Word {
            token,
            chars_start,
            chars_end: self.char_features.len() as u32,
        }
    }

    #[cold]
    fn search_long(
        &mut self,
        surface: &str,
        learn: impl FnOnce(&mut Vec<FeatureId>) -> Token,
    ) -> Word {
        if let Some(&word) = self.long.get(surface) {
            return word;
        }
        let word = self.learn(learn);
        self.long_bytes += surface.len() + 64;
        self.long.insert(surface.into(), word);
        word
    }

    #[cold]
    fn grow(&mut self) {
        let larger = vec![EMPTY; self.slots.len() * 2];
        let mask = larger.len() - 1;
        let old = std::mem::replace(&mut self.slots, larger);
        for slot in old.into_iter().filter(|slot| slot.key != [0; 2]) {
            let mut at = hash(slot.key) & mask;
            while self.slots[at].key != [0; 2] {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

/// The bytes of a word of 1 to 15 bytes, and its length in the last byte; zeros for a longer one.
#[inline]
fn pack(text: &[u8], start: usize, end: usize) -> [u64; 2] {
    let length = end - start;
    if length > SHORT {
        return [0; 2];
    }
    let number = match text[start..].first_chunk::<16>() {
        // What follows the word is masked away.
        Some(bytes) => u128::from_le_bytes(*bytes) & ((1 << (8 * length)) - 1),
        None => {
            let mut bytes = [0u8; 16];
            bytes[..length].copy_from_slice(&text[start..end]);
            u128::from_le_bytes(bytes)
        }
    } | (length as u128) << (8 * SHORT);
    [number as u64, (number >> 64) as u64]
}

/// Both halves folded through one wide product, as in wyhash and foldhash. It orders nothing but slots.
#[inline]
fn hash(key: [u64; 2]) -> usize {
    let a = u128::from(key[0] ^ 0x9e37_79b9_7f4a_7c15);
    let b = u128::from(key[1] ^ 0xd6e8_feb8_6659_fd93);
    let product = a.wrapping_mul(b);
    ((product >> 64) as u64 ^ product as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(word: &str) -> Probe {
        Probe::new(word.as_bytes(), 0, word.len())
    }

    #[test]
    fn what_follows_a_word_is_not_in_its_key() {
        let text = "abc, and more than sixteen bytes".as_bytes();
        assert_eq!(pack(text, 0, 3), pack(b"abc", 0, 3));
        assert_ne!(pack(text, 0, 3), pack(text, 0, 4));
        assert_eq!(pack(&[b'x'; 40], 0, 16), [0; 2]);
    }

    proptest! {
        #[test]
        fn every_word_is_what_was_learned_and_kept_when_it_comes_again(
            words in proptest::collection::vec("[a-c\u{0}é]{1,18}", 1..3000)
        ) {
            let mut cache = WordCache::new();
            let mut known = std::collections::BTreeMap::new();
            for text in words.chunks(7) {
                cache.begin();
                let found: Vec<(u32, Word)> = text
                    .iter()
                    .map(|word| {
                        let fresh = known.len() as u32;
                        let expected = *known.entry(word.clone()).or_insert(fresh);
                        let token = Token::known(FeatureId(expected));
                        let probe = at(word);
                        let found = cache.get_or_learn(&probe, word, |chars| {
                            chars.push(FeatureId(expected));
                            token
                        });
                        (expected, found)
                    })
                    .collect();
                for (expected, found) in found {
                    prop_assert_eq!(found.token.feature(), Some(FeatureId(expected)));
                    prop_assert_eq!(cache.char_features(found), &[FeatureId(expected)]);
                }
            }
            for _ in 0..2 {
                let probe = at("again");
                cache.get_or_learn(&probe, "again", |_| Token::UNKNOWN);
            }
            let probe = at("again");
            cache.get_or_learn(&probe, "again", |_| panic!("it is kept"));
            cache.clear();
            let probe = at(&words[0]);
            cache.get_or_learn(&probe, &words[0], |_| Token::UNKNOWN);
            prop_assert!(cache.bytes() < 1000);
        }
    }

    #[test]
    fn tokens_without_a_feature_are_none() {
        assert_eq!(Token::UNKNOWN.feature(), None);
        assert_eq!(Token::SKIPPED.feature(), None);
        assert_ne!(Token::UNKNOWN, Token::SKIPPED);
    }
}
