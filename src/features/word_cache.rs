//! What scoring has learned of distinct surface forms, one cache line a look-up.
//!
//! Nearly all words have at most 15 bytes: their bytes lie in the slot itself, beside what is known of them, so that a
//! look-up touches one line and compares two numbers. Longer words go to a plain map.

use super::sparse::FeatureId;
use rustc_hash::FxHashMap;

/// Words of up to this many bytes lie in their slot.
const SHORT: usize = 15;
const FIRST_SLOTS: usize = 1 << 10;

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
}

impl WordCache {
    pub(super) fn new() -> Self {
        Self {
            slots: vec![EMPTY; FIRST_SLOTS],
            filled: 0,
            long: FxHashMap::default(),
            long_bytes: 0,
            char_features: Vec::new(),
        }
    }

    /// What is known of `surface` (not empty); `learn` finds it out for a new one, and adds its character n-grams to the
    /// list it is given.
    #[inline]
    pub(super) fn get_or_learn(
        &mut self,
        surface: &str,
        learn: impl FnOnce(&mut Vec<FeatureId>) -> Token,
    ) -> Word {
        let Some(key) = pack(surface.as_bytes()) else {
            return self.get_or_learn_long(surface, learn);
        };
        let mask = self.slots.len() - 1;
        let mut at = hash(key) & mask;
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
        let word = self.learn(learn);
        self.slots[at] = Slot { key, word };
        self.filled += 1;
        if self.filled * 2 > self.slots.len() {
            self.grow();
        }
        word
    }

    /// The character n-grams of a word, as the vocabulary has them; repeats included.
    #[inline]
    pub(super) fn char_features(&self, word: Word) -> &[FeatureId] {
        &self.char_features[word.chars_start as usize..word.chars_end as usize]
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
    fn get_or_learn_long(
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

/// The bytes of a word of 1 to 15 bytes, and its length in the last byte.
#[inline]
fn pack(word: &[u8]) -> Option<[u64; 2]> {
    if word.len() > SHORT {
        return None;
    }
    let mut bytes = [0u8; 16];
    bytes[..word.len()].copy_from_slice(word);
    bytes[SHORT] = word.len() as u8;
    let (low, high) = bytes.split_at(8);
    let number = |half: &[u8]| u64::from_le_bytes(half.try_into().expect("eight bytes"));
    Some([number(low), number(high)])
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

    proptest! {
        #[test]
        fn every_word_is_learned_once_and_found_again(
            words in proptest::collection::vec("[a-c\u{0}é]{1,18}", 1..3000)
        ) {
            let mut cache = WordCache::new();
            let mut known = std::collections::BTreeMap::new();
            for word in &words {
                let fresh = known.len() as u32;
                let mut learned = false;
                let found = cache.get_or_learn(word, |chars| {
                    learned = true;
                    chars.push(FeatureId(fresh));
                    Token::known(FeatureId(fresh))
                });
                let expected = *known.entry(word.clone()).or_insert(fresh);
                prop_assert_eq!(learned, expected == fresh);
                prop_assert_eq!(found.token.feature(), Some(FeatureId(expected)));
                prop_assert_eq!(cache.char_features(found), &[FeatureId(expected)]);
            }
            cache.clear();
            cache.get_or_learn(&words[0], |_| Token::UNKNOWN);
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
